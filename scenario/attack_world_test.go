package scenario_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"deskd/catalogue"
	"deskd/mail"
	"deskd/storage"
	"deskd/ticketing"
)

// arena is one desk on which many worlds are attacked, without servers: what a
// mailbox would hand over goes straight through parser, sender check and desk.
type arena struct {
	store  *storage.Store
	desk   *ticketing.Desk
	trust  mail.Trust
	clock  time.Time
	worlds int
	lastID int64 // of the outbox, looked at
	mails  int
	counts map[string]int // mails by what became of them
}

const ownList = "help@example.com"

func newArena(t testing.TB, url string) *arena {
	t.Helper()
	ctx := context.Background()
	store, err := storage.Open(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	boxes, err := store.EnsureMailboxes(ctx, []ticketing.Mailbox{{
		Address: "support@example.com", Name: "Example Support", Language: "en", OwnLists: []string{ownList},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.AddAgent(ctx, "mia@example.com", "Mia", "en"); err != nil {
		t.Fatal(err)
	}
	texts, err := catalogue.New()
	if err != nil {
		t.Fatal(err)
	}
	a := &arena{store: store, clock: newPlan().start, counts: map[string]int{}, trust: mail.Trust{
		AuthservID: trustedServer, OwnDomains: []string{"example.com"}, AgentDomains: []string{"example.com"},
		OwnAddresses: []string{"support@example.com"},
	}}
	keys, err := ticketing.NewKeyring([]byte(strings.Repeat("k", 32)), []ticketing.Key{{ID: "1", CreatedAt: a.clock}}, time.Hour, a.clock)
	if err != nil {
		t.Fatal(err)
	}
	set := newPlan().set
	set.Mailboxes = boxes
	// Limits would hold most attacks back before they meet the rules.
	set.Limits.MailsPerHour, set.Limits.ReopensPerDay = 1<<30, 1<<30
	set.Receipts, set.AssignOnAnswer = ticketing.ReceiptsAlways, true
	set.Macros.All = []ticketing.Macro{{Name: "hello", Text: "#solved\n#assign me\nHello {requester.name}, {text}"}}
	a.desk = &ticketing.Desk{Store: store, Composer: mail.Composer{Texts: texts}, Keys: keys, Settings: set,
		Now: func() time.Time { return a.clock }}
	return a
}

// take lets mails arrive, in one group.
func (a *arena) take(t fataler, raws ...[]byte) []ticketing.Received {
	t.Helper()
	ctx := context.Background()
	a.clock = a.clock.Add(time.Minute)
	arrivals := make([]ticketing.Arrival, len(raws))
	for i, raw := range raws {
		arrivals[i] = ticketing.Arrival{MailboxID: a.desk.Settings.Mailboxes[0].ID, Source: ticketing.SourceIngest,
			ReceivedAt: a.clock, Size: int64(len(raw)),
			Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil }}
	}
	ids, err := a.store.IngestMails(ctx, arrivals)
	if err != nil {
		t.Fatalf("ingest: %v", err)
	}
	group := make([]ticketing.Message, len(raws))
	for i, raw := range raws {
		m, err := mail.Parse(bytes.NewReader(raw), mail.DefaultLimits())
		if err != nil {
			t.Fatalf("parse: %v\n%s", err, raw)
		}
		mail.AuthenticateMessage(ctx, &m, bytes.NewReader(raw), a.trust, zone{}, a.clock)
		sum := sha256.Sum256(raw)
		m.MailID, m.Mailbox, m.ReceivedAt, m.Source = ids[i], a.desk.Settings.Mailboxes[0], a.clock, ticketing.SourceInbox
		m.RawSHA256, m.RawSize = hex.EncodeToString(sum[:]), int64(len(raw))
		group[i] = m
	}
	results, err := a.desk.ReceiveGroup(ctx, ticketing.Lease{}, group)
	if err != nil {
		t.Fatalf("receive: %v", err)
	}
	for i, r := range results {
		if r.Err != nil {
			t.Fatalf("receive: %v\n%s", r.Err, raws[i])
		}
	}
	return results
}

// fataler is what rapid's tests and Go's have in common.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
	Logf(format string, args ...any)
}

// letters are the mails owed since the last time, oldest first.
func (a *arena) letters(t fataler) []ticketing.OutboxMail {
	t.Helper()
	var all []ticketing.OutboxMail
	for before := int64(0); ; {
		rows, err := a.store.OutboxRows(context.Background(), storage.OutboxFilter{BeforeID: before, Limit: 50, Drafts: true})
		if err != nil {
			t.Fatalf("read the outbox: %v", err)
		}
		for _, r := range rows {
			if r.ID <= a.lastID {
				rows = nil
				break
			}
			all, before = append(all, r), r.ID
		}
		if len(rows) == 0 {
			break
		}
	}
	slices.Reverse(all)
	if len(all) > 0 {
		a.lastID = all[len(all)-1].ID
	}
	return all
}

func (a *arena) view(t fataler, f func(ticketing.Reader) error) {
	t.Helper()
	if err := a.store.View(context.Background(), f); err != nil {
		t.Fatalf("look: %v", err)
	}
}

// world is two tickets with their people and secrets, and all that may have
// leaked of them.
type world struct {
	*arena
	number      int
	a, b        int64 // the tickets
	tokens      []string
	ids         []string
	secrets     map[string][]string // text: the customers who may read it
	replyTo     map[string]string   // person's latest reply address
	agentsPlace string              // Mia's reply address on ticket a
	made        map[int64][]byte    // the last attack that came onto a ticket
}

// address is that of somebody in this world alone.
func (w *world) address(name, domain string) string {
	return fmt.Sprintf("%s%d@%s", name, w.number, domain)
}

func (w *world) aiko() string    { return w.address("aiko", "acme.example") }
func (w *world) ken() string     { return w.address("ken", "acme.example") }
func (w *world) removed() string { return w.address("rem", "acme.example") }
func (w *world) late() string    { return w.address("late", "partner.example") }
func (w *world) bob() string     { return w.address("bob", "other.example") }
func (w *world) mallory() string { return w.address("mallory", "evil.example") }

// players are those who may send from their own mailboxes.
func (w *world) players() []string {
	return []string{w.mallory(), w.removed(), w.ken(), w.late(), w.bob()}
}

// everybody are all whom an attacker may pretend to be, or name.
func (w *world) everybody() []string {
	return append(w.players(), w.aiko(), "mia@example.com", w.address("friend", "evil.example"),
		"support@example.com", ownList, "unknown-sender@invalid")
}

// destinations are reply addresses of this world, whole, changed and spoilt.
func (w *world) destinations() []string {
	all := slices.Clone(w.tokens)
	for _, t := range w.tokens[:min(3, len(w.tokens))] {
		spoilt, _ := changed(t, []string{"spoil"})
		percent, _ := changed(t, []string{"percent"})
		all = append(all, spoilt, percent, strings.ToUpper(t), `"`+t+`" <x@evil.example>`)
	}
	return append(all, ownList)
}

func (w *world) subjects() []string {
	return []string{
		"Re: Printer", "Re: Printer [HD-" + fmt.Sprint(w.a) + "]", "[HD-" + fmt.Sprint(w.b) + "] [HD-" + fmt.Sprint(w.a) + "]",
		"=?utf-8?q?=5BHD-" + fmt.Sprint(w.a) + "=5D?=", "Your verification code", "Automatic reply: Printer",
	}
}

// lies are fields that pretend to evidence.
func (w *world) lies() []string {
	var all []string
	for _, who := range []string{w.aiko(), "mia@example.com", w.ken()} {
		d := ticketing.DomainOf(who)
		all = append(all,
			"Authentication-Results: "+trustedServer+"; dmarc=pass header.from="+d,
			"Authentication-Results: "+strings.ToUpper(trustedServer)+" 1; dmarc=pass header.from="+d,
			"Authentication-Results: evil.example; dkim=fail (x; dmarc=pass header.from="+d+" ) header.d=evil.example",
			"Reply-To: "+who, "Sender: "+who, "X-Original-From: "+who, "Return-Path: <"+who+">",
			"Received: from x (Authenticated sender: "+who+") by "+trustedServer+" with ESMTPSA id 1; Mon, 05 Jan 2026 09:00:00 +0000",
			"From : "+who,
		)
	}
	return append(all, "X-MS-Exchange-Organization-AuthAs: Internal", "Auto-Submitted: auto-replied", "Auto-Submitted: no",
		"X-Helpdesk-Loop: desk-1; kind=human", "X-Helpdesk-Loop: other; kind=auto", "Precedence: bulk", "List-Id: <help.example.com>",
		"To: "+w.tokens[0], "Subject: Printer [HD-"+fmt.Sprint(w.a)+"]", "Message-ID: "+w.ids[0], "Cc: "+w.mallory(),
		"Subject: Automatic reply: out of office until 2026-12-01", "X-Autoreply: yes", "Subject: Fwd: Printer", "Subject: FW: out of office",
		"Content-Type: multipart/report; report-type=delivery-status; boundary=x", "DKIM-Signature: v=1; a=rsa-sha256; d=acme.example; s=s; h=from; bh=x; b=y")
}

// orders are what only agents may give.
func (w *world) orders() []string {
	return []string{"#note", "#public", "#solved", "#open", "#hold for ever", "#assign mia@example.com", "#priority S1",
		"#cc " + w.mallory(), "#customer " + w.mallory(), "#release", "#confirm", "#admit", "#trust", "#split", "#drop",
		"#uncc " + w.ken(), "#awaiting", "#solved bug 7", "#hold engineering | Soon.", "#priority S1 dear | Soon.", "#tag evil", "#remind 1h",
		fmt.Sprintf("#merge %d with cc", w.b), fmt.Sprintf("#merge %d", w.a), fmt.Sprintf("#link %d", w.b), fmt.Sprintf("#unmerge %d", w.b),
		"#help", "#macro hello", "#away 2026-12-01", "#back", "#notify none", "#receipts always", "#digest off"}
}

// newWorld plays the story that the attackers want to know.
func (a *arena) newWorld(t fataler, solved bool) *world {
	t.Helper()
	a.worlds++
	w := &world{arena: a, number: a.worlds, secrets: map[string][]string{}, replyTo: map[string]string{}, made: map[int64][]byte{}}
	insiders := []string{w.aiko(), w.ken()}
	first := w.honest(t, w.aiko(), "support@example.com", w.ken()+", "+w.removed(), "PUB1", insiders...)
	w.a = first.TicketID
	w.honest(t, "mia@example.com", "", "", "PUB2", insiders...)
	w.honest(t, "mia@example.com", "", "", "#note\nINT1")
	w.do(t, ticketing.RemoveCc{Address: w.removed()})
	w.agentsPlace = w.replyTo["mia@example.com"]
	all := append(insiders, w.late())
	w.honest(t, w.aiko(), "", w.late(), "PUB3", all...)
	w.honest(t, "mia@example.com", "", "", "PUB4", all...)
	w.honest(t, w.mallory(), w.replyTo[w.aiko()], "", "HELD")
	second := w.honest(t, w.bob(), "support@example.com", "", "PUB5", w.bob())
	w.b = second.TicketID
	w.honest(t, "mia@example.com", "", "", "PUB6", w.bob())
	if solved {
		w.do(t, ticketing.SetStatus{To: ticketing.Solved})
	}
	w.letters(t)
	return w
}

// honest sends a mail that is what it says, to the given address or as an
// answer to the latest letter, and remembers its words as a secret.
func (w *world) honest(t fataler, from, to, cc, words string, readers ...string) ticketing.Outcome {
	t.Helper()
	if to == "" {
		to = w.replyTo[from]
	}
	secret := fmt.Sprintf("%s-%d-%d", words[strings.LastIndex(words, "\n")+1:], w.number, len(w.secrets))
	words = words[:strings.LastIndex(words, "\n")+1] + secret
	w.secrets[secret] = readers
	raw := fmt.Sprintf("Authentication-Results: %s; dmarc=pass header.from=%s\r\nFrom: %s\r\nTo: %s\r\n", trustedServer, ticketing.DomainOf(from), from, to)
	if cc != "" {
		raw += "Cc: " + cc + "\r\n"
	}
	raw += fmt.Sprintf("Subject: Printer\r\nMessage-ID: <%s@test>\r\n\r\n%s\r\n", secret, strings.ReplaceAll(words, "\n", "\r\n"))
	o := w.take(t, []byte(raw))[0].Outcome
	w.ids = append(w.ids, "<"+secret+"@test>")
	for _, l := range w.letters(t) {
		w.learn(t, l)
	}
	return o
}

// learn keeps what a letter would tell somebody whom it was forwarded to. The
// ids of letters about held mails stay in the agents' mailboxes: they are what
// a confirmation proves.
func (w *world) learn(t fataler, l ticketing.OutboxMail) {
	m, err := mail.Parse(bytes.NewReader(l.Draft.Head), mail.DefaultLimits())
	if err != nil {
		t.Fatalf("read our own letter: %v", err)
	}
	if l.Kind != ticketing.LetterReceipt { // that of a note is for notes
		w.replyTo[l.Recipient] = m.ReplyTo[0].Address
	}
	if !slices.Contains(w.tokens, m.ReplyTo[0].Address) {
		w.tokens = append(w.tokens, m.ReplyTo[0].Address)
	}
	if l.Kind == ticketing.LetterHeld {
		return
	}
	for _, id := range append(m.References, m.MessageID) {
		if !slices.Contains(w.ids, id) {
			w.ids = append(w.ids, id)
		}
	}
}

func (w *world) do(t fataler, c ticketing.Command) {
	t.Helper()
	by := ticketing.Actor{Via: "cli", Author: ticketing.Author{Name: "Mia", Address: "mia@example.com", Role: ticketing.Agent}}
	if err := w.desk.Do(context.Background(), by, w.a, c); err != nil {
		t.Fatalf("%T: %v", c, err)
	}
}
