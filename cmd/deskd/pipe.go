package main

import (
	"slices"
	"strings"
)

// inPipe is the exit status in the words of a mail server whose pipe this is.
// Whatever the fault is, a wrong command line among them, the mail is not
// stored yet and the server must keep it: other statuses would have it sent
// back to the customer.
func inPipe(args []string, status int) int {
	if !isPipe(args) || status == exitDone && !asksHelp(args) || status == exitUnavailable {
		return status
	}
	return exitTempFail
}

// isPipe says whether a command line, which may be wrong, was to be ingest
// with a mail on standard input.
func isPipe(args []string) bool {
	command := slices.Index(args, "ingest")
	return command >= 0 && slices.Contains(args[command:], "-")
}

// asksHelp says whether the mail was not looked at.
func asksHelp(args []string) bool {
	return slices.ContainsFunc(args, func(a string) bool { return a == "-h" || strings.HasPrefix(a, "--help") })
}
