package mail

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// withFile is a mail with a text and one file whose header has these fields.
func withFile(fields string) string {
	return "From: a@example.com\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n" +
		"--b\nContent-Type: text/plain\n\nHello.\n--b\n" + fields + "\n\nx\n--b--\n"
}

func TestFileNamesOfClients(t *testing.T) {
	const disposition = "Content-Type: application/pdf\nContent-Disposition: attachment; "
	for fields, want := range map[string]string{
		// RFC 2231
		disposition + "filename*=UTF-8''%E8%AB%8B%E6%B1%82%E6%9B%B8.pdf":                                  "請求書.pdf",
		disposition + "filename*=iso-2022-jp''%1B%24B%40A5a%3Dq%1B%28B.pdf":                               "請求書.pdf",
		disposition + "filename*=Shift_JIS'ja'%90%BF%8B%81%8F%91.pdf":                                     "請求書.pdf",
		disposition + "filename*0*=UTF-8''%E8%AB%8B%E6;\n filename*1*=%B1%82%E6%9B%B8;\n filename*2=.pdf": "請求書.pdf",
		disposition + "filename*1*=koi8-r''%F3%DE%C5%D4;\n filename*2=.pdf":                               "Счет.pdf",
		disposition + "filename*2=.pdf; filename*1=two; filename*0=one":                                   "onetwo.pdf",
		disposition + "filename=\"Rechnung.pdf\"; filename*=UTF-8''Rechnung%20f%C3%BCr%20M%C3%A4rz.pdf":   "Rechnung für März.pdf",
		disposition + "filename*=\"utf-8''%C3%BCber.pdf\"":                                                "über.pdf",
		disposition + "filename*=utf-8'%C3%BCber.pdf":                                                     "über.pdf",
		// RFC 2047 where it should not be
		disposition + "filename=\"=?iso-2022-jp?B?GyRCQEE1YT1xGyhCLnBkZg==?=\"":                              "請求書.pdf",
		disposition + "filename=\"=?UTF-8?B?6KuL5rGC?=\n =?UTF-8?B?5pu4LnBkZg==?=\"":                         "請求書.pdf",
		disposition + "filename==?KOI8-R?B?89PF1C5wZGY=?=":                                                   "Ссет.pdf",
		"Content-Type: application/pdf; name=\"=?EUC-KR?B?udu8rS5wZGY=?=\"\nContent-Disposition: attachment": "밖서.pdf",
		"Content-Type: application/pdf;\n name=\"=?gb2312?B?t6LGsS5wZGY=?=\"":                                "发票.pdf",
		// raw bytes
		disposition + "filename=\"\x1b$B@A5a=q\x1b(B.pdf\"":         "請求書.pdf",
		disposition + "filename=\"\x1b$B\"\"4A\x1b(B.pdf\"; size=1": "□漢.pdf",
		disposition + "filename=\"\x90\xbf\x8b\x81\x8f\x91.pdf\"":   "請求書.pdf",
		disposition + "filename=\"請求書.pdf\"":                        "請求書.pdf",
		disposition + "filename=Gr\xfc\xdfe.pdf":                    "Grüße.pdf",
		disposition + "filename=\"%E6%97%A5%E6%9C%AC.pdf\"":         "日本.pdf",
		disposition + "filename=\"100%25 of 5%.pdf\"":               "100%25 of 5%.pdf",
		// broken values
		disposition + "filename=my report.pdf":                                                                   "my report.pdf",
		disposition + "filename=\"a;b.pdf\"; size=5":                                                             "a;b.pdf",
		disposition + "filename=\"open.pdf; size=5":                                                              "open.pdf",
		disposition + "filename='single.pdf'":                                                                    "'single.pdf'",
		disposition + "filename=\"say \\\"hi\\\".pdf\"":                                                          "say _hi_.pdf",
		disposition + "name=\"wrong.pdf\"":                                                                       "wrong.pdf",
		"Content-Type: application/pdf; filename=wrong2.pdf":                                                     "wrong2.pdf",
		disposition + "filename=\"\"; size=1":                                                                    "attachment.pdf",
		"Content-Type: application/pdf; name=\"type.pdf\"\nContent-Disposition: attachment; filename=\"\"":       "type.pdf",
		"Content-Type: application/pdf\nContent-Disposition: attachment filename=nosemicolon.pdf":                "nosemicolon.pdf",
		"Content-Disposition: filename=\"nokind.pdf\"":                                                           "nokind.pdf",
		"Content-Disposition: attached; filename=\"otherkind.txt\"":                                              "otherkind.txt",
		"Content-Type: pdf; name=notype.pdf":                                                                     "notype.pdf",
		"Content-Type: application/pdf name=nosemicolon.pdf":                                                     "nosemicolon.pdf",
		"Content-Type: application/pdf;\n name*0=\"=?UTF-8?B?6KuL5rGC\";\n name*1=\"5pu4?=\";\n name*2=\".pdf\"": "請求書.pdf",
		disposition + "filename=\"=?UTF-8?B?6KuL5rE=?=\n =?UTF-8?B?guabuC5wZGY=?=\"":                             "請求書.pdf",
		disposition + "filename=\"=?UTF-8?Q?Rechnung_=E2=82=AC.pdf?=\"":                                          "Rechnung €.pdf",
		disposition + "filename=\"=?ISO-8859-1?Q?Gr=FC=DFe?=.pdf\"":                                              "Grüße.pdf",
		disposition + "filename=\"=?windows-1251?B?yPLu4y5wZGY=?=\"":                                             "Итог.pdf",
		disposition + "filename=\"=?Big5?B?s/inaS5wZGY=?=\"":                                                     "報告.pdf",
		disposition + "filename=\"=?GB18030?B?saiw5i5wZGY=?=\"":                                                  "报版.pdf",
		disposition + "filename==?utf-8?B?5aCx5ZGKLnBkZg==?=; size=10":                                           "報告.pdf",
		// hostile
		disposition + "filename=\"../../etc/passwd\"":                     "passwd",
		disposition + "filename=\"C:\\Users\\x\\a.pdf\"":                  "a.pdf",
		disposition + "filename=\"..\"":                                   "attachment.pdf",
		disposition + "filename=\".htaccess\"":                            "htaccess",
		disposition + "filename=\"a.exe. . \"":                            "a.exe",
		disposition + "filename=\"a\x00b.pdf\"":                           "ab.pdf",
		disposition + "filename*=UTF-8''invoice%E2%80%AEfdp.exe":          "invoicefdp.exe",
		disposition + "filename*=UTF-8''a%0D%0AX%3A%20y%2F%2e%2e%5Cb.pdf": "b.pdf",
		disposition + "filename=\"" + strings.Repeat("あ", 200) + ".pdf\"": strings.Repeat("あ", 65) + ".pdf",
		// no name
		"Content-Type: message/rfc822":                                                                     "message.eml",
		"Content-Type: image/png\nContent-Description: Scan of page 1":                                     "Scan of page 1.png",
		"Content-Type: image/png\nContent-Location: http://example.com/a/logo.png?x=1":                     "logo.png",
		"Content-Type: text/x-moz-deleted; name=\"Deleted: plan.pdf\"":                                     "Deleted_ plan.pdf",
		"Content-Type: text/vcard\nContent-Disposition: attachment":                                        "attachment.vcf",
		"Content-Type: message/external-body; access-type=URL; URL=\"http://example.com/x\"; name=big.iso": "big.iso",
		"Content-Type: application/x-apple-msg-attachment; x-unix-mode=0644; name=\"IMG_0001.HEIC\"":       "IMG_0001.HEIC",
	} {
		m := parseString(t, withFile(fields))
		if len(m.Attachments) != 1 {
			t.Errorf("%q: %d attachments", fields, len(m.Attachments))
			continue
		}
		if got := m.Attachments[0].Name; got != want || len(got) > 200 || !utf8.ValidString(got) {
			t.Errorf("%q:\n got    %q\n wanted %q", fields, got, want)
		}
	}
}
