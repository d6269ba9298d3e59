package storagetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"deskd/ticketing"
)

// person makes somebody, or finds him.
func (d desk) person(t *testing.T, address string) (p ticketing.Person) {
	t.Helper()
	d.update(t, func(tx ticketing.Tx) (err error) {
		p, err = tx.EnsurePerson(ticketing.Address{Address: address})
		return err
	})
	return p
}

// joins gives somebody a place on a ticket.
func (d desk) joins(t *testing.T, ticketID int64, p ticketing.Person, role ticketing.Role, since int64) (m ticketing.Participant) {
	t.Helper()
	m = ticketing.Participant{TicketID: ticketID, PersonID: p.ID, Address: p.Address, Role: role, SinceEntry: since, CreatedAt: at(0)}
	d.update(t, func(tx ticketing.Tx) (err error) {
		m.ID, err = tx.InsertParticipant(m)
		return err
	})
	return m
}

// listed are the tickets that a viewer finds.
func (d desk) listed(t *testing.T, p ticketing.Person, f ticketing.RequestFilter) (ids []int64) {
	t.Helper()
	page := read(t, d, func(r ticketing.Reader) (ticketing.RequestPage, error) {
		return r.ListVisible(ticketing.Viewer{PersonID: p.ID}, f)
	})
	for _, r := range page.Requests {
		ids = append(ids, r.ID)
	}
	return ids
}

// sight: the requester sees his request, a Cc from his horizon on, and nobody
// else anything; the list, the request and the search agree about it.
func sight(t *testing.T, d desk) {
	w := watched(t, d)
	w.wantsOfAll(t)
	w.wantsActivity(t)
	w.wantsOfAgent(t)
	w.wantsChanges(t)
}

// sighted is a request that people may see different things of.
type sighted struct {
	desk
	request, nobody   ticketing.Ticket // nobody: its only mail is held
	ada, kens         ticketing.Participant
	ken, gone, direct ticketing.Person
	agent, eve        ticketing.Person
	later             int64 // the entry from which Ken is there
	held              ticketing.Entry
}

func watched(t *testing.T, d desk) sighted {
	t.Helper()
	w := sighted{desk: d}
	w.request, w.ada = d.ticket(t, nil)
	w.nobody, _ = d.ticket(t, nil)
	w.ken, w.gone, w.agent, w.eve = d.person(t, "ken@example.org"), d.person(t, "gone@example.org"), d.person(t, "mia@example.org"), d.person(t, "eve@example.org")
	w.direct = d.person(t, "direct@example.org")
	d.entry(t, ticketing.Entry{TicketID: w.request.ID, Text: "alpha 請求書", At: at(1), Attachments: []ticketing.Attachment{{Part: "2", Name: "見積もり.pdf"}}})
	d.joins(t, w.request.ID, w.gone, ticketing.Cc, 0)
	d.joins(t, w.request.ID, w.agent, ticketing.Agent, 0)
	d.entry(t, ticketing.Entry{TicketID: w.request.ID, Text: "hushhush", Kind: ticketing.EntryNote, Visibility: ticketing.AgentsOnly, At: at(2)})
	w.held = ticketing.Entry{TicketID: w.nobody.ID, Kind: ticketing.EntryMessage, Text: "heldword", Visibility: ticketing.Held, At: at(2)}
	w.held.ID = d.entry(t, w.held)
	w.later = d.entry(t, ticketing.Entry{TicketID: w.request.ID, Text: "beta\n> quotedword", At: at(3)})
	w.kens = d.joins(t, w.request.ID, w.ken, ticketing.Cc, w.later)
	d.joins(t, w.request.ID, w.direct, ticketing.Cc, w.later+100)
	d.entry(t, ticketing.Entry{TicketID: w.request.ID, Text: "gamma", At: at(4), EventArgs: map[string]string{"sent_to": "ada@example.org"}})
	return w
}

// wants looks with the eyes of somebody: at so many entries, -1 for a request that
// he does not see, and by each word; those that find something are given.
func (w sighted) wants(t *testing.T, name string, personID int64, scope ticketing.RequestScope, ticket ticketing.Ticket, entries int, words ...string) {
	t.Helper()
	v := ticketing.Viewer{PersonID: personID}
	visible := entries >= 0
	w.view(t, func(r ticketing.Reader) error {
		_, err := r.VisibleTicket(v, ticket.ID)
		if (err == nil) != visible {
			t.Errorf("%s: the ticket: %v", name, err)
		}
		all, err := r.VisibleEntries(v, ticket.ID)
		if err != nil || len(all) != max(entries, 0) {
			t.Errorf("%s: %d entries, want %d, %v", name, len(all), entries, err)
		}
		page, err := r.ListVisible(v, ticketing.RequestFilter{Scope: scope})
		found := slices.ContainsFunc(page.Requests, func(q ticketing.Request) bool { return q.ID == ticket.ID })
		if err != nil || found != visible {
			t.Errorf("%s: listed: %v, %v", name, page, err)
		}
		n, err := r.CountVisible(v, scope, ticketing.Open)
		if err != nil || n > 0 != visible && ticket.ID == w.request.ID {
			t.Errorf("%s: %d counted, %v", name, n, err)
		}
		for _, word := range []string{"alpha", "請求", "請", "見積もり", "beta", "quotedword", "gamma", "hushhush", "heldword", "\ue000r" + fmt.Sprint(personID)} {
			page, err := r.ListVisible(v, ticketing.RequestFilter{Scope: scope, Query: word})
			if err != nil || len(page.Requests) > 0 != slices.Contains(words, word) {
				t.Errorf("%s searches %q: %d, %v", name, word, len(page.Requests), err)
			}
		}
		return nil
	})
}

// wantsOfAll is who sees what of them.
func (w sighted) wantsOfAll(t *testing.T) {
	t.Helper()
	w.wants(t, "requester", w.ada.PersonID, ticketing.ScopeMine, w.request, 3, "alpha", "請求", "請", "見積もり", "beta", "gamma")
	w.wants(t, "requester of what is held", w.ada.PersonID, ticketing.ScopeMine, w.nobody, -1, "alpha", "請求", "請", "見積もり", "beta", "gamma")
	w.wants(t, "requester as a Cc", w.ada.PersonID, ticketing.ScopeCc, w.nobody, -1)
	w.wants(t, "cc", w.ken.ID, ticketing.ScopeCc, w.request, 1, "beta")
	w.wants(t, "cc as requester", w.ken.ID, ticketing.ScopeMine, w.nobody, -1)
	w.wants(t, "cc before anything", w.direct.ID, ticketing.ScopeCc, w.request, -1)
	w.wants(t, "cc from the start", w.gone.ID, ticketing.ScopeCc, w.request, 2, "alpha", "請求", "請", "見積もり", "beta")
	w.wants(t, "agent", w.agent.ID, ticketing.ScopeMine, w.request, -1)
	w.wants(t, "stranger", w.eve.ID, ticketing.ScopeCc, w.request, -1)
	w.wants(t, "nobody", 0, ticketing.ScopeMine, w.request, -1)
}

// wantsActivity: nobody learns by the last activity of what he does not see.
func (w sighted) wantsActivity(t *testing.T) {
	t.Helper()
	w.entry(t, ticketing.Entry{TicketID: w.request.ID, Text: "hushhush", Kind: ticketing.EntryNote, Visibility: ticketing.AgentsOnly, At: at(9)})
	w.request.LastActivityAt, w.request.Status = at(9), ticketing.OnHold
	w.update(t, func(tx ticketing.Tx) error { return tx.UpdateTicket(w.request) })
	for person, want := range map[int64]int{w.ada.PersonID: 4, w.ken.ID: 3} {
		scope := map[bool]ticketing.RequestScope{true: ticketing.ScopeMine, false: ticketing.ScopeCc}[person == w.ada.PersonID]
		page := read(t, w.desk, func(r ticketing.Reader) (ticketing.RequestPage, error) {
			return r.ListVisible(ticketing.Viewer{PersonID: person}, ticketing.RequestFilter{Scope: scope, Status: ticketing.OnHold})
		})
		if len(page.Requests) != 1 || !page.Requests[0].ActivityAt.Equal(at(want)) {
			t.Errorf("person %d: %v", person, page.Requests)
		}
	}
	w.request.Status = ticketing.Open
	w.update(t, func(tx ticketing.Tx) error { return tx.UpdateTicket(w.request) })
}

// wantsOfAgent: an agent sees all, and as a customer what is his.
func (w sighted) wantsOfAgent(t *testing.T) {
	t.Helper()
	w.view(t, func(r ticketing.Reader) error {
		v := ticketing.Viewer{PersonID: w.agent.ID, Agent: true}
		if all, err := r.VisibleEntries(v, w.request.ID); err != nil || len(all) != 5 {
			t.Errorf("an agent sees %d, %v", len(all), err)
		}
		if _, err := r.VisibleTicket(v, w.nobody.ID); err != nil {
			t.Error(err)
		}
		page, err := r.ListVisible(v, ticketing.RequestFilter{Scope: ticketing.ScopeMine})
		if err != nil || len(page.Requests) > 0 {
			t.Errorf("an agent's requests: %v, %v", page, err)
		}
		return nil
	})
}

// wantsChanges: sight widens, ends, and begins where it is given.
func (w sighted) wantsChanges(t *testing.T) {
	t.Helper()
	w.kens.SinceEntry = 0
	w.update(t, func(tx ticketing.Tx) error { return tx.UpdateParticipant(w.kens) })
	w.wants(t, "cc with history", w.ken.ID, ticketing.ScopeCc, w.request, 2, "alpha", "請求", "請", "見積もり", "beta")
	w.kens.RemovedAt = at(5)
	w.update(t, func(tx ticketing.Tx) error { return tx.UpdateParticipant(w.kens) })
	w.wants(t, "removed cc", w.ken.ID, ticketing.ScopeCc, w.request, -1)
	w.kens.RemovedAt, w.kens.SinceEntry = time.Time{}, w.later+100
	w.update(t, func(tx ticketing.Tx) error { return tx.UpdateParticipant(w.kens) })
	w.wants(t, "cc who came back", w.ken.ID, ticketing.ScopeCc, w.request, 0)
	w.held.Visibility = ticketing.Public
	w.update(t, func(tx ticketing.Tx) error { return tx.UpdateEntry(w.held) })
	w.wants(t, "requester of what was released", w.ada.PersonID, ticketing.ScopeMine, w.nobody, 1, "alpha", "請求", "請", "見積もり", "beta", "gamma", "heldword")
	w.held.Visibility = ticketing.AgentsOnly
	w.update(t, func(tx ticketing.Tx) error { return tx.UpdateEntry(w.held) })
	if got := w.listed(t, ticketing.Person{ID: w.ada.PersonID}, ticketing.RequestFilter{Scope: ticketing.ScopeMine, Query: "heldword"}); got != nil {
		t.Errorf("what was taken back is found: %v", got)
	}
	rewritten := ticketing.Entry{ID: w.later, TicketID: w.request.ID, Kind: ticketing.EntryMessage, Text: "delta"}
	w.update(t, func(tx ticketing.Tx) error { return tx.RewriteEntry(rewritten) })
	for query, want := range map[string][]int64{"delta": {w.request.ID}, "beta": nil} {
		if got := w.listed(t, ticketing.Person{ID: w.ada.PersonID}, ticketing.RequestFilter{Scope: ticketing.ScopeMine, Query: query}); !slices.Equal(got, want) {
			t.Errorf("after it was written anew, %q finds %v", query, got)
		}
	}
}

// requestSearch: words, pairs of CJK letters, beginnings and phrases.
func requestSearch(t *testing.T, d desk) {
	tk, ada := d.ticket(t, func(tk *ticketing.Ticket) { tk.Subject = "ダッシュボードが timeout になる" })
	d.entry(t, ticketing.Entry{TicketID: tk.ID, Text: "The dashboard says gateway time out. 東京都の請求書", At: at(1)})
	for query, found := range map[string]bool{
		"timeout": true, "TIME": true, "dashb": true, "gateway timeout": true, "請求": true, "請": true, "京都": true, "書": true, "都": true, "門": false, "ダッシュボード": true, "ﾀﾞｯｼｭ": true,
		`"ダッシュボード"`: true, `"gateway time"`: true, `"time gateway"`: false, `dashboard "says gateway"`: true, `"都東京"`: false, "“says gateway”": true,
		`"gateway`: true, "t": false, "to": false, "printer": false, "!!": false, `""`: false, `a" OR "b`: false, "dashboard' | 'x": false,
	} {
		got := d.listed(t, ticketing.Person{ID: ada.PersonID}, ticketing.RequestFilter{Scope: ticketing.ScopeMine, Query: query})
		if (len(got) > 0) != found {
			t.Errorf("%q finds %v", query, got)
		}
	}
}

// requestPages: in every order, pages hold each request once, forwards and
// back, also while something happens to those that were shown.
func requestPages(t *testing.T, d desk) {
	const n = 60
	ada := d.person(t, "ada@example.org")
	random := rand.New(rand.NewPCG(1, 2))
	stirs := func(id int64, minute int) {
		d.entry(t, ticketing.Entry{TicketID: id, Text: "word", At: at(minute)})
	}
	statuses := map[int64]ticketing.Status{}
	for range n {
		tk, _ := d.ticket(t, func(tk *ticketing.Ticket) { tk.Status = ticketing.Statuses()[random.IntN(4)] })
		statuses[tk.ID] = tk.Status
		stirs(tk.ID, random.IntN(20)) // several at the same time
	}
	minute := 30
	for _, sort := range []ticketing.RequestSort{ticketing.SortActivity, ticketing.SortID, ticketing.SortCreated, ticketing.SortStatus} {
		for _, up := range []bool{false, true} {
			for _, f := range []ticketing.RequestFilter{{}, {Status: ticketing.OnHold}, {Query: "word"}} {
				f.Scope, f.Sort, f.Ascending, f.Limit = ticketing.ScopeMine, sort, up, 7
				name := fmt.Sprintf("%s %v %s %s", sort, up, f.Status, f.Query)
				whole := f
				whole.Limit = 100
				want := d.listed(t, ada, whole)
				if expected := len(want); f.Status == "" && expected != n || expected == 0 {
					t.Fatalf("%s: %d requests", name, expected)
				}
				var got, back []int64
				var page ticketing.RequestPage
				var last ticketing.RequestFilter
				for {
					page = read(t, d, func(r ticketing.Reader) (ticketing.RequestPage, error) {
						return r.ListVisible(ticketing.Viewer{PersonID: ada.ID}, f)
					})
					for _, r := range page.Requests {
						got = append(got, r.ID)
					}
					last = f
					if f.Cursor = page.Older; f.Cursor == "" || len(got) > n {
						break
					}
					if sort != ticketing.SortStatus && !up && f.Query == "" && minute < 58 { // one that was shown moves to the head
						stirs(got[0], minute)
						minute++
					}
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s: %v, want %v", name, got, want)
				}
				if moved := page.Moved > 0; moved != (sort == ticketing.SortActivity && !up && f.Query == "") {
					t.Errorf("%s: %d have moved", name, page.Moved)
				}
				if up || sort == ticketing.SortActivity {
					continue // the rows have moved meanwhile, or it is the same the other way round
				}
				for f = last; ; f.Cursor = page.Newer {
					page = read(t, d, func(r ticketing.Reader) (ticketing.RequestPage, error) {
						return r.ListVisible(ticketing.Viewer{PersonID: ada.ID}, f)
					})
					var ids []int64
					for _, r := range page.Requests {
						ids = append(ids, r.ID)
					}
					back = append(ids, back...)
					if page.Newer == "" || len(back) > n {
						break
					}
				}
				if !slices.Equal(back, want) {
					t.Errorf("%s, back: %v, want %v", name, back, want)
				}
			}
		}
	}
	for name, f := range map[string]ticketing.RequestFilter{
		"rubbish":       {Cursor: "x"},
		"another order": {Cursor: ticketing.RequestCursor{Scope: ticketing.ScopeMine, Sort: ticketing.SortID, ID: 5}.Encode()},
		"another scope": {Cursor: ticketing.RequestCursor{Scope: ticketing.ScopeCc, Sort: ticketing.SortActivity, ID: 5}.Encode()},
		"past the end":  {Cursor: ticketing.RequestCursor{Scope: ticketing.ScopeMine, Sort: ticketing.SortActivity, ID: 1}.Encode()},
	} {
		f.Scope, f.Sort = ticketing.ScopeMine, ticketing.SortActivity
		page := read(t, d, func(r ticketing.Reader) (ticketing.RequestPage, error) {
			return r.ListVisible(ticketing.Viewer{PersonID: ada.ID}, f)
		})
		if !page.Stale || len(page.Requests) != 50 || page.Newer != "" {
			t.Errorf("%s: %v, %d requests", name, page.Stale, len(page.Requests))
		}
	}
}
