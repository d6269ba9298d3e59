package mail

import "strings"

// A marker line stands above the history in the mails that we write, with
// words in the reader's language between two fixed runs of characters, so that
// it is found again whatever the language: "##- Please write above this line -##".
const (
	markerOpen  = "##-"
	markerClose = "-##"
	// markerLines is how many lines a mail program may have broken a marker into.
	markerLines = 4
)

// MarkerLine returns text as the marker line above which people are asked to
// answer. [Trim] cuts a reply there. The text must be a single line.
func MarkerLine(text string) string {
	return markerOpen + " " + strings.Join(strings.Fields(text), " ") + " " + markerClose
}

// markerAt reports whether a marker line starts at line i.
func markerAt(lines []bodyLine, i int) bool {
	if !strings.HasPrefix(lines[i].plain, markerOpen) {
		return false
	}
	for j := i; j < len(lines) && j < i+markerLines; j++ {
		if j > i && lines[j].plain == "" {
			return false
		}
		text := lines[j].plain
		if j == i {
			text = text[len(markerOpen):]
		}
		if strings.HasSuffix(text, markerClose) {
			return true
		}
	}
	return false
}

// findMarker returns the line at which a marker starts, or len(lines).
func findMarker(lines []bodyLine) int {
	for i := range lines {
		if markerAt(lines, i) {
			return i
		}
	}
	return len(lines)
}
