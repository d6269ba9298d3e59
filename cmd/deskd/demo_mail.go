package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	stdmail "net/mail"
	"net/smtp"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
	"time"

	"deskd/mail"
	"deskd/mailserver"
	"deskd/ticketing"
)

const (
	// oneExchange is how long a conversation with the mail server may take.
	oneExchange = 10 * time.Second
	// maxDemoMail is the largest mail that is read, in bytes.
	maxDemoMail = 1 << 20
)

// mailProgram is what a person of the demo writes and reads with: SMTP with
// AUTH, and IMAP, each by a connection of its own.
type mailProgram struct {
	owner      person
	smtp, imap string // host:port
	lastUID    uint64 // of those read
}

func newMailProgram(owner person, s *mailserver.Server) *mailProgram {
	return &mailProgram{owner: owner, smtp: s.SMTPAddr(), imap: s.IMAPAddr()}
}

// received is a mail as its recipient sees it.
type received struct {
	ticketing.Message
	Raw []byte
	// Kind is why the desk wrote it, "" if it did not.
	Kind ticketing.LetterKind
}

// letter is a mail to be written.
type letter struct {
	from     ticketing.Address // who it claims to be from
	to, cc   []ticketing.Address
	subject  string
	text     string
	answers  *received // quoted below the text; nil for none
	machine  bool      // an automatic answer (RFC 3834)
	id, date string
}

// answer writes as mail programs do on Reply: to the Reply-To, with what is
// answered quoted below.
func answer(from ticketing.Address, m *received, text string) letter {
	l := letter{from: from, subject: m.Subject, text: text, answers: m, to: m.ReplyTo}
	if len(l.to) == 0 {
		l.to = m.From
	}
	if !strings.HasPrefix(strings.ToLower(l.subject), "re:") {
		l.subject = "Re: " + l.subject
	}
	return l
}

// bytes are the mail in Internet Message Format (RFC 5322).
func (l letter) bytes() []byte {
	var b bytes.Buffer
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	field("From", addressField(l.from))
	field("To", addressField(l.to...))
	field("Cc", addressField(l.cc...))
	field("Subject", mime.QEncoding.Encode("utf-8", l.subject))
	field("Date", l.date)
	field("Message-ID", l.id)
	if l.answers != nil {
		field("In-Reply-To", l.answers.MessageID)
		field("References", strings.Join(append(l.answers.References, l.answers.MessageID), "\r\n "))
	}
	if l.machine {
		field("Auto-Submitted", "auto-replied")
	}
	field("MIME-Version", "1.0")
	field("Content-Type", "text/plain; charset=utf-8")
	field("Content-Transfer-Encoding", "8bit")
	text := l.text
	if l.answers != nil && !l.machine {
		text += "\n\n" + quoted(*l.answers)
	}
	b.WriteString("\r\n" + strings.ReplaceAll(text, "\n", "\r\n") + "\r\n")
	return b.Bytes()
}

// quoted is a mail below the answer to it, under a line that says whose it is.
func quoted(m received) string {
	return fmt.Sprintf("On %s, %s wrote:\n> %s", m.Date.Format("Mon, 2 Jan 2006 at 15:04"), who(m.From[0]),
		strings.ReplaceAll(strings.TrimSpace(m.Text), "\n", "\n> "))
}

func addressField(list ...ticketing.Address) string {
	var all []string
	for _, a := range list {
		all = append(all, (&stdmail.Address{Name: a.Name, Address: a.Address}).String())
	}
	return strings.Join(all, ", ")
}

// send submits a mail and gives its Message-ID.
func (m *mailProgram) send(ctx context.Context, l letter) (id string, err error) {
	l.id = "<" + strings.ToLower(rand.Text()) + "@" + ticketing.DomainOf(m.owner.address) + ">"
	l.date = time.Now().Format(time.RFC1123Z)
	conn, err := dialPlain(ctx, m.smtp)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := m.submit(conn, l); err != nil {
		return "", fmt.Errorf("send a mail of %s: %w", m.owner.name, err)
	}
	return l.id, nil
}

func (m *mailProgram) submit(conn net.Conn, l letter) error {
	host, _, err := net.SplitHostPort(m.smtp)
	if err != nil {
		return err
	}
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return err
	}
	if err := c.Auth(smtp.PlainAuth("", m.owner.address, m.owner.password, host)); err != nil {
		return err
	}
	if err := c.Mail(m.owner.address); err != nil {
		return err
	}
	for _, a := range append(append([]ticketing.Address{}, l.to...), l.cc...) {
		if err := c.Rcpt(a.Address); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(l.bytes()); err != nil {
		return err
	}
	return errors.Join(w.Close(), c.Quit())
}

// read gives the mails that came since the last time.
func (m *mailProgram) read(ctx context.Context) ([]received, error) {
	raws, err := m.fetch(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the mail of %s: %w", m.owner.name, err)
	}
	var all []received
	for _, raw := range raws {
		parsed, err := mail.Parse(bytes.NewReader(raw), mail.DefaultLimits())
		if err != nil {
			return nil, fmt.Errorf("read the mail of %s: %w", m.owner.name, err)
		}
		all = append(all, received{Message: parsed, Raw: raw})
	}
	return all, nil
}

func (m *mailProgram) fetch(ctx context.Context) ([][]byte, error) {
	conn, err := dialPlain(ctx, m.imap)
	if err != nil {
		return nil, err
	}
	c := &imapReader{textproto.NewConn(conn)}
	defer c.Close()
	if _, err := c.ReadLine(); err != nil { // the greeting
		return nil, err
	}
	if _, err := c.command(fmt.Sprintf("LOGIN %q %q", m.owner.address, m.owner.password)); err != nil {
		return nil, err
	}
	if _, err := c.command("EXAMINE INBOX"); err != nil {
		return nil, err
	}
	answers, err := c.command(fmt.Sprintf("UID FETCH %d:* (UID BODY.PEEK[])", m.lastUID+1))
	if err != nil {
		return nil, err
	}
	var fresh [][]byte
	for _, a := range answers {
		// "n:*" names the last mail even when it is older (RFC 9051 §9).
		if a.uid > m.lastUID && a.literal != nil {
			m.lastUID = a.uid
			fresh = append(fresh, a.literal)
		}
	}
	return fresh, nil
}

// imapReader speaks as much IMAP as reading an inbox needs. The desk's own
// client is not used, so that the demo is seen from the other side.
type imapReader struct{ *textproto.Conn }

// untagged is an untagged response, with its UID and the literal in it.
type untagged struct {
	uid     uint64
	literal []byte
}

// command gives the untagged responses to a command that must succeed.
func (c *imapReader) command(text string) ([]untagged, error) {
	if err := c.PrintfLine("a %s", text); err != nil {
		return nil, err
	}
	name, _, _ := strings.Cut(text, " ")
	var all []untagged
	for {
		line, literal, err := c.response()
		if err != nil {
			return nil, fmt.Errorf("IMAP %s: %w", name, err)
		}
		if status, tagged := strings.CutPrefix(line, "a "); tagged {
			if !strings.HasPrefix(status, "OK") {
				return nil, fmt.Errorf("IMAP %s: %s", name, status)
			}
			return all, nil
		}
		u := untagged{literal: literal}
		if m := regexp.MustCompile(`\bUID (\d+)`).FindStringSubmatch(line); m != nil {
			u.uid, _ = strconv.ParseUint(m[1], 10, 32) // digits
		}
		all = append(all, u)
	}
}

// response reads a response to its end, with a literal in its middle
// (RFC 9051 §4.3) kept apart.
func (c *imapReader) response() (line string, literal []byte, err error) {
	announced := regexp.MustCompile(`\{(\d+)\}$`)
	for {
		part, err := c.ReadLine()
		if err != nil {
			return "", nil, err
		}
		line += part
		m := announced.FindStringSubmatch(part)
		if m == nil {
			return line, literal, nil
		}
		size, err := strconv.Atoi(m[1])
		if err != nil || size > maxDemoMail {
			return "", nil, fmt.Errorf("a literal of %s bytes", m[1])
		}
		literal = make([]byte, size)
		if _, err := io.ReadFull(c.R, literal); err != nil {
			return "", nil, err
		}
	}
}

// dialPlain connects for one exchange.
func dialPlain(ctx context.Context, address string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return conn, conn.SetDeadline(time.Now().Add(oneExchange))
}
