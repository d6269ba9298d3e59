package mail

import (
	"strings"

	"deskd/ticketing"
)

// paragraphKind is what a paragraph of a letter is, which the HTML shows. It is
// said by whoever writes the paragraph and never guessed from its text, so that
// nothing in a stranger's words can look like something of ours.
type paragraphKind int

const (
	asPlain    paragraphKind = iota // a paragraph of ours
	asMarker                        // the line above which people are asked to answer
	asHeader                        // the desk's own words at the top, beside its logo
	asHeadline                      // what happened, in a sentence
	asWarning                       // what the reader should be careful about
	asAlarm                         // what is probably an attack
	asFacts                         // lines of "label: value"
	asFailed                        // the same of a sender whose check failed
	asColumns                       // lines of a command, two or more blanks, what it does
	asWords                         // what our own people say, as they wrote it
	asFramed                        // what somebody else said, set off
	asSmall                         // what is seldom read
	asNext                          // what becomes of an answer
	asSignature
	asFooter // "-- ", then where the request stands, then the rest
	asImprint
)

// paragraph is a part of a letter: its text as the plain text has it, which may
// hold blank lines, and what it is.
type paragraph struct {
	kind paragraphKind
	text string
}

// ours are plain paragraphs of our own words.
func ours(texts ...string) []paragraph {
	said := make([]paragraph, len(texts))
	for i, text := range texts {
		said[i].text = text
	}
	return said
}

// textOf is the plain text of a letter.
func textOf(said []paragraph) string {
	texts := make([]string, len(said))
	for i, p := range said {
		texts[i] = p.text
	}
	return joinParagraphs(texts)
}

// checked is who wrote a mail, and how far he can be believed.
func (w wording) checked() paragraph {
	if w.letter.Entry.Verdict.Result == ticketing.Fail {
		return paragraph{asFailed, w.whoAndCheck()}
	}
	return paragraph{asFacts, w.whoAndCheck()}
}

// doubt is the kind of a warning about somebody's mail.
func doubt(failed bool) paragraphKind {
	if failed {
		return asAlarm
	}
	return asWarning
}

func blank(text string) bool { return strings.TrimSpace(text) == "" }
