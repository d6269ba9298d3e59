package mail

import (
	"errors"
	"time"
)

// ErrCrashed wraps a fault of the parser, met with one particular mail. The
// mail is to be kept raw, and another mail may be parsed at once.
var ErrCrashed = errors.New("the mail parser crashed")

// ErrTimeLimit is returned when a mail took longer than Limits.Time.
var ErrTimeLimit = errors.New("the mail took too long to parse")

// Limits bounds what one mail may cost. A mail beyond a limit is still
// returned; what lies beyond is left out and named in Message.Problems.
type Limits struct {
	Depth       int           // multiparts inside each other
	Parts       int           // parts of all multiparts together
	HeaderBytes int           // one header block
	Fields      int           // fields of one header block
	LineBytes   int           // longest physical line before it is named a problem
	Decoded     int64         // decoded bytes of all parts together
	Text        int           // bytes of rendered text, and of rendered HTML
	Addresses   int           // addresses of one field
	References  int           // message ids kept from each end of one field; 0 means 50
	FileName    int           // bytes of a file name
	Time        time.Duration // for the whole mail; 0 means no limit
	// NoHTML leaves Message.HTML empty, for who does not show it.
	NoHTML bool
	// Charsets are tried in this order where a label is missing or wrong and
	// the bytes themselves do not tell. Names as in IANA's registry.
	Charsets []string
	// Charset is what a person says this mail is written in, whatever its labels
	// say (mail-rules §5.5). "" leaves it to the mail.
	Charset string
}

// DefaultLimits returns the limits of the mail rules: depth 16, 500 parts,
// header 256 KiB and 1,000 fields, line 1 MiB, decoded 200 MiB, text 2 MiB,
// 200 addresses, the first and the last 50 message ids, file name 200 bytes, 30 s.
func DefaultLimits() Limits {
	return Limits{
		Depth:       16,
		Parts:       500,
		HeaderBytes: 256 << 10,
		Fields:      1000,
		LineBytes:   1 << 20,
		Decoded:     200 << 20,
		Text:        2 << 20,
		Addresses:   200,
		References:  50,
		FileName:    200,
		Time:        30 * time.Second,
		Charsets:    []string{"windows-1252"},
	}
}
