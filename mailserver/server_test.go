package mailserver_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"deskd/mailserver"
	"deskd/servertest"
)

func start(t testing.TB, change func(*mailserver.Options)) *mailserver.Server {
	t.Helper()
	o := mailserver.Options{
		Domain: "demo.example",
		Accounts: []mailserver.Account{
			{Address: "support@demo.example", Password: "desk"}, {Address: "Ann@customer.example", Password: "ann"},
		},
		CatchAll: map[string]string{"reply.demo.example": "support@demo.example"},
	}
	if change != nil {
		change(&o)
	}
	s, err := mailserver.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// send hands over a mail as user, or as nobody, and gives the first refusal.
func send(t testing.TB, s *mailserver.Server, user, password, from, mail string, to ...string) error {
	t.Helper()
	c, err := smtp.Dial(s.SMTPAddr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Hello("laptop.customer.example"); err != nil {
		return err
	}
	if user != "" {
		if err := c.Auth(sasl.NewPlainClient("", user, password)); err != nil {
			return err
		}
	}
	if err := c.SendMail(from, to, strings.NewReader(mail)); err != nil {
		return err
	}
	return c.Quit()
}

func wantCode(t *testing.T, err error, want string) {
	t.Helper()
	got := "none"
	if refused := (*smtp.SMTPError)(nil); errors.As(err, &refused) {
		got = fmt.Sprintf("%d %d.%d.%d", refused.Code, refused.EnhancedCode[0], refused.EnhancedCode[1], refused.EnhancedCode[2])
	}
	if got != want {
		t.Errorf("refused with %s (%v), want %s", got, err, want)
	}
}

const question = "From: Ann <ann@customer.example>\r\nTo: support@demo.example\r\nSubject: hi\r\n\r\nhello\r\n"

func TestMailIsStamped(t *testing.T) {
	s := start(t, nil)
	if err := send(t, s, "ann@customer.example", "ann", "ann@customer.example", question, "support+c1@demo.example"); err != nil {
		t.Fatal(err)
	}
	inbox := s.Inbox("support@demo.example")
	if len(inbox) != 1 {
		t.Fatalf("%d mails", len(inbox))
	}
	got := string(inbox[0])
	for _, want := range []string{
		"Return-Path: <ann@customer.example>\r\nDelivered-To: support+c1@demo.example\r\nAuthentication-Results: mail.demo.example; dmarc=pass header.from=customer.example\r\nReceived: from laptop.customer.example ([127.0.0.1])\r\n",
		"(Authenticated sender: ann@customer.example)", "by mail.demo.example (deskd) with ESMTPA id ", "for <support+c1@demo.example>; ",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	if !strings.HasSuffix(got, "\r\n"+question) {
		t.Errorf("%q does not end with the mail as it was", got)
	}
}

// TestWhoMayBeBelieved has From fields and what the server says of them.
func TestWhoMayBeBelieved(t *testing.T) {
	tests := []struct{ name, header, want string }{
		{"own address", "From: ann@customer.example\r\n", "dmarc=pass header.from=customer.example"},
		{"own address, other case", "From: \"Ann, B.\" <ANN@Customer.Example>\r\n", "dmarc=pass header.from=customer.example"},
		{"own address, tagged", "From: ann+x@customer.example\r\n", "dmarc=pass header.from=customer.example"},
		{"folded", "From: Ann\r\n <ann@customer.example>\r\n", "dmarc=pass header.from=customer.example"},
		{"somebody else's", "From: support@demo.example\r\n", "dmarc=fail header.from=demo.example"},
		{"own name, foreign address", "From: \"ann@customer.example\" <eve@evil.example>\r\n", "dmarc=fail header.from=evil.example"},
		{"two fields", "From: ann@customer.example\r\nFrom: support@demo.example\r\n", "dmarc=fail (not one From field)"},
		{"space before the colon", "From : support@demo.example\r\nFrom: ann@customer.example\r\n", "dmarc=fail (not one From field)"},
		{"two addresses", "From: ann@customer.example, support@demo.example\r\n", "dmarc=fail (From is not one address)"},
		{"none", "Subject: x\r\n", "dmarc=fail (not one From field)"},
		{"broken", "From: <ann@customer.example\r\n", "dmarc=fail (From is not one address)"},
	}
	s := start(t, nil)
	for i, tc := range tests {
		if err := send(t, s, "ann@customer.example", "ann", "ann@customer.example", tc.header+"\r\nhello\r\n", "support@demo.example"); err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		got := string(s.Inbox("support@demo.example")[i])
		if want := "Authentication-Results: mail.demo.example; " + tc.want + "\r\n"; !strings.Contains(got, want) {
			t.Errorf("%s: %q lacks %q", tc.name, got, want)
		}
	}
}

func TestForgedTraceIsTakenOut(t *testing.T) {
	s := start(t, func(o *mailserver.Options) { o.NoAuth = true })
	forged := "Authentication-Results: mail.demo.example; dmarc=pass header.from=customer.example\r\n" +
		"authentication-results :\r\n (x) MAIL.demo.example;\r\n dmarc=pass\r\n" +
		"Authentication-Results: mx.other.example; dmarc=pass\r\nReturn-Path: <x@y>\r\nX-Folded: a\r\n Authentication-Results: mail.demo.example; not a field\r\n"
	if err := send(t, s, "", "", "", forged+question, "support@demo.example"); err != nil {
		t.Fatal(err)
	}
	got := string(s.Inbox("support@demo.example")[0])
	if strings.Contains(got, "dmarc=pass header.from") || strings.Contains(got, "MAIL.demo") || strings.Contains(got, "x@y") {
		t.Errorf("forged fields stayed: %q", got)
	}
	for _, want := range []string{
		"Return-Path: <>\r\n", "Authentication-Results: mail.demo.example; dmarc=fail header.from=customer.example\r\n",
		"Authentication-Results: mx.other.example; dmarc=pass\r\n", "X-Folded: a\r\n Authentication-Results: mail.demo.example; not a field\r\n", "with ESMTP id",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}

func TestWhereMailGoes(t *testing.T) {
	s := start(t, func(o *mailserver.Options) { o.MaxAccountBytes = 100_000 })
	as := func(mail string, to ...string) error {
		return send(t, s, "ann@customer.example", "ann", "ann@customer.example", mail, to...)
	}
	wantCode(t, as(question, "nobody@demo.example"), "550 5.1.1")
	wantCode(t, as(question, "nobody+support@demo.example"), "550 5.1.1")
	wantCode(t, as(question, "x@elsewhere.example"), "550 5.1.2")
	wantCode(t, as(question, "SUPPORT+Tag@Demo.Example", "support@demo.example", "support@demo.example", "r123@reply.demo.example", "ann@customer.example"), "none")
	if n, m := len(s.Inbox("support@demo.example")), len(s.Inbox("ANN@customer.example")); n != 3 || m != 1 {
		t.Errorf("%d and %d copies, want 3 and 1", n, m)
	}
	wantCode(t, send(t, s, "", "", "a@b.example", question, "support@demo.example"), "530 5.7.0")
	wantCode(t, send(t, s, "ann@customer.example", "wrong", "a@b.example", question, "support@demo.example"), "535 5.7.8")
	wantCode(t, send(t, s, "nobody@customer.example", "", "a@b.example", question, "support@demo.example"), "535 5.7.8")
	wantCode(t, as(question+strings.Repeat("0123456789\r\n", 9000), "ann@customer.example", "support@demo.example"), "452 4.2.2")
	if m := len(s.Inbox("ann@customer.example")); m != 1 {
		t.Errorf("%d copies after a refusal, want 1", m)
	}
}

func TestStartRefuses(t *testing.T) {
	ok := []mailserver.Account{{Address: "a@demo.example", Password: "p"}}
	for name, o := range map[string]mailserver.Options{
		"no domain":            {Accounts: ok},
		"no account":           {Domain: "demo.example"},
		"no password":          {Domain: "demo.example", Accounts: []mailserver.Account{{Address: "a@demo.example"}}},
		"no address":           {Domain: "demo.example", Accounts: []mailserver.Account{{Address: "a", Password: "p"}}},
		"twice":                {Domain: "demo.example", Accounts: append(ok, mailserver.Account{Address: "A@demo.example", Password: "p"})},
		"catch-all of nobody":  {Domain: "demo.example", Accounts: ok, CatchAll: map[string]string{"x": "b@demo.example"}},
		"SMTP for all the net": {Domain: "demo.example", Accounts: ok, SMTPListen: "0.0.0.0:0"},
		"IMAP for all the net": {Domain: "demo.example", Accounts: ok, IMAPListen: ":0"},
	} {
		if s, err := mailserver.Start(o); err == nil {
			s.Close()
			t.Errorf("%s: started", name)
		}
	}
}

func imapLogin(t *testing.T, s *mailserver.Server, news chan uint32) *imapclient.Client {
	t.Helper()
	options := &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(d *imapclient.UnilateralDataMailbox) {
			if d.NumMessages != nil && news != nil {
				news <- *d.NumMessages
			}
		},
	}}
	c, err := imapclient.DialInsecure(s.IMAPAddr(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.Login("support@demo.example", "wrong").Wait(); err == nil {
		t.Error("logged in with a wrong password")
	}
	if err := c.Login("Support@demo.example", "desk").Wait(); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestIdleMissesNothing delivers at the moment IDLE begins, where the library
// loses about one mail in fifty.
func TestIdleMissesNothing(t *testing.T) {
	s := start(t, nil)
	news := make(chan uint32, 1000)
	c := imapLogin(t, s, news)
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		idle, err := c.Idle()
		if err != nil {
			t.Fatal(err)
		}
		if err := send(t, s, "ann@customer.example", "ann", "ann@customer.example", question, "support@demo.example"); err != nil {
			t.Fatal(err)
		}
		select {
		case n := <-news:
			if n != uint32(i+1) {
				t.Fatalf("told of %d mails, want %d", n, i+1)
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("IDLE %d: nothing heard of the mail", i)
		}
		if err := idle.Close(); err != nil {
			t.Fatal(err)
		}
		if err := idle.Wait(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMoveAndUIDValidity(t *testing.T) {
	s := start(t, nil)
	for range 3 {
		if err := send(t, s, "ann@customer.example", "ann", "ann@customer.example", question, "support@demo.example"); err != nil {
			t.Fatal(err)
		}
	}
	c := imapLogin(t, s, nil)
	box, err := c.Select("INBOX", nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	status, err := c.Status("INBOX", &imap.StatusOptions{UIDValidity: true}).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if box.UIDValidity != status.UIDValidity || box.UIDValidity < 1000 {
		t.Errorf("UIDVALIDITY %d by SELECT, %d by STATUS", box.UIDValidity, status.UIDValidity)
	}
	if !c.Caps().Has(imap.CapMove) {
		t.Fatal("no MOVE")
	}
	moved, err := c.Move(imap.UIDSetNum(2), "Trash").Wait()
	if err != nil {
		t.Fatal(err)
	}
	trash, err := c.Status("Trash", &imap.StatusOptions{UIDValidity: true, NumMessages: true}).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if *trash.NumMessages != 1 || moved.UIDValidity != trash.UIDValidity {
		t.Errorf("Trash has %d mails; UIDVALIDITY %d by MOVE, %d by STATUS", *trash.NumMessages, moved.UIDValidity, trash.UIDValidity)
	}
	left, err := c.UIDSearch(&imap.SearchCriteria{}, nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(left.AllUIDs()); got != "[1 3]" {
		t.Errorf("left in INBOX: %s", got)
	}
	if n := len(s.Inbox("support@demo.example")); n != 3 {
		t.Errorf("Inbox shows %d mails", n)
	}
	time.Sleep(110 * time.Millisecond)
	next := imapLogin(t, start(t, nil), nil)
	if again, err := next.Select("INBOX", nil).Wait(); err != nil || again.UIDValidity <= box.UIDValidity {
		t.Errorf("the next start has UIDVALIDITY %d after %d (%v)", again.UIDValidity, box.UIDValidity, err)
	}
}

func TestWaitInboxAndClose(t *testing.T) {
	s := start(t, nil)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if _, err := s.WaitInbox(ctx, "support@demo.example", 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	done := make(chan error)
	go func() {
		_, err := s.WaitInbox(context.Background(), "support@demo.example", 1)
		done <- err
	}()
	s.Close()
	s.Close()
	if err := <-done; err == nil {
		t.Error("waited on after Close")
	}
	if _, err := net.Dial("tcp", s.IMAPAddr()); err == nil {
		t.Error("IMAP is still there")
	}
	if _, err := net.Dial("tcp", s.SMTPAddr()); err == nil {
		t.Error("SMTP is still there")
	}
}

// TestCurl is an ordinary program's view.
func TestCurl(t *testing.T) {
	curl := servertest.Program(t, "curl", "curl")
	s := start(t, nil)
	file := filepath.Join(t.TempDir(), "mail.eml")
	if err := os.WriteFile(file, []byte(question), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) []byte {
		t.Helper()
		out, err := exec.Command(curl, append([]string{"-sS", "--max-time", "10"}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("curl %q: %v: %s", args, err, out)
		}
		return out
	}
	run("smtp://"+s.SMTPAddr(), "-u", "ann@customer.example:ann", "--mail-from", "ann@customer.example", "--mail-rcpt", "support@demo.example", "-T", file)
	got := run("imap://"+s.IMAPAddr()+"/INBOX;UID=1", "-u", "support@demo.example:desk")
	if !bytes.Equal(got, s.Inbox("support@demo.example")[0]) {
		t.Errorf("fetched %q", got)
	}
	if list := run("imap://"+s.IMAPAddr()+"/", "-u", "support@demo.example:desk"); !bytes.Contains(list, []byte("Sent")) {
		t.Errorf("folders %q", list)
	}
}
