package ticketing

import (
	"fmt"
	"regexp"
	"strings"
)

// Commands are what an agent orders in the first lines of a mail (mail-rules
// §8.4). A zero field was not ordered.
type Commands struct {
	Visibility   Visibility // AgentsOnly by #note, Public by #public
	Status       Occurrence // CommandOpen, CommandAwaiting, CommandHold or CommandSolved
	Reason       string     // of #hold or #solved
	HoldNote     string     // the sentence of #hold for customers
	Assign       string     // "me", "none" or a normalised address
	Priority     Priority
	PriorityWhy  string
	PriorityNote string   // the sentence of #priority for customers
	Cc           []string // normalised addresses to add
	Uncc         []string // and to remove
	AddTags      []string
	DropTags     []string
	Remind       OwnReminder
	Customer     string // normalised address a new ticket is opened for
	CustomerName string // his name, "" if it is not said
	// Merge is the ticket to merge into, and WithPeople that those who are on this
	// one join that one.
	Merge      int64
	WithPeople bool
	// Unmerge is #unmerge, of the ticket that UnmergeOf names, or that the mail
	// answers.
	Unmerge      bool
	UnmergeOf    int64
	Link, Unlink []int64
	Help         bool
	Macros       []string // names of texts to insert
	// Review is #release, #trust, #admit, #split, #drop or #confirm, about the
	// entry that ReviewEntry names, or that the mail answers.
	Review      string
	ReviewEntry int64
}

// Any reports whether anything beside visibility was ordered.
func (c Commands) Any() bool {
	return c.Status != "" || c.Assign != "" || c.Priority != "" || c.Remind != (OwnReminder{}) || c.Merge != 0 || c.Unmerge ||
		len(c.Cc)+len(c.Uncc)+len(c.AddTags)+len(c.DropTags)+len(c.Link)+len(c.Unlink)+len(c.Macros) > 0
}

// CommandError is a command line that cannot be carried out. Nothing of the
// mail is: an agent who mistypes #note must not have it published.
type CommandError struct {
	Line string // as written
	Key  string // catalogue key below "command."
	// Command is what to write instead, "" if that cannot be said.
	Command string
	// Choice is what there is to choose from, or what is wrong there.
	Choice string
}

func (e CommandError) Error() string { return fmt.Sprintf("command %q: %s", e.Line, e.Key) }

// linkOfAddress is what programs put behind an address in a text that they make
// of HTML: "a@b.example<mailto:a@b.example>".
var linkOfAddress = regexp.MustCompile(`(?i)[<\[] ?mailto:[^<>\[\]]*[>\]]`)

// ParseCommands reads the leading command lines of an agent's text and gives
// what follows them. The first other line ends the block; "##" begins a
// literal "#". A line that starts like a command and is none is an error.
func ParseCommands(text string) (Commands, string, error) {
	var c Commands
	rest, err := c.read(text)
	if err != nil {
		return Commands{}, "", err
	}
	return c, rest, nil
}

// read adds the leading command lines of a text to those there are.
func (c *Commands) read(text string) (string, error) {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	rest := func(first string, i int) (string, error) {
		return strings.TrimSpace(strings.Join(append([]string{first}, lines[i+1:]...), "\n")), nil
	}
	for i, line := range lines {
		tidy := tidyLine(line)
		if tidy == "" {
			continue
		}
		if literal, ok := literalLine(line); ok {
			return rest(literal, i)
		}
		name, arg, ok := commandLine(tidy)
		if !ok {
			return rest(line, i)
		}
		arg = strings.TrimSpace(linkOfAddress.ReplaceAllString(arg, ""))
		key := oneCommand(name, arg)
		if key == "" {
			key = c.add(name, arg)
		}
		if key != "" {
			bad := CommandError{Line: truncate(tidy, 200), Key: key}
			if near := nearestCommand(name); key == "unknown" && near != "" {
				bad.Key, bad.Command = "unknown_near", "#"+near
			}
			return "", bad
		}
		if (name == "note" || name == "public") && arg != "" {
			return rest(arg, i) // his text, begun on the same line
		}
	}
	return "", nil
}

// add takes in one command; it returns a catalogue key if it cannot be.
func (c *Commands) add(name, arg string) string {
	switch name {
	case "note":
		return c.see(AgentsOnly)
	case "public":
		return c.see(Public)
	case "open":
		return c.status(CommandOpen, arg)
	case "awaiting":
		return c.status(CommandAwaiting, arg)
	case "solved":
		return c.solved(arg)
	case "hold":
		return c.hold(arg)
	case "assign":
		return c.assign(narrow(arg))
	case "priority":
		return c.priority(arg)
	case "tag":
		return c.tag(arg)
	case "cc":
		return c.people(&c.Cc, narrow(arg))
	case "uncc":
		return c.people(&c.Uncc, narrow(arg))
	case "remind":
		return c.remind(arg)
	case "customer":
		return c.customer(arg)
	case "macro":
		return c.addMacro(arg)
	case "merge":
		return c.merge(narrow(arg))
	case "unmerge":
		return c.unmerge(narrow(arg))
	case "link":
		return c.tickets(&c.Link, narrow(arg))
	case "unlink":
		return c.tickets(&c.Unlink, narrow(arg))
	case "help":
		c.Help = true
		return ""
	case "release", "trust", "admit", "split", "drop", "confirm":
		return c.review(name, narrow(arg))
	}
	return "unknown"
}

// bareAddress normalises an address that may stand in angle brackets.
func bareAddress(s string) string { return NormalizeAddress(strings.Trim(s, "<>")) }

func looksLikeAddress(s string) bool {
	s = strings.Trim(s, "<>")
	local, domain, ok := cutLast(s, "@")
	return ok && local != "" && len(s) <= 254 && strings.Contains(domain, ".") &&
		!strings.ContainsAny(s, " \t\r\n<>,;\"")
}
