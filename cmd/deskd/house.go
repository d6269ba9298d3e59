package main

import (
	"context"
	"fmt"
	"time"

	"deskd/catalogue"
	"deskd/config"
	"deskd/mail"
	"deskd/mail/intake"
	"deskd/storage"
	"deskd/ticketing"
)

// house is an open desk: the configuration, the database, and what both make
// of the domain.
type house struct {
	config   *config.Config
	store    *storage.Store
	settings ticketing.Settings // mailboxes with their ids
	composer mail.Composer
	// owner names this process in claims and leases, unlike any other.
	owner string
}

// openHouse reads the configuration and opens the database, which it makes if
// it is not there.
func openHouse(ctx context.Context, path string) (*house, error) {
	c, err := config.Load(path)
	if err != nil {
		return nil, err
	}
	return open(ctx, c)
}

// open opens the desk of a configuration. It refuses a database that was made
// with another secret.
func open(ctx context.Context, c *config.Config) (*house, error) {
	h, err := openUnchecked(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := h.checkSecret(ctx); err != nil {
		h.close()
		return nil, err
	}
	if err := h.ensureKey(ctx, time.Now()); err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

// openUnchecked is open for the one command that changes the secret.
func openUnchecked(ctx context.Context, c *config.Config) (*house, error) {
	texts, err := catalogue.New()
	if err != nil {
		return nil, fmt.Errorf("read the texts for mails: %w", err)
	}
	set := settings(c)
	templates, err := readTemplates(c.Templates.Folder, texts, set)
	if err != nil {
		return nil, err
	}
	store, err := storage.Open(ctx, c.Database.URL.Reveal())
	if err != nil {
		return nil, err
	}
	h := &house{config: c, store: store, composer: mail.Composer{Texts: texts, Templates: templates}, settings: set, owner: ownerName()}
	if err := h.knowMailboxes(ctx); err != nil {
		h.close()
		return nil, fmt.Errorf("store the mailboxes of the configuration: %w", err)
	}
	return h, nil
}

// knowMailboxes gives the mailboxes their ids. It writes only when the
// configuration has changed, so that what only reads waits for no writer.
func (h *house) knowMailboxes(ctx context.Context) error {
	all, known, err := h.store.KnownMailboxes(ctx, h.settings.Mailboxes)
	if err == nil && !known {
		all, err = h.store.EnsureMailboxes(ctx, h.settings.Mailboxes)
	}
	if err == nil {
		h.settings.Mailboxes = all
	}
	return err
}

func (h *house) close() { _ = h.store.Close() } // what was committed is on the disk

// desk gives the door to the tickets, with the signing keys and macros of now.
// owed is called when mails were queued; it may be nil. It fails when the
// database has been given another secret since the house was opened.
func (h *house) desk(ctx context.Context, owed func()) (*ticketing.Desk, error) {
	if err := h.checkSecret(ctx); err != nil {
		return nil, err
	}
	var keys []ticketing.Key
	err := h.store.View(ctx, func(r ticketing.Reader) (err error) {
		keys, err = r.Keys()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the signing keys: %w", err)
	}
	ring, err := ticketing.NewKeyring([]byte(h.config.Desk.Secret.Reveal()), keys, h.config.Tokens.Accept.Std(), time.Now())
	if err != nil {
		return nil, err
	}
	settings := h.settings
	settings.Macros = h.macros()
	return &ticketing.Desk{
		Store: h.store, Composer: h.composer, Keys: ring, Settings: settings,
		Timers: h.store, Owner: h.owner, Now: time.Now, Owed: owed,
	}, nil
}

// intake is what decides about spooled mails, by the agents and the keys of
// now. owed is called when mails were queued; it may be nil.
func (h *house) intake(ctx context.Context, r mail.Resolver, owed func()) (*intake.Intake, error) {
	agents, err := h.store.Agents(ctx)
	if err != nil {
		return nil, err
	}
	trust, err := h.trust(agents)
	if err != nil {
		return nil, err
	}
	desk, err := h.desk(ctx, owed)
	if err != nil {
		return nil, err
	}
	in := reading(h.config)
	in.Queue, in.Desk, in.Owner, in.Trust, in.Resolver = h.store, desk, h.owner, trust, r
	in.Passes = storage.Retryable
	return in, nil
}

// mailbox finds a mailbox of the configuration by an address of it; "" is the
// first.
func (h *house) mailbox(address string) (ticketing.Mailbox, error) {
	return mailboxOf(h.settings, address)
}

func mailboxOf(s ticketing.Settings, address string) (ticketing.Mailbox, error) {
	if address == "" {
		return s.Mailboxes[0], nil
	}
	if m, ok := s.MailboxOf(ticketing.NormalizeAddress(address)); ok {
		return m, nil
	}
	return ticketing.Mailbox{}, fmt.Errorf("%s is no mailbox of the configuration", address)
}
