package storage

import (
	"strings"

	"deskd/ticketing"
)

// tokenRow is what the index is to know of one entry.
type tokenRow struct {
	entryID int64
	tokens  string
}

// noteWords keeps an entry's words until the transaction ends: the index takes
// them cheaper together. Visibility is not part of the index; every search
// asks the entry for it.
func (x *session) noteWords(entryID int64, e ticketing.Entry) error {
	title, err := x.title(e.TicketID)
	if err != nil {
		return err
	}
	if words := entryTokens(title, e); len(words) > 0 {
		x.words = append(x.words, tokenRow{entryID, strings.Join(words, " ")})
	}
	return nil
}

// entryTokens are what an entry is found by.
func entryTokens(title string, e ticketing.Entry) []string {
	return tokens(title + "\n" + e.Subject + "\n" + e.Text)
}

// title is the subject of a ticket.
func (x *session) title(ticketID int64) (string, error) {
	if title, known := x.titles[ticketID]; known {
		return title, nil
	}
	title, err := one(x, plain[string], "SELECT subject FROM ticket WHERE id = ?", ticketID)
	if err != nil {
		return "", wrap(err, "read subject of ticket %d", ticketID)
	}
	x.titles[ticketID] = title
	return title, nil
}

// indexWords writes the words noted.
func (x *session) indexWords() error {
	if len(x.words) == 0 {
		return nil
	}
	err := x.store.dialect.index(x, "entry_search", x.words)
	x.words = nil
	return wrap(err, "index words")
}
