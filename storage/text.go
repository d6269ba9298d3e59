package storage

import (
	"strings"
	"unicode/utf8"
)

// cleaned makes texts among arguments storable on both engines: PostgreSQL
// refuses bytes that are not UTF-8, and NUL. A bad byte becomes U+FFFD.
func cleaned(args []any) []any {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = cleanText(s)
		}
	}
	return args
}

func cleanText(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
