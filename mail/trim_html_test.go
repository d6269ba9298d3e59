package mail

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// htmlText is the text of a document without any white space.
func htmlText(t *testing.T, doc string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "style" && n.Parent.Data != "title" {
			b.WriteString(n.Data)
		}
	}
	return strings.Join(strings.FieldsFunc(b.String(), isBlankRune), "")
}

func TestTrimHTMLCorpus(t *testing.T) {
	const set, floor = "mailgun-talon", 5
	pass, all := 0, 0
	for name, c := range loadTrimSet(t, set) {
		if filepath.Ext(name) != ".html" || c.ReplyText == nil {
			continue
		}
		data, err := os.ReadFile(filepath.Join(trimCorpus, set, name))
		if err != nil {
			t.Fatal(err)
		}
		all++
		got, _ := TrimHTML(string(data))
		if text := htmlText(t, got); text != strings.Join(strings.Fields(*c.ReplyText), "") {
			t.Logf("%s: %q", name, text)
			continue
		}
		pass++
	}
	t.Logf("%d of %d", pass, all)
	if pass < floor {
		t.Errorf("%d bodies pass, there were %d", pass, floor)
	}
}
