package ticketing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// WebSession is a browser in which somebody has signed in.
type WebSession struct {
	ID       int64
	PersonID int64
	Token    string // hash of what the browser keeps
	Address  string // by which he signed in
	Device   string // as in [SignIn]
	// Agent: it was made for an agent. It ends when its person becomes one, or is
	// one no more.
	Agent  bool
	MadeAt time.Time
	SeenAt time.Time // to within seenEvery
	EndsAt time.Time // whatever is done with it
}

const (
	customerIdle, customerEnds = 30 * 24 * time.Hour, 90 * 24 * time.Hour
	agentIdle, agentEnds       = 12 * time.Hour, 7 * 24 * time.Hour
	// seenEvery is how often it is noted that a session is in use.
	seenEvery = 10 * time.Minute
)

func newWebSession(p Person, now time.Time) WebSession {
	s := WebSession{PersonID: p.ID, Agent: p.Agent, MadeAt: now, SeenAt: now, EndsAt: now.Add(customerEnds)}
	if p.Agent {
		s.EndsAt = now.Add(agentEnds)
	}
	return s
}

// live reports whether a session of a person still holds.
func (s WebSession) live(p Person, now time.Time) bool {
	idle := customerIdle
	if s.Agent {
		idle = agentIdle
	}
	return s.Agent == p.Agent && now.Before(s.EndsAt) && now.Before(s.SeenAt.Add(idle))
}

// Visitor is who has signed in with a browser, and by which session.
// [ErrNotFound] if nobody has, or not any more. All that it may write is when
// the session was last seen.
func (d *Desk) Visitor(ctx context.Context, secret string) (p Person, s WebSession, err error) {
	now := d.Now()
	token := hashIfAny(secret)
	if token == "" {
		return Person{}, WebSession{}, ErrNotFound
	}
	err = d.Store.View(ctx, func(r Reader) (err error) {
		if s, err = r.WebSession(token); err == nil {
			p, err = r.Person(s.PersonID)
		}
		if err == nil && !s.live(p, now) {
			err = ErrNotFound
		}
		return err
	})
	if err != nil {
		return Person{}, WebSession{}, fmt.Errorf("look up a session: %w", err)
	}
	if now.Sub(s.SeenAt) >= seenEvery {
		err = d.Store.Update(ctx, func(tx Tx) error { return tx.SeeWebSession(s.ID, now) })
	}
	return p, s, err
}

// WebSessions are the sessions of a person that hold, the last seen first.
func (d *Desk) WebSessions(ctx context.Context, p Person) (all []WebSession, err error) {
	err = d.Store.View(ctx, func(r Reader) (err error) {
		all, err = r.WebSessions(p.ID)
		return err
	})
	return slices.DeleteFunc(all, func(s WebSession) bool { return !s.live(p, d.Now()) }), err
}

// EndWebSession ends a session of a person, and is content if there is none.
func (d *Desk) EndWebSession(ctx context.Context, personID, id int64) error {
	return d.Store.Update(ctx, func(tx Tx) error {
		_, err := tx.EndWebSession(personID, id)
		return err
	})
}

// EndWebSessions ends all sessions of a person.
func (d *Desk) EndWebSessions(ctx context.Context, personID int64) error {
	return d.Store.Update(ctx, func(tx Tx) error { return tx.EndWebSessions(personID) })
}

// SignOut ends the session of a browser, and is content if there is none.
func (d *Desk) SignOut(ctx context.Context, secret string) error {
	return d.Store.Update(ctx, func(tx Tx) error {
		s, err := tx.WebSession(hashIfAny(secret))
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err == nil {
			_, err = tx.EndWebSession(s.PersonID, s.ID)
		}
		return err
	})
}
