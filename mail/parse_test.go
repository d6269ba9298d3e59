package mail

import (
	"bytes"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

func parseString(t testing.TB, raw string) ticketing.Message {
	t.Helper()
	m, err := Parse(strings.NewReader(raw), DefaultLimits())
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return m
}

func parseFile(t testing.TB, path string) ticketing.Message {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(bytes.NewReader(raw), DefaultLimits())
	if err != nil {
		t.Fatalf("Parse %s: %v", path, err)
	}
	return m
}

func TestDeepNesting(t *testing.T) {
	var b strings.Builder
	b.WriteString("From: a@example.com\nSubject: deep\nContent-Type: multipart/mixed; boundary=b0\n\n")
	for i := range 5000 {
		b.WriteString("--b" + strconv.Itoa(i) + "\nContent-Type: multipart/mixed; boundary=b" + strconv.Itoa(i+1) + "\n\n")
	}
	b.WriteString("--b5000\n\nThe text at the bottom.\n")
	begin := time.Now()
	m := parseString(t, b.String())
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
	if m.Subject != "deep" || len(m.Problems) == 0 || len(m.Attachments) != 1 {
		t.Errorf("subject %q, problems %q, %d attachments", m.Subject, m.Problems, len(m.Attachments))
	}
}

func TestOpenPart(t *testing.T) {
	const raw = "From: a@example.com\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nhello\r\n--x\r\n" +
		"Content-Type: text/csv; name=\"a.csv\"\r\nContent-Transfer-Encoding: base64\r\n\r\nYSxiCg==\r\n--x--\r\n"
	m := parseString(t, raw)
	if len(m.Attachments) != 1 || m.Attachments[0].Part != "2" || m.Attachments[0].Size != 4 || m.Attachments[0].Name != "a.csv" {
		t.Fatalf("attachments %+v", m.Attachments)
	}
	r, a, err := OpenPart(strings.NewReader(raw), "2")
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if string(got) != "a,b\n" || err != nil || a.Name != "a.csv" || a.Type != "text/csv" {
		t.Errorf("got %q, %v, %+v", got, err, a)
	}
	r, a, err = OpenPart(strings.NewReader("no mail"), "")
	if err != nil || a.Type != "message/rfc822" {
		t.Fatalf("the whole mail: %+v, %v", a, err)
	}
	if whole, err := io.ReadAll(r); err != nil || string(whole) != "no mail" {
		t.Errorf("the whole mail: %q, %v", whole, err)
	}
	if _, _, err := OpenPart(strings.NewReader(raw), "3"); err == nil {
		t.Error("part 3 found")
	}
}
