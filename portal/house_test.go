package portal_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"deskd/catalogue"
	"deskd/mail"
	"deskd/portal"
	"deskd/servertest"
	"deskd/storage"
	"deskd/ticketing"
)

var postgres servertest.SharedPostgres

func TestMain(m *testing.M) {
	code := m.Run()
	postgres.Close()
	os.Exit(code)
}

// onBothEngines runs a test on SQLite and on PostgreSQL.
func onBothEngines(t *testing.T, test func(t *testing.T, h *house)) {
	t.Parallel()
	for name, database := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite://" + filepath.Join(t.TempDir(), "desk.db") },
		"postgres": func(t *testing.T) string { return postgres.NewDatabase(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t, database(t)))
		})
	}
}

// house is a desk with its pages, and a request (ticket 1) of Aiko with Ken in
// Cc, to which the agent Mia has answered.
type house struct {
	t      testing.TB
	store  *storage.Store
	desk   *ticketing.Desk
	server *httptest.Server
	log    bytes.Buffer
	now    time.Time
	seen   int                              // entries of ticket 1
	who    atomic.Pointer[ticketing.Person] // who is signed in, nil for nobody
	secret atomic.Value                     // of that session, a string
}

// question is what Mia asked. No more of ticket 1 may be on a page.
const question = "Which version do you use?"

func open(t testing.TB, database string) *house {
	t.Helper()
	store, err := storage.Open(t.Context(), database)
	must(t, err)
	t.Cleanup(func() { store.Close() })
	boxes, err := store.EnsureMailboxes(t.Context(), []ticketing.Mailbox{
		{Address: "support@example.com", Name: "Example Support", Language: "en"},
	})
	must(t, err)
	texts, err := catalogue.New()
	must(t, err)
	h := &house{t: t, store: store, now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	keys, err := ticketing.NewKeyring([]byte(strings.Repeat("k", 32)), []ticketing.Key{{ID: "1", CreatedAt: h.now}}, time.Hour, h.now)
	must(t, err)
	h.desk = &ticketing.Desk{
		Store: store, Composer: mail.Composer{Texts: texts}, Keys: keys, Now: func() time.Time { return h.now },
		Settings: ticketing.Settings{
			Instance: "desk-1", Mailboxes: boxes, TagPrefix: "HD", ShowAgentName: true, Limits: ticketing.DefaultLimits(),
		},
	}
	_, err = store.AddAgent(t.Context(), "mia@example.com", "Mia", "en")
	must(t, err)
	h.serve(texts)
	h.receive("From: Aiko <aiko@acme.example>\nTo: support@example.com\nCc: Ken <ken@acme.example>\nSubject: Login <b>fails</b>\nMessage-ID: <1@acme.example>\n\nIt says 403 SECRETFIRST.\n")
	must(t, h.desk.Do(t.Context(), admin(), 1, ticketing.AddNote{Text: "SECRETNOTE: do not tell"}))
	h.answers(question)
	h.news()
	return h
}

// serve starts the pages. Their address is known only then.
func (h *house) serve(texts *catalogue.Catalogue) {
	var pages http.Handler
	h.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h.who.Load() != nil {
			r.AddCookie(&http.Cookie{Name: "__Host-s", Value: h.secret.Load().(string)})
		}
		pages.ServeHTTP(w, r)
	}))
	h.t.Cleanup(h.server.Close)
	var err error
	pages, err = portal.New(portal.Options{
		Desk:     func(context.Context) (*ticketing.Desk, error) { return h.desk, nil },
		OpenFile: h.openFile,
		Texts:    texts, URL: h.server.URL, Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Log: slog.New(slog.NewTextHandler(&h.log, nil)),
	})
	must(h.t, err)
}

// openFile decodes a part of a stored mail, as the daemon does.
func (h *house) openFile(ctx context.Context, rawSHA256, part string) (io.ReadCloser, error) {
	raw, err := h.store.OpenRaw(ctx, rawSHA256)
	if err != nil {
		return nil, err
	}
	r, _, err := mail.OpenPart(raw, part)
	return struct {
		io.Reader
		io.Closer
	}{r, raw}, err
}

// signIn lets somebody look who reads English, or nobody with "": every browser
// has his session from then on.
func (h *house) signIn(address string) {
	h.t.Helper()
	if address == "" {
		h.who.Store(nil)
		return
	}
	var who ticketing.Person
	must(h.t, h.store.Update(h.t.Context(), func(tx ticketing.Tx) (err error) {
		who, err = tx.EnsurePerson(ticketing.Address{Address: address})
		return err
	}))
	secret := rand.Text()
	sum := sha256.Sum256([]byte(secret))
	must(h.t, h.store.Update(h.t.Context(), func(tx ticketing.Tx) error {
		_, err := tx.InsertWebSession(ticketing.WebSession{
			PersonID: who.ID, Token: hex.EncodeToString(sum[:]), Address: address, Agent: who.Agent,
			MadeAt: h.now, SeenAt: h.now, EndsAt: h.now.AddDate(0, 3, 0),
		})
		return err
	}))
	h.secret.Store(secret)
	h.who.Store(&who)
	h.reads("en")
}

// reads sets the language of who is signed in.
func (h *house) reads(language string) {
	h.t.Helper()
	was := *h.who.Load()
	is := was
	is.Language = language
	must(h.t, h.store.Update(h.t.Context(), func(tx ticketing.Tx) error { return tx.UpdatePerson(was, is) }))
	h.who.Store(&is)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func admin() ticketing.Actor {
	return ticketing.Actor{Author: ticketing.Author{Name: "admin", Role: ticketing.System}, Via: "system"}
}

// receive takes in a mail whose sender is proved.
func (h *house) receive(raw string) ticketing.Outcome {
	h.t.Helper()
	h.now = h.now.Add(time.Minute)
	raw = strings.ReplaceAll(raw, "\n", "\r\n")
	sum := sha256.Sum256([]byte(raw))
	ids, err := h.store.IngestMails(h.t.Context(), []ticketing.Arrival{{
		MailboxID: h.desk.Settings.Mailboxes[0].ID, Source: ticketing.SourceIngest, ReceivedAt: h.now, Size: int64(len(raw)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(raw)), nil },
	}})
	must(h.t, err)
	m, err := mail.Parse(strings.NewReader(raw), mail.DefaultLimits())
	must(h.t, err)
	m.MailID, m.Mailbox, m.ReceivedAt = ids[0], h.desk.Settings.Mailboxes[0], h.now
	m.RawSHA256, m.RawSize = hex.EncodeToString(sum[:]), int64(len(raw))
	m.Verdict = ticketing.Verdict{Result: ticketing.Pass, Evidence: "the test says so"}
	o, err := h.desk.Receive(h.t.Context(), m)
	must(h.t, err)
	return o
}

// answers lets Mia answer ticket 1.
func (h *house) answers(text string) {
	h.t.Helper()
	for _, p := range h.participants(1) {
		if p.Role == ticketing.Agent {
			to, err := h.desk.Keys.ReplyAddress(h.desk.Settings.ReplyForm, h.desk.Settings.Mailboxes[0], ticketing.TokenAgent, p)
			must(h.t, err)
			h.receive(fmt.Sprintf("From: Mia <mia@example.com>\nTo: %s\nSubject: Re: Login\nMessage-ID: <a%d@example.com>\n\n%s\n", to, h.now.Unix(), text))
			return
		}
	}
	h.t.Fatal("no agent has been told of ticket 1")
}

func (h *house) participants(ticket int64) (all []ticketing.Participant) {
	h.t.Helper()
	must(h.t, h.store.View(h.t.Context(), func(r ticketing.Reader) (err error) {
		all, err = r.Participants(ticket)
		return err
	}))
	return all
}

// link is the link to answer by of somebody on a ticket, made now.
func (h *house) link(ticket int64, address string) string {
	h.t.Helper()
	for _, p := range h.participants(ticket) {
		if p.Address == address && p.Role != ticketing.Agent {
			token, err := h.desk.Keys.AnswerToken(p, h.now)
			must(h.t, err)
			return h.server.URL + "/answer/" + token
		}
	}
	h.t.Fatalf("%s is not on ticket %d", address, ticket)
	return ""
}

// page is an answer of the pages.
type page struct {
	status int
	header http.Header
	body   string
}

// send asks for a page and does not follow where it leads.
func (h *house) send(r *http.Request) page {
	h.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	w, err := client.Do(r)
	must(h.t, err)
	defer w.Body.Close()
	body, err := io.ReadAll(w.Body)
	must(h.t, err)
	return page{w.StatusCode, w.Header, string(body)}
}

func (h *house) request(method, address, body string) *http.Request {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, address, strings.NewReader(body))
	must(h.t, err)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", h.server.URL)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	return r
}

func (h *house) get(address string) page { return h.send(h.request("GET", address, "")) }

var formField = regexp.MustCompile(`name="form" value="([^"]*)"`)

// form is the form on a page, filled in.
func (h *house) form(address, answer, text string) string {
	h.t.Helper()
	m := formField.FindStringSubmatch(h.get(address).body)
	if m == nil {
		h.t.Fatal("the page has no form")
	}
	return url.Values{"form": {html.UnescapeString(m[1])}, "answer": {answer}, "text": {text}}.Encode()
}

// answer fills in the form of a page and sends it.
func (h *house) answer(address, answer, text string) page {
	h.t.Helper()
	return h.send(h.request("POST", address, h.form(address, answer, text)))
}

// state is where a ticket stands, in one line.
func (h *house) state(id int64) string {
	h.t.Helper()
	var t ticketing.Ticket
	must(h.t, h.store.View(h.t.Context(), func(r ticketing.Reader) (err error) {
		t, err = r.Ticket(id)
		return err
	}))
	return strings.TrimSpace(fmt.Sprintf("%s %s", t.Status, t.SolvedReason))
}

// news are the texts and events that ticket 1 has got since the last call.
func (h *house) news() (all []string) {
	h.t.Helper()
	entries := h.entries(1)
	for _, e := range entries[h.seen:] {
		all = append(all, e.Text+e.Event)
	}
	h.seen = len(entries)
	return all
}

func (h *house) wantNews(want ...string) {
	h.t.Helper()
	if got := h.news(); !slices.Equal(got, want) {
		h.t.Errorf("ticket 1 has got %q, want %q", got, want)
	}
}

func (h *house) entries(id int64) (all []ticketing.Entry) {
	h.t.Helper()
	must(h.t, h.store.View(h.t.Context(), func(r ticketing.Reader) (err error) {
		all, err = r.Entries(id)
		return err
	}))
	return all
}

// owed are the kinds and recipients of the mails queued since the last call,
// with their texts.
func (h *house) owed() map[string]string {
	h.t.Helper()
	rows, err := h.store.ClaimOutbox(h.t.Context(), ticketing.OutboxClaim{Owner: "test", N: 100, Lease: time.Minute})
	must(h.t, err)
	out := map[string]string{}
	for _, row := range rows {
		m, err := mail.Parse(bytes.NewReader(row.Draft.Head), mail.DefaultLimits())
		must(h.t, err)
		out[string(row.Kind)+" "+row.Recipient] = m.Text
		must(h.t, h.store.RecordDelivery(h.t.Context(), "test", row.ID, ticketing.Delivery{State: ticketing.OutboxSent}))
	}
	return out
}

// speaks sets the language in which somebody on ticket 1 is written to.
func (h *house) speaks(address, language string) {
	h.t.Helper()
	must(h.t, h.store.Update(h.t.Context(), func(tx ticketing.Tx) error {
		all, err := tx.Participants(1)
		for _, p := range all {
			if p.Address == address {
				p.Language = language
				err = tx.UpdateParticipant(p)
			}
		}
		return err
	}))
}
