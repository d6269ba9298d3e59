package ticketing

import (
	"strings"
	"testing"
	"time"
)

var testSecret = []byte("0123456789abcdef0123456789abcdef")

func ring(t testing.TB, keys ...Key) *Keyring {
	t.Helper()
	if len(keys) == 0 {
		keys = []Key{{ID: "1", CreatedAt: time.Unix(0, 0)}}
	}
	k, err := NewKeyring(testSecret, keys, testAccept, time.Unix(1000, 0))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func replyAddress(t testing.TB, k *Keyring, f ReplyForm, p Participant) string {
	t.Helper()
	a, err := k.ReplyAddress(f, Mailbox{Address: "support@example.com"}, TokenCustomer, p)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func valid(k *Keyring, f ReplyForm, address string, p Participant) bool {
	t, ok := ParseReplyAddress(f, address)
	return ok && k.VerifyToken(t, p)
}

func TestReplyAddress(t *testing.T) {
	k, p := ring(t), Participant{ID: 1 << 33, Epoch: 2}
	for _, f := range []ReplyForm{{}, {Separator: "-"}, {Domain: "reply.example.com"}} {
		a := replyAddress(t, k, f, p)
		local, domain, _ := strings.Cut(a, "@")
		if len(local) > MaxLocalPart {
			t.Errorf("%s: the local part has %d octets", a, len(local))
		}
		base, token := local[:len(local)-tokenWidth], local[len(local)-tokenWidth:]
		for _, seen := range []string{
			a, strings.ToUpper(a), strings.ReplaceAll(a, "+", "%2B"), " " + a + " ",
			base + strings.ReplaceAll(token, "0", "o") + "@" + domain,
			base + strings.ReplaceAll(token, "1", "L") + "@" + domain,
			base + strings.ReplaceAll(token, "1", "i") + "@" + strings.ToUpper(domain),
		} {
			if !valid(k, f, seen, p) {
				t.Errorf("%q is not accepted as %q", seen, a)
			}
		}
	}
}

// Every single changed character makes an address worthless.
func TestReplyAddressTampered(t *testing.T) {
	k, p := ring(t), Participant{ID: 77, Epoch: 1}
	a := replyAddress(t, k, ReplyForm{}, p)
	start := strings.Index(a, "+") + 1
	for i := start; i < start+tokenWidth; i++ {
		for _, c := range "0z" {
			changed := a[:i] + string(c) + a[i+1:]
			if changed != a && valid(k, ReplyForm{}, changed, p) {
				t.Errorf("accepted with character %d changed: %s", i, changed)
			}
		}
	}
	other := strings.Replace(a, "support+", "billing+", 1)
	if valid(k, ReplyForm{}, other, p) {
		t.Error("accepted under another mailbox")
	}
}

func TestReplyAddressEndsWithItsPlace(t *testing.T) {
	k, p := ring(t), Participant{ID: 77, Epoch: 1}
	a := replyAddress(t, k, ReplyForm{}, p)
	raised, removed, another := p, p, p
	raised.Epoch++
	removed.RemovedAt = time.Unix(5, 0)
	another.ID++
	for name, q := range map[string]Participant{"epoch raised": raised, "removed": removed, "another place": another} {
		if valid(k, ReplyForm{}, a, q) {
			t.Errorf("%s: still accepted", name)
		}
	}
}

func TestReplyAddressNeedsAShortBase(t *testing.T) {
	box := Mailbox{Address: strings.Repeat("s", MaxReplyBase+1) + "@example.com"}
	if _, err := ring(t).ReplyAddress(ReplyForm{}, box, TokenCustomer, Participant{ID: 1}); err == nil {
		t.Error("a local part past 64 octets was made")
	}
}

// testAccept is how long old keys verify in these tests.
const testAccept = 100 * 24 * time.Hour

// Old keys verify for a while after they were replaced; revoked ones never.
func TestKeyRotation(t *testing.T) {
	now := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	older, newer := Key{ID: "1", CreatedAt: now.AddDate(-2, 0, 0)}, Key{ID: "2", CreatedAt: now.AddDate(0, -3, 0)}
	p := Participant{ID: 5}
	a := replyAddress(t, ring(t, older), ReplyForm{}, p)
	id := ring(t, older).RootID(9, "example.com")
	for _, test := range []struct {
		name string
		keys []Key
		now  time.Time
		want bool
	}{
		{"replaced lately", []Key{newer, older}, now, true},
		{"replaced long ago", []Key{newer, older}, newer.CreatedAt.Add(testAccept + time.Hour), false},
		{"revoked", []Key{newer, {ID: "1", CreatedAt: older.CreatedAt, RevokedAt: now}}, now, false},
	} {
		k, err := NewKeyring(testSecret, test.keys, testAccept, test.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := valid(k, ReplyForm{}, a, p); got != test.want {
			t.Errorf("%s: address valid is %v", test.name, got)
		}
		if _, got := k.VerifyID(id); got != test.want {
			t.Errorf("%s: id valid is %v", test.name, got)
		}
	}
}

func TestOwnMessageIDs(t *testing.T) {
	k := ring(t)
	root, mailID := k.RootID(12345, "example.com"), k.MailID(LetterReply, 99, 1<<35, "example.com")
	if own, ok := k.VerifyID(strings.ToUpper(root)); !ok || own.TicketID != 12345 {
		t.Errorf("root id: %+v %v", own, ok)
	}
	if own, ok := k.VerifyID(mailID); !ok || own.EntryID != 99 || own.ParticipantID != 1<<35 {
		t.Errorf("mail id: %+v %v", own, ok)
	}
	if k.MailID(LetterNote, 99, 5, "d") == k.MailID(LetterNotice, 99, 5, "d") {
		t.Error("two kinds of letters share an id")
	}
	// CVE-2026-47123: an id that looks like ours and is not signed.
	for _, forged := range []string{
		"<h1.t.1.10000000000000000000000000@example.com>", strings.Replace(root, ".c1s.", ".c1t.", 1),
		strings.Replace(mailID, "h1.m.", "h1.t.", 1), "<notify-1-2-@example.com>", "", "<@>", "<h1...@x>",
	} {
		if own, ok := k.VerifyID(forged); ok {
			t.Errorf("%s passes for ours: %+v", forged, own)
		}
	}
}

func FuzzParseReplyAddress(f *testing.F) {
	k, p := ring(f), Participant{ID: 77, Epoch: 1}
	good := replyAddress(f, k, ReplyForm{}, p)
	_, token, _ := strings.Cut(good[:strings.Index(good, "@")], "+")
	signature := token[2+rowWidth:]
	f.Add(good)
	f.Add("r" + strings.Repeat("0", tokenWidth) + "@reply.example.com")
	f.Add("+" + strings.Repeat("z", 40) + "@")
	f.Fuzz(func(t *testing.T, s string) {
		for _, form := range []ReplyForm{{}, {Domain: "reply.example.com"}} {
			token, ok := ParseReplyAddress(form, s)
			if ok && k.VerifyToken(token, p) && !strings.Contains(normalizeBase32(s), signature) {
				t.Errorf("%q is accepted without the signature", s)
			}
		}
		k.VerifyID(s)
	})
}
