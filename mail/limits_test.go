package mail

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"deskd/ticketing"
)

// hasProblem says that one of the problems is the stored one.
func hasProblem(problems []ticketing.Problem, stored string) bool {
	return slices.ContainsFunc(problems, func(p ticketing.Problem) bool { return p.String() == stored })
}

func TestLimits(t *testing.T) {
	parts := "From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\nContent-Type: image/png\n\nx\n", 600) + "--b--\n"
	fields := "From: a@example.com\n" + strings.Repeat("X-A: b\n", 1200) + "Subject: too late\n\ntext\n"
	for _, tt := range []struct{ name, raw, problem string }{
		{"parts", parts, "too_many_parts=500"},
		{"fields", fields, "too_many_fields"},
		{"header", "From: a@example.com\n" + strings.Repeat("X-A: "+strings.Repeat("b", 70)+"\n\t"+strings.Repeat("c", 900)+"\n", 300) + "\ntext\n", "header_too_long"},
		{"line", "From: a@example.com\n\n" + strings.Repeat("x", 1<<20+1) + "\nend\n", "line_too_long=1048576"},
		{"text", "From: a@example.com\n\n" + strings.Repeat("0123456789\n", 200<<10) + "\n", "text_too_long=2097152"},
		{"addresses", "From: a@example.com\nTo: " + strings.Repeat("b@example.com,\n ", 300) + "\n\ntext\n", "too_many_addresses=200"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := parseString(t, tt.raw)
			if !hasProblem(m.Problems, tt.problem) || len(m.From) != 1 {
				t.Errorf("problems %q, want %q; From %v", m.Problems, tt.problem, m.From)
			}
			if len(m.Attachments) > 500 || len(m.To) > 200 || len(m.Text) > 2<<20 {
				t.Errorf("%d attachments, %d recipients, %d bytes of text", len(m.Attachments), len(m.To), len(m.Text))
			}
		})
	}
}

func TestLargeMailStaysOnDisk(t *testing.T) {
	const lines = 50 << 20 / 78
	big := bigMail(lines)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m, err := Parse(big, DefaultLimits())
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > 2<<20 {
		t.Errorf("%d bytes allocated for a mail of %d", got, big.size())
	}
	if len(m.Attachments) != 1 || m.Attachments[0].Size != 57*lines || m.Text != "See the attachment." || m.RawSize != big.size() {
		t.Errorf("%+v, text %q", m.Attachments, m.Text)
	}
	r, a, err := OpenPart(big, "2")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, r); n != 57*lines || err != nil || a.Name != "big.zip" {
		t.Errorf("%d bytes of %q, %v", n, a.Name, err)
	}
}

// TestLargeAndSmallAgree reads the same mail from memory and as a stream.
func TestLargeAndSmallAgree(t *testing.T) {
	pad := strings.Repeat("padding line of the part that is not shown\r\n", 30000)
	raw := "From: a@example.com\r\nSubject: s\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n--x\r\nContent-Type: application/x; name=a.bin\r\n\r\n" + pad + "--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\nMessage-ID: <in@example.com>\r\n\r\ntext\r\n--x--\r\n"
	m := parseString(t, raw)
	if m.Text != "Grüße" || len(m.Attachments) != 2 || m.Attachments[0].Size != int64(len(pad))-2 || m.Attachments[1].Name != "inner.eml" || len(m.EmbeddedIDs) != 1 {
		t.Errorf("text %q, attachments %+v, embedded %q", m.Text, m.Attachments, m.EmbeddedIDs)
	}
}

type faultyReader struct{ io.ReadSeeker }

func (faultyReader) Read([]byte) (int, error) { panic("fault in a reader") }

type slowReader struct{ io.ReadSeeker }

func (s slowReader) Read(p []byte) (int, error) {
	time.Sleep(time.Millisecond)
	return s.ReadSeeker.Read(p[:min(len(p), 4096)])
}

type failingReader struct {
	io.ReadSeeker
	err error
}

func (f failingReader) Read(p []byte) (int, error) { return iotest.ErrReader(f.err).Read(p) }

func TestParseErrors(t *testing.T) {
	small := strings.NewReader("From: a@example.com\n\nx\n")
	if _, err := Parse(faultyReader{small}, DefaultLimits()); !errors.Is(err, ErrCrashed) {
		t.Errorf("a fault gives %v", err)
	}
	fault := errors.New("disk")
	if _, err := Parse(failingReader{small, fault}, DefaultLimits()); !errors.Is(err, fault) {
		t.Errorf("a failing reader gives %v", err)
	}
	l := DefaultLimits()
	l.Time = 20 * time.Millisecond
	begin := time.Now()
	if _, err := Parse(slowReader{bigMail(50 << 20 / 78)}, l); !errors.Is(err, ErrTimeLimit) {
		t.Errorf("a slow mail gives %v", err)
	}
	if took := time.Since(begin); took > 30*time.Second {
		t.Errorf("the time limit took %v", took)
	}
}

func TestDamagedMails(t *testing.T) {
	const head = "From: a@example.com\nSubject: s\n"
	for _, tt := range []struct{ name, raw, text, problem string }{
		{"empty", "", "", "no_header"},
		{"text only", "Hello there, no header here\nat all\n", "Hello there, no header here\nat all\n", "no_header"},
		{"no blank line", head + "Hello without a blank line\nmore\n", "Hello without a blank line\nmore\n", "no_blank_line"},
		{"garbage in header", "From: a@example.com\ngarbage\nSubject: s\n\ntext\n", "text\n", "bad_header_line"},
		{"bare CR", "From: a@example.com\rSubject: s\r\rtext\r", "text\n", ""},
		{"blank lines first", "\n\n" + head + "\ntext\n", "text\n", ""},
		{"space before colon", "From : a@example.com\nSubject : s\n\ntext\n", "text\n", ""},
		{"NUL", head + "\nte\x00xt\n", "text\n", ""},
		{"bad type", head + "Content-Type: nonsense\n\ntext\n", "text\n", ""},
		{"type without value", head + "Content-Type: ; charset=utf-8\n\ntext\n", "text\n", ""},
		{"boundary never seen", head + "Content-Type: multipart/mixed; boundary=never\n\ntext\n", "text\n", "no_parts"},
		{"goes on after the end", head + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n--b--\n", "one\ntwo", ""},
		{"inner boundary missing", head + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\none\n--b\n\ntwo\n--b--\n", "one\ntwo", ""},
		{"same boundary inside", head + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n--b--\n", "one\ntwo", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := parseString(t, tt.raw)
			if m.Text != tt.text || tt.problem != "" && !hasProblem(m.Problems, tt.problem) {
				t.Errorf("text %q, want %q; problems %q, want %q", m.Text, tt.text, m.Problems, tt.problem)
			}
			if strings.Contains(tt.raw, "ubject") && m.Subject != "s" {
				t.Errorf("subject %q", m.Subject)
			}
		})
	}
}

func TestMessageFields(t *testing.T) {
	m := parseString(t, "Received: from a\nReceived: from b\nDelivered-To: One@example.com\nX-Original-To: two@example.com\nDelivered-To: one@example.com\nEnvelope-To: three@example.com\nX-Forwarded-To: four@example.com\n"+
		"From: a@example.org\nFrom: b@example.org\nSender: s@example.org\nReply-To: r@example.org\nCc: c@example.com\nX-Microsoft-Original-Message-ID: <orig@example.org>\nThread-Index: AQHY\n abc=\n"+
		"List-Id: \"The list\" <The.List.example.org>\nX-Helpdesk-Loop: Desk1; kind=auto\nX-Helpdesk-Loop: desk2; kind=human\n\nこんにちは\n")
	got := fmt.Sprintln(m.Hops, m.Delivered, m.FromCount, len(m.From), m.Sender.Address, m.ReplyTo[0].Address, m.Cc[0].Address, m.OriginalID, m.ThreadIndex, m.ListID, m.LoopMarks, m.Language)
	want := "2 [One@example.com two@example.com three@example.com four@example.com] 2 2 s@example.org r@example.org c@example.com <orig@example.org> AQHYabc= the.list.example.org [{desk1 true} {desk2 false}] ja\n"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestBodyDigest(t *testing.T) {
	const head = "From: a@example.com\nContent-Type: text/plain; charset=utf-8\n"
	digest := func(raw string) string { return parseString(t, raw).BodyDigest }
	plain := digest(head + "\nGrüße\nund mehr\n")
	for name, raw := range map[string]string{
		"CRLF":             strings.ReplaceAll(head+"\nGrüße\nund mehr\n", "\n", "\r\n"),
		"quoted-printable": head + "Content-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe\nund =\nmehr\n",
		"base64":           head + "Content-Transfer-Encoding: base64\n\nR3LDvMOfZQp1bmQgbWVocgo=\n",
		"trailing blanks":  head + "X: y\n\nGrüße  \nund mehr\n",
	} {
		if digest(raw) != plain {
			t.Errorf("%s: another digest", name)
		}
	}
	if digest(head+"\nGrüße\nund weniger\n") == plain {
		t.Error("another text, same digest")
	}
}
