package ticketing

import (
	"regexp"
	"slices"
	"strings"
)

// keptFiles in a message's EventArgs are the parts of it that only agents get:
// mails of ours, which hold what was written to one person.
const keptFiles = "kept_files"

// addressWithToken is a signed reply address in running text.
var addressWithToken = regexp.MustCompile(`(?i)[^\s<>"'(),;:\[\]]*[0-9a-z][canbu][0-9a-hjkmnp-tv-z]{34}(?:@|%40)[0-9a-z.\-]*`)

// SeenBy is what a participant who is not an agent may have of the public
// entries of his ticket, which are given from his horizon on; hidden says that
// there are earlier ones. He sees what was written, not what it quotes from
// before his time, nobody's reply address, and nothing of what is kept for
// agents: whole texts, evidence and reasons.
func SeenBy(p Participant, public []Entry, hidden bool) []Entry {
	if !p.Active() || p.Role == Agent {
		return nil
	}
	var mine []Entry
	var seen strings.Builder
	for _, e := range public {
		if !e.Sees(p) {
			hidden = hidden || e.Visibility == Public && len(e.SentTo()) > 0
			continue
		}
		e = forCustomers(e)
		if e.Kind == EntryMessage {
			// The first message may quote what it likes; a reply that quotes what is
			// not here has it from elsewhere, such as another ticket.
			if (hidden || seen.Len() > 0) && e.Author.PersonID != p.PersonID {
				e.Text = keepQuotes(e.Text, seen.String())
			}
			seen.WriteString(flatten(e.Text))
			seen.WriteByte('\n')
		}
		mine = append(mine, e)
	}
	return mine
}

// withoutTokens takes reply addresses out of a text.
func withoutTokens(text string) string {
	if !replyToken.MatchString(text) {
		return text
	}
	return addressWithToken.ReplaceAllString(text, "…")
}

// forCustomers leaves of an entry what no customer is kept from. The arguments
// of events are what they say; those of messages are marks for agents.
func forCustomers(e Entry) Entry {
	kept := strings.Fields(e.EventArgs[keptFiles])
	e.Attachments = slices.DeleteFunc(slices.Clone(e.Attachments), func(a Attachment) bool { return slices.Contains(kept, a.Part) })
	e.Text = withoutTokens(e.Text)
	e.FullText, e.HTML, e.Why, e.Verdict.Evidence, e.MailID, e.RawSHA256, e.Review = "", "", "", "", 0, "", Review{}
	if e.Kind != EntryEvent {
		e.EventArgs = nil
	}
	return e
}

// eventsForCustomers are the events that a letter may tell customers of, without
// what is for agents.
func eventsForCustomers(events []Entry) []Entry {
	var public []Entry
	for _, e := range events {
		if e.Visibility == Public {
			public = append(public, forCustomers(e))
		}
	}
	return public
}

// keepFilesOfOurs marks the files of a customer's mail that are mails of ours,
// so that nobody but agents gets them.
func (e *Entry) keepFilesOfOurs(m Message, s Situation) {
	var parts []string
	for _, enclosed := range m.Enclosed {
		if ownOrToken(enclosed, s) {
			parts = append(parts, enclosed.Part)
		}
	}
	if len(parts) > 0 {
		e.tell(keptFiles, strings.Join(parts, " "))
	}
}

// toCustomer is the entry as a letter tells it to a customer: what he would see
// of it in the timeline, with the files he may have. ok is false if he may not
// see it at all.
func (a *applying) toCustomer(p Participant) (e Entry, ok bool, err error) {
	e = a.anchor
	plain := !strings.Contains(e.Text, ">") && e.EventArgs[keptFiles] == "" && e.EventArgs[sentTo] == ""
	if plain && (p.Role != Cc || e.ID >= p.SinceEntry) {
		e.Text = withoutTokens(e.Text)
		return e, true, nil
	}
	visible, err := a.tx.EntriesVisibleTo(p.ID)
	if err != nil {
		return e, false, err
	}
	for _, v := range visible {
		if v.ID == e.ID {
			e.Text, e.Attachments = v.Text, v.Attachments
			return e, true, nil
		}
	}
	return e, false, nil
}
