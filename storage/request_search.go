package storage

import (
	"slices"
	"strings"

	"deskd/ticketing"
)

// requestDepth is how many messages a customer's search finds, the newest that
// match and that he may see; requestReach, among how many that match and that he
// could see once.
const (
	requestDepth = 500
	requestReach = 2000
)

// searchRequests finds the tickets of a scope by what the viewer may see of them.
// The index holds public messages alone, and knows who may see each; the query
// asks once more who may now. The last word is taken as the beginning of one if
// nothing has it as it stands: that costs as much as there are such words.
func (x *session) searchRequests(v ticketing.Viewer, scope ticketing.RequestScope, query string) ([]int64, error) {
	words := queryTokens(strings.ReplaceAll(query, `"`, " "))
	if len(words) == 0 || len(words) == 1 && !words[0].meant() {
		return nil, nil
	}
	last := words[len(words)-1]
	for i := range words {
		words[i].prefix = false
	}
	tickets, err := x.findRequests(v, scope, words, phrasesOf(query))
	if err == nil && len(tickets) == 0 && last.prefix && last.meant() && !isUnspaced(last.text) {
		words[len(words)-1].prefix = true
		tickets, err = x.findRequests(v, scope, words, phrasesOf(query))
	}
	return tickets, err
}

func (x *session) findRequests(v ticketing.Viewer, scope ticketing.RequestScope, words []token, phrases [][]string) ([]int64, error) {
	d := x.store.dialect
	who := token{text: reader(scope.Role(), v.PersonID)}
	// The sum keeps it from going through all places of somebody who has many.
	found, err := list(x, scanKeyed[int64, int64], "SELECT e.ticket_id, e.id FROM ("+d.requests+`) found JOIN entry e ON e.id = found.id
		WHERE e.visibility = 'public' AND e.kind = 'message'
		AND EXISTS (SELECT 1 FROM participant m WHERE m.ticket_id = e.ticket_id AND m.person_id + 0 = ? AND m.role = ? AND m.removed_at = 0
			AND m.activity > 0 AND (m.role = 'requester' OR e.id >= m.since_entry))
		ORDER BY found.id DESC LIMIT ?`, d.query(append([]token{who}, words...)), requestReach, v.PersonID, string(scope.Role()), requestDepth)
	if err != nil {
		return nil, err
	}
	var tickets, entries []int64
	for _, f := range found {
		tickets, entries = append(tickets, f.key), append(entries, f.row)
	}
	if len(phrases) > 0 && len(entries) > 0 {
		if tickets, err = x.withPhrases(entries, phrases); err != nil {
			return nil, err
		}
	}
	slices.Sort(tickets)
	return slices.Compact(tickets), nil
}

// meant tells a word that says something: one letter of Latin does not.
func (t token) meant() bool {
	return len([]rune(t.text)) > 1 || isUnspaced(t.text)
}

func isUnspaced(t string) bool {
	for _, r := range t {
		return unspaced(r)
	}
	return false
}

// phrasesOf are what stands in quotation marks, each cut into its words.
func phrasesOf(query string) (all [][]string) {
	query = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "＂", `"`).Replace(query)
	parts := strings.Split(query, `"`)
	for i := 1; i < len(parts); i += 2 {
		if words := sequence(parts[i]); len(words) > 0 {
			all = append(all, words)
		}
	}
	return all
}

// sequence cuts a text into its tokens as they follow each other.
func sequence(text string) (all []string) {
	cut(text[:min(len(text), indexedBytes)], func(t string) bool {
		all = append(all, t)
		return true
	})
	return all
}

// withPhrases are the tickets of those entries in which each phrase stands, in
// the subject or in the text.
func (x *session) withPhrases(ids []int64, phrases [][]string) (tickets []int64, err error) {
	entries, err := x.entries("SELECT "+entryColumns+" FROM entry e WHERE e.id"+x.store.dialect.idsIn, x.store.dialect.numbers(ids))
	for _, e := range entries {
		title, err := x.title(e.TicketID)
		if err != nil {
			return nil, err
		}
		words, all := sequence(title+"\n"+e.SearchText()), true
		for _, p := range phrases {
			all = all && contains(words, p)
		}
		if all {
			tickets = append(tickets, e.TicketID)
		}
	}
	return tickets, err
}

func contains(words, phrase []string) bool {
	for i := 0; i+len(phrase) <= len(words); i++ {
		if slices.Equal(words[i:i+len(phrase)], phrase) {
			return true
		}
	}
	return false
}
