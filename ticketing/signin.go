package ticketing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// SignIn is somebody's wish to sign in: one mail with a link and a code. What is
// stored of secrets are hashes.
type SignIn struct {
	ID      int64
	Address string // that the mail goes to, normalised; it may be nobody's
	Browser string // hash of what the asking browser keeps
	Token   string // hash of the link's token; "" before it was mailed
	Code    string // hash of the code, with Token
	// Device is the browser's family, such as "Firefox", for the mail.
	Device   string
	Language string // of the page that it was asked on
	ReturnTo string // path of the page to go to then; "" for the first one
	Tries    int    // wrong codes
	MadeAt   time.Time
	MailedAt time.Time // also of an address that gets no mail
	UsedAt   time.Time
}

const (
	// signInValid is how long a link and a code work, unless set otherwise.
	signInValid = 15 * time.Minute
	// maxLiveSignIns is for how many asks of one address at a time.
	maxLiveSignIns = 3
	// maxCodeTries is how often a code may be mistyped.
	maxCodeTries = 5
	// signInAgain is how soon the same ask of a browser brings no other mail.
	signInAgain = time.Minute
	// signInKept is for how long an ask is remembered.
	signInKept = 24 * time.Hour
	// maxReturnTo bounds the path to go back to, in bytes.
	maxReturnTo = 1000
)

// The limits of signing in, by address, by client, and of all mails. What is
// asked for an unknown address counts for its limits like any other.
func signInSoon() Rate    { return Rate{"sign-in mails to an address", 3, 10 * time.Minute} }
func signInDaily() Rate   { return Rate{"sign-in mails to an address a day", 10, 24 * time.Hour} }
func signInClient() Rate  { return Rate{"sign-in mails from a client", 20, time.Hour} }
func signInsOfAll() Rate  { return Rate{SignInsOfAll, 300, time.Hour} }
func codesOfClient() Rate { return Rate{"codes from a client", 30, time.Hour} }

// SignInsOfAll is what [TooMany] names when the desk itself has written as many
// sign-in mails as it may: somebody should look why.
const SignInsOfAll = "all sign-in mails"

// live reports whether something can still be signed in with.
func (s SignIn) live(now time.Time, valid time.Duration) bool {
	return s.UsedAt.IsZero() && s.Tries < maxCodeTries && now.Before(s.MadeAt.Add(valid))
}

// SignInLasts is how long a mailed link and its code work.
func (s Settings) SignInLasts() time.Duration { return cmp.Or(s.SignInValid, signInValid) }

// WrongCode is returned for a code that is not right.
type WrongCode struct{ Left int } // tries that are left

func (e WrongCode) Error() string { return fmt.Sprintf("the code is not right; %d tries left", e.Left) }

// SignInAsk is what somebody asks for on the page.
type SignInAsk struct {
	Address string // as typed; see [CleanSignInAddress]
	Browser string // what his browser keeps of an earlier ask, "" if nothing
	// Client stands for the network address he comes from, in limits.
	Client   string
	Device   string
	Language string
	ReturnTo string
}

// AskSignIn takes a wish to sign in, and gives what the browser must keep to be
// known again. Whether the address is somebody's is not looked at before it has
// been answered: a timer does that and writes the mail. It fails with [TooMany].
func (d *Desk) AskSignIn(ctx context.Context, ask SignInAsk) (browser string, err error) {
	now := d.Now()
	err = d.Store.Update(ctx, func(tx Tx) error {
		browser = ask.Browser
		known, err := tx.SignIns(hashIfAny(browser), "", now.Add(-d.Settings.SignInLasts()))
		if err != nil {
			return err
		}
		if len(known) == 0 {
			browser = newSecret(secretBytes) // never one that somebody else chose
		}
		if slices.ContainsFunc(known, func(s SignIn) bool {
			return s.Address == ask.Address && s.live(now, d.Settings.SignInLasts()) && now.Before(s.MadeAt.Add(signInAgain))
		}) {
			return nil
		}
		if err := d.mayAsk(tx, ask, now); err != nil {
			return err
		}
		id, err := tx.InsertSignIn(SignIn{
			Address: ask.Address, Browser: hashOf(browser), Device: ask.Device, Language: ask.Language,
			ReturnTo: LocalPath(ask.ReturnTo), MadeAt: now,
		})
		if err != nil {
			return err
		}
		return tx.SetTimer(Timer{Kind: TimerSignIn, PersonID: id, DueAt: now})
	})
	if err != nil {
		return "", fmt.Errorf("ask to sign in: %w", err)
	}
	if d.Due != nil {
		d.Due()
	}
	return browser, nil
}

// mayAsk counts an ask against its limits. That of all mails is only looked at:
// an address that is nobody's gets none.
func (d *Desk) mayAsk(tx Tx, ask SignInAsk, now time.Time) error {
	fullAt, err := tx.LockRate(SignInsOfAll + " ")
	if err != nil {
		return err
	}
	if _, err := signInsOfAll().spend(fullAt, now); err != nil {
		return err
	}
	for _, limit := range []struct {
		rate Rate
		who  string
	}{{signInClient(), ask.Client}, {signInSoon(), ask.Address}, {signInDaily(), ask.Address}} {
		if err := spend(tx, limit.rate, limit.who, now); err != nil {
			return err
		}
	}
	live, err := tx.CountSignIns(ask.Address, now.Add(-d.Settings.SignInLasts()))
	if err == nil && live >= maxLiveSignIns {
		err = TooMany{signInSoon().Name, signInSoon().Per}
	}
	return err
}

// decideSignIn writes the mail of an ask, if its address is that of a person we
// know. The secrets come into being here, and are in the mail alone.
func (d *Desk) decideSignIn(tx Tx, timer Timer) (Change, error) {
	now := d.Now()
	s, err := tx.LockSignIn(timer.PersonID)
	if errors.Is(err, ErrNotFound) {
		return Change{}, nil
	}
	if err != nil || !s.MailedAt.IsZero() || !s.live(now, d.Settings.SignInLasts()) {
		return Change{}, err
	}
	s.MailedAt = now
	p, err := tx.PersonByAddress(s.Address)
	if errors.Is(err, ErrNotFound) || err == nil && (d.Settings.Own(s.Address) || d.Settings.AnswerURL == "") {
		return Change{}, tx.UpdateSignIn(s)
	}
	if err != nil {
		return Change{}, err
	}
	var over TooMany
	if err := spend(tx, signInsOfAll(), "", now); errors.As(err, &over) {
		return Change{}, tx.UpdateSignIn(s)
	} else if err != nil {
		return Change{}, err
	}
	token, code := newSecret(tokenBytes), newCode()
	s.Token = hashOf(token)
	s.Code = hashOfCode(s.Token, code)
	to := LetterTo{Kind: LetterSignIn, Address: s.Address, SignIn: SignInLetter{
		Link: strings.TrimSuffix(d.Settings.AnswerURL, "/") + "/sign-in/t/" + token, Code: code,
		Device: s.Device, AskedAt: s.MadeAt, Valid: d.Settings.SignInLasts(), Language: cmp.Or(p.Language, s.Language),
	}}
	return Change{Letters: []LetterTo{to}}, tx.UpdateSignIn(s)
}

// SignInLetter is what a mail for signing in says. Nothing in it is anybody's
// choice but the kind of the browser, of a few.
type SignInLetter struct {
	Link     string
	Code     string // eight digits
	Device   string // "" for a browser that is not known
	AskedAt  time.Time
	Valid    time.Duration
	Language string
}

// SignInPage is what the pages for signing in show.
type SignInPage struct {
	Address string // "" to a browser that did not ask
	// SameBrowser: this is the browser that asked, which needs no code.
	SameBrowser bool
	ReturnTo    string
}

// WaitingSignIn is what a browser asked for last; [ErrNotFound] if that is too
// long ago. It changes nothing.
func (d *Desk) WaitingSignIn(ctx context.Context, browser string) (page SignInPage, err error) {
	now := d.Now()
	err = d.Store.View(ctx, func(r Reader) error {
		all, err := r.SignIns(hashIfAny(browser), "", now.Add(-d.Settings.SignInLasts()))
		if err == nil && len(all) == 0 {
			err = ErrNotFound
		}
		if err == nil {
			page = SignInPage{all[0].Address, true, all[0].ReturnTo}
		}
		return err
	})
	return page, err
}

// OpenSignIn is what a mailed link leads to; [ErrNotFound] for one that is too
// old, used up or none of ours. It changes nothing.
func (d *Desk) OpenSignIn(ctx context.Context, token, browser string) (page SignInPage, err error) {
	err = d.Store.View(ctx, func(r Reader) error {
		s, err := d.ofToken(r, token)
		if err == nil && sameHash(s.Browser, hashIfAny(browser)) {
			page = SignInPage{s.Address, true, s.ReturnTo}
		}
		return err
	})
	return page, err
}

func (d *Desk) ofToken(r SignInReader, token string) (SignIn, error) {
	now := d.Now()
	all, err := r.SignIns("", hashIfAny(token), now.Add(-d.Settings.SignInLasts()))
	if err != nil {
		return SignIn{}, err
	}
	if len(all) == 0 || !all[0].live(now, d.Settings.SignInLasts()) {
		return SignIn{}, ErrNotFound
	}
	return all[0], nil
}

// hashIfAny is the hash of a secret; of none, and of what is too long to be one,
// it is none.
func hashIfAny(secret string) string {
	if secret == "" || len(secret) > 100 {
		return ""
	}
	return hashOf(secret)
}

// CleanSignInAddress reads an address as somebody types it. ok is false for what
// is none.
func CleanSignInAddress(typed string) (address string, ok bool) {
	address = NormalizeAddress(typed)
	local, domain, _ := cutLast(address, "@")
	bad := func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`<>()[],;:\"`, r) }
	return address, len(address) <= 254 && local != "" && len(local) <= 64 && !strings.Contains(local, "@") && strings.Contains(domain, ".") &&
		!strings.ContainsFunc(address, bad) && !strings.Contains(domain, "..") && !strings.HasPrefix(domain, ".")
}

// LocalPath is a path to return to, if it is one on these pages; else "". A
// browser takes "//host" and "/\host" for the address of another host.
func LocalPath(path string) string {
	bad := func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }
	if len(path) > maxReturnTo || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsFunc(path, bad) {
		return ""
	}
	return path
}
