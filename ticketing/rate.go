package ticketing

import (
	"fmt"
	"time"
)

// Rate is how often something may be done: N times at once, and no more than
// that again in each Per after it, one by one (a token bucket).
type Rate struct {
	Name string // of what is limited
	N    int
	Per  time.Duration
}

// TooMany says that something was done too often. It is an [ErrTooMany].
type TooMany struct {
	What  string        // the name of the rate
	After time.Duration // when it can be done again
}

func (e TooMany) Error() string { return fmt.Sprintf("too many: %s, again in %s", e.What, e.After) }

// Unwrap makes it an [ErrTooMany].
func (e TooMany) Unwrap() error { return ErrTooMany }

// spend takes one from a bucket that is full again at a time, and says when it is
// full again then. It fails with [TooMany] when the bucket is empty.
func (r Rate) spend(fullAt, now time.Time) (time.Time, error) {
	if fullAt.Before(now) {
		fullAt = now
	}
	next := fullAt.Add(r.Per / time.Duration(r.N))
	if wait := next.Sub(now) - r.Per; wait > 0 {
		return time.Time{}, TooMany{r.Name, wait}
	}
	return next, nil
}

// spend counts one more of what a rate limits, for whom it does. Nothing else can
// be counted for him until the transaction ends, which a refusal should undo.
func spend(tx SignInTx, r Rate, who string, now time.Time) error {
	name := r.Name + " " + who
	fullAt, err := tx.LockRate(name)
	if err != nil {
		return err
	}
	next, err := r.spend(fullAt, now)
	if err != nil {
		return err
	}
	return tx.SetRate(name, next)
}
