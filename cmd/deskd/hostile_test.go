package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// longWord is a word that nothing compresses.
func longWord(n int) string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	r := rand.New(rand.NewPCG(1, uint64(n)))
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	return string(b)
}

// mixed alternates random letters with what grows when it is stored, to so many
// bytes.
func mixed(n int, grows string) string {
	var b strings.Builder
	for word := longWord(n); b.Len()+1+len(grows) <= n; {
		b.WriteString(word[b.Len() : b.Len()+1])
		b.WriteString(grows)
	}
	return b.String()
}

// TestHostileLengths: no length that a mail can have keeps it from its ticket.
// PostgreSQL indexes values up to 2,704 bytes and refuses to store the others.
func TestHostileLengths(t *testing.T) {
	t.Parallel()
	header := func(more ...string) string {
		return "Authentication-Results: mx.example.com; dmarc=pass header.from=x.example\n" + strings.Join(more, "\n") + "\n"
	}
	const from, to = "From: Ann <a@x.example>", "To: support@example.com"
	long := longWord(5000)
	mails := map[string]string{
		"from":          header("From: <"+long+"@x.example>", to),
		"from, bare":    header("From: "+long+"@x.example", to),
		"from, quoted":  header(`From: "`+long+`"@x.example`, to),
		"from, encoded": header("From: =?utf-8?q?"+long+"?=@x.example", to),
		"from, no @":    header("From: <"+long+">", to),
		"from, domain":  header("From: <a@"+long+".example>", to),
		"from, grows":   header("From: <"+strings.Repeat("\u0390", 150)+"@x.example>", to),
		"from, longest": header("From: <"+longWord(64)+"@"+longWord(251)+".org>", to),
		"name":          header("From: "+long+" <a@x.example>", to),
		"to":            header(from, to+", <"+long+"@x.example>"),
		"cc":            header(from, to, "Cc: <"+long+"@x.example>, b@"+long+".example"),
		"reply-to":      header(from, to, "Reply-To: <"+long+"@x.example>"),
		"sender":        header(from, to, "Sender: <"+long+"@x.example>"),
		"original from": header(from, to, "X-Original-From: <"+long+"@x.example>"),
		"delivered-to":  header(from, to, "Delivered-To: "+long+"@example.com"),
		"subject":       header(from, to, "Subject: "+long),
		"tag":           header(from, to, "Subject: [HD-"+strings.Repeat("7", 5000)+"]"),
		"id":            header(from, to, "Message-ID: <"+long+"@x>"),
		"id, longest":   header(from, to, "Message-ID: <"+longWord(996)+"@x>"),
		"id, lower":     header(from, to, "Message-ID: <"+mixed(990, "\u023a")+"@x>"),
		"id, bytes":     header(from, to, "Message-ID: <"+mixed(990, "\xff")+"@x>"),
		"id, nul":       header(from, to, "Message-ID: <"+mixed(990, "\x00\x00")+"@x>"),
		"references":    header(from, to, "References: "+strings.Repeat("<"+longWord(900)+"@x>\n ", 100)),
		"thread index":  header(from, to, "Thread-Index: "+long),
		"bounce": header("From: MAILER-DAEMON@x.example", to, "Subject: failed", "Message-ID: <bounce@x>",
			"MIME-Version: 1.0", "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "",
			"--b", "", "It failed for "+long+"@x.example", "--b", "Content-Type: message/delivery-status", "",
			"Reporting-MTA: dns; x.example", "", "Final-Recipient: rfc822; "+long+"@x.example", "Action: failed",
			"Status: 5.1.1", "Diagnostic-Code: smtp; 550 "+long, "--b--"),
		"words": header(from, to, "Content-Type: text/plain; charset=utf-8", "",
			strings.Repeat(longWord(300)+" "+strings.Repeat("\ufdfa", 100)+" ", 400)),
		"command": header(from, to, "", "#cc "+long+"@x.example"),
	}
	eachEngine(t, func(t *testing.T, url string) {
		desk := members(t, 1, url)[0]
		for name, raw := range mails {
			desk.Report = func(_ int64, _ int, err error) { t.Errorf("%s: %v", name, err) }
			if !strings.Contains(raw, "\n\n") {
				raw += fmt.Sprintf("\nThis is about the %s.\n", name)
			}
			if err := desk.spool(0, strings.ReplaceAll(raw, "\n", "\r\n")); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if n, err := desk.Once(t.Context()); n != 1 || err != nil {
				t.Errorf("%s: %d mails, %v", name, n, err)
			}
		}
	})
}
