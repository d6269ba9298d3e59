package ticketing

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Limits of macros.
const (
	MaxMacroText  = 16 << 10 // bytes of one
	maxMacroName  = 40       // characters
	maxFieldValue = 300      // bytes that stand for a field
	maxMacrosTold = 2000     // bytes of names that an agent is told
	maxInserted   = 8        // macros in one mail
)

// Macro is a text of the desk that agents insert with "#macro NAME". Its first
// lines may be commands, which are carried out like the agent's own. In its
// text a field in braces, such as {requester.name}, stands for a value, and
// {text} for what the agent wrote himself, which follows it otherwise; "{{" is a
// brace.
type Macro struct {
	Name     string // as [MacroName] gives it
	Language string // "" is for all languages that have none of their own
	Text     string
	// Fault is why it cannot be used, in plain words; "" if it can.
	Fault string
}

// Macros are all of a desk, with what else their fields stand for.
type Macros struct {
	All []Macro
	// Statuses are the words for a status, by language.
	Statuses map[string]map[Status]string
	// Fault is why none is known, in plain words; "" if all are.
	Fault string
}

var (
	macroName = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]*$`)
	// macroField matches a field, and the two braces that are one.
	macroField = regexp.MustCompile(`\{\{|\{ ?([A-Za-z][A-Za-z0-9_.-]*) ?\}`)
	// textAlone is a {text} that is a paragraph.
	textAlone = regexp.MustCompile(`(?i)\n\s*\{ ?text ?\}\s*(?:\n|$)`)
	// doubleBraces is how other programs write fields.
	doubleBraces = regexp.MustCompile(`\{\{ ?([A-Za-z.]+) ?\}\}`)
)

// MacroName gives the form of a name by which a macro is found: letters, digits,
// "-" and "_", 40 characters at most, in lower case.
func MacroName(s string) (string, error) {
	name := strings.ToLower(norm.NFC.String(s))
	if !macroName.MatchString(name) || utf8.RuneCountInString(name) > maxMacroName {
		return "", fmt.Errorf("%q is not a name for a macro; take letters, digits, - and _, %d at most", truncate(s, 80), maxMacroName)
	}
	return name, nil
}

// macroFields are the fields that a macro may have.
func macroFields() []string {
	return []string{"requester.name", "agent.name", "ticket", "subject", "desk", "status", "text"}
}

// Check says why a macro cannot be used: a field or a command that does not
// exist, or one that has no place in a macro. The text of a good one is never
// empty.
func (m Macro) Check() error {
	if len(m.Text) > MaxMacroText {
		return fmt.Errorf("it has %d bytes; %d is the most", len(m.Text), MaxMacroText)
	}
	if !utf8.ValidString(m.Text) {
		return errors.New("it is not UTF-8 text")
	}
	c, text, err := ParseCommands(m.Text)
	switch {
	case err != nil:
		return err
	case c.Review != "" || c.Customer != "" || c.Help || len(c.Macros) > 0:
		return errors.New("#macro, #customer, #help and decisions about held mails have no place in a macro")
	case text == "" && !c.Any() && c.Visibility == "":
		return errors.New("it is empty")
	}
	commands := strings.TrimSuffix(strings.TrimSpace(strings.ReplaceAll(m.Text, "\r\n", "\n")), text)
	if f := macroField.FindString(commands); f != "" {
		return fmt.Errorf("%s stands in a command; fields are for the text below", f)
	}
	if f := doubleBraces.FindString(text); f != "" {
		return fmt.Errorf("%s: a field stands in single braces", f)
	}
	for _, f := range macroField.FindAllStringSubmatch(text, -1) {
		if f[1] != "" && !slices.Contains(macroFields(), strings.ToLower(f[1])) {
			return fmt.Errorf("there is no field %s; there are {%s}; a brace is written {{", f[0], strings.Join(macroFields(), "}, {"))
		}
	}
	return nil
}

// addMacro takes in "#macro NAME"; it returns a catalogue key if it cannot.
func (c *Commands) addMacro(arg string) string {
	switch {
	case arg == "":
		return "macro_needs_name"
	case len(c.Macros) == maxInserted:
		return "macro_too_many"
	}
	c.Macros = append(c.Macros, arg)
	return ""
}

// find is the macro of a name for readers of a language.
func (ms Macros) find(name, language string) (Macro, bool) {
	best, found := Macro{}, false
	for _, m := range ms.All {
		if m.is(name) && (m.Language == language || m.Language == "" && !found) {
			best, found = m, true
		}
	}
	return best, found
}

// is reports whether somebody calls the macro by a name.
func (m Macro) is(name string) bool { return m.Name == strings.ToLower(norm.NFC.String(name)) }

// Names are the names of all, each once, as they are told to agents.
func (ms Macros) Names() string {
	var names []string
	for _, m := range ms.All {
		names = append(names, m.Name)
	}
	slices.Sort(names)
	return truncate(strings.Join(slices.Compact(names), ", "), maxMacrosTold)
}

// nearest is the name that is most like another, "" if none is.
func (ms Macros) nearest(name string) string {
	name = strings.ToLower(norm.NFC.String(truncate(name, 4*maxMacroName)))
	best, least := "", max(1, utf8.RuneCountInString(name)/3)+1
	for _, m := range ms.All {
		if d := lettersApart([]rune(m.Name), []rune(name)); d < least {
			best, least = m.Name, d
		}
	}
	return best
}

// lettersApart is how many letters are to insert, remove or replace to make one
// word of another.
func lettersApart(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		before := row[0]
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			before, row[j+1] = row[j+1], min(before+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// insertion is what the fields of the macros in a mail stand for.
type insertion struct {
	ticket    Ticket
	requester Address
	by        Author
	// seen is who will read the text, unless a command says otherwise.
	seen Visibility
}

// insert puts the macros that the commands name into an agent's text, and adds
// their commands to the agent's. The fields are filled in once, when all commands
// have been read: what a value says is never a command, a field or a line of its
// own.
func (s Situation) insert(c Commands, own string, in insertion) (Commands, string, error) {
	if len(c.Macros) == 0 {
		return c, own, nil
	}
	box, _ := s.Settings.home(in.ticket)
	language := box.Language
	for _, p := range s.People.Participants {
		if p.Role == Requester {
			in.requester, language = Address{Name: p.Name, Address: p.Address}, cmp.Or(p.Language, language)
		}
	}
	var texts []string
	for _, name := range c.Macros {
		m, err := s.macro(name, language)
		if err != nil {
			return c, own, err
		}
		text, err := c.adopt(m)
		if err != nil {
			return c, own, err
		}
		texts = append(texts, text)
	}
	if in.ticket.ID == 0 && slices.ContainsFunc(texts, func(t string) bool { return hasField(t, "ticket") }) {
		return c, own, CommandError{Line: "#macro " + c.Macros[0], Key: "macro_no_ticket"}
	}
	values := s.fieldValues(c, in, box, language)
	var out []string
	for _, text := range texts {
		values["text"] = ""
		if hasField(text, "text") {
			values["text"], own = own, ""
		}
		if values["text"] == "" { // nor a hole where it would stand
			text = textAlone.ReplaceAllString(text, "\n\n")
		}
		if filled := strings.TrimSpace(fill(text, values)); filled != "" {
			out = append(out, filled)
		}
	}
	if own != "" {
		out = append(out, own)
	}
	return c, strings.Join(out, "\n\n"), nil
}

// macro finds the macro that an agent names.
func (s Situation) macro(name, language string) (Macro, error) {
	m, ok := s.Settings.Macros.find(name, language)
	line := truncate("#macro "+name, 200)
	switch names := s.Settings.Macros.Names(); {
	case !ok && s.Settings.Macros.Fault != "":
		return m, CommandError{Line: line, Key: "macro_faulty", Choice: truncate(s.Settings.Macros.Fault, 500)}
	case !ok && names == "":
		return m, CommandError{Line: line, Key: "macro_none"}
	case !ok:
		e := CommandError{Line: line, Key: "macro_unknown", Choice: names}
		if near := s.Settings.Macros.nearest(name); near != "" {
			e.Key, e.Command = "macro_mistyped", "#macro "+near
		}
		return m, e
	case m.Fault != "":
		return m, CommandError{Line: line, Key: "macro_faulty", Choice: truncate(m.Fault, 500)}
	}
	return m, nil
}

// adopt adds the commands of a macro, and gives its text. Where the agent gives a
// reason and the macro none, his stays.
func (c *Commands) adopt(m Macro) (text string, err error) {
	was := *c
	text, err = c.read(m.Text)
	var bad CommandError
	switch {
	case errors.As(err, &bad):
		return "", CommandError{Line: bad.Line, Key: "macro_contradiction", Choice: m.Name}
	case err != nil:
		return "", err
	case was.Status != "" && was.Reason != "" && c.Reason != was.Reason && c.Reason != "":
		return "", CommandError{Line: truncate(string(c.Status)+" "+c.Reason, 200), Key: "macro_contradiction", Choice: m.Name}
	}
	c.Reason, c.HoldNote = cmp.Or(c.Reason, was.Reason), cmp.Or(was.HoldNote, c.HoldNote)
	c.PriorityWhy, c.PriorityNote = cmp.Or(was.PriorityWhy, c.PriorityWhy), cmp.Or(was.PriorityNote, c.PriorityNote)
	return text, nil
}

// withMacro in an entry's EventArgs names the macros that its text is made of.
const withMacro = "macro"

// tellMacros notes which macros an agent's words are made of.
func (e *Entry) tellMacros(c Commands) {
	if len(c.Macros) > 0 {
		e.tell(withMacro, truncate(strings.Join(c.Macros, ", "), maxFieldValue))
	}
}

// fieldValues are what the fields stand for. The status is that which the mail
// brings about.
func (s Situation) fieldValues(c Commands, in insertion, box Mailbox, language string) map[string]string {
	otherwise := AgentReplied
	if cmp.Or(c.Visibility, in.seen) == AgentsOnly {
		otherwise = NoteAdded
	}
	words, ok := s.Settings.Macros.Statuses[language]
	if !ok {
		words = s.Settings.Macros.Statuses["en"]
	}
	return map[string]string{
		"requester.name": inert(cmp.Or(in.requester.Name, in.requester.Address)),
		"agent.name":     inert(cmp.Or(in.by.Name, in.by.Address)),
		"ticket":         fmt.Sprint(in.ticket.ID),
		"subject":        inert(in.ticket.Subject),
		"desk":           inert(cmp.Or(box.Name, box.Address)),
		"status":         words[Transition(in.ticket.Status, statusOf(c, otherwise))],
	}
}

// inert is a value in one line, without what would change how the text around
// it is shown.
func inert(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
	return truncate(strings.Join(strings.Fields(s), " "), maxFieldValue)
}

// fill puts values in the place of fields, in one pass.
func fill(text string, values map[string]string) string {
	return macroField.ReplaceAllStringFunc(text, func(f string) string {
		if f == "{{" {
			return "{"
		}
		return values[fieldName(f)]
	})
}

// fieldName is the name in a match of macroField.
func fieldName(f string) string { return strings.ToLower(strings.Trim(f, "{ }")) }

func hasField(text, name string) bool {
	return slices.ContainsFunc(macroField.FindAllString(text, -1), func(f string) bool { return fieldName(f) == name })
}
