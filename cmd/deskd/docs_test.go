package main

import (
	"context"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// commandLine finds a command line of deskd in a code block, up to a comment
// or to what the shell takes.
var commandLine = regexp.MustCompile(`(?m)^    (?:sudo -u deskd )?deskd ([a-z][^#\n&|<]*)`)

// TestDocumentedCommands: every command line in the documents is one that this
// program takes.
func TestDocumentedCommands(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"../../README.md", "../../docs/operating.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := commandLine.FindAllStringSubmatch(string(text), -1)
		if len(found) < 5 {
			t.Errorf("%s: only %d command lines were found", file, len(found))
		}
		for _, line := range found {
			if err := parses(shellWords(line[1])); err != nil {
				t.Errorf("%s: deskd %s: %v", file, strings.TrimSpace(line[1]), err)
			}
		}
	}
}

// parses reports whether a command line is understood; it is not carried out.
func parses(args []string) error {
	var c commands
	p := &program{out: io.Discard, err: io.Discard}
	parser, err := kong.New(&c, options(context.Background(), p, func(int) {})...)
	if err != nil {
		return err
	}
	_, err = parser.Parse(args)
	return err
}

// shellWords splits a line as a shell does, as far as documents need it.
func shellWords(line string) []string {
	var all []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			all = append(all, part)
		} else {
			all = append(all, strings.Fields(part)...)
		}
	}
	return all
}
