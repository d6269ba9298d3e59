package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"deskd/ticketing"
)

// reply is what the author wrote now. A mail of HTML alone is trimmed by its
// containers, which mark quotes better than the text made of it. Where there are
// both, the text is trimmed, and ends where the reply of the HTML does.
func (p *parser) reply() string {
	if len(p.text.blocks) != 1 {
		return TrimBy(withoutArmour(p.msg.Text), p.author()).Reply
	}
	b := p.text.blocks[0]
	if b.fromHTML {
		return p.htmlReply(b.html, b.text)
	}
	t := TrimBy(withoutArmour(b.text), p.author())
	if t.Reply == "" || t.Interleaved || b.html == "" || len(b.html) > maxTrimHTML || !mayQuote(b.html) {
		return t.Reply
	}
	return endLike(t.Reply, p.htmlReply(b.html, ""))
}

// mayQuote is a quick look that spares the HTML of most mails the building of a
// tree: without these words there is no container of a mail program in it.
func mayQuote(body string) bool {
	return containsAny(strings.ToLower(body), []string{"quote", "cite", "signature", "rplyfwd", "appendonsend", "reply", "forward", "border-top", "border-left", "<hr", "zwchr", "domino",
		"olk_src", "message", "original", "zmail_extra", "canarysig", "mb_sig", "bloop_sign"})
}

// htmlReply is the reply of an HTML body; that of text, which was made of it, if
// it holds no quote or nothing else.
func (p *parser) htmlReply(body, text string) string {
	if markup, ok := TrimHTML(body); ok {
		if reply := TrimBy(HTMLText(markup), p.author()).Reply; reply != "" {
			return reply
		}
	}
	return TrimBy(text, p.author()).Reply
}

// author is the first From; empty without one.
func (p *parser) author() ticketing.Address {
	if len(p.msg.From) == 0 {
		return ticketing.Address{}
	}
	return p.msg.From[0]
}

// endLike cuts reply at the end of the line at which twin ends, if twin is a
// beginning of it: letters and digits count, since the two versions of a mail
// differ in the rest. Else reply is returned as it is.
func endLike(reply, twin string) string {
	end := 0
	for _, want := range twin {
		if !isWordRune(want) {
			continue
		}
		at := strings.IndexFunc(reply[end:], isWordRune)
		if at < 0 {
			return reply
		}
		got, size := utf8.DecodeRuneInString(reply[end+at:])
		if got != want {
			return reply
		}
		end += at + size
	}
	if end == 0 {
		return reply
	}
	line := reply[end:]
	if at := strings.IndexByte(line, '\n'); at >= 0 {
		line = line[:at]
	}
	if strings.ContainsFunc(line, isWordRune) {
		return reply // the reply goes on in this line
	}
	return strings.TrimRightFunc(reply[:end+len(line)], isBlankRune)
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
