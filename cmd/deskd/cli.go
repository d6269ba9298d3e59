package main

import "github.com/alecthomas/kong"

// commands is the command line: one field a subcommand, each in a file of its
// own.
type commands struct {
	Config string `short:"c" placeholder:"FILE" default:"deskd.toml" env:"DESKD_CONFIG" help:"The configuration file (${default})."`

	ShowVersion kong.VersionFlag `name:"version" help:"Say which version this is."`

	Demo    demoCmd    `cmd:"" help:"See the desk at work, with a mail server of its own."`
	Init    initCmd    `cmd:"" help:"Write a configuration."`
	Check   checkCmd   `cmd:"" help:"Try each part and say what to do."`
	Serve   serveCmd   `cmd:"" help:"Run the helpdesk."`
	Ingest  ingestCmd  `cmd:"" help:"Take in mails from files or from a mail server's pipe."`
	Inspect inspectCmd `cmd:"" help:"Show how mails are understood, without a desk."`
	Explain explainCmd `cmd:"" help:"Say what became of a mail, and why."`
	Replay  replayCmd  `cmd:"" help:"Read kept mails again, as this version understands them."`
	Ticket  ticketCmd  `cmd:"" help:"Look at tickets and change them."`
	Review  reviewCmd  `cmd:"" help:"Look at held mails, and release or drop them."`
	Agent   agentCmd   `cmd:"" help:"Add, list and remove agents."`
	Macro   macroCmd   `cmd:"" help:"Texts that agents insert into their mails."`
	Org     orgCmd     `cmd:"" help:"Customers' organisations and their domains."`
	Ledger  ledgerCmd  `cmd:"" help:"What became of every mail that came in."`
	Outbox  outboxCmd  `cmd:"" help:"The mails owed."`
	Keys    keysCmd    `cmd:"" help:"The keys that sign reply addresses."`

	Template templateCmd `cmd:"" help:"How mails look, and your own words in them."`

	Bench   benchCmd   `cmd:"" help:"Measure how fast this machine takes in mail."`
	Version versionCmd `cmd:"" help:"Say which version this is."`

	Completion    completionCmd    `cmd:"" help:"Complete commands in your shell."`
	CompleteWords completeWordsCmd `cmd:"" hidden:""`
}

// asJSON is the flag of commands that print data.
type asJSON struct {
	JSON bool `name:"json" help:"Print JSON instead of text."`
}
