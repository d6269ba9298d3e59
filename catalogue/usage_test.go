package catalogue

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sources are the program's own files, tests left out, by path.
func sources(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); path != ".." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "config") {
				return filepath.SkipDir
			}
			return nil
		}
		ext := filepath.Ext(path)
		if ext != ".html" && ext != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		found[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// asks are the ways in which the program names a text, and what stands before
// the name in the catalogue.
func asks() map[*regexp.Regexp]string {
	const name = `"([a-zA-Z0-9_]+)"`
	return map[*regexp.Regexp]string{
		regexp.MustCompile(`\.Text\((?:"[a-z]{2}")?[^"\n]*"([a-zA-Z0-9_]+\.[a-zA-Z0-9_.]*[a-zA-Z0-9_])"`): "",
		regexp.MustCompile(`\{\{-? ?t "([a-zA-Z0-9_.]+)"`):                                                "",
		regexp.MustCompile(`\bevent\(` + name):                                                            "event.",
		regexp.MustCompile(`\bEvent: ` + name):                                                            "event.",
		regexp.MustCompile(`\bnotifyAgents\(\w+, ` + name):                                                "notice.",
		regexp.MustCompile(`\btell\([^"\n]*, ` + name):                                                    "notice.",
		regexp.MustCompile(`\bCommandError\{[^}\n]*Key: ` + name):                                         "command.",
		regexp.MustCompile(`\bProblemKey += ` + name):                                                     "problem.",
		regexp.MustCompile(`\bFailureReason += ` + name):                                                  "unreadable.",
		regexp.MustCompile(`\b(?:HoldReason|doubt|reason, why)\b[^"\n=]* = (?:Hold, )?` + name):           "held.",
	}
}

// TestNoTextIsMissing: every key that the program names has a text.
func TestNoTextIsMissing(t *testing.T) {
	c := load(t)
	named := map[*regexp.Regexp]bool{}
	patterns := asks()
	for path, text := range sources(t) {
		for ask, prefix := range patterns {
			for _, m := range ask.FindAllStringSubmatch(text, -1) {
				named[ask] = true
				if key := prefix + m[1]; !c.Has(key) {
					t.Errorf("%s names %s, which has no text", path, key)
				}
			}
		}
	}
	for ask := range patterns {
		if !named[ask] {
			t.Errorf("no text is named by %s: the pattern no longer fits the program", ask)
		}
	}
}

var problemKey = regexp.MustCompile(`(\w+) +ProblemKey += "(\w+)"`)

// TestProblems: each is noticed somewhere, and its text has a place for what it
// is given.
func TestProblems(t *testing.T) {
	c := load(t)
	all := strings.Builder{}
	for _, text := range sources(t) {
		all.WriteString(text)
	}
	problems := problemKey.FindAllStringSubmatch(all.String(), -1)
	if len(problems) < 20 {
		t.Fatalf("found %d problems: tell this test where they are", len(problems))
	}
	for _, m := range problems {
		if !regexp.MustCompile(`\bticketing\.` + m[1] + `\b`).MatchString(all.String()) {
			t.Errorf("nothing uses the problem %s; remove it", m[1])
		}
		given := strings.Contains(all.String(), "addArg(ticketing."+m[1]+",")
		if takes := strings.Contains(c.Text(fallback, "problem."+m[2], "arg", "ARG"), "ARG"); takes != given {
			t.Errorf("problem.%s shows an argument: %v; the program gives one: %v", m[2], takes, given)
		}
	}
}

// TestNoTextIsUnused: every text is named somewhere, in one piece ("a.b.c") or
// put together from a known beginning and end ("a." + "b" + ".c").
func TestNoTextIsUnused(t *testing.T) {
	files := sources(t)
	all := strings.Builder{}
	for _, text := range files {
		all.WriteString(text)
	}
	var unused []string
	for key := range load(t).texts[fallback] {
		if !used(key, all.String()) {
			unused = append(unused, key)
		}
	}
	slices.Sort(unused)
	if len(unused) > 0 {
		t.Errorf("nothing uses these texts; remove them: %s", strings.Join(unused, " "))
	}
}

func used(key, source string) bool {
	literal := func(s string) bool { return strings.Contains(source, `"`+s+`"`) }
	if literal(key) {
		return true
	}
	parts := strings.Split(key, ".")
	for i := 1; i < len(parts); i++ {
		head := strings.Join(parts[:i], ".") + "."
		if !literal(head) {
			continue
		}
		if literal(strings.Join(parts[i:], ".")) {
			return true
		}
		if i+1 < len(parts) && literal(parts[i]) && literal("."+strings.Join(parts[i+1:], ".")) {
			return true
		}
	}
	return false
}

var commandCase = regexp.MustCompile(`(?m)^\tcase ((?:"[a-z]+"(?:, )?)+):$`)

// TestHelpNamesEveryCommand reads the commands from where they are carried out.
func TestHelpNamesEveryCommand(t *testing.T) {
	text, ok := sources(t)[filepath.Join("..", "ticketing", "commands.go")]
	if !ok {
		t.Fatal("ticketing/commands.go is gone: tell this test where commands are read")
	}
	var commands []string
	for _, m := range commandCase.FindAllStringSubmatch(text, -1) {
		commands = append(commands, strings.Split(strings.ReplaceAll(m[1], `"`, ""), ", ")...)
	}
	if len(commands) < 5 {
		t.Fatalf("found %d commands in ticketing/commands.go", len(commands))
	}
	c := load(t)
	for _, lang := range c.Languages() {
		help := c.Text(lang, "command.help") + c.Text(lang, "command.help_macros")
		for _, name := range commands {
			if !strings.Contains(help, "#"+name) {
				t.Errorf("%s: command.help does not explain #%s", lang, name)
			}
		}
	}
}
