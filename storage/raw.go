package storage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"deskd/ticketing"
)

const (
	// chunkSize is how much of a raw mail one row holds, before compression.
	chunkSize = 1 << 20
	// packedBudget is how much compressed mail a group keeps in memory. Mails
	// beyond it are read a second time while they are written.
	packedBudget = 8 << 20
)

// pack is a raw mail on its way into the database: its digest is known before
// the transaction begins, so that a mail stored before costs one look-up, and
// the transaction does no more than it must.
//
// A mail of one piece is read once and kept compressed. A longer one is read
// twice: for its digest, and, if it is new, piece by piece while it is
// written. The other way, writing under a provisional row and hashing on the
// way, would read it once but write every copy of a large mail to throw it
// away again.
type pack struct {
	sha256 string
	size   int64
	piece  []byte // the compressed bytes, if size is at most chunkSize and memory allowed
	open   func() (io.ReadCloser, error)
}

// packer packs a group.
type packer struct {
	store *Store
	buf   []byte
	spent int
}

func (s *Store) newPacker() *packer {
	return &packer{store: s, buf: make([]byte, 0, 64<<10)}
}

// pack reads a mail for the first time.
func (p *packer) pack(open func() (io.ReadCloser, error)) (pack, error) {
	r, err := open()
	if err != nil {
		return pack{}, fmt.Errorf("open mail: %w", err)
	}
	defer r.Close()
	first := bytes.NewBuffer(p.buf[:0])
	n, err := io.CopyN(first, r, chunkSize)
	p.buf = first.Bytes()
	if err != nil && !errors.Is(err, io.EOF) {
		return pack{}, fmt.Errorf("read mail: %w", err)
	}
	digest := sha256.New()
	digest.Write(first.Bytes())
	rest, err := io.Copy(digest, r)
	if err != nil {
		return pack{}, fmt.Errorf("read mail: %w", err)
	}
	m := pack{sha256: hex.EncodeToString(digest.Sum(nil)), size: n + rest, open: open}
	if rest == 0 && n > 0 && p.spent < packedBudget {
		m.piece = p.store.zip.EncodeAll(first.Bytes(), nil)
		p.spent += len(m.piece)
	}
	return m, nil
}

// insertRaw stores a mail's bytes, once for each content.
func (x *session) insertRaw(m pack) (id int64, err error) {
	const find = "SELECT id FROM raw WHERE sha256 = ?"
	id, err = x.insert("INSERT INTO raw (sha256, size) VALUES (?, ?) ON CONFLICT (sha256) DO NOTHING",
		m.sha256, m.size)
	if errors.Is(err, ticketing.ErrNotFound) {
		id, err = one(x, plain[int64], find, m.sha256)
		return id, wrap(err, "find raw mail %s", m.sha256)
	}
	if err != nil {
		return 0, wrap(err, "add raw mail %s", m.sha256)
	}
	if m.piece != nil {
		return id, x.insertChunk(id, 0, m.piece)
	}
	return id, wrap(x.insertChunks(id, m), "add raw mail %s", m.sha256)
}

// insertChunks reads a mail for the second time. It must be the same bytes.
func (x *session) insertChunks(id int64, m pack) error {
	r, err := m.open()
	if err != nil {
		return fmt.Errorf("open mail: %w", err)
	}
	defer r.Close()
	digest := sha256.New()
	piece := make([]byte, min(chunkSize, m.size))
	var packed []byte
	for position := 0; ; position++ {
		n, err := io.ReadFull(io.TeeReader(r, digest), piece)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("read mail: %w", err)
		}
		if n == 0 {
			break
		}
		packed = x.store.zip.EncodeAll(piece[:n], packed[:0])
		if err := x.insertChunk(id, position, packed); err != nil {
			return err
		}
	}
	if hex.EncodeToString(digest.Sum(nil)) != m.sha256 {
		return errors.New("the mail changed while it was stored")
	}
	return nil
}

func (x *session) insertChunk(id int64, position int, packed []byte) error {
	_, err := x.exec("INSERT INTO raw_chunk (raw_id, position, data) VALUES (?, ?, ?)", id, position, packed)
	return wrap(err, "add piece %d of a raw mail", position)
}

// OpenRaw implements [ticketing.Queue] and [ticketing.Outbox]. The reader
// holds one piece of 1 MiB and no connection; its reads end with ctx. It is
// for one goroutine.
func (s *Store) OpenRaw(ctx context.Context, sha256 string) (io.ReadSeekCloser, error) {
	r := &rawReader{ctx: ctx, store: s, held: -1}
	var first []byte
	err := s.view(ctx, func(x *session) (err error) {
		r.id, err = one(x, func(row scanner) (id int64, err error) {
			err = row.Scan(&id, &r.size, &first)
			return id, err
		}, `SELECT r.id, r.size, c.data FROM raw r LEFT JOIN raw_chunk c ON c.raw_id = r.id AND c.position = 0
			WHERE r.sha256 = ?`, sha256)
		return err
	})
	if err == nil && first != nil {
		err = r.unpack(0, first) // the whole of nearly all mails, for one question
	}
	if err != nil {
		return nil, wrap(err, "open raw mail %s", sha256)
	}
	return r, nil
}

// rawReader reads a stored mail.
type rawReader struct {
	ctx    context.Context
	store  *Store
	id     int64
	size   int64
	offset int64
	held   int64  // position of the piece in memory, -1 if none
	piece  []byte // its bytes
}

var errRawClosed = errors.New("raw mail: already closed")

// Read implements [io.Reader].
func (r *rawReader) Read(b []byte) (int, error) {
	if r.store == nil {
		return 0, errRawClosed
	}
	if r.offset >= r.size {
		return 0, io.EOF
	}
	if len(b) == 0 {
		return 0, nil
	}
	if at := r.offset / chunkSize; at != r.held {
		if err := r.load(at); err != nil {
			return 0, err
		}
	}
	n := copy(b, r.piece[r.offset%chunkSize:])
	r.offset += int64(n)
	return n, nil
}

func (r *rawReader) load(at int64) error {
	var packed []byte
	err := r.store.view(r.ctx, func(x *session) (err error) {
		packed, err = one(x, plain[[]byte], "SELECT data FROM raw_chunk WHERE raw_id = ? AND position = ?", r.id, at)
		return err
	})
	if err != nil {
		return wrap(err, "read piece %d of raw mail %d", at, r.id)
	}
	return r.unpack(at, packed)
}

func (r *rawReader) unpack(at int64, packed []byte) error {
	r.held = -1
	piece, err := r.store.unzip.DecodeAll(packed, r.piece[:0])
	if err != nil {
		return &fault{ErrDamaged, fmt.Errorf("piece %d of raw mail %d: %w", at, r.id, err)}
	}
	if want := min(chunkSize, r.size-at*chunkSize); int64(len(piece)) != want {
		return &fault{ErrDamaged, fmt.Errorf("piece %d of raw mail %d has %d bytes, want %d", at, r.id, len(piece), want)}
	}
	r.held, r.piece = at, piece
	return nil
}

// Seek implements [io.Seeker].
func (r *rawReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.offset
	case io.SeekEnd:
		offset += r.size
	case io.SeekStart:
	default:
		return 0, fmt.Errorf("raw mail: seek from %d", whence)
	}
	if offset < 0 {
		return 0, errors.New("raw mail: seek before the start")
	}
	r.offset = offset
	return offset, nil
}

// Close implements [io.Closer].
func (r *rawReader) Close() error {
	r.store, r.piece = nil, nil
	return nil
}
