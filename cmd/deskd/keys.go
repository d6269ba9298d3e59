package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"deskd/config"
	"deskd/ticketing"
)

type keysCmd struct {
	List   keysListCmd   `cmd:"" help:"List the signing keys."`
	Rotate keysRotateCmd `cmd:"" help:"Sign with a new key from now on."`
	Revoke keysRevokeCmd `cmd:"" help:"Accept nothing any more that a key has signed."`
}

type keysListCmd struct{ asJSON }

func (keysListCmd) Help() string {
	return `Reply addresses and Message-IDs are signed with the newest key, and accepted from earlier ones for a time after they were replaced (tokens.accept).

Example:

  deskd keys list`
}

// keyView is a key as keys list --json prints it.
type keyView struct {
	ID        string `json:"id"`
	CreatedAt string `json:"created_at"`
	RevokedAt string `json:"revoked_at"` // "" while valid
	Signing   bool   `json:"signing"`
}

func (c keysListCmd) Run(ctx context.Context, p *program) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	var all []ticketing.Key
	err = h.store.View(ctx, func(r ticketing.Reader) (err error) {
		all, err = r.Keys()
		return err
	})
	if err != nil {
		return err
	}
	signing := ticketing.SigningKey(all)
	views := make([]keyView, len(all))
	for i, k := range all {
		views[i] = keyView{k.ID, stamp(k.CreatedAt), stamp(k.RevokedAt), i == signing}
	}
	if c.JSON {
		return printJSON(p.out, views)
	}
	t := newTable(p.out, "KEY", "MADE", "STATE")
	for i, k := range all {
		state := "accepted"
		switch {
		case !k.RevokedAt.IsZero():
			state = "revoked " + moment(k.RevokedAt)
		case i == signing:
			state = "signs"
		}
		t.row(k.ID, moment(k.CreatedAt), state)
	}
	return t.flush()
}

type keysRotateCmd struct {
	NewSecret bool `help:"The old secret is lost, or known to somebody: revoke all keys that were made with it, and accept the configured one from now on."`
	Force     bool `help:"With --new-secret: even if a deskd seems to serve on this database."`
}

func (keysRotateCmd) Help() string {
	return `A running deskd does this by itself from time to time (tokens.rotate), and takes up a key made here within half a minute.

With --new-secret, stop deskd first: one that runs on with the old secret ends with an error within half a minute. Replies to earlier mails are then found by stored ids and subject tags only.

Examples:

  deskd keys rotate
  deskd keys rotate --new-secret`
}

func (c keysRotateCmd) Run(ctx context.Context, p *program) error {
	if c.NewSecret {
		return c.newSecret(ctx, p)
	}
	if c.Force {
		return usage(errors.New("--force is for --new-secret"))
	}
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	var made ticketing.Key
	now := time.Now()
	err = h.store.Update(ctx, func(tx ticketing.Tx) (err error) {
		made, err = rotate(tx, now.Add(time.Hour), h.config.Tokens.Accept.Std(), now)
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "key %s signs from now on\n", made.ID)
	return err
}

// newSecret makes the configured secret the database's. The keys come first:
// when it is cut off between the two steps, it can be done again.
func (c keysRotateCmd) newSecret(ctx context.Context, p *program) error {
	cfg, err := config.Load(p.config)
	if err != nil {
		return err
	}
	h, err := openUnchecked(ctx, cfg)
	if err != nil {
		return err
	}
	defer h.close()
	switch err := h.checkSecret(ctx); {
	case err == nil:
		return errors.New("desk.secret is the one this database knows, so nothing was done; put the new secret into its place first, " +
			"or make only a new key with deskd keys rotate")
	case !errors.Is(err, errOtherSecret):
		return err
	}
	if err := c.refuseServed(ctx, h); err != nil {
		return err
	}
	check, err := secretCheck(cfg.Desk.Secret.Reveal())
	if err != nil {
		return err
	}
	var made ticketing.Key
	var revoked []string
	now := time.Now()
	err = h.store.Update(ctx, func(tx ticketing.Tx) (err error) {
		if revoked, err = revokeAll(tx, now); err != nil {
			return err
		}
		made, err = rotate(tx, now.Add(time.Hour), h.config.Tokens.Accept.Std(), now)
		return err
	})
	if err != nil {
		return err
	}
	if err := h.store.ReplaceFact(ctx, secretFact, check); err != nil {
		return err
	}
	if len(revoked) > 0 {
		fmt.Fprintf(p.out, "revoked: key %s; replies to mails sent until now are found by stored ids and subject tags only, and what cannot be placed becomes a new ticket\n",
			strings.Join(revoked, ", "))
	}
	_, err = fmt.Fprintf(p.out, "key %s, of the new secret, signs from now on\n", made.ID)
	return err
}

// refuseServed refuses while another deskd serves on the database, as far as
// its leases tell: it would go on signing with the old secret.
func (c keysRotateCmd) refuseServed(ctx context.Context, h *house) error {
	owners, err := h.store.LeaseOwners(ctx)
	if err != nil || c.Force {
		return err
	}
	for _, owner := range owners {
		if !dead(owner, h.owner) {
			host, _, _ := strings.Cut(owner, "/")
			return fmt.Errorf("a deskd on %s serves on this database with the old secret; stop it first, or, if it is gone, wait a minute or add --force", host)
		}
	}
	return nil
}

// revokeAll revokes what is valid, and gives its names.
func revokeAll(tx ticketing.Tx, now time.Time) (revoked []string, err error) {
	keys, err := tx.Keys()
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		if k.RevokedAt.IsZero() {
			k.RevokedAt = now
			if err := tx.UpdateKey(k); err != nil {
				return nil, err
			}
			revoked = append(revoked, k.ID)
		}
	}
	slices.Sort(revoked)
	return revoked, nil
}

type keysRevokeCmd struct {
	Key string `arg:"" help:"The key's name."`
}

func (keysRevokeCmd) Help() string {
	return `For a key that somebody else may have. Replies to mails signed with it are still put on their tickets by their Message-IDs, but agents' answers to such notifications are kept as notes. When the key is the one that signs, a new one takes over.

Example:

  deskd keys revoke 0`
}

func (c keysRevokeCmd) Run(ctx context.Context, p *program) error {
	h, err := openHouse(ctx, p.config)
	if err != nil {
		return err
	}
	defer h.close()
	now := time.Now()
	err = h.store.Update(ctx, func(tx ticketing.Tx) error {
		keys, err := tx.Keys()
		if err != nil {
			return err
		}
		i := slices.IndexFunc(keys, func(k ticketing.Key) bool { return k.ID == c.Key })
		switch {
		case i < 0:
			return fmt.Errorf("there is no key %q; see deskd keys list", c.Key)
		case !keys[i].RevokedAt.IsZero():
			return fmt.Errorf("key %s is revoked already", c.Key)
		}
		signs := i == ticketing.SigningKey(keys)
		keys[i].RevokedAt = now
		if err := tx.UpdateKey(keys[i]); err != nil || !signs {
			return err
		}
		made, err := rotate(tx, now.Add(time.Hour), h.config.Tokens.Accept.Std(), now)
		if err == nil && made.ID == "" {
			err = errors.New("no new key was made")
		}
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "key %s is revoked\n", c.Key)
	return err
}
