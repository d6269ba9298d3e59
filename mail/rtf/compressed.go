package rtf

import (
	"bufio"
	"encoding/binary"
	"io"
)

// dictionary is what the dictionary begins with ([MS-OXRTFCP] §2.1.2.1).
const dictionary = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` +
	"\r\n" + `\par \pard\plain\f0\fs20\b\i\u\tab\tx`

// decompressor undoes the compression on the fly, with a window of 4 KiB. It
// ends where the data or their length does.
type decompressor struct {
	r     *bufio.Reader
	plain bool // not compressed
	left  int64
	dict  [4096]byte
	at    int // where the next byte goes
	flags byte
	runs  int // of flags
	out   []byte
	done  bool
}

// Decompress undoes the compression of RTF in mails of Outlook ([MS-OXRTFCP])
// on the fly. What is no compressed RTF is empty. Errors are those of r.
func Decompress(r io.Reader) (io.Reader, error) {
	z := &decompressor{r: bufio.NewReaderSize(r, 4096)}
	head, err := io.ReadAll(io.LimitReader(z.r, 16))
	if err != nil {
		return nil, err
	}
	if len(head) < 16 {
		z.done = true
		return z, nil
	}
	z.left = int64(binary.LittleEndian.Uint32(head[4:]))
	switch string(head[8:12]) {
	case "LZFu":
		z.at = copy(z.dict[:], dictionary)
	case "MELA":
		z.plain = true
	default:
		z.done = true
	}
	return z, nil
}

func (z *decompressor) Read(p []byte) (int, error) {
	for len(z.out) == 0 {
		if z.done || z.left <= 0 {
			return 0, io.EOF
		}
		if err := z.step(); err == io.EOF {
			z.done = true
		} else if err != nil {
			return 0, err
		}
		if int64(len(z.out)) > z.left {
			z.out = z.out[:z.left]
		}
		z.left -= int64(len(z.out))
	}
	n := copy(p, z.out)
	z.out = z.out[n:]
	return n, nil
}

// step decodes one literal or one reference.
func (z *decompressor) step() error {
	z.out = z.out[:0]
	if z.runs == 0 && !z.plain {
		flags, err := z.r.ReadByte()
		if err != nil {
			return err
		}
		z.flags, z.runs = flags, 8
	}
	c, err := z.r.ReadByte()
	if err != nil {
		return err
	}
	literal := z.plain || z.flags&1 == 0
	z.flags >>= 1
	z.runs = max(0, z.runs-1)
	if literal {
		z.put(c)
		return nil
	}
	low, err := z.r.ReadByte()
	if err != nil {
		return err
	}
	from, n := int(c)<<4|int(low)>>4, int(low&15)+2
	if from == z.at { // the mark of the end
		return io.EOF
	}
	for i := range n {
		z.put(z.dict[(from+i)&4095])
	}
	return nil
}

func (z *decompressor) put(c byte) {
	z.out = append(z.out, c)
	z.dict[z.at] = c
	z.at = (z.at + 1) & 4095
}
