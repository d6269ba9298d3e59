package mail

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// plainPart returns the first text/plain part of a mail, or "". It reads what
// the sets below hold and no more: the trimming is under test, not the parser.
func plainPart(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := netmail.ReadMessage(f)
	if err != nil {
		t.Logf("%s: %v", path, err)
		return ""
	}
	return plainOf(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
}

func plainOf(contentType, encoding string, body io.Reader) string {
	kind, params, _ := mime.ParseMediaType(contentType)
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		r := multipart.NewReader(body, params["boundary"])
		for {
			part, err := r.NextRawPart()
			if err != nil {
				return ""
			}
			if text := plainOf(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part); text != "" {
				return text
			}
		}
	case kind != "" && kind != "text/plain":
		return ""
	case strings.EqualFold(encoding, "base64"):
		body = base64.NewDecoder(base64.StdEncoding, body)
	case strings.EqualFold(encoding, "quoted-printable"):
		body = quotedprintable.NewReader(body)
	}
	data, _ := io.ReadAll(body)
	return string(data)
}

func TestTrimCorpusMails(t *testing.T) {
	for _, set := range []struct {
		name  string
		floor int
	}{{"mailgun-talon", 8}, {"discourse-emails", 5}} {
		t.Run(set.name, func(t *testing.T) {
			pass, all := 0, 0
			for name, c := range loadTrimSet(t, set.name) {
				if filepath.Ext(name) != ".eml" || c.ReplyText == nil {
					continue
				}
				text := plainPart(t, filepath.Join(trimCorpus, set.name, name))
				if text == "" {
					continue
				}
				all++
				got := Trim(text)
				checkNothingLost(t, text, got)
				if squeeze(got.Reply) != squeeze(*c.ReplyText) && squeeze(got.Reply+" "+got.Signature) != squeeze(*c.ReplyText) {
					t.Logf("%s: reply %.200q, signature %q", name, got.Reply, got.Signature)
					continue
				}
				pass++
			}
			t.Logf("%d of %d", pass, all)
			if pass < set.floor {
				t.Errorf("%d bodies pass, there were %d", pass, set.floor)
			}
		})
	}
}

// What the set takes apart as a forward or reply: the text above has to be the
// reply; without such text a forward has to stay whole.
func TestTrimCorpusUnwrap(t *testing.T) {
	const floor = 6 // the other two begin with a header block: an empty reply
	paths, _ := filepath.Glob(filepath.Join(trimCorpus, "closeio-quotequail", "cases", "*.json"))
	if len(paths) == 0 {
		t.Skip("the corpus is not here")
	}
	pass, all := 0, 0
	for _, path := range paths {
		var c struct {
			Function string
			Input    string
			Expected json.RawMessage
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var e struct {
			Type   string `json:"type"`
			Top    string `json:"text_top"`
			Text   string `json:"text"`
			Bottom string `json:"text_bottom"`
		}
		if json.Unmarshal(data, &c) != nil || c.Function != "unwrap" || json.Unmarshal(c.Expected, &e) != nil || e.Type == "" {
			continue
		}
		all++
		got := Trim(c.Input)
		checkNothingLost(t, c.Input, got)
		ok := strings.HasPrefix(got.Reply, e.Top) && strings.Contains(squeeze(got.Reply+got.Signature), squeeze(e.Bottom))
		if e.Top != "" && e.Bottom == "" {
			ok = got.Reply == e.Top
		}
		if e.Top == "" && e.Bottom == "" && e.Type == "forward" {
			ok = strings.Contains(got.Reply, e.Text)
		}
		if !ok {
			t.Logf("%s: reply %q", filepath.Base(path), got.Reply)
			continue
		}
		pass++
	}
	t.Logf("%d of %d", pass, all)
	if pass < floor {
		t.Errorf("%d bodies pass, there were %d", pass, floor)
	}
}

// Mails without a signature have to stay whole; in those with one, no line may
// be taken for a signature that is none.
func TestTrimCorpusSignatures(t *testing.T) {
	const set = "mailgun-forge"
	found, marked, whole, all := 0, 0, 0, 0
	for name, c := range loadTrimSet(t, set) {
		data, err := os.ReadFile(filepath.Join(trimCorpus, set, name))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(strings.ReplaceAll(string(data), "\r\n", "\n"), "#sig#", "")
		got := Trim(text)
		checkNothingLost(t, text, got)
		all++
		wrong := false
		for _, l := range fullLines(got.Signature) {
			ok := false
			for _, s := range c.SigLines {
				ok = ok || strings.TrimSpace(s) == l
			}
			wrong = wrong || !ok
		}
		if wrong {
			t.Logf("%s: %q taken for a signature", name, got.Signature)
		} else {
			whole++
		}
		if c.HasSignature {
			marked++
			if got.Signature != "" {
				found++
			}
		}
	}
	t.Logf("no line too many in %d of %d, a signature found in %d of %d", whole, all, found, marked)
	if whole < all {
		t.Errorf("in %d mails the author's text was taken for a signature", all-whole)
	}
}
