package main

import (
	"context"
	"io"
	"log/slog"
	"time"

	"deskd/config"
	"deskd/mail/imap"
	"deskd/ticketing"
)

// logger writes what the daemon does, as configured. Unknown levels cannot
// come this far: config.Load refuses them.
func logger(w io.Writer, c config.Log) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Level))
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// fetchEvent says what an administrator may want to know of a mailbox.
func (d *daemon) fetchEvent(e imap.Event) {
	log := d.log.With("mailbox", e.Mailbox, "folder", e.Folder)
	switch e.Kind {
	case imap.Connected:
		log.Info("watching")
	case imap.Fetched:
		log.Info("mails fetched", "mails", e.Mails)
	case imap.Waiting:
		log.Info("another deskd reads this folder; waiting until it ends")
	case imap.Failed:
		log.Warn("the mailbox cannot be read; trying again", "in", wholeSeconds(e.Retry), "error", e.Err)
	case imap.Renumbered:
		log.Warn("the folder was compared with what is known; only mails not yet known were taken",
			"why", e.Err, "mails", e.Mails, "left_alone", e.LeftAlone)
	case imap.Unfetchable:
		log.Error("a mail cannot be fetched; it stays in the mailbox, and a ticket says so", "uid", e.UID, "error", e.Err)
	case imap.AfterFailed:
		log.Warn("settled mails cannot be moved or marked; trying again", "error", e.Err)
	default:
		log.Warn("mailbox", "event", string(e.Kind), "error", e.Err)
	}
}

// wholeSeconds leaves out of a wait what nobody wants to read.
func wholeSeconds(d time.Duration) time.Duration {
	if d < time.Second {
		return d
	}
	return d.Round(time.Second)
}

// sendEvent says what became of an attempt to send. Addresses are no secret to
// whoever reads the log of a mail program; texts are.
func (d *daemon) sendEvent(m ticketing.OutboxMail, r ticketing.Delivery) {
	log := d.log.With("outbox", m.ID, "ticket", m.TicketID, "recipient", m.Recipient, "kind", string(m.Kind))
	switch {
	case r.State == ticketing.OutboxSent:
		log.Info("mail sent")
	case r.State == ticketing.OutboxQueued && r.Error == "":
		// At the end of the program, or at the relay's limit of mails.
		log.Info("mail was not tried; it waits", "next", r.NextAt.UTC())
	case r.State == ticketing.OutboxQueued:
		log.Warn("mail delayed", "next", r.NextAt.UTC(), "error", r.Error)
	case r.State == ticketing.OutboxUnknown:
		log.Warn("the connection broke after a mail was handed over; it may have arrived", "next", r.NextAt.UTC(), "error", r.Error)
	default:
		log.Error("mail not delivered", "state", string(r.State), "error", r.Error)
	}
}

// warnWithoutAgents says that nobody will hear of what comes in. That is worth
// a line each time: the desk takes mail and seems to work.
func (d *daemon) warnWithoutAgents(ctx context.Context) {
	if agents, err := d.store.Agents(ctx); err == nil && len(agents) == 0 {
		d.log.Warn("there are no agents, so nobody is told of mails; run deskd agent add ADDRESS --name NAME")
	}
}

// mailFailed says that a mail could not be decided about.
func (d *daemon) mailFailed(mailID int64, attempt int, err error) {
	d.log.Warn("a mail cannot be decided about; the others go on, and it is tried again",
		"mail", mailID, "attempt", attempt, "error", err)
}

// groupLost says that this process was so slow that another one took over.
func (d *daemon) groupLost(mails int) {
	d.log.Warn("another deskd went on with mails that were in hand here; nothing was done twice", "mails", mails)
}
