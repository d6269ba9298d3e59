package mail

import (
	"html"
	"strings"
)

// maxIDs bounds the ids kept of what a bounce returns, and how far back doubles
// are looked for.
const maxIDs = 100

// maxID is the longest id kept, in bytes (RFC 5322 §2.1.1 allows no longer line).
const maxID = 998

// messageIDs finds the ids of a Message-ID, In-Reply-To or References field.
// Each id that stands in brackets is kept, however odd; without brackets the
// words with an @ are. Inner white space is removed. Case is kept, since our
// answer has to name the id as its author wrote it; the desk folds both sides
// to compare. Of many the first and the last are kept, so many from each end.
func messageIDs(value string, ends int) []string {
	var ids []string
	value = plainIDs(value)
	rest := value
	for {
		start := strings.IndexByte(rest, '<')
		if start < 0 {
			break
		}
		rest = rest[start+1:]
		end := strings.IndexByte(rest, '>')
		if end < 0 {
			ids = addID(ids, rest)
			break
		}
		inside := rest[:end]
		if open := strings.LastIndexByte(inside, '<'); open >= 0 {
			if cut := inside[:open]; strings.Contains(cut, "@") { // "<a@b <c@d>"
				ids = addID(ids, cut)
			}
			inside = inside[open+1:]
		}
		ids = addID(ids, inside)
		rest = rest[end+1:]
	}
	if len(ids) == 0 && strings.IndexByte(value, '<') < 0 {
		for _, word := range strings.Fields(value) {
			if word = strings.Trim(word, ",;\"'()[]>"); strings.Contains(word, "@") {
				ids = addID(ids, word)
			}
		}
	}
	if len(ids) > 2*ends {
		ids = append(ids[:ends:ends], ids[len(ids)-ends:]...)
	}
	return ids
}

// plainIDs undoes what programs do to ids that no program should: encoded
// words (RFC 2047 §5 forbids them here; Exchange and others write long ids so)
// and the escapes of HTML.
func plainIDs(value string) string {
	if strings.Contains(value, "=?") {
		var b strings.Builder
		for rest := value; rest != ""; {
			start := strings.Index(rest, "=?")
			if start < 0 {
				b.WriteString(rest)
				break
			}
			word, length, ok := readWord(rest[start:])
			if !ok {
				length = 2
				word.done = []byte("=?")
			}
			if between := rest[:start]; strings.TrimSpace(between) != "" {
				b.WriteString(between)
			}
			b.Write(word.text())
			rest = rest[start+length:]
		}
		value = b.String()
	}
	if strings.Contains(value, "&lt;") && strings.IndexByte(value, '<') < 0 {
		value = html.UnescapeString(value)
	}
	return value
}

// addID appends an id once.
func addID(ids []string, id string) []string {
	id = stripBlanks(cleanText(strings.ToValidUTF8(id, "")))
	if id == "" || len(id) > maxID {
		return ids
	}
	id = "<" + id + ">"
	for _, known := range ids[max(0, len(ids)-maxIDs):] {
		if known == id {
			return ids
		}
	}
	return append(ids, id)
}

// oneID reads a field that holds a single id; without brackets the whole
// value is the id.
func oneID(value string) string {
	if ids := messageIDs(value, 1); len(ids) > 0 {
		return ids[0]
	}
	if ids := addID(nil, strings.Trim(value, "<> \t")); len(ids) > 0 && !strings.HasPrefix(value, "<>") {
		return ids[0]
	}
	return ""
}
