package ticketing

import (
	"encoding/base32"
	"strings"
)

// crockford is Crockford's base32 alphabet in lower case: without i, l, o and
// u, so that it survives being read aloud, and mail programs that change case.
const crockford = "0123456789abcdefghjkmnpqrstvwxyz"

// crockfordEncoding is a constant in all but name.
var crockfordEncoding = base32.NewEncoding(crockford).WithPadding(base32.NoPadding)

func encodeBase32(b []byte) string { return crockfordEncoding.EncodeToString(b) }

// normalizeBase32 undoes what people and mail programs do to a token: upper
// case, o for 0, i and l for 1.
func normalizeBase32(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case 'o':
			return '0'
		case 'i', 'l':
			return '1'
		}
		return r
	}, strings.ToLower(s))
}

// encodeNumber writes n in at least width characters.
func encodeNumber(n int64, width int) string {
	var b [13]byte
	i := len(b)
	for u := uint64(n); u > 0 || len(b)-i < width; u >>= 5 {
		i--
		b[i] = crockford[u&31]
	}
	return string(b[i:])
}

// decodeNumber reads what encodeNumber wrote; ok is false for other text and
// for numbers past 2^62.
func decodeNumber(s string) (n int64, ok bool) {
	if s == "" || len(s) > 12 {
		return 0, false
	}
	for i := range len(s) {
		v := strings.IndexByte(crockford, s[i])
		if v < 0 {
			return 0, false
		}
		n = n<<5 | int64(v)
	}
	return n, true
}
