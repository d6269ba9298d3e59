package imap

import (
	"errors"
	"math/rand/v2"
	"regexp"
	"strconv"
	"time"

	"github.com/emersion/go-imap/v2"
)

// errClosed is a connection that the server closed while nothing was asked.
var errClosed = errors.New("the server closed the connection")

// backoff says how long to wait after failures in a row.
type backoff struct {
	timing   Timing
	failures int
	random   func() float64 // in [0, 1)
}

func newBackoff(t Timing) *backoff { return &backoff{timing: t, random: rand.Float64} }

// after is the wait after a session that ended with err. A session that got
// something done begins the count anew.
func (b *backoff) after(err error, gotOn bool) time.Duration {
	if gotOn {
		b.failures = 0
	}
	wait := b.timing.BackoffMin
	for range b.failures {
		wait = min(2*wait, b.timing.BackoffMax)
	}
	b.failures++
	if errors.As(err, new(*LoginError)) {
		wait = b.timing.LoginRetry
	}
	if asked, ok := suggestedWait(err); ok {
		wait = max(wait, asked)
	}
	// Up to a fifth more, so that mailboxes of one server come back one by one.
	return wait + time.Duration(b.random()*float64(wait)/5)
}

// suggestedPattern is how Exchange throttles: "Request is throttled. Suggested
// Backoff Time: 98245 milliseconds".
var suggestedPattern = regexp.MustCompile(`(?i)Suggested Backoff Time:? *([0-9]{1,9}) *(milliseconds?|ms|seconds?|s)?\b`)

// mostSuggested bounds what a server can ask for.
const mostSuggested = time.Hour

// suggestedWait is how long the server asked us to stay away, if it did.
func suggestedWait(err error) (time.Duration, bool) {
	var answer *imap.Error
	if !errors.As(err, &answer) {
		return 0, false
	}
	m := suggestedPattern.FindStringSubmatch(answer.Text)
	if m == nil {
		return 0, false
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return 0, false
	}
	unit := time.Millisecond
	if m[2] != "" && (m[2][0] == 's' || m[2][0] == 'S') {
		unit = time.Second
	}
	return min(time.Duration(n)*unit, mostSuggested), true
}
