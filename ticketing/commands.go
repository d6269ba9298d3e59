package ticketing

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Commands are what an agent orders in the first lines of a mail (mail-rules
// §8.4). A zero field was not ordered.
type Commands struct {
	Visibility  Visibility // AgentsOnly by #note, Public by #public
	Status      Occurrence // CommandOpen, CommandAwaiting, CommandHold or CommandSolved
	Reason      string     // of #hold or #solved
	Assign      string     // "me", "none" or a normalised address
	Priority    Priority
	PriorityWhy string
	Cc          []string // normalised addresses to add
	Customer    string   // normalised address a new ticket is opened for
	// CustomerName is his name, "" if it is not said.
	CustomerName string
	// Remind is after how long the agent wants to be reminded of the ticket.
	Remind time.Duration
	Help   bool
	Macros []string // names of texts to insert
	// Review is #release, #trust, #admit, #split, #drop or #confirm, about the
	// held entry that ReviewEntry names, or that the mail answers.
	Review      string
	ReviewEntry int64
}

// Any reports whether anything beside visibility was ordered.
func (c Commands) Any() bool {
	return c.Status != "" || c.Assign != "" || c.Priority != "" || len(c.Cc) > 0 || len(c.Macros) > 0 || c.Remind > 0
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

// commandLine matches "#hold waiting for engineering"; the full-width number
// sign of East Asian keyboards counts too.
var commandLine = regexp.MustCompile(`^[#＃]([a-zA-Z]+)(?:[ :\x{3000}]+(.*))?$`)

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
func (c *Commands) read(text string) (rest string, err error) {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" {
			continue
		}
		if strings.HasPrefix(trimmed, "##") || strings.HasPrefix(trimmed, "＃＃") {
			_, width := utf8.DecodeRuneInString(trimmed)
			literal := trimmed[width:]
			return strings.TrimSpace(strings.Join(append([]string{literal}, lines[i+1:]...), "\n")), nil
		}
		m := commandLine.FindStringSubmatch(trimmed)
		if m == nil {
			return strings.TrimSpace(strings.Join(lines[i:], "\n")), nil
		}
		if err := c.add(strings.ToLower(m[1]), strings.TrimSpace(linkOfAddress.ReplaceAllString(m[2], ""))); err != "" {
			return "", CommandError{Line: truncate(trimmed, 200), Key: err}
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
		return c.status(CommandOpen, "")
	case "awaiting":
		return c.status(CommandAwaiting, "")
	case "solved":
		return c.status(CommandSolved, arg)
	case "hold":
		if arg == "" {
			return "hold_needs_reason"
		}
		return c.status(CommandHold, arg)
	case "assign":
		return c.assign(arg)
	case "priority":
		return c.priority(arg)
	case "cc":
		return c.cc(arg)
	case "customer":
		return c.customer(arg)
	case "macro":
		return c.addMacro(arg)
	case "help":
		c.Help = true
		return ""
	case "release", "trust", "admit", "split", "drop", "confirm":
		return c.review(name, arg)
	}
	return "unknown"
}

func (c *Commands) see(v Visibility) string {
	if c.Visibility != "" && c.Visibility != v {
		return "contradiction"
	}
	c.Visibility = v
	return ""
}

func (c *Commands) status(o Occurrence, reason string) string {
	if c.Status != "" && c.Status != o {
		return "contradiction"
	}
	c.Status, c.Reason = o, truncate(reason, 500)
	return ""
}

func (c *Commands) assign(arg string) string {
	arg = strings.ToLower(arg)
	switch {
	case c.Assign != "":
		return "contradiction"
	case arg == "me" || arg == "none":
		c.Assign = arg
	case looksLikeAddress(arg):
		c.Assign = bareAddress(arg)
	default:
		return "assign_needs_who"
	}
	return ""
}

func (c *Commands) priority(arg string) string {
	level, why, _ := strings.Cut(arg, " ")
	p := Priority(strings.ToUpper(level))
	switch p {
	case S1, S2, S3, S4:
	default:
		return "priority_needs_level"
	}
	if c.Priority != "" && c.Priority != p {
		return "contradiction"
	}
	c.Priority, c.PriorityWhy = p, truncate(strings.TrimSpace(why), 500)
	return ""
}

func (c *Commands) review(name, arg string) string {
	if c.Review != "" {
		return "contradiction"
	}
	c.Review = name
	if arg == "" {
		return ""
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(arg, "#"), 10, 64)
	if err != nil || n <= 0 {
		return "review_needs_number"
	}
	c.ReviewEntry = n
	return ""
}

// customer takes in "aiko@acme.example" and "Aiko <aiko@acme.example>".
func (c *Commands) customer(arg string) string {
	name, address := "", arg
	if i := strings.LastIndexByte(arg, '<'); i > 0 {
		name, address = strings.Trim(strings.TrimSpace(arg[:i]), `"`), arg[i:]
	}
	if c.Customer != "" || !looksLikeAddress(address) {
		return "customer_needs_address"
	}
	c.CustomerName, c.Customer = cleanName(name), bareAddress(address)
	return ""
}

func (c *Commands) cc(arg string) string {
	addresses := strings.FieldsFunc(arg, func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
	if len(addresses) == 0 {
		return "cc_needs_address"
	}
	for _, a := range addresses {
		if !looksLikeAddress(a) {
			return "cc_needs_address"
		}
		c.Cc = append(c.Cc, bareAddress(a))
	}
	return ""
}

// bareAddress normalises an address that may stand in angle brackets.
func bareAddress(s string) string { return NormalizeAddress(strings.Trim(s, "<>")) }

func looksLikeAddress(s string) bool {
	s = strings.Trim(s, "<>")
	local, domain, ok := cutLast(s, "@")
	return ok && local != "" && len(s) <= 254 && strings.Contains(domain, ".") &&
		!strings.ContainsAny(s, " \t\r\n<>,;\"")
}
