package servertest

import (
	"bytes"
	"strings"
)

// replaceMessageID gives a mail another Message-ID (with its brackets): in the
// place of the one it has, continuation lines and all, or as the first field.
func replaceMessageID(raw []byte, id string) []byte {
	field := []byte("Message-ID: " + id + "\r\n")
	end := len(raw)
	if i := bytes.Index(raw, []byte("\r\n\r\n")); i >= 0 {
		end = i + 2
	}
	for start := 0; start < end; {
		next := start + lineLength(raw[start:end])
		for next < end && (raw[next] == ' ' || raw[next] == '\t') {
			next += lineLength(raw[next:end])
		}
		name, _, _ := strings.Cut(string(raw[start:next]), ":")
		if strings.EqualFold(strings.TrimRight(name, " \t"), "Message-ID") {
			return bytes.Join([][]byte{raw[:start], field, raw[next:]}, nil)
		}
		start = next
	}
	return append(field, raw...)
}

// lineLength is the length of the first line, its end included.
func lineLength(text []byte) int {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return i + 1
	}
	return len(text)
}
