package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"
	"golang.org/x/text/width"

	"deskd/ticketing"
)

// printJSON writes a value in one line. Text is left readable: nobody puts it
// into a page.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// table writes rows in aligned columns. On a terminal a row is cut to its
// width; whoever reads a pipe gets all of it.
type table struct {
	w     *tabwriter.Writer
	lines bytes.Buffer // what is aligned
	out   io.Writer
	width int // 0 cuts nothing
}

func newTable(w io.Writer, head ...string) *table {
	t := &table{out: w}
	if f, ok := w.(*os.File); ok {
		t.width, _, _ = term.GetSize(int(f.Fd())) // 0 where it is no terminal
	}
	t.w = tabwriter.NewWriter(&t.lines, 0, 8, 2, ' ', 0)
	t.row(anySlice(head)...)
	return t
}

func anySlice(texts []string) []any {
	all := make([]any, len(texts))
	for i, s := range texts {
		all[i] = s
	}
	return all
}

func (t *table) row(cells ...any) {
	for i, c := range cells {
		if i > 0 {
			fmt.Fprint(t.w, "\t")
		}
		fmt.Fprint(t.w, oneLine(fmt.Sprint(c)))
	}
	fmt.Fprintln(t.w)
}

func (t *table) flush() error {
	if err := t.w.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(t.lines.String()) {
		if _, err := fmt.Fprintln(t.out, cut(strings.TrimRight(line, " \n"), t.width)); err != nil {
			return err
		}
	}
	return nil
}

// cut shortens a line to the columns of a terminal; 0 does not.
func cut(line string, columns int) string {
	used, room := 0, 0 // room is where the line is cut to have a column for "…"
	for i, r := range line {
		used += columnsOf(r)
		if used < columns {
			room = i + utf8.RuneLen(r)
		}
	}
	if columns <= 0 || used <= columns {
		return line
	}
	return line[:room] + "…"
}

// columnsOf is how wide a terminal shows a character.
func columnsOf(r rune) int {
	switch k := width.LookupRune(r).Kind(); {
	case unicode.Is(unicode.Mn, r):
		return 0
	case k == width.EastAsianWide, k == width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// oneLine makes a stranger's text safe for a line of a terminal: no control
// characters, no line breaks.
func oneLine(s string) string { return strings.Join(strings.Fields(printable(s)), " ") }

// printable takes out what could steer a terminal or reorder its text, and
// keeps line breaks and tabs.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, s)
}

// clip shortens a text to n characters.
func clip(s string, n int) string {
	runes := []rune(oneLine(s))
	if len(runes) <= n {
		return string(runes)
	}
	return string(runes[:n-1]) + "…"
}

// who is somebody on one line.
func who(a ticketing.Address) string {
	switch {
	case a.Name == "":
		return oneLine(a.Address)
	case a.Address == "":
		return oneLine(a.Name)
	}
	return oneLine(a.Name) + " <" + oneLine(a.Address) + ">"
}

// moment is a time for people, "-" for none.
func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Local().Format("2006-01-02 15:04")
}

// stamp is a time for programs, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
