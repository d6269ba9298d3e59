package mail

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"

	"deskd/ticketing"
)

func encode(t *testing.T, e encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func testCharsets() *charsets {
	return &charsets{fallbacks: []string{"windows-1252"}, problems: &problems{}}
}

func TestCharsets(t *testing.T) {
	const ja, zh, ko, ru, de = "お問い合わせの件、よろしくお願いします。", "您好，这封信是测试，请您看一下。", "안녕하세요 문의드립니다", "Здравствуйте, это проверка связи.", "Grüße aus Köln"
	sjis, jis, euc := encode(t, japanese.ShiftJIS, ja), encode(t, japanese.ISO2022JP, ja), encode(t, japanese.EUCJP, ja)
	gb, kr := encode(t, simplifiedchinese.GB18030, zh), encode(t, korean.EUCKR, ko)
	koi, win, latin := encode(t, charmap.KOI8R, ru), encode(t, charmap.Windows1251, ru), encode(t, charmap.Windows1252, de)
	seven := append([]byte("\x1b$)C\x0e"), kr...)
	for i := range seven[5:] {
		seven[5+i] &= 0x7f
	}
	tests := []struct {
		label string
		in    []byte
		want  string
	}{
		{"utf-8", []byte(ja), ja}, {"UTF8", []byte(ja), ja}, {"us-ascii", []byte(de), de}, {"", []byte(de), de},
		{"shift_jis", sjis, ja}, {"cp932", sjis, ja}, {"windows-31j", sjis, ja}, {"shift-jis", sjis, ja},
		{"iso-2022-jp", jis, ja}, {"ms-cp50220", jis, ja}, {"", jis, ja}, {"us-ascii", jis, ja}, {"utf-8", jis, ja},
		{"iso-2022-jp", sjis, ja}, {"iso-2022-jp", euc, ja}, {"euc-jp", euc, ja},
		{"gb2312", gb, zh}, {"'gbk'", gb, zh}, {"euc-kr", kr, ko}, {"iso-2022-kr", seven, ko},
		{"ansi", latin, de}, {`"iso-8859-1`, latin, de}, {"x-unknown", latin, de}, {"x-foo", latin, de},
		// no label: by the bytes
		{"", sjis, ja}, {"", euc, ja}, {"", gb, zh}, {"", kr, ko}, {"", koi, ru}, {"", win, ru}, {"", latin, de},
		// wrong label: more than one in a hundred unreadable
		{"utf-8", sjis, ja}, {"utf-8", latin, de}, {"shift_jis", []byte(ja), ja}, {"euc-jp", []byte(zh), zh},
		{"iso-2022-jp", encode(t, japanese.ShiftJIS, "駅北口"), "駅北口"},
		// UTF-7 is never decoded
		{"utf-7", []byte("+ADw-script+AD4-"), "+ADw-script+AD4-"},
	}
	for _, tt := range tests {
		if got := testCharsets().body(tt.in, tt.label, false); got != tt.want {
			t.Errorf("%q % .20x: got %q, want %q", tt.label, tt.in, got, tt.want)
		}
	}
	meta := append([]byte(`<html><head><meta charset="koi8-r"></head>`), koi...)
	if got := testCharsets().body(meta, "utf-8", true); !strings.HasSuffix(got, ru) {
		t.Errorf("meta charset: %q", got)
	}
}

func TestHeaderText(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                                      "plain",
		"=?utf-8?Q?Gr=C3=BC=C3=9Fe?=":                "Grüße",
		"=?utf-8?B?R3LDvMOfZQ?=":                     "Grüße", // no padding
		"=?utf-8?B?44GK?= =?utf-8?B?5ZWP?=":          "お問",    // blank between words dropped
		"=?utf-8?B?44GK5ZU=?=\r\n =?utf-8?B?jw==?=":  "お問",    // a character in two words
		"=?iso-8859-1*de?q?Gr=FC_=DFe?= x":           "Grü ße x",
		"a =?utf-8?Q?b?= c":                          "a b c",
		"=?utf-8?X?b?=":                              "=?utf-8?X?b?=",
		"=?broken":                                   "=?broken",
		"Gr\xfc\xdfe":                                "Grüße",
		"evil\u202Egnp.exe\x00":                      "evilgnp.exe",
		"=?utf-8?Q?a=00=0D=0ABcc:_x?=":               "a Bcc: x",
		"folded\r\n\tline":                           "folded line",
		"=?ISO-2022-JP?B?GyRCJDRMZCQkOWckbyQ7GyhC?=": "ご問い合わせ",
		"=?unknown-x?Q?=41?=":                        "A",
		"=?utf-8?Q?a?= =?iso-8859-1?Q?=FC?=":         "aü",
		"=?utf-8?Q?one two?=":                        "one two",
	} {
		if got := testCharsets().headerText(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestAddressList(t *testing.T) {
	for in, want := range map[string]string{
		"joe@example.org":                                     "|joe@example.org",
		"Joe <joe@example.org>":                               "Joe|joe@example.org",
		`"Bloggs, Joe" <joe@example.org>`:                     "Bloggs, Joe|joe@example.org",
		"Miller, Joe @ work <j@example.org>":                  "Miller, Joe @ work|j@example.org",
		"joe@example.org (Joe (the first))":                   "Joe (the first)|joe@example.org",
		"bad@@, ,<>, good@example.org":                        "|bad@@ |good@example.org",
		"A: a@example.org, B <b@example.org>;, c@example.org": "|a@example.org B|b@example.org |c@example.org",
		"undisclosed-recipients:;":                            "",
		"<@relay,@x:joe@example.org>":                         "|joe@example.org",
		"=?utf-8?Q?Gr=C3=BC=C3=9Fe=2C_Joe?= <j@example.org>":  "Grüße, Joe|j@example.org",
		"=?utf-8?Q?Joe_<j@example.org>?=":                     "Joe|j@example.org",
		`"'Joe'" <j@example.org>`:                             "Joe|j@example.org",
		"<mailto:joe@example.org>":                            "|joe@example.org",
		"Joe <joe@example.org":                                "Joe|joe@example.org",
		`"unclosed <joe@example.org>`:                         "unclosed|joe@example.org",
		`"a b"@example.org`:                                   `|"a b"@example.org`,
		"a@example.org b@example.org":                         "|a@example.org |b@example.org",
		"MAILER-DAEMON (Mail System)":                         "Mail System|MAILER-DAEMON",
		"<jdoe@machine(comment).  example>":                   "|jdoe@machine.example",
		strings.Repeat("a", 320) + "@example.org, b@c.org":    "|b@c.org", // too long
		"Joe <a@" + strings.Repeat("a", 320) + ".org>":        "Joe|",
	} {
		var got []string
		for _, a := range testCharsets().addressList(in, 10) {
			got = append(got, a.Name+"|"+a.Address)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := testCharsets().addressList(strings.Repeat("a@example.org,", 500), 200); len(got) != 200 {
		t.Errorf("%d addresses, want 200", len(got))
	}
	begin := time.Now()
	testCharsets().addressList(strings.Repeat("(<\"", 1<<20), 200)
	testCharsets().addressList(strings.Repeat("\"", 1<<20), 200)
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("hostile lists took %v", took)
	}
}

func TestMessageIDs(t *testing.T) {
	for in, want := range map[string]string{
		"<a@b>":                           "<a@b>",
		"<a@@b> <c@d>":                    "<a@@b> <c@d>",
		"<a@b><c@d>":                      "<a@b> <c@d>",
		"<a@\r\n b>":                      "<a@b>",
		"Your message of Mon <a@b> (Joe)": "<a@b>",
		"<x <a@b>":                        "<a@b>",
		"<a@b> <a@b>":                     "<a@b>",
		"a@b, c@d":                        "<a@b> <c@d>",
		"<cut@b":                          "<cut@b>",
		"<> no id":                        "",
		"<Mixed.Case@Example.ORG>":        "<Mixed.Case@Example.ORG>",
	} {
		if got := strings.Join(messageIDs(unfold(in), 50), " "); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	var many strings.Builder
	for i := range 200 {
		fmt.Fprintf(&many, "<%d@x> ", i)
	}
	got := messageIDs(many.String(), 50)
	if len(got) != 100 || got[0] != "<0@x>" || got[49] != "<49@x>" || got[50] != "<150@x>" || got[99] != "<199@x>" {
		t.Errorf("first and last 50: %d, %q", len(got), got)
	}
	limits := DefaultLimits()
	limits.References = 2
	m, err := Parse(strings.NewReader("References: <1@x> <2@x> <3@x> <4@x> <5@x>\r\n\r\n"), limits)
	if got := strings.Join(m.References, " "); err != nil || got != "<1@x> <2@x> <4@x> <5@x>" {
		t.Errorf("first and last 2: %q, %v", got, err)
	}
}

func TestParseDate(t *testing.T) {
	for in, want := range map[string]string{
		"Tue, 24 Nov 2026 10:00:00 +0100":                 "2026-11-24T09:00:00Z",
		"24 Nov 2026 10:00 GMT":                           "2026-11-24T10:00:00Z",
		"Tue, 24 Nov 26 10:00:00 EST":                     "2026-11-24T15:00:00Z",
		"Tue Nov 24 10:00:00 2026":                        "2026-11-24T10:00:00Z",
		"Tue Nov 24 10:00:00 PST 2026":                    "2026-11-24T18:00:00Z",
		"Tue, 24-Nov-2026 10:00:00 GMT+0200":              "2026-11-24T08:00:00Z",
		"Tue, 24 Nov 2026 10:00:00 +0900 (JST)":           "2026-11-24T01:00:00Z",
		"2026-11-24T10:00:00+09:00":                       "2026-11-24T01:00:00Z",
		"Fri, 21 Nov 1997 09(comment):   55  :  06 -0600": "1997-11-21T15:55:06Z",
		"31 Feb 2026 10:00:00 +0000":                      "",
		"yesterday":                                       "",
		"":                                                "",
	} {
		got := ""
		if d := parseDate(in); !d.IsZero() {
			got = d.UTC().Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestFileNames(t *testing.T) {
	for in, want := range map[string]string{
		`attachment; filename="a b.pdf"`:                                                  "a b.pdf",
		`attachment; filename=a b.pdf`:                                                    "a b.pdf",
		`attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf`:                                "Grüße.pdf",
		`attachment; filename*0="very "; filename*1="long.pdf"`:                           "very long.pdf",
		`attachment; filename*0*=utf-8''Gr%C3%BC; filename*1*=%C3%9F; filename*2="e.pdf"`: "Grüße.pdf",
		`attachment; filename="=?utf-8?Q?Gr=C3=BC=C3=9Fe.pdf?="`:                          "Grüße.pdf",
		`attachment; filename="../../etc/passwd"`:                                         "passwd",
		`attachment; filename="C:\Users\x\a.doc"`:                                         "a.doc",
		`attachment; filename="..\..\x<script>.svg"`:                                      "x_script_.svg",
		`attachment; filename=".htaccess"`:                                                "htaccess",
		`attachment; filename=".."`:                                                       "attachment.bin",
		`attachment; filename=""`:                                                         "attachment.bin",
		"attachment; filename=\"a\u202Egnp.exe\"":                                         "agnp.exe",
		"attachment; filename=\"" + strings.Repeat("ü", 300) + ".pdf\"":                   strings.Repeat("ü", 98) + ".pdf",
	} {
		m := parseString(t, "From: a@example.com\nContent-Type: application/octet-stream\nContent-Disposition: "+in+"\n\nx")
		if len(m.Attachments) != 1 || m.Attachments[0].Name != want {
			t.Errorf("%s: got %+v, want %q", in, m.Attachments, want)
		}
	}
	m := parseString(t, "From: a@example.com\nContent-Type: application/pdf; name=\"type.pdf\"\nContent-Disposition: attachment; filename=disposition.pdf\n\nx")
	if m.Attachments[0].Name != "disposition.pdf" {
		t.Errorf("disposition beats type: %q", m.Attachments[0].Name)
	}
}

func TestClassify(t *testing.T) {
	tests := []struct {
		header   string
		kind     ticketing.MailKind
		noAck    bool
		possible bool
	}{
		{"", ticketing.Human, false, false},
		{"Auto-Submitted: no", ticketing.Human, false, false},
		{"Auto-Submitted: auto-replied (vacation)", ticketing.AutoReplied, true, false},
		{"Auto-Submitted: auto-generated; type=x", ticketing.AutoGenerated, true, false},
		{"Auto-Submitted: auto-generated\nSubject: Joe is out of the office", ticketing.AutoReplied, true, false},
		{"X-Autoreply: yes", ticketing.AutoReplied, true, false},
		{"X-Autoreply: no", ticketing.Human, false, false},
		{"X-Autorespond: x", ticketing.AutoReplied, true, false},
		{"X-FC-MachineGenerated: true", ticketing.AutoGenerated, true, false},
		{"Precedence: bulk", ticketing.Bulk, true, false},
		{"Precedence: bulk\nReturn-Path: <>", ticketing.AutoReplied, true, false},
		{"Precedence: auto_reply", ticketing.AutoReplied, true, false},
		{"Precedence: junk\nList-Id: <x.example.org>", ticketing.Bulk, true, false},
		{"Precedence: list", ticketing.Human, true, false},
		{"Precedence: list\nList-Id: <x.example.org>", ticketing.Bulk, true, true},
		{"List-Unsubscribe: <https://example.org>", ticketing.Human, true, false},
		{"Feedback-ID: 1:x", ticketing.Human, true, false},
		{"X-Auto-Response-Suppress: All", ticketing.Human, true, false},
		{"X-Auto-Response-Suppress: All\nFeedback-ID: 1:x", ticketing.AutoGenerated, true, true},
		{"Return-Path: <>", ticketing.Human, true, false},
		{"Return-Path: <joe@example.org>", ticketing.Human, false, false},
		{"Return-Path: <>\nFrom: MAILER-DAEMON@example.org", ticketing.AutoGenerated, true, false},
		{"From: no-reply@example.org", ticketing.Human, true, false},
		{"From: do_not.reply-77@example.org\nFeedback-ID: x", ticketing.AutoGenerated, true, true},
		{"Subject: I am out of office soon, hurry", ticketing.Human, true, false},
		{"Subject: Automatic reply: your ticket", ticketing.AutoReplied, true, true},
		{"Subject: Re: Automatic reply: your ticket", ticketing.Human, true, false},
		{"Subject: =?utf-8?B?6Ieq5YuV5b+c562UOiDku7bjga7ku7Y=?=", ticketing.AutoReplied, true, true},
		{"X-Helpdesk-Loop: other.example; kind=auto", ticketing.AutoGenerated, true, false},
		{"X-Helpdesk-Loop: other.example; kind=human", ticketing.Human, false, false},
		{"Content-Type: multipart/report; report-type=x; boundary=b", ticketing.AutoGenerated, true, false},
	}
	for _, tt := range tests {
		raw := tt.header + "\n"
		if !strings.Contains(raw, "From:") {
			raw = "From: joe@example.org\n" + raw
		}
		m := parseString(t, strings.TrimLeft(raw, "\n")+"\nHello.\n")
		if m.Kind != tt.kind || m.NoAck != tt.noAck || m.Possible != tt.possible || m.KindWhy == "" {
			t.Errorf("%q: %s, no ack %v, possible %v (%s); want %s, %v, %v", tt.header, m.Kind, m.NoAck, m.Possible, m.KindWhy, tt.kind, tt.noAck, tt.possible)
		}
	}
}

// TestUnlisted: what a mail is without the marks of a list that passed it on.
func TestUnlisted(t *testing.T) {
	for header, want := range map[string]string{
		"Subject: x":                                                    "",
		"Feedback-ID: 1:x":                                              "",
		"List-Id: <x.y>":                                                "human false false",
		"Precedence: list":                                              "human false false",
		"Precedence: bulk":                                              "human false false",
		"Precedence: bulk\nIn-Reply-To: <a@b>":                          "human false false",
		"Precedence: auto_reply\nList-Id: <x.y>":                        "auto_replied true false",
		"Auto-Submitted: auto-generated\nPrecedence: bulk":              "auto_generated true false",
		"List-Id: <x.y>\nPrecedence: list\nReturn-Path: <>":             "human true false",
		"List-Id: <x.y>\nFeedback-ID: x\nX-Auto-Response-Suppress: All": "auto_generated true true",
	} {
		m, got := parseString(t, "From: joe@example.org\n"+header+"\n\nHello.\n"), ""
		if c := m.Unlisted; c != nil {
			got = fmt.Sprintf("%s %v %v", c.Kind, c.NoAck, c.Possible)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

func TestNoReply(t *testing.T) {
	type marks struct{ noReply, code bool }
	for in, want := range map[string]marks{
		"From: joe@example.org":                                         {},
		"From: noreply@example.org":                                     {noReply: true},
		"From: nao-responda@example.org":                                {noReply: true},
		"From: no-reply@example.org\nSubject: Reset your password":      {true, true},
		"From: a@example.org\nSubject: Your verification code":          {code: true},
		"From: a@example.org\nSubject: 123456 ist Ihr Bestätigungscode": {code: true},
		"From: a@example.org\nSubject: 認証コードのお知らせ":                      {code: true},
		"From: a@example.org\nSubject: Re: verification code":           {},
		"From: a@example.org\nSubject: Code of conduct":                 {},
	} {
		if m := parseString(t, in+"\n\nx"); m.NoReply != want.noReply || m.CodeMail != want.code {
			t.Errorf("%q: no reply %v, code %v", in, m.NoReply, m.CodeMail)
		}
	}
}

func TestTransfer(t *testing.T) {
	for _, tt := range []struct{ encoding, in, want string }{
		{"base64", "SGVsbG8=", "Hello"},
		{"base64", "SGVs\r\nbG8\r\n", "Hello"},
		{"base64", "SGVsbG8=SGVsbG8=", "HelloHello"},
		{"BASE64 (comment)", "SGVs!bG8=", "Hello"},
		{"base64", "SGVsbG8=\n\n____________\nlist footer here with words\n", "Hello"},
		{"quoted-printable", "a=3Db=\r\nc=ZZ = \n=", "a=bc=ZZ "},
		{"quoted-printable", "trailing  \r\nx", "trailing\r\nx"},
		{"utf-8", "as it is", "as it is"},
		{"x-uuencode", "begin 644 a\n%2&5L;&\\\n`\nend\n", "Hello"},
	} {
		m := parseString(t, "From: a@example.com\nContent-Transfer-Encoding: "+tt.encoding+"\n\n"+tt.in)
		if want := strings.ReplaceAll(tt.want, "\r\n", "\n"); m.Text != want {
			t.Errorf("%s %q: got %q, want %q", tt.encoding, tt.in, m.Text, want)
		}
	}
}
