package ticketing

import (
	"cmp"
	"strings"
	"time"
)

// wishes are what an agent orders about himself in the first lines of a mail:
// #notify, #receipts, #digest, #away and #back.
type wishes struct {
	is  Person // the agent as he shall be
	any bool   // false: the mail holds no such line
}

// takeWishes takes the lines about the sender himself out of the commands at the
// beginning of a text. It leaves all else, the other commands too, as it was.
func takeWishes(text string, p Person, s Situation) (w wishes, rest string, err error) {
	w.is = p
	var kept []string
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		tidy := tidyLine(line)
		if tidy == "" {
			kept = append(kept, line)
			continue
		}
		name, arg, ok := commandLine(tidy)
		if !ok || (name == "note" || name == "public") && arg != "" { // from here on it is text
			kept = append(kept, lines[i:]...)
			break
		}
		known, fault := w.is.wish(name, arg, s)
		if fault != "" {
			return wishes{}, "", CommandError{Line: truncate(strings.TrimSpace(line), 200), Key: fault}
		}
		w.any = w.any || known
		if !known {
			kept = append(kept, line)
		}
	}
	return w, strings.TrimSpace(strings.Join(kept, "\n")), nil
}

// wish takes in one line. It returns a catalogue key if it cannot be.
func (p *Person) wish(name, arg string, s Situation) (known bool, fault string) {
	switch name {
	case "notify":
		fault = p.Preferences.SetNotify(arg)
	case "receipts":
		fault = p.Preferences.SetReceipts(arg)
	case "digest":
		fault = p.Preferences.SetDigest(arg)
	case "away":
		until, ok := p.Preferences.back(arg, s.Now, s.Settings.awayDefault())
		if !ok {
			fault = "away_needs_date"
		}
		p.AwayUntil = until
	case "back":
		if arg != "" { // "#back in an hour" is no command that we know
			fault = "back_alone"
		}
		p.AwayUntil = time.Time{}
	default:
		return false, ""
	}
	return true, fault
}

// decideAgentMail is [decideAgent] for a mail that may also say something about
// the agent himself. All of it is done or nothing.
func decideAgentMail(m Message, l Link, a Authority, s Situation) Change {
	whole := ownWords(m)
	if isMachine(m, s) {
		return decideAgent(m, l, a, s)
	}
	w, rest, err := takeWishes(whole, present(s.People.Sender), s)
	switch {
	case err != nil:
		return heldCommand(m, l, a, s, err)
	case !w.any:
		return decideAgent(m, l, a, s)
	case rest == "" && len(m.Attachments) == 0:
		return decideWishes(m, l.Ticket.ID, w, s)
	}
	m.Reply = rest
	c := decideAgent(m, l, a, s)
	if c.Outcome.State == LedgerHeld && c.Entry != nil && c.Entry.Review.Reason == "command" {
		c.Entry.Text = whole // he sends all of it again
		return c
	}
	c.wish(w, m, s)
	return c
}

// decideOwnSettings takes an agent's new mail that only says something about
// himself; ok is false for any other. It makes no ticket.
func decideOwnSettings(m Message, a Authority, s Situation) (c Change, ok bool) {
	if a.Role != Agent || m.Verdict.Result != Pass || a.Action != NewTicket || isMachine(m, s) || !writtenToUs(m, s.Settings) {
		return Change{}, false
	}
	w, rest, err := takeWishes(ownWords(m), present(s.People.Sender), s)
	switch {
	case err == nil && !w.any:
		return Change{}, false
	case err == nil && (rest != "" || len(m.Attachments) > 0):
		first, _, _ := strings.Cut(ownWords(m), "\n")
		err = CommandError{Line: truncate(first, 200), Key: "settings_alone"}
	}
	if err != nil {
		return heldCommand(m, Link{}, a, s, err), true
	}
	return decideWishes(m, 0, w, s), true
}

// decideWishes does what an agent orders about himself alone.
func decideWishes(m Message, ticketID int64, w wishes, s Situation) Change {
	o := outcome(m, LedgerEvent, "it sets what the agent is mailed about, or whether he is there")
	o.TicketID = ticketID
	c := Change{Outcome: &o, MailboxID: homeMailbox(m, s.Settings).ID}
	c.wish(w, m, s)
	return c
}

// wish keeps what an agent ordered about himself, and tells him how it stands.
func (c *Change) wish(w wishes, m Message, s Situation) {
	if was := s.People.Sender; w.is != was {
		c.People = append(c.People, PersonChange{Was: was, Is: w.is})
	}
	if !quiet(m, s) {
		c.tell(TokenAgentNote, w.is.Address, noticeSettings, w.is.settings(s.Now))
	}
}

// noticeSettings is the notice that lists an agent's settings.
const noticeSettings = "settings"

// settings are how an agent's settings stand, as the commands write them.
func (p Person) settings(now time.Time) map[string]string {
	args := map[string]string{
		"notify":   cmp.Or(joinTopics(p.Preferences.Topics()), notifyNothing),
		"receipts": cmp.Or(p.Preferences.Receipts, "default"),
		"digest":   strings.TrimSpace(cmp.Or(p.Preferences.Digest, "default") + " " + p.Preferences.Zone),
	}
	if p.Away(now) {
		args["until"] = moment(p.AwayUntil)
	}
	return args
}

func joinTopics(topics []Topic) string {
	var names []string
	for _, t := range topics {
		names = append(names, string(t))
	}
	return strings.Join(names, ",")
}
