package mail

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
)

var (
	listMisses  = flag.Bool("misses", false, "list what the corpus asserts and does not hold")
	raiseFloors = flag.Bool("raise", false, "write the scores into testdata/corpus/floors.tsv where they rose")
)

// class is a column of the scoreboard: a kind of fact that sets assert.
type class string

const (
	classFrom      class = "from" // with Sender and Reply-To
	classTo        class = "to"
	classCc        class = "cc"
	classSubject   class = "subject"
	classIDs       class = "ids" // Message-ID and Date
	classText      class = "text"
	classFiles     class = "files"
	classReply     class = "reply"
	classSignature class = "signature" // a reply text whose signature alone is asserted
	classKind      class = "kind"
	classBounce    class = "bounce" // recipients and status
	classPermanent class = "permanent"
	classReport    class = "report" // the rest of a bounce: SMTP code, original's id
)

func classes() []class {
	return []class{classFrom, classTo, classCc, classSubject, classIDs, classText, classFiles,
		classReply, classSignature, classKind, classBounce, classPermanent, classReport}
}

// fact is one thing that a set asserts of a mail.
type fact struct {
	class     class
	what      string // of the mail; names the fact among those of one mail
	ok        bool
	want, got any
}

// facts collects those of one mail.
type facts []fact

func (f *facts) check(c class, what string, ok bool, want, got any) {
	*f = append(*f, fact{class: c, what: what, ok: ok, want: want, got: got})
}

// count is how many of a set's facts of a class hold.
type count struct{ hold, all, disputed int }

// scoreboard is what of the corpus holds.
type scoreboard struct {
	disputes []dispute
	counts   map[string]map[class]*count
	misses   []string
}

// dispute is an assertion of the corpus that is wrong or a matter of taste.
// It counts neither as held nor as missed.
type dispute struct {
	set, file, what string // file and what are patterns of path.Match
	reason          string
	used            bool
}

// readDisputes reads set, file, what and reason, a line each, split by tabs.
func readDisputes(t *testing.T) []dispute {
	var out []dispute
	for _, f := range readTable(t, "testdata/corpus/disputed.tsv", 4) {
		out = append(out, dispute{set: f[0], file: f[1], what: f[2], reason: f[3]})
	}
	return out
}

// readTable reads lines of n fields split by tabs; # begins a comment.
func readTable(t *testing.T, file string, n int) [][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out [][]string
	for s := bufio.NewScanner(f); s.Scan(); {
		if s.Text() == "" || strings.HasPrefix(s.Text(), "#") {
			continue
		}
		fields := strings.Split(s.Text(), "\t")
		if len(fields) != n {
			t.Fatalf("%s: %q has %d fields, not %d", file, s.Text(), len(fields), n)
		}
		out = append(out, fields)
	}
	return out
}

func (b *scoreboard) disputed(set, file string, f fact) *dispute {
	for i := range b.disputes {
		d := &b.disputes[i]
		fileMatches, _ := path.Match(d.file, file)
		whatMatches, _ := path.Match(d.what, f.what)
		if d.set == set && (fileMatches || d.file == file) && (whatMatches || d.what == f.what) {
			return d
		}
	}
	return nil
}

// add counts the facts of one mail.
func (b *scoreboard) add(set, file string, all facts) {
	if b.counts[set] == nil {
		b.counts[set] = map[class]*count{}
	}
	for _, f := range all {
		c := b.counts[set][f.class]
		if c == nil {
			c = &count{}
			b.counts[set][f.class] = c
		}
		if d := b.disputed(set, file, f); d != nil && !f.ok {
			d.used = true
			c.disputed++
			continue
		}
		c.all++
		if f.ok {
			c.hold++
			continue
		}
		b.misses = append(b.misses, fmt.Sprintf("%s %s: %s: %s\n  expected %.600q\n  found    %.600q", set, file, f.class, f.what, fmt.Sprint(f.want), fmt.Sprint(f.got)))
	}
}

func (b *scoreboard) sets() []string {
	var sets []string
	for set := range b.counts {
		sets = append(sets, set)
	}
	sort.Strings(sets)
	return sets
}

// total adds up classes over all sets.
func (b *scoreboard) total(of ...class) count {
	var sum count
	for _, set := range b.counts {
		for c, n := range set {
			if slices.Contains(of, c) {
				sum.hold, sum.all, sum.disputed = sum.hold+n.hold, sum.all+n.all, sum.disputed+n.disputed
			}
		}
	}
	return sum
}

func (c count) String() string {
	if c.all == 0 {
		return "–"
	}
	return fmt.Sprintf("%d/%d", c.hold, c.all)
}

func (b *scoreboard) print(w io.Writer) {
	tab := tabwriter.NewWriter(w, 0, 1, 2, ' ', 0)
	fmt.Fprint(tab, "set")
	for _, c := range classes() {
		fmt.Fprint(tab, "\t", c)
	}
	fmt.Fprintln(tab, "\tdisputed")
	for _, set := range b.sets() {
		fmt.Fprint(tab, set)
		disputed := 0
		for _, c := range classes() {
			var n count
			if p := b.counts[set][c]; p != nil {
				n = *p
			}
			disputed += n.disputed
			fmt.Fprint(tab, "\t", n)
		}
		fmt.Fprintf(tab, "\t%d\n", disputed)
	}
	fmt.Fprint(tab, "all")
	for _, c := range classes() {
		fmt.Fprint(tab, "\t", b.total(c))
	}
	fmt.Fprintf(tab, "\t%d\n", b.total(classes()...).disputed)
	_ = tab.Flush()
	for _, part := range []struct {
		name string
		of   []class
	}{
		{"parse facts", []class{classFrom, classTo, classCc, classSubject, classIDs, classText, classFiles}},
		{"reply texts", []class{classReply}},
		{"kind", []class{classKind}},
		{"bounce recipients and status", []class{classBounce}},
	} {
		n := b.total(part.of...)
		fmt.Fprintf(w, "%s: %v = %.1f %%; with what is disputed as missed %.1f %%\n", part.name, n,
			100*float64(n.hold)/float64(max(1, n.all)), 100*float64(n.hold)/float64(max(1, n.all+n.disputed)))
	}
}

// TestScoreboard counts for each set of the corpus how many of the asserted
// facts hold. The counts may only rise: -raise writes new floors.
func TestScoreboard(t *testing.T) {
	corpusSet(t, "")
	b := &scoreboard{disputes: readDisputes(t), counts: map[string]map[class]*count{}}
	for _, set := range corpusSets() {
		for _, c := range loadSet(t, set) {
			b.add(set, c.file, c.facts(t))
		}
	}
	var out strings.Builder
	b.print(&out)
	t.Log("\n" + out.String())
	if *listMisses {
		t.Log("misses:\n" + strings.Join(b.misses, "\n"))
		for _, d := range b.disputes {
			t.Logf("disputed: %s %s: %s: %s", d.set, d.file, d.what, d.reason)
		}
	}
	for _, d := range b.disputes {
		if !d.used {
			t.Errorf("disputed.tsv: %s %s: %s is not missed any more: take the line out", d.set, d.file, d.what)
		}
	}
	b.compare(t)
}

// compare holds the counts against the floors.
func (b *scoreboard) compare(t *testing.T) {
	const file = "testdata/corpus/floors.tsv"
	floors := map[string]map[class]int{}
	for _, f := range readTable(t, file, 3) {
		n, err := strconv.Atoi(f[2])
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if floors[f[0]] == nil {
			floors[f[0]] = map[class]int{}
		}
		floors[f[0]][class(f[1])] = n
	}
	var lines strings.Builder
	lines.WriteString("# How many facts of a set and class held at least; see TestScoreboard.\n")
	for _, set := range b.sets() {
		for _, c := range classes() {
			n, floor := b.counts[set][c], floors[set][c]
			if n == nil {
				n = &count{}
			}
			if n.hold < floor {
				t.Errorf("%s: %s: %d facts hold, there were %d; -misses lists the misses", set, c, n.hold, floor)
			}
			if best := max(floor, n.hold); best > 0 {
				fmt.Fprintf(&lines, "%s\t%s\t%d\n", set, c, best)
			}
		}
	}
	if *raiseFloors {
		if err := os.WriteFile(file, []byte(lines.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
