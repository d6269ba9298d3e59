package main

// commands is the command line: one field a subcommand, each in a file of its
// own.
type commands struct {
	Config string `short:"c" placeholder:"FILE" default:"deskd.toml" env:"DESKD_CONFIG" help:"The configuration file (${default})."`

	Serve   serveCmd   `cmd:"" help:"Run the helpdesk."`
	Agent   agentCmd   `cmd:"" help:"Add, list and remove agents."`
	Ticket  ticketCmd  `cmd:"" help:"Look at tickets and change them."`
	Version versionCmd `cmd:"" help:"Say which version this is."`
}

// asJSON is the flag of commands that print data.
type asJSON struct {
	JSON bool `name:"json" help:"Print JSON instead of text."`
}
