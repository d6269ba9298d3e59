package ticketing

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// charsetChosen in an entry's EventArgs is the charset that a person says its
// mail is written in.
const charsetChosen = "charset"

// Reread puts an entry's words right: they are understood anew, from the raw
// mail, by another program than at first or as another charset. Nothing else
// follows. The status, who sees the entry, what is known of its sender, where
// the mail led and what waits with a held one stay as they were decided, and
// nobody is written to. A second time it changes nothing.
type Reread struct {
	EntryID int64
	// Mail as it is read now. Its sender, verdict and kind count for nothing.
	Mail Message
	// Charset is what a person says the mail is written in, kept with the entry
	// for the next time; "" leaves that to the mail.
	Charset string
	Program string // version of what reads it
	Reason  string // in the administrator's words, may be ""

	moved bool // the entry is a copy on a ticket of its own
}

// look reads what else the words depend on.
func (c Reread) look(d *Desk, r Reader, s *Situation) (Command, error) {
	row, err := r.Ledger(c.Mail.MailID)
	if err != nil {
		return nil, err
	}
	c.moved = row.EntryID != c.EntryID
	s.OwnEnclosed = d.ownEnclosed(c.Mail)
	return c, nil
}

// Rereading is what a [Reread] makes of an entry.
type Rereading struct {
	Was, Is Entry
	// Subject of the ticket where that changes: it was this mail's.
	Subject string
	// Kept says which of the words stay as they were, and why; "" for none.
	Kept string
}

func (c Reread) decide(by Actor, t Ticket, s Situation) (Change, error) {
	i := slices.IndexFunc(s.Entries, func(e Entry) bool { return e.ID == c.EntryID })
	if i < 0 || s.Entries[i].MailID != c.Mail.MailID || c.Mail.MailID == 0 {
		return Change{}, refuse("ticket %d has no entry %d with mail %d", t.ID, c.EntryID, c.Mail.MailID)
	}
	r := c.understand(s.Entries[i], t, s)
	changed := r.Changed()
	if slices.Equal(changed, []string{"charset"}) {
		r.Is, changed = r.Was, nil // it makes no difference to this mail
	}
	if len(changed) == 0 {
		return Change{Reread: &r}, nil
	}
	if r.Subject != "" {
		t.Subject = r.Subject
	}
	why := "changed: " + strings.Join(changed, ", ")
	if c.Charset != "" {
		why += "; read as " + c.Charset
	}
	if c.Reason != "" {
		why += "; " + c.Reason
	}
	return Change{Ticket: &t, Reread: &r, Events: []Entry{s.event("reread", AgentsOnly, by.Author, why, map[string]string{
		"entry": fmt.Sprint(c.EntryID), "version": c.Program,
	})}}, nil
}

// understand makes the entry as the mail is understood now.
func (c Reread) understand(was Entry, t Ticket, s Situation) Rereading {
	r := Rereading{Was: was, Is: was}
	c.Mail = seenThroughOwnList(c.Mail, s.Settings)
	is, m := &r.Is, c.Mail
	is.EventArgs = maps.Clone(was.EventArgs)
	if was.Kind != EntryEvent {
		is.note("problems", joinProblems(m.Problems))
	}
	is.note(charsetChosen, c.Charset)
	is.FullText = storable(m.Text)
	if was.EventArgs[forwarder] != "" {
		r.Is, r.Kept = was, "it stays: its words are those of a mail that an agent passed on"
		return r
	}
	if sentByAgent(was) {
		if is.FullText != was.FullText {
			r.Kept = "its text, subject and files stay: customers have them as they are"
		}
		return r
	}
	is.Subject, is.Attachments = storable(m.Subject), storableFiles(m.Attachments)
	switch from := senderOf(m); {
	case was.Event == "unreadable":
		is.fillStub(m)
	case from.Address == was.Author.Address && from.Name != "":
		is.Author.Name = storable(from.Name)
	}
	is.Text = storable(c.text(was, s))
	earlier := before(was, s)
	if is.Text != was.Text && was.Kind == EntryMessage && was.Author.Role != Agent && repeatsHidden(is.Text, was.Text, earlier) {
		is.Text, r.Kept = was.Text, "its text stays: read anew, it repeats what not everybody may see who sees the entry"
	}
	if was.Author.Role != Agent && was.Kind != EntryEvent {
		is.keepFiles(was, m, s)
	}
	if was.Visibility == Held && len(r.Changed()) > 0 {
		is.reviewAnew(m, s)
	}
	r.Subject = c.subject(was, *is, t, s)
	return r
}

// sentByAgent reports whether customers have got the entry's words from us or
// from the agent himself.
func sentByAgent(e Entry) bool {
	return e.Author.Role == Agent && e.Kind == EntryMessage && e.Visibility == Public
}

// fillStub makes a message of what stood for a mail that could not be read. Who
// wrote it is told to agents; he gets no place on the ticket by it.
func (e *Entry) fillStub(m Message) {
	from := senderOf(m)
	e.Author = Author{Name: storable(from.Name), Address: storable(from.Address), Role: e.Author.Role}
	e.Event = ""
	for _, name := range []string{"size", "reason", "times", "why"} {
		e.note(name, "")
	}
}

// text is what the entry shows of the mail, by the rules it was made by.
func (c Reread) text(was Entry, s Situation) string {
	m := c.Mail
	opened := was.Review.State == ReviewNone && !c.moved && (was.Author.Role == Requester || was.Event == "unreadable")
	switch {
	case was.EventArgs[withMacro] != "":
		return was.Text // the texts of then are not in the mail
	case was.Kind == EntryNote:
		return noteText(m, was)
	case was.Kind == EntryMessage && opened && s.Entries[0].ID == was.ID:
		return firstText(m)
	case strings.TrimSpace(m.Reply) == "":
		return ""
	}
	return m.Reply
}

// noteText is what a note shows of an agent's mail: the commands that were
// carried out stand in its whole text only.
func noteText(m Message, was Entry) string {
	text := m.Reply
	if first, _, _ := strings.Cut(ownWords(m), "\n"); first != "" {
		line := flatten(first)
		cut := strings.Contains(flatten(was.FullText), line) && !strings.Contains(flatten(was.Text), line)
		if _, without, err := ParseCommands(text); err == nil && cut {
			text = without
		}
	}
	switch {
	case strings.TrimSpace(text) != "":
		return text
	case was.Text != "":
		return m.Text
	}
	return ""
}

// before is the situation with the entries that the mail could repeat.
func before(e Entry, s Situation) Situation {
	s.Entries = slices.DeleteFunc(slices.Clone(s.Entries), func(other Entry) bool { return other.ID >= e.ID })
	return s
}

// repeatsHidden reports whether a text says, in lines that it did not have
// before, what stands in a note, in a held mail, or in a message that some of
// the customers may not see: a quote that is not recognised any more. The
// entries are the caller's own copies.
func repeatsHidden(text, old string, s Situation) bool {
	had := map[string]bool{}
	for line := range strings.Lines(old) {
		had[flatten(line)] = true
	}
	var more strings.Builder
	for line := range strings.Lines(text) {
		if !had[flatten(line)] {
			more.WriteString(line)
		}
	}
	seen := map[int64]bool{}
	for _, e := range visibleToAll(s) {
		seen[e.ID] = true
	}
	for i := range s.Entries {
		e := &s.Entries[i]
		switch {
		case seen[e.ID]:
			e.FullText = "" // what it quotes was for those of its time
		case e.Kind == EntryMessage:
			e.Visibility, e.Unverified, e.Review = AgentsOnly, false, Review{}
		}
	}
	return repeatsNote(more.String(), s)
}

// keepFiles marks the files that are for agents only: those found now, and
// those found before, for a signature may have expired since.
func (e *Entry) keepFiles(was Entry, m Message, s Situation) {
	kept := strings.Fields(was.EventArgs[keptFiles])
	delete(e.EventArgs, keptFiles)
	e.keepFilesOfOurs(m, s)
	parts := strings.Fields(e.EventArgs[keptFiles])
	for _, a := range e.Attachments {
		of := func(k string) bool { return a.Part == k || strings.HasPrefix(a.Part, k+".") }
		if slices.ContainsFunc(kept, of) && !slices.Contains(parts, a.Part) {
			parts = append(parts, a.Part)
		}
	}
	e.note(keptFiles, strings.Join(parts, " "))
}

// reviewAnew notes what a held entry's release depends on beside its text,
// which is looked at when it is released.
func (e *Entry) reviewAnew(m Message, s Situation) {
	if m.Language != "" && e.Verdict.Result != Fail {
		e.Review.Language = m.Language
	}
	if e.Author.Role != Agent {
		return
	}
	s.Entries = slices.DeleteFunc(slices.Clone(s.Entries), func(other Entry) bool { return other.ID == e.ID })
	if files := filesLeak(m, s); files == fileInAnswer || e.Review.Files == "" {
		e.Review.Files = files
	}
}

// subject is that of the ticket, if it was this mail's and is another now.
func (c Reread) subject(was, is Entry, t Ticket, s Situation) string {
	prefix := s.Settings.TagPrefix
	now := CleanSubject(prefix, is.Subject)
	if was.Kind != EntryMessage || s.Entries[0].ID != was.ID || t.Subject != CleanSubject(prefix, was.Subject) || now == t.Subject {
		return ""
	}
	return now
}

// note sets one thing that is told of a mail beside its words; "" takes it away.
func (e *Entry) note(name, value string) {
	if value == "" {
		delete(e.EventArgs, name)
		if len(e.EventArgs) == 0 {
			e.EventArgs = nil
		}
		return
	}
	e.tell(name, storable(value))
}

// Changed names what is understood otherwise now.
func (r Rereading) Changed() []string {
	was, is := r.Was, r.Is
	var names []string
	for _, f := range []struct {
		name string
		is   bool
	}{
		{"author", was.Author != is.Author},
		{"subject", was.Subject != is.Subject || r.Subject != ""},
		{"text", was.Text != is.Text},
		{"full_text", was.FullText != is.FullText},
		{"attachments", !slices.Equal(was.Attachments, is.Attachments) || was.EventArgs[keptFiles] != is.EventArgs[keptFiles]},
		{"language", was.Review.Language != is.Review.Language},
		{"problems", was.EventArgs["problems"] != is.EventArgs["problems"]},
		{"charset", was.Charset() != is.Charset()},
	} {
		if f.is {
			names = append(names, f.name)
		}
	}
	return names
}

// Charset is what a person has said that the entry's mail is written in, "" for
// what the mail says.
func (e Entry) Charset() string { return e.EventArgs[charsetChosen] }

// storable is a text as a store gives it back, so that a second reading finds
// no difference.
func storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

func storableFiles(all []Attachment) []Attachment {
	if len(all) == 0 {
		return nil
	}
	all = slices.Clone(all)
	for i := range all {
		a := &all[i]
		a.Part, a.Name, a.Type, a.ContentID = storable(a.Part), storable(a.Name), storable(a.Type), storable(a.ContentID)
	}
	return all
}

// EntriesOfMail are the entries that hold a mail's words: none for a copy of
// another mail, for commands and for reports; two if a held one was made a
// ticket of its own.
func EntriesOfMail(r Reader, row LedgerRow) ([]Entry, error) {
	if row.EntryID == 0 {
		return nil, nil
	}
	e, err := r.Entry(row.EntryID)
	if err != nil || e.MailID != row.ID || isReport(e) {
		return nil, err
	}
	all := []Entry{e}
	if e.Visibility != Held || e.Review.State != ReviewReleased {
		return all, nil
	}
	t, err := r.Ticket(e.TicketID)
	if err != nil {
		return nil, err
	}
	for _, id := range t.Linked {
		others, err := r.Entries(id)
		if err != nil {
			return nil, err
		}
		for _, other := range others {
			if other.MailID == row.ID {
				all = append(all, other)
			}
		}
	}
	return all, nil
}

// isReport reports whether an entry is made of what a delivery report says, and
// not of its words.
func isReport(e Entry) bool {
	return e.Kind == EntryEvent && slices.Contains([]string{"undelivered", "delayed", "probably_undelivered"}, e.Event)
}
