package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// The exit statuses.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// program is what a subcommand may use beside its own flags.
type program struct {
	in       io.Reader
	out, err io.Writer
	config   string // path of the configuration file
	parser   *kong.Kong
}

// run is the whole program: it carries out one command line and gives the exit
// status. The end of ctx ends it, as a signal does.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return inPipe(args, runCommand(ctx, args, stdin, stdout, stderr))
}

func runCommand(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var c commands
	p := &program{in: stdin, out: stdout, err: stderr}
	helped := false
	parser, err := kong.New(&c, options(ctx, p, func(int) { helped = true })...)
	if err != nil {
		return p.report(fmt.Errorf("this build of deskd is broken: %w", err))
	}
	p.parser = parser
	if len(args) > 0 && args[0] == "help" {
		args = append(args[1:len(args):len(args)], "--help")
	}
	command, err := parser.Parse(args)
	switch {
	case helped:
		return exitDone
	case err != nil:
		return p.report(usage(plainUsage(err)))
	}
	p.config = c.Config
	return p.report(command.Run())
}

func options(ctx context.Context, p *program, exit func(int)) []kong.Option {
	return []kong.Option{
		kong.Name("deskd"),
		kong.Description("An e-mail helpdesk for people who would rather stay in their mail program."),
		kong.Writers(p.out, p.err),
		kong.Exit(exit),
		kong.Vars{"version": versionLine()},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 80}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(p),
	}
}

// report says what went wrong, if anything did, and gives the exit status.
func (p *program) report(err error) int {
	if err == nil {
		return exitDone
	}
	status := exitFailed
	var s *statusError
	if errors.As(err, &s) {
		status = s.status
	}
	if text := err.Error(); text != "" {
		for line := range strings.SplitSeq(text, "\n") {
			fmt.Fprintln(p.err, "deskd: "+line)
		}
	}
	if status == exitUsage {
		fmt.Fprintln(p.err, "deskd: see deskd --help, or deskd COMMAND --help")
	}
	return status
}

// statusError is an error with an exit status of its own.
type statusError struct {
	status int
	err    error // nil: all has been said
}

func (e *statusError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *statusError) Unwrap() error { return e.err }

// usage marks an error as a wrong command line.
func usage(err error) error { return &statusError{exitUsage, err} }

// silent ends the program with a status and no further word.
func silent(status int) error { return &statusError{status, nil} }
