package mail

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
)

// ordinaryMail is a 4 KB text mail with the header of a usual provider.
func ordinaryMail() []byte {
	var b strings.Builder
	b.WriteString("Return-Path: <joe@example.org>\r\nDelivered-To: support@example.com\r\n")
	for range 3 {
		b.WriteString("Received: from mx.example.org (mx.example.org [192.0.2.1])\r\n\tby mail.example.com (Postfix) with ESMTPS id 4ABC\r\n\tfor <support@example.com>; Tue, 24 Nov 2026 09:00:00 +0000 (UTC)\r\n")
	}
	b.WriteString("Authentication-Results: mail.example.com; dmarc=pass header.from=example.org; dkim=pass header.d=example.org\r\n" +
		"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s1;\r\n\th=from:to:subject:date:message-id; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\r\n\tb=" + strings.Repeat("dGVzdA", 50) + "\r\n" +
		"From: Joe Bloggs <joe@example.org>\r\nTo: Support <support@example.com>\r\nSubject: The export does not work\r\nDate: Tue, 24 Nov 2026 10:00:00 +0100\r\n" +
		"Message-ID: <CAJ1234567890@mail.example.org>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=\"UTF-8\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
	for b.Len() < 4000 {
		b.WriteString("When I press the button, nothing happens, and the page says =E2=80=9Cwait=E2=80=9D for=\r\n minutes. Please look at it.\r\n")
	}
	return []byte(b.String())
}

func alternativeMail() []byte {
	return []byte("From: Joe <joe@example.org>\r\nTo: support@example.com\r\nSubject: =?utf-8?B?44GK5ZWP44GE5ZCI44KP44Gb?=\r\nMessage-ID: <1@example.org>\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
		strings.Repeat("A line of text that says something.\r\n", 40) + "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>" +
		strings.Repeat("<p style=\"color:red\">A line of <b>text</b> that says <a href=\"https://example.org/\">something</a>.</p>\r\n", 20) + "</body></html>\r\n--b--\r\n")
}

func BenchmarkParse(b *testing.B) {
	for name, raw := range map[string][]byte{"text": ordinaryMail(), "alternative": alternativeMail()} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			l := DefaultLimits()
			for b.Loop() {
				if _, err := Parse(bytes.NewReader(raw), l); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// bigMail has an attachment of that many lines of base64.
func bigMail(lines int64) *madeMail {
	const head = "From: a@example.com\r\nSubject: big\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nSee the attachment.\r\n--x\r\nContent-Type: application/zip; name=big.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	line := base64.StdEncoding.EncodeToString(make([]byte, 57)) + "\r\n"
	return &madeMail{pieces: []repeated{{head, 1}, {line, lines}, {"--x--\r\n", 1}}}
}

func BenchmarkParse50MiB(b *testing.B) {
	m := bigMail(50 << 20 / 78)
	b.SetBytes(m.size())
	b.ReportAllocs()
	for b.Loop() {
		got, err := Parse(m, DefaultLimits())
		if err != nil || len(got.Attachments) != 1 {
			b.Fatal(err, got.Attachments)
		}
	}
}

// BenchmarkParseHostile reads mails that are made to take long: their times
// must stay near that of a plain mail of the same size.
func BenchmarkParseHostile(b *testing.B) {
	head := "From: a@example.com\r\nTo: b@example.com\r\n"
	page := head + "Content-Type: text/html\r\n\r\n"
	filler := strings.Repeat("<b>a</b>\n", 50_000)
	for name, raw := range map[string]string{
		"plain":             page + filler,
		"nested wrappers":   page + strings.Repeat(`<div class="gmail_quote">`, 500) + filler,
		"nested forwards":   page + strings.Repeat(`<div class="gmail_quote"><p>---------- Forwarded message ---------</p>`, 500) + filler,
		"unclosed comments": head + strings.Repeat("Cc: "+strings.Repeat("(", 60<<10)+"\r\n", 3) + "\r\nx\r\n",
		"unclosed quotes":   head + strings.Repeat("Cc: "+strings.Repeat(`"a\`, 20<<10)+"\r\n", 3) + "\r\nx\r\n",
		"names with commas": head + strings.Repeat("Cc: "+strings.Repeat("a,", 30<<10)+"\r\n", 3) + "\r\nx\r\n",
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				if _, err := Parse(strings.NewReader(raw), DefaultLimits()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
