package imap

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"deskd/servertest"
)

// folderText is a folder as "uid:flags", to compare it as a whole.
func folderText(t testing.TB, d *servertest.Dovecot, folder string) string {
	t.Helper()
	var all []string
	for _, m := range d.Messages(t, testUser, folder) {
		subject := headerField(m.Raw, "Subject")
		all = append(all, subject+" "+strings.Join(m.Flags, " "))
	}
	return strings.TrimSpace(strings.ReplaceAll(strings.Join(all, "; "), " ;", ";"))
}

// Settled mails are moved or marked, whatever the server can do, and mails
// that others marked as deleted stay (mail-rules §9 test 61).
func TestAfter(t *testing.T) {
	for name, c := range map[string]struct {
		withhold []string
		after    After
		inbox    string
		archive  string // "" : there is none
		failed   bool
	}{
		"keep":                     {nil, After{}, `mail 1; mail 2; mail 3; mail 4 \Deleted; mail 5`, "", false},
		"mark":                     {nil, Mark("$Ticketed"), `mail 1 $Ticketed; mail 2; mail 3 $Ticketed; mail 4 \Deleted; mail 5`, "", false},
		"MOVE":                     {nil, MoveTo("Archive/Desk"), `mail 2; mail 4 \Deleted; mail 5`, `mail 1; mail 3`, false},
		"COPY and UIDPLUS":         {[]string{"MOVE"}, MoveTo("Archive/Desk"), `mail 2; mail 4 \Deleted; mail 5`, `mail 1; mail 3`, false},
		"neither MOVE nor UIDPLUS": {[]string{"MOVE", "UIDPLUS"}, MoveTo("Archive/Desk"), `mail 1; mail 2; mail 3; mail 4 \Deleted; mail 5`, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDovecot(t, c.withhold...)
			mails := testMails(5, 300)
			mails[3].Flags = []string{`\Deleted`}
			d.Append(t, testUser, "INBOX", mails...)
			b := newBench(t, d)
			b.Account.After = c.after
			target := strings.ReplaceAll(c.after.target, "/", ".") // the separator of this Dovecot
			b.Account.After.target = target
			b.once(t)
			if got := folderText(t, d, "INBOX"); got != `mail 1; mail 2; mail 3; mail 4 \Deleted; mail 5` {
				t.Fatalf("before anything is settled INBOX is: %s", got)
			}
			b.spool.settle(t, 1, 3)
			for range 2 { // the second time does nothing
				b.once(t)
				if got := folderText(t, d, "INBOX"); got != c.inbox {
					t.Errorf("INBOX: %s\nwant:  %s", got, c.inbox)
				}
			}
			if c.archive != "" {
				if got := folderText(t, d, target); got != c.archive {
					t.Errorf("%s: %s\nwant: %s", target, got, c.archive)
				}
			}
			e := b.seen(AfterFailed)
			if c.failed && (len(e) != 2 || !errors.Is(e[0].Err, errCannotMove)) || !c.failed && len(e) != 0 {
				t.Errorf("reported %v", e)
			}
			owed := b.spool.owed(t, b.spool.stored(t)[0])
			if left := c.failed || c.after.kind == afterKeep; left != (len(owed) == 2) {
				t.Errorf("left to do: %v", owed)
			}
		})
	}
}

// A crash between moving and noting it makes the move come again: it does
// nothing then, also when the mail is no longer there.
func TestMoveComesAgain(t *testing.T) {
	for _, withhold := range [][]string{nil, {"MOVE"}} {
		d := newDovecot(t, withhold...)
		d.Append(t, testUser, "INBOX", testMails(3, 300)...)
		b := newBench(t, d)
		b.Account.After = MoveTo("Done")
		b.once(t)
		b.spool.settle(t, 1, 2)
		d.Expunge(t, testUser, "INBOX", 1) // as if it had been moved before
		b.once(t)
		if got, done := folderText(t, d, "INBOX"), folderText(t, d, "Done"); got != "mail 3" || done != "mail 2" {
			t.Errorf("without %v: INBOX %s, Done %s", withhold, got, done)
		}
		if owed := b.spool.owed(t, b.spool.stored(t)[0]); len(owed) != 0 {
			t.Errorf("left to do: %v", owed)
		}
	}
}

// The fetcher hears of settled mails in IDLE.
func TestSettledWakes(t *testing.T) {
	d := newDovecot(t)
	d.Append(t, testUser, "INBOX", testMails(2, 300)...)
	b := newBench(t, d)
	b.Account.After = MoveTo("Done")
	applied := make(chan struct{}, 1)
	b.Applied = applied
	b.run(t)
	b.until(t, "two mails", func() bool { return len(b.spool.stored(t)) == 2 })
	b.spool.settle(t, 2)
	applied <- struct{}{}
	b.until(t, "move", func() bool { return d.Folder(t, testUser, "INBOX").Messages == 1 })
	if got := folderText(t, d, "Done"); got != "mail 2" {
		t.Errorf("Done: %s", got)
	}
	d.Deliver(t, testUser, testMail(3, 300))
	b.until(t, "third mail", func() bool { return len(b.spool.stored(t)) == 3 })
	if n := len(b.seen(Connected)); n != 1 {
		t.Errorf("connected %d times", n)
	}
}

// What the library would send for a failed COPY deletes the mail (deps.md §1):
// after NO to COPY nothing else may come.
func TestRefusedCopyDeletesNothing(t *testing.T) {
	s := newScript(t, 2)
	s.caps = "IMAP4rev1 UIDPLUS"
	s.on = func(c *scriptConn, command, _ string) bool {
		switch command {
		case "LIST":
			c.send("* LIST () \"/\" Done\n%%T OK done")
		case "UID COPY":
			c.send("%%T NO [OVERQUOTA] full")
		default:
			return false
		}
		return true
	}
	b := newScriptBench(t, s)
	b.Account.After = MoveTo("Done")
	b.once(t)
	b.spool.settle(t, 1)
	b.once(t)
	if e := b.seen(AfterFailed); len(e) != 1 || !strings.Contains(e[0].Err.Error(), "full") {
		t.Errorf("reported %v", e)
	}
	if s.sent("UID COPY") != 1 || s.sent("UID STORE") != 0 || s.sent("UID EXPUNGE") != 0 || s.sent("EXPUNGE") != 0 {
		t.Errorf("sent %q", s.commands)
	}
}

// A server that keeps no new keywords, and one that does not say.
func TestCheckKeyword(t *testing.T) {
	for flags, failed := range map[string]bool{`\Seen \Deleted`: true, `\Seen \*`: false, `$desk`: false, ``: false} {
		s := newScript(t, 1)
		s.on = func(c *scriptConn, command, _ string) bool {
			if command == "SELECT" && flags != "" {
				c.send("* OK [PERMANENTFLAGS (%s)] these last", flags)
			}
			return false
		}
		b := newScriptBench(t, s)
		b.Account.After = Mark("$Desk")
		if r := Check(t.Context(), b.Account); r.Failed() != failed {
			t.Errorf("flags %s: found %+v", flags, r.Steps)
		}
	}
}

func TestCheck(t *testing.T) {
	d := newDovecot(t)
	poor := newDovecot(t, "IDLE", "MOVE", "UIDPLUS")
	for _, server := range []*servertest.Dovecot{d, poor} {
		server.Append(t, testUser, "INBOX", testMails(3, 300)...)
	}
	for name, c := range map[string]struct {
		server *servertest.Dovecot
		set    func(*Account)
		want   []string // details or errors, in order
		failed bool
	}{
		"all well": {d, func(a *Account) { a.After = MoveTo("Done") },
			[]string{"logged in", "INBOX holds 3 mails; those there", "at once", "Done, which will be made"}, false},
		"backfill":       {d, func(a *Account) { a.Backfill = true }, []string{"logged in", "INBOX holds 3 mails", "at once", "stay"}, false},
		"keyword":        {d, func(a *Account) { a.After = Mark("$Desk") }, []string{"logged in", "INBOX", "at once", "marked $Desk"}, false},
		"wrong password": {d, func(a *Account) { a.Login = Password(testUser, "no") }, []string{"check user and password"}, true},
		"no such folder": {d, func(a *Account) { a.Folder = "Nowhere" }, []string{"logged in", "Nowhere"}, true},
		"no server":      {d, func(a *Account) { a.URL = "imap://127.0.0.1:1" }, []string{"refused"}, true},
		"poor server":    {poor, func(a *Account) { a.After = MoveTo("Done") }, []string{"logged in", "INBOX", "no IDLE", "neither MOVE"}, true},
		"moving sent": {d, func(a *Account) { a.After = MoveTo("Done"); a.Source = "sent" },
			[]string{"never moved"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, c.server)
			b.Account.Backfill = false
			c.set(&b.Account)
			r := Check(t.Context(), b.Account)
			var got []string
			for _, s := range r.Steps {
				got = append(got, fmt.Sprint(s.Detail, s.Err))
			}
			ok := len(got) == len(c.want) && r.Failed() == c.failed
			for i := range min(len(got), len(c.want)) {
				ok = ok && strings.Contains(got[i], c.want[i])
			}
			if !ok {
				t.Errorf("found %q, failed %v; want %q, %v", got, r.Failed(), c.want, c.failed)
			}
			if !c.failed && (r.Mails != 3 || !slices.Contains(r.Capabilities, "IDLE")) {
				t.Errorf("%d mails, capabilities %q", r.Mails, r.Capabilities)
			}
		})
	}
	if got := folderText(t, d, "INBOX"); got != "mail 1; mail 2; mail 3" {
		t.Errorf("the check changed INBOX: %s", got)
	}
}
