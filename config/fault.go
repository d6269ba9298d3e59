package config

import (
	"fmt"
	"sort"
	"strings"
)

// Fault is one thing wrong with a configuration.
type Fault struct {
	File    string // as given to [Load]; "" for a Config made in code
	Line    int    // from 1; 0 if it is no line's fault, such as a missing table
	Key     string // dotted, tables of an array numbered from 1: mailbox[1].imap
	Problem string // what is wrong
	Remedy  string // what to do about it
}

// Error is one line: file:line: key: problem; remedy.
func (f Fault) Error() string {
	var b strings.Builder
	if f.File != "" {
		b.WriteString(f.File)
		if f.Line > 0 {
			fmt.Fprintf(&b, ":%d", f.Line)
		}
		b.WriteString(": ")
	}
	if f.Key != "" {
		b.WriteString(f.Key + ": ")
	}
	b.WriteString(f.Problem)
	if f.Remedy != "" {
		b.WriteString("; " + f.Remedy)
	}
	return b.String()
}

// Faults is all that is wrong with a configuration, in the order of the lines;
// faults of no line come last.
type Faults []Fault

// Error has one line for each fault.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find each Fault.
func (f Faults) Unwrap() []error {
	errs := make([]error, len(f))
	for i := range f {
		errs[i] = f[i]
	}
	return errs
}

// err is the sorted list as an error, nil when it is empty.
func (f Faults) err() error {
	if len(f) == 0 {
		return nil
	}
	sort.SliceStable(f, func(i, j int) bool {
		a, b := f[i].Line, f[j].Line
		if a == 0 || b == 0 {
			return a != 0 && b == 0
		}
		if a != b {
			return a < b
		}
		return f[i].Key < f[j].Key // some checks run over maps; the report must not change from run to run
	})
	return f
}
