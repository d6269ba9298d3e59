package servertest_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"deskd/servertest"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

func mail(subject string) []byte {
	return []byte("From: Alice <alice@example.org>\r\nSubject: " + subject + "\r\n\r\nHello.\r\n")
}

func TestDovecotKeepsMail(t *testing.T) {
	t.Parallel()
	d := servertest.NewDovecot(t, servertest.DovecotOptions{})
	d.AddUser(t, "support@example.com", "pass:word {x}")
	d.Deliver(t, "support@example.com", mail("first"))
	date := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	d.Append(t, "support@example.com", "INBOX", servertest.Mail{Raw: mail("second"), Flags: []string{`\Seen`, `\Flagged`}, InternalDate: date})

	got := d.Messages(t, "support@example.com", "INBOX")
	if len(got) != 2 || !bytes.Equal(got[0].Raw, mail("first")) || !bytes.Equal(got[1].Raw, mail("second")) {
		t.Fatalf("got %d mails: %+v", len(got), got)
	}
	if got[0].UID != 1 || got[1].UID != 2 || len(got[0].Flags) != 0 || len(got[1].Flags) != 2 || !got[1].InternalDate.Equal(date) {
		t.Errorf("got %+v", got)
	}

	d.AddFlags(t, "support@example.com", "INBOX", []string{"$Taken"}, 1)
	d.Expunge(t, "support@example.com", "INBOX", 2)
	got = d.Messages(t, "support@example.com", "INBOX")
	if len(got) != 1 || got[0].UID != 1 || len(got[0].Flags) != 1 || got[0].Flags[0] != "$Taken" {
		t.Errorf("after expunging 2: %+v", got)
	}
}

// TestDovecotKnowsUsersAtOnce logs each user in as soon as he is added, while
// the ones before him have just logged in.
func TestDovecotKnowsUsersAtOnce(t *testing.T) {
	t.Parallel()
	d := servertest.NewDovecot(t, servertest.DovecotOptions{})
	for i := range 20 {
		user := fmt.Sprintf("user%d@example.com", i)
		d.AddUser(t, user, "secret")
		if state := d.Folder(t, user, "INBOX"); state.Messages != 0 {
			t.Errorf("%s starts with %+v", user, state)
		}
	}
}

func TestDovecotBulkAndUIDValidity(t *testing.T) {
	t.Parallel()
	d := servertest.NewDovecot(t, servertest.DovecotOptions{})
	d.AddUser(t, "alice", "secret")
	mails := make([]servertest.Mail, 2000)
	for i := range mails {
		mails[i] = servertest.Mail{Raw: mail(fmt.Sprint("number ", i))}
	}
	d.Append(t, "alice", "Archive", mails...)
	before := d.Folder(t, "alice", "Archive")
	if before.Messages != 2000 || before.UIDNext != 2001 {
		t.Fatalf("folder is %+v", before)
	}
	for i, m := range d.Messages(t, "alice", "Archive") {
		if !bytes.Equal(m.Raw, mails[i].Raw) {
			t.Fatalf("uid %d is %q, want %q", m.UID, m.Raw, mails[i].Raw)
		}
	}
	d.Expunge(t, "alice", "Archive", 1)
	d.ResetUIDValidity(t, "alice", "Archive")
	after := d.Folder(t, "alice", "Archive")
	if after.UIDValidity <= before.UIDValidity || after.Messages != 1999 || after.UIDNext != 2000 {
		t.Errorf("folder was %+v, is %+v", before, after)
	}
	d.DeleteFolder(t, "alice", "Archive")
	d.CreateFolder(t, "alice", "Archive")
	if again := d.Folder(t, "alice", "Archive"); again.UIDValidity == after.UIDValidity || again.Messages != 0 {
		t.Errorf("a folder made anew is %+v, was %+v", again, after)
	}
}

func TestDovecotTLSAndWithheldCapabilities(t *testing.T) {
	t.Parallel()
	d := servertest.NewDovecot(t, servertest.DovecotOptions{Withhold: []string{"IDLE", "MOVE", "UIDPLUS"}})
	d.AddUser(t, "alice", "secret")
	dial := map[string]func() (*imapclient.Client, error){
		"TLS": func() (*imapclient.Client, error) {
			return imapclient.DialTLS(d.TLSAddress(), &imapclient.Options{TLSConfig: &tls.Config{RootCAs: d.Pool()}})
		},
		"STARTTLS": func() (*imapclient.Client, error) {
			return imapclient.DialStartTLS(d.Address(), &imapclient.Options{TLSConfig: &tls.Config{RootCAs: d.Pool(), ServerName: "localhost"}})
		},
	}
	for name, dial := range dial {
		c, err := dial()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := c.Login("alice", "wrong").Wait(); err == nil {
			t.Errorf("%s: logged in with a wrong password", name)
		}
		if err := c.Login("alice", "secret").Wait(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		caps := c.Caps()
		if caps.Has(imap.CapIdle) || caps.Has(imap.CapMove) || caps.Has(imap.CapUIDPlus) || !caps.Has(imap.CapCondStore) {
			t.Errorf("%s: capabilities %v", name, caps)
		}
		c.Close()
	}
}

func TestDovecotAnnouncesAll(t *testing.T) {
	t.Parallel()
	d := servertest.NewDovecot(t, servertest.DovecotOptions{})
	d.AddUser(t, "alice", "secret")
	c := session(t, d)
	for _, name := range []string{"IDLE", "MOVE", "UIDPLUS", "CONDSTORE"} {
		if caps := c.command("CAPABILITY"); !strings.Contains(caps, " "+name+" ") && !strings.Contains(caps, " "+name+"\r") {
			t.Errorf("no %s in %s", name, caps)
		}
	}
}

func TestDovecotPauseKillRestart(t *testing.T) {
	t.Parallel()
	d := servertest.NewDovecot(t, servertest.DovecotOptions{})
	d.AddUser(t, "alice", "secret")
	d.Deliver(t, "alice", mail("kept"))
	c := session(t, d)
	if n := d.Sessions(t); n != 1 {
		t.Fatalf("%d sessions, want 1", n)
	}

	if n := d.PauseSessions(t); n != 1 {
		t.Fatalf("froze %d sessions, want 1", n)
	}
	fmt.Fprintf(c, "p NOOP\r\n")
	c.SetDeadline(time.Now().Add(shortTime))
	if line, err := c.ReadString('\n'); !os.IsTimeout(err) {
		t.Fatalf("a frozen session says %q, %v", line, err)
	}
	if n := len(d.Messages(t, "alice", "INBOX")); n != 1 {
		t.Fatalf("a new session sees %d mails, want 1", n)
	}
	d.Resume(t)
	c.SetDeadline(time.Now().Add(waitTime))
	if line, err := c.ReadString('\n'); err != nil {
		t.Fatalf("a session let go says %q, %v", line, err)
	}

	d.Pause(t)
	frozen, err := net.Dial("tcp", d.Address())
	if err != nil {
		t.Fatal(err)
	}
	frozen.SetDeadline(time.Now().Add(shortTime))
	if _, err := frozen.Read(make([]byte, 1)); !os.IsTimeout(err) {
		t.Fatalf("a frozen server greets: %v", err)
	}
	frozen.Close()
	d.Resume(t)

	d.Kill(t)
	for err = nil; err == nil; {
		_, err = c.ReadString('\n') // it may say goodbye
	}
	if os.IsTimeout(err) {
		t.Error("a session outlived the server")
	}
	if _, err := net.Dial("tcp", d.Address()); err == nil {
		t.Error("a killed server takes connections")
	}
	d.Restart(t)
	if got := d.Messages(t, "alice", "INBOX"); len(got) != 1 || got[0].UID != 1 {
		t.Errorf("after a restart: %+v", got)
	}
}

func TestDovecotTellsWhoIdles(t *testing.T) {
	t.Parallel()
	d := servertest.NewDovecot(t, servertest.DovecotOptions{})
	d.AddUser(t, "alice", "secret")
	c := session(t, d)
	session(t, d)
	for _, step := range []struct {
		line string
		want int
	}{{"t NOOP", 0}, {"t SELECT INBOX", 0}, {"t IDLE", 1}, {"DONE", 0}} {
		fmt.Fprintf(c, "%s\r\n", step.line)
		for answer := ""; !strings.HasPrefix(answer, "t ") && !strings.HasPrefix(answer, "+ "); {
			var err error
			if answer, err = c.ReadString('\n'); err != nil {
				t.Fatalf("%s: %v", step.line, err)
			}
		}
		n := d.Idling(t)
		for end := time.Now().Add(waitTime); n != step.want && time.Now().Before(end); n = d.Idling(t) {
			time.Sleep(time.Millisecond) // it answers first
		}
		if n != step.want {
			t.Fatalf("after %s %d sessions are in IDLE, want %d", step.line, n, step.want)
		}
	}
}

func TestDovecotRefusesNames(t *testing.T) {
	t.Parallel()
	d := servertest.NewDovecot(t, servertest.DovecotOptions{})
	for _, user := range []string{"", "..", "a/b", "a:b", "A", "a\nb", "@x"} {
		if err := d.CreateUser(user, "secret"); err == nil {
			t.Errorf("user %q was made", user)
		}
	}
	d.AddUser(t, "alice", "secret")
	if err := d.CreateUser("alice", "again"); err == nil {
		t.Error("alice was made twice")
	}
	for _, folder := range []string{"", "..", "../bob", "a/b", "a..b", ".a", "a.", "ü"} {
		if err := d.Store("alice", folder, servertest.Mail{Raw: mail("x")}); err == nil {
			t.Errorf("folder %q was made", folder)
		}
	}
	if err := d.Store("bob", "INBOX"); err == nil {
		t.Error("bob has mail")
	}
	if err := d.Store("alice", "INBOX", servertest.Mail{Raw: mail("x"), Flags: []string{"$Keyword"}}); err == nil {
		t.Error("a keyword was stored")
	}
}

// rawSession is an IMAP session spoken by hand.
type rawSession struct {
	net.Conn
	*bufio.Reader
}

func (c rawSession) Read(b []byte) (int, error) { return c.Reader.Read(b) }

// command sends a command and returns everything up to its tagged answer.
func (c rawSession) command(line string) string {
	fmt.Fprintf(c.Conn, "t %s\r\n", line)
	var all string
	for {
		line, err := c.ReadString('\n')
		all += line
		if err != nil || strings.HasPrefix(line, "t ") {
			return all
		}
	}
}

func session(t *testing.T, d *servertest.Dovecot) rawSession {
	conn, err := net.Dial("tcp", d.Address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(waitTime))
	c := rawSession{conn, bufio.NewReader(conn)}
	if answer := c.command("LOGIN alice secret"); !strings.Contains(answer, "t OK") {
		t.Fatalf("login: %s", answer)
	}
	return c
}
