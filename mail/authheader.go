package mail

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// Limits of a header block that can be judged; the mail rules' limits for
// parsing are the same. A larger one is not partly judged: what lies beyond
// the limit could change the result.
const (
	maxAuthHeader = 256 << 10
	maxAuthFields = 1000
)

var errAuthHeader = errors.New("header too large")

// authHeader is a header block as needed to judge a sender: every field in
// order with its raw bytes, and what in it might be read differently by
// another program. It is read apart from [Parse], which repairs damage;
// evidence is not to be repaired.
type authHeader struct {
	fields []authField
	raw    string // the block, without the blank line that ends it
	size   int64  // offset of the body in the mail
	// odd: names that are not RFC 5322 §2.2 field names, lines without a colon,
	// bare CR, NUL, blank lines before the block, or blank continuation lines.
	odd bool
	// hiddenFrom: something that some program may take for a From field.
	hiddenFrom bool
}

// authField is one field: name in lower case, value unfolded (RFC 5322 §2.2.3).
type authField struct {
	name, value string
	start, end  int // in raw
}

// all returns the values of every field of that name, in order.
func (h *authHeader) all(name string) []string {
	var values []string
	for i := range h.fields {
		if h.fields[i].name == name {
			values = append(values, h.fields[i].value)
		}
	}
	return values
}

// readAuthHeader reads up to the blank line. It fails if r does, or with
// errAuthHeader.
func readAuthHeader(r io.Reader) (*authHeader, error) {
	h := &authHeader{}
	in := bufio.NewReader(io.LimitReader(r, maxAuthHeader+1))
	var block strings.Builder
	for {
		line, err := in.ReadString('\n')
		h.size += int64(len(line))
		if h.size > maxAuthHeader {
			return nil, errAuthHeader
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
		text := strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		switch {
		case text == "" && line != "" && len(h.fields) == 0:
			h.odd = true // some programs take this for the end of an empty header
		case text == "":
			h.raw = block.String()
			return h, nil
		default:
			start := block.Len()
			block.WriteString(line)
			if !h.line(text, start, block.Len()) {
				return nil, errAuthHeader
			}
		}
		if err == io.EOF {
			h.raw = block.String()
			return h, nil
		}
	}
}

// line takes one physical line and tells whether it still fits.
func (h *authHeader) line(text string, start, end int) bool {
	if strings.ContainsAny(text, "\r\x00") {
		h.odd = true
		for piece := range strings.SplitSeq(text, "\r") {
			h.hiddenFrom = h.hiddenFrom || fromLike(piece)
		}
	}
	if text[0] == ' ' || text[0] == '\t' {
		if len(h.fields) == 0 || strings.Trim(text, " \t") == "" {
			h.odd = true
		}
		if n := len(h.fields); n > 0 {
			h.fields[n-1].value += text
			h.fields[n-1].end = end
			return true
		}
	}
	name, value, colon := strings.Cut(text, ":")
	name = strings.TrimRight(name, " \t")
	if !colon || !fieldName(name) {
		h.odd = true
		h.hiddenFrom = h.hiddenFrom || fromLike(text)
		name = ""
	}
	h.fields = append(h.fields, authField{name: strings.ToLower(name), value: value, start: start, end: end})
	return len(h.fields) <= maxAuthFields
}

// fieldName: printable ASCII without blanks or colon (RFC 5322 §2.2).
func fieldName(name string) bool {
	for i := range len(name) {
		if name[i] <= ' ' || name[i] >= 0x7f {
			return false
		}
	}
	return name != ""
}

// fromLike tells whether a line would be a From field if everything were left
// out that does not belong into a field name.
func fromLike(line string) bool {
	name, _, ok := strings.Cut(line, ":")
	if !ok || len(name) > 64 {
		return false
	}
	kept := strings.Map(func(r rune) rune {
		if r <= ' ' || r >= 0x7f {
			return -1
		}
		return r
	}, name)
	return strings.EqualFold(kept, "From")
}
