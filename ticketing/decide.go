package ticketing

import (
	"fmt"
	"strings"
)

// UnknownSender stands for the sender of a mail whose From cannot be read. It
// is never written to (RFC 2606 §2).
const UnknownSender = "unknown-sender@invalid"

// Decide says everything that follows from a mail. It is pure: the same
// values give the same change.
func Decide(m Message, l Link, a Authority, s Situation, prior *PriorMail, ownCopy bool) Change {
	s = s.senderThere(m)
	c := decide(m, l, a, s, prior, ownCopy)
	c.back(m, s)
	if s.Suppressed && m.Verdict.Result == Pass && m.Kind == Human {
		// Somebody who writes can be written to again.
		c.Unsuppress = senderOf(m).Address
	}
	return c
}

func decide(m Message, l Link, a Authority, s Situation, prior *PriorMail, ownCopy bool) Change {
	switch {
	case prior != nil:
		return ignore(m, prior.TicketID, prior.EntryID, fmt.Sprintf("a further copy of mail %d", prior.MailID))
	case m.Source == SourceSent:
		return decideSent(m, l, s)
	case ownCopy && loopsBack(m, s.Settings.Instance):
		return ignore(m, l.Ticket.ID, 0, "our own mail came back")
	case m.Kind == Bounce:
		return decideBounce(m, s)
	}
	a = withinLimits(m, l, a, s)
	if id, ok := isConfirmation(m, l, a, s); ok {
		return decideConfirmed(m, l, s, id)
	}
	switch {
	case isEventOnly(m, l, s):
		return decideEventOnly(m, l, s)
	case returnsPersonal(m, l, s):
		return decidePersonal(m, a, s)
	case unfollows(l, a, m, s):
		return decideUnfollow(m, l, s)
	case a.Action == Hold:
		return decideHeld(m, l, a, s)
	case a.Action == NewTicket || a.Action == LinkTicket:
		if c, ok := decideOwnSettings(m, a, s); ok {
			return c
		}
		return decideNew(m, l, a, s)
	case a.Action == Act:
		return decideAgentMail(m, l, a, s)
	case a.Action == InternalNote:
		return decideAgentWithoutToken(m, l, a, s)
	}
	return decideReply(m, l, a, s)
}

func ignore(m Message, ticketID, entryID int64, why string) Change {
	o := outcome(m, LedgerIgnored, why)
	o.TicketID, o.EntryID = ticketID, entryID
	return Change{Outcome: &o}
}

func outcome(m Message, state LedgerState, reason string) Outcome {
	return Outcome{
		State: state, Reason: reason,
		MessageID: FoldMessageID(m.MessageID), BodyDigest: m.BodyDigest, From: senderOf(m).Address, Verdict: m.Verdict.Result, SentAt: m.Date,
	}
}

// senderOf is the From address, normalised; [UnknownSender] if there is none.
func senderOf(m Message) Address {
	if len(m.From) == 0 || m.From[0].Address == "" {
		return Address{Address: UnknownSender}
	}
	return Address{Name: m.From[0].Name, Address: NormalizeAddress(m.From[0].Address)}
}

// loopsBack reports whether the mail carries the loop header of this desk.
func loopsBack(m Message, instance string) bool {
	for _, mark := range m.LoopMarks {
		if strings.EqualFold(mark.Instance, instance) {
			return true
		}
	}
	return false
}

// quiet reports that no mail may follow from this one, because it has been
// through too many hands, or through ours twice (mail-rules §3).
func quiet(m Message, s Situation) bool {
	ours := 0
	for _, mark := range m.LoopMarks {
		if strings.EqualFold(mark.Instance, s.Settings.Instance) {
			ours++
		}
	}
	return m.Hops > s.Settings.Limits.MaxHops || ours > 1
}

// unheard reports that agents are not told of a mail: of one that is quiet, by
// somebody who is not proved, for whom a field of his would be a way not to be
// noticed if he were.
func unheard(m Message, s Situation) bool {
	return quiet(m, s) && m.Verdict.Result != Pass
}

// withinLimits holds what comes too often, and what claims to come from us.
func withinLimits(m Message, l Link, a Authority, s Situation) Authority {
	limits := s.Settings.Limits
	reopens := l.Ticket.ID != 0 && l.Ticket.Status == Solved &&
		(a.Action == Accept || a.Action == AcceptMarked || a.Action == AcceptUnverified)
	reason, why := "", ""
	switch {
	case s.MailsLastHour >= limits.MailsPerHour && !unlimited(m, a, s):
		reason, why = "too_many_mails", fmt.Sprintf("the sender wrote more than %d mails within an hour", limits.MailsPerHour)
	case s.Settings.Own(senderOf(m).Address):
		reason, why = "from_own_address", "it claims to come from an address of ours"
	case reopens && s.ReopensLastDay >= limits.ReopensPerDay:
		reason, why = "too_many_reopens", fmt.Sprintf("mail reopened the ticket %d times within a day", s.ReopensLastDay)
	default:
		return a
	}
	a.HoldReason, a.Why = reason, why+"; "+a.Why
	a.ConfirmLink, a.NoAck = false, true
	a.Action = Hold
	return a
}

// unlimited reports that the sender may write as much as he likes: an agent,
// if it is he and not his machine, which may be answering another agent's, and
// whom agents exempted.
func unlimited(m Message, a Authority, s Situation) bool {
	return a.Role == Agent && (m.Verdict.Result == Pass || a.Action == Act) && !isMachine(m, s) || s.People.Sender.AutoExempt
}

// isMachine reports whether nobody typed the mail, as far as statuses are
// concerned. People whose mail system marks all their mail are exempt.
func isMachine(m Message, s Situation) bool {
	if s.People.Sender.AutoExempt && m.Kind != Receipt && m.Kind != CalendarReply {
		return false
	}
	return m.Kind != Human || m.Possible
}

// author is the sender as he stands on the ticket. An agent has the name that
// the desk gave him, whatever his mail program calls him.
func author(m Message, role Role, s Situation) Author {
	from := senderOf(m)
	a := Author{PersonID: s.People.Sender.ID, Name: from.Name, Address: from.Address, Role: role}
	if known := s.People.Sender.Name; known != "" && (a.Name == "" || role == Agent) {
		a.Name = known
	}
	return a
}

// message makes the entry that holds the mail. Its text is what was written now:
// nothing, if the mail only quotes, for what it quotes may be from before
// somebody's time. The whole text is for agents.
func message(m Message, a Authority, v Visibility, s Situation) Entry {
	text := m.Reply
	if strings.TrimSpace(text) == "" {
		text = ""
	}
	e := Entry{
		Kind: EntryMessage, Visibility: v, Author: author(m, a.Role, s), Via: "mail",
		Verdict: m.Verdict, Why: a.Why, MailID: m.MailID, RawSHA256: m.RawSHA256,
		MessageID: m.MessageID, Subject: m.Subject, MailKind: m.Kind,
		Text: text, FullText: m.Text, Attachments: m.Attachments, At: s.Now,
		EventArgs: oddities(m, a),
	}
	if m.Source == SourceSent {
		e.Via = "sent_folder"
	}
	if a.Role != Agent {
		e.keepFilesOfOurs(m, s)
	}
	return e
}

// oddities are what agents should see of a mail beside its words: by what it
// came here, a Reply-To that is not the sender, which we never follow, and
// what was hard to read.
func oddities(m Message, a Authority) map[string]string {
	odd := map[string]string{}
	if a.Claim != "" {
		odd["claim"] = a.Claim
	}
	if len(m.ReplyTo) > 0 {
		if address := NormalizeAddress(m.ReplyTo[0].Address); address != senderOf(m).Address {
			odd["reply_to"] = address
		}
	}
	if m.NoReply || m.CodeMail && a.Role != Requester || m.Kind != Human {
		odd["machine"] = "yes"
	}
	if len(m.Problems) > 0 {
		odd["problems"] = joinProblems(m.Problems)
	}
	if len(odd) == 0 {
		return nil
	}
	return odd
}

// tell notes one thing more about a mail beside its words.
func (e *Entry) tell(name, value string) {
	if e.EventArgs == nil {
		e.EventArgs = map[string]string{}
	}
	e.EventArgs[name] = value
}

// applied fills in what every change has that puts a mail on a ticket.
func applied(m Message, c Change, reason string) Change {
	o := outcome(m, LedgerApplied, reason)
	c.Outcome = &o
	if m.Verdict.Result != Fail {
		c.Language = m.Language
	}
	c.MessageIDs = idsOf(m)
	return c
}

// idsOf are the ids under which later mails may name this one. The ids it
// refers to are not among them: a stranger must not be able to claim ids of
// mails that have yet to come.
func idsOf(m Message) []string {
	var ids []string
	for _, id := range []string{m.MessageID, m.OriginalID} {
		if id != "" {
			ids = append(ids, FoldMessageID(id))
		}
	}
	return ids
}
