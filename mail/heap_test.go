package mail

import (
	"bytes"
	"encoding/base64"
	"io"
	"maps"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"
	"time"
)

// heapOf is the most memory that parsing held at any time, in bytes: what was
// still in use at the end of a collection, however late that came on a busy machine.
func heapOf(t *testing.T, m io.ReadSeeker) int64 {
	t.Helper()
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	used := func() int64 {
		metrics.Read(sample)
		return int64(sample[0].Value.Uint64())
	}
	runtime.GC()
	base, most := used(), int64(0)
	stop, stopped := make(chan bool), make(chan bool)
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				most = max(most, used()-base)
			}
		}
	}()
	l := DefaultLimits()
	l.NoHTML = true
	if _, err := Parse(m, l); err != nil {
		t.Error(err)
	}
	close(stop)
	<-stopped
	return most
}

// bigMails are of the largest size that is taken in, of what ordinary ones are
// made of, those of many small pieces a little smaller: they take long to make.
func bigMails() map[string]io.ReadSeeker {
	const size, pieces = 50 << 20, 12 << 20
	line := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{'x'}, 57)) + "\r\n"
	head := "From: a@example.com\r\nSubject: big\r\nMIME-Version: 1.0\r\n"
	of := func(n int64, head, line string) io.ReadSeeker {
		return &madeMail{pieces: []repeated{{head, 1}, {line, n / int64(len(line))}}}
	}
	return map[string]io.ReadSeeker{
		"attachment": bigMail(size / 78),
		"text":       of(size, head+"Content-Type: text/plain\r\n\r\n", "A line of text.\r\n"),
		"quoted":     of(size, head+"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", "A l=C3=A4ne=\r\n"),
		"HTML":       of(size, head+"Content-Type: text/html\r\n\r\n", "<p>A <b>line</b> of text.</p>\r\n"),
		"one line":   of(size, head+"Content-Type: text/plain\r\n\r\n", strings.Repeat("word ", 100)),
		"base64":     of(size, head+"Content-Type: text/html; charset=shift_jis\r\nContent-Transfer-Encoding: base64\r\n\r\n", line),
		"parts":      of(pieces, head+"Content-Type: multipart/mixed; boundary=x\r\n\r\n", "--x\r\nContent-Type: application/zip\r\n\r\nPK\r\n"),
		"header":     of(pieces, head, "X-Field: value\r\n"),
		"nested":     of(pieces, head+"Content-Type: message/rfc822\r\n\r\n"+head+"Content-Type: text/plain\r\n\r\n", "A line.\r\n"),
		"report":     of(pieces, head+"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n", "Final-Recipient: rfc822; a@example.com\r\n\r\n"),
	}
}

// A mail of the largest size that is taken in costs little memory, whatever it is
// made of; a hostile one somewhat more. The collector runs often here: what is
// held is counted, not what a lazy one leaves.
func TestHeapOf50MiB(t *testing.T) {
	if raceDetector || testing.Short() {
		t.Skip("make test runs it beside, without the race detector")
	}
	const most, mostHostile = 16 << 20, 32 << 20
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	limits := map[string]int64{}
	mails := bigMails()
	for name := range mails {
		limits[name] = most
	}
	for name, pieces := range hostileMails(16 << 20) {
		name = "hostile " + name
		mails[name], limits[name] = &madeMail{pieces: pieces}, mostHostile
	}
	for name := range maps.Keys(mails) {
		t.Run(name, func(t *testing.T) {
			grown := heapOf(t, mails[name])
			t.Logf("the heap grew by %d KiB", grown>>10)
			if grown > limits[name] {
				t.Errorf("that is more than %d", limits[name]>>10)
			}
		})
	}
}
