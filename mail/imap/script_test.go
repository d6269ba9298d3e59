package imap

import (
	"bufio"
	"cmp"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// scriptServer is a small IMAP server that breaks the protocol where a test
// says so; what real servers do is tested with Dovecot.
type scriptServer struct {
	address string

	mu       sync.Mutex     // held while a command is answered
	mails    map[int]string // by UID
	commands []string       // all that came, without tags

	caps        string
	uidValidity int
	uidNext     int // 0: not told
	exists      int // 0: the number of mails
	// internalDate is that of all mails; "" is 3 November 2026.
	internalDate string
	// on answers a command itself when it returns true. The command is upper
	// case, such as UID FETCH; rest is what follows it.
	on func(c *scriptConn, command, rest string) bool
}

type scriptConn struct {
	net.Conn
	server *scriptServer
	number int // of the connection, from 1
	tag    string
}

// newScript starts a server with mails 1 to n.
func newScript(t testing.TB, n int) *scriptServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &scriptServer{address: l.Addr().String(), mails: map[int]string{}, caps: "IMAP4rev1 IDLE", uidValidity: 9, uidNext: n + 1}
	for i := 1; i <= n; i++ {
		s.mails[i] = string(testMail(i, 300))
	}
	var serving sync.WaitGroup
	t.Cleanup(func() {
		l.Close()
		serving.Wait()
	})
	serving.Go(func() {
		for number := 1; ; number++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer conn.Close()
				(&scriptConn{Conn: conn, server: s, number: number}).serve()
			})
		}
	})
	return s
}

// send writes lines; %T is the tag of the command.
func (c *scriptConn) send(format string, args ...any) {
	text := strings.ReplaceAll(fmt.Sprintf(format, args...), "%T", c.tag)
	fmt.Fprint(c.Conn, strings.ReplaceAll(text, "\n", "\r\n")+"\r\n")
}

func (c *scriptConn) serve() {
	if c.server.on != nil && c.server.on(c, "GREETING", "") {
		return
	}
	c.send("* OK ready")
	lines := bufio.NewScanner(c.Conn)
	for lines.Scan() {
		tag, command, _ := strings.Cut(lines.Text(), " ")
		command, rest, _ := strings.Cut(command, " ")
		if command == "UID" {
			var sub string
			sub, rest, _ = strings.Cut(rest, " ")
			command += " " + sub
		}
		c.tag = tag
		c.server.change(func(s *scriptServer) {
			s.commands = append(s.commands, command+" "+rest)
			if s.on == nil || !s.on(c, command, rest) {
				c.answer(command, rest)
			}
		})
	}
}

// change lets no command be answered meanwhile.
func (s *scriptServer) change(f func(*scriptServer)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s)
}

// answer is what a server does that keeps to the protocol.
func (c *scriptConn) answer(command, rest string) {
	s := c.server
	switch command {
	case "CAPABILITY":
		c.send("* CAPABILITY %s", s.caps)
	case "EXAMINE", "SELECT":
		exists := s.exists
		if exists == 0 {
			exists = len(s.mails)
		}
		c.send("* %d EXISTS\n* FLAGS (\\Seen)", exists)
		if s.uidValidity != 0 {
			c.send("* OK [UIDVALIDITY %d] valid", s.uidValidity)
		}
		if s.uidNext != 0 {
			c.send("* OK [UIDNEXT %d] next", s.uidNext)
		}
	case "UID SEARCH":
		var found strings.Builder
		for _, uid := range s.uids(strings.TrimPrefix(rest, "UID ")) {
			fmt.Fprint(&found, " ", uid)
		}
		c.send("* SEARCH%s", &found)
	case "UID FETCH":
		set, items, _ := strings.Cut(rest, " ")
		for _, uid := range s.uids(set) {
			c.mail(uid, items)
		}
	case "IDLE":
		c.send("+ idling")
		return
	case "LOGOUT":
		c.send("* BYE")
	}
	c.send("%%T OK done")
}

// mail answers for one mail of a UID FETCH.
func (c *scriptConn) mail(uid int, items string) {
	raw := c.server.mails[uid]
	fmt.Fprintf(c.Conn, "* %d FETCH (UID %d", uid, uid)
	if strings.Contains(items, "RFC822.SIZE") {
		fmt.Fprintf(c.Conn, " RFC822.SIZE %d INTERNALDATE %q", len(raw), cmp.Or(c.server.internalDate, "03-Nov-2026 10:00:00 +0000"))
	}
	section, part := "", ""
	switch {
	case strings.Contains(items, "[HEADER"):
		_, section, _ = strings.Cut(items, "[")
		section, _, _ = strings.Cut(section, "]")
		raw, _, _ = strings.Cut(raw, "\r\n\r\n")
		raw += "\r\n\r\n"
	case strings.Contains(items, "<"):
		part = "<0>"
		raw = raw[:min(len(raw), beginningBytes)]
	}
	fmt.Fprintf(c.Conn, " BODY[%s]%s {%d}\r\n%s)\r\n", section, part, len(raw), raw)
}

// uids lists the mails of a set such as 2,4:6,9:*.
func (s *scriptServer) uids(set string) []int {
	var all, found []int
	for uid := range s.mails {
		all = append(all, uid)
	}
	slices.Sort(all)
	for _, part := range strings.Split(set, ",") {
		from, to, isRange := strings.Cut(part, ":")
		if !isRange {
			to = from
		}
		low, _ := strconv.Atoi(from)
		high, err := strconv.Atoi(to)
		if err != nil && len(all) > 0 { // *
			high = all[len(all)-1]
			low, high = min(low, high), max(low, high)
		}
		for _, uid := range all {
			if uid >= low && uid <= high {
				found = append(found, uid)
			}
		}
	}
	return found
}

// sent counts the commands that began with a prefix.
func (s *scriptServer) sent(prefix string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, c := range s.commands {
		if strings.HasPrefix(c, prefix) {
			n++
		}
	}
	return n
}
