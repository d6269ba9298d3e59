package mail

import (
	"bytes"
	"strings"
	"testing"
)

// Specifiers come from outside: what names no part is an error, at once.
func TestOpenPartSpecs(t *testing.T) {
	mails := []string{
		winmail(tnefStream(tnefFileAttributes("a.txt", []byte("x"))), "Text."),
		signedMail(der(0x04, "Content-Type: text/csv; name=a.csv\r\n\r\n1,2")),
		"From: a@example.com\n\nx\nbegin 644 a.txt\n#0V%T\n`\nend\ny\n",
		"From: a@example.com\nContent-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nSubject: x\n\ny\n",
	}
	specs := []string{
		"2/1/../..", "1/999999", "1/-1", "1/0", "1/", "/", "/1", "1//1", ".", "1.", "1..1", "0", "-1", "99999999999999999999", "2/1/1/1/1", "1/1/1", "2/1 ", "2/01", "\x00", "1/1\n",
		strings.Repeat("1/", 100_000) + "1", strings.Repeat("1.", 100_000) + "1", strings.Repeat("9", 1<<20),
	}
	for i, raw := range mails {
		for _, spec := range specs {
			if _, a, err := OpenPart(strings.NewReader(raw), spec); err == nil {
				t.Errorf("mail %d: %.20q is %+v", i, spec, a)
			}
		}
	}
}

// A winmail.dat whose files are listed instead of it goes out with the mail that
// it is in, and what it says too.
func TestEnclosedTNEFBody(t *testing.T) {
	rtf := tnefAttribute(1, attMsgProps, props(prop(typeBinary, 0x1009, compressed(`{\rtf1 secret words}`))))
	inner := winmail(tnefStream(rtf, tnefFileAttributes("a.txt", []byte("x"))), "Yes.")
	m := parseString(t, "From: a@example.com\nContent-Type: multipart/mixed; boundary=outer0123456\n\n--outer0123456\n\nSee below.\n--outer0123456\nContent-Type: message/rfc822\n\n"+inner+"\n--outer0123456--\n")
	if len(m.Enclosed) != 1 || !strings.Contains(m.Enclosed[0].Text, "secret words") {
		t.Errorf("%d files, none with the words", len(m.Enclosed))
	}
}

// FuzzCMS: no structure crashes the reader, and its content is no longer than it.
func FuzzCMS(f *testing.F) {
	f.Add([]byte(der(0x30, der(0x06, oidSigned), der(0xa0, der(0x30, der(0x02, "\x01"), der(0x31), der(0x30, der(0x06, oidData), der(0xa0, der(0x04, "x"))))))))
	f.Add([]byte("\x30\x80" + der(0x06, oidSigned) + "\xa0\x80\x30\x80" + der(0x02, "\x01") + "\x31\x80\x00\x00\x30\x80" + der(0x06, oidData) + "\xa0\x80\x24\x80\x24\x80" + der(0x04, "x") + "\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		size := len(data)
		if _, content := cmsContent(bytes.Clone(data)); len(content) > size {
			t.Errorf("%d bytes in %d", len(content), size)
		}
	})
}

// FuzzFileName: a name is one path element without what shells, browsers and
// eyes take for something else.
func FuzzFileName(f *testing.F) {
	f.Add("../../a\u202efdp.exe")
	f.Add("a*0*=utf-8''%2e%2e%2f;..")
	f.Fuzz(func(t *testing.T, s string) {
		name := safeName(s, 200)
		checkShown(t, name)
		if len(name) > 200 || strings.ContainsAny(name, "/\\<>:\"|?*\r\n") || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.ContainsAny(name, "\u202e\u2066\u200e") {
			t.Errorf("%q of %q", name, s)
		}
	})
}
