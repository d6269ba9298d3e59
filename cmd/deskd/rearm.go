package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"deskd/ticketing"
)

// armedFact is under which name the database keeps by which settings its timers
// are set.
const armedFact = "timers"

// rearm sets the timers to what the configuration says, if they are set by
// another. It writes the fact last, so that what was broken off is done again.
func (h *house) rearm(ctx context.Context, desk *ticketing.Desk) error {
	wanted := armedBy(h.settings)
	armed, err := h.store.Remember(ctx, armedFact, "none")
	if err != nil || armed == wanted {
		return err
	}
	if err := desk.Rearm(ctx); err != nil {
		return err
	}
	return h.store.ReplaceFact(ctx, armedFact, wanted)
}

// armedBy names the settings that timers depend on.
func armedBy(s ticketing.Settings) string {
	text := fmt.Sprintf("%+v %+v", s.Reminders, s.Digest)
	for _, m := range s.Mailboxes {
		text += fmt.Sprintf(" %d %v %+v %+v", m.ID, m.Agents, m.Calendar, m.SLAs)
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// rearmAgents sets the times of the agents' morning mails, after one of them has
// come or wants it otherwise.
func (h *house) rearmAgents(ctx context.Context) error {
	desk, err := h.desk(ctx, nil)
	if err != nil {
		return err
	}
	return desk.RearmAgents(ctx)
}
