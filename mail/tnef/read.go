package tnef

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
)

// take reads n bytes, which the caller has limited.
func (t *reader) take(n int64) ([]byte, error) {
	if n < 0 || n > t.end-t.off {
		return nil, errDamaged
	}
	b, err := io.ReadAll(io.LimitReader(t.r, n))
	t.off += int64(len(b))
	if err == nil && int64(len(b)) < n {
		err = errDamaged
	}
	return b, err
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
	done, err := io.CopyN(io.Discard, t.r, n)
	t.off += done
	if err == io.EOF {
		err = errDamaged
	}
	return err
}

// extentOf passes over n bytes and notes where they lie.
func (t *reader) extentOf(e *Extent, n int64) error {
	short := n > t.end-t.off
	n = max(0, min(n, t.end-t.off))
	digest := sha256.New()
	start := t.off
	done, err := io.CopyN(digest, t.r, n)
	t.off += done
	if err == io.EOF || err == nil && short {
		err = errDamaged
	}
	if e.Size == 0 {
		*e = Extent{start, done, digest.Sum(nil)}
	}
	return err
}
