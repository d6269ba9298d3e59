package ticketing

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// What one command may bring, beyond which it is refused.
const (
	maxWords    = 500 // bytes of a reason, a sentence or a reminder
	maxTag      = 40  // bytes of one tag
	maxTags     = 20  // tags of one ticket
	maxNamed    = 10  // tickets in all #link or #unlink
	maxPeople   = 100 // addresses in all #cc or #uncc; a ticket may hold fewer
	maxReminder = 2 * 366 * 24 * time.Hour
)

// The methods below take in the argument of one command each, and return a
// catalogue key below "command." if it cannot be.

// oneCommand refuses a second command on the line of the first.
func oneCommand(name, arg string) string {
	second, _, ok := commandLine(arg)
	if ok && name != "tag" && slices.Contains(commandNames(), second) {
		return "one_a_line"
	}
	return ""
}

func (c *Commands) see(v Visibility) string {
	if c.Visibility != "" && c.Visibility != v {
		return "contradiction"
	}
	c.Visibility = v
	return ""
}

func (c *Commands) status(o Occurrence, reason string) string {
	if c.Status != "" && c.Status != o || c.Merge != 0 {
		return "contradiction"
	}
	c.Status, c.Reason = o, truncate(reason, maxWords)
	return ""
}

// hold takes what the ticket waits for, and behind a bar a sentence for the
// customers.
func (c *Commands) hold(arg string) string {
	reason, note := forCustomersToo(arg)
	if reason = CanonicalReason(reason); reason == "" {
		return "hold_needs_reason"
	}
	if key := c.status(CommandHold, reason); key != "" {
		return key
	}
	c.HoldNote = note
	return ""
}

func (c *Commands) solved(arg string) string {
	switch reason := CanonicalReason(arg); {
	case strings.EqualFold(reason, "bug"):
		return "solved_needs_bug"
	case strings.EqualFold(reason, SolvedMerged):
		return "solved_by_merge"
	default:
		return c.status(CommandSolved, reason)
	}
}

// forCustomersToo cuts words into those for agents and, behind a bar, those for
// customers.
func forCustomersToo(arg string) (internal, public string) {
	internal, public, _ = strings.Cut(strings.ReplaceAll(arg, "｜", "|"), "|")
	return truncate(strings.TrimSpace(internal), maxWords), truncate(strings.TrimSpace(public), maxWords)
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
	p := Priority(strings.ToUpper(narrow(level)))
	switch p {
	case S1, S2, S3, S4:
	default:
		return "priority_needs_level"
	}
	if c.Priority != "" && c.Priority != p {
		return "contradiction"
	}
	c.Priority = p
	c.PriorityWhy, c.PriorityNote = forCustomersToo(why)
	return ""
}

// tag takes tags to put on, as "word" or "+word", and to take off, as "-word".
func (c *Commands) tag(arg string) string {
	words := strings.FieldsFunc(narrow(arg), func(r rune) bool { return r == ',' || r == ';' || r == '、' || r == ' ' })
	if len(words) == 0 || len(words) > 2*maxTags {
		return "tag_needs_word"
	}
	for _, w := range words {
		word, drop := strings.CutPrefix(w, "-")
		tag, ok := NormalizeTag(strings.TrimPrefix(word, "+"))
		list, other := &c.AddTags, c.DropTags
		if drop {
			list, other = &c.DropTags, c.AddTags
		}
		switch {
		case !ok:
			return "tag_needs_word"
		case slices.Contains(other, tag):
			return "contradiction"
		case len(*list) > maxTags:
			return "tag_too_many"
		case !slices.Contains(*list, tag):
			*list = append(*list, tag)
		}
	}
	return ""
}

// NormalizeTag gives the form in which a tag is kept: NFC, in lower case. It has
// letters, digits and - _ . / : and at most 40 bytes.
func NormalizeTag(word string) (tag string, ok bool) {
	word, _ = withoutSign(strings.TrimSpace(word))
	tag = strings.ToLower(norm.NFC.String(word))
	odd := strings.ContainsFunc(tag, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("-_./:", r)
	})
	return tag, tag != "" && len(tag) <= maxTag && !odd
}

// people takes addresses to add in Cc, or to remove from it.
func (c *Commands) people(list *[]string, arg string) string {
	addresses := strings.FieldsFunc(arg, func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
	if len(addresses) == 0 {
		return "cc_needs_address"
	}
	for _, a := range addresses {
		if !looksLikeAddress(a) {
			return "cc_needs_address"
		}
		if a = bareAddress(a); !slices.Contains(*list, a) {
			*list = append(*list, a)
		}
		if len(*list) > maxPeople {
			return "cc_too_many"
		}
	}
	if slices.ContainsFunc(c.Cc, func(a string) bool { return slices.Contains(c.Uncc, a) }) {
		return "contradiction"
	}
	return ""
}

// OwnReminder is when an agent wants to hear of a ticket again: after a while, or
// on a day, or not any more.
type OwnReminder struct {
	After time.Duration
	On    string // "2006-01-02"
	Off   bool
	Text  string // in his words, for himself
}

// At is when that is: on a day at nine in the agent's zone.
func (r OwnReminder) At(now time.Time, zone *time.Location) time.Time {
	if r.On == "" {
		return now.Add(r.After)
	}
	day, err := time.ParseInLocation(time.DateOnly, r.On, zone)
	if err != nil {
		return time.Time{}
	}
	return time.Date(day.Year(), day.Month(), day.Day(), 9, 0, 0, 0, zone)
}

func (c *Commands) remind(arg string) string {
	when, text, _ := strings.Cut(arg, " ")
	when = strings.ToLower(narrow(when))
	if c.Remind != (OwnReminder{}) {
		return "contradiction"
	}
	r := OwnReminder{Text: truncate(strings.TrimSpace(text), maxWords)}
	switch _, err := time.Parse(time.DateOnly, when); {
	case when == "none":
		r = OwnReminder{Off: true}
	case err == nil:
		r.On = when
	default:
		if r.After = timeOf(when); r.After <= 0 || r.After > maxReminder {
			return "remind_needs_when"
		}
	}
	c.Remind = r
	return ""
}

// timeOf reads a number of minutes, hours, days or weeks, such as 30m, 2h, 3d or
// 1w; 0 if it is none.
func timeOf(s string) time.Duration {
	if len(s) < 2 || len(s) > 6 {
		return 0
	}
	unit := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}[s[len(s)-1]]
	n, err := strconv.ParseUint(s[:len(s)-1], 10, 32)
	if err != nil || unit == 0 || n > uint64(maxReminder/unit) {
		return 0 // nor what is too long to be counted
	}
	return time.Duration(n) * unit
}

// customer takes in "aiko@acme.example" and "Aiko <aiko@acme.example>".
func (c *Commands) customer(arg string) string {
	name, address := "", arg
	if i := strings.LastIndexByte(arg, '<'); i > 0 {
		name, address = strings.Trim(strings.TrimSpace(arg[:i]), `"`), arg[i:]
	}
	if address = narrow(address); c.Customer != "" || !looksLikeAddress(address) {
		return "customer_needs_address"
	}
	c.CustomerName, c.Customer = cleanName(name), bareAddress(address)
	return ""
}

// merge takes the ticket to merge into, and "with cc" if the people are to come
// along.
func (c *Commands) merge(arg string) string {
	number, people, _ := strings.Cut(arg, " ")
	n, ok := ticketNumber(number)
	people = strings.ToLower(strings.TrimSpace(people))
	switch {
	case !ok, people != "" && people != "with cc" && people != "--with-participants":
		return "merge_needs_number"
	case c.Merge != 0 || c.Status != "" || c.Unmerge:
		return "contradiction"
	}
	c.Merge, c.WithPeople = n, people != ""
	return ""
}

func (c *Commands) unmerge(arg string) string {
	if c.Unmerge || c.Merge != 0 {
		return "contradiction"
	}
	c.Unmerge = true
	if arg == "" {
		return ""
	}
	n, ok := ticketNumber(arg)
	if !ok {
		return "merge_needs_number"
	}
	c.UnmergeOf = n
	return ""
}

// tickets takes numbers of tickets to link with, or to have no link with.
func (c *Commands) tickets(list *[]int64, arg string) string {
	words := strings.FieldsFunc(arg, func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
	if len(words) == 0 || len(words)+len(*list) > maxNamed {
		return "link_needs_number"
	}
	for _, w := range words {
		n, ok := ticketNumber(w)
		if !ok {
			return "link_needs_number"
		}
		if !slices.Contains(*list, n) {
			*list = append(*list, n)
		}
	}
	if slices.ContainsFunc(c.Link, func(n int64) bool { return slices.Contains(c.Unlink, n) }) {
		return "contradiction"
	}
	return ""
}

func ticketNumber(s string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimPrefix(s, "#"), 10, 64)
	return n, err == nil && n > 0
}

func (c *Commands) review(name, arg string) string {
	if c.Review != "" {
		return "contradiction"
	}
	c.Review = name
	if arg == "" {
		return ""
	}
	n, ok := ticketNumber(arg)
	if !ok {
		return "review_needs_number"
	}
	c.ReviewEntry = n
	return ""
}
