package portal

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// languageKept is how long a chosen language is remembered.
const languageKept = 365 * 24 * time.Hour

// language is that of somebody whose own we do not know: what the address says,
// what he chose before, or the first of ours that his browser asks for.
func (p *portal) language(r *http.Request) string {
	for _, chosen := range []string{r.URL.Query().Get("lang"), cookie(r, languageCookie)} {
		if p.speaks(chosen) {
			return chosen
		}
	}
	for tag := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ = strings.Cut(strings.TrimSpace(tag), ";")
		if match := p.Texts.Match(tag); tag != "" && strings.HasPrefix(strings.ToLower(tag), match) {
			return match
		}
	}
	return ""
}

func (p *portal) speaks(language string) bool {
	return language != "" && p.Texts.Match(language) == language
}

// keepLanguage has the browser remember a language that the address chooses.
func (p *portal) keepLanguage(w http.ResponseWriter, r *http.Request) {
	if chosen := r.URL.Query().Get("lang"); p.speaks(chosen) {
		setCookie(w, languageCookie, chosen, languageKept)
	}
}

// languageLink is a link to the same page in another language.
type languageLink struct{ Tag, Name, Address string }

// languages are the links to a page in each language, by its own name.
func (p *portal) languages(path string, query url.Values) (all []languageLink) {
	for _, tag := range p.Texts.Languages() {
		q := url.Values{}
		for k, v := range query {
			q[k] = v
		}
		q.Set("lang", tag)
		all = append(all, languageLink{tag, p.Texts.Text(tag, "language.name"), p.base.Path + path + "?" + q.Encode()})
	}
	return all
}
