package mail

import (
	"regexp"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

// HTMLPolicy is the version of the rules of [SanitizeHTML]; who keeps its result
// for later makes it again from the raw mail where the version is an older one.
const HTMLPolicy = 2

// SanitizeHTML keeps what is needed to read a mail (mail-rules §5.10): no
// scripts, styles, forms, no id or class, a few harmless CSS properties (those
// that hide the summary of a newsletter among them), links to http, https and
// mailto only, and pictures only of the mail itself (cid:). Remote pictures are
// dropped, since they tell the sender who reads.
func SanitizeHTML(markup string) string { return htmlPolicy().Sanitize(markup) }

// htmlPolicy builds the policy once; it is never changed afterwards.
var htmlPolicy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "div", "span", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6",
		"b", "strong", "i", "em", "u", "s", "strike", "del", "ins", "sub", "sup", "small", "big", "tt", "code", "kbd", "samp", "var",
		"pre", "blockquote", "q", "cite", "ul", "ol", "li", "dl", "dt", "dd", "center", "address", "abbr", "figure", "figcaption",
		"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "col", "colgroup", "font", "a", "img")
	p.SkipElementsContent("script", "style", "title", "head", "noscript", "template", "textarea", "select", "object", "iframe", "svg", "math")
	p.AllowURLSchemes("http", "https", "mailto", "cid")
	p.AllowAttrs("href").Matching(regexp.MustCompile(`(?i)^\s*(https?:|mailto:)`)).OnElements("a")
	p.AllowAttrs("src").Matching(regexp.MustCompile(`(?i)^\s*cid:`)).OnElements("img")
	p.AllowAttrs("alt").Matching(bluemonday.Paragraph).OnElements("img")
	p.AllowAttrs("width", "height").Matching(bluemonday.NumberOrPercent).OnElements("img", "table", "td", "th", "col")
	p.AllowAttrs("colspan", "rowspan", "border", "cellpadding", "cellspacing", "start").Matching(bluemonday.Integer).OnElements("td", "th", "table", "ol", "col", "colgroup")
	p.AllowAttrs("align").Matching(bluemonday.CellAlign).OnElements("td", "th", "tr", "p", "div", "table")
	p.AllowAttrs("valign").Matching(bluemonday.CellVerticalAlign).OnElements("td", "th", "tr")
	p.AllowAttrs("dir").Matching(bluemonday.Direction).Globally()
	p.AllowAttrs("lang").Matching(regexp.MustCompile(`^[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*$`)).Globally()
	p.AllowAttrs("type").Matching(regexp.MustCompile(`(?i)^cite$`)).OnElements("blockquote")
	p.AllowAttrs("color").Matching(regexp.MustCompile(`^(#[0-9a-fA-F]{3,8}|[a-zA-Z]{1,30})$`)).OnElements("font")
	p.AllowStyles("color", "background-color", "font-weight", "font-style", "text-decoration", "text-align").Globally()
	p.AllowStyles("display").MatchingEnum("none").Globally() // what the mail hides stays hidden
	p.AllowStyles("visibility").MatchingEnum("hidden").Globally()
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	return p
})
