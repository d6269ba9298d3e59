package tnef

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"io"
)

// take reads n bytes, at most maxValue. They are valid until the next read.
func (t *reader) take(n int64) ([]byte, error) {
	if n < 0 || n > t.end-t.off || n > maxValue {
		return nil, errDamaged
	}
	done, err := io.ReadFull(t.r, t.buf[:n])
	t.off += int64(done)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = errDamaged
	}
	return t.buf[:done], err
}

func (t *reader) u32() (uint32, error) {
	b, err := t.take(4)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint32(b), nil
}

// skip passes over n bytes.
func (t *reader) skip(n int64) error {
	if n < 0 || n > t.end-t.off {
		return errDamaged
	}
	done, err := discard(t.r, n)
	t.off += done
	if err == io.EOF {
		err = errDamaged
	}
	return err
}

// discard passes over n bytes.
func discard(r *bufio.Reader, n int64) (done int64, err error) {
	for done < n && err == nil {
		var k int
		k, err = r.Discard(int(min(n-done, 1<<20)))
		done += int64(k)
	}
	return done, err
}

// extentOf passes over n bytes and notes where they lie.
func (t *reader) extentOf(e *Extent, n int64) error {
	short := n > t.end-t.off
	n = max(0, min(n, t.end-t.off))
	if e.Size > 0 { // known already
		err := t.skip(n)
		if err == nil && short {
			err = errDamaged
		}
		return err
	}
	digest := sha256.New()
	start := t.off
	done, err := io.CopyN(digest, t.r, n)
	t.off += done
	if err == io.EOF || err == nil && short {
		err = errDamaged
	}
	*e = Extent{start, done, digest.Sum(nil)}
	return err
}
