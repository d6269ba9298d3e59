package mail

import "strings"

// enrichedText reads text/enriched (RFC 1896) as plain text: commands in angle
// brackets go, "<<" is one bracket, single line ends are blanks.
func enrichedText(text string) string {
	var b strings.Builder
	params, literal := false, 0 // inside <param>; depth of <nofill>
	for text != "" {
		switch {
		case strings.HasPrefix(text, "<<"):
			b.WriteByte('<')
			text = text[2:]
		case text[0] == '<':
			end := strings.IndexByte(text[:min(len(text), 64)], '>') // a command has at most 60 letters
			if end < 0 {
				b.WriteByte('<')
				text = text[1:]
				continue
			}
			switch strings.ToLower(text[1:end]) {
			case "param":
				params = true
			case "/param":
				params = false
			case "nofill":
				literal++
			case "/nofill":
				literal = max(0, literal-1)
			case "nl":
				b.WriteByte('\n')
			}
			text = text[end+1:]
		case text[0] == '\n' && literal == 0:
			n := len(text) - len(strings.TrimLeft(text, "\n"))
			if text = text[n:]; n == 1 {
				b.WriteByte(' ')
			} else {
				b.WriteString(strings.Repeat("\n", min(n-1, 3)))
			}
		default:
			if !params {
				b.WriteByte(text[0])
			}
			text = text[1:]
		}
	}
	return b.String()
}
