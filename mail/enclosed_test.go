package mail

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

// What is attached is looked into as far as it is mail or text, however it is
// encoded, and never further than the limits.
func TestEnclosed(t *testing.T) {
	const inner = "From: a@x\nMessage-ID: <inner@x>\nX-Helpdesk-Loop: desk-1; kind=auto\nContent-Type: text/html\n" +
		"Content-Transfer-Encoding: quoted-printable\n\n<p>Secret=20words</p>\n"
	attach := func(header, body string) string {
		return "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee there.\n--b\n" + header + "\n\n" + body + "\n--b--\n"
	}
	nest := func(depth int) string {
		mail := inner
		for i := range depth {
			b := fmt.Sprintf("n%d", i)
			mail = "Content-Type: multipart/mixed; boundary=" + b + "\n\n--" + b + "\n\nx\n--" + b + "\nContent-Type: message/rfc822\n\n" + mail + "\n--" + b + "--\n"
		}
		return mail
	}
	find := func(raw string) (all ticketing.Enclosed) {
		m, err := Parse(strings.NewReader(strings.ReplaceAll(raw, "\n", "\r\n")), DefaultLimits())
		if err != nil || len(m.Attachments) == 0 {
			t.Fatalf("%v, attachments %v", err, m.Attachments)
		}
		for _, e := range m.Enclosed {
			all.Part += e.Part
			all.Text += e.Text
			all.MessageIDs = append(all.MessageIDs, e.MessageIDs...)
			all.LoopMarks = append(all.LoopMarks, e.LoopMarks...)
		}
		return all
	}
	for _, test := range []struct {
		name, header, body string
		words, ours        bool
	}{
		{"attached mail", "Content-Type: message/rfc822", inner, true, true},
		{"mail as a file", "Content-Type: application/octet-stream; name=a.EML\nContent-Transfer-Encoding: base64",
			"RnJvbTogYUB4Ck1lc3NhZ2UtSUQ6IDxpbm5lckB4PgpYLUhlbHBkZXNrLUxvb3A6IGRlc2stMTsga2luZD1hdXRvCgpTZWNyZXQgd29yZHMK", true, true},
		{"mail in a mail in a mail", "Content-Type: message/rfc822", nest(2), true, true},
		{"text file", "Content-Type: text/plain; name=a.txt\nContent-Transfer-Encoding: base64", "U2VjcmV0IHdvcmRz", true, false},
		{"page", "Content-Type: text/html; name=a.html\nContent-Disposition: attachment", "<b>Secret</b> words", true, false},
		{"picture", "Content-Type: image/png; name=a.png", "Secret words", false, false},
		{"mails too deep", "Content-Type: message/rfc822", nest(maxEnclosedDepth + 1), false, false},
	} {
		got := find(attach(test.header, test.body))
		if strings.Contains(got.Text, "Secret words") != test.words {
			t.Errorf("%s: the text is %q", test.name, got.Text)
		}
		if (len(got.LoopMarks) > 0) != test.ours || strings.Contains(fmt.Sprint(got.MessageIDs), "<inner@x>") != test.ours {
			t.Errorf("%s: ids %v, marks %v", test.name, got.MessageIDs, got.LoopMarks)
		}
	}
	// Many mails inside each other, and many bytes, cost no more than the limits.
	begin := time.Now()
	got := find(attach("Content-Type: message/rfc822", nest(200)) + "--b\nContent-Type: text/plain; name=b.txt\n\n" + strings.Repeat("x", 3<<20) + "\n--b--\n")
	if len(got.Text) > 10*maxEnclosed || time.Since(begin) > 20*time.Second {
		t.Errorf("%d bytes, %v", len(got.Text), time.Since(begin))
	}
}
