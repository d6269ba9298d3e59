package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"deskd/ticketing"
)

// The parser's words for a wrong command line that are no words for people.
var (
	valueMissing = regexp.MustCompile(`: expected \S+ value but got "EOL" \(<EOL>\)$`)
	notANumber   = regexp.MustCompile(`: expected a valid \d+ bit u?int but got ("[^"]*")$`)
	notOneOf     = regexp.MustCompile(`^(.*) must be one of (.*) but got ("[^"]*")$`)
)

// plainUsage says in plain words what the parser has against a command line.
func plainUsage(err error) error {
	text := err.Error()
	if m := notOneOf.FindStringSubmatch(text); m != nil {
		choices := strings.Split(strings.TrimPrefix(m[2], `"",`), ",")
		for i, c := range choices {
			choices[i] = strings.Trim(c, `"`)
		}
		return fmt.Errorf("%s must be one of %s, and not %s", m[1], strings.Join(choices, ", "), m[3])
	}
	text = valueMissing.ReplaceAllString(text, " needs a value")
	return errors.New(notANumber.ReplaceAllString(text, " must be a whole number, and not $1"))
}

// noTicket says that there is no such ticket.
func noTicket(id int64) error {
	return fmt.Errorf("there is no ticket %d; see deskd ticket list --all", id)
}

// plainRefusal says more exactly why commands on a ticket were not carried
// out, where the domain leaves it open.
func (h *house) plainRefusal(ctx context.Context, ticketID int64, commands []ticketing.Command, refusal error) error {
	err := h.store.View(ctx, func(r ticketing.Reader) error {
		if _, err := r.Ticket(ticketID); errors.Is(err, ticketing.ErrNotFound) {
			return noTicket(ticketID)
		}
		if !errors.Is(refusal, ticketing.ErrRefused) {
			return nil
		}
		for _, c := range commands {
			var why string
			var err error
			switch c := c.(type) {
			case ticketing.AddCc:
				if strings.Contains(refusal.Error(), c.Address.Address+" cannot be added") {
					why, err = h.whyNoCc(r, ticketID, c.Address.Address)
				}
			case ticketing.Merge:
				if strings.Contains(refusal.Error(), "into itself") && c.Into != ticketID {
					why = fmt.Sprintf("ticket %d was itself merged into %d; to merge the other way, undo that first: deskd ticket unmerge %d",
						c.Into, ticketID, c.Into)
				}
			}
			if err != nil {
				return err
			}
			if why != "" {
				return fmt.Errorf("%w: %s", ticketing.ErrRefused, why)
			}
		}
		return nil
	})
	if err == nil {
		err = refusal
	}
	return err
}

// whyNoCc says why an address gets no place in Cc.
func (h *house) whyNoCc(r ticketing.Reader, ticketID int64, address string) (string, error) {
	people, err := r.Participants(ticketID)
	if err != nil {
		return "", err
	}
	agents, err := r.Agents()
	if err != nil {
		return "", err
	}
	why := "no person reads mail there"
	if h.settings.Own(address) {
		why = "it is an address of the desk itself"
	}
	for _, a := range agents {
		if a.Address == address {
			why = "it is an agent's, and agents follow every ticket of their mailboxes"
		}
	}
	for _, p := range people {
		switch {
		case p.Address != address || !p.Active():
		case p.Role == ticketing.Requester:
			why = "it is the requester's"
		case p.Role == ticketing.Cc:
			why = "it is in Cc already"
		}
	}
	return address + " cannot be added: " + why, nil
}
