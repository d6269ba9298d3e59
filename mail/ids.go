package mail

import "strings"

// maxIDs bounds the ids kept of what a bounce returns, and how far back doubles
// are looked for.
const maxIDs = 100

// maxID is the longest id kept, in bytes (RFC 5322 §2.1.1 allows no longer line).
const maxID = 998

// messageIDs finds the ids of a Message-ID, In-Reply-To or References field.
// Each id that stands in brackets is kept, however odd; without brackets the
// words with an @ are. Inner white space is removed. Case is kept, since our
// answer has to name the id as its author wrote it: fold both sides with
// [FoldID] to compare. Of many the first and the last are kept, so many from
// each end.
func messageIDs(value string, ends int) []string {
	var ids []string
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
			inside = inside[open+1:]
		}
		ids = addID(ids, inside)
		rest = rest[end+1:]
	}
	if len(ids) == 0 && strings.IndexByte(value, '<') < 0 {
		for _, word := range strings.Fields(value) {
			if word = strings.Trim(word, ",;\"'()"); strings.Contains(word, "@") {
				ids = addID(ids, word)
			}
		}
	}
	if len(ids) > 2*ends {
		ids = append(ids[:ends:ends], ids[len(ids)-ends:]...)
	}
	return ids
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
	if ids := addID(nil, strings.Trim(value, "<> \t")); len(ids) > 0 {
		return ids[0]
	}
	return ""
}

// FoldID gives the form by which message ids are compared (mail-rules §1):
// white space removed, case folded.
func FoldID(id string) string { return strings.ToLower(stripBlanks(id)) }
