package mail

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// reply compares the newest part, without quotes and signature.
func (r understood) reply(f *facts) {
	same := func(what, want string) {
		f.check(classReply, what, noBlanks(r.Reply) == noBlanks(want), want, r.Reply)
	}
	for _, key := range []string{"reply_text", "first_fragment"} {
		if s, ok := r.want.str(key); ok && r.set == "discourse-emails" { // Markdown
			f.check(classReply, key, withoutStars(r.Reply) == withoutStars(s), s, r.Reply)
		} else if ok {
			same(key, s)
		}
	}
	r.blocks(f)
	for _, key := range []string{"reply_contains", "first_fragment_contains"} {
		for _, s := range r.want.strings(key) {
			f.check(classReply, key+" "+s, strings.Contains(oneBlank(r.Reply), oneBlank(s)), s, r.Reply)
		}
	}
	for _, key := range []string{"reply_not_contains", "first_fragment_not_contains", "quoted_contains"} {
		for _, s := range r.want.strings(key) {
			f.check(classReply, key+" "+s, !strings.Contains(oneBlank(r.Reply), oneBlank(s)), s, r.Reply)
		}
	}
	if s, ok := r.want.str("shared_signature"); ok {
		f.check(classSignature, "shared_signature", !strings.Contains(oneBlank(r.Reply), oneBlank(s)), s, r.Reply)
	}
	r.fragments(f)
	r.newest(f)
	r.folded(f)
	r.signature(f, same)
}

// fragments looks for the author's fragments in the reply, and for what is
// hidden outside of it.
func (r understood) fragments(f *facts) {
	w := r.want.sub("fragments")
	if w == nil {
		return
	}
	flags := w.sub("flags") // of one set by number, of the others by name
	flag := func(name string, i int) bool {
		list := w.list(name)
		if i < len(list) {
			b, _ := list[i].(bool)
			return b
		}
		b, _ := flags.sub(strconv.Itoa(i))[name].(bool)
		return b
	}
	for _, key := range []string{"match", "contains", "text"} {
		for number, v := range w.sub(key) {
			s, _ := v.(string)
			if key != "match" {
				s = regexp.QuoteMeta(strings.TrimSpace(s))
			}
			pattern, err := regexp.Compile("(?m)" + s)
			i, _ := strconv.Atoi(number)
			if err != nil || len(s) < 4 {
				continue
			}
			in := pattern.MatchString(r.Reply)
			switch {
			case flag("hidden", i):
				f.check(classReply, key+" "+number, !in, "no "+s, r.Reply)
			case i == 0 && !flag("quoted", 0):
				f.check(classReply, key+" "+number, in, s, r.Reply)
			}
		}
	}
	if n, ok := w["count"].(float64); ok && n == 1 && !flag("hidden", 0) && !flag("signature", 0) && !flag("quoted", 0) {
		f.check(classReply, "one fragment", noBlanks(r.Reply) == noBlanks(r.Text), r.Text, r.Reply)
	}
}

// withoutStars is a Markdown text without emphasis and blanks.
func withoutStars(s string) string { return strings.ReplaceAll(noBlanks(s), "*", "") }

// blocks compares with a list of blocks, each with whether it is new. What the
// set leaves of the line that introduces a quote is quoted for us.
func (r understood) blocks(f *facts) {
	blocks, _ := r.want["quote_blocks"].([][2]any)
	for i, b := range blocks {
		text, _ := b[1].(string)
		text = oneBlank(plainOfHTML(text))
		if isNew, _ := b[0].(bool); !isNew {
			f.check(classReply, fmt.Sprint("quoted block ", i), text == "" || !strings.Contains(oneBlank(r.Reply), text), "not "+text, r.Reply)
		} else {
			f.check(classReply, fmt.Sprint("new block ", i), r.Reply != "" && strings.HasPrefix(noBlanks(text), noBlanks(r.Reply)), text, r.Reply)
		}
	}
}

// newest compares with the first of a list of replies.
func (r understood) newest(f *facts) {
	w := r.want.sub("replies").sub("0")
	if w == nil {
		return
	}
	if s, ok := w.str("body"); ok {
		f.check(classReply, "body", noBlanks(r.Reply) == noBlanks(s), s, r.Reply)
	}
	for _, s := range w.strings("body_contains") {
		f.check(classReply, "body_contains "+s, strings.Contains(oneBlank(r.Reply), oneBlank(s)), s, r.Reply)
	}
	for _, key := range []string{"body_not_contains", "signature_contains", "quote_header_contains"} {
		for _, s := range w.strings(key) {
			f.check(classReply, key+" "+s, !strings.Contains(oneBlank(r.Reply), oneBlank(s)), s, r.Reply)
		}
	}
	for _, key := range []string{"signature", "signature_starts_with"} {
		if s, ok := w.str(key); ok && s != "" {
			f.check(classReply, key, !strings.Contains(oneBlank(r.Reply), oneBlank(s)), s, r.Reply)
		}
	}
}

// folded compares with a text in which quotes and disclaimers are marked.
func (r understood) folded(f *facts) {
	file, ok := r.want.str("folded_text_file")
	if !ok {
		return
	}
	data, err := os.ReadFile(filepath.Join(r.dir, file))
	if err != nil {
		return
	}
	want := strings.ReplaceAll(string(data), "FOLDED_QUOTED_SECTION", "")
	f.check(classReply, "folded", noBlanks(r.Reply) == noBlanks(want), want, r.Reply)
}

// signature compares a text of which lines are marked as the signature.
func (r understood) signature(f *facts, same func(what, want string)) {
	if _, ok := r.want["has_signature"]; !ok {
		return
	}
	marked := map[string]int{}
	for _, s := range r.want.strings("signature_lines") {
		marked[noBlanks(s)]++
	}
	var want []string
	lines := strings.Split(r.Text, "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if l := noBlanks(lines[i]); marked[l] > 0 {
			marked[l]--
			continue
		}
		want = append([]string{lines[i]}, want...)
	}
	f.check(classSignature, "signature_lines", noBlanks(r.Reply) == noBlanks(strings.Join(want, "\n")), strings.Join(want, "\n"), r.Reply)
}

// quotequailCases reads bodies and how the set takes them apart. A forward
// without words above stays whole for us: its author sends it on.
func quotequailCases(t testing.TB, set, dir string) []corpusCase {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "cases", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var out []corpusCase
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
		if err := json.Unmarshal(data, &c); err != nil {
			t.Fatal(err)
		}
		want := quotequailWants(c.Function, c.Expected)
		if want == nil {
			continue
		}
		file := "cases/" + filepath.Base(path)
		if strings.Contains(c.Function, "html") {
			file += ".html"
		}
		out = append(out, corpusCase{set: set, dir: dir, file: file, raw: wholeMail("zapier-email-reply-parser", file, []byte(c.Input), nil), want: want})
	}
	return out
}

func quotequailWants(function string, expected json.RawMessage) wanted {
	var parts struct {
		Type   string
		Top    string `json:"text_top"`
		Text   string
		Bottom string `json:"text_bottom"`
	}
	var blocks [][2]any
	switch {
	case function == "unwrap" && json.Unmarshal(expected, &parts) == nil && parts.Type != "":
		switch {
		case parts.Bottom != "":
			return wanted{"reply_contains": []any{parts.Top, parts.Bottom}}
		case parts.Top == "" && parts.Type == "forward":
			return wanted{"reply_contains": []any{parts.Text}}
		}
		return wanted{"reply_text": parts.Top}
	case strings.HasPrefix(function, "quote") && json.Unmarshal(expected, &blocks) == nil:
		return wanted{"quote_blocks": blocks}
	}
	return nil
}
