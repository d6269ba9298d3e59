package imap

import (
	"context"
	"errors"
	"time"

	"deskd/ticketing"
)

const (
	// storeTime bounds one transaction of the spool, besides the time for its
	// bytes.
	storeTime = time.Minute
	// slowestStore is how many bytes a second a store takes at least.
	slowestStore = 256 << 10
	// mostPatience is how often the time for one mail is doubled.
	mostPatience = 4
)

// pace is how much is stored at once, and for how long. It outlives sessions:
// a store that is slow, or cut off by something on the way to it, must not be
// given the same group for ever.
type pace struct {
	most     int // mails in a group; 0 is what the limits allow
	failures int // in a row
	patience int // how often one mail alone ran out of time
}

// time is how long a transaction with so many bytes may take.
func (p *pace) time(bytes int64) time.Duration {
	return (storeTime + time.Duration(bytes)*time.Second/slowestStore) << p.patience
}

// group is the number of mails to take instead of n.
func (p *pace) group(n int) int {
	if p.most > 0 {
		return min(n, p.most)
	}
	return n
}

// failed notes that mails could not be stored. Once may be an accident, unless
// it was for want of time.
func (p *pace) failed(mails int, err error) {
	late := errors.Is(err, context.DeadlineExceeded)
	p.failures++
	switch {
	case errors.Is(err, ticketing.ErrLeaseLost):
	case mails > 1 && (late || p.failures > 1):
		p.most = mails / 2
	case mails == 1 && late:
		p.patience = min(p.patience+1, mostPatience)
	}
}

// stored notes that mails were stored, and how much of the time that took.
// Groups grow again if there was time for far more.
func (p *pace) stored(mails int, took, allowed time.Duration, limit int) {
	p.patience, p.failures = 0, 0
	if p.most == 0 || mails < p.most || took > allowed/4 {
		return
	}
	if p.most *= 2; p.most >= limit {
		p.most = 0
	}
}
