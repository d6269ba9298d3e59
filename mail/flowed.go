package mail

import "strings"

// unflow joins the lines of a format=flowed text (RFC 3676 §4): a line that
// ends in a blank goes on in the next of the same quote depth. Signature
// separators stay.
func unflow(text string, delsp bool) string {
	if !strings.Contains(text, " \n") {
		return strings.TrimPrefix(strings.ReplaceAll(text, "\n ", "\n"), " ")
	}
	var b strings.Builder
	b.Grow(len(text))
	open, openDepth := false, 0
	for line := range strings.SplitSeq(text, "\n") {
		depth := 0
		for depth < len(line) && line[depth] == '>' {
			depth++
		}
		content := strings.TrimPrefix(line[depth:], " ")
		if depth > 0 && line[depth:] == " " {
			content = ""
		}
		signature := content == "-- "
		if open && (depth != openDepth || signature || content == "") { // an empty line is meant as one
			b.WriteByte('\n')
			open = false
		}
		if !open && depth > 0 {
			b.WriteString(line[:depth])
			b.WriteByte(' ')
		}
		flows := strings.HasSuffix(content, " ") && !signature
		if flows && delsp {
			content = content[:len(content)-1]
		}
		b.WriteString(content)
		if !flows {
			b.WriteByte('\n')
		}
		open, openDepth = flows, depth
	}
	return strings.TrimSuffix(b.String(), "\n")
}
