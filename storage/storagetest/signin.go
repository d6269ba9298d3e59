package storagetest

import (
	"errors"
	"sync"
	"testing"
	"time"

	"deskd/ticketing"
)

// signingIn: an ask is found by its browser and by its link, as long as it is
// looked for, and keeps what became of it.
func signingIn(t *testing.T, d desk) {
	ask := func(browser string, minute int) (s ticketing.SignIn) {
		t.Helper()
		s = ticketing.SignIn{Address: "ada@example.org", Browser: browser, Device: "Firefox", Language: "ja", ReturnTo: "/requests/7", MadeAt: at(minute)}
		d.update(t, func(tx ticketing.Tx) (err error) {
			s.ID, err = tx.InsertSignIn(s)
			return err
		})
		return s
	}
	find := func(browser, token string, since int) []ticketing.SignIn {
		return read(t, d, func(r ticketing.Reader) ([]ticketing.SignIn, error) { return r.SignIns(browser, token, at(since)) })
	}
	first, second, other := ask("one", 1), ask("one", 2), ask("two", 3)
	first.Token, first.Code, first.Tries, first.MailedAt, first.UsedAt = "t", "c", 2, at(4), at(5)
	d.update(t, func(tx ticketing.Tx) error {
		locked, err := tx.LockSignIn(first.ID)
		if err != nil || locked.Token != "" {
			t.Errorf("locked %+v, %v", locked, err)
		}
		return tx.UpdateSignIn(first)
	})
	same(t, first, read(t, d, func(r ticketing.Reader) (ticketing.SignIn, error) { return r.SignIn(first.ID) }))
	same(t, []ticketing.SignIn{second, first}, find("one", "", 0))
	same(t, []ticketing.SignIn{second}, find("one", "", 1))
	same(t, []ticketing.SignIn{first}, find("", "t", 0))
	same(t, []ticketing.SignIn{first}, find("one", "t", 0))
	for _, nothing := range [][]ticketing.SignIn{find("", "", 0), find("", "u", 0), find("two", "t", 0), find("two", "", 3)} {
		if len(nothing) > 0 {
			t.Errorf("found %+v", nothing)
		}
	}
	count := func() int {
		return read(t, d, func(r ticketing.Reader) (int, error) { return r.CountSignIns("ada@example.org", at(0)) })
	}
	if n := count(); n != 2 {
		t.Errorf("%d asks are not used, want 2", n)
	}
	d.update(t, func(tx ticketing.Tx) error { return tx.ForgetSignIns(at(3), at(0)) })
	same(t, []ticketing.SignIn{other}, append(find("one", "", 0), find("two", "", 0)...))
	err := d.Update(t.Context(), func(tx ticketing.Tx) error { return tx.UpdateSignIn(first) })
	if !errors.Is(err, ticketing.ErrNotFound) {
		t.Errorf("change of what is forgotten: %v", err)
	}
}

// webSessions: a session is found by its hash and with its person, ends by
// itself and by him alone, and is seen ever later.
func webSessions(t *testing.T, d desk) {
	var ada, bob ticketing.Person
	enter := func(p ticketing.Person, token string, minute int) (s ticketing.WebSession) {
		t.Helper()
		s = ticketing.WebSession{PersonID: p.ID, Token: token, Address: "a@example.org", Device: "Chrome", Agent: true, MadeAt: at(0), SeenAt: at(minute), EndsAt: at(minute + 10)}
		d.update(t, func(tx ticketing.Tx) (err error) {
			s.ID, err = tx.InsertWebSession(s)
			return err
		})
		return s
	}
	d.update(t, func(tx ticketing.Tx) (err error) {
		if ada, err = tx.EnsurePerson(ticketing.Address{Address: "ada@example.com"}); err == nil {
			bob, err = tx.EnsurePerson(ticketing.Address{Address: "bob@example.com"})
		}
		return err
	})
	of := func(p ticketing.Person) []ticketing.WebSession {
		return read(t, d, func(r ticketing.Reader) ([]ticketing.WebSession, error) { return r.WebSessions(p.ID) })
	}
	one, two, his := enter(ada, "1", 1), enter(ada, "2", 2), enter(bob, "3", 3)
	same(t, one, read(t, d, func(r ticketing.Reader) (ticketing.WebSession, error) { return r.WebSession("1") }))
	same(t, []ticketing.WebSession{two, one}, of(ada))
	err := d.Update(t.Context(), func(tx ticketing.Tx) error {
		_, err := tx.InsertWebSession(ticketing.WebSession{PersonID: bob.ID, Token: "1"})
		return err
	})
	if err == nil {
		t.Error("two sessions have one hash")
	}
	d.update(t, func(tx ticketing.Tx) error {
		return errors.Join(tx.SeeWebSession(one.ID, at(9)), tx.SeeWebSession(one.ID, at(8)))
	})
	one.SeenAt = at(9)
	same(t, []ticketing.WebSession{one, two}, of(ada))
	end := func(p ticketing.Person, id int64) (ended bool) {
		d.update(t, func(tx ticketing.Tx) (err error) {
			ended, err = tx.EndWebSession(p.ID, id)
			return err
		})
		return ended
	}
	if end(ada, his.ID) || !end(ada, one.ID) || end(ada, one.ID) {
		t.Error("a session ends once, and by whose it is")
	}
	enter(ada, "4", 5)
	d.update(t, func(tx ticketing.Tx) error { return tx.ForgetSignIns(at(0), at(13)) })
	if left := of(ada); len(left) != 1 || left[0].Token != "4" || len(of(bob)) != 1 {
		t.Errorf("left: %+v, %+v", left, of(bob))
	}
	d.update(t, func(tx ticketing.Tx) error { return tx.EndWebSessions(ada.ID) })
	if len(of(ada)) != 0 || len(of(bob)) != 1 {
		t.Errorf("left: %+v, %+v", of(ada), of(bob))
	}
	d.view(t, func(r ticketing.Reader) error {
		if _, err := r.WebSession("1"); !errors.Is(err, ticketing.ErrNotFound) {
			t.Errorf("an ended session: %v", err)
		}
		return nil
	})
}

// rates: who counts does so alone, and what has run out is forgotten.
func rates(t *testing.T, d desk) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			d.update(t, func(tx ticketing.Tx) error {
				fullAt, err := tx.LockRate("a")
				if fullAt.IsZero() {
					fullAt = at(0)
				}
				return errors.Join(err, tx.SetRate("a", fullAt.Add(time.Minute)))
			})
		})
	}
	wg.Wait()
	now := func() (fullAt time.Time) {
		d.update(t, func(tx ticketing.Tx) (err error) {
			fullAt, err = tx.LockRate("a")
			return err
		})
		return fullAt
	}
	if got := now(); !got.Equal(at(8)) {
		t.Errorf("eight at once brought it to %v, want %v", got, at(8))
	}
	d.update(t, func(tx ticketing.Tx) error { return tx.ForgetSignIns(at(0), at(8)) })
	if got := now(); !got.Equal(at(8)) {
		t.Errorf("it was forgotten before its time: %v", got)
	}
	d.update(t, func(tx ticketing.Tx) error { return tx.ForgetSignIns(at(0), at(9)) })
	if got := now(); !got.IsZero() {
		t.Errorf("it is remembered after its time: %v", got)
	}
}
