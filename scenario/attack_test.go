package scenario_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"deskd/mail"
	"deskd/ticketing"
)

// atkPattern finds the mark of an attack in its words.
var atkPattern = regexp.MustCompile(`ATK-\d+-\d+\.`)

// mailsPerWorld is how many mails a world is attacked with.
const mailsPerWorld = 125

// fewWorlds are enough where time is short.
const fewWorlds = 10

// TestAttackers lets strangers, people who were taken off a ticket, people in
// Cc, customers of other tickets and forgers of agents write whatever they
// can: with reply addresses, ids and numbers that leaked, and with every field
// that a mail can lie in. Nobody may gain anything by it. Run it longer with
// -rapid.checks=10000 (worlds on each of two desks; 100 without the flag).
func TestAttackers(t *testing.T) {
	for _, name := range []string{"one desk", "another desk"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newArena(t, "sqlite://"+filepath.Join(t.TempDir(), "desk.db"))
			rapid.Check(t, a.attack)
			t.Logf("%d mails in %d worlds", a.mails, a.worlds)
			for _, what := range slices.Sorted(maps.Keys(a.counts)) {
				t.Logf("%6d %s", a.counts[what], what)
			}
		})
	}
}

// attack makes a world, lets the attackers loose on it, and checks what they
// gained.
func (a *arena) attack(t *rapid.T) {
	if a.worlds >= fewWorlds && (testing.Short() || raceDetector) {
		return
	}
	w := a.newWorld(t, rapid.Bool().Draw(t, "solved"))
	before := w.look(t)
	attacks, raws := make([]attack, mailsPerWorld), make([][]byte, mailsPerWorld)
	for i := range attacks {
		attacks[i] = w.drawAttack(t, i)
		raws[i] = attacks[i].bytes()
	}
	for i, r := range w.take(t, raws...) {
		a.mails++
		a.counts[whatBecame(r.Outcome)]++
		w.made[r.Outcome.TicketID] = raws[i]
	}
	w.check(t, before, attacks)
	w.checkReleases(t, attacks)
	w.checkAnswer(t, before)
}

// whatBecame puts outcomes that are alike together.
func whatBecame(o ticketing.Outcome) string {
	why, _, _ := strings.Cut(o.Reason, ":")
	return string(o.State) + ": " + digits.ReplaceAllString(why, "N")
}

var digits = regexp.MustCompile(`\d+`)

// sight is what matters of the tickets of a world.
type sight struct {
	a, b    ticketing.Ticket
	onA     []string // active people but agents, in order
	onB     []string
	agents  int
	mia     ticketing.Person
	timers  []ticketing.Timer // of a and b
	entries []ticketing.Entry // of a and b
}

func (w *world) look(t fataler) (s sight) {
	w.view(t, func(r ticketing.Reader) (err error) {
		if s.a, err = r.Ticket(w.a); err != nil {
			return err
		}
		if s.b, err = r.Ticket(w.b); err != nil {
			return err
		}
		agents, err := r.Agents()
		if err != nil {
			return err
		}
		s.agents, s.mia = len(agents), agents[0]
		for _, id := range []int64{w.a, w.b} {
			timers, err := r.TicketTimers(id)
			if err != nil {
				return err
			}
			s.timers = append(s.timers, timers...)
			people, err := r.Participants(id)
			if err != nil {
				return err
			}
			names := activeCustomers(people)
			if id == w.a {
				s.onA = names
			} else {
				s.onB = names
			}
			entries, err := r.Entries(id)
			if err != nil {
				return err
			}
			s.entries = append(s.entries, entries...)
		}
		return nil
	})
	return s
}

func activeCustomers(people []ticketing.Participant) []string {
	var names []string
	for _, p := range people {
		if p.Active() && p.Role != ticketing.Agent {
			names = append(names, string(p.Role)+" "+p.Address)
		}
	}
	slices.Sort(names)
	return names
}

// check says what the attackers gained: nothing, or the test fails.
func (w *world) check(t *rapid.T, before sight, attacks []attack) {
	after := w.look(t)
	if !slices.Equal(before.onA, after.onA) {
		t.Errorf("people of ticket A: %v, before %v", after.onA, before.onA)
	}
	// Bob may add people to his own ticket; nobody else may.
	if !slices.Equal(before.onB, after.onB) && !slices.ContainsFunc(attacks, func(a attack) bool {
		return a.verdict() == ticketing.Pass && a.claims[0] == w.bob()
	}) {
		t.Errorf("people of ticket B: %v, before %v", after.onB, before.onB)
	}
	if after.agents != before.agents {
		t.Errorf("%d agents, before %d", after.agents, before.agents)
	}
	w.checkAgent(t, before.mia, after.mia)
	if len(after.timers) > len(before.timers) {
		t.Errorf("timers %+v, before %+v", after.timers, before.timers)
	}
	w.checkTicket(t, before.a, after.a, attacks, []string{w.aiko(), w.ken(), w.late()})
	w.checkTicket(t, before.b, after.b, attacks, append(addresses(after.onB), w.bob()))
	w.checkEntriesMade(t, before, after, attacks)
	w.checkLetters(t, after, attacks)
	w.checkSight(t, after)
}

// checkAgent: nobody changes how an agent works. That he is away can be claimed,
// which takes nothing from him; but not for longer than two months.
func (w *world) checkAgent(t *rapid.T, before, after ticketing.Person) {
	if after.AwayUntil.After(w.clock.Add(60 * 24 * time.Hour)) {
		t.Errorf("%s is away until %s", after.Address, after.AwayUntil)
	}
	after.AwayUntil = before.AwayUntil
	if after != before {
		t.Errorf("agent %+v, before %+v", after, before)
	}
}

func addresses(names []string) []string {
	var all []string
	for _, n := range names {
		_, address, _ := strings.Cut(n, " ")
		all = append(all, address)
	}
	return all
}

// checkTicket: only a customer of the ticket may have opened it, and nothing
// else of it changes by mail of customers.
func (w *world) checkTicket(t *rapid.T, before, after ticketing.Ticket, attacks []attack, customers []string) {
	if after.AssigneeID != before.AssigneeID || after.Priority != before.Priority || after.RequesterID != before.RequesterID ||
		after.MergedInto != before.MergedInto || after.HoldReason != before.HoldReason || after.MailboxID != before.MailboxID ||
		after.HoldNote != before.HoldNote || !slices.Equal(after.Tags, before.Tags) {
		t.Errorf("ticket %d: %+v, before %+v", after.ID, after, before)
	}
	if after.Status == before.Status {
		w.checkChase(t, before, after, attacks, customers[0])
		return
	}
	may := func(a attack) bool {
		return slices.ContainsFunc(a.senders(), func(c string) bool { return slices.Contains(customers, c) })
	}
	if after.Status != ticketing.Open || !slices.ContainsFunc(attacks, may) {
		t.Errorf("ticket %d is %s, was %s, and no mail claims to come from a customer of it", after.ID, after.Status, before.Status)
	}
}

// checkChase: a customer goes on being reminded, but for a report that our mail did
// not reach him, which anybody can write and which agents are told, and while he
// says himself that he is away, for two months at most.
func (w *world) checkChase(t *rapid.T, before, after ticketing.Ticket, attacks []attack, requester string) {
	was, is := before.Chase, after.Chase
	if is.Stopped == ticketing.StopUndelivered {
		is.Stopped = ""
	}
	his := slices.ContainsFunc(attacks, func(a attack) bool { return slices.Contains(a.senders(), requester) })
	if his && !is.PausedUntil.After(was.Since.Add(60*24*time.Hour)) {
		is.PausedUntil, is.Away = was.PausedUntil, was.Away
	}
	if is != was {
		t.Errorf("ticket %d is waited for as %+v, before %+v", after.ID, after.Chase, before.Chase)
	}
}

// checkEntriesMade: every entry that came onto the tickets is what its sender
// had a right to.
func (w *world) checkEntriesMade(t *rapid.T, before, after sight, attacks []attack) {
	for _, e := range after.entries {
		if slices.ContainsFunc(before.entries, func(b ticketing.Entry) bool { return b.ID == e.ID }) {
			continue
		}
		if why := w.wrong(e, attacks); why != "" {
			t.Errorf("entry %d of ticket %d, %s %s by %s (%s), %s, %s: %s", e.ID, e.TicketID, e.Kind, e.Event,
				e.Author.Address, e.Author.Role, e.Visibility, e.Verdict.Result, why)
		}
	}
}

// wrong says what is wrong with an entry that an attack made, "" for nothing.
func (w *world) wrong(e ticketing.Entry, attacks []attack) string {
	customers := []string{w.aiko(), w.ken(), w.late()}
	if e.TicketID == w.b {
		customers = nil // those whom Bob added are among them
	}
	stranger := customers != nil && !slices.Contains(customers, e.Author.Address)
	if i := markOf(e.Text); i >= 0 {
		if most := attacks[i].verdict(); e.Verdict.Result != most && (e.Verdict.Result == ticketing.Pass || most == ticketing.Fail) {
			return "its sender can be believed no more than " + string(most)
		}
	}
	switch {
	case e.Author.Role == ticketing.Agent && e.Visibility != ticketing.Held && (e.Kind != ticketing.EntryEvent || e.MailID == 0):
		return "no agent wrote"
	case e.Visibility == ticketing.Public && e.Kind == ticketing.EntryMessage && (stranger || e.Verdict.Result == ticketing.Fail):
		return "it is public"
	case e.Event == "reopened" && stranger:
		return "a stranger reopened the ticket"
	case e.Event == "status" && (stranger || e.EventArgs["to"] != string(ticketing.Open)):
		return "the status is now " + e.EventArgs["to"]
	case slices.Contains([]string{"assigned", "priority", "released", "dropped", "merged", "cc_removed",
		"unmerged", "merged_here", "tagged", "remind_set", "status_reason", "requester_changed", "split"}, e.Event):
		return "only agents order that"
	case e.Event == "cc_added" && e.TicketID == w.a:
		return "somebody was added"
	}
	return ""
}

// markOf is the number of the attack whose mark is in a text, -1 for none.
func markOf(text string) int {
	var world, i int
	if _, err := fmt.Sscanf(atkPattern.FindString(text), "ATK-%d-%d.", &world, &i); err != nil {
		return -1
	}
	return i
}

// checkLetters: what went out holds no words that the recipient may not read,
// and went to nobody but people of the tickets and senders of new ones.
func (w *world) checkLetters(t *rapid.T, after sight, attacks []attack) {
	hidden := map[string]bool{}
	for _, e := range after.entries {
		if e.Visibility != ticketing.Public {
			hidden[atkPattern.FindString(e.Text)] = true
		}
	}
	delete(hidden, "")
	for l, m := range w.customersLetters(t) {
		all := m.Subject + "\n" + m.Text + "\n" + m.HTML
		w.checkContent(t, l, all)
		for secret, readers := range w.secrets {
			if strings.Contains(all, secret) && !slices.Contains(readers, l.Recipient) {
				t.Errorf("%s to %s holds %s", l.Kind, l.Recipient, secret)
			}
		}
		for _, mark := range atkPattern.FindAllString(all, -1) {
			if hidden[mark] {
				t.Errorf("%s to %s holds %s, which is not public", l.Kind, l.Recipient, mark)
			}
		}
		if !w.mayGet(l, after, attacks) {
			t.Errorf("%s about ticket %d went to %s, because of\n%s", l.Kind, l.TicketID, l.Recipient, w.made[l.TicketID])
		}
	}
}

// customersLetters are those of the letters that do not go to the agent, as
// their readers see them.
func (w *world) customersLetters(t *rapid.T) iter.Seq2[ticketing.OutboxMail, ticketing.Message] {
	return func(yield func(ticketing.OutboxMail, ticketing.Message) bool) {
		for _, l := range w.letters(t) {
			if l.Recipient == "mia@example.com" {
				continue
			}
			m, err := mail.Parse(bytes.NewReader(l.Draft.Head), mail.DefaultLimits())
			if err != nil {
				t.Fatalf("read our own letter: %v", err)
			}
			if !yield(l, m) {
				return
			}
		}
	}
}

// checkContent: nobody's reply address and no mail of ours goes to customers
// but as what they themselves wrote.
func (w *world) checkContent(t *rapid.T, l ticketing.OutboxMail, all string) {
	for _, token := range w.tokens {
		if l.Kind != ticketing.LetterAck && strings.Contains(all, token) {
			t.Errorf("%s to %s holds the reply address %s", l.Kind, l.Recipient, token)
		}
	}
	for _, f := range l.Draft.Attachments {
		if f.Name == "ours.eml" {
			t.Errorf("%s to %s brings a mail of ours", l.Kind, l.Recipient)
		}
	}
}

// mostReleases bounds what the agent of a world lets through.
const mostReleases = 15

// checkReleases: the agent lets through whatever waits. Words in an agent's
// name still go out only if they came to his own reply address, and never with
// what agents keep to themselves.
func (w *world) checkReleases(t *rapid.T, attacks []attack) {
	released := 0
	for _, e := range w.look(t).entries {
		if e.TicketID != w.a || e.Visibility != ticketing.Held || e.Review.State != ticketing.ReviewWaiting || released == mostReleases {
			continue
		}
		if strings.Contains(e.Text, "cc ") || strings.Contains(e.Text, "#merge ") {
			continue // whoever lets a command through wants it carried out
		}
		released++
		by := ticketing.Actor{Via: "cli", Author: ticketing.Author{Name: "Mia", Address: "mia@example.com", Role: ticketing.Agent}}
		err := w.desk.Do(context.Background(), by, w.a, ticketing.Release{EntryID: e.ID})
		if err != nil && !errors.Is(err, ticketing.ErrRefused) {
			t.Fatalf("release entry %d: %v", e.ID, err)
		}
		i := markOf(e.Text)
		for l, m := range w.customersLetters(t) {
			all := m.Text + "\n" + m.HTML
			w.checkContent(t, l, all)
			for secret, readers := range w.secrets {
				if strings.Contains(all, secret) && e.Text != secret && !slices.Contains(readers, l.Recipient) {
					t.Errorf("released, entry %d takes %s to %s", e.ID, secret, l.Recipient)
				}
			}
			if l.Kind == ticketing.LetterReply && (i < 0 || !w.toAgentsPlace(attacks[i])) {
				t.Errorf("released, entry %d goes out in an agent's name:\n%s", e.ID, attacks[max(i, 0)].bytes())
			}
		}
	}
	w.counts["held: released by the agent"] += released
}

// toAgentsPlace reports whether a mail names a reply address by which an
// agent's words are an answer, if need be by his command.
func (w *world) toAgentsPlace(a attack) bool {
	head, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(string(a.bytes())), "%2b", "+"), "\r\n\r\n")
	return slices.ContainsFunc(w.tokens, func(address string) bool {
		token, ok := ticketing.ParseReplyAddress(ticketing.ReplyForm{}, address)
		public := ok && (token.Kind == ticketing.TokenAgent || token.Kind == ticketing.TokenAgentNote && strings.Contains(a.body, "#public"))
		return public && strings.Contains(head, address)
	})
}

// mayGet: letters about the tickets go to their customers, acknowledgements to
// senders who were not refuted, and nothing else goes out.
func (w *world) mayGet(l ticketing.OutboxMail, after sight, attacks []attack) bool {
	if l.Kind != ticketing.LetterCopy && l.Kind != ticketing.LetterAck {
		return false // an agent's words
	}
	switch l.TicketID {
	case w.a:
		return slices.Contains(addresses(after.onA), l.Recipient)
	case w.b:
		return slices.Contains(addresses(after.onB), l.Recipient)
	}
	return l.Kind == ticketing.LetterAck && slices.ContainsFunc(attacks, func(a attack) bool {
		return a.verdict() != ticketing.Fail && slices.Contains(append(a.senders(), w.originals(a)...), l.Recipient)
	})
}

// originals are those whom a mail through our own list may name as its sender.
func (w *world) originals(a attack) []string {
	var all []string
	for _, lie := range a.lies {
		if who, ok := strings.CutPrefix(lie, "X-Original-From: "); ok {
			all = append(all, who)
		}
	}
	return all
}

// checkAnswer: what an agent says in the end goes to those who were on the
// ticket before, and to no others.
func (w *world) checkAnswer(t *rapid.T, before sight) {
	raw := fmt.Sprintf("Authentication-Results: %s; dmarc=pass header.from=example.com\r\nFrom: mia@example.com\r\nTo: %s\r\n"+
		"Subject: Printer\r\nMessage-ID: <last-%d@test>\r\n\r\nLAST-%d\r\n", trustedServer, w.agentsPlace, w.number, w.number)
	w.take(t, []byte(raw))
	var got []string
	for _, l := range w.letters(t) {
		if l.Kind == ticketing.LetterReply && l.TicketID == w.a {
			got = append(got, l.Recipient)
		}
	}
	want := addresses(before.onA)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the agent's answer went to %v, want %v", got, want)
	}
}

// checkSight: the query by which customers see their tickets gives public
// entries from their horizon on, and none to those who are gone.
func (w *world) checkSight(t *rapid.T, after sight) {
	w.view(t, func(r ticketing.Reader) error {
		for _, id := range []int64{w.a, w.b} {
			people, err := r.Participants(id)
			if err != nil {
				return err
			}
			for _, p := range people {
				if p.Role == ticketing.Agent {
					continue
				}
				entries, err := r.EntriesVisibleTo(p.ID)
				if err != nil {
					return err
				}
				w.checkEntries(t, p, entries)
			}
		}
		return nil
	})
}

func (w *world) checkEntries(t *rapid.T, p ticketing.Participant, entries []ticketing.Entry) {
	if !p.Active() && len(entries) > 0 {
		t.Errorf("%s was taken off ticket %d and sees %d entries", p.Address, p.TicketID, len(entries))
	}
	for _, e := range entries {
		if e.FullText+e.HTML+e.Why+e.RawSHA256 != "" || slices.ContainsFunc(e.Attachments, func(a ticketing.Attachment) bool { return a.Name == "ours.eml" }) {
			t.Errorf("%s is given more of entry %d than is his: %+v", p.Address, e.ID, e)
		}
		if e.Visibility != ticketing.Public || e.ID < p.SinceEntry || e.TicketID != p.TicketID {
			t.Errorf("%s sees entry %d of ticket %d, %s, from %d on", p.Address, e.ID, e.TicketID, e.Visibility, p.SinceEntry)
		}
		for secret, readers := range w.secrets {
			if strings.Contains(e.Text, secret) && !slices.Contains(readers, p.Address) && !(p.TicketID == w.b && strings.HasPrefix(secret, "PUB")) {
				t.Errorf("%s sees %s", p.Address, secret)
			}
		}
	}
}
