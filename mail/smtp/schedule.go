package smtp

import "time"

// Schedule says when a mail is tried again. Empty fields mean the defaults of
// mail-rules §7.
type Schedule struct {
	// Retry are the waits after the first, second, … attempt; the last one
	// repeats. Default 1, 5, 15, 30 minutes, 1, 2, 4 hours.
	Retry []time.Duration
	// GiveUp is the age at which a mail that fails again has failed for good.
	// Default 48 hours.
	GiveUp time.Duration
	// UnknownRetry is the wait before the one retry of a mail that may have
	// been taken. Default 15 minutes.
	UnknownRetry time.Duration
	// Pause is how long a mailbox rests when the relay refuses all of it;
	// QuotaPause, when that is for a quota. Defaults 15 minutes and 1 hour.
	Pause, QuotaPause time.Duration
	// SlowDown is how long a mailbox rests when the relay is busy or cannot be
	// reached; it doubles each time in a row, up to SlowDownMax. Defaults 30
	// seconds and 10 minutes.
	SlowDown, SlowDownMax time.Duration
}

// minAttempts must have been made before age alone ends a mail: one that was
// kept back for days by a pause or an outage deserves more than one try.
const minAttempts = 3

func (s Schedule) withDefaults() Schedule {
	if len(s.Retry) == 0 {
		s.Retry = []time.Duration{
			time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
			time.Hour, 2 * time.Hour, 4 * time.Hour,
		}
	}
	s.GiveUp = orNumber(s.GiveUp, 48*time.Hour)
	s.UnknownRetry = orNumber(s.UnknownRetry, 15*time.Minute)
	s.Pause = orNumber(s.Pause, 15*time.Minute)
	s.QuotaPause = orNumber(s.QuotaPause, time.Hour)
	s.SlowDown = orNumber(s.SlowDown, 30*time.Second)
	s.SlowDownMax = max(orNumber(s.SlowDownMax, 10*time.Minute), s.SlowDown)
	return s
}

// next says how long to wait after an attempt (the first is 1) at a mail of
// the given age; ok is false when it is not to be tried again.
func (s Schedule) next(attempt int, age time.Duration) (wait time.Duration, ok bool) {
	wait = s.Retry[min(max(attempt, 1), len(s.Retry))-1]
	return wait, age < s.GiveUp || attempt < minAttempts
}

// slowDown says how long to rest after the nth trouble in a row (the first is
// 1).
func (s Schedule) slowDown(n int) time.Duration {
	wait := s.SlowDown
	for range n - 1 {
		if wait *= 2; wait >= s.SlowDownMax {
			return s.SlowDownMax
		}
	}
	return wait
}
