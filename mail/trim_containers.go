package mail

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// This file knows the containers in which mail programs put quoted mails. The
// tables are read only.

// quoteNames are classes, ids and names of elements that hold nothing but a
// quote or its introduction.
var quoteNames = []string{
	"gmail_attr",                   // Gmail: the introduction
	"moz-cite-prefix",              // Thunderbird: the introduction
	"reply-intro",                  // Roundcube: the introduction
	"cite_prefix",                  // eM Client: the introduction
	"yahoo_quoted", "yahoo-quoted", // Yahoo
	"olk_src_body_section",                    // Outlook for Mac
	"mail-editor-reference-message-container", // Outlook for phones
	"appleoriginalcontents",                   // Apple Mail
	"name=messagereplysection",                // Spark
	"front-blockquote",                        // Front
	"isreplycontent",                          // NetEase
	"tutanota_quote",                          // Tuta
	"zmail_extra",                             // Zoho
	"protonmail_quote",                        // Proton
	"gmail_quote", "gmail_quote_container",    // Gmail
	"name=quote", // GMX: <div name="quote">
}

// wrapperNames are those among them that also hold what the author wrote
// between the parts of a quote, if they have blockquotes inside.
var wrapperNames = []string{
	"gmail_quote", "gmail_quote_container", "protonmail_quote", "zmail_extra", "tutanota_quote", "name=messagereplysection", "name=quote",
}

// historyNames are ids and classes of elements with which the history begins:
// all that follows, outside of them too, belongs to it.
var historyNames = []string{
	"divrplyfwdmsg", "appendonsend", "stopspelling", // Outlook on the web, Hotmail
	"outlookmessageheader", // Outlook 2003
}

// signatureNames are classes, ids and names of elements in which programs put
// the signature.
var signatureNames = []string{
	"gmail_signature", "gmail_signature_prefix", // Gmail
	"moz-signature",                                           // Thunderbird
	"-x-evo-signature",                                        // Evolution
	"signature",                                               // Outlook on the web, Roundcube
	"applemailsignature",                                      // iPhone
	"ms-outlook-mobile-signature", "ms-outlook-ios-signature", // Outlook for phones
	"composer_signature",                             // Samsung
	"_signatureplaceholder",                          // BlackBerry
	"ymail_android_signature", "ymail_ios_signature", // Yahoo
	"protonmail_signature_block",   // Proton
	"mb_sig",                       // Mailbird
	"front-signature",              // Front
	"sh-signature",                 // Superhuman
	"canarysig",                    // Canary
	"name=messagesignaturesection", // Spark
	"bloop_sign",                   // Airmail
	"zm_signature",                 // Zoho
}

const (
	// signatureLines and signatureProse (words of a line) bound what such an
	// element may hold: people also write into it.
	signatureLines = 15
	signatureProse = 25
	// headerNodes is how many nodes of a box are looked at for labels.
	headerNodes = 100
)

// isOutlookHeader reports whether n is the box, known by its line above, in
// which Outlook for Windows and Mac puts the header of the mail it answers, in
// whatever language: it holds two bold labels or more.
func isOutlookHeader(n *html.Node) bool {
	style := strings.ToLower(strings.ReplaceAll(htmlAttr(n, "style"), " ", ""))
	if n.DataAtom != atom.Div || !strings.Contains(style, "border-top:solid#e1e1e1") && !strings.Contains(style, "border-top:solid#b5c4df") {
		return false
	}
	labels, seen := 0, 0
	for c := range n.Descendants() {
		if seen++; seen > headerNodes || labels > 1 {
			break
		}
		if c.Type == html.TextNode && strings.HasSuffix(strings.TrimFunc(c.Data, isBlankRune), ":") && isBold(c.Parent) {
			labels++
		}
	}
	return labels > 1
}

// isBold reports whether n or what is around it in the same line is bold.
func isBold(n *html.Node) bool {
	for ; n != nil && !isHTMLBlock(n); n = n.Parent {
		if n.DataAtom == atom.B || n.DataAtom == atom.Strong {
			return true
		}
	}
	return false
}

// inside returns the place of what is inside n. quoting are the elements that
// hold a blockquote.
func (place htmlPlace) inside(n *html.Node, quoting map[*html.Node]bool) htmlPlace {
	place.pre = place.pre || n.DataAtom == atom.Pre
	if place.quote != nil || place.plain != nil {
		return place // in a blockquote of the author's own, all is his
	}
	names := htmlNames(n)
	block := n.DataAtom == atom.Blockquote
	if place.signature == nil && named(names, signatureNames) {
		place.signature = n
	}
	switch {
	case block && (strings.EqualFold(htmlAttr(n, "type"), "cite") || named(names, quoteNames)):
		if !forwards(n) {
			place.quote = n
		}
	case block:
		place.plain = n
	case named(names, wrapperNames) && quoting[n]:
		place.wrapper = n
	case named(names, quoteNames) && !forwards(n):
		place.quote = n
	}
	return place
}

// forwards reports whether n begins with the title of a forwarded mail.
func forwards(n *html.Node) bool {
	for c := range n.Descendants() {
		if c.Type == html.TextNode && strings.TrimFunc(c.Data, isBlankRune) != "" {
			in, ok := titleAt([]bodyLine{newLine(c.Data)}, 0)
			return ok && in.forward
		}
	}
	return false
}

// startsHistory reports whether the history begins with n.
func startsHistory(n *html.Node) bool {
	return n.Type == html.ElementNode && (named(htmlNames(n), historyNames) || isOutlookHeader(n))
}

// htmlNames returns the classes, the id and the name of n in lower case,
// without the "x_" that Outlook puts before what others wrote.
func htmlNames(n *html.Node) []string {
	if n.Type != html.ElementNode {
		return nil
	}
	var names []string
	for _, a := range n.Attr {
		switch a.Key {
		case "class", "id":
			names = append(names, strings.Fields(strings.ToLower(a.Val))...)
		case "name":
			if n.DataAtom == atom.Div {
				names = append(names, "name="+strings.ToLower(a.Val))
			}
		}
	}
	for i, name := range names {
		for strings.HasPrefix(name, "x_") {
			name = name[len("x_"):]
		}
		names[i] = name
	}
	return names
}

func named(names, table []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(table, n) })
}

func htmlAttr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// quotingElements finds the elements that hold a blockquote.
func quotingElements(doc *html.Node) map[*html.Node]bool {
	quoting := map[*html.Node]bool{}
	for n := range doc.Descendants() {
		if n.DataAtom != atom.Blockquote {
			continue
		}
		for p := n.Parent; p != nil && !quoting[p]; p = p.Parent {
			quoting[p] = true
		}
	}
	return quoting
}

// isHTMLBlock reports whether n begins and ends a line.
func isHTMLBlock(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Br, atom.Hr, atom.Li, atom.Ul, atom.Ol, atom.Dl, atom.Dt, atom.Dd, atom.Table, atom.Tr,
		atom.Blockquote, atom.Pre, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Section, atom.Article,
		atom.Header, atom.Footer, atom.Center, atom.Form, atom.Fieldset, atom.Body:
		return true
	}
	return false
}
