package mailserver

import (
	"bytes"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"deskd/ticketing"
)

// arrival is what the server knows of a mail beside its bytes.
type arrival struct {
	server   string // our name and authserv-id
	hello    string // the client's name for itself
	peer     string // the client's IP address
	user     string // who logged in, "" for nobody
	from     string // reverse-path, "" is the null one
	id       string
	received time.Time
}

// maxStamp is what a stamp adds at most, in bytes; names and addresses in it
// are bounded by SMTP's line length.
const maxStamp = 8 << 10

// stamp gives a mail its trace header for one recipient (RFC 5321 §4.4, RFC
// 8601 §5). raw is not changed.
func (a arrival) stamp(raw []byte, recipient string, owns func(from string) bool) []byte {
	header, body := splitHeader(raw)
	fields := a.clean(header)
	var b bytes.Buffer
	b.Grow(len(raw) + 1024)
	fmt.Fprintf(&b, "Return-Path: <%s>\r\nDelivered-To: %s\r\n", a.from, recipient)
	fmt.Fprintf(&b, "Authentication-Results: %s; %s\r\n", a.server, dmarc(fields, owns))
	fmt.Fprintf(&b, "Received: from %s ([%s])\r\n", printable(a.hello), a.peer)
	protocol := "ESMTP"
	if a.user != "" {
		protocol = "ESMTPA"
		fmt.Fprintf(&b, "\t(Authenticated sender: %s)\r\n", a.user)
	}
	fmt.Fprintf(&b, "\tby %s (deskd) with %s id %s\r\n\tfor <%s>; %s\r\n",
		a.server, protocol, a.id, recipient, a.received.Format(time.RFC1123Z))
	for _, f := range fields {
		b.Write(f)
	}
	b.Write(body)
	return b.Bytes()
}

// splitHeader divides a mail before the empty line that ends its header.
func splitHeader(raw []byte) (header, body []byte) {
	for at := 0; at < len(raw); {
		end := bytes.IndexByte(raw[at:], '\n')
		if end < 0 {
			break
		}
		if line := raw[at : at+end+1]; len(bytes.TrimRight(line, "\r\n")) == 0 {
			return raw[:at], raw[at:]
		}
		at += end + 1
	}
	return raw, nil
}

// clean divides a header into fields and leaves out those that only we may
// write: results under our name, and Return-Path.
func (a arrival) clean(header []byte) [][]byte {
	var fields [][]byte
	for len(header) > 0 {
		end := fieldEnd(header)
		field := header[:end]
		header = header[end:]
		if !a.forged(field) {
			fields = append(fields, field)
		}
	}
	return fields
}

// fieldEnd is where a field with its folded lines ends.
func fieldEnd(header []byte) int {
	for at := 0; ; {
		newline := bytes.IndexByte(header[at:], '\n')
		if newline < 0 {
			return len(header)
		}
		at += newline + 1
		if at == len(header) || header[at] != ' ' && header[at] != '\t' {
			return at
		}
	}
}

func (a arrival) forged(field []byte) bool {
	name, value := fieldParts(field)
	switch name {
	case "return-path":
		return true
	case "authentication-results":
		// Comments may stand before the name, so it is looked for, not read.
		id, _, _ := strings.Cut(value, ";")
		return strings.Contains(strings.ToLower(id), strings.ToLower(a.server))
	}
	return false
}

func fieldParts(field []byte) (name, value string) {
	n, v, ok := bytes.Cut(field, []byte(":"))
	if !ok {
		return "", ""
	}
	return strings.ToLower(strings.TrimSpace(string(n))), string(v)
}

// dmarc is the result for the From of a mail: pass when it is one address that
// belongs to whoever logged in.
func dmarc(fields [][]byte, owns func(from string) bool) string {
	var from []string
	for _, f := range fields {
		if name, value := fieldParts(f); name == "from" {
			from = append(from, value)
		}
	}
	if len(from) != 1 {
		return "dmarc=fail (not one From field)"
	}
	list, err := mail.ParseAddressList(strings.NewReplacer("\r", "", "\n", "").Replace(from[0]))
	if err != nil || len(list) != 1 {
		return "dmarc=fail (From is not one address)"
	}
	result := "fail"
	if owns(list[0].Address) {
		result = "pass"
	}
	return fmt.Sprintf("dmarc=%s header.from=%s", result, printable(ticketing.DomainOf(list[0].Address)))
}

// printable makes a word that can stand in a trace field.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' || strings.ContainsRune(`()<>;,"\`, r) {
			return '_'
		}
		return r
	}, s)
	if s == "" {
		return "unknown"
	}
	return s[:min(len(s), 255)]
}
