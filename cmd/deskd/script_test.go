package main

import (
	"bytes"
	"errors"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/rogpeppe/go-internal/testscript"
)

// tests ends what the tests share when all have run.
type tests struct{ *testing.M }

func (t tests) Run() int {
	defer postgres.Close()
	return t.M.Run()
}

func TestMain(m *testing.M) {
	testscript.Main(tests{m}, map[string]func(){"deskd": main})
}

// TestScripts runs the command line as a user does: each script is a folder of
// files and the commands typed in it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("TZ", "UTC")
			return nil
		},
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"status": status},
		RequireExplicitExec: true,
	})
}

// status runs a command that must end with an exit status: status 2 deskd …
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command [args]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// TestHelp: every command has a help text with an example, and --help ends
// well whatever else is missing.
func TestHelp(t *testing.T) {
	parser, err := kong.New(&commands{})
	if err != nil {
		t.Fatal(err)
	}
	leaves := 0
	var walk func(n *kong.Node, path []string)
	walk = func(n *kong.Node, path []string) {
		if n.Hidden {
			return
		}
		for _, c := range n.Children {
			walk(c, append(path[:len(path):len(path)], c.Name))
		}
		var out, errs bytes.Buffer
		if s := run(t.Context(), append(path, "--help"), strings.NewReader(""), &out, &errs); s != exitDone || errs.Len() > 0 {
			t.Errorf("deskd %s --help: status %d, %s", strings.Join(path, " "), s, errs.String())
		}
		if n.Leaf() {
			leaves++
			if !strings.Contains(out.String(), "Example") {
				t.Errorf("deskd %s --help has no example", strings.Join(path, " "))
			}
		}
	}
	walk(parser.Model.Node, nil)
	if leaves < 25 {
		t.Errorf("only %d commands were looked at", leaves)
	}
}
