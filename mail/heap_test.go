package mail

import (
	"bytes"
	"encoding/base64"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

// sampledMail is a big mail that notes how far the heap grows while it is read.
type sampledMail struct {
	io.ReadSeeker
	read, peak uint64
}

func (m *sampledMail) Read(p []byte) (int, error) {
	n, err := m.ReadSeeker.Read(p)
	if m.read += uint64(n); m.read >= 1<<20 {
		m.read = 0
		m.sample()
	}
	return n, err
}

func (m *sampledMail) sample() {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	m.peak = max(m.peak, s.HeapAlloc)
}

// A mail of the largest size that is taken in costs little memory, whatever it is
// made of. The collector runs often here: what is held is counted, not what a
// lazy one leaves. Mails of many small pieces take long to make and are smaller.
func TestHeapOf50MiB(t *testing.T) {
	const size, pieces, most = 50 << 20, 12 << 20, 16 << 20
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	line := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{'x'}, 57)) + "\r\n"
	head := "From: a@example.com\r\nSubject: big\r\nMIME-Version: 1.0\r\n"
	for name, m := range map[string]*bigMail{
		"attachment": newBigMail(size / 78),
		"text":       {head: head + "Content-Type: text/plain\r\n\r\n", line: "A line of text.\r\n"},
		"quoted":     {head: head + "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", line: "A l=C3=A4ne=\r\n"},
		"HTML":       {head: head + "Content-Type: text/html\r\n\r\n", line: "<p>A <b>line</b> of text.</p>\r\n"},
		"one line":   {head: head + "Content-Type: text/plain\r\n\r\n", line: strings.Repeat("word ", 100)},
		"base64":     {head: head + "Content-Type: text/html; charset=shift_jis\r\nContent-Transfer-Encoding: base64\r\n\r\n", line: line},
		"parts":      {head: head + "Content-Type: multipart/mixed; boundary=x\r\n\r\n", line: "--x\r\nContent-Type: application/zip\r\n\r\nPK\r\n"},
		"header":     {head: head, line: "X-Field: value\r\n"},
		"nested":     {head: head + "Content-Type: message/rfc822\r\n\r\n" + head + "Content-Type: text/plain\r\n\r\n", line: "A line.\r\n"},
		"report":     {head: head + "Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n", line: "Final-Recipient: rfc822; a@example.com\r\n\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			m.lines = size / int64(len(m.line))
			if name == "parts" || name == "header" || name == "nested" || name == "report" {
				m.lines = pieces / int64(len(m.line))
			}
			sampled := &sampledMail{ReadSeeker: m}
			runtime.GC()
			sampled.sample()
			before := sampled.peak
			if _, err := Parse(sampled, func() Limits { l := DefaultLimits(); l.NoHTML = true; return l }()); err != nil {
				t.Fatal(err)
			}
			sampled.sample()
			if grown := sampled.peak - before; grown > most {
				t.Errorf("the heap grew by %d KiB", grown>>10)
			} else {
				t.Logf("the heap grew by %d KiB", grown>>10)
			}
		})
	}
}
