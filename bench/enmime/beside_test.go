package enmime

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jhillyerd/enmime/v2"

	"deskd/mail"
)

// corpus is the mail corpus beside the repository; where it is missing, the
// repository's own small mails are read.
const (
	corpus = "../../../shared/corpus"
	own    = "../../mail/testdata"
)

// mails reads every whole mail of a folder.
func mails(b *testing.B, dir string) [][]byte {
	b.Helper()
	var out [][]byte
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !isMail(path) {
			return err
		}
		raw, err := os.ReadFile(path)
		out = append(out, raw)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return out
}

// isMail tells by the name whether a file is a whole mail: those of the sets
// of bodies, and expectations, are not.
func isMail(path string) bool {
	switch filepath.Ext(path) {
	case ".eml", ".box", ".msg", ".raw":
		return true
	}
	return false
}

// readers are the ways to read a mail. "deskd" does the like of enmime (header,
// text, list of attachments) as taking in a mail does: it also takes the newest
// reply out of the text and tells what kind of mail it is, but it decodes no
// attachment into memory. "deskd, HTML" sanitises the HTML, too, which is done
// when it is shown.
func readers() map[string]func(raw []byte) error {
	limits := mail.DefaultLimits()
	limits.NoHTML = true
	return map[string]func(raw []byte) error{
		"deskd": func(raw []byte) error {
			_, err := mail.Parse(bytes.NewReader(raw), limits)
			return err
		},
		"deskd, HTML": func(raw []byte) error {
			_, err := mail.Parse(bytes.NewReader(raw), mail.DefaultLimits())
			return err
		},
		"enmime": func(raw []byte) error {
			_, err := enmime.ReadEnvelope(bytes.NewReader(raw))
			return err
		},
	}
}

func BenchmarkRead(b *testing.B) {
	dir := corpus
	if _, err := os.Stat(dir); err != nil {
		dir = own
	}
	sets := map[string][][]byte{"mails": mails(b, dir), "10MiB": {bigMail(10 << 20)}}
	for _, name := range []string{"mails", "10MiB"} {
		all, size := sets[name], int64(0)
		for _, raw := range all {
			size += int64(len(raw))
		}
		for _, reader := range []string{"enmime", "deskd", "deskd, HTML"} {
			b.Run(fmt.Sprintf("%s/%s", name, reader), func(b *testing.B) {
				read := readers()[reader]
				b.SetBytes(size)
				b.ReportAllocs()
				failed := 0
				for b.Loop() {
					failed = 0
					for _, raw := range all {
						if read(raw) != nil {
							failed++
						}
					}
				}
				b.ReportMetric(float64(failed), "failed")
				b.ReportMetric(float64(len(all)), "mails")
			})
		}
	}
}

// bigMail has an attachment of about n bytes.
func bigMail(n int) []byte {
	line := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{'x'}, 57)) + "\r\n"
	return []byte("From: a@example.com\r\nTo: b@example.com\r\nSubject: big\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nSee the attachment.\r\n" +
		"--x\r\nContent-Type: application/zip; name=big.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		strings.Repeat(line, n/len(line)) + "--x--\r\n")
}
