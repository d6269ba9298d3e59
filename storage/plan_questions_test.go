package storage

import (
	"context"
	"errors"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

// question is one call of a method.
type question struct {
	name string
	ask  func() error
}

// askEverything looks at each query that a desk at work runs, once, with the
// name of the first method that ran it.
func askEverything(t *testing.T, s *Store, check func(c *connection, name, query string)) {
	t.Helper()
	seen := map[string]bool{}
	for _, q := range everyQuestion(t, s) {
		if err := q.ask(); err != nil {
			t.Errorf("%s: %v", q.name, err)
		}
		for _, p := range []*pool{s.readers, s.writers} {
			for _, c := range p.idle {
				for query := range c.stmts {
					reads := strings.Contains(query, "SELECT") || strings.HasPrefix(query, "UPDATE") || strings.HasPrefix(query, "DELETE")
					if reads && !seen[query] {
						seen[query] = true
						check(c, q.name, query)
					}
				}
			}
		}
	}
}

// everyQuestion calls every method of the store and of its transactions, on a
// desk that has a little of everything. A method that is not among them fails
// the test.
func everyQuestion(t *testing.T, s *Store) (all []question) {
	t.Helper()
	w := smallWorld(t, s)
	for name, ask := range w.inTransaction() {
		all = append(all, question{name, func() error { return s.update(t.Context(), ask) }})
	}
	missing(t, reflect.TypeFor[ticketing.Tx](), all, "Savepoint") // asks nothing itself
	for name, ask := range w.onStore(t.Context(), s) {
		all = append(all, question{name, ask})
	}
	// Update and View run what is listed above; the Rows are a benchmark's. An
	// organisation is removed about never: it may look at all tickets for that.
	missing(t, reflect.TypeFor[*Store](), all, "RemoveOrganisation", "Update", "View", "Close", "MarkRows", "TakeRows", "InsertRows")
	for _, promise := range []reflect.Type{reflect.TypeFor[ticketing.Spool](), reflect.TypeFor[ticketing.Queue](), reflect.TypeFor[ticketing.Outbox]()} {
		missing(t, promise, all)
	}
	slices.SortFunc(all, func(a, b question) int { return strings.Compare(a.name, b.name) })
	return all
}

func missing(t *testing.T, of reflect.Type, all []question, exempt ...string) {
	t.Helper()
	for i := range of.NumMethod() {
		name := of.Method(i).Name
		if !slices.Contains(exempt, name) && !slices.ContainsFunc(all, func(q question) bool { return q.name == name }) {
			t.Errorf("the queries of %s.%s are not looked at", of, name)
		}
	}
}

// asked runs a question whose answer does not matter.
func asked(ask func(*session) (any, error)) func(*session) error {
	return func(x *session) error {
		_, err := ask(x)
		return err
	}
}

// unlessMissing lets pass that nothing was found.
func unlessMissing(err error) error {
	if errors.Is(err, ticketing.ErrNotFound) {
		return nil
	}
	return err
}

// world is one row of each kind.
type world struct {
	box         ticketing.Mailbox
	person      ticketing.Person
	ticket      ticketing.Ticket
	other       int64
	participant ticketing.Participant
	entry       ticketing.Entry
	key         ticketing.Key
	outbox      int64
	mails       []int64
	sha256      string
}

const worldAddress = "ada@example.org"

func smallWorld(t *testing.T, s *Store) (w world) {
	t.Helper()
	boxes, err := s.EnsureMailboxes(t.Context(), []ticketing.Mailbox{{Address: "support@example.com"}})
	if err == nil {
		w.box = boxes[0]
		w.mails, err = s.IngestMails(t.Context(), []ticketing.Arrival{w.arrival("one"), w.arrival("two")})
	}
	if err == nil {
		err = s.update(t.Context(), w.fill)
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) arrival(text string) ticketing.Arrival {
	return ticketing.Arrival{
		MailboxID: w.box.ID, Folder: "INBOX", MessageID: "<a>",
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil },
	}
}

func (w *world) fill(x *session) (err error) {
	if w.person, err = x.EnsurePerson(ticketing.Address{Address: worldAddress}); err != nil {
		return err
	}
	w.ticket = ticketing.Ticket{MailboxID: w.box.ID, Status: ticketing.Open, RequesterID: w.person.ID}
	if w.other, err = x.InsertTicket(w.ticket); err != nil {
		return err
	}
	if w.ticket.ID, err = x.InsertTicket(w.ticket); err != nil {
		return err
	}
	if err := x.LinkTickets(w.ticket.ID, w.other); err != nil {
		return err
	}
	w.participant = ticketing.Participant{TicketID: w.ticket.ID, PersonID: w.person.ID, Role: ticketing.Requester}
	if w.participant.ID, err = x.InsertParticipant(w.participant); err != nil {
		return err
	}
	w.entry = w.newEntry()
	if w.entry.ID, err = x.InsertEntry(w.entry); err != nil {
		return err
	}
	l, err := x.Ledger(w.mails[0])
	if err != nil {
		return err
	}
	w.sha256 = l.RawSHA256
	w.key = ticketing.Key{ID: "A"}
	if err := x.InsertKey(w.key); err != nil {
		return err
	}
	w.outbox, err = x.Enqueue(w.letter())
	return err
}

func (w *world) newEntry() ticketing.Entry {
	return ticketing.Entry{
		TicketID: w.ticket.ID, Kind: ticketing.EntryMessage, Visibility: ticketing.Public, Text: "word",
		Review: ticketing.Review{State: ticketing.ReviewWaiting}, Attachments: []ticketing.Attachment{{Part: "2"}},
	}
}

func (w *world) letter() ticketing.OutboxMail {
	return ticketing.OutboxMail{TicketID: w.ticket.ID, EntryID: w.entry.ID, MailboxID: w.box.ID, Kind: ticketing.LetterAck, MessageID: "<o>"}
}

// inTransaction calls what [ticketing.Tx] has.
func (w *world) inTransaction() map[string]func(*session) error {
	now := time.Now()
	all := map[string]func(*session) error{
		"LockTicket":     asked(func(x *session) (any, error) { return x.LockTicket(w.ticket.ID) }),
		"InsertTicket":   asked(func(x *session) (any, error) { return x.InsertTicket(w.ticket) }),
		"UpdateTicket":   func(x *session) error { return x.UpdateTicket(w.ticket) },
		"LinkTickets":    func(x *session) error { return x.LinkTickets(w.ticket.ID, w.other) },
		"UnlinkTickets":  func(x *session) error { return x.UnlinkTickets(w.ticket.ID, w.other) },
		"MoveMessageIDs": func(x *session) error { return x.MoveMessageIDs(w.other, w.entry.ID, []string{"<a@x>"}) },
		"TagTicket":      func(x *session) error { return x.TagTicket(w.ticket.ID, []string{"a"}, []string{"b"}) },
		"SetTimer": func(x *session) error {
			return x.SetTimer(ticketing.Timer{Kind: ticketing.TimerSLA, TicketID: w.ticket.ID})
		},
		"DropTimer": func(x *session) error {
			return x.DropTimer(ticketing.Timer{Kind: ticketing.TimerSLA, TicketID: w.ticket.ID})
		},
		"EndTimer": func(x *session) error {
			_, err := x.EndTimer("a", ticketing.Timer{ID: 1})
			return err
		},
		"SetLastAssignee": func(x *session) error { return x.SetLastAssignee(w.ticket.MailboxID, 1) },
		"EnsurePerson":    asked(func(x *session) (any, error) { return x.EnsurePerson(ticketing.Address{Address: "bob@example.org"}) }),
		"UpdatePerson": func(x *session) error {
			changed := w.person
			changed.Name, changed.Address = "Ada", "other@example.org"
			return x.UpdatePerson(w.person, changed)
		},
		"InsertParticipant": asked(func(x *session) (any, error) {
			m := w.participant
			m.Role = ticketing.Cc
			return x.InsertParticipant(m)
		}),
		"UpdateParticipant": func(x *session) error { return x.UpdateParticipant(w.participant) },
		"InsertEntry":       asked(func(x *session) (any, error) { return x.InsertEntry(w.newEntry()) }),
		"UpdateEntry":       func(x *session) error { return x.UpdateEntry(w.entry) },
		"RewriteEntry": func(x *session) error {
			e := w.entry
			e.Text, e.Attachments = "another", []ticketing.Attachment{{Part: "3"}}
			return x.RewriteEntry(e)
		},
		"AddMessageIDs": func(x *session) error { return x.AddMessageIDs(w.ticket.ID, w.entry.ID, []string{"<a>"}) },
		"Enqueue":       asked(func(x *session) (any, error) { return x.Enqueue(w.letter()) }),
		"MarkReported": func(x *session) error {
			_, delayed := x.MarkReported(ticketing.OutboxMail{ID: w.outbox})
			_, failed := x.MarkReported(ticketing.OutboxMail{ID: w.outbox, State: ticketing.OutboxFailed})
			return errors.Join(delayed, failed)
		},
		"PostponeAutomatic": func(x *session) error { return x.PostponeAutomatic(now) },
		"MarkUndelivered": func(x *session) error {
			if err := x.MarkUndelivered(w.outbox, "full", false); err != nil {
				return err
			}
			return x.MarkUndelivered(w.outbox, "gone", true)
		},
		"Suppress":    func(x *session) error { return x.Suppress(worldAddress, "gone", now) },
		"NoteFailure": func(x *session) error { return x.NoteFailure(worldAddress, "gone", now, 3, time.Hour) },
		"Unsuppress":  func(x *session) error { return x.Unsuppress(worldAddress) },
		"SettleMail": func(x *session) error {
			return x.SettleMail(w.mails[1], ticketing.Outcome{State: ticketing.LedgerIgnored}, now)
		},
		"InsertKey": func(x *session) error { return x.InsertKey(ticketing.Key{ID: "B"}) },
		"UpdateKey": func(x *session) error { return x.UpdateKey(w.key) },
		"Prefetch":  w.prefetch,
		"HoldLease": func(x *session) error {
			if err := x.HoldLease(ticketing.Lease{Name: "a"}); !errors.Is(err, ticketing.ErrLeaseLost) {
				return errors.Join(err, errors.New("a lease that nobody took"))
			}
			return nil
		},
	}
	maps.Copy(all, w.signingIn())
	maps.Copy(all, w.reading())
	return all
}

// signingIn calls what [ticketing.SignInTx] has.
func (w *world) signingIn() map[string]func(*session) error {
	now := time.Now()
	newAsk := func(x *session) (int64, error) { return x.InsertSignIn(ticketing.SignIn{Browser: "b", MadeAt: now}) }
	return map[string]func(*session) error{
		"SignIn": func(x *session) error { _, err := x.SignIn(1); return unlessMissing(err) },
		"SignIns": func(x *session) error {
			_, browser := x.SignIns("b", "", now)
			_, token := x.SignIns("", "t", now)
			_, both := x.SignIns("b", "t", now)
			return errors.Join(browser, token, both)
		},
		"CountSignIns": asked(func(x *session) (any, error) { return x.CountSignIns(worldAddress, now) }),
		"InsertSignIn": asked(func(x *session) (any, error) { return newAsk(x) }),
		"LockSignIn":   func(x *session) error { _, err := x.LockSignIn(1); return unlessMissing(err) },
		"UpdateSignIn": func(x *session) error {
			id, err := newAsk(x)
			return errors.Join(err, x.UpdateSignIn(ticketing.SignIn{ID: id}))
		},
		"WebSession":  func(x *session) error { _, err := x.WebSession("t"); return unlessMissing(err) },
		"WebSessions": asked(func(x *session) (any, error) { return x.WebSessions(w.person.ID) }),
		"InsertWebSession": asked(func(x *session) (any, error) {
			return x.InsertWebSession(ticketing.WebSession{PersonID: w.person.ID, Token: "t"})
		}),
		"SeeWebSession":  func(x *session) error { return x.SeeWebSession(1, now) },
		"EndWebSession":  asked(func(x *session) (any, error) { return x.EndWebSession(w.person.ID, 99) }),
		"EndWebSessions": func(x *session) error { return x.EndWebSessions(99) },
		"LockRate":       asked(func(x *session) (any, error) { return x.LockRate("a") }),
		"SetRate": func(x *session) error {
			_, err := x.LockRate("b")
			return errors.Join(err, x.SetRate("b", now))
		},
		"ForgetSignIns": func(x *session) error { return x.ForgetSignIns(now.Add(-time.Hour), now.Add(-time.Hour)) },
	}
}

// reading calls what [ticketing.Reader] has.
func (w *world) reading() map[string]func(*session) error {
	now := time.Now()
	proved := []ticketing.VerdictResult{ticketing.Pass}
	return map[string]func(*session) error{
		"Ticket":               asked(func(x *session) (any, error) { return x.Ticket(w.ticket.ID) }),
		"Participants":         asked(func(x *session) (any, error) { return x.Participants(w.ticket.ID) }),
		"Participant":          asked(func(x *session) (any, error) { return x.Participant(w.participant.ID) }),
		"Person":               asked(func(x *session) (any, error) { return x.Person(w.person.ID) }),
		"PersonByAddress":      asked(func(x *session) (any, error) { return x.PersonByAddress(worldAddress) }),
		"Agents":               asked(func(x *session) (any, error) { return x.Agents() }),
		"OrganisationByDomain": func(x *session) error { _, err := x.OrganisationByDomain("a"); return unlessMissing(err) },
		"Entry":                asked(func(x *session) (any, error) { return x.Entry(w.entry.ID) }),
		"Entries":              asked(func(x *session) (any, error) { return x.Entries(w.ticket.ID) }),
		"EntryTicket":          asked(func(x *session) (any, error) { return x.EntryTicket(w.entry.ID) }),
		"EntriesVisibleTo":     asked(func(x *session) (any, error) { return x.EntriesVisibleTo(w.participant.ID) }),
		"VisibleTicket":        func(x *session) error { _, err := x.VisibleTicket(w.viewer(), w.ticket.ID); return unlessMissing(err) },
		"VisibleEntries":       asked(func(x *session) (any, error) { return x.VisibleEntries(w.viewer(), w.ticket.ID) }),
		"CountVisible":         asked(func(x *session) (any, error) { return x.CountVisible(w.viewer(), ticketing.ScopeMine, "") }),
		"ListVisible":          w.everyRequestList,
		"FindMessageIDs":       asked(func(x *session) (any, error) { return x.FindMessageIDs([]string{"<a>"}) }),
		"MailsWithMessageID":   asked(func(x *session) (any, error) { return x.MailsWithMessageID("<a>") }),
		"MailsWithRaw":         asked(func(x *session) (any, error) { return x.MailsWithRaw("a") }),
		"CountMailsFrom":       asked(func(x *session) (any, error) { return x.CountMailsFrom(worldAddress, proved, now, now) }),
		"AutomaticFrom":        asked(func(x *session) (any, error) { return x.AutomaticFrom() }),
		"TicketTimers":         asked(func(x *session) (any, error) { return x.TicketTimers(w.ticket.ID) }),
		"UnsolvedOf":           asked(func(x *session) (any, error) { return x.UnsolvedOf([]int64{1, 2}) }),
		"LastAssignee":         asked(func(x *session) (any, error) { return x.LastAssignee(w.ticket.MailboxID) }),
		"CountAcksTo":          asked(func(x *session) (any, error) { return x.CountAcksTo(worldAddress, now) }),
		"CountAutomatic":       asked(func(x *session) (any, error) { return x.CountAutomatic(now, now) }),
		"CountEvents":          asked(func(x *session) (any, error) { return x.CountEvents(w.ticket.ID, "reopened", proved, now) }),
		"Outgoing":             asked(func(x *session) (any, error) { return x.Outgoing("<o>") }),
		"OutgoingTo":           asked(func(x *session) (any, error) { return x.OutgoingTo(worldAddress, now) }),
		"LastOutgoing":         asked(func(x *session) (any, error) { return x.LastOutgoing(w.ticket.ID, ticketing.LetterReminder) }),
		"OutgoingInTrouble":    asked(func(x *session) (any, error) { return x.OutgoingInTrouble(now, 10) }),
		"Suppressed":           asked(func(x *session) (any, error) { return x.Suppressed(worldAddress) }),
		"Keys":                 asked(func(x *session) (any, error) { return x.Keys() }),
		"ReviewsWaiting":       asked(func(x *session) (any, error) { return x.ReviewsWaiting(10) }),
		"Ledger":               asked(func(x *session) (any, error) { return x.Ledger(w.mails[0]) }),
		"ListTickets": func(x *session) error {
			for _, f := range everyFilter() {
				if _, err := x.ListTickets(f); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func (w *world) viewer() ticketing.Viewer { return ticketing.Viewer{PersonID: w.person.ID} }

func (w *world) everyRequestList(x *session) error {
	for _, sort := range []ticketing.RequestSort{ticketing.SortActivity, ticketing.SortID, ticketing.SortStatus} {
		for _, up := range []bool{false, true} {
			for _, query := range []string{"", "word", `"word"`} {
				f := ticketing.RequestFilter{Scope: ticketing.ScopeMine, Sort: sort, Ascending: up, Query: query}
				f.Cursor = ticketing.RequestCursor{Scope: f.Scope, Sort: sort, Up: up, Status: ticketing.Open, ID: 1 << 40, Activity: 1 << 60}.Encode()
				if _, err := x.ListVisible(w.viewer(), f); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (w *world) prefetch(x *session) error {
	return x.Prefetch(ticketing.Wanted{
		Addresses: []string{worldAddress}, MessageIDs: []string{"<a>"}, References: []string{"<a>"},
		Participants: []int64{w.participant.ID}, Entries: []int64{w.entry.ID}, Tickets: []int64{w.ticket.ID},
	})
}

// onStore calls what the store itself has.
func (w *world) onStore(ctx context.Context, s *Store) map[string]func() error {
	all := map[string]func() error{
		"AddAgent":        func() error { _, err := s.AddAgent(ctx, "eve@example.com", "Eve", "en"); return err },
		"Agents":          func() error { _, err := s.Agents(ctx); return err },
		"RemoveAgent":     func() error { return unlessMissing(s.RemoveAgent(ctx, "eve@example.com")) },
		"AddOrganisation": func() error { _, err := s.AddOrganisation(ctx, "Acme"); return err },
		"Organisations":   func() error { _, err := s.Organisations(ctx); return err },
		"MapDomain":       func() error { return errors.Join(s.MapDomain(ctx, "a", 1), s.MapDomain(ctx, "a", 0)) },
		"KnownMailboxes":  func() error { _, _, err := s.KnownMailboxes(ctx, []ticketing.Mailbox{w.box}); return err },
		"EnsureMailboxes": func() error { _, err := s.EnsureMailboxes(ctx, []ticketing.Mailbox{w.box}); return err },
		"MoveMailboxes":   func() error { return s.MoveMailboxes(ctx, []ticketing.Mailbox{w.box}) },
		"PauseMailbox":    func() error { return s.PauseMailbox(ctx, w.box.ID, time.Time{}, "") },
		"TryWrite":        func() error { return s.TryWrite(ctx) },
		"Remember":        func() error { _, err := s.Remember(ctx, "a", "b"); return err },
		"ReplaceFact":     func() error { return s.ReplaceFact(ctx, "a", "b") },
		"Counts":          func() error { _, err := s.Counts(ctx); return err },
		"LeaseOwners":     func() error { _, err := s.LeaseOwners(ctx); return err },
		"Owners":          func() error { _, err := s.Owners(ctx); return err },
		"TakeOver":        func() error { _, err := s.TakeOver(ctx, "a"); return err },
		"LedgerRows":      func() error { return w.ledgerRows(ctx, s) },
		"OutboxRows":      func() error { return w.outboxRows(ctx, s) },
	}
	maps.Copy(all, w.onSpool(ctx, s))
	maps.Copy(all, w.onOutbox(ctx, s))
	return all
}

func (w *world) onSpool(ctx context.Context, s *Store) map[string]func() error {
	const folder = "INBOX"
	lease := func() (ticketing.Lease, error) {
		l, _, err := s.AcquireLease(ctx, "mailbox", "a", time.Hour)
		return l, err
	}
	return map[string]func() error{
		"AcquireLease": func() error { _, err := lease(); return err },
		"RenewLease":   func() error { l, err := lease(); return errors.Join(err, s.RenewLease(ctx, l, time.Hour)) },
		"ReleaseLease": func() error { l, err := lease(); return errors.Join(err, s.ReleaseLease(ctx, l)) },
		"Cursor":       func() error { _, _, err := s.Cursor(ctx, w.box.ID, folder); return err },
		"FormerFolder": func() error { _, _, err := s.FormerFolder(ctx, w.box.ID, folder, "inbox"); return err },
		"SpoolMails": func() error {
			l, err := lease()
			large := w.arrival("large")
			large.UID, large.Size = 1, 2*chunkSize
			next := ticketing.Cursor{MailboxID: w.box.ID, Folder: folder}
			return errors.Join(err, s.SpoolMails(ctx, l, []ticketing.Arrival{large, large}, next))
		},
		"IngestMails": func() error { _, err := s.IngestMails(ctx, []ticketing.Arrival{w.arrival("one")}); return err },
		"KnownMails": func() error {
			_, err := s.KnownMails(ctx, w.box.ID, folder, []ticketing.Arrival{w.arrival("")})
			return err
		},
		"Settled":        func() error { _, err := s.Settled(ctx, w.box.ID, folder, 1, 10); return err },
		"SettledDone":    func() error { return s.SettledDone(ctx, w.box.ID, folder, 1, []uint32{1}) },
		"ClaimSpooled":   func() error { _, err := s.ClaimSpooled(ctx, "a", 1, time.Hour); return err },
		"ReleaseSpooled": func() error { return s.ReleaseSpooled(ctx, "a", w.mails, time.Time{}) },
		"EndClaims":      func() error { return s.EndClaims(ctx, "a") },
		"ReturnSpooled":  func() error { return s.ReturnSpooled(ctx, "a", w.mails, time.Time{}) },
		"Undecided":      func() error { _, err := s.Undecided(ctx, w.mails); return err },
		"OpenRaw": func() error {
			r, err := s.OpenRaw(ctx, w.sha256)
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, r)
			return errors.Join(err, r.Close())
		},
	}
}

func (w *world) onOutbox(ctx context.Context, s *Store) map[string]func() error {
	owed := func() (id int64, err error) {
		err = s.update(ctx, func(x *session) error {
			id, err = x.Enqueue(w.letter())
			return err
		})
		return id, err
	}
	claimed := func() (int64, error) {
		id, err := owed()
		if err == nil {
			_, err = s.ClaimOutbox(ctx, ticketing.OutboxClaim{Owner: "a", N: 1000, Lease: time.Hour, InHand: []int64{1 << 40}})
		}
		return id, err
	}
	return map[string]func() error{
		"ClaimOutbox": func() error { _, err := claimed(); return err },
		"RenewOutbox": func() error { id, err := claimed(); return errors.Join(err, s.RenewOutbox(ctx, "a", id, time.Hour)) },
		"RecordDelivery": func() error {
			id, err := claimed()
			sent := ticketing.Delivery{State: ticketing.OutboxSent, Aliases: []string{"<alias>"}}
			return errors.Join(err, s.RecordDelivery(ctx, "a", id, sent))
		},
		"ClaimTimers": func() error {
			_, err := s.ClaimTimers(ctx, "a", time.Now(), 100, time.Minute)
			return err
		},
		"NextTimer":   func() error { _, err := s.NextTimer(ctx); return err },
		"NextDue":     func() error { _, err := s.NextDue(ctx); return err },
		"Pauses":      func() error { _, err := s.Pauses(ctx); return err },
		"EndPause":    func() error { id, err := owed(); _, ended := s.EndPause(ctx, id); return errors.Join(err, ended) },
		"RetryOutbox": func() error { id, err := owed(); return errors.Join(err, s.RetryOutbox(ctx, id)) },
		"DropOutbox":  func() error { id, err := owed(); return errors.Join(err, s.DropOutbox(ctx, id)) },
	}
}

func (w *world) ledgerRows(ctx context.Context, s *Store) error {
	for _, state := range []ticketing.LedgerState{
		"", ticketing.LedgerSpooled, ticketing.LedgerApplied, ticketing.LedgerEvent, ticketing.LedgerHeld,
		ticketing.LedgerIgnored, ticketing.LedgerUnreadable, ticketing.LedgerGone,
	} {
		for _, f := range []LedgerFilter{{}, {BeforeID: 5}, {TicketID: 5}, {MailboxID: 5, BeforeID: 5}} {
			f.State = state
			if _, err := s.LedgerRows(ctx, f); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *world) outboxRows(ctx context.Context, s *Store) error {
	for _, state := range []ticketing.OutboxState{
		"", ticketing.OutboxQueued, ticketing.OutboxSending, ticketing.OutboxSent, ticketing.OutboxFailed,
		ticketing.OutboxUnknown, ticketing.OutboxDropped,
	} {
		for _, f := range []OutboxFilter{{}, {BeforeID: 5}, {TicketID: 5}, {Drafts: true}} {
			f.State = state
			if _, err := s.OutboxRows(ctx, f); err != nil {
				return err
			}
		}
	}
	return nil
}
