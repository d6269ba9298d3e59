package rtf

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"deskd/mail/charset"
)

// Limits of one RTF text.
const (
	maxDepth = 256      // groups in each other; deeper ones are passed over
	maxBytes = 64 << 20 // of RTF read, pictures and all
	maxWord  = 64       // letters and digits of a control word
)

// Text is what an RTF holds: text, or the HTML that a mail program put into
// it ([MS-OXRTFEX]).
type Text struct {
	Text string
	HTML bool
}

// group is the state that "{" saves and "}" restores.
type group struct {
	skip    bool // a destination that is no text
	hidden  bool // \htmlrtf: RTF that stands for HTML which is there too
	unicode int  // bytes that stand for a \u character (\uc)
	charset string
	fonts   bool // {\fonttbl
}

type parser struct {
	r       *bufio.Reader
	limit   int
	out     strings.Builder
	bytes   []byte // not yet decoded, in the charset of the group
	g       group
	stack   []group
	deep    int // groups beyond maxDepth
	star    bool
	ignore  int // bytes that \u made needless
	surr    rune
	font    string // being declared
	charset string // \ansicpg
	fonts   map[string]string
	html    bool
}

// Read makes text of an RTF, at most limit bytes. Of one that is cut off or
// damaged it gives what is there. Errors are those of r.
func Read(r io.Reader, limit int) (Text, error) {
	p := parser{r: bufio.NewReaderSize(io.LimitReader(r, maxBytes), 4096), limit: limit,
		charset: "windows-1252", fonts: map[string]string{}, g: group{unicode: 1}}
	for p.out.Len() < limit {
		c, err := p.r.ReadByte()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = p.next(c)
		}
		if err != nil && err != io.EOF {
			return Text{}, err
		}
	}
	p.flush()
	text := p.out.String()
	text = strings.ToValidUTF8(text[:min(len(text), limit)], "") // the cut may be inside a character
	return Text{Text: text, HTML: p.html}, nil
}

func (p *parser) next(c byte) error {
	switch c {
	case '{':
		p.open()
	case '}':
		p.close()
	case '\\':
		return p.control()
	case '\r', '\n', 0:
	default:
		p.byte(c)
	}
	return nil
}

func (p *parser) open() {
	p.flush()
	p.ignore = 0
	if len(p.stack) >= maxDepth {
		p.deep++
		return
	}
	p.stack = append(p.stack, p.g)
}

func (p *parser) close() {
	p.flush()
	p.ignore, p.star = 0, false
	if p.deep > 0 {
		p.deep--
	} else if n := len(p.stack); n > 0 {
		p.g, p.stack = p.stack[n-1], p.stack[:n-1]
	}
}

// visible says that text here is part of what the author wrote.
func (p *parser) visible() bool {
	return !p.g.skip && !p.g.fonts && p.deep == 0 && !(p.html && p.g.hidden)
}

func (p *parser) byte(c byte) {
	if p.ignore > 0 {
		p.ignore--
		return
	}
	if p.visible() && len(p.bytes) < p.limit {
		p.bytes = append(p.bytes, c)
	}
}

func (p *parser) write(s string) {
	p.flush()
	if p.visible() && p.out.Len() < p.limit {
		p.out.WriteString(s)
	}
}

// flush decodes the bytes gathered so far.
func (p *parser) flush() {
	if len(p.bytes) == 0 {
		return
	}
	label := p.g.charset
	if label == "" {
		label = p.charset
	}
	if text, err := charset.Decode(p.bytes, label); err == nil && !charset.ASCII(p.bytes) {
		p.out.WriteString(text)
	} else {
		p.out.Write(p.bytes)
	}
	p.bytes = p.bytes[:0]
}

// control reads what follows a backslash.
func (p *parser) control() error {
	c, err := p.r.ReadByte()
	if err != nil {
		return err
	}
	if !asciiLetter(c) {
		return p.symbol(c)
	}
	word := []byte{c}
	for {
		if c, err = p.r.ReadByte(); err != nil || !asciiLetter(c) || len(word) >= maxWord {
			break
		}
		word = append(word, c)
	}
	var digits []byte
	if err == nil && (c == '-' || '0' <= c && c <= '9') {
		digits = append(digits, c)
		for {
			if c, err = p.r.ReadByte(); err != nil || c < '0' || c > '9' || len(digits) >= maxWord {
				break
			}
			digits = append(digits, c)
		}
	}
	if err == nil && c != ' ' {
		err = p.r.UnreadByte()
	}
	number, numErr := strconv.Atoi(string(digits))
	if numErr != nil {
		number = 1
	}
	p.word(string(word), number, numErr == nil)
	return err
}

func asciiLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func (p *parser) symbol(c byte) error {
	switch c {
	case '\'':
		var hex [2]byte
		if n, err := io.ReadFull(p.r, hex[:]); n < len(hex) {
			if err == io.ErrUnexpectedEOF {
				err = io.EOF
			}
			return err
		}
		if c, err := strconv.ParseUint(string(hex[:]), 16, 8); err == nil {
			p.byte(byte(c))
		}
	case '*':
		p.star = true
	case '~':
		p.write("\u00a0")
	case '_':
		p.write("-")
	case '-':
	case '\r', '\n':
		p.write("\n")
	case '\\', '{', '}':
		p.byte(c)
	}
	return nil
}
