package mail

import (
	"fmt"
	"io"
	netmail "net/mail"
	"strings"
	"time"
)

// Trace is the header of a mail as evidence of what servers did with it: every
// field, top first, as [Authenticate] reads it.
type Trace struct {
	Fields []TraceField
}

// TraceField is one header field. What is read out of it is filled in for
// Received and Authentication-Results only.
type TraceField struct {
	Name  string // lower case
	Value string // unfolded, without blanks at its ends

	// Of Received (RFC 5321 §4.4): the host behind "by" in lower case, the
	// protocol behind "with" in upper case, and the date; zero if unreadable.
	By, With string
	Date     time.Time
	// Of Authentication-Results (RFC 8601): the authserv-id, "" where the
	// server left it out, and the results.
	AuthservID string
	Results    []TraceResult
	// Damaged says why the field is no evidence, "" if it is.
	Damaged string
}

// TraceResult is one result in an Authentication-Results field.
type TraceResult struct {
	Method, Result string // lower case, such as "dmarc" and "pass"
	From           string // domain of header.from, normalised; "" without one
}

// String gives a result as the field has it.
func (r TraceResult) String() string {
	if r.From == "" {
		return r.Method + "=" + r.Result
	}
	return r.Method + "=" + r.Result + " header.from=" + r.From
}

// ReadTrace reads the header of a mail, up to 256 KiB and 1,000 fields; more
// is an error.
func ReadTrace(r io.Reader) (Trace, error) {
	h, err := readAuthHeader(r)
	if err != nil {
		return Trace{}, fmt.Errorf("read the header of a mail: %w", err)
	}
	var t Trace
	for i := range h.fields {
		f := TraceField{Name: h.fields[i].name, Value: strings.Trim(h.fields[i].value, " \t")}
		switch f.Name {
		case "received":
			f.readReceived()
		case "authentication-results":
			f.readResults()
		}
		t.Fields = append(t.Fields, f)
	}
	return t, nil
}

func (f *TraceField) readReceived() {
	if at := strings.LastIndexByte(f.Value, ';'); at >= 0 {
		date, _ := netmail.ParseDate(strings.TrimSpace(f.Value[at+1:])) // zero if it is none
		f.Date = date
	}
	rec, err := parseReceived(f.Value)
	if err != nil {
		f.Damaged = err.Error()
		return
	}
	f.By, f.With = rec.by, rec.with
}

func (f *TraceField) readResults() {
	res, err := parseAuthResults(f.Value, true)
	if err != nil {
		f.Damaged = err.Error()
		return
	}
	f.AuthservID = res.id
	for i := range res.results {
		m := &res.results[i]
		from, _ := m.prop("header.from")
		f.Results = append(f.Results, TraceResult{m.method, m.result, from.domain})
	}
}

// All gives the fields of a name, which is in lower case.
func (t Trace) All(name string) []TraceField {
	var all []TraceField
	for _, f := range t.Fields {
		if f.Name == name {
			all = append(all, f)
		}
	}
	return all
}

// First gives the value of the topmost field of a name, "" without one.
func (t Trace) First(name string) string {
	for _, f := range t.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// Topmost finds the Authentication-Results field that stands above all others,
// and the Received fields above it, which servers behind its author wrote. ok
// is false without such a field.
func (t Trace) Topmost() (results TraceField, above []TraceField, ok bool) {
	for _, f := range t.Fields {
		switch f.Name {
		case "authentication-results":
			return f, above, true
		case "received":
			above = append(above, f)
		}
	}
	return TraceField{}, above, false
}

// Hop reports whether a host, as it names itself in Received, is one of those
// whose servers t trusts.
func (t Trust) Hop(host string) bool { return t.hop(host) }
