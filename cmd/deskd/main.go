// Command deskd is an e-mail helpdesk: customers and agents stay in their mail
// programs.
//
// The package wires the others together, one file a subcommand, and holds no
// rule of its own: what a mail or a command does to a ticket is decided in
// package ticketing. It promises: exit status 0 is done, 1 failed, 2 wrong
// usage; an error is one clear line that says what to do; what a script reads
// goes to standard output, what a person should know to standard error.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
