package storage

import (
	"context"
	"time"
)

// suspectWait is how long a mail waits at the second death, four times as long
// at the third, and so on.
const suspectWait = 5 * time.Second

// Owners names those who hold a claim on a mail, in or out, or a lease that
// has not ended.
func (s *Store) Owners(ctx context.Context) (owners []string, err error) {
	err = s.view(ctx, func(x *session) error {
		// The conditions are as the partial indexes have them.
		owners, err = list(x, plain[string], `SELECT claimed_by FROM ledger WHERE state = 'spooled' AND claimed_by <> ''
			UNION SELECT claimed_by FROM outbox WHERE state <> 'sent' AND state = 'sending' AND claimed_by <> ''
			UNION SELECT owner FROM lease WHERE expires_at > 0`)
		return err
	})
	return owners, wrap(err, "list owners of claims")
}

// TakeOver ends the claims and leases of an owner that is known to be dead.
// Its mails come due at once and not after the claim's time. A mail that was in
// hand at more than one such end waits, longer each time: it may be what ends
// the program, and the others are to be done before.
func (s *Store) TakeOver(ctx context.Context, owner string) (claims int64, err error) {
	err = s.update(ctx, func(x *session) error {
		claims = 0
		n, err := x.exec(`UPDATE ledger SET claimed_by = '',
			due_at = CASE WHEN attempts <= 1 THEN 0 ELSE ? + ? * (attempts - 1) * (attempts - 1) END
			WHERE state = 'spooled' AND claimed_by = ?`, millis(time.Now()), suspectWait.Milliseconds(), owner)
		if err != nil {
			return err
		}
		claims = n
		for _, command := range []string{
			"UPDATE outbox SET due_at = created_at, claimed_by = '' WHERE state <> 'sent' AND state = 'sending' AND claimed_by = ?",
			"UPDATE lease SET expires_at = 0 WHERE expires_at > 0 AND owner = ?",
		} {
			if n, err = x.exec(command, owner); err != nil {
				return err
			}
			claims += n
		}
		return nil
	})
	return claims, wrap(err, "take over from %s", owner)
}
