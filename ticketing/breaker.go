package ticketing

import (
	"slices"
	"time"
)

// Breaker bounds what a loop or a flood can make the desk send (mail-rules
// §3). It only ever stops letters that nobody typed.
type Breaker struct {
	Floor  int // letters in an hour that are always allowed; default 100
	Factor int // times the usual hour beyond which automatic letters wait; default 10
}

// DefaultBreaker is that of the mail rules.
func DefaultBreaker() Breaker { return Breaker{Floor: 100, Factor: 10} }

// breakerHours is how many hours the usual one is taken from.
const breakerHours = 24

// Limit is how many automatic letters an hour may bring after the given ones.
// Their upper quartile is the usual hour: an office rests two thirds of the day,
// which makes the median of a busy one nothing, and a single wild hour does not
// count.
func (b Breaker) Limit(before []int) int {
	if len(before) == 0 {
		return b.Floor
	}
	sorted := slices.Sorted(slices.Values(before))
	return max(b.Floor, b.Factor*sorted[len(sorted)*3/4])
}

// pauseFor is how long automatic letters wait before they are looked at again.
const pauseFor = 10 * time.Minute

// watchAutomatic makes automatic letters wait when the last hour brought far
// more of them than usual.
func (d *Desk) watchAutomatic(tx Tx, done *Ticked) error {
	now := d.Now()
	var before []int
	for h := range breakerHours + 1 {
		end := now.Add(-time.Duration(h) * time.Hour)
		n, err := tx.CountAutomatic(end.Add(-time.Hour), end)
		if err != nil {
			return err
		}
		if h == 0 {
			if done.Automatic = n; n <= d.Settings.Breaker.Floor {
				return nil // the usual case costs one count
			}
			continue
		}
		before = append(before, n)
	}
	if done.Limit = d.Settings.Breaker.Limit(before); done.Automatic <= done.Limit {
		return nil
	}
	done.Paused = now.Add(pauseFor)
	return tx.PostponeAutomatic(done.Paused)
}
