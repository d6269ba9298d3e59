package mail

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

// TestForwardedBlocks takes apart what programs of several languages write
// when a mail is passed on.
func TestForwardedBlocks(t *testing.T) {
	aiko := ticketing.Address{Name: "Aiko Tanaka", Address: "aiko@acme.example"}
	plain := ticketing.Address{Address: "aiko@acme.example"}
	for _, c := range []struct {
		name, text string
		from       ticketing.Address
		day        int // of January 2026, 0 for no date
		cc         string
	}{
		{"Gmail", "Please help her.\n\n---------- Forwarded message ---------\nFrom: Aiko Tanaka <aiko@acme.example>\nDate: Mon, Jan 5, 2026 at 9:58 AM\nSubject: Printer on fire\nTo: Mia <mia@example.com>\nCc: Bob <bob@acme.example>\n\n\nIt burns.\n", aiko, 5, "bob@acme.example"},
		{"Gmail, French", "Please help her.\n\n---------- Forwarded message ---------\nDe : Aiko Tanaka <aiko@acme.example>\nDate: lun. 5 janv. 2026 à 09:58\nSubject: Printer on fire\nTo: <mia@example.com>\n\n\nIt burns.\n", aiko, 5, ""},
		{"Gmail, Japanese", "Please help her.\n\n---------- Forwarded message ---------\nFrom: Aiko Tanaka <aiko@acme.example>\nDate: 2026年1月5日(月) 9:58\nSubject: Printer on fire\nTo: Mia <mia@example.com>\n\n\nIt burns.\n", aiko, 5, ""},
		{"Gmail, Spanish", "Please help her.\n\n---------- Forwarded message ---------\nDe: Aiko Tanaka <aiko@acme.example>\nDate: lun, 5 ene 2026 a las 9:58\nSubject: Printer on fire\nTo: <mia@example.com>\n\nIt burns.\n", aiko, 5, ""},
		{"Outlook", "Please help her.\n\nFrom: Aiko Tanaka <aiko@acme.example>\nSent: Monday, January 5, 2026 9:58 AM\nTo: Mia <mia@example.com>\nCc: Bob <bob@acme.example>\nSubject: Printer on fire\n\nIt burns.\n", aiko, 5, "bob@acme.example"},
		{"Outlook, German", "Please help her.\n\nVon: Aiko Tanaka [mailto:aiko@acme.example]\nGesendet: Montag, 5. Januar 2026 09:58\nAn: Mia <mia@example.com>\nCc: bob@acme.example\nBetreff: Printer on fire\n\nIt burns.\n", aiko, 5, "bob@acme.example"},
		{"Outlook, Japanese", "Please help her.\n\n差出人: Aiko Tanaka <aiko@acme.example>\n送信日時: 2026年1月5日 9:58\n宛先: Mia <mia@example.com>\n件名: Printer on fire\n\nIt burns.\n", aiko, 5, ""},
		{"Outlook, French", "Please help her.\n\n________________________________\nDe : Aiko Tanaka <aiko@acme.example>\nEnvoyé : lundi 5 janvier 2026 09:58\nÀ : Mia <mia@example.com>\nCc : Bob <bob@acme.example>\nObjet : Printer on fire\n\nIt burns.\n", aiko, 5, "bob@acme.example"},
		{"Outlook, old, with links", "Please help her.\n\n-----Original Message-----\nFrom: Aiko Tanaka <aiko@acme.example<mailto:aiko@acme.example>>\nSent: 5 January 2026 09:58\nTo: Mia\nSubject: Printer on fire\n\nIt burns.\n", aiko, 5, ""},
		{"Apple Mail", "Please help her.\n\nBegin forwarded message:\n\nFrom: Aiko Tanaka <aiko@acme.example>\nSubject: Printer on fire\nDate: 5 January 2026 at 09:58:12 GMT\nTo: Mia <mia@example.com>\nCc: Bob <bob@acme.example>\n\nIt burns.\n", aiko, 5, "bob@acme.example"},
		{"Apple Mail, quoted", "Please help her.\n\n> Begin forwarded message:\n> \n> From: Aiko Tanaka <aiko@acme.example>\n> Subject: Printer on fire\n> Date: 5 January 2026 at 09:58:12 GMT\n> To: Mia <mia@example.com>\n> \n> It burns.\n", aiko, 5, ""},
		{"Apple Mail, German", "Please help her.\n\nAnfang der weitergeleiteten Nachricht:\n\n> Von: Aiko Tanaka <aiko@acme.example>\n> Betreff: Printer on fire\n> Datum: 5. Januar 2026 um 09:58:12 MEZ\n> An: Mia <mia@example.com>\n> \n> It burns.\n", aiko, 5, ""},
		{"Apple Mail, Japanese", "Please help her.\n\n転送されたメッセージ:\n\n差出人: Aiko Tanaka <aiko@acme.example>\n件名: Printer on fire\n日付: 2026年1月5日 9:58:12 JST\n宛先: Mia <mia@example.com>\n\nIt burns.\n", aiko, 5, ""},
		{"Thunderbird", "Please help her.\n\n-------- Forwarded Message --------\nSubject: \tPrinter on fire\nDate: \tMon, 5 Jan 2026 09:58:12 +0000\nFrom: \tAiko Tanaka <aiko@acme.example>\nTo: \tmia@example.com\nCC: \tbob@acme.example\n\n\n\nIt burns.\n", aiko, 5, "bob@acme.example"},
		{"Thunderbird, German", "Please help her.\n\n-------- Weitergeleitete Nachricht --------\nBetreff: \tPrinter on fire\nDatum: \tMon, 5 Jan 2026 09:58:12 +0000\nVon: \tAiko Tanaka <aiko@acme.example>\nAn: \tmia@example.com\n\nIt burns.\n", aiko, 5, ""},
		{"Thunderbird, Spanish", "Please help her.\n\n-------- Mensaje reenviado --------\nAsunto: \tPrinter on fire\nFecha: \tMon, 5 Jan 2026 09:58:12 +0000\nDe: \tAiko Tanaka <aiko@acme.example>\nPara: \tmia@example.com\n\nIt burns.\n", aiko, 5, ""},
		{"Yahoo", "Please help her.\n\n   ----- Forwarded Message -----\nFrom: \"Aiko Tanaka\" <aiko@acme.example>\nTo: \"mia@example.com\" <mia@example.com>\nSent: Monday, January 5, 2026, 09:58:12 AM UTC\nSubject: Printer on fire\n\nIt burns.\n", aiko, 5, ""},
		{"Samsung", "Please help her.\n\n-------- Original message --------\nFrom: Aiko Tanaka <aiko@acme.example>\nDate: 05/01/2026 09:58 (GMT+00:00)\nTo: mia@example.com\nSubject: Printer on fire\n\nIt burns.\n", aiko, 0, ""},
		{"mutt", "Please help her.\n\n----- Forwarded message from Aiko Tanaka <aiko@acme.example> -----\n\nDate: Mon, 5 Jan 2026 09:58:12 +0000\nFrom: Aiko Tanaka <aiko@acme.example>\nTo: mia@example.com\nSubject: Printer on fire\n\nIt burns.\n\n----- End forwarded message -----\n", aiko, 5, ""},
		{"an address alone", "Please help her.\n\n---------- Forwarded message ---------\nFrom: <aiko@acme.example>\nDate: Mon, Jan 5, 2026 at 9:58 AM\nSubject: Printer on fire\nTo: <mia@example.com>\n\nIt burns.\n", plain, 5, ""},
		{"a name alone", "Please help her.\n\nFrom: Aiko Tanaka\nSent: Monday, January 5, 2026 9:58 AM\nTo: Mia\nSubject: Printer on fire\n\nIt burns.\n", ticketing.Address{Name: "Aiko Tanaka"}, 5, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := parsed(t, "From: Mia <mia@example.com>\nTo: support@example.com\nSubject: Fwd: Printer on fire\nContent-Type: text/plain; charset=utf-8\n\n"+c.text)
			if len(m.Forwarded) != 1 {
				t.Fatalf("%d mails found in it, want 1", len(m.Forwarded))
			}
			f := m.Forwarded[0]
			if f.From != c.from || f.Subject != "Printer on fire" || f.Above != "Please help her." || f.Reply != "It burns." {
				t.Errorf("from %v, subject %q, above %q, reply %q", f.From, f.Subject, f.Above, f.Reply)
			}
			if c.day != 0 && (f.Date.Year() != 2026 || f.Date.Month() != time.January || f.Date.Day() != c.day) {
				t.Errorf("date %v", f.Date)
			}
			if c.cc != "" && (len(f.Cc) != 1 || f.Cc[0].Address != c.cc) {
				t.Errorf("Cc %v, want %s", f.Cc, c.cc)
			}
		})
	}
}

// TestAnswersPassNothingOn: an answer quotes in the same form.
func TestAnswersPassNothingOn(t *testing.T) {
	for _, subject := range []string{"Re: Printer", "AW: Printer"} {
		m := parsed(t, "From: mia@example.com\nSubject: "+subject+"\n\nThanks.\n\nFrom: Aiko <aiko@acme.example>\nSent: Monday, January 5, 2026 9:58 AM\nTo: Mia\nSubject: Printer\n\nIt burns.\n")
		if len(m.Forwarded) != 0 {
			t.Errorf("%s: passes on %v", subject, m.Forwarded[0].From)
		}
	}
}

const attachedForward = `From: Mia <mia@example.com>
To: support@example.com
Subject: Fwd: Printer on fire
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

Please help her.
--b
Content-Type: message/rfc822
Content-Disposition: attachment; filename="Printer on fire.eml"

From: Aiko <aiko@acme.example>
To: mia@example.com
Cc: bob@acme.example
Subject: Printer on fire
Message-ID: <fire@acme.example>
In-Reply-To: <before@acme.example>
References: <first@acme.example> <before@acme.example>
Date: Mon, 5 Jan 2026 08:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=c

--c
Content-Type: text/plain

It burns.
--c
Content-Type: text/csv; name=pages.csv
Content-Disposition: attachment; filename=pages.csv

1;2
--c--
--b--
`

func TestAttachedForward(t *testing.T) {
	raw := strings.ReplaceAll(attachedForward, "\n", "\r\n")
	m := parsed(t, raw)
	if len(m.Forwarded) != 1 {
		t.Fatalf("%d mails attached, want 1", len(m.Forwarded))
	}
	f := m.Forwarded[0]
	if f.From.Address != "aiko@acme.example" || f.MessageID != "<fire@acme.example>" || f.Reply != "It burns." || f.Above != "Please help her." || f.Unattended {
		t.Errorf("%+v", f)
	}
	if got := strings.Join(f.References, " "); got != "<before@acme.example> <first@acme.example> <before@acme.example>" {
		t.Errorf("refers to %s", got)
	}
	if len(f.Attachments) != 1 || f.Attachments[0].Name != "pages.csv" {
		t.Fatalf("its files are %v", f.Attachments)
	}
	r, a, err := OpenPart(strings.NewReader(raw), f.Attachments[0].Part)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil || string(data) != "1;2" || a.Name != "pages.csv" {
		t.Errorf("its file holds %q (%v), called %s", data, err, a.Name)
	}
}

// TestForwardOfNothingElse: the mail is all there is, without a text around it.
func TestForwardOfNothingElse(t *testing.T) {
	m := parsed(t, "From: mia@example.com\nSubject: Fwd: Printer\nContent-Type: message/rfc822\n\nFrom: Aiko <aiko@acme.example>\nMessage-ID: <fire@acme.example>\nSubject: Printer\n\nIt burns.\n")
	if len(m.Forwarded) != 1 || m.Forwarded[0].From.Address != "aiko@acme.example" || m.Forwarded[0].Above != "" || m.Forwarded[0].Reply != "It burns." {
		t.Errorf("passes on %+v", m.Forwarded)
	}
}

// TestForwardedEncoded: some servers encode attached mails. Their files have no
// place of their own; the mail is the file.
func TestForwardedEncoded(t *testing.T) {
	m := parsed(t, "From: mia@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/octet-stream; name=mail.eml\nContent-Transfer-Encoding: base64\n\n"+
		wrapped("From: aiko@acme.example\nSubject: x\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nIt burns.\n--c\nContent-Type: image/png\n\nx\n--c--\n")+"\n--b--\n")
	if len(m.Forwarded) != 1 || m.Forwarded[0].From.Address != "aiko@acme.example" || len(m.Forwarded[0].Attachments) != 1 || m.Forwarded[0].Attachments[0].Name != "mail.eml" {
		t.Errorf("passes on %+v", m.Forwarded)
	}
}

// TestForwardedBlockIsLinear compares with a tenth of the text, as a machine may
// be busy: what grows with the square takes a hundred times as long.
func TestForwardedBlockIsLinear(t *testing.T) {
	for _, line := range []string{"From: a@b.example\n", "---------- Forwarded message ---------\n", "> From: a@b.example\n", "Begin forwarded message:\n> x\n", "[mailto:a@b\n", "To: a;\n"} {
		timed := func(lines int) time.Duration {
			start := time.Now()
			forwardedBlock("From: a@b.example\nDate: 5 Jan 2026\nSubject: x\n"+strings.Repeat(line, lines), ticketing.Address{})
			forwardedBlock(strings.Repeat(line, lines), ticketing.Address{})
			return time.Since(start)
		}
		tenth := timed(10_000)
		if took := timed(100_000); took > 40*max(tenth, 50*time.Millisecond) {
			t.Errorf("%.30q again and again took %v, and a tenth of it %v", line, took, tenth)
		}
	}
}

// FuzzForwarded: whatever a text is, the mail found in it is made of it.
func FuzzForwarded(f *testing.F) {
	f.Add("Hi\n\n---------- Forwarded message ---------\nFrom: A <a@b.example>\nDate: 5 Jan 2026\nSubject: x\n\ny\n")
	f.Add("Begin forwarded message:\n\n> Von: a [mailto:a@b.example]\n> Betreff: x\n> Datum: 5.1.2026\n>\n> y\n\nz")
	f.Fuzz(func(t *testing.T, text string) {
		m, ok := forwardedBlock(text, ticketing.Address{Name: "Mia", Address: "mia@example.com"})
		if !ok {
			return
		}
		if len(m.Text) > len(text)+8 || len(m.Above)+len(m.Below) > len(text)+8 || len(m.To) > maxBlockAddresses || len(m.Cc) > maxBlockAddresses {
			t.Errorf("more came out than went in: %+v", m)
		}
		for _, a := range append(append([]ticketing.Address{m.From}, m.To...), m.Cc...) {
			if a.Address != "" && !strings.Contains(a.Address, "@") {
				t.Errorf("%q is no address", a.Address)
			}
		}
	})
}

func parsed(t *testing.T, raw string) ticketing.Message {
	t.Helper()
	m, err := Parse(bytes.NewReader([]byte(raw)), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	return m
}
