package storagetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"deskd/ticketing"
)

const mebibyte = 1 << 20

// mailOf makes a mail of so many bytes: half of it hard to compress.
func mailOf(size int, seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, size)
	for i := range b {
		if b[i] = 'x'; i%2 == 0 {
			b[i] = byte(r.Uint32())
		}
	}
	return b
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// arrival is a mail in INBOX of mailbox 1 under UIDVALIDITY 1.
func arrival(uid uint32, raw []byte) ticketing.Arrival {
	return ticketing.Arrival{
		MailboxID: 1, Source: ticketing.SourceInbox, Folder: "INBOX", UIDValidity: 1, UID: uid, ReceivedAt: at(int(uid)),
		MessageID: "", Size: int64(len(raw)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil },
	}
}

// rawMails: byte for byte, whatever the size, read from any place.
func rawMails(t *testing.T, d desk) {
	for _, size := range []int{0, 1, 5000, mebibyte - 1, mebibyte, mebibyte + 1, 5*mebibyte + 17} {
		raw := mailOf(size, uint64(size))
		for range 2 { // the second time it is there
			_, err := d.IngestMails(t.Context(), []ticketing.Arrival{{MailboxID: 1, Source: ticketing.SourceIngest, Open: arrival(0, raw).Open}})
			ok(t, err)
		}
		r, err := d.OpenRaw(t.Context(), digest(raw))
		ok(t, err)
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, raw) {
			t.Fatalf("size %d: %d bytes came back, %v", size, len(got), err)
		}
		_, err = r.Seek(0, io.SeekStart)
		ok(t, err)
		if size <= mebibyte+1 { // reads and seeks everywhere, forth and back
			if err := iotest.TestReader(r, raw); err != nil {
				t.Errorf("size %d: %v", size, err)
			}
		}
		jump(t, r, raw)
		ok(t, r.Close())
		if _, err := r.Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("size %d: reading after Close: %v", size, err)
		}
	}
	if _, err := d.OpenRaw(t.Context(), "none"); !errors.Is(err, ticketing.ErrNotFound) {
		t.Errorf("a mail that is not there: %v", err)
	}
	changing(t, d)
	oneBadMail(t, d)
}

// jump reads around the borders of pieces.
func jump(t *testing.T, r io.ReadSeeker, raw []byte) {
	t.Helper()
	for _, offset := range []int64{3 * mebibyte, mebibyte - 2, 2*mebibyte - 2, 0, int64(len(raw)) - 1, mebibyte, int64(len(raw)) + 5} {
		if offset < 0 {
			continue
		}
		_, err := r.Seek(offset, io.SeekStart)
		ok(t, err)
		got := make([]byte, 4)
		n, err := io.ReadFull(r, got)
		want := raw[min(offset, int64(len(raw))):min(offset+4, int64(len(raw)))]
		if !bytes.Equal(got[:n], want) {
			t.Errorf("size %d: at %d: %x, %v; want %x", len(raw), offset, got[:n], err, want)
		}
	}
	if _, err := r.Seek(-1, io.SeekStart); err == nil {
		t.Error("a seek before the start")
	}
}

// changing: a mail that is not the same when it is read again is refused.
func changing(t *testing.T, d desk) {
	seed := uint64(100)
	a := ticketing.Arrival{MailboxID: 1, Source: ticketing.SourceIngest, Open: func() (io.ReadCloser, error) {
		seed++
		return io.NopCloser(bytes.NewReader(mailOf(2*mebibyte, seed))), nil
	}}
	if _, err := d.IngestMails(t.Context(), []ticketing.Arrival{a}); err == nil {
		t.Error("a mail that changed was stored")
	}
}

// oneBadMail: a mail that cannot be read to its end stores nothing, also not
// its neighbours.
func oneBadMail(t *testing.T, d desk) {
	good := mailOf(100, 200)
	bad := arrival(0, nil)
	bad.Open = func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(bytes.NewReader(good), iotest.ErrReader(errStop))), nil
	}
	if _, err := d.IngestMails(t.Context(), []ticketing.Arrival{arrival(0, good), bad}); !errors.Is(err, errStop) {
		t.Errorf("a mail that cannot be read: %v", err)
	}
	if _, err := d.OpenRaw(t.Context(), digest(good)); !errors.Is(err, ticketing.ErrNotFound) {
		t.Errorf("its neighbour was stored: %v", err)
	}
}
