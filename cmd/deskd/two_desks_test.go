package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	netsmtp "net/smtp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"deskd/mailserver"
)

// gateway is a mail server on the way that takes fields out of mails' headers
// and hands them on, logged in as their desk.
type gateway struct {
	server, user string
	drop         []string // in lower case
	tag          string   // taken out of Subject
}

// start runs the gateway until the test ends and gives its host:port.
func (g *gateway) start(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &gatewaySession{gateway: g}, nil }))
	s.Domain, s.EnableDSN, s.EnableSMTPUTF8 = "gateway.test", true, true
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }()
	t.Cleanup(func() { s.Close(); <-done })
	return l.Addr().String()
}

type gatewaySession struct {
	*gateway
	from string
	to   []string
}

func (s *gatewaySession) Mail(from string, _ *smtp.MailOptions) error { s.from = from; return nil }
func (s *gatewaySession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}
func (s *gatewaySession) Reset()        { s.from, s.to = "", nil }
func (s *gatewaySession) Logout() error { return nil }
func (s *gatewaySession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return post(s.server, s.user, s.from, s.to, s.clean(string(raw)))
}

// clean takes the fields out, with their folded lines.
func (g *gateway) clean(raw string) string {
	header, body, _ := strings.Cut(raw, "\r\n\r\n")
	var kept []string
	keep := true
	for _, line := range strings.Split(header, "\r\n") {
		if line[0] != ' ' && line[0] != '\t' {
			name, _, _ := strings.Cut(strings.ToLower(line), ":")
			keep = true
			for _, d := range g.drop {
				keep = keep && name != d
			}
			if g.tag != "" && name == "subject" {
				line = strings.ReplaceAll(line, g.tag, "")
			}
		}
		if keep {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\r\n") + "\r\n\r\n" + body
}

func post(server, user, from string, to []string, raw string) error {
	return netsmtp.SendMail(server, netsmtp.PlainAuth("", user, "secret", "127.0.0.1"), from, to, []byte(raw))
}

// twoDesks are two whole desks, each with an agent, at one mail server.
type twoDesks struct {
	t      *testing.T
	server *mailserver.Server
	a, b   *testDesk
}

const addressA, addressB = "support@a.test", "support@b.test"

func newTwoDesks(t *testing.T, drop []string, tag string) *twoDesks {
	t.Helper()
	var accounts []mailserver.Account
	for _, address := range []string{addressA, addressB, "anna@agents.test", "ben@agents.test"} {
		accounts = append(accounts, mailserver.Account{Address: address, Password: "secret"})
	}
	server, err := mailserver.Start(mailserver.Options{Domain: "post.test", Accounts: accounts})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	w := &twoDesks{t: t, server: server}
	w.a, w.b = w.desk(addressA, "anna@agents.test", drop, tag), w.desk(addressB, "ben@agents.test", drop, tag)
	return w
}

func (w *twoDesks) desk(address, agent string, drop []string, tag string) *testDesk {
	w.t.Helper()
	relay, login := w.server.SMTPAddr(), fmt.Sprintf("user = %q\npassword = \"secret\"", address)
	if len(drop) > 0 || tag != "" {
		relay, login = (&gateway{server: relay, user: address, drop: drop, tag: tag}).start(w.t), ""
	}
	file := probeConfig(w.t, address, w.server.IMAPAddr(), relay, `authserv_id = "`+w.server.Name()+`"`, login)
	d := &testDesk{t: w.t, config: file}
	d.deskd("agent", "add", agent, "--name", "Agent")
	d.start()
	return d
}

// quiet reports whether nothing more can happen at a desk by itself: every mail
// that its mailbox has was decided about, and no mail is owed.
func (w *twoDesks) quiet(d *testDesk, address string) bool {
	var rows []ledgerView
	if err := json.Unmarshal([]byte(d.deskd("ledger", "list", "--json")), &rows); err != nil {
		w.t.Fatal(err)
	}
	for _, r := range rows {
		if r.State == "spooled" {
			return false
		}
	}
	return len(rows) == len(w.server.Inbox(address)) && strings.TrimSpace(d.deskd("outbox", "list", "--json")) == "[]"
}

// settle waits until both desks are quiet. Looking at one takes time in which
// the other may write to it, so both have to be found quiet with nothing
// delivered meanwhile.
func (w *twoDesks) settle() {
	w.t.Helper()
	delivered := func() int {
		return len(w.server.Inbox(addressA)) + len(w.server.Inbox(addressB))
	}
	w.a.waitFor("both desks are quiet", func() bool {
		before := delivered()
		return w.quiet(w.a, addressA) && w.quiet(w.b, addressB) && w.quiet(w.a, addressA) && before == delivered()
	})
}

// from counts the mails in a mailbox that were sent by an address.
func (w *twoDesks) from(sender, inbox string) int {
	n := 0
	for _, raw := range w.server.Inbox(inbox) {
		for line := range strings.SplitSeq(string(raw), "\r\n") {
			if line == "" {
				break
			}
			if strings.HasPrefix(line, "From: ") && strings.Contains(line, sender) {
				n++
			}
		}
	}
	return n
}

// TestTwoDesks: two desks that write to each other come to rest after one mail
// each way, whatever the mail servers between them take out of the header
// (mail-rules §3; OTRS and osTicket did not).
func TestTwoDesks(t *testing.T) {
	threads := []string{"in-reply-to", "references", "thread-index", "thread-topic"}
	marks := []string{"x-auto-response-suppress", "auto-submitted", "precedence"}
	for _, c := range []struct {
		name string
		drop []string
		tag  string
	}{
		{"as sent", nil, ""},
		{"threads lost", threads, ""},
		{"threads and tags lost", threads, "[HD-1]"},
		{"automatic marks lost, but for ours", marks, ""},
		{"everything lost, but for our mark", append(marks, threads...), "[HD-1]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newTwoDesks(t, c.drop, c.tag)
			w.begin()
			w.settle()
			if n := w.from(addressA, addressB); n != 1 {
				t.Errorf("desk A sent %d mails to desk B, want the one that its agent wrote", n)
			}
			if n := w.from(addressB, addressA); n != 1 {
				t.Errorf("desk B sent %d mails to desk A, want its acknowledgement", n)
			}
			for _, d := range []*testDesk{w.a, w.b} {
				if held := strings.TrimSpace(d.deskd("review", "list", "--json")); held != "[]" {
					t.Errorf("mails are held: %s", held)
				}
			}
			w.checkTickets()
			if t.Failed() {
				t.Log(w.a.deskd("ticket", "show", "1"), w.b.deskd("ticket", "show", "1"))
			}
		})
	}
}

// begin has desk A's agent write to desk B's address as to a customer.
func (w *twoDesks) begin() {
	w.t.Helper()
	raw := strings.Join([]string{
		"From: Anna <anna@agents.test>", "To: " + addressA, "Subject: Your invoice", "Message-ID: <begin@agents.test>",
		"Date: " + time.Now().Format(time.RFC1123Z), "", "#customer " + addressB, "", "Dear colleagues, where is our invoice?", "",
	}, "\r\n")
	if err := post(w.server.SMTPAddr(), "anna@agents.test", "anna@agents.test", []string{addressA}, raw); err != nil {
		w.t.Fatal(err)
	}
}

// checkTickets: the acknowledgement changed nothing on desk A's ticket, and
// desk B has one ticket of desk A.
func (w *twoDesks) checkTickets() {
	w.t.Helper()
	if text := w.a.deskd("ticket", "show", "1", "--json"); !strings.Contains(text, `"status":"awaiting_reply"`) {
		w.t.Errorf("desk A's ticket does not await an answer any more: %s", text)
	}
	if text := w.b.deskd("ticket", "list", "--all", "--json"); strings.Count(text, `"subject"`) != 1 || !strings.Contains(text, addressA) {
		w.t.Errorf("desk B does not have one ticket of desk A: %s", text)
	}
}
