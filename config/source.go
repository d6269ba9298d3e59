package config

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// source is a configuration file and where each key stands in it.
type source struct {
	name  string
	lines map[string]int // first line of each key and table, by numbered path
	keys  []entry        // in order of the file, keys of inline tables included
	spans []span         // in order of the file
	// broken are keys whose value could not be read: what follows from their
	// absence is no fault of its own.
	broken map[string]bool
}

// entry is one key = value.
type entry struct {
	path   string // numbered: mailbox[1].imap
	line   int
	column int
	number bool // the value is a number or begins a list of numbers
}

// span is a top-level expression: the lines it may take up, [from, to).
type span struct {
	path     string
	from, to int
}

// index reads where everything stands. Syntax errors and keys given twice are
// faults.
func index(name string, data []byte) (*source, Faults) {
	s := &source{name: name, lines: map[string]int{}, broken: map[string]bool{}}
	var faults Faults
	var p unstable.Parser
	p.Reset(data)
	prefix, counts, all := "", map[string]int{}, known()
	for p.NextExpression() {
		e := p.Expression()
		line := keyStart(&p, e).Line
		if n := len(s.spans); n > 0 {
			s.spans[n-1].to = line
		}
		if e.Kind != unstable.KeyValue {
			faults = append(faults, brackets(name, line, dotted(e), e.Kind, all)...)
		}
		switch e.Kind {
		case unstable.ArrayTable:
			path := dotted(e)
			counts[path]++
			prefix = fmt.Sprintf("%s[%d]", path, counts[path])
			s.lines[prefix] = line
		case unstable.Table:
			prefix = numbered(dotted(e), counts)
			if first, again := s.lines[prefix]; again {
				faults = append(faults, s.twice(prefix, line, first))
			} else {
				s.lines[prefix] = line
			}
		case unstable.KeyValue:
			faults = append(faults, s.add(&p, prefix, e)...)
			s.spans = append(s.spans, span{join(prefix, dotted(e)), line, line + 1})
			continue
		}
		s.spans = append(s.spans, span{prefix, line, line + 1})
	}
	if n := len(s.spans); n > 0 {
		s.spans[n-1].to = bytes.Count(data, []byte("\n")) + 2
	}
	return s, append(faults, syntax(name, data, p.Error())...)
}

// brackets is the fault of [mailbox] for [[mailbox]] and the reverse. The
// decoder would read the keys below such a header into the wrong place.
func brackets(name string, line int, path string, kind unstable.Kind, all map[string]reflect.Type) Faults {
	t, ok := all[path]
	switch {
	case !ok:
		return nil
	case t.Kind() == reflect.Slice && kind == unstable.Table:
		return Faults{{name, line, path, "there may be several of these", "write [[" + path + "]]"}}
	case t.Kind() != reflect.Slice && kind == unstable.ArrayTable:
		return Faults{{name, line, path, "there is only one of these", "write [" + path + "]"}}
	}
	return nil
}

// add notes a key = value, and those inside when the value is an inline table.
func (s *source) add(p *unstable.Parser, prefix string, e *unstable.Node) Faults {
	path, line := join(prefix, dotted(e)), keyStart(p, e).Line
	if first, again := s.lines[path]; again {
		return Faults{s.twice(path, line, first)}
	}
	s.lines[path] = line
	v := e.Value()
	s.keys = append(s.keys, entry{path, line, keyStart(p, e).Column, hasNumber(v)})
	var faults Faults
	if v.Kind == unstable.InlineTable {
		for it := v.Children(); it.Next(); {
			if n := it.Node(); n.Kind == unstable.KeyValue {
				faults = append(faults, s.add(p, path, n)...)
			}
		}
	}
	return faults
}

// hasNumber says whether a value is a number or a list with one.
func hasNumber(v *unstable.Node) bool {
	if v.Kind == unstable.Array {
		for it := v.Children(); it.Next(); {
			if hasNumber(it.Node()) {
				return true
			}
		}
	}
	return v.Kind == unstable.Integer || v.Kind == unstable.Float
}

func (s *source) twice(path string, line, first int) Fault {
	return Fault{s.name, line, path, fmt.Sprintf("given twice, first in line %d", first), "remove one of them"}
}

// syntax is the fault of a file that is not TOML.
func syntax(name string, data []byte, err error) Faults {
	if err == nil {
		return nil
	}
	f := Fault{File: name, Problem: "not valid TOML: " + err.Error(), Remedy: "put this line right; nothing after it was looked at"}
	var any map[string]any
	var at *toml.DecodeError
	if errors.As(toml.Unmarshal(data, &any), &at) {
		f.Line, _ = at.Position()
		f.Problem = "not valid TOML: " + strings.TrimPrefix(at.Error(), "toml: ")
	}
	return Faults{f}
}

// keyStart is where an expression's key begins.
func keyStart(p *unstable.Parser, e *unstable.Node) unstable.Position {
	it := e.Key()
	if !it.Next() {
		return unstable.Position{}
	}
	return p.Shape(it.Node().Raw).Start
}

// dotted is the key of an expression with its parts joined by dots.
func dotted(e *unstable.Node) string {
	var parts []string
	for it := e.Key(); it.Next(); {
		parts = append(parts, string(it.Node().Data))
	}
	return strings.Join(parts, ".")
}

// numbered turns mailbox.smtp into mailbox[2].smtp when the second [[mailbox]]
// is the last one so far.
func numbered(path string, counts map[string]int) string {
	head, tail, found := strings.Cut(path, ".")
	if n := counts[head]; n > 0 && found {
		return fmt.Sprintf("%s[%d].%s", head, n, tail)
	}
	return path
}

func join(prefix, key string) string {
	if prefix == "" {
		return key
	}
	return prefix + "." + key
}

// line is where a key stands; for a key that is missing, where its table
// begins; 0 if that is missing too.
func (s *source) line(path string) int {
	for {
		if n, ok := s.lines[path]; ok {
			return n
		}
		i := strings.LastIndexByte(path, '.')
		if i < 0 {
			return 0
		}
		path = path[:i]
	}
}

// given says whether a setting stands in the file, or one of a table.
func (s *source) given(path string) bool {
	return slices.ContainsFunc(s.keys, func(k entry) bool { return k.path == path || strings.HasPrefix(k.path, path+".") })
}

// spanAt is the expression that covers a line.
func (s *source) spanAt(line int) (span, bool) {
	for i := len(s.spans) - 1; i >= 0; i-- {
		if s.spans[i].from <= line {
			return s.spans[i], true
		}
	}
	return span{}, false
}

// blank takes an expression out of data but leaves all others in their lines.
func blank(data []byte, sp span) []byte {
	lines := bytes.SplitAfter(data, []byte("\n"))
	var out bytes.Buffer
	for i, l := range lines {
		if i+1 >= sp.from && i+1 < sp.to {
			if bytes.HasSuffix(l, []byte("\n")) {
				out.WriteByte('\n')
			}
			continue
		}
		out.Write(l)
	}
	return out.Bytes()
}
