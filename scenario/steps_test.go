package scenario_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"deskd/ticketing"
)

// play does one step of the story and tells what came of it.
func (h *house) play(s step) error {
	switch s.verb {
	case "mail", "answer", "sent":
		return h.playMail(s)
	case "again", "forwarded":
		return h.playCopy(s)
	case "begin":
		h.tale.Reset()
		return nil
	case "replay":
		return h.replay(s)
	case "misread":
		return h.misread(s)
	case "exempt":
		return h.exempt(s.arg(0))
	case "damage":
		return h.damage(s)
	case "wait", "down":
		return h.playWait(s)
	case "rearm":
		return h.desk.Rearm(context.Background())
	case "remindable":
		h.plan.set.Reminders.Enabled = true
		err := h.plan.reminders(s.arg(0))
		h.desk.Settings.Reminders = h.plan.set.Reminders
		return err
	case "dismiss":
		return h.store.RemoveAgent(context.Background(), s.arg(0))
	case "prefers":
		return h.prefers(s)
	}
	return h.playCommand(s)
}

func (h *house) playMail(s step) error {
	h.clock = h.clock.Add(time.Minute)
	raw, err := h.compose(s)
	if err != nil {
		return err
	}
	m := incoming{name: s.arg(0), raw: raw}
	if m.box, err = h.box(s); err != nil {
		return err
	}
	h.in = append(h.in, m)
	folder := "INBOX"
	if s.verb == "sent" {
		folder = "Sent"
	}
	h.put(m, folder)
	h.tellMails(m.name)
	return nil
}

// playCopy lets a mail arrive that has been seen before.
func (h *house) playCopy(s step) error {
	h.clock = h.clock.Add(time.Minute)
	m := incoming{name: s.arg(0)}
	if s.verb == "forwarded" {
		ours, err := h.latest(s.arg(0))
		if err != nil {
			return err
		}
		m = incoming{name: "our mail to " + s.arg(0), raw: ours.raw}
	} else {
		i := slices.IndexFunc(h.in, func(m incoming) bool { return m.name == s.arg(0) })
		if i < 0 {
			return fmt.Errorf("there was no mail %q", s.arg(0))
		}
		m = h.in[i]
		m.name += ", again"
	}
	if _, given := s.option("in"); given {
		var err error
		if m.box, err = h.box(s); err != nil {
			return err
		}
	}
	h.put(m, "INBOX")
	h.tellMails(m.name)
	return nil
}

// playWait moves the clock on: from one thing that comes due to the next, or,
// where no daemon runs meanwhile, at once.
func (h *house) playWait(s step) error {
	d, err := duration(s.arg(0))
	if err != nil {
		return err
	}
	h.say("%s later", s.arg(0))
	end := h.clock.Add(d)
	for s.verb == "wait" {
		next, err := h.store.NextTimer(context.Background())
		if err != nil {
			return err
		}
		if next.IsZero() || next.After(end) {
			break
		}
		if next.After(h.clock) {
			h.clock = next
		}
		if err := h.tick(); err != nil {
			return err
		}
	}
	h.clock = end
	return h.tick()
}

// tick lets the desk do what is due, and tells what went out because of it.
func (h *house) tick() error {
	if _, err := h.desk.Tick(context.Background()); err != nil {
		return err
	}
	h.send()
	if h.told < len(h.out) {
		h.say("%s", h.clock.Format("Mon 2 Jan 15:04"))
	}
	h.tellOut()
	return nil
}

// box is the index of the mailbox that a mail goes to.
func (h *house) box(s step) (int, error) {
	address, ok := s.option("in")
	if !ok {
		return 0, nil
	}
	i := slices.IndexFunc(h.plan.set.Mailboxes, func(m ticketing.Mailbox) bool { return m.Address == address })
	if i < 0 {
		return 0, fmt.Errorf("there is no mailbox %s", address)
	}
	return i, nil
}

// playCommand does what Mia orders at the command line.
func (h *house) playCommand(s step) error {
	ticket, err := strconv.ParseInt(s.arg(0), 10, 64)
	if err != nil {
		return fmt.Errorf("%s needs the number of a ticket", s.verb)
	}
	c, err := h.command(s, ticket)
	if err != nil {
		return err
	}
	mia, err := h.person("mia@example.com")
	if err != nil {
		return err
	}
	by := ticketing.Actor{Via: "cli", Author: ticketing.Author{PersonID: mia.ID, Name: mia.Name, Address: mia.Address, Role: ticketing.Agent}}
	name := strings.Join(append([]string{s.verb}, s.args...), " ")
	err = h.desk.Do(context.Background(), by, ticket, c)
	if errors.Is(err, ticketing.ErrRefused) {
		h.say("%s: %v", name, err)
		return nil
	}
	if err != nil {
		return err
	}
	h.say("%s: %s", name, h.stateOf(ticket))
	h.send()
	h.tellOut()
	return nil
}

// exempt says that a person's mails are written by hand, whatever they say.
func (h *house) exempt(address string) error {
	p, err := h.person(address)
	if err != nil {
		return err
	}
	was := p
	p.AutoExempt = true
	return h.store.Update(context.Background(), func(tx ticketing.Tx) error { return tx.UpdatePerson(was, p) })
}

// prefers says when, and by which clock, an agent wants his morning mail.
func (h *house) prefers(s step) error {
	p, err := h.person(s.arg(0))
	if err != nil {
		return err
	}
	was := p
	p.Preferences.Digest, p.Preferences.Zone = s.arg(1), s.arg(2)
	return h.store.Update(context.Background(), func(tx ticketing.Tx) error { return tx.UpdatePerson(was, p) })
}

// damage points a merged ticket at another one, past the desk.
func (h *house) damage(s step) error {
	from, err1 := strconv.ParseInt(s.arg(0), 10, 64)
	to, err2 := strconv.ParseInt(s.arg(1), 10, 64)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	t := h.ticket(from)
	t.MergedInto = to
	return h.store.Update(context.Background(), func(tx ticketing.Tx) error { return tx.UpdateTicket(t) })
}

func (h *house) person(address string) (p ticketing.Person, err error) {
	err = h.store.View(context.Background(), func(r ticketing.Reader) error {
		p, err = r.PersonByAddress(address)
		return err
	})
	return p, err
}

func (h *house) command(s step, ticket int64) (ticketing.Command, error) {
	rest := strings.Join(s.args[1:], " ")
	switch s.verb {
	case "merge":
		into, err := strconv.ParseInt(s.arg(1), 10, 64)
		return ticketing.Merge{Into: into, WithPeople: s.has("people")}, err
	case "unmerge":
		return ticketing.Unmerge{}, nil
	case "relate":
		to, err := strconv.ParseInt(s.arg(1), 10, 64)
		return ticketing.Relate{To: to}, err
	case "unrelate":
		from, err := strconv.ParseInt(s.arg(1), 10, 64)
		return ticketing.Unrelate{From: from}, err
	case "addcc":
		return ticketing.AddCc{Address: ticketing.Address{Address: s.arg(1)}}, nil
	case "removecc":
		return ticketing.RemoveCc{Address: s.arg(1)}, nil
	case "status":
		return ticketing.SetStatus{To: ticketing.Status(s.arg(1)), Reason: strings.Join(s.args[2:], " ")}, nil
	case "assign":
		return ticketing.Assign{Address: s.arg(1)}, nil
	case "priority":
		return ticketing.SetPriority{To: ticketing.Priority(s.arg(1)), Reason: strings.Join(s.args[2:], " ")}, nil
	case "remind":
		after, err := duration(s.arg(1))
		return ticketing.Remind{After: after}, err
	case "note":
		return ticketing.AddNote{Text: rest}, nil
	}
	entry, err := h.heldEntry(ticket, s)
	if err != nil {
		return nil, err
	}
	switch s.verb {
	case "release":
		return ticketing.Release{EntryID: entry, Trust: s.has("trust"), AddSender: s.has("admit"), AddProposed: s.has("proposed")}, nil
	case "drop":
		return ticketing.Drop{EntryID: entry}, nil
	case "split":
		return ticketing.Split{EntryID: entry}, nil
	}
	return nil, fmt.Errorf("no step %q", s.verb)
}

// heldEntry is the entry that a review is about.
func (h *house) heldEntry(ticket int64, s step) (int64, error) {
	if n, err := strconv.ParseInt(s.arg(1), 10, 64); err == nil {
		return n, nil
	}
	for _, e := range slices.Backward(h.entries(ticket)) {
		if e.Visibility == ticketing.Held {
			return e.ID, nil
		}
	}
	return 0, fmt.Errorf("nothing is held on ticket %d", ticket)
}
