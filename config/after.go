package config

import (
	"errors"
	"regexp"
	"strings"
)

// After is what becomes of a mail in its mailbox once it is in the ledger. The
// zero value leaves it as it is.
type After struct {
	Move    string // folder to move it to
	Keyword string // IMAP keyword to set (RFC 9051 §2.3.2)
}

const defaultKeyword = "deskd"

var keywordPattern = regexp.MustCompile(`^[A-Za-z$][A-Za-z0-9_.-]{0,63}$`)

// ParseAfter reads a mailbox's after setting: "keep", "move:FOLDER", "keyword"
// (the keyword is deskd) or "keyword:NAME".
func ParseAfter(s string) (After, error) {
	verb, arg, has := strings.Cut(s, ":")
	switch {
	case verb == "keep" && !has:
		return After{}, nil
	case verb == "move" && arg != "" && !strings.ContainsAny(arg, "\r\n\x00"):
		return After{Move: arg}, nil
	case verb == "move":
		return After{}, errors.New("names no folder to move to")
	case verb == "keyword" && !has:
		return After{Keyword: defaultKeyword}, nil
	case verb == "keyword" && keywordPattern.MatchString(arg):
		return After{Keyword: arg}, nil
	case verb == "keyword":
		return After{}, errors.New("names a keyword that servers may refuse")
	}
	return After{}, errors.New("is not known")
}
