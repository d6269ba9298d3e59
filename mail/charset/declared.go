package charset

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// Declared is the label that the start of an HTML document gives itself, by
// <meta charset=…> or its http-equiv form; "" without one.
func Declared(head []byte) string {
	z := html.NewTokenizer(bytes.NewReader(head))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			if string(name) != "meta" {
				continue
			}
			for more {
				var key, value []byte
				key, value, more = z.TagAttr()
				if string(key) == "charset" {
					return string(value)
				}
				if string(key) == "content" {
					if _, label, ok := strings.Cut(strings.ToLower(string(value)), "charset="); ok {
						return label
					}
				}
			}
		}
	}
}
