package portal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"

	"deskd/catalogue"
)

// pages are the templates of every page in every language, and the stylesheet.
type pages struct {
	byLanguage map[string]map[string]*template.Template
	style      []byte
	stylePath  string // below the address of the pages
	styleURL   string // as pages name it
}

// newPages reads the embedded files. An error means that the program was built
// from damaged ones.
func newPages(texts *catalogue.Catalogue, basePath string) (pages, error) {
	style, err := files.ReadFile("static/style.css")
	if err != nil {
		return pages{}, fmt.Errorf("read the stylesheet: %w", err)
	}
	sum := sha256.Sum256(style)
	all := pages{style: style, stylePath: "/static/" + hex.EncodeToString(sum[:6]) + "/style.css", byLanguage: map[string]map[string]*template.Template{}}
	all.styleURL = basePath + all.stylePath
	for _, language := range texts.Languages() {
		all.byLanguage[language] = map[string]*template.Template{}
		say := func(key string, args ...any) string { return texts.Text(language, key, args...) }
		for _, name := range []string{"answer", "error", "sign_in", "sign_in_check", "sign_in_link", "sessions", "signed_out", "requests", "request"} {
			t, err := template.New("layout.html").Funcs(template.FuncMap{"t": say}).
				ParseFS(files, "templates/layout.html", "templates/sign_in_parts.html", "templates/"+name+".html")
			if err != nil {
				return pages{}, fmt.Errorf("read the page %s: %w", name, err)
			}
			all.byLanguage[language][name] = t
		}
	}
	return all, nil
}

// execute makes one page in the language of its view.
func (p pages) execute(name string, v view) ([]byte, error) {
	t, ok := p.byLanguage[v.Language][name]
	if !ok {
		return nil, fmt.Errorf("there is no page %s in %q", name, v.Language)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		return nil, fmt.Errorf("make the page %s: %w", name, err)
	}
	return b.Bytes(), nil
}
