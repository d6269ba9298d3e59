package scenario_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// story is one file of testdata.
type story struct {
	path  string
	rule  string // the first comment
	head  string // the steps as they stand in the file
	steps []step
	want  string
}

// step is one line of a story, with the mail below it if it has one.
type step struct {
	line int // in the file
	verb string
	args []string
	mail string // without the dot
}

// separator stands between what happens and what comes of it.
const separator = "\n===\n"

func readStory(path string) (story, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return story{}, err
	}
	head, want, ok := strings.Cut(string(text), separator)
	if !ok {
		head = strings.TrimRight(string(text), "\n")
	}
	s := story{path: path, head: head, want: want}
	if !strings.HasPrefix(head, "# ") {
		return s, fmt.Errorf("the first line must be a comment that names the rule")
	}
	s.rule, _, _ = strings.Cut(strings.TrimPrefix(head, "# "), "\n")
	lines := strings.Split(head, "\n")
	for i := 0; i < len(lines); i++ {
		words := strings.Fields(lines[i])
		if len(words) == 0 || strings.HasPrefix(lines[i], "#") {
			continue
		}
		st := step{line: i + 1, verb: words[0], args: words[1:]}
		if hasMail(st.verb) {
			var mail []string
			for i++; i < len(lines) && lines[i] != "."; i++ {
				mail = append(mail, lines[i])
			}
			if i == len(lines) {
				return s, fmt.Errorf("line %d: the mail does not end with a dot", st.line)
			}
			st.mail = strings.Join(mail, "\n")
		}
		s.steps = append(s.steps, st)
	}
	return s, nil
}

// name is the file's without its ending.
func (s story) name() string { return strings.TrimSuffix(filepath.Base(s.path), ".txt") }

// boxes counts the mailboxes of the story.
func (s story) boxes() int {
	n := 0
	for _, st := range s.steps {
		if st.verb == "mailbox" {
			n++
		}
	}
	return max(n, 1)
}

func hasMail(verb string) bool {
	return verb == "mail" || verb == "answer" || verb == "sent" || verb == "macro"
}

// option finds NAME=VALUE among the arguments.
func (s step) option(name string) (string, bool) {
	for _, a := range s.args {
		if v, ok := strings.CutPrefix(a, name+"="); ok {
			return v, true
		}
	}
	return "", false
}

// options finds all of them.
func (s step) options(name string) []string {
	var all []string
	for _, a := range s.args {
		if v, ok := strings.CutPrefix(a, name+"="); ok {
			all = append(all, v)
		}
	}
	return all
}

func (s step) has(word string) bool {
	for _, a := range s.args {
		if a == word {
			return true
		}
	}
	return false
}

// arg is the i-th argument, "" if there is none.
func (s step) arg(i int) string {
	if i < len(s.args) {
		return s.args[i]
	}
	return ""
}
