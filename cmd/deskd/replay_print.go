package main

import (
	"fmt"
	"io"
	"strings"

	"deskd/mail"
	"deskd/ticketing"
)

// replayed is what came of reading one mail again, as replay --json prints it:
// one object a line.
type replayed struct {
	Mail    int64 `json:"mail"`
	Ticket  int64 `json:"ticket"` // 0 if on none
	Entry   int64 `json:"entry"`
	Applied bool  `json:"applied"`
	// Changed names what differs: author, subject, text, full_text, attachments,
	// language, problems, charset.
	Changed []string `json:"changed"`
	Kept    string   `json:"kept"`    // what stays as it was all the same, and why
	Skipped string   `json:"skipped"` // why it was not read
	Error   string   `json:"error"`
	// Was and Is are null where nothing differs.
	Was *understanding `json:"was"`
	Is  *understanding `json:"is"`
}

// understanding is how an entry's mail is understood.
type understanding struct {
	Author      ticketing.Address          `json:"author"`
	Subject     string                     `json:"subject"`
	Text        string                     `json:"text"`
	FullText    string                     `json:"full_text"`
	Attachments []ticketing.AttachmentView `json:"attachments"`
	Language    string                     `json:"language"` // kept of held mails only
	Problems    []string                   `json:"problems"`
	Charset     string                     `json:"charset"` // as somebody named it
}

func (h *house) understood(e ticketing.Entry) *understanding {
	v := ticketing.NewEntryView(e)
	return &understanding{
		v.Author.Address, e.Subject, e.Text, e.FullText, v.Attachments, e.Review.Language,
		append([]string{}, mail.ProblemTexts(h.composer.Texts, "en", e.Problems())...), e.Charset(),
	}
}

// note takes down what the domain says of an entry.
func (v *replayed) note(h *house, r ticketing.Rereading) {
	v.Changed, v.Kept = r.Changed(), r.Kept
	if len(v.Changed) > 0 {
		v.Was, v.Is = h.understood(r.Was), h.understood(r.Is)
	}
}

// tell prints what came of one entry. People are told of mails that stay as
// they are only where they named them.
func (r *replay) tell(v replayed) error {
	if r.JSON {
		if v.Changed == nil {
			v.Changed = []string{}
		}
		return printJSON(r.out, v)
	}
	switch {
	case len(v.Changed) > 0:
		return r.printChange(v)
	case len(r.Mails) == 0:
	case v.Skipped != "":
		fmt.Fprintf(r.out, "Mail %d is not read: %s\n", v.Mail, oneLine(v.Skipped))
	default:
		fmt.Fprintf(r.out, "Mail %d, ticket %d, entry %d: as it was\n", v.Mail, v.Ticket, v.Entry)
		printKept(r.out, v.Kept)
	}
	return nil
}

func printKept(w io.Writer, kept string) {
	if kept != "" {
		fmt.Fprintf(w, "  (%s)\n", kept)
	}
}

func (r *replay) printChange(v replayed) error {
	fmt.Fprintf(r.out, "Mail %d, ticket %d, entry %d, from %s\n", v.Mail, v.Ticket, v.Entry, who(v.Is.Author))
	was, is := v.Was.facts(), v.Is.facts()
	textShown := false
	for _, name := range v.Changed {
		fmt.Fprintf(r.out, "  %s:\n", strings.ReplaceAll(name, "_", " "))
		if name == "full_text" && textShown {
			fmt.Fprintln(r.out, "    changes as well")
			continue
		}
		textShown = textShown || name == "text"
		printDifference(r.out, was[name], is[name])
	}
	printKept(r.out, v.Kept)
	_, err := fmt.Fprintln(r.out)
	return err
}

// facts are the lines in which an understanding is compared.
func (u understanding) facts() map[string][]string {
	f := map[string][]string{
		"author": {who(u.Author)}, "subject": nonEmptyLines(u.Subject), "text": nonEmptyLines(u.Text),
		"full_text": nonEmptyLines(u.FullText), "language": nonEmptyLines(u.Language), "charset": nonEmptyLines(u.Charset),
		"problems": u.Problems,
	}
	for _, a := range u.Attachments {
		f["attachments"] = append(f["attachments"], fmt.Sprintf("%s (%s, %d bytes)", a.Name, a.Type, a.Size))
	}
	return f
}

func nonEmptyLines(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			all = append(all, strings.TrimRight(line, "\r\n"))
		}
	}
	return all
}

// shownLines is how many lines of either side of a difference are shown.
const shownLines = 12

// printDifference shows what is between the lines that both sides begin and end
// with.
func printDifference(w io.Writer, was, is []string) {
	for len(was) > 0 && len(is) > 0 && was[0] == is[0] {
		was, is = was[1:], is[1:]
	}
	for len(was) > 0 && len(is) > 0 && was[len(was)-1] == is[len(is)-1] {
		was, is = was[:len(was)-1], is[:len(is)-1]
	}
	if len(was)+len(is) == 0 {
		fmt.Fprintln(w, "    only white space, or what is not shown here")
	}
	for _, side := range []struct {
		mark  string
		lines []string
	}{{"-", was}, {"+", is}} {
		for i, line := range side.lines {
			if i == shownLines {
				fmt.Fprintf(w, "    %s … %d more lines\n", side.mark, len(side.lines)-i)
				break
			}
			fmt.Fprintf(w, "    %s %s\n", side.mark, clip(line, 200))
		}
	}
}

// printSum ends the run for people.
func (r *replay) printSum() {
	would := "would change"
	if r.Apply {
		would = "changed"
	}
	fmt.Fprintf(r.out, "%d %s, %d as before, %d not read, %d failed.\n", r.changed, would, r.same, r.skipped, r.failed)
	if !r.Apply && r.changed > 0 {
		fmt.Fprintln(r.out, "Nothing is written yet: give --apply to do it.")
	}
}
