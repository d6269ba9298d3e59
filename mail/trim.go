package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"deskd/ticketing"
)

// Trimmed is the text of a mail, taken apart. Nothing is lost: every line of
// the text is in exactly one of the three parts, in its order.
type Trimmed struct {
	// Reply is what the author wrote now, without blank lines at its ends. It
	// is empty when the mail only quotes.
	Reply string
	// Quoted is the history that was cut, with the lines that introduce it.
	Quoted string
	// Signature is what the author's mail program, or the mailing list, puts
	// below each of his mails.
	Signature string
	// Interleaved says that the author answered between or below quoted lines
	// that he chose. Reply then holds these quoted lines as well, with their
	// ">", but not the "On … wrote:" above them.
	Interleaved bool
}

// Trim separates the newest part of a plain text body from the mails quoted
// in it and from the signature. Line ends become LF.
//
// In doubt a line belongs to the Reply: a quote too many is a nuisance, a word
// of the author lost is a fault. What comes first is cut first: our own marker
// line ([MarkerLine]), "On … wrote:" in about 30 languages, Outlook's header
// blocks, "Original Message" titles, ">" quotes. A forwarded mail, or one with
// its header, is cut only if the author wrote something above it. Signatures are
// what stands below "-- " (RFC 3676 §4.3), sign-offs ("Regards, Bob"), "Sent from
// my phone", the footers of lists and scanners, and companies' notices.
//
// Any text is accepted; time is linear in its length.
func Trim(text string) Trimmed { return TrimBy(text, ticketing.Address{}) }

// TrimBy is [Trim] for a text whose author is known by the From of the mail: a
// sign-off with his name is a signature.
func TrimBy(text string, author ticketing.Address) Trimmed {
	lines := splitLines(text)
	by := signerOf(author)
	mark := findMarker(lines)
	if mark < len(lines) && lines[mark].quoted {
		// The marker came back inside a quote. Answers below it are kept.
		p := planFor(lines, len(lines), by)
		if p.answersBelow(mark) {
			p.roles[mark] = roleIntro
			return p.trimmed()
		}
	}
	p := planFor(lines, mark, by)
	if mark == len(lines) {
		p.keepPassedOn()
	}
	return p.trimmed()
}

// bannerLines is how long a mail server's warning above a mail may be.
const bannerLines = 6

// trimRole is the part of Trimmed to which a line goes.
type trimRole byte

const (
	roleReply trimRole = iota
	roleQuote
	roleIntro // goes to Quoted, even between lines of the reply
	roleSignature
)

// trimPlan is a body with the role of each line.
type trimPlan struct {
	lines       []bodyLine
	roles       []trimRole
	by          signer
	interleaved bool
	header      intro // the first that shows the header of a mail; empty if none
}

// planFor gives each line its role; lines from end on are history.
func planFor(lines []bodyLine, end int, by signer) trimPlan {
	p := trimPlan{lines: lines, roles: make([]trimRole, len(lines)), by: by}
	p.set(end, len(lines), roleQuote)
	cut, forward := p.markIntros(end)
	cut = p.quotedBlock(cut)
	p.markQuotes(cut)
	p.markRulers(cut)
	p.markBanner(cut)
	p.markSignatures(cut)
	first, last := p.replyBounds(cut)
	p.set(cut, end, roleQuote)
	if first > last {
		if forward >= 0 {
			p.set(forward, end, roleReply) // the forwarded mail is all there is
		}
		return p
	}
	p.keepAnswered(last, cut)
	return p
}

// keepPassedOn makes a mail that is quoted with its header the reply where the
// author wrote nothing: Outlook passes mails on that way, without a word for it.
// What that mail quotes stays cut. Below our marker line it is history.
func (p *trimPlan) keepPassedOn() {
	first, last := p.replyBounds(len(p.lines))
	if first <= last || p.header.to == 0 {
		return
	}
	p.set(p.header.from, p.header.to, roleReply)
	copy(p.roles[p.header.to:], planFor(p.lines[p.header.to:], len(p.lines)-p.header.to, p.by).roles)
}

func (p trimPlan) set(from, to int, r trimRole) {
	for i := from; i < to; i++ {
		p.roles[i] = r
	}
}

// markIntros marks the intros above ">" quotes. At the first one above a quote
// without ">" all that follows is history: it returns that line, or end, and
// the line at which a forwarded mail begins, or -1.
func (p *trimPlan) markIntros(end int) (cut, forward int) {
	forward = -1
	for _, in := range findIntros(p.lines[:end]) {
		next := nextFull(p.lines[:end], in.to)
		if in.forward && forward < 0 {
			forward = in.from
		}
		if in.header && p.header.to == 0 {
			p.header = in
		}
		if next == end || !p.lines[next].quoted {
			return in.from, forward
		}
		p.set(in.from, in.to, roleIntro)
	}
	return end, forward
}

// quotedBlock finds a header block whose lines have a ">" while the mail below
// has none, as webmail of Orange writes it, or returns end. The author has to
// have written above it: else what follows may be his answer.
func (p trimPlan) quotedBlock(end int) int {
	from := 0
	for from < end && !p.lines[from].quoted {
		from++
	}
	first, last := p.replyBounds(from)
	to := from
	for to < end && p.lines[to].quoted && to-from < blockLines {
		to++
	}
	next := nextFull(p.lines[:end], to)
	if first > last || next == end || p.lines[next].quoted {
		return end
	}
	var head []bodyLine
	for _, l := range p.lines[from:to] {
		l.quoted, l.blank = false, l.plain == ""
		head = append(head, l)
	}
	_, filled := trimBlank(head, 0, len(head))
	if block, ok := headerBlockAt(head, 0); !ok || block.to != filled {
		return end
	}
	return from
}

// markQuotes marks ">" lines. Ends of such lines that a mail program broke off
// without a ">" of their own are marked as well, if all that stands between
// the quotes may be such an end and the author wrote above them; else they may
// be his answers.
func (p trimPlan) markQuotes(end int) {
	last := end - 1
	for last >= 0 && !p.lines[last].quoted {
		last--
	}
	var broken []int
	first, above, answers, sure := true, false, false, false
	for i, l := range p.lines[:last+1] {
		switch {
		case p.roles[i] != roleReply:
			first = false
		case l.quoted:
			p.roles[i] = roleQuote
			first = false
		case l.blank:
		case first:
			above = true
		case isBrokenOff(p.lines[i-1], l, p.lines[i+1]):
			broken = append(broken, i)
			sure = sure || isSurelyBroken(p.lines[i-1])
		default:
			answers = true
		}
	}
	if !above || answers || !sure {
		return
	}
	for _, i := range broken {
		p.roles[i] = roleQuote
	}
}

// markBanner marks the warning that a mail server put above a mail from outside,
// with the ruler below it, if there is more.
func (p trimPlan) markBanner(end int) {
	from, to := trimBlank(p.lines, 0, end)
	if from == to || !startsAny(strings.ToLower(strings.TrimLeft(p.lines[from].plain, "[*#!⚠\ufe0f ")), bannerStarts) {
		return
	}
	below := from
	for below < to && !p.lines[below].blank {
		below++
	}
	if below-from > bannerLines {
		return
	}
	if next := nextFull(p.lines[:to], below); next < to && isRuler(p.lines[next]) {
		below = next + 1
	}
	if p.answersBelow(below - 1) {
		p.set(from, below, roleIntro)
	}
}

// markRulers marks the rulers right above a quote.
func (p trimPlan) markRulers(end int) {
	above := roleReply
	for i := end - 1; i >= 0; i-- {
		switch {
		case p.lines[i].blank:
		case p.roles[i] == roleReply && above != roleReply && isRuler(p.lines[i]):
			p.roles[i] = roleQuote
		default:
			above = p.roles[i]
		}
	}
}

// isBrokenOff reports whether l is the rest of the long quoted line above it.
func isBrokenOff(above, l, below bodyLine) bool {
	if !above.quoted || !below.quoted || l.blank || l.quoted {
		return false
	}
	first, _ := utf8.DecodeRuneInString(l.plain)
	return utf8.RuneCountInString(above.raw) >= 60 && utf8.RuneCountInString(l.raw) <= 78 && unicode.IsLower(first) &&
		!strings.HasSuffix(above.plain, "?") && !strings.HasSuffix(above.plain, ":")
}

// isSurelyBroken reports whether the quoted line above such a rest is full and
// ends within a sentence. One of that kind shows that the program breaks lines.
func isSurelyBroken(above bodyLine) bool {
	return utf8.RuneCountInString(above.raw) >= 66 && strings.TrimRight(above.plain, ".?!:;") == above.plain
}

// markSignatures marks the signature at the end of each stretch between quotes.
func (p trimPlan) markSignatures(end int) {
	for from := 0; from < end; {
		to := from
		for to < end && p.roles[to] == roleReply {
			to++
		}
		p.set(p.by.signatureStart(p.lines, from, to), to, roleSignature)
		from = to + 1
	}
}

// replyBounds returns the author's first and last line, first > last if none.
func (p trimPlan) replyBounds(end int) (first, last int) {
	first, last = len(p.lines), -1
	for i := range end {
		if p.roles[i] == roleReply && !p.lines[i].blank {
			first, last = min(first, i), i
		}
	}
	return first, last
}

// keepAnswered puts the quoted lines above the author's last line into the
// reply, as he answered them. Below an "On … wrote:" they are his program's and
// no choice of his if he answers in one place only: then they stay cut.
func (p *trimPlan) keepAnswered(last, end int) {
	answers, begin, introduced, quoting := 0, -1, false, false
	for i := range end {
		switch role := p.roles[i]; {
		case role == roleQuote:
			if begin < 0 {
				begin = i
			}
			quoting = true
		case role == roleIntro:
			introduced = introduced || begin < 0
		case role == roleReply && !p.lines[i].blank:
			if quoting {
				answers++
			}
			quoting = false
		}
	}
	if begin < 0 || begin > last || answers < 2 && (introduced || p.introducedInside(begin)) {
		return
	}
	p.interleaved = true
	for i := range last {
		if p.roles[i] == roleQuote {
			p.roles[i] = roleReply
		}
	}
}

// introducedInside reports whether the quote that begins at line i has its "On
// … wrote:" inside, with a ">", as Apple's programs write it.
func (p trimPlan) introducedInside(i int) bool {
	var head []bodyLine
	for _, l := range p.lines[i:min(i+attributionLines, len(p.lines))] {
		l.quoted, l.blank = false, l.plain == ""
		head = append(head, l)
	}
	intros := findIntros(head)
	return len(intros) > 0 && nextFull(head, 0) == intros[0].from
}

// answersBelow reports whether the author wrote something below line i.
func (p trimPlan) answersBelow(i int) bool {
	for j := i + 1; j < len(p.lines); j++ {
		if p.roles[j] == roleReply && !p.lines[j].blank && !p.lines[j].quoted {
			return true
		}
	}
	return false
}

// trimmed collects the lines by their role. A blank line goes where the line
// above it went.
func (p trimPlan) trimmed() Trimmed {
	at := roleReply
	for i, l := range p.lines {
		switch {
		case l.blank:
			p.roles[i] = at
		case p.roles[i] == roleIntro:
			at, p.roles[i] = roleQuote, roleQuote
		default:
			at = p.roles[i]
		}
	}
	return Trimmed{
		Reply:       p.part(roleReply),
		Quoted:      p.part(roleQuote),
		Signature:   p.part(roleSignature),
		Interleaved: p.interleaved,
	}
}

// part joins the lines of a role, without blank ones at either end.
func (p trimPlan) part(role trimRole) string {
	first, last, size := -1, -1, 0
	for i, l := range p.lines {
		if p.roles[i] == role && !l.blank {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return ""
	}
	for i, l := range p.lines[first : last+1] {
		if p.roles[first+i] == role {
			size += len(l.raw) + 1
		}
	}
	var b strings.Builder
	b.Grow(size)
	for i, l := range p.lines[first : last+1] {
		if p.roles[first+i] == role {
			b.WriteString(l.raw)
			b.WriteByte('\n')
		}
	}
	return strings.TrimRightFunc(b.String(), isBlankRune)
}
