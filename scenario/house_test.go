package scenario_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"deskd/catalogue"
	"deskd/mail"
	"deskd/mail/imap"
	"deskd/mail/intake"
	"deskd/mail/smtp"
	"deskd/servertest"
	"deskd/storage"
	"deskd/ticketing"
)

// trustedServer is whose Authentication-Results the mailboxes believe.
const trustedServer = "mx.example.com"

// password is that of every mailbox.
const password = "pass word"

// house is a desk with real servers around it, and what was told so far.
type house struct {
	t       testing.TB
	dovecot *servertest.Dovecot
	user    string // prefix of this house's users
	plan    *plan

	store    *storage.Store
	desk     *ticketing.Desk
	intake   *intake.Intake
	fetchers []*imap.Fetcher // inboxes, then Sent folders
	sink     *servertest.Sink
	sender   *smtp.Sender
	clock    time.Time

	in      []incoming       // mails put into mailboxes
	out     []outgoing       // mails the relay was handed
	lastRow int64            // of the ledger, told so far
	rows    map[string]int64 // of the ledger, by name
	told    int              // of out
	tale    strings.Builder
}

// incoming is a mail that was put into a mailbox.
type incoming struct {
	name string
	raw  []byte
	box  int // index of the mailbox
}

// outgoing is a mail that the relay was handed.
type outgoing struct {
	ticketing.OutboxMail
	from    string // envelope sender
	raw     []byte
	message ticketing.Message
}

// openHouse starts a desk as planned, on a fresh database.
func openHouse(t testing.TB, p *plan, url, user string, dovecot *servertest.Dovecot) *house {
	t.Helper()
	p.complete()
	h := &house{t: t, plan: p, dovecot: dovecot, user: user, clock: p.start, rows: map[string]int64{}}
	ctx := context.Background()
	var err error
	if h.store, err = storage.Open(ctx, url); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.store.Close() })
	if p.set.Mailboxes, err = h.store.EnsureMailboxes(ctx, p.boxes); err != nil {
		t.Fatal(err)
	}
	h.people(ctx)
	h.openDesk()
	h.openServers()
	return h
}

// people adds the agents and the organisations.
func (h *house) people(ctx context.Context) {
	for _, a := range h.plan.agents {
		if _, err := h.store.AddAgent(ctx, a.Address, a.Name, "en"); err != nil {
			h.t.Fatal(err)
		}
	}
	for _, o := range h.plan.orgs {
		made, err := h.store.AddOrganisation(ctx, o.name)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, d := range o.domains {
			if err := h.store.MapDomain(ctx, d, made.ID); err != nil {
				h.t.Fatal(err)
			}
		}
	}
}

func (h *house) openDesk() {
	texts, err := catalogue.New()
	if err != nil {
		h.t.Fatal(err)
	}
	h.plan.set.Macros.Statuses = mail.StatusWords(texts)
	keys, err := ticketing.NewKeyring([]byte(strings.Repeat("k", 32)), []ticketing.Key{{ID: "1", CreatedAt: h.clock}}, time.Hour, h.clock)
	if err != nil {
		h.t.Fatal(err)
	}
	templates, err := mail.ReadTemplates(h.plan.files, texts, h.plan.set)
	if err != nil {
		h.t.Fatal(err)
	}
	h.desk = &ticketing.Desk{
		Store: h.store, Composer: mail.Composer{Texts: texts, Templates: templates}, Keys: keys, Settings: h.plan.set,
		Timers: h.store, Owner: "test",
		Now: func() time.Time { return h.clock },
	}
	trust := map[int64]mail.Trust{}
	for i, b := range h.plan.set.Mailboxes {
		trust[b.ID] = h.plan.trusts[i]
	}
	h.intake = &intake.Intake{
		Queue: h.store, Desk: h.desk, Owner: "test", Limits: mail.DefaultLimits(), Trust: trust, Resolver: h.plan.dns,
		Report: func(id int64, attempt int, err error) { h.t.Errorf("mail %d, attempt %d: %v", id, attempt, err) },
	}
}

// addUsers makes the mailboxes of a house. All houses' are made before the
// first one is used: Dovecot reads the list of its users once a second.
func addUsers(t testing.TB, d *servertest.Dovecot, user string, boxes int) {
	for i := range boxes {
		d.AddUser(t, userOf(user, i), password)
	}
}

func userOf(user string, box int) string { return fmt.Sprintf("%s.%d", user, box) }

// openServers makes what fetches from the mailboxes, and the relay.
func (h *house) openServers() {
	for _, folder := range []struct{ name, source string }{{"INBOX", ticketing.SourceInbox}, {"Sent", ticketing.SourceSent}} {
		for i, b := range h.plan.set.Mailboxes {
			h.dovecot.CreateFolder(h.t, h.userOf(i), folder.name)
			h.fetchers = append(h.fetchers, &imap.Fetcher{Owner: "test", Spool: h.store, Account: imap.Account{
				Mailbox: b, URL: "imap://" + h.dovecot.Address(), Login: imap.Password(h.userOf(i), password),
				Folder: folder.name, Source: folder.source, Backfill: true,
				Timing: imap.Timing{BacklogAge: 100 * 365 * 24 * time.Hour}, // by the story's clock, all is fresh
			}})
		}
	}
	o := servertest.SinkOptions{}
	if h.plan.ses {
		o.TLS = servertest.SinkStartTLS
		o.MessageID = func(n int) string { return fmt.Sprintf("<%s@email.amazonses.com>", sesName(n)) }
		accepted := 0
		o.Reply = func(servertest.Received) string { accepted++; return "Ok " + sesName(accepted) }
	}
	h.sink = servertest.NewSink(h.t, o)
	relay := smtp.Relay{URL: "smtp://" + h.sink.Address(), MaxConnections: 1}
	if h.plan.ses {
		relay.URL = "smtp://email-smtp.us-east-1.amazonaws.com"
		relay.TLS = &tls.Config{RootCAs: h.sink.Pool(), ServerName: "localhost"}
		relay.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, h.sink.Address())
		}
	}
	var err error
	h.sender, err = smtp.New(smtp.Options{Relay: relay, Outbox: h.store, Owner: "test",
		OnFault: func(err error) { h.t.Errorf("send: %v", err) }})
	if err != nil {
		h.t.Fatal(err)
	}
}

func sesName(n int) string { return fmt.Sprintf("0102018f%08d-test", n) }

func (h *house) userOf(box int) string { return userOf(h.user, box) }

// put lays a mail into a folder, and lets the desk take it in.
func (h *house) put(m incoming, folder string) {
	h.dovecot.Append(h.t, h.userOf(m.box), folder, servertest.Mail{Raw: m.raw, InternalDate: h.clock})
	i := m.box
	if folder == "Sent" {
		i += len(h.plan.set.Mailboxes)
	}
	n, err := h.fetchers[i].Once(context.Background())
	if err != nil || n != 1 {
		h.t.Fatalf("fetched %d mails, %v", n, err)
	}
	if n, err = h.intake.Once(context.Background()); err != nil || n != 1 {
		h.t.Fatalf("decided about %d mails, %v", n, err)
	}
	h.send()
}

// send hands what is owed to the relay and keeps what it got, in an order
// that does not depend on which was quicker.
func (h *house) send() {
	for {
		n, err := h.sender.Drain(context.Background())
		if err != nil {
			h.t.Fatalf("send: %v", err)
		}
		if n == 0 {
			break
		}
	}
	rows := map[string]ticketing.OutboxMail{}
	list, err := h.store.OutboxRows(context.Background(), storage.OutboxFilter{Limit: 1000})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, r := range list {
		rows[r.MessageID] = r
	}
	var got []outgoing
	for _, r := range h.sink.Accepted()[len(h.out):] {
		row, ok := rows[h.parse(r.Raw).MessageID]
		if !ok || len(r.To) != 1 || r.To[0].Address != row.Recipient {
			h.t.Fatalf("the relay was handed a mail for %v that is in no outbox", r.Addresses())
		}
		got = append(got, outgoing{OutboxMail: row, from: r.From, raw: r.Delivered, message: h.parse(r.Delivered)})
	}
	slices.SortStableFunc(got, func(a, b outgoing) int {
		return strings.Compare(string(a.Kind)+" "+a.Recipient, string(b.Kind)+" "+b.Recipient)
	})
	h.out = append(h.out, got...)
}

func (h *house) parse(raw []byte) ticketing.Message {
	m, err := mail.Parse(bytes.NewReader(raw), mail.DefaultLimits())
	if err != nil {
		h.t.Fatalf("read our own mail: %v", err)
	}
	return m
}

// personPattern reads "mia", "mia:note", "mia#2".
var personPattern = regexp.MustCompile(`^([^:#]+)(?::([a-z_]+))?(?:#(\d+))?$`)

// latest finds the latest mail to a person.
func (h *house) latest(person string) (outgoing, error) {
	f := personPattern.FindStringSubmatch(person)
	if f == nil {
		return outgoing{}, fmt.Errorf("%q names nobody", person)
	}
	for _, m := range slices.Backward(h.out) {
		local, _, _ := strings.Cut(m.Recipient, "@")
		if local == f[1] && (f[2] == "" || string(m.Kind) == f[2]) && (f[3] == "" || fmt.Sprint(m.TicketID) == f[3]) {
			return m, nil
		}
	}
	return outgoing{}, errors.New("no mail went to " + person)
}
