package imap

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"deskd/ticketing"
)

// shortCommand is for servers that do not answer. It must be enough for all that
// they do answer, on a busy machine too.
const shortCommand = 2 * time.Second

// newScriptBench makes a fetcher of a scripted server that soon tries again.
func newScriptBench(t testing.TB, s *scriptServer) *bench {
	t.Helper()
	b := newBenchAt(t, "imap://"+s.address)
	b.Account.Timing.BackoffMin = time.Millisecond
	b.Account.Timing.BackoffMax = 5 * time.Millisecond
	return b
}

// Mails that the server does not hand over as it should, in every way that is
// known: all others come in, and the mail itself is never taken for fetched.
func TestUnfetchableMailDoesNotBlock(t *testing.T) {
	const bad = 3
	type behaviour func(c *scriptConn, items string)
	for name, c := range map[string]struct {
		mail       behaviour
		headerToo  bool // the header fails as well
		want       string
		headerOnly bool
	}{
		"cut off in the middle": {func(c *scriptConn, _ string) {
			fmt.Fprintf(c.Conn, "* 3 FETCH (UID 3 BODY[] {40000}\r\nabc")
			c.Close()
		}, false, "Subject: mail 3", true},
		"refused": {func(c *scriptConn, _ string) { c.send("%%T NO [SERVERBUG] cannot read it") }, false, "Subject: mail 3", true},
		"nothing": {func(c *scriptConn, _ string) { c.send("%%T OK done") }, false, "Subject: mail 3", true},
		"NIL":     {func(c *scriptConn, _ string) { c.send("* 3 FETCH (UID 3 BODY[] NIL)\n%%T OK done") }, false, "Subject: mail 3", true},
		"content before UID": {func(c *scriptConn, _ string) {
			c.send("* 3 FETCH (BODY[] {3}\nabc UID 3)\n%%T OK done")
		}, false, "Subject: mail 3", true},
		"an item unknown to the library": {func(c *scriptConn, _ string) { c.send("* 3 FETCH (UID 3 X-MOOD (good))\n%%T OK done") }, false, "Subject: mail 3", true},
		"silence":                        {func(*scriptConn, string) {}, false, "Subject: mail 3", true},
		"refused with its header":        {func(c *scriptConn, _ string) { c.send("%%T NO cannot read it") }, true, "X-Deskd-Unfetched: folder=\"INBOX\"; uidvalidity=9; uid=3", true},
		"refused with its size": {func(c *scriptConn, items string) {
			if strings.Contains(items, "RFC822.SIZE") {
				c.send("%%T NO cannot tell its size")
				return
			}
			c.answer("UID FETCH", "3 "+items)
		}, false, "Subject: mail 3", false},
		"a date unknown to the library": {func(c *scriptConn, items string) {
			if strings.Contains(items, "INTERNALDATE") {
				c.send("* 3 FETCH (UID 3 INTERNALDATE \"yesterday\")\n%%T OK done")
				return
			}
			c.answer("UID FETCH", "3 "+items)
		}, false, "Subject: mail 3", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScript(t, 5)
			s.on = func(conn *scriptConn, command, rest string) bool {
				set, items, _ := strings.Cut(rest, " ")
				if command != "UID FETCH" || strings.Contains(items, "HEADER") && !c.headerToo {
					return false
				}
				for _, uid := range s.uids(set) {
					if uid == bad {
						c.mail(conn, items)
						return true
					}
					conn.mail(uid, items)
				}
				conn.send("%%T OK done")
				return true
			}
			b := newScriptBench(t, s)
			if name == "silence" {
				b.Account.Timing.Command = shortCommand
			}
			stop := b.run(t)
			b.until(t, "fifth mail", func() bool { return len(b.spool.stored(t)) == 5 })
			stop()
			rows := b.spool.stored(t)
			wantUIDs(t, rows, 1, 2, 3, 4, 5)
			for _, row := range rows {
				raw := b.spool.raw(t, row)
				switch {
				case row.UID != bad && (raw != s.mails[int(row.UID)] || row.HeaderOnly):
					t.Errorf("uid %d has other content: %.80q", row.UID, raw)
				case row.UID == bad && (!strings.Contains(raw, c.want) || row.HeaderOnly != c.headerOnly || row.State != ticketing.LedgerSpooled):
					t.Errorf("the bad mail is stored as %+v with %.80q", row, raw)
				}
			}
			if n := len(b.seen(Unfetchable)); c.headerOnly && n != 1 || !c.headerOnly && n != 0 {
				t.Errorf("%d events about it", n)
			}
		})
	}
}

// A server that can hand over nothing at all is not a reason to give up mails.
func TestNothingIsGivenUpWhileTheServerIsBroken(t *testing.T) {
	s := newScript(t, 3)
	var broken sync.Map
	broken.Store("yes", true)
	s.on = func(c *scriptConn, command, _ string) bool {
		if _, yes := broken.Load("yes"); command == "UID FETCH" && yes {
			c.send("%%T NO [SERVERBUG] disk on fire")
			return true
		}
		return false
	}
	b := newScriptBench(t, s)
	b.run(t)
	b.until(t, "20 failures", func() bool { return len(b.seen(Failed)) > 20 })
	if rows := b.spool.stored(t); len(rows) != 0 {
		t.Fatalf("gave up %d mails: %+v", len(rows), rows)
	}
	broken.Delete("yes")
	b.until(t, "three mails", func() bool { return len(b.spool.stored(t)) == 3 })
}

func TestServersThatCannotBeRead(t *testing.T) {
	for name, c := range map[string]struct {
		script func(*scriptServer)
		want   string
	}{
		"no UIDVALIDITY": {func(s *scriptServer) { s.uidValidity = 0 }, "no UIDVALIDITY"},
		"more UIDs than mails": {func(s *scriptServer) {
			s.caps += " ESEARCH"
			s.on = func(c *scriptConn, command, _ string) bool {
				if command != "UID SEARCH" {
					return false
				}
				c.send("* ESEARCH (TAG \"%%T\") UID ALL 1:4294967295\n%%T OK done")
				return true
			}
		}, "in a folder of 3 mails"},
		"an unknown response": {func(s *scriptServer) {
			s.on = func(c *scriptConn, command, _ string) bool {
				if command == "UID SEARCH" {
					c.send("* XFOO bar")
				}
				return false
			}
		}, "XFOO"},
		"a line without end": {func(s *scriptServer) {
			s.on = func(c *scriptConn, command, _ string) bool {
				if command != "UID SEARCH" {
					return false
				}
				fmt.Fprint(c.Conn, "* OK ")
				for piece := strings.Repeat("x", 64<<10); ; {
					if _, err := fmt.Fprint(c.Conn, piece); err != nil {
						return true
					}
				}
			}
		}, errTooMuch.Error()},
		"silence": {func(s *scriptServer) {
			s.on = func(_ *scriptConn, command, _ string) bool { return command == "UID SEARCH" }
		}, errSilent.Error()},
		"a goodbye for a greeting": {func(s *scriptServer) {
			s.on = func(c *scriptConn, command, _ string) bool {
				if command == "GREETING" {
					c.send("* BYE too many connections")
				}
				return command == "GREETING"
			}
		}, "too many connections"},
		"LOGIN disabled": {func(s *scriptServer) { s.caps += " LOGINDISABLED" }, "LOGINDISABLED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScript(t, 3)
			c.script(s)
			b := newScriptBench(t, s)
			switch name {
			case "a line without end":
				b.Account.Limits.ExchangeBytes = 300 << 10
			case "silence":
				b.Account.Timing.Command = shortCommand
			}
			n, err := b.Once(t.Context())
			if n != 0 || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("stored %d mails, error %v; want an error with %q", n, err, c.want)
			}
		})
	}
}

// A folder restored from a backup without a new UIDVALIDITY gives out UIDs a
// second time: their mails do not pass for known ones.
func TestUIDNextWentBack(t *testing.T) {
	s := newScript(t, 5)
	b := newScriptBench(t, s)
	b.once(t)
	s.change(func(s *scriptServer) {
		s.mails, s.uidNext = map[int]string{1: s.mails[1], 2: string(testMail(12, 300))}, 3
	})
	for range 2 {
		b.once(t)
	}
	wantUIDs(t, b.spool.stored(t), 1, 2, 3, 4, 5, 2)
	if e := b.seen(Renumbered); len(e) != 1 || e[0].Mails != 1 || e[0].Err != errUIDsAgain {
		t.Errorf("reported %+v", e)
	}
	s.change(func(s *scriptServer) { s.mails[3], s.uidNext = string(testMail(13, 300)), 4 })
	if n := b.once(t); n != 1 {
		t.Errorf("stored %d mails, want the next one", n)
	}
}

// A server that has a mail with the last UID read only tells a wrong UIDNEXT.
func TestUIDNextTooLow(t *testing.T) {
	s := newScript(t, 5)
	b := newScriptBench(t, s)
	b.once(t)
	s.change(func(s *scriptServer) { s.mails[6], s.uidNext = string(testMail(6, 300)), 2 })
	for range 2 {
		b.once(t)
	}
	wantUIDs(t, b.spool.stored(t), 1, 2, 3, 4, 5, 6)
	if e := b.seen(Renumbered); len(e) != 0 {
		t.Errorf("reported %+v", e)
	}
}

// Servers need not tell UIDNEXT (RFC 3501 §6.3.1).
func TestFirstConnectionWithoutUIDNext(t *testing.T) {
	s := newScript(t, 5)
	s.uidNext = 0
	b := newScriptBench(t, s)
	b.Account.Backfill = false
	if n := b.once(t); n != 0 {
		t.Errorf("stored %d old mails", n)
	}
	s.change(func(s *scriptServer) { s.mails[6] = string(testMail(6, 100)) })
	if n := b.once(t); n != 1 {
		t.Errorf("stored %d mails, want the new one", n)
	}
}

// Exchange tells sizes by estimate: the first mail is fetched twice to learn
// that, the others once. A server that cuts beginnings short is found out.
func TestSizesThatDiffer(t *testing.T) {
	for name, c := range map[string]struct {
		sent    func(raw string) string // as a beginning
		fetches int
	}{
		"estimates": {func(raw string) string { return raw }, 2},
		"cut short": {func(raw string) string { return raw[:len(raw)/2] }, 6},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t, 5)
			s.on = func(conn *scriptConn, command, rest string) bool {
				set, items, _ := strings.Cut(rest, " ")
				if command != "UID FETCH" || !strings.Contains(items, "<") {
					return false
				}
				for _, uid := range s.uids(set) {
					raw := c.sent(s.mails[uid])
					size := len(s.mails[uid]) + len(s.mails[uid])%3
					if size == len(raw) {
						size++
					}
					fmt.Fprintf(conn.Conn, "* %d FETCH (UID %d RFC822.SIZE %d BODY[]<0> {%d}\r\n%s)\r\n", uid, uid, size, len(raw), raw)
				}
				conn.send("%%T OK done")
				return true
			}
			b := newScriptBench(t, s)
			b.once(t)
			for _, row := range b.spool.stored(t) {
				if raw := b.spool.raw(t, row); raw != s.mails[int(row.UID)] {
					t.Errorf("uid %d stored as %q", row.UID, raw)
				}
			}
			if n := s.sent("UID FETCH"); n != c.fetches {
				t.Errorf("took %d fetches, want %d", n, c.fetches)
			}
		})
	}
}

// A server that tells a small size of a large mail does not fill our disk.
func TestLargerThanTold(t *testing.T) {
	s := newScript(t, 3)
	s.mails[2] = string(testMail(2, 50<<10))
	s.on = func(c *scriptConn, command, rest string) bool {
		set, items, _ := strings.Cut(rest, " ")
		if command != "UID FETCH" || !strings.Contains(items, "<") {
			return false
		}
		for _, uid := range s.uids(set) {
			raw := s.mails[uid]
			fmt.Fprintf(c.Conn, "* %d FETCH (UID %d RFC822.SIZE 350 BODY[]<0> {%d}\r\n%s)\r\n", uid, uid, len(raw), raw)
		}
		c.send("%%T OK done")
		return true
	}
	b := newScriptBench(t, s)
	b.Account.Limits.MailSize = 20 << 10
	b.once(t)
	rows := b.spool.stored(t)
	wantUIDs(t, rows, 1, 2, 3)
	if raw := b.spool.raw(t, rows[1]); !rows[1].HeaderOnly || !strings.HasSuffix(raw, "\r\n\r\n") || rows[0].HeaderOnly || rows[2].HeaderOnly {
		t.Errorf("stored as %+v", rows)
	}
}

// Some servers show new mails only to those who ask for news.
func TestNewsAreAskedFor(t *testing.T) {
	s := newScript(t, 1)
	s.caps = "IMAP4rev1"
	s.on = func(_ *scriptConn, command, _ string) bool {
		if command == "NOOP" {
			s.mails[2] = string(testMail(2, 100))
		}
		return false
	}
	b := newScriptBench(t, s)
	b.Account.Timing.PollWithoutIdle = 10 * time.Millisecond
	b.run(t)
	b.until(t, "second mail", func() bool { return len(b.spool.stored(t)) == 2 })
}

func TestRefusedLogins(t *testing.T) {
	for name, c := range map[string]struct {
		answer  string
		refused bool
		least   time.Duration
	}{
		"wrong password":     {"NO [AUTHENTICATIONFAILED] no", true, 15 * time.Minute},
		"without a code":     {"NO LOGIN failed", true, 15 * time.Minute},
		"for the time being": {"NO [UNAVAILABLE] try later", false, time.Millisecond},
		"throttled":          {"BAD Request is throttled. Suggested Backoff Time: 98245 milliseconds", false, 98 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t, 1)
			s.on = func(conn *scriptConn, command, _ string) bool {
				if command == "LOGIN" {
					conn.send("%%T %s", c.answer)
				}
				return command == "LOGIN"
			}
			b := newScriptBench(t, s)
			b.run(t)
			b.until(t, "failure", func() bool { return len(b.seen(Failed)) > 0 })
			e := b.seen(Failed)[0]
			if got := errors.As(e.Err, new(*LoginError)); got != c.refused || e.Retry < c.least {
				t.Errorf("reported %v, tried again after %v", e.Err, e.Retry)
			}
			if strings.Contains(e.Err.Error(), "secret") {
				t.Errorf("the error shows the password: %v", e.Err)
			}
		})
	}
}

// A server that ends IDLE by itself, or never answers its end.
func TestIdleThatGoesWrong(t *testing.T) {
	for name, on := range map[string]func(c *scriptConn, command string) bool{
		"ended by the server": func(c *scriptConn, command string) bool {
			if command == "IDLE" {
				c.send("+ idling\n%%T OK enough")
			}
			return command == "IDLE"
		},
		"no answer to DONE": func(*scriptConn, string) bool { return false }, // the script knows no DONE
		"no continuation":   func(_ *scriptConn, command string) bool { return command == "IDLE" },
		"IDLE is not allowed": func(c *scriptConn, command string) bool {
			if command == "IDLE" {
				c.send("%%T NO not today")
			}
			return command == "IDLE"
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScript(t, 1)
			first := true
			s.on = func(c *scriptConn, command, _ string) bool {
				if command == "IDLE" && first {
					first = false
					s.mails[2] = string(testMail(2, 100))
					s.uidNext = 3
				}
				return on(c, command)
			}
			b := newScriptBench(t, s)
			b.Account.Timing.Poll = 50 * time.Millisecond
			if name == "no answer to DONE" || name == "no continuation" {
				b.Account.Timing.Command = shortCommand
			}
			b.run(t)
			b.until(t, "mail that came during IDLE", func() bool { return len(b.spool.stored(t)) == 2 })
		})
	}
}
