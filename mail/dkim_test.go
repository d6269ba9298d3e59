package mail

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"deskd/ticketing"
)

// signing is a mail and how to sign it.
type signing struct {
	head   string // fields, unfolded, LF
	body   string
	domain string
	keys   string // names, separated by colons
	expiry time.Time
}

var testKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))

func keyRecord(more string) string {
	return "v=DKIM1; k=ed25519; " + more + "p=" + base64.StdEncoding.EncodeToString(testKey.Public().(ed25519.PublicKey))
}

const signedHead = "From: Ann <ann@example.org>\nTo: support@example.com\nSubject: x\nDate: Tue, 24 Nov 2026 09:59:00 +0000\nMessage-ID: <1@example.org>"

func (s signing) sign(t testing.TB) string {
	t.Helper()
	set := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	set(&s.head, signedHead)
	set(&s.body, "hello\n")
	set(&s.domain, "example.org")
	set(&s.keys, "from:to:cc:subject:date:message-id:from:to:cc:subject")
	raw := strings.ReplaceAll(s.head+"\n\n"+s.body, "\n", "\r\n")
	var out bytes.Buffer
	err := dkim.Sign(&out, strings.NewReader(raw), &dkim.SignOptions{
		Domain: s.domain, Selector: "s", Signer: testKey, HeaderKeys: strings.Split(s.keys, ":"), Expiration: s.expiry,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestBySignature(t *testing.T) {
	now := time.Now() // the library signs and expires by the real clock
	good := signing{}.sign(t)
	replace := func(raw, from, to string) string {
		if !strings.Contains(raw, from) {
			t.Fatalf("no %q in the mail", from)
		}
		return strings.Replace(raw, from, to, 1)
	}
	cc := signing{head: replace(signedHead, "To: support@example.com", "To: x@example.net\nCc: Desk <support+c1abc@example.com>")}
	key := mapResolver{"s._domainkey.example.org": keyRecord("")}
	with := func(more ...string) mapResolver {
		m := mapResolver{"s._domainkey.example.org": keyRecord("")}
		for i := 0; i < len(more); i += 2 {
			m[more[i]] = more[i+1]
		}
		return m
	}
	tests := []struct {
		name, mail string
		dns        mapResolver
		now        time.Time
		trust      func(*Trust)
		want       ticketing.VerdictResult
		evidence   string
		again      bool
	}{
		{name: "good", mail: good, want: "pass", evidence: "dkim=pass header.d=example.org header.from=example.org"},
		{name: "good, lone LF", mail: strings.ReplaceAll(good, "\r\n", "\n"), want: "pass"},
		{name: "good, Cc", mail: cc.sign(t), want: "pass"},
		{name: "good, a domain of ours", mail: good, trust: func(t *Trust) { t.OwnAddresses = []string{"@example.com"} }, want: "pass"},
		{name: "a server is trusted instead", mail: good, trust: func(t *Trust) { t.AuthservID = "mx.example.com" }, want: "none", evidence: "mx.example.com: none"},
		{name: "unsigned", mail: replace(good, "DKIM-Signature", "X-Signature"), want: "none", evidence: "dkim=none header.from=example.org"},
		{name: "body changed", mail: good + "x", want: "none", evidence: "dkim=fail header.from=example.org"},
		{name: "From changed", mail: replace(good, "ann@", "bob@"), want: "none", evidence: "dkim=fail header.from=example.org"},
		{name: "body length tag", mail: replace(good, "a=ed25519", "l=5; a=ed25519"), want: "none", evidence: "dkim=fail header.from=example.org"},
		{name: "key revoked", mail: good, dns: mapResolver{"s._domainkey.example.org": "v=DKIM1; p="}, want: "none"},
		{name: "key for tests", mail: good, dns: mapResolver{"s._domainkey.example.org": keyRecord("t=y:s; ")}, want: "none"},
		{name: "no key", mail: good, dns: mapResolver{}, want: "none"},
		{name: "no answer for the key", mail: good, dns: mapResolver{"s._domainkey.example.org": "!"}, want: "none", again: true},
		{name: "no answer for DMARC", mail: good, dns: with("_dmarc.example.org", "!"), want: "none", again: true},

		{name: "addressed to another", mail: signing{head: replace(signedHead, "support@", "other@")}.sign(t), want: "none", evidence: "dkim=policy reason=not-addressed-to-us"},
		{name: "our address only in an unsigned Cc", mail: replace(signing{head: replace(signedHead, "support@example.com", "x@example.net"), keys: "from:to:subject:date:message-id"}.sign(t), "Subject:", "Cc: support@example.com\r\nSubject:"), want: "none", evidence: "dkim=policy reason=cc-not-signed"},
		{name: "signed, then Cc added", mail: replace(signing{keys: "from:to:subject:date:message-id"}.sign(t), "Subject:", "Cc: eve@evil.example\r\nSubject:"), want: "none", evidence: "dkim=policy reason=cc-not-signed"},
		{name: "our address only as a name", mail: signing{head: replace(signedHead, "To: support@example.com", `To: "support@example.com" <x@example.net>`)}.sign(t), want: "none", evidence: "dkim=policy reason=not-addressed-to-us"},
		{name: "signed, then To added", mail: "To: support@example.com\r\n" + signing{keys: "from:to:date:message-id:subject"}.sign(t), want: "none", evidence: "reason=field-twice"},
		{name: "signed, then disguised To", mail: replace(signing{head: replace(signedHead, "support@", "other@"), keys: "from:to:date:message-id:subject"}.sign(t), "To: other", "To: support@example.com\r\nTo\u00a0: other"), want: "none", evidence: "reason=damaged-header"},
		{name: "signed, then Subject added", mail: replace(signing{keys: "from:to:date:message-id:subject"}.sign(t), "From: Ann", "Subject: y\r\nFrom: Ann"), want: "none", evidence: "reason=field-twice"},
		{name: "signed, then From added", mail: "From: agent@example.com\r\n" + good, want: "fail"},
		{name: "From field with a blank", mail: replace(good, "From: Ann", "From : agent@example.com\r\nFrom: Ann"), want: "fail"},
		{name: "To not signed", mail: signing{keys: "from:date:message-id:subject"}.sign(t), want: "none", evidence: "reason=to-not-signed"},
		{name: "Date not signed", mail: signing{keys: "from:to:message-id:subject"}.sign(t), want: "none", evidence: "reason=date-not-signed"},
		{name: "Message-ID not signed", mail: signing{keys: "from:to:date:subject"}.sign(t), want: "none", evidence: "reason=message-id-not-signed"},
		{name: "Subject not signed", mail: signing{keys: "from:to:date:message-id"}.sign(t), want: "none", evidence: "reason=subject-not-signed"},
		{name: "no Message-ID", mail: signing{head: replace(signedHead, "\nMessage-ID: <1@example.org>", "")}.sign(t), want: "none"},
		{name: "bare CR", mail: replace(good, "Subject: x", "Subject: x\ry"), want: "none", evidence: "reason=damaged-header"},
		{name: "blank line first", mail: "\r\n" + good, want: "none", evidence: "reason=damaged-header"},

		{name: "eight days old", mail: good, now: now.Add(8 * 24 * time.Hour), want: "none", evidence: "reason=too-old"},
		{name: "eight days old, ten allowed", mail: good, now: now.Add(8 * 24 * time.Hour), trust: func(t *Trust) { t.SignatureAge = 10 * 24 * time.Hour }, want: "pass"},
		{name: "two days old, one allowed", mail: good, now: now.Add(2 * 24 * time.Hour), trust: func(t *Trust) { t.SignatureAge = 24 * time.Hour }, want: "none", evidence: "reason=too-old"},
		{name: "six days old", mail: good, now: now.Add(6 * 24 * time.Hour), want: "pass"},
		{name: "from the future", mail: good, now: now.Add(-2 * time.Hour), want: "none", evidence: "reason=from-the-future"},
		{name: "expired since", mail: signing{expiry: now.Add(time.Hour)}.sign(t), now: now.Add(2 * time.Hour), want: "none", evidence: "reason=expired"},

		{name: "subdomain, relaxed", mail: signing{domain: "m.example.org"}.sign(t), dns: with("s._domainkey.m.example.org", keyRecord(""), "_dmarc.example.org", "v=DMARC1; p=reject"), want: "pass", evidence: "dkim=pass header.d=m.example.org"},
		{name: "subdomain, strict", mail: signing{domain: "m.example.org"}.sign(t), dns: with("s._domainkey.m.example.org", keyRecord(""), "_dmarc.example.org", "v=DMARC1; p=reject; adkim=s"), want: "none", evidence: "reason=not-aligned"},
		{name: "subdomain, no record", mail: signing{domain: "m.example.org"}.sign(t), dns: with("s._domainkey.m.example.org", keyRecord("")), want: "none", evidence: "reason=not-aligned"},
		{name: "another domain", mail: signing{domain: "evil.example"}.sign(t), dns: with("s._domainkey.evil.example", keyRecord("")), want: "none", evidence: "dkim=none header.from=example.org"},
		{name: "second signature is the good one", mail: "DKIM-Signature: v=1; a=ed25519-sha256; d=example.org; s=gone; h=from:to; bh=x; b=y\r\n" + good, want: "pass"},
		{name: "good one is the sixth", mail: strings.Repeat("DKIM-Signature: v=1; a=ed25519-sha256; d=example.org; s=gone; h=from:to; bh=x; b=y\r\n", 5) + good, want: "none"},
		{name: "foreign ones do not count", mail: strings.Repeat("DKIM-Signature: v=1; a=ed25519-sha256; d=evil.example; s=gone; h=from:to; bh=x; b=y\r\n", 9) + good, want: "pass"},
		{name: "endless list of names", mail: replace(good, " h=", " h="+strings.Repeat("x:", 200)), want: "none", evidence: "dkim=none header.from=example.org"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			trust := testTrust()
			trust.AuthservID, trust.TrustedHops = "", nil
			if tt.trust != nil {
				tt.trust(&trust)
			}
			if tt.dns == nil {
				tt.dns = key
			}
			if tt.now.IsZero() {
				tt.now = now
			}
			v := Authenticate(context.Background(), strings.NewReader(tt.mail), trust, tt.dns, tt.now)
			if v.Result != tt.want || v.Temporary != tt.again || !strings.Contains(v.Evidence, tt.evidence) {
				t.Errorf("got %+v; want %s, temporary %v, %q", v, tt.want, tt.again, tt.evidence)
			}
			checkEvidence(t, v)
		})
	}
}

// Mail-rules §9 test 22.
func TestReplayedSignedMailIsNone(t *testing.T) {
	raw := signing{head: strings.Replace(signedHead, "support@example.com", "victim@example.net", 1)}.sign(t)
	trust := testTrust()
	trust.AuthservID = ""
	v := Authenticate(context.Background(), strings.NewReader(raw), trust, mapResolver{"s._domainkey.example.org": keyRecord("")}, time.Now())
	if v.Result != ticketing.None || v.Temporary {
		t.Error(v)
	}
}

// brokenReader fails behind the header.
type brokenReader struct{ *strings.Reader }

func (b brokenReader) Read(p []byte) (int, error) {
	if int64(b.Len()) < b.Size()/2 {
		return 0, errors.New("disk error")
	}
	return b.Reader.Read(p[:min(len(p), 512)])
}

func TestUnreadableMailIsAskedAgain(t *testing.T) {
	raw := signing{body: strings.Repeat("hello\n", 5000)}.sign(t)
	trust := testTrust()
	trust.AuthservID = ""
	v := Authenticate(context.Background(), brokenReader{strings.NewReader(raw)}, trust, mapResolver{"s._domainkey.example.org": keyRecord("")}, time.Now())
	if v.Result != ticketing.None || !v.Temporary {
		t.Error(v)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	v = Authenticate(ctx, strings.NewReader(raw), trust, mapResolver{"s._domainkey.example.org": keyRecord("")}, time.Now())
	if v.Result != ticketing.None || !v.Temporary {
		t.Error(v)
	}
}

func BenchmarkBySignature(b *testing.B) {
	raw := signing{body: strings.Repeat(fmt.Sprintf("%070d\n", 1), 100)}.sign(b)
	trust := testTrust()
	trust.AuthservID = ""
	for b.Loop() {
		Authenticate(context.Background(), strings.NewReader(raw), trust, mapResolver{"s._domainkey.example.org": keyRecord("")}, time.Now())
	}
}
