package storage

import (
	"context"
	"fmt"
	"strings"
)

// Rows are what some mails left in a database, to be written once more into
// another one. A benchmark learns so what committing alone costs: nothing is
// read, parsed or decided.
type Rows struct {
	tables []tableRows
	words  []tokenRow
}

// tableRows are the rows of one table, in the order they came into being.
type tableRows struct {
	rowTable
	insert string
	rows   [][]any
}

// rowTable is a table that mails leave rows in.
type rowTable struct {
	name string
	// key is the column that grows with time, and of whose numbers.
	key, of string
	// spool: written when a mail is fetched, not when it is decided about.
	spool bool
	// lead is how many groups its rows run ahead of those that refer to them.
	lead int
}

// rowTables come in an order in which rows can be inserted.
func rowTables() []rowTable {
	return []rowTable{
		{name: "raw", key: "id", of: "raw", spool: true},
		{name: "raw_chunk", key: "raw_id", of: "raw", spool: true},
		{name: "ledger", key: "id", of: "ledger", spool: true},
		{name: "person", key: "id", of: "person", lead: 2},
		{name: "address", key: "person_id", of: "person", lead: 1},
		{name: "ticket", key: "id", of: "ticket", lead: 2},
		{name: "participant", key: "id", of: "participant"},
		{name: "entry", key: "id", of: "entry", lead: 1},
		{name: "attachment", key: "entry_id", of: "entry"},
		{name: "message_id", key: "entry_id", of: "entry"},
		{name: "outbox", key: "id", of: "outbox"},
	}
}

// RowMark is a point in a database's growth: the largest id of each table.
type RowMark map[string]int64

// MarkRows gives the present point.
func (s *Store) MarkRows(ctx context.Context) (RowMark, error) {
	mark := RowMark{}
	err := s.view(ctx, func(x *session) (err error) {
		for _, t := range rowTables() {
			if t.name != t.of {
				continue
			}
			if mark[t.of], err = one(x, plain[int64], "SELECT COALESCE(MAX(id), 0) FROM "+t.name); err != nil {
				return wrap(err, "table %s", t.name)
			}
		}
		return nil
	})
	return mark, wrap(err, "mark rows")
}

// TakeRows reads the rows that came after a mark, all of them into memory.
// Rows that only changed since are not among them, nor is who read how far.
func (s *Store) TakeRows(ctx context.Context, after RowMark) (*Rows, error) {
	r := &Rows{}
	err := s.view(ctx, func(x *session) error {
		for _, t := range rowTables() {
			rows, err := x.takeTable(t, after[t.of])
			if err != nil {
				return wrap(err, "table %s", t.name)
			}
			r.tables = append(r.tables, rows)
		}
		return x.takeWords(r, after["entry"])
	})
	return r, wrap(err, "take rows")
}

func (x *session) takeTable(t rowTable, after int64) (tableRows, error) {
	all := tableRows{rowTable: t}
	st, err := x.stmt("SELECT * FROM " + t.name + " WHERE " + t.key + " > ? ORDER BY " + t.key)
	if err != nil {
		return all, err
	}
	rows, err := st.QueryxContext(x.run, after)
	if err != nil {
		return all, x.fail(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return all, x.fail(err)
	}
	all.insert = fmt.Sprintf("INSERT INTO %s (%s) VALUES (?%s)", t.name, strings.Join(columns, ", "),
		strings.Repeat(", ?", len(columns)-1))
	for rows.Next() {
		row, err := rows.SliceScan()
		if err != nil {
			return all, x.fail(err)
		}
		all.rows = append(all.rows, row)
	}
	return all, x.fail(rows.Err())
}

// takeWords makes the index's rows anew: SQLite's cannot be read.
func (x *session) takeWords(r *Rows, after int64) error {
	entries, err := x.entries("SELECT "+entryColumns+" FROM entry e WHERE e.id > ? AND e.kind <> 'event' ORDER BY e.id", after)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := x.noteWords(e.ID, e); err != nil {
			return err
		}
	}
	r.words, x.words = x.words, nil
	return nil
}

// Count is how many rows there are, those of the search index included.
func (r *Rows) Count() int {
	n := len(r.words)
	for _, t := range r.tables {
		n += len(t.rows)
	}
	return n
}

// InsertRows commits the rows in order: those of fetched mails in spools
// transactions, the others in decides, turn and turn about. The store must
// hold what the rows refer to, and the same mailboxes under the same ids.
func (s *Store) InsertRows(ctx context.Context, r *Rows, spools, decides int) error {
	for g := range max(spools, decides) {
		if err := s.insertGroup(ctx, r, true, g, spools); err != nil {
			return wrap(err, "insert rows")
		}
		if err := s.insertGroup(ctx, r, false, g, decides); err != nil {
			return wrap(err, "insert rows")
		}
	}
	return nil
}

// insertGroup commits the gth of n shares.
func (s *Store) insertGroup(ctx context.Context, r *Rows, spool bool, g, n int) error {
	if g >= n {
		return nil
	}
	return s.update(ctx, func(x *session) error {
		for _, t := range r.tables {
			if t.spool != spool {
				continue
			}
			for _, row := range t.rows[shareEnd(len(t.rows), g-1, n, t.lead):shareEnd(len(t.rows), g, n, t.lead)] {
				if _, err := x.exec(t.insert, row...); err != nil {
					return wrap(err, "table %s", t.name)
				}
			}
		}
		if !spool {
			x.words = append(x.words, r.words[shareEnd(len(r.words), g-1, n, 0):shareEnd(len(r.words), g, n, 0)]...)
		}
		return nil
	})
}

// shareEnd is where the gth of n shares ends, counted from 0; the share before
// the first one ends at 0.
func shareEnd(rows, g, n, lead int) int {
	if g < 0 {
		return 0
	}
	return rows * min(g+1+lead, n) / n
}
