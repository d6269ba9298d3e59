package mail

import (
	"cmp"
	"regexp"
	"strings"

	"deskd/ticketing"
)

// maxBlockAddresses is how many addresses of a field in a text are told.
const maxBlockAddresses = 50

// fieldsOf reads the lines of a header block, whatever language its labels are
// in. A line without a label goes on with the field above it.
func fieldsOf(head []bodyLine) ticketing.Forwarded {
	values := map[headerKind]string{}
	at := headerNone
	for _, l := range head {
		text := l.plain
		if m := titleLine.FindStringSubmatch(text); m != nil {
			text = m[2] // Samsung's program begins in the line of the title
		}
		if text == "" {
			continue
		}
		kind := headerOf(bodyLine{plain: text, lower: strings.ToLower(text)})
		if kind == headerNone {
			if at != headerNone && !otherLabel.MatchString(text) {
				values[at] += " " + text
			}
			continue
		}
		at = kind
		if values[kind] == "" {
			values[kind] = fieldValue(text)
		}
	}
	f := ticketing.Forwarded{
		To: blockAddresses(values[headerTo]), Cc: blockAddresses(values[headerCc]),
		Date: parseDate(values[headerDate]), Subject: cleanText(strings.TrimSpace(values[headerSubject])),
	}
	if from := blockAddresses(values[headerFrom]); len(from) > 0 {
		f.From = from[0]
	}
	return f
}

// fieldValue is what follows the label; of NetEase's "| From | A |" the cell.
func fieldValue(line string) string {
	if strings.HasPrefix(line, "|") {
		if cells := strings.SplitN(line, "|", 4); len(cells) == 4 {
			return strings.TrimFunc(cells[2], isSpaceOrEmphasis)
		}
	}
	_, value, _ := strings.Cut(line, ":")
	return strings.TrimFunc(value, isSpaceOrEmphasis)
}

var (
	// otherLabel begins a field that no table knows, such as Message-Id.
	otherLabel = regexp.MustCompile(`^[\pL-]{2,30}:(\s|$)`)
	// mailtoLink is how programs write the link of an address behind it.
	mailtoLink = regexp.MustCompile(`(?i)[<\[(] ?mailto:([^<>\[\]()\s?]+)[^<>\[\]()]*[>\])]`)
	// bareInText is an address in running text.
	bareInText = regexp.MustCompile(`[^\s<>()\[\]"',;:]+@[^\s<>()\[\]"',;:]+\.[^\s<>()\[\]"',;:]+`)
)

// blockAddresses reads the addresses of a field as it stands in a text. Without
// any it gives the name alone.
func blockAddresses(value string) []ticketing.Address {
	plain := mailtoLink.ReplaceAllString(value, "")
	if !strings.Contains(plain, "@") {
		plain = mailtoLink.ReplaceAllString(value, "<$1>")
	}
	plain = strings.Map(func(r rune) rune {
		switch r {
		case '[':
			return '<'
		case ']':
			return '>'
		case '*':
			return -1
		}
		return r
	}, plain)
	var none problems
	cs := charsets{problems: &none}
	list := cs.addressList(plain, maxBlockAddresses)
	for i, a := range list {
		if a.Address = strings.TrimRight(a.Address, "."); !strings.Contains(a.Address, "@") {
			a = ticketing.Address{Name: cmp.Or(a.Name, a.Address)}
		}
		list[i] = a
	}
	if len(list) > 0 && list[0].Address != "" {
		return list
	}
	if at := bareInText.FindStringIndex(plain); at != nil {
		name := strings.Trim(plain[:at[0]], " \t\"'<([")
		return []ticketing.Address{{Name: cleanText(name), Address: strings.TrimRight(plain[at[0]:at[1]], ".")}}
	}
	return list
}
