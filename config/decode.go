package config

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// decode reads data over the defaults. It goes on after a value of the wrong
// type, so that all of them are reported.
func decode(src *source, data []byte) (Config, Faults) {
	faults := src.unitless()
	for {
		c := Default()
		dec := toml.NewDecoder(bytes.NewReader(data))
		dec.DisallowUnknownFields()
		err := dec.Decode(&c)
		c.source = src
		var strict *toml.StrictMissingError
		if err == nil || errors.As(err, &strict) {
			return c, append(faults, src.unknown()...)
		}
		var at *toml.DecodeError
		if !errors.As(err, &at) {
			return c, append(faults, Fault{File: src.name, Problem: "cannot be read: " + err.Error(), Remedy: "compare it with the file that deskd init writes"})
		}
		line, _ := at.Position()
		sp, ok := src.spanAt(line)
		if !ok || src.broken[sp.path] {
			return c, append(faults, Fault{File: src.name, Line: line, Problem: "cannot be read: " + strings.TrimPrefix(at.Error(), "toml: "), Remedy: "compare it with the file that deskd init writes"})
		}
		faults = append(faults, src.mistyped(sp, at))
		src.broken[sp.path] = true
		data = blank(data, sp)
	}
}

// unitless reports durations, sizes and shares given as bare numbers, which the
// decoder would take for nanoseconds, bytes and percent.
func (s *source) unitless() Faults {
	var faults Faults
	all := known()
	for _, k := range s.keys {
		switch t := all[unnumber(k.path)]; t {
		case reflect.TypeFor[Duration](), reflect.TypeFor[[]Duration](), reflect.TypeFor[Size](), reflect.TypeFor[Percent]():
			if k.number {
				faults = append(faults, Fault{s.name, k.line, k.path, wrongType, "write " + form(t)})
				s.broken[k.path] = true
			}
		}
	}
	return faults
}

// wrongType is the problem of every value that does not fit its key.
const wrongType = "has the wrong type"

// mistyped is the fault of a value that does not fit its key.
func (s *source) mistyped(sp span, at *toml.DecodeError) Fault {
	path := sp.path
	line, column := at.Position()
	for _, k := range s.keys { // the last key before the value is inside an inline table, perhaps
		if strings.HasPrefix(k.path, sp.path+".") && (k.line < line || k.line == line && k.column < column) {
			path = k.path
		}
	}
	f := Fault{File: s.name, Line: s.line(path), Key: path, Problem: wrongType}
	if t, ok := known()[unnumber(path)]; ok {
		f.Remedy = "write " + form(t)
	}
	return f
}

// form says how a value of a type is written.
func form(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[Duration]():
		return `a duration such as "90s", "5m", "1h30m" or "30d", in quotes`
	case reflect.TypeFor[[]Duration]():
		return `a list of durations such as ["1m", "5m"]`
	case reflect.TypeFor[Percent]():
		return `a share such as "75%", in quotes`
	case reflect.TypeFor[Size]():
		return `a size such as "256 KiB" or "50 MiB", in quotes`
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false, without quotes"
	case reflect.Int:
		return "a whole number, without quotes"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Struct {
			return "a table for each, such as [[mailbox]]"
		}
		return `a list of texts such as ["a", "b"]`
	case reflect.Struct, reflect.Pointer:
		return "a table of keys"
	}
	return "a text in quotes"
}

// unknown reports every key that Config does not have.
func (s *source) unknown() Faults {
	var faults Faults
	all := known()
	for _, path := range s.tables() {
		if _, ok := all[unnumber(path)]; !ok {
			faults = append(faults, s.unknownFault(path, s.lines[path], all))
		}
	}
	for _, k := range s.keys {
		if _, ok := all[unnumber(k.path)]; ok {
			continue
		}
		parent := unnumber(parentOf(k.path))
		if _, ok := all[parent]; ok || parent == "" { // else its table has been reported
			faults = append(faults, s.unknownFault(k.path, k.line, all))
		}
	}
	return faults
}

// tables lists the tables of the file.
func (s *source) tables() []string {
	var paths []string
	for path := range s.lines {
		if !slices.ContainsFunc(s.keys, func(k entry) bool { return k.path == path }) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

func (s *source) unknownFault(path string, line int, all map[string]reflect.Type) Fault {
	f := Fault{File: s.name, Line: line, Key: path, Problem: "no such setting"}
	if best := nearest(unnumber(path), all); best != "" {
		f.Remedy = "did you mean " + best + "?"
	} else {
		f.Remedy = "remove it; the file that deskd init writes explains every setting"
	}
	return f
}

var numbers = regexp.MustCompile(`\[[0-9]+\]`)

func unnumber(path string) string { return numbers.ReplaceAllString(path, "") }

func parentOf(path string) string {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return ""
	}
	return path[:i]
}

// known gives the type of every key and table of Config by its path.
func known() map[string]reflect.Type {
	all := map[string]reflect.Type{}
	collect(all, "", reflect.TypeFor[Config]())
	return all
}

func collect(all map[string]reflect.Type, prefix string, t reflect.Type) {
	for _, f := range reflect.VisibleFields(t) {
		tag := f.Tag.Get("toml")
		if tag == "" { // unexported, or embedded: its fields are visible themselves
			continue
		}
		path := join(prefix, tag)
		all[path] = f.Type
		inner := f.Type
		if k := inner.Kind(); k == reflect.Slice || k == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct {
			collect(all, path, inner)
		}
	}
}

// nearest is the known key that was most likely meant, or "". A key of the same
// name in another table counts as near: that is the commonest mistake.
func nearest(path string, all map[string]reflect.Type) string {
	if len(path) > 100 {
		return ""
	}
	name := path[strings.LastIndexByte(path, '.')+1:]
	best, least := "", len(name)/3+2
	for _, candidate := range sortedKeys(all) {
		d := distance(path, candidate)
		if candidate[strings.LastIndexByte(candidate, '.')+1:] == name {
			d = min(d, 1)
		}
		if d < least {
			best, least = candidate, d
		}
	}
	return best
}

func sortedKeys(m map[string]reflect.Type) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// distance is the number of letters to insert, remove, replace or swap with
// their neighbour to turn a into b.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

// faultAt makes a fault of a key of c, with the line if it is known, or with
// where a secret came from instead.
func (c *Config) faultAt(key, problem, remedy string) Fault {
	if from, ok := c.origins[key]; ok {
		return from.fault(c, key, problem, remedy)
	}
	f := Fault{Key: key, Problem: problem, Remedy: remedy}
	if c.source != nil {
		f.File, f.Line = c.source.name, c.source.line(key)
	}
	return f
}

// Given says whether a setting, or one of a table, stands in the file that c
// was loaded from.
func (c *Config) Given(key string) bool { return c.source != nil && c.source.given(key) }

// mailboxKey is the path of a setting of the i-th mailbox, counted from 0.
func mailboxKey(i int, name string) string { return fmt.Sprintf("mailbox[%d].%s", i+1, name) }
