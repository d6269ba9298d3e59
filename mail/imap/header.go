package imap

import (
	"bytes"
	"net/mail"
	"strings"
	"time"
)

// headerField finds the first field of that name in a header, unfolded, or "".
// It reads only what recognising a mail needs; whoever decides about the mail
// reads it anew.
func headerField(head []byte, name string) string {
	for len(head) > 0 {
		line, rest := cutLine(head)
		if len(line) == 0 {
			return "" // the header's end
		}
		for len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t') {
			var more []byte
			more, rest = cutLine(rest)
			line = append(line[:len(line):len(line)], more...)
		}
		key, value, ok := bytes.Cut(line, []byte(":"))
		if ok && strings.EqualFold(string(bytes.TrimRight(key, " \t")), name) {
			return string(bytes.TrimSpace(value))
		}
		head = rest
	}
	return ""
}

func cutLine(b []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(b, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), rest
}

// messageID is the Message-ID of a header, with its angle brackets, or "".
func messageID(head []byte) string {
	value := headerField(head, "Message-ID")
	start := strings.IndexByte(value, '<')
	if start < 0 {
		return ""
	}
	end := strings.IndexByte(value[start:], '>')
	if end < 0 {
		return ""
	}
	return value[start : start+end+1]
}

// headerReceived is when the last server on a mail's way got it, or zero; ok is
// false if no server said so. Its Received is the first (RFC 5321 §4.4), and
// ends with the time.
func headerReceived(head []byte) (t time.Time, ok bool) {
	field := headerField(head, "Received")
	t, err := mail.ParseDate(strings.TrimSpace(field[strings.LastIndexByte(field, ';')+1:]))
	if err != nil {
		t = time.Time{}
	}
	return t, field != ""
}

// headerDate is the Date of a header, or zero.
func headerDate(head []byte) time.Time {
	t, err := mail.ParseDate(headerField(head, "Date"))
	if err != nil {
		return time.Time{}
	}
	return t
}
