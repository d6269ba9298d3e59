package mail

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf16"
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

// codepageName gives the charset of a Windows code page.
func codepageName(page uint32) string {
	switch page {
	case 932:
		return "shift_jis"
	case 936:
		return "gb18030"
	case 949:
		return "euc-kr"
	case 950:
		return "big5"
	case 10000:
		return "macintosh"
	case 20127, 1252, 850, 437, 0:
		return "windows-1252"
	case 20866:
		return "koi8-r"
	case 21866:
		return "koi8-u"
	case 50220, 50221, 50222:
		return "iso-2022-jp"
	case 51932, 20932:
		return "euc-jp"
	case 51949:
		return "euc-kr"
	case 54936, 52936:
		return "gb18030"
	case 65000:
		return "us-ascii"
	case 65001:
		return "utf-8"
	case 866:
		return "ibm866"
	case 874:
		return "windows-874"
	}
	switch {
	case page >= 1250 && page <= 1258:
		return "windows-125" + string(rune('0'+page-1250))
	case page >= 28591 && page <= 28599:
		return "iso-8859-" + string(rune('0'+page-28590))
	case page == 28603:
		return "iso-8859-13"
	case page == 28605:
		return "iso-8859-15"
	}
	return "windows-1252"
}

// decodeCodepage decodes a text that ends at its first NUL.
func decodeCodepage(b []byte, label string) string {
	text := string(b)
	if !ascii(b) {
		if decoded, err := decodeLabel(b, label); err == nil {
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
