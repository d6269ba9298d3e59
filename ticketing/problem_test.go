package ticketing

import (
	"slices"
	"testing"
)

func TestProblemsAreStored(t *testing.T) {
	m := Message{Problems: []Problem{{Key: SeveralFrom}, {Key: UnknownCharset, Arg: "x-foo"}}}
	e := Entry{EventArgs: oddities(m, Authority{})}
	if got, want := e.EventArgs["problems"], "several_from; unknown_charset=x-foo"; got != want {
		t.Errorf("stored as %q, want %q", got, want)
	}
	if got := e.Problems(); !slices.Equal(got, m.Problems) {
		t.Errorf("read back as %v, want %v", got, m.Problems)
	}
	if got := (Entry{}).Problems(); len(got) != 0 {
		t.Errorf("an entry without problems has %v", got)
	}
}
