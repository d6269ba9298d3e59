package storage

import "context"

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
// Its mails come due at once and not when its lease or its claims run out.
func (s *Store) TakeOver(ctx context.Context, owner string) (claims int64, err error) {
	err = s.update(ctx, func(x *session) error {
		claims = 0
		n, err := x.endClaims("claimed_by = ?", owner)
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
