package ticketing

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// SignInProof is what somebody signs in with: the link of the mail in the browser
// that asked, or the code of the mail, in that browser or with the link.
type SignInProof struct {
	Token   string // of the link, "" without one
	Browser string // what the browser keeps of its ask, "" if nothing
	Code    string // as typed, "" without one
	// ByCode: the code is to decide, also in the browser that asked.
	ByCode bool
	Client string // as in [SignInAsk]
	Device string
	// Former is the session that the browser had; it ends.
	Former string
}

// SignedIn is somebody who has just signed in.
type SignedIn struct {
	Secret   string // of the session, for the browser
	EndsAt   time.Time
	ReturnTo string
}

// ErrOtherBrowser is returned for a link in a browser that did not ask for it.
var ErrOtherBrowser = errors.New("the link was asked for in another browser")

// ConfirmSignIn makes a session of a proof. It fails with [ErrNotFound] for what
// is too old or used up, with [ErrOtherBrowser], with [WrongCode] after a wrong
// code, which counts, and with [TooMany].
func (d *Desk) ConfirmSignIn(ctx context.Context, proof SignInProof) (SignedIn, error) {
	var in SignedIn
	var wrong error
	err := d.Store.Update(ctx, func(tx Tx) error {
		in, wrong = SignedIn{}, nil
		s, err := d.proved(tx, proof)
		switch {
		case errors.As(err, new(WrongCode)):
			wrong = err // the try is kept
			return nil
		case err != nil:
			return err
		}
		in, err = d.enter(tx, s, proof)
		return err
	})
	if err == nil {
		err = wrong
	}
	if err != nil {
		return SignedIn{}, fmt.Errorf("sign in: %w", err)
	}
	return in, nil
}

// proved finds the ask that a proof is of, and locks it.
func (d *Desk) proved(tx Tx, proof SignInProof) (SignIn, error) {
	if proof.ByCode {
		return d.provedByCode(tx, proof)
	}
	found, err := d.ofToken(tx, proof.Token)
	if err != nil {
		return SignIn{}, err
	}
	s, err := tx.LockSignIn(found.ID)
	switch {
	case err != nil:
		return SignIn{}, err
	case !s.live(d.Now(), d.Settings.SignInLasts()):
		return SignIn{}, ErrNotFound
	case !sameHash(s.Browser, hashIfAny(proof.Browser)):
		return SignIn{}, ErrOtherBrowser
	}
	return s, nil
}

// provedByCode looks for the ask whose code it is. A wrong one counts against all
// for which it might have been.
func (d *Desk) provedByCode(tx Tx, proof SignInProof) (SignIn, error) {
	now, valid := d.Now(), d.Settings.SignInLasts()
	if err := spend(tx, codesOfClient(), proof.Client, now); err != nil {
		return SignIn{}, err
	}
	// With a link, its own code alone: several links in one browser have several.
	browser := hashIfAny(proof.Browser)
	if proof.Token != "" {
		browser = ""
	}
	found, err := tx.SignIns(browser, hashIfAny(proof.Token), now.Add(-valid))
	if err != nil {
		return SignIn{}, err
	}
	if len(found) == 0 {
		return SignIn{}, ErrNotFound
	}
	code, left := cleanCode(proof.Code), 0
	var tried []SignIn
	for i := range found {
		s, err := tx.LockSignIn(found[len(found)-1-i].ID) // oldest first, as everybody who locks them
		if err != nil {
			return SignIn{}, err
		}
		if !s.live(now, valid) {
			continue
		}
		if sameHash(s.Code, hashOfCode(s.Token, code)) {
			return s, nil
		}
		tried = append(tried, s)
	}
	for _, s := range tried {
		s.Tries++
		left = max(left, maxCodeTries-s.Tries)
		if err := tx.UpdateSignIn(s); err != nil {
			return SignIn{}, err
		}
	}
	return SignIn{}, WrongCode{left}
}

// enter uses an ask up and makes the session. Whose the address is, is asked
// again: he may be gone, or have become an agent.
func (d *Desk) enter(tx Tx, s SignIn, proof SignInProof) (SignedIn, error) {
	p, err := tx.PersonByAddress(s.Address)
	if err != nil {
		return SignedIn{}, err
	}
	now := d.Now()
	s.UsedAt = now
	if err := tx.UpdateSignIn(s); err != nil {
		return SignedIn{}, err
	}
	if former, err := tx.WebSession(hashIfAny(proof.Former)); err == nil {
		if _, err := tx.EndWebSession(former.PersonID, former.ID); err != nil {
			return SignedIn{}, err
		}
	} else if !errors.Is(err, ErrNotFound) {
		return SignedIn{}, err
	}
	secret := newSecret(secretBytes)
	w := newWebSession(p, now)
	w.Token, w.Address, w.Device = hashOf(secret), s.Address, proof.Device
	if _, err := tx.InsertWebSession(w); err != nil {
		return SignedIn{}, err
	}
	return SignedIn{secret, w.EndsAt, s.ReturnTo}, nil
}

// cleanCode reads a code as somebody types it, in groups or in wide digits.
func cleanCode(typed string) string {
	if len(typed) > 100 {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, norm.NFKC.String(typed))
}
