package mail

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf16"

	"deskd/mail/charset"
)

// take reads n bytes, which the caller has limited.
func (t *tnefReader) take(n int64) ([]byte, error) {
	if n < 0 || n > t.end-t.off {
		return nil, errTNEF
	}
	b, err := readSome(t.r, n)
	t.off += int64(len(b))
	if err == nil && int64(len(b)) < n {
		err = errTNEF
	}
	return b, err
}

func (t *tnefReader) u32() (uint32, error) {
	b, err := t.take(4)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint32(b), nil
}

// skip passes over n bytes.
func (t *tnefReader) skip(n int64) error {
	if n < 0 || n > t.end-t.off {
		return errTNEF
	}
	done, err := io.CopyN(io.Discard, t.r, n)
	t.off += done
	if err == io.EOF {
		err = errTNEF
	}
	return err
}

// extentOf passes over n bytes and notes where they lie.
func (t *tnefReader) extentOf(e *extent, n int64) error {
	short := n > t.end-t.off
	n = max(0, min(n, t.end-t.off))
	digest := sha256.New()
	start := t.off
	done, err := io.CopyN(digest, t.r, n)
	t.off += done
	if err == io.EOF || err == nil && short {
		err = errTNEF
	}
	if e.size == 0 {
		*e = extent{start, done, digest.Sum(nil)}
	}
	return err
}

// decodeCodepage decodes a text that ends at its first NUL.
func decodeCodepage(b []byte, label string) string {
	text := string(b)
	if !charset.ASCII(b) {
		if decoded, err := charset.Decode(b, label); err == nil {
			text = decoded
		}
	}
	text, _, _ = strings.Cut(strings.ToValidUTF8(text, "\uFFFD"), "\x00")
	return text
}

// decodeUnicode decodes little-endian text that ends at its first NUL.
func decodeUnicode(b []byte) string {
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		u := binary.LittleEndian.Uint16(b[i:])
		if u == 0 {
			break
		}
		units = append(units, u)
	}
	return string(utf16.Decode(units))
}
