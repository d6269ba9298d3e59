package mail

import (
	"regexp"
	"slices"
	"strings"
)

// intro is what a mail program writes above the text it quotes: lines
// [from,to). A forward passes the quoted mail on instead of answering it; so may
// one that shows the header of the mail.
type intro struct {
	from, to int
	forward  bool
	header   bool
}

const (
	// attributionLines is how many lines an "On … wrote:" is broken into at most.
	attributionLines = 5
	// fenceLines is how far the fences of an example may be from its title.
	fenceLines = 20
	// blockLines is how many lines a header block with folded recipients has at most.
	blockLines = 30
)

var (
	clockTime   = regexp.MustCompile(`\d{1,2} ?[:.h時点시] ?\d{2}`)
	dateLike    = regexp.MustCompile(`(^|[^\d])((19|20)\d\d|\d{1,2}[./-] ?\d{1,2}[./-] ?\d{2})([^\d]|$)`)
	addressLike = regexp.MustCompile(`[^\s<>()"]@[^\s<>()"]`)
	angleAddr   = regexp.MustCompile(`[<(\[] ?(mailto:)?[^\s<>()\[\]]+@[^\s<>()\[\]]+`)
	gmtStamp    = regexp.MustCompile(`^\d{4}-\d\d-\d\d \d{1,2}:\d\d gmt[+-]\d\d:\d\d .{1,100}$`)
	ruler       = regexp.MustCompile(`^[-_=—]{4,}$`)
	// Mutt: "* A B <a@b.example> [2024-05-06 10:00]:".
	bracketDate = regexp.MustCompile(`^[^:]{1,80}<[^<>]+@[^<>]+> \[[^\[\]]*\d{4}[^\[\]]*\]$`)
	// Notes: "A B ---06/05/2024 10:00:00---The subject or first words".
	notesLine = regexp.MustCompile(`^\S.{0,80}? ?-{2,}\d{1,4}[./-]\d{1,2}[./-]\d{2,4} \d{1,2}[:.]\d\d([:.]\d\d)?( [AaPp][Mm])?-{2,}`)
	// GroupWise: ">>> A B <a@b.example> 06.05.2024 10:00 >>>".
	groupWise = regexp.MustCompile(`^>>> ?[^>].{1,200}( >>>$|, in message\s*$|, in message\s*<.{1,200}:$)`)
	titleLine = regexp.MustCompile(`^[-_=]{2,} *([^-_= ][^_=]{1,80}?) *[-_=]{2,} *(.*)$`)
)

// findIntros returns the intros in lines, in their order, none inside another.
func findIntros(lines []bodyLine) []intro {
	var found []intro
	for i := 0; i < len(lines); i++ {
		in, ok := introAt(lines, i)
		if !ok {
			continue
		}
		if n := len(found); n > 0 && in.from < found[n-1].to {
			in.from = found[n-1].to
		}
		if in.from < in.to {
			found = append(found, in)
			i = in.to - 1
		}
	}
	return found
}

// introAt finds an intro by line i: its last line for an attribution, the
// first one for titles and header blocks.
func introAt(lines []bodyLine, i int) (intro, bool) {
	if lines[i].quoted && groupWise.MatchString(strings.TrimSpace(lines[i].raw)) && isDated(lines[i].plain) {
		return intro{from: i, to: i + 1}, true
	}
	if lines[i].blank || lines[i].quoted {
		return intro{}, false
	}
	if strings.Contains(lines[i].plain, "--") && notesLine.MatchString(lines[i].plain) {
		in := intro{from: i, to: i + 1}
		if block, ok := headerBlockAt(lines, nextFull(lines, i+1)); ok {
			in.to = block.to
		}
		return in, true
	}
	if in, ok := titleAt(lines, i); ok {
		return in, true
	}
	if in, ok := headerBlockAt(lines, i); ok {
		return in, true
	}
	return attributionAt(lines, i)
}

// titleAt finds "-----Original Message-----" and "Begin forwarded message:"
// with the header block below.
func titleAt(lines []bodyLine, i int) (intro, bool) {
	text := lines[i].lower
	in := intro{from: i, to: i + 1}
	title, apple := strings.CutSuffix(text, ":")
	if m := titleLine.FindStringSubmatch(text); m != nil {
		if m[2] == "" && containsAny(m[1], aboveLine) {
			return in, true
		}
		// Samsung's program puts the header block into the same line.
		if rest := m[2]; rest != "" && rest != ":" && headerOf(bodyLine{plain: rest, lower: rest}) == headerNone {
			return in, false
		}
		title = m[1]
	} else if !apple || !slices.Contains(forwardTitles, strings.TrimSpace(title)) {
		return in, false
	}
	title = strings.Trim(title, " :")
	in.forward = isForwardTitle(title)
	if !in.forward && !slices.Contains(originalTitles, title) {
		return in, false
	}
	if block, ok := headerBlockAt(lines, nextFull(lines, i+1)); ok {
		in.to, in.header = block.to, true
		return in, true
	}
	return in, !inFence(lines, i)
}

// inFence reports whether line i stands between two "```" of Markdown, near
// enough to be an example of the author's.
func inFence(lines []bodyLine, i int) bool {
	above, below := 0, false
	for _, l := range lines[max(0, i-fenceLines):i] {
		if strings.HasPrefix(l.plain, "```") {
			above++
		}
	}
	for _, l := range lines[i+1 : min(len(lines), i+1+fenceLines)] {
		below = below || strings.HasPrefix(l.plain, "```")
	}
	return above%2 == 1 && below
}

func isForwardTitle(title string) bool {
	for _, t := range forwardTitles {
		rest, starts := strings.CutPrefix(title, t)
		if title == t || starts && (strings.HasSuffix(t, " by") || strings.HasPrefix(rest, " from ")) { // mutt
			return true
		}
	}
	return false
}

// rulerAbove returns the line of the ruler right above line i, or i.
func rulerAbove(lines []bodyLine, i int) int {
	j := i - 1
	for j >= 0 && j >= i-3 && lines[j].blank {
		j--
	}
	if j >= 0 && ruler.MatchString(strings.ReplaceAll(lines[j].plain, " ", "")) {
		return j
	}
	return i
}
