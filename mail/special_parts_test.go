package mail

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

func TestUuencoded(t *testing.T) {
	const file = "begin 644 r\xe9sum\xe9.txt\n&0V%T#0H*\n`\nend\n"
	for name, c := range map[string]struct{ in, text, names, content string }{
		"between texts": {"Before.\n\n" + file + "\nAfter.\n", "Before.\n\n\nAfter.\n", "1/1 résumé.txt text/plain", "Cat\r\n\n"},
		"at the end":    {"Before.\n" + "begin 666 a.bin\n#0V%T\n`\nend", "Before.\n", "1/1 a.bin application/octet-stream", "Cat"},
		"without end":   {"begin 666 a.bin\n#0V%T\nThe rest is text, my friend.\n", "The rest is text, my friend.\n", "1/1 a.bin application/octet-stream", "Cat"},
		"two":           {"begin 600 a\n#0V%T\n`\nend\nbegin 600 b\n#1&]G\n`\nend\n", "", "1/1 a application/octet-stream, 1/2 b application/octet-stream", "Cat"},
		"the last line": {"Hello\nbegin 644 a", "Hello\nbegin 644 a", "", ""},
		"behind a file": {"begin 666 a.bin\n#0V%T\n`\nend\nbegin 644 b", "begin 644 b", "1/1 a.bin application/octet-stream", "Cat"},
		"no file":       {"Please begin 644 times.\nbegin 644 apples\nthen pears\n", "Please begin 644 times.\nbegin 644 apples\nthen pears\n", "", ""},
	} {
		raw := "From: a@example.com\nContent-Type: text/plain; charset=iso-8859-1\n\n" + c.in
		m := parseString(t, raw)
		if m.Text != c.text || names(m) != c.names {
			t.Errorf("%s: text %q, files %s", name, m.Text, names(m))
		}
		if c.content != "" {
			if got := openString(t, raw, "1/1"); got != c.content {
				t.Errorf("%s: content %q", name, got)
			}
		}
		checkInvariants(t, []byte(raw), m)
	}
}

// der writes an element.
func der(tag byte, content ...string) string {
	body := strings.Join(content, "")
	switch n := len(body); {
	case n < 128:
		return string([]byte{tag, byte(n)}) + body
	default:
		return string([]byte{tag, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}) + body
	}
}

// signedMail is an opaque signed mail (RFC 8551 §3.5.2) whose octets are given.
func signedMail(octets string) string {
	cms := der(0x30, der(0x06, oidSigned), der(0xa0, der(0x30, der(0x02, "\x01"), der(0x31), der(0x30, der(0x06, oidData), der(0xa0, octets)))))
	return "From: a@example.com\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n" +
		"Content-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(cms)) + "\n"
}

func TestSMIME(t *testing.T) {
	const entity = "Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: text/plain\r\n\r\nSigned words.\r\n" +
		"--i\r\nContent-Type: text/csv; name=a.csv\r\n\r\n1,2\r\n--i--\r\n"
	for name, octets := range map[string]string{
		"one":              der(0x04, entity),
		"pieces":           der(0x24, der(0x04, entity[:30]), der(0x04, entity[30:])),
		"pieces in pieces": der(0x24, der(0x24, der(0x04, entity[:30])), der(0x04, entity[30:])),
		"both":             "\x24\x80\x24\x80" + der(0x04, entity[:50]) + "\x00\x00\x24\x80" + der(0x04, entity[50:]) + "\x00\x00\x00\x00",
		"indefinite":       "\x24\x80" + der(0x04, entity[:50]) + der(0x04, entity[50:]) + "\x00\x00",
	} {
		raw := signedMail(octets)
		m := parseString(t, raw)
		if m.Text != "Signed words." || names(m) != "1/2 a.csv text/csv, 1 smime.p7m application/pkcs7-mime" {
			t.Errorf("%s: text %q, files %s", name, m.Text, names(m))
		}
		if len(m.Problems) != 1 || m.Problems[0].Key != ticketing.Signed {
			t.Errorf("%s: problems %v", name, m.Problems)
		}
		if got := openString(t, raw, "1/2"); got != "1,2" {
			t.Errorf("%s: %q", name, got)
		}
		checkInvariants(t, []byte(raw), m)
	}
	enveloped := der(0x30, der(0x06, oidEnveloped), der(0xa0, der(0x30)))
	m := parseString(t, "From: a@example.com\nContent-Type: application/octet-stream; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n"+base64.StdEncoding.EncodeToString([]byte(enveloped)))
	if len(m.Problems) != 1 || m.Problems[0].Key != ticketing.Encrypted || len(m.Attachments) != 1 {
		t.Errorf("enveloped: %v, %s", m.Problems, names(m))
	}
	for _, bad := range []string{"", "\x30", "\x30\x84\xff\xff\xff\xff", der(0x24), "\x24\x80", "\x04\x84\x7f\xff\xff\xff\x00", strings.Repeat("\x24\x80", 5000)} {
		raw := signedMail(bad)
		if m := parseString(t, raw); len(m.Attachments) == 0 {
			t.Errorf("%.20q: nothing is left", bad)
		} else {
			checkInvariants(t, []byte(raw), m)
		}
	}
}

// S/MIME in S/MIME ends at the limit of depth.
func TestSMIMENested(t *testing.T) {
	entity := "Content-Type: text/plain\r\n\r\nat the bottom"
	for range 24 {
		entity = strings.TrimPrefix(signedMail(der(0x04, entity)), "From: a@example.com\n")
	}
	raw := "From: a@example.com\n" + entity
	begin := time.Now()
	m := parseString(t, raw)
	if took := time.Since(begin); took > 5*time.Second || len(m.Attachments) < 10 || len(m.Attachments) > DefaultLimits().Depth+1 {
		t.Errorf("%v, %d attachments", took, len(m.Attachments))
	}
	checkInvariants(t, []byte(raw), m)
}

func TestPGPInText(t *testing.T) {
	const signed = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nIt works now.\n- -- \nJoe\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n=abcd\n-----END PGP SIGNATURE-----\n"
	for in, want := range map[string]struct {
		reply string
		label ticketing.ProblemKey
	}{
		signed: {"It works now.", ticketing.Signed},
		"-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n":                {"-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----", ticketing.Encrypted},
		"What is a -----BEGIN PGP MESSAGE----- line?":                                     {"What is a -----BEGIN PGP MESSAGE----- line?", ""},
		"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\nIt is cut off before the text": {"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\nIt is cut off before the text", ticketing.Signed},
	} {
		m := parseString(t, "From: a@example.com\n\n"+in)
		label := ticketing.ProblemKey("")
		if len(m.Problems) > 0 {
			label = m.Problems[0].Key
		}
		if m.Reply != want.reply || m.Text != in || label != want.label {
			t.Errorf("%.40q: reply %q, label %q", in, m.Reply, label)
		}
	}
}

func TestInvitations(t *testing.T) {
	const outlook = "BEGIN:VCALENDAR\r\nPRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\n" +
		"BEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" +
		"BEGIN:VEVENT\r\nORGANIZER;CN=\"Joe: Doe\":mailto:joe@example.com\r\nSUMMARY;LANGUAGE=de:Besprechung\\, lang und\r\n  wichtig\r\n" +
		"DTSTART;TZID=W. Europe Standard Time:20261124T100000\r\nDTEND;TZID=W. Europe Standard Time:20261124T110000\r\nLOCATION:Raum 4\r\n" +
		"DESCRIPTION:Erste Zeile\\nzweite\r\nBEGIN:VALARM\r\nDESCRIPTION:REMINDER\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	m := parseString(t, "From: a@example.com\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\n\n"+outlook)
	const want = "Besprechung, lang und wichtig\n2026-11-24 10:00 (W. Europe Standard Time) – 2026-11-24 11:00 (W. Europe Standard Time)\nRaum 4\nJoe: Doe <joe@example.com>\n\nErste Zeile\nzweite\n"
	if m.Text != want || m.Calendar != "REQUEST" || names(m) != "1 invite.ics text/calendar" {
		t.Errorf("%q, %s, %s", m.Text, m.Calendar, names(m))
	}
	m = parseString(t, "From: a@example.com\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nThe words.\n--b\n"+
		"Content-Type: text/calendar; method=CANCEL\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n--b--\n")
	if m.Text != "The words." || m.Calendar != "CANCEL" {
		t.Errorf("with a text: %q, %s", m.Text, m.Calendar)
	}
	m = parseString(t, "From: a@example.com\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nMETHOD:PUBLISH\nBEGIN:VEVENT\nSUMMARY:Holiday\nDTSTART;VALUE=DATE:20261225\nEND:VEVENT\n"+
		"BEGIN:VEVENT\nSUMMARY:Call\nDTSTART:20261226T090000Z\nEND:VEVENT\nEND:VCALENDAR\n")
	if m.Text != "Holiday\n2026-12-25\nCall\n2026-12-26 09:00 UTC\n" || m.Calendar != "PUBLISH" {
		t.Errorf("published: %q, %s", m.Text, m.Calendar)
	}
}

func TestBase64(t *testing.T) {
	line := strings.Repeat("QUJD", 19) // 57 bytes
	whole := strings.Repeat("ABC", 19)
	for in, want := range map[string]string{
		line + "\nQUI=\n": whole + "AB",
		line + "\n\nSent to you by the list, unsubscribe there\n":                  whole,
		line + "\n*** scanned by the gateway, no virus ***\n" + line + "\n":        whole + whole,
		"This is no base64 at all.\nSee?\n":                                        "This is no base64 at all.\nSee?\n",
		"Plain":                                                                    "\x3e\x56\xa2",
		line[:40] + "\x00" + line[40:] + "\n" + line[:40] + " " + line[40:] + "\n": whole + whole,
	} {
		r := decodeTransfer(strings.NewReader(in), "base64", &problems{})
		var b bytes.Buffer
		if _, err := b.ReadFrom(r); err != nil || b.String() != want {
			t.Errorf("%q: %q, %v, wanted %q", in, b.String(), err, want)
		}
	}
}

// A text with a name is a file only beside other text.
func TestNamedTexts(t *testing.T) {
	for name, c := range map[string]struct{ parts, text, files string }{
		"the only text":     {"Content-Type: text/plain; name=body.txt\nContent-Disposition: inline; filename=body.txt\n\nWords.\n", "Words.", ""},
		"behind the text":   {"Content-Type: text/plain\n\nWords.\n--b\nContent-Type: text/plain; name=log.txt\n\nlog\n", "Words.", "2 log.txt text/plain"},
		"before the text":   {"Content-Type: text/plain\nContent-Disposition: inline; filename=log.txt\n\nlog\n--b\nContent-Type: text/plain\n\nWords.\n", "Words.", "1 log.txt text/plain"},
		"attached":          {"Content-Type: text/plain\nContent-Disposition: attachment; filename=log.txt\n\nlog\n", "", "1 log.txt text/plain"},
		"attached, no name": {"Content-Type: text/plain\n\nWords.\n--b\nContent-Type: text/plain\nContent-Disposition: attachment\n\nlog\n", "Words.", "2 attachment.txt text/plain"},
	} {
		m := parseString(t, "From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"+c.parts+"--b--\n")
		if strings.TrimSpace(m.Text) != c.text || names(m) != c.files {
			t.Errorf("%s: text %q, files %s", name, m.Text, names(m))
		}
	}
}

// A picture is part of the text only when the HTML shows exactly it.
func TestInlinePictures(t *testing.T) {
	mail := "From: a@example.com\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n" +
		"<img src=\"cid:pic1@x\"> <img src='cid:a%40b'> <td background=cid:pic20>\n"
	for i, id := range []string{"pic1@x", "a@b", "pic2", "pic20", "pic3"} {
		mail += "--b\nContent-Type: image/png; name=" + strconv.Itoa(i) + ".png\nContent-ID: <" + id + ">\n\nx\n"
	}
	m := parseString(t, mail+"--b--\n")
	got := ""
	for _, a := range m.Attachments {
		if a.Inline {
			got += a.ContentID + " "
		}
	}
	if got != "pic1@x a@b pic20 " {
		t.Errorf("inline: %s", got)
	}
}
