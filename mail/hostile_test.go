package mail

import (
	"encoding/base64"
	"encoding/binary"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"
)

// repeated is a piece of a mail that is made while it is read: a unit, again
// and again.
type repeated struct {
	unit  string
	count int64
}

// madeMail is a mail of any size that does not lie in memory.
type madeMail struct {
	pieces []repeated
	off    int64
}

func (m *madeMail) size() int64 {
	n := int64(0)
	for _, p := range m.pieces {
		n += int64(len(p.unit)) * p.count
	}
	return n
}

func (m *madeMail) Read(b []byte) (int, error) {
	at := m.off
	for _, p := range m.pieces {
		size := int64(len(p.unit)) * p.count
		if at >= size {
			at -= size
			continue
		}
		n := 0
		for n < len(b) && at < size {
			k := copy(b[n:], p.unit[at%int64(len(p.unit)):])
			n, at = n+k, at+int64(k)
		}
		m.off += int64(n)
		return n, nil
	}
	return 0, io.EOF
}

func (m *madeMail) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += m.off
	case io.SeekEnd:
		offset += m.size()
	}
	m.off = offset
	return offset, nil
}

// times makes about n bytes of a unit.
func times(unit string, n int64) repeated { return repeated{unit, n/int64(len(unit)) + 1} }

// inBase64 encodes pieces in lines of 57 bytes: units are made multiples of 57
// by repetition, heads by the filler, which must do no harm behind them.
func inBase64(pieces ...repeated) []repeated {
	var out []repeated
	for _, p := range pieces {
		unit, count := p.unit, p.count
		if count > 1 && len(unit)%57 != 0 {
			unit, count = strings.Repeat(unit, 57), count/57+1
		}
		var b strings.Builder
		for rest := unit; rest != ""; {
			n := min(57, len(rest))
			b.WriteString(base64.StdEncoding.EncodeToString([]byte(rest[:n])) + "\r\n")
			rest = rest[n:]
		}
		out = append(out, repeated{b.String(), count})
	}
	return out
}

// hostileMails are made to cost time or memory, about n bytes each.
func hostileMails(n int64) map[string][]repeated {
	const head = "From: a@example.com\r\nTo: b@example.com\r\nMIME-Version: 1.0\r\n"
	mail := func(fields string, pieces ...repeated) []repeated {
		return append([]repeated{{head + fields + "\r\n", 1}}, pieces...)
	}
	parts := func(kind, fields, unit string) []repeated {
		all := mail("Content-Type: multipart/" + kind + "; boundary=b0123456789\r\n")
		for i := range 499 {
			all = append(all, repeated{"--b0123456789\r\n" + fields + "\r\n" + strconv.Itoa(i) + "\r\n", 1}, times(unit, n/499))
		}
		return append(all, repeated{"--b0123456789--\r\n", 1})
	}
	winmail := func(pieces ...repeated) []repeated {
		stream := append([]repeated{{string(tnefStream()), 1}}, pieces...)
		return mail("Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n", inBase64(stream...)...)
	}
	const typeMany = 0x1000
	property := func(kind, id uint16) repeated { // a property of very many values
		b := []byte{1, byte(attMsgProps & 0xff), byte(attMsgProps >> 8), 0, 0}
		b = binary.LittleEndian.AppendUint32(b, uint32(n))
		b = binary.LittleEndian.AppendUint32(b, 1)
		b = binary.LittleEndian.AppendUint16(b, typeMany|kind)
		b = binary.LittleEndian.AppendUint16(b, id)
		return repeated{string(binary.LittleEndian.AppendUint32(b, 1<<31)), 1}
	}
	value := times("\x01\x00\x00\x00a\x00\x00\x00", n*3/4)
	long := strings.Repeat("a", int(min(n/600, 50<<10)))
	return map[string][]repeated{
		"versions":          parts("alternative", "Content-Type: text/plain\r\n", "a "),
		"unlabelled texts":  parts("mixed", "Content-Type: text/plain\r\n", "\xcf\xf0\xe8\xe2\xe5\xf2\r\n"),
		"unlabelled pages":  parts("mixed", "Content-Type: text/html\r\n", "<p>\xcf\xf0\xe8\xe2\xe5\xf2\r\n"),
		"long names":        parts("mixed", "Content-Type: text/plain; name=a\r\nContent-Disposition: inline; filename="+long+"\r\n", "x\r\n"),
		"delimiters":        mail("Content-Type: multipart/mixed; boundary=b\r\n", times("--b\r\n", n)),
		"empty lines":       mail("", times("\r\n", n)),
		"tags":              mail("Content-Type: text/html\r\n", times("<p><b>", n)),
		"uuencoded":         mail("", times("begin 644 x\r\n#0V%T\r\n`\r\nend\r\n", n)),
		"begin lines":       mail("", times("begin 644 x\r\n", n)),
		"properties":        winmail(property(typeUnicode, 0x0037), value),
		"bodies":            winmail(property(typeBinary, 0x1009), value),
		"attributes":        winmail(times(string(tnefAttribute(1, 0x1234, nil)), n*3/4)),
		"long introduction": mail("", times("2024年1月1日(月) 10:00 山田 <a@example.com>:\r\n", n)),
	}
}

// TestHostileMails: the bound is far above what they take, for slow machines;
// what is quadratic took longer.
func TestHostileMails(t *testing.T) {
	if raceDetector || testing.Short() {
		t.Skip("make test runs it beside, without the race detector")
	}
	for name, pieces := range hostileMails(16 << 20) {
		begin := time.Now()
		if _, err := Parse(&madeMail{pieces: pieces}, DefaultLimits()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(begin); took > 30*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}
