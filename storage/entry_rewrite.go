package storage

import (
	"slices"
	"strings"

	"deskd/ticketing"
)

// RewriteEntry implements [ticketing.Tx]. The search index gets the new words
// in the same transaction.
func (x *session) RewriteEntry(e ticketing.Entry) error {
	was, err := x.Entry(e.ID)
	if err != nil {
		return err
	}
	args, review, err := entryJSON(e)
	if err != nil {
		return wrap(err, "rewrite entry %d", e.ID)
	}
	_, err = x.exec(`UPDATE entry SET author_id = ?, author_name = ?, author_address = ?, author_role = ?, subject = ?,
		text = ?, full_text = ?, event = ?, event_args = ?, review_state = ?, review = ?, attachment_count = ? WHERE id = ?`,
		e.Author.PersonID, e.Author.Name, e.Author.Address, string(e.Author.Role), e.Subject,
		e.Text, e.FullText, e.Event, args, string(e.Review.State), review, len(e.Attachments), e.ID)
	if err != nil {
		return wrap(err, "rewrite entry %d", e.ID)
	}
	if !slices.Equal(was.Attachments, e.Attachments) {
		if _, err := x.exec("DELETE FROM attachment WHERE entry_id = ?", e.ID); err != nil {
			return wrap(err, "rewrite the attachments of entry %d", e.ID)
		}
		if err := x.insertAttachments(e.ID, e.Attachments); err != nil {
			return err
		}
	}
	is := was // what is not rewritten
	is.Author, is.Subject, is.Text, is.Event, is.EventArgs, is.Attachments = e.Author, e.Subject, e.Text, e.Event, e.EventArgs, e.Attachments
	x.tellEntry(is, true)
	if e.Kind == ticketing.EntryEvent {
		return nil
	}
	return x.indexAnew(was, e)
}

// indexAnew puts an entry's new words into the index and takes the others out.
// A contentless index has to be told what those were: for a note they may have
// been others once (see UpdateEntry), so that its old words stay. Nobody
// searches in notes.
func (x *session) indexAnew(was, is ticketing.Entry) error {
	title, err := x.title(was.TicketID)
	if err != nil {
		return err
	}
	old, words := entryTokens(title, was), entryTokens(title, is)
	if was.Kind != ticketing.EntryMessage {
		old = nil
	}
	stays := make(map[string]bool, len(words))
	for _, t := range words {
		stays[t] = true
	}
	old = slices.DeleteFunc(old, func(t string) bool { return stays[t] })
	if len(old) == 0 && len(words) == 0 {
		return nil
	}
	row := tokenRow{is.ID, strings.Join(words, " ")}
	return wrap(x.store.dialect.reindex(x, row, strings.Join(old, " ")), "index the words of entry %d", is.ID)
}
