package main

import (
	"context"
	"fmt"

	"deskd/ticketing"
)

type ticketCmd struct {
	List    ticketListCmd    `cmd:"" help:"List tickets, those with the newest activity first."`
	Show    ticketShowCmd    `cmd:"" help:"Show a ticket with all that was said."`
	Set     ticketSetCmd     `cmd:"" help:"Change status, priority or assignee."`
	Merge   ticketMergeCmd   `cmd:"" help:"Close a ticket as a double of another one."`
	Unmerge ticketUnmergeCmd `cmd:"" help:"Undo a merge."`
	Split   ticketSplitCmd   `cmd:"" help:"Make a message a ticket of its own."`
	Link    ticketLinkCmd    `cmd:"" help:"Relate two tickets, for agents."`
	Unlink  ticketUnlinkCmd  `cmd:"" help:"End a link."`
	Tag     ticketTagCmd     `cmd:"" help:"Put tags on a ticket, or take them off."`
	Note    ticketNoteCmd    `cmd:"" help:"Write a note that only agents see."`
	Cc      ticketCcCmd      `cmd:"" help:"Add or remove people in Cc."`
}

// administrator is who gives commands at the command line.
func administrator() ticketing.Actor {
	return ticketing.Actor{
		Author: ticketing.Author{Name: "the administrator", Role: ticketing.System},
		Via:    "system",
	}
}

// do opens the desk, carries out all of the commands on a ticket or none, and
// says so.
func (p *program) do(ctx context.Context, ticketID int64, done string, commands ...ticketing.Command) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	desk, err := h.desk(ctx, nil)
	if err != nil {
		return err
	}
	if err := desk.Do(ctx, administrator(), ticketID, commands...); err != nil {
		return h.plainRefusal(ctx, ticketID, commands, err)
	}
	_, err = fmt.Fprintln(p.out, done)
	return err
}

type ticketSetCmd struct {
	Ticket   int64  `arg:"" help:"The ticket's number."`
	Status   string `enum:",open,awaiting_reply,on_hold,solved" default:"" help:"open, awaiting_reply, on_hold or solved."`
	Priority string `enum:",S1,S2,S3,S4" default:"" help:"S1 (urgent) to S4 (question)."`
	Assign   string `placeholder:"ADDRESS" help:"An agent's address, or none."`
	Reason   string `help:"Why. on_hold needs one: reproducing, engineering, account team, or other words; solved may have agreed, bug REFERENCE, or other words."`
	Note     string `placeholder:"SENTENCE" help:"A sentence for customers, with on_hold or --priority."`
	Tell     bool   `help:"Mail customers what changes for them: that the request is solved, or the sentence."`
}

func (ticketSetCmd) Help() string {
	return `Customers see the status, and of its reason the known ones in words of their language; other words are shown to agents alone. Without --tell nothing is mailed.

Examples:

  deskd ticket set 7 --status on_hold --reason engineering --note "We expect a fix by Friday." --tell
  deskd ticket set 7 --status solved --reason "bug 4711"
  deskd ticket set 7 --priority S2 --assign anna@example.com`
}

func (c ticketSetCmd) Run(ctx context.Context, p *program) error {
	var commands []ticketing.Command
	if c.Priority != "" {
		commands = append(commands, ticketing.SetPriority{To: ticketing.Priority(c.Priority), Reason: c.Reason, Note: c.noteOf(""), Tell: c.Tell})
	}
	switch c.Assign {
	case "":
	case "none":
		commands = append(commands, ticketing.Assign{})
	default:
		commands = append(commands, ticketing.Assign{Address: c.Assign})
	}
	if c.Status != "" {
		commands = append(commands, ticketing.SetStatus{To: ticketing.Status(c.Status), Reason: c.Reason, Note: c.noteOf("on_hold"), Tell: c.Tell})
	}
	switch {
	case len(commands) == 0:
		return usage(fmt.Errorf("nothing to set: give --status, --priority or --assign"))
	case c.Note != "" && c.Status != "on_hold" && c.Priority == "":
		return usage(fmt.Errorf("--note goes with --status on_hold or --priority"))
	}
	return p.do(ctx, c.Ticket, fmt.Sprintf("ticket %d is changed", c.Ticket), commands...)
}

// noteOf is the sentence for customers, if it goes with a status; "" is the
// priority, which has it where the status has none.
func (c ticketSetCmd) noteOf(status string) string {
	if (c.Status == "on_hold") == (status == "on_hold") {
		return c.Note
	}
	return ""
}

type ticketMergeCmd struct {
	Ticket int64 `arg:"" help:"The ticket to close."`
	Into   int64 `required:"" placeholder:"TICKET" help:"The ticket that goes on."`
	WithCc bool  `name:"with-cc" help:"Those who are on the closed ticket join the other one in Cc, with sight from now on."`
	Quiet  bool  `help:"Do not tell its customers."`
}

func (ticketMergeCmd) Help() string {
	return `Later mail to the closed ticket goes to the other one, where the sender's rights are judged anew. Nobody is copied over without --with-cc. Its customers are told by mail.

Example:

  deskd ticket merge 8 --into 7`
}

func (c ticketMergeCmd) Run(ctx context.Context, p *program) error {
	return p.do(ctx, c.Ticket, fmt.Sprintf("ticket %d is merged into %d", c.Ticket, c.Into), ticketing.Merge{Into: c.Into, WithPeople: c.WithCc, Quiet: c.Quiet})
}

type ticketUnmergeCmd struct {
	Ticket int64 `arg:"" help:"The ticket that was merged into another."`
}

func (ticketUnmergeCmd) Help() string {
	return `Mail comes to the ticket itself again, and it stands as it did before. What went to the other one meanwhile stays there; people whom the merge put in Cc there leave it, unless they have written.

Example:

  deskd ticket unmerge 8`
}

func (c ticketUnmergeCmd) Run(ctx context.Context, p *program) error {
	return p.do(ctx, c.Ticket, fmt.Sprintf("ticket %d is on its own again", c.Ticket), ticketing.Unmerge{})
}

type ticketNoteCmd struct {
	Ticket int64  `arg:"" help:"The ticket's number."`
	Text   string `arg:"" help:"The note."`
}

func (ticketNoteCmd) Help() string {
	return `Example:

  deskd ticket note 7 "The customer called: it works again."`
}

func (c ticketNoteCmd) Run(ctx context.Context, p *program) error {
	return p.do(ctx, c.Ticket, fmt.Sprintf("ticket %d has a note more", c.Ticket), ticketing.AddNote{Text: c.Text})
}

type ticketCcCmd struct {
	Add    ticketCcAddCmd    `cmd:"" help:"Add people in Cc; they see what is said from now on."`
	Remove ticketCcRemoveCmd `cmd:"" help:"Remove people from Cc, with their sight and reply addresses."`
	Grant  ticketCcGrantCmd  `cmd:"" help:"Let answers show somebody in Cc messages from before he was added."`
}

type ticketCcAddCmd struct {
	Ticket    int64    `arg:"" help:"The ticket's number."`
	Addresses []string `arg:"" name:"address" help:"Addresses, with or without a name."`
}

func (ticketCcAddCmd) Help() string {
	return `Example:

  deskd ticket cc add 7 "Ben Ode <ben@customer.example>"`
}

func (c ticketCcAddCmd) Run(ctx context.Context, p *program) error {
	var commands []ticketing.Command
	for _, s := range c.Addresses {
		a, err := parseAddress(s)
		if err != nil {
			return err
		}
		commands = append(commands, ticketing.AddCc{Address: a})
	}
	return p.do(ctx, c.Ticket, fmt.Sprintf("ticket %d has %d more in Cc", c.Ticket, len(commands)), commands...)
}

type ticketCcRemoveCmd struct {
	Ticket    int64    `arg:"" help:"The ticket's number."`
	Addresses []string `arg:"" name:"address" help:"Addresses."`
}

func (ticketCcRemoveCmd) Help() string {
	return `Example:

  deskd ticket cc remove 7 ben@customer.example`
}

func (c ticketCcRemoveCmd) Run(ctx context.Context, p *program) error {
	var commands []ticketing.Command
	for _, s := range c.Addresses {
		a, err := parseAddress(s)
		if err != nil {
			return err
		}
		commands = append(commands, ticketing.RemoveCc{Address: a.Address})
	}
	return p.do(ctx, c.Ticket, fmt.Sprintf("ticket %d has %d fewer in Cc", c.Ticket, len(commands)), commands...)
}

type ticketCcGrantCmd struct {
	Ticket  int64  `arg:"" help:"The ticket's number."`
	Address string `arg:"" help:"Who is in Cc."`
	Since   int64  `name:"since-entry" help:"The first entry that may be seen; all of them without it."`
}

func (ticketCcGrantCmd) Help() string {
	return `Without a grant, people in Cc get the public messages from the mail on that added them, and agents' answers may quote no more than these. A grant allows more from now on. Nothing is sent by it, and this version has no pages on which to read what was before.

Example:

  deskd ticket cc grant 7 ben@customer.example --since-entry 31`
}

func (c ticketCcGrantCmd) Run(ctx context.Context, p *program) error {
	a, err := parseAddress(c.Address)
	if err != nil {
		return err
	}
	return p.do(ctx, c.Ticket, fmt.Sprintf("answers may quote earlier messages of ticket %d to %s from now on; nothing is sent by this", c.Ticket, a.Address),
		ticketing.GrantHistory{Address: a.Address, Since: c.Since})
}
