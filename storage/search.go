package storage

import (
	"strings"

	"github.com/lib/pq"

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
	title, known := x.titles[e.TicketID]
	if !known {
		var err error
		title, err = one(x, plain[string], "SELECT subject FROM ticket WHERE id = ?", e.TicketID)
		if err != nil {
			return wrap(err, "read subject of ticket %d", e.TicketID)
		}
		x.titles[e.TicketID] = title
	}
	words := tokens(title + "\n" + e.Subject + "\n" + e.Text)
	if len(words) > 0 {
		x.words = append(x.words, tokenRow{entryID, strings.Join(words, " ")})
	}
	return nil
}

// indexWords writes the words noted.
func (x *session) indexWords() error {
	if len(x.words) == 0 {
		return nil
	}
	err := x.store.dialect.index(x, x.words)
	x.words = nil
	return wrap(err, "index words")
}

// indexEach is for SQLite, where a statement costs no round trip.
func indexEach(x *session, rows []tokenRow) error {
	for _, w := range rows {
		if _, err := x.exec("INSERT INTO entry_search (rowid, tokens) VALUES (?, ?)", w.entryID, w.tokens); err != nil {
			return wrap(err, "entry %d", w.entryID)
		}
	}
	return nil
}

// indexTogether is for PostgreSQL.
func indexTogether(x *session, rows []tokenRow) error {
	ids, words := make([]int64, len(rows)), make([]string, len(rows))
	for i, w := range rows {
		ids[i], words[i] = w.entryID, w.tokens
	}
	_, err := x.exec(`INSERT INTO entry_search (entry_id, tokens)
		SELECT t.id, array_to_tsvector(string_to_array(t.words, ' ')) FROM unnest(?::bigint[], ?::text[]) t(id, words)`,
		pq.Array(ids), pq.Array(words))
	return err
}

// ftsQuery writes a query for SQLite's FTS5. Tokens hold letters and digits
// only, so that quoting is enough.
func ftsQuery(words []token) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteString(`"` + w.text + `"`)
		if w.prefix {
			b.WriteByte('*')
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// tsQuery writes a query for PostgreSQL, as tsquery reads it.
func tsQuery(words []token) string {
	terms := make([]string, len(words))
	for i, w := range words {
		terms[i] = `'` + w.text + `'`
		if w.prefix {
			terms[i] += ":*"
		}
	}
	return strings.Join(terms, " & ")
}
