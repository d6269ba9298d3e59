package mail

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"deskd/ticketing"
)

// files compares the attachments, each as one fact, and their number where the
// set means by an attachment what a ticket shows.
func (r understood) files(t *testing.T, f *facts) {
	for _, key := range []string{"attachments", "attachments_include"} {
		for i, item := range r.want.list(key) {
			want := wanted(item.(map[string]any))
			name, _ := want.str("name")
			if name == "message.html" && r.set == "zammad-mail" { // made of the HTML part there
				continue
			}
			_, found := r.fileLike(t, want)
			f.check(classFiles, fmt.Sprintf("attachment %d %s", i, name), found, want, r.Attachments)
		}
	}
	n, counted := r.want["attachment_count"].(float64)
	if r.set == "libredesk-testdata" {
		n, counted = float64(len(r.want.list("attachments"))), true
	}
	if counted {
		f.check(classFiles, "attachment_count", len(r.Attachments) == int(n), n, r.Attachments)
	}
}

// fileLike looks for an attachment with everything that is asserted of it.
func (r understood) fileLike(t *testing.T, want wanted) (ticketing.Attachment, bool) {
	for _, a := range r.Attachments {
		if s, ok := want.str("name"); ok && s != a.Name {
			continue
		}
		if n, ok := want["size"].(float64); ok && int64(n) != a.Size {
			continue
		}
		if s, ok := want.str("content_id"); ok && s != a.ContentID {
			continue
		}
		if s, ok := want.str("type"); ok && !strings.EqualFold(s, a.Type) {
			continue
		}
		data := r.content(t, a)
		sum5, sum256 := md5.Sum(data), sha256.Sum256(data)
		if s, ok := want.str("md5"); ok && s != hex.EncodeToString(sum5[:]) {
			continue
		}
		if s, ok := want.str("sha256"); ok && s != hex.EncodeToString(sum256[:]) {
			continue
		}
		return a, true
	}
	return ticketing.Attachment{}, false
}

func (r understood) content(t *testing.T, a ticketing.Attachment) []byte {
	t.Helper()
	part, _, err := OpenPart(bytes.NewReader(r.raw), a.Part)
	if err != nil {
		t.Fatalf("%s %s: part %s: %v", r.set, r.file, a.Part, err)
	}
	data, err := io.ReadAll(part)
	if err != nil {
		t.Fatalf("%s %s: part %s: %v", r.set, r.file, a.Part, err)
	}
	return data
}

// structure compares the leaves of a tree of parts (mime4j): what each holds is
// found in the text or is an attachment.
func (r understood) structure(t *testing.T, f *facts) {
	file, _ := r.want.str("parse_file")
	if r.set != "apache-mime4j" || file == "" {
		return
	}
	base := strings.TrimSuffix(file, ".xml")
	data, err := os.ReadFile(filepath.Join(r.dir, base+"_decoded.xml"))
	if err != nil {
		return
	}
	files := r.contents(t, 8)
	for _, leaf := range leaves(data) {
		want, err := os.ReadFile(filepath.Join(r.dir, filepath.Dir(file), leaf))
		if err != nil || len(bytes.TrimSpace(want)) == 0 {
			continue
		}
		text := noBlanks(charsetless(want))
		c := classFiles
		if strings.HasSuffix(leaf, ".txt") {
			c = classText
		}
		ok := c == classText && r.holds(charsetless(want)) || strings.Contains(noBlanks(r.Text), text) ||
			slices.ContainsFunc(files, func(got []byte) bool { return bytes.Contains(got, bytes.TrimSpace(withLineFeeds(want))) })
		f.check(c, leaf, ok, string(want), r.Text)
	}
}

// contents are the files of the mail and of the mails attached to it, and their
// texts.
func (r understood) contents(t *testing.T, depth int) [][]byte {
	files := [][]byte{[]byte(r.Text)}
	for _, a := range r.Attachments {
		data := r.content(t, a)
		files = append(files, bytes.TrimSpace(withLineFeeds(data)))
		if depth == 0 || a.Type != "message/rfc822" {
			continue
		}
		m, err := Parse(bytes.NewReader(data), DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		inner := r
		inner.raw, inner.Message = data, m
		files = append(files, inner.contents(t, depth-1)...)
	}
	return files
}

// charsetless is a text as its charset, which the set does not name, is guessed.
func charsetless(data []byte) string {
	cs := charsets{fallbacks: []string{"windows-1252"}, problems: &problems{}}
	return cs.body(data, "", false)
}

func withLineFeeds(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }

// leaves are the files that hold the decoded bodies of a tree.
func leaves(tree []byte) []string {
	var out []string
	for d := xml.NewDecoder(bytes.NewReader(tree)); ; {
		token, err := d.Token()
		if err != nil {
			return out
		}
		if start, ok := token.(xml.StartElement); ok {
			for _, a := range start.Attr {
				if a.Name.Local == "name" {
					out = append(out, a.Value)
				}
			}
		}
	}
}
