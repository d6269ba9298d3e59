package ticketing

import (
	"context"
	"time"
)

// Ticked is what time brought about.
type Ticked struct {
	// Paused: automatic letters wait until the given time, because the last
	// hour brought Automatic of them and Limit are allowed.
	Paused           time.Time
	Automatic, Limit int
}

// Tick does what only time brings about; call it each minute. Any number of
// processes may.
func (d *Desk) Tick(ctx context.Context) (Ticked, error) {
	var done Ticked
	letters := 0
	err := d.Store.Update(ctx, func(tx Tx) (err error) {
		done = Ticked{}
		now := d.Now()
		if err := tx.ForgetSignIns(now.Add(-signInKept), now); err != nil {
			return err
		}
		if letters, err = d.reportTrouble(tx); err != nil {
			return err
		}
		return d.watchAutomatic(tx, &done)
	})
	if err != nil {
		return Ticked{}, err
	}
	if letters > 0 && d.Owed != nil {
		d.Owed()
	}
	if d.Timers == nil {
		return done, nil
	}
	err = d.fireTimers(ctx, &done)
	return done, err
}
