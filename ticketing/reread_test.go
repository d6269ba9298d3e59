package ticketing

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// rereadOf reads the last of a ticket's messages from mail again.
func rereadOf(t *testing.T, m Message, s Situation) (Change, Rereading) {
	t.Helper()
	last := s.Entries[len(s.Entries)-1]
	for _, e := range s.Entries {
		if e.MailID == 9 {
			last = e
		}
	}
	m.MailID = last.MailID
	c, err := Reread{EntryID: last.ID, Mail: m, Program: "9"}.decide(Actor{Via: "system"}, Ticket{ID: 1, Subject: "Tüte"}, s)
	if err != nil {
		t.Fatal(err)
	}
	return c, *c.Reread
}

func readEntry(id int64, change func(*Entry)) Entry {
	e := Entry{
		ID: id, TicketID: 1, MailID: id, Kind: EntryMessage, Visibility: Public, Via: "mail", MailKind: Human, Subject: "Re: Tüte",
		Author: Author{PersonID: 1, Name: "Ada", Address: "ada@example.org", Role: Requester}, Text: "garbled", FullText: "garbled",
	}
	if change != nil {
		change(&e)
	}
	return e
}

// A stub becomes the message that it stood for. Who sent it gets no rights, and
// the ticket gets its subject.
func TestRereadStub(t *testing.T) {
	t.Parallel()
	stub := Unreadable(LedgerRow{ID: 7, RawSHA256: "abc", Size: 9}, Failure{Reason: EndedProgram, Times: 3}, Situation{Now: time.Unix(1, 0)}).Entry
	stub.ID, stub.Author.PersonID = 1, 4
	m := Message{
		MailID: 7, From: []Address{{Name: "Ada", Address: "Ada@Example.org"}}, Subject: "Re: Tüte", Reply: "It burns.", Text: "It burns.\n> x\n",
		Attachments: []Attachment{{Part: "2", Name: "a.pdf"}}, Problems: []Problem{{Key: BadUTF8}}, Verdict: Verdict{Result: Pass},
	}
	c, err := Reread{EntryID: 1, Mail: m, Program: "9"}.decide(Actor{Via: "system"}, Ticket{ID: 1}, Situation{Entries: []Entry{*stub}, Settings: Settings{TagPrefix: "HD"}})
	if err != nil {
		t.Fatal(err)
	}
	want := *stub
	want.Author = Author{Name: "Ada", Address: "ada@example.org", Role: Stranger}
	want.Event, want.EventArgs = "", map[string]string{"problems": "bad_utf8"}
	want.Subject, want.Text, want.FullText, want.Attachments = m.Subject, m.Reply, m.Text, m.Attachments
	if diff := cmp.Diff(want, c.Reread.Is); diff != "" {
		t.Error(diff)
	}
	if c.Ticket.Subject != "Tüte" || len(c.Letters)+len(c.Join)+len(c.Sight)+len(c.MessageIDs)+len(c.Update) > 0 || c.Entry != nil || c.Outcome != nil {
		t.Errorf("more follows from it, or not its subject: %+v", c)
	}
	if len(c.Events) != 1 || c.Events[0].Visibility != AgentsOnly || c.Events[0].EventArgs["version"] != "9" {
		t.Errorf("events %+v", c.Events)
	}
}

// What is shown of a mail is made as it was made at first.
func TestRereadText(t *testing.T) {
	t.Parallel()
	long := "one\n\n> two\n> three\n> four\n> five\n"
	note := func(text, full string) func(*Entry) {
		return func(e *Entry) {
			e.Kind, e.Visibility, e.Author.Role, e.Text, e.FullText = EntryNote, AgentsOnly, Agent, text, full
		}
	}
	for name, test := range map[string]struct {
		change      func(*Entry)
		second      bool
		reply, text string
		want        string
	}{
		"first":                    {nil, false, "one", long, long},
		"first, held before":       {func(e *Entry) { e.Review.State = ReviewReleased }, false, "one", long, "one"},
		"later":                    {nil, true, "one", long, "one"},
		"only quotes":              {nil, true, " \n", long, ""},
		"answer":                   {func(e *Entry) { e.Author.Role = Agent }, true, "one", long, "garbled"},
		"note without its command": {note("g?rbled", "#hold parts\ng?rbled"), true, "#hold parts\ngarbled", "#hold parts\ngarbled", "garbled"},
		"note with its command":    {note("#hold parts\ng?rbled", "#hold parts\ng?rbled"), true, "#hold parts\ngarbled", "#hold parts\ngarbled", "#hold parts\ngarbled"},
		"command not read before":  {note("g?rbled", "g?rbled"), true, "#solved\ngarbled", "#solved\ngarbled", "#solved\ngarbled"},
		"note that only quotes":    {note("> x?", "> x?"), true, "", "> xy", "> xy"},
		"note of files alone":      {note("", "> x?"), true, "", "> xy", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := Situation{Entries: []Entry{readEntry(2, test.change)}}
			if test.second {
				s.Entries = append([]Entry{readEntry(1, nil)}, s.Entries...)
			}
			_, r := rereadOf(t, Message{Reply: test.reply, Text: test.text, Subject: "Re: Tüte"}, s)
			if r.Is.Text != test.want || r.Is.FullText != test.text {
				t.Errorf("text %q, whole text %q", r.Is.Text, r.Is.FullText)
			}
			s.Entries[len(s.Entries)-1] = r.Is
			if c, r := rereadOf(t, Message{Reply: test.reply, Text: test.text, Subject: "Re: Tüte"}, s); len(r.Changed()) > 0 || len(c.Events) > 0 {
				t.Errorf("read once more, it changes %v", r.Changed())
			}
		})
	}
}

// What an agent sent stays as customers have it.
func TestRereadAnswer(t *testing.T) {
	t.Parallel()
	was := readEntry(2, func(e *Entry) {
		e.Author.Role, e.Attachments, e.EventArgs = Agent, []Attachment{{Part: "2", Name: "winmail.dat"}}, map[string]string{"claim": "own_token"}
	})
	m := Message{Reply: "put right", Text: "put right", Subject: "Other", Attachments: []Attachment{{Part: "2.1", Name: "secret.pdf"}}, Problems: []Problem{{Key: CutOff}}}
	c, r := rereadOf(t, m, Situation{Entries: []Entry{readEntry(1, nil), was}})
	want := was
	want.FullText, want.EventArgs = "put right", map[string]string{"claim": "own_token", "problems": "cut_off"}
	if diff := cmp.Diff(want, r.Is); diff != "" || r.Kept == "" || c.Ticket.Subject != "Tüte" {
		t.Error(diff, r.Kept, c.Ticket.Subject)
	}
}

// A quote that is not recognised any more shows nobody what he may not see.
func TestRereadRevealsNothing(t *testing.T) {
	t.Parallel()
	const secret = "The account number is 4711-0815."
	hidden := readEntry(1, func(e *Entry) { e.Author.Role, e.Text, e.FullText = Agent, secret, secret })
	quoting := readEntry(2, func(e *Entry) { e.Text, e.FullText = "Thanks.", "Thanks.\n> "+secret })
	note := readEntry(1, func(e *Entry) { e.Kind, e.Visibility, e.Text = EntryNote, AgentsOnly, secret })
	held := readEntry(1, func(e *Entry) {
		e.Visibility, e.Review, e.Text = Held, Review{State: ReviewWaiting, Visibility: Public}, secret
	})
	directly := readEntry(1, func(e *Entry) { e.Text, e.EventArgs = secret, map[string]string{sentTo: "bo@example.org"} })
	cc := Participant{Role: Cc, SinceEntry: 2, Address: "bo@example.org"}
	for name, test := range map[string]struct {
		before []Entry
		people []Participant
		change func(*Entry)
		stays  bool
	}{
		"from before a Cc's time":         {[]Entry{hidden}, []Participant{cc}, nil, true},
		"though a later one quoted it":    {[]Entry{hidden, quoting}, []Participant{cc}, nil, true},
		"all have seen it":                {[]Entry{hidden}, nil, nil, false},
		"removed":                         {[]Entry{hidden}, []Participant{{Role: Cc, SinceEntry: 2, RemovedAt: time.Unix(1, 0)}}, nil, false},
		"it stood there before":           {[]Entry{hidden}, []Participant{cc}, func(e *Entry) { e.Text = "garbled\n" + secret }, false},
		"a note":                          {[]Entry{note}, nil, nil, true},
		"a held mail":                     {[]Entry{held}, nil, nil, true},
		"sent to another":                 {[]Entry{directly}, nil, nil, true},
		"held itself, may be released":    {[]Entry{note}, nil, func(e *Entry) { e.Visibility, e.Review.State = Held, ReviewWaiting }, true},
		"the same in a note, for agents":  {[]Entry{note}, nil, func(e *Entry) { e.Kind, e.Visibility, e.Author.Role = EntryNote, AgentsOnly, Agent }, false},
		"said in a note only later":       {nil, nil, nil, false},
		"an agent's machine, for agents":  {[]Entry{note}, nil, func(e *Entry) { e.Visibility, e.Author.Role = AgentsOnly, Agent }, false},
		"the same in an event for agents": {[]Entry{note}, nil, func(e *Entry) { e.Kind, e.Visibility = EntryEvent, AgentsOnly }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			later := note
			later.ID, later.MailID = 10, 0
			if test.before == nil {
				test.before = []Entry{readEntry(1, nil)}
			}
			s := Situation{Entries: append(slices.Clone(test.before), readEntry(9, test.change), later), People: People{Participants: test.people}}
			was := cmp.Diff(s, Situation{})
			text := "It still burns.\n" + secret
			_, r := rereadOf(t, Message{Reply: text, Text: text, Subject: "Re: Tüte"}, s)
			if stays := r.Is.Text == r.Was.Text; stays != test.stays || (r.Kept != "") != test.stays || r.Is.FullText != text {
				t.Errorf("text %q, kept: %s", r.Is.Text, r.Kept)
			}
			if cmp.Diff(s, Situation{}) != was {
				t.Error("the situation was changed")
			}
		})
	}
}

// Files that are mails of ours stay with agents, however often they are read;
// and a held answer's release knows what its files are.
func TestRereadFiles(t *testing.T) {
	t.Parallel()
	const token = "support+0a00000003hpre7g7p00tec9p72f7rbh71y0@example.com"
	m := Message{
		Reply: "put right", Text: "put right", Subject: "Re: Tüte",
		Attachments: []Attachment{{Part: "2.1", Name: "ours.eml"}, {Part: "3", Name: "a.txt"}, {Part: "4", Name: "b.txt"}},
		Enclosed:    []Enclosed{{Part: "4", Text: "write to " + token}},
	}
	was := readEntry(2, func(e *Entry) { e.EventArgs = map[string]string{keptFiles: "2 9"} })
	_, r := rereadOf(t, m, Situation{Entries: []Entry{readEntry(1, nil), was}})
	if got := r.Is.EventArgs[keptFiles]; got != "4 2.1" {
		t.Errorf("for agents are the files %q", got)
	}
	seen := SeenBy(Participant{PersonID: 1, Role: Requester}, []Entry{r.Is}, false)
	if len(seen) != 1 || len(seen[0].Attachments) != 1 || seen[0].Attachments[0].Part != "3" {
		t.Errorf("a customer gets %+v", seen)
	}
	for before, want := range map[string]string{"": fileInAnswer, noteInAnswer: fileInAnswer, fileInAnswer: fileInAnswer} {
		was := readEntry(2, func(e *Entry) {
			e.Author.Role, e.Visibility, e.Review = Agent, Held, Review{State: ReviewWaiting, Then: Act, Files: before}
		})
		s := Situation{Entries: []Entry{readEntry(1, nil), was}}
		if _, r := rereadOf(t, m, s); r.Is.Review.Files != want {
			t.Errorf("held before for %q, the files are now %q", before, r.Is.Review.Files)
		}
		harmless := m
		harmless.Enclosed = nil
		if _, r := rereadOf(t, harmless, s); r.Is.Review.Files != before {
			t.Errorf("held before for %q, harmless files are now %q", before, r.Is.Review.Files)
		}
	}
}

func TestRereadRefused(t *testing.T) {
	t.Parallel()
	s := Situation{Entries: []Entry{readEntry(1, nil), {ID: 2, Kind: EntryNote}}}
	for name, c := range map[string]Reread{
		"another ticket's": {EntryID: 9, Mail: Message{MailID: 9}},
		"another mail":     {EntryID: 1, Mail: Message{MailID: 2}},
		"no mail":          {EntryID: 2},
	} {
		if _, err := c.decide(Actor{}, Ticket{ID: 1}, s); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "has no entry") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
