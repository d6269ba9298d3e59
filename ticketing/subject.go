package ticketing

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxSubject bounds the subject of a ticket, in bytes.
const maxSubject = 500

// SubjectTags finds the ticket numbers that a subject names, such as
// "[HD-1234]". Anybody can guess them: they are a hint and no more.
func SubjectTags(prefix, subject string) []int64 {
	var ids []int64
	for _, m := range subjectTag.FindAllStringSubmatch(subject, -1) {
		if n, err := strconv.ParseInt(m[2], 10, 64); err == nil && n > 0 && strings.EqualFold(m[1], prefix) {
			ids = append(ids, n)
		}
		if len(ids) == maxSubjectTags {
			break
		}
	}
	return ids
}

// subjectTag is a tag with any prefix, and the space before it: to make an
// expression of the prefix costs more than all else that is done to a subject.
var subjectTag = regexp.MustCompile(`\s*\[([^\[\]\s]+)-(\d{1,12})\]`)

// maxSubjectTags is how many tags of a subject are looked at.
const maxSubjectTags = 5

// SubjectTag is a ticket's number as subjects carry it.
func SubjectTag(prefix string, ticketID int64) string {
	return "[" + prefix + "-" + strconv.FormatInt(ticketID, 10) + "]"
}

// TaggedSubject is the subject of the mails we write: the customer's own with
// our tag, once.
func TaggedSubject(prefix string, ticket Ticket) string {
	tag := SubjectTag(prefix, ticket.ID)
	s := ticket.Subject
	if strings.Contains(strings.ToUpper(s), strings.ToUpper(tag)) {
		return s
	}
	if s == "" {
		return tag
	}
	return s + " " + tag
}

// CleanSubject is a mail's subject as a ticket keeps it: without reply
// prefixes and our tag, in one line of bounded length.
func CleanSubject(prefix, subject string) string {
	s := strings.Join(strings.Fields(stripTags(prefix, subject)), " ")
	for {
		t := trimReplyPrefix(s)
		if t == s {
			break
		}
		s = t
	}
	return truncate(s, maxSubject)
}

// BaseSubject is what RFC 5256 §2.1 calls the base subject, folded for
// comparing: reply and forward prefixes in the languages of mail programs,
// list blobs, our tag and a trailing "(fwd)" are cut.
func BaseSubject(prefix, subject string) string {
	s := strings.ToLower(strings.Join(strings.Fields(stripTags(prefix, subject)), " "))
	for {
		t := strings.TrimSpace(strings.TrimSuffix(s, "(fwd)"))
		t = trimReplyPrefix(t)
		t = trimBlob(t)
		if t == s {
			return s
		}
		s = t
	}
}

// stripTags takes our tags out, and those that come together when others are
// gone.
func stripTags(prefix, subject string) string {
	for {
		stripped := subjectTag.ReplaceAllStringFunc(subject, func(tag string) string {
			if m := subjectTag.FindStringSubmatch(tag); strings.EqualFold(m[1], prefix) {
				return ""
			}
			return tag
		})
		if stripped == subject {
			return subject
		}
		subject = stripped
	}
}

// replyPrefixes are the reply and forward marks of mail programs in their
// languages.
var replyPrefixes = []string{
	"re", "fw", "fwd", "aw", "wg", "sv", "vs", "vb", "tr", "ref", "rv", "rif", "i", "enc", "res", "odp", "pd",
	"ynt", "ilt", "antw", "antwort", "doorst", "vl", "bls", "trs", "回复", "回覆", "答复", "答覆", "转发", "轉寄", "轉發", "返信", "転送", "답장", "전달", "отв", "пер", "ответ",
}

// forwardPrefixes are those of the reply prefixes that mark a forwarded mail.
var forwardPrefixes = []string{
	"fw", "fwd", "wg", "vb", "tr", "rv", "i", "enc", "pd", "ilt", "doorst", "vl", "trs", "转发", "轉寄", "轉發", "転送", "전달", "пер",
}

// IsForward reports whether a subject begins as mail programs begin that of a
// forwarded mail.
func IsForward(subject string) bool {
	head, _, ok := cutReplyPrefix(strings.TrimSpace(subject))
	return ok && slices.Contains(forwardPrefixes, head)
}

// HasReplyPrefix reports whether a subject begins as mail programs begin that
// of a reply or a forwarded mail, in any of their languages.
func HasReplyPrefix(subject string) bool {
	return trimReplyPrefix(subject) != subject
}

// trimReplyPrefix cuts one prefix such as "Re:", "RE[2]:" or "Aw (3):".
func trimReplyPrefix(s string) string {
	if _, rest, ok := cutReplyPrefix(s); ok {
		return rest
	}
	return s
}

func cutReplyPrefix(s string) (prefix, rest string, ok bool) {
	i := strings.IndexAny(s, ":：")
	if i < 0 || i > 20 {
		return "", s, false
	}
	_, colon := utf8.DecodeRuneInString(s[i:])
	prefix = strings.ToLower(strings.TrimSpace(strings.TrimRight(s[:i], "0123456789[]() ")))
	return prefix, strings.TrimSpace(s[i+colon:]), slices.Contains(replyPrefixes, prefix)
}

// trimBlob cuts one leading "[blob]" if something follows it.
func trimBlob(s string) string {
	if !strings.HasPrefix(s, "[") {
		return s
	}
	if _, rest, ok := strings.Cut(s, "]"); ok && strings.TrimSpace(rest) != "" {
		return strings.TrimSpace(rest)
	}
	return s
}

// truncate cuts a text at a rune boundary, to at most n bytes.
func truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}
