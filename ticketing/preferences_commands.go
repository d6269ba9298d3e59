package ticketing

import (
	"cmp"
	"regexp"
	"slices"
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
		m := commandLine.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil && strings.TrimSpace(line) != "" {
			kept = append(kept, lines[i:]...)
			break
		}
		if m == nil {
			kept = append(kept, line)
			continue
		}
		known, fault := w.is.wish(strings.ToLower(m[1]), strings.TrimSpace(m[2]), s)
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

// SetNotify chooses topics: "new,mine" those, "+others -notes" changes what was
// chosen, "default" and "none" say so; "" changes nothing. It returns a catalogue
// key below "command." if it cannot be.
func (p *Preferences) SetNotify(arg string) string {
	words := strings.FieldsFunc(strings.ToLower(arg), func(r rune) bool { return r == ',' || r == ' ' || r == '、' })
	switch {
	case len(words) == 0:
		return ""
	case len(words) == 1 && words[0] == "default":
		p.Notify = ""
		return ""
	case len(words) == 1 && words[0] == notifyNothing:
		p.Notify = notifyNothing
		return ""
	}
	chosen, changes := p.Topics(), strings.ContainsAny(words[0][:1], "+-")
	if !changes {
		chosen = nil
	}
	for _, word := range words {
		sign, topic := "", Topic(word)
		if strings.ContainsAny(word[:1], "+-") {
			sign, topic = word[:1], Topic(word[1:])
		}
		if changes != (sign != "") || !slices.Contains(Topics(), topic) {
			return "notify_needs_topics"
		}
		chosen = slices.DeleteFunc(chosen, func(t Topic) bool { return t == topic })
		if sign != "-" {
			chosen = append(chosen, topic)
		}
	}
	p.setTopics(chosen)
	return ""
}

func (p *Preferences) setTopics(chosen []Topic) {
	var names []string
	for _, t := range Topics() {
		if slices.Contains(chosen, t) {
			names = append(names, string(t))
		}
	}
	p.Notify = ""
	if !slices.Equal(p.Topics(), slices.DeleteFunc(Topics(), func(t Topic) bool { return !slices.Contains(chosen, t) })) {
		p.Notify = cmp.Or(strings.Join(names, ","), notifyNothing)
	}
}

// SetReceipts says of which mails the agent has a receipt: "always", "errors" or
// "default"; "" changes nothing. Errors are as with SetNotify.
func (p *Preferences) SetReceipts(arg string) string {
	switch arg = strings.ToLower(arg); arg {
	case "":
	case "always", "errors":
		p.Receipts = arg
	case "default":
		p.Receipts = ""
	default:
		return "receipts_needs_when"
	}
	return ""
}

// timeOfDay is what the morning mail's time looks like.
var timeOfDay = regexp.MustCompile(`^([01]?\d|2[0-3]):[0-5]\d$`)

// SetDigest says when the morning mail comes: "08:00", with a time zone behind it
// or without, "off" or "default"; "" changes nothing. Errors are as with SetNotify.
func (p *Preferences) SetDigest(arg string) string {
	at, zone, _ := strings.Cut(arg, " ")
	switch lower := strings.ToLower(at); {
	case lower == "":
	case lower == "off":
		p.Digest = "off"
	case lower == "default":
		p.Digest = ""
	case timeOfDay.MatchString(at):
		p.Digest = at
		if len(at) == len("8:00") {
			p.Digest = "0" + at
		}
	default:
		return "digest_needs_time"
	}
	return p.SetZone(strings.TrimSpace(zone))
}

// SetZone says where the agent is, by the name of an IANA time zone; "" changes
// nothing. Errors are as with SetNotify.
func (p *Preferences) SetZone(name string) string {
	if name == "" {
		return ""
	}
	if _, err := time.LoadLocation(name); err != nil || len(name) > 64 || strings.EqualFold(name, "local") {
		return "no_such_zone"
	}
	p.Zone = name
	return ""
}

// longestAbsence bounds what an agent can order about himself.
const longestAbsence = 366 * 24 * time.Hour

// back reads the day on which an agent is back, which begins at midnight where
// he is; "" is after the default time. ok is false for what is no day to come
// within a year.
func (p Preferences) back(arg string, now time.Time, otherwise time.Duration) (t time.Time, ok bool) {
	if arg == "" {
		return now.Add(otherwise), true
	}
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		zone = time.UTC
	}
	t, err = time.ParseInLocation(time.DateOnly, strings.ReplaceAll(arg, "/", "-"), zone)
	return t, err == nil && t.After(now) && t.Before(now.Add(longestAbsence))
}

// BackOn reads the day on which an agent is back, as in #away. ok is as there.
func (p Person) BackOn(day string, now time.Time) (t time.Time, ok bool) {
	return p.Preferences.back(day, now, 0)
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
