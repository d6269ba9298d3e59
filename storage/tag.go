package storage

import (
	"slices"
	"strings"
)

// TagTicket implements [ticketing.Tx].
func (x *session) TagTicket(id int64, was, is []string) error {
	delete(x.known.tickets, id)
	n, err := x.exec("UPDATE ticket SET tags = ? WHERE id = ?", strings.Join(is, " "), id)
	if err = changedOne(n, err); err == nil {
		err = x.tag(id, was, is)
	}
	return wrap(err, "tag ticket %d", id)
}

// tag keeps the rows by which tickets are found by their tags.
func (x *session) tag(id int64, was, is []string) error {
	for _, tag := range was {
		if slices.Contains(is, tag) {
			continue
		}
		if _, err := x.exec("DELETE FROM ticket_tag WHERE tag = ? AND ticket_id = ?", tag, id); err != nil {
			return err
		}
	}
	for _, tag := range is {
		if slices.Contains(was, tag) {
			continue
		}
		if _, err := x.exec("INSERT INTO ticket_tag (tag, ticket_id) VALUES (?, ?) ON CONFLICT DO NOTHING", tag, id); err != nil {
			return err
		}
	}
	return nil
}
