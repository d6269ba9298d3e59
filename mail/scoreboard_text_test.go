package mail

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// oneBlank makes one blank of each run of white space.
func oneBlank(s string) string { return strings.Join(strings.Fields(s), " ") }

// noBlanks leaves only the characters that are not blank.
func noBlanks(s string) string { return strings.Join(strings.Fields(s), "") }

var tags = regexp.MustCompile(`(?s)<[^>]*>`)

func plainOfHTML(s string) string { return html.UnescapeString(tags.ReplaceAllString(s, " ")) }

// text compares what was read as the text of the mail.
func (r understood) text(f *facts) {
	for _, key := range []string{"text_contains", "body_contains", "html_contains"} {
		for _, want := range r.want.strings(key) {
			f.check(classText, key+" "+want, r.holds(want), want, r.Text)
		}
	}
	for _, key := range []string{"text_ends_with", "html_ends_with"} {
		if s, ok := r.want.str(key); ok {
			f.check(classText, key, r.holds(s), s, r.Text)
		}
	}
	for _, key := range []string{"text_body", "html_body", "body", "text", "html"} {
		r.wholeText(key, f)
	}
	for _, key := range []string{"body_match", "match"} {
		if s, ok := r.want.str(key); ok {
			pattern, err := regexp.Compile(s)
			f.check(classText, key, err != nil || pattern.MatchString(r.Text), s, r.Text)
		}
	}
	r.zammadBody(f)
	if s, ok := r.want.str("body_md5"); ok {
		f.check(classText, "body_md5", hasSum(r.Text, s), s, r.Text)
	}
	if file, ok := r.want.str("parse_file"); ok && strings.HasSuffix(file, ".json") {
		r.stalwartText(file, f)
	}
}

// holds tells whether the text, or the HTML as text, holds s.
func (r understood) holds(s string) bool {
	both := noBlanks(r.Text + "\n" + plainOfHTML(r.HTML) + "\n" + r.HTML)
	return strings.Contains(both, noBlanks(plainOfHTML(s))) || strings.Contains(both, noBlanks(s))
}

// wholeText compares with a text that is the whole of a body: a literal, the
// name of a file, or how often something has to be in it.
func (r understood) wholeText(key string, f *facts) {
	switch want := r.want[key].(type) {
	case string:
		if data, err := os.ReadFile(filepath.Join(r.dir, "files", want)); err == nil && want != "" {
			want = charsetless(data)
			f.check(classText, key, r.holds(want), want, r.Text)
			return
		}
		f.check(classText, key, r.isWhole(want), want, r.Text)
	case []any: // how to compare, and what
		if s, ok := want[len(want)-1].(string); ok {
			f.check(classText, key, r.holds(s), s, r.Text)
		}
	}
}

// isWhole tells whether want is all of the text, or of the HTML as text.
func (r understood) isWhole(want string) bool {
	for _, got := range []string{r.Text, plainOfHTML(r.HTML)} {
		if noBlanks(got) == noBlanks(want) || noBlanks(got) == noBlanks(plainOfHTML(want)) {
			return true
		}
	}
	return false
}

// hasSum tells whether want is the MD5 sum of a text, with any line ends at its
// end.
func hasSum(s, want string) bool {
	for _, end := range []string{"", "\n", "\n\n"} {
		sum := md5.Sum([]byte(strings.TrimRight(s, "\n") + end))
		if hex.EncodeToString(sum[:]) == want {
			return true
		}
	}
	return false
}

// zammadBody compares with HTML as Zammad cleans it, of which the set keeps
// the text and sometimes only its beginning.
func (r understood) zammadBody(f *facts) {
	s, ok := r.want.str("body_text")
	if !ok {
		return
	}
	got := noBlanks(r.Text)
	if r.HTML != "" {
		got = noBlanks(plainOfHTML(r.HTML))
	}
	if cut, ok := r.want["body_text_truncated_to"].(float64); ok {
		s = s[:min(len(s), int(cut)/2)]
	}
	s = strings.ToValidUTF8(s, "")
	f.check(classText, "body_text", strings.HasPrefix(got, noBlanks(s)), s, r.Text)
}

// stalwartText compares with the text parts of a parse tree.
func (r understood) stalwartText(file string, f *facts) {
	data, err := os.ReadFile(filepath.Join(r.dir, file))
	if err != nil {
		return
	}
	var tree struct {
		TextBody []int `json:"text_body"`
		Parts    []struct {
			Body map[string]any `json:"body"`
		} `json:"parts"`
	}
	if json.Unmarshal(data, &tree) != nil {
		return
	}
	want := ""
	for _, i := range tree.TextBody {
		if s, ok := tree.Parts[i].Body["Text"].(string); ok {
			want += s + "\n"
		} else if s, ok := tree.Parts[i].Body["Html"].(string); ok {
			want += HTMLText(s) + "\n"
		}
	}
	f.check(classText, "text", noBlanks(r.Text) == noBlanks(want), want, r.Text)
}
