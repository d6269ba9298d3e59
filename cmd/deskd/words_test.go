package main

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

// TestMailNotTriedIsNoTrouble: at the end of the program mails are given back
// without a fault.
func TestMailNotTriedIsNoTrouble(t *testing.T) {
	t.Parallel()
	var log syncBuffer
	d := &daemon{log: slog.New(slog.NewTextHandler(&log, nil))}
	d.sendEvent(ticketing.OutboxMail{ID: 1}, ticketing.Delivery{State: ticketing.OutboxQueued, NextAt: time.Now()})
	if text := log.String(); strings.Contains(text, "WARN") || strings.Contains(text, `error=""`) || !strings.Contains(text, "it waits") {
		t.Error(text)
	}
}

// TestHeldMailOfAProvedSender: whose mail it is proved to be, in whose name it
// is not said to be.
func TestHeldMailOfAProvedSender(t *testing.T) {
	t.Parallel()
	d := &demo{stage: &stage{cast: newCast()}}
	mia := ticketing.Entry{Kind: ticketing.EntryMessage, Author: ticketing.Author{Address: d.stage.mia.address}}
	held := ticketing.LedgerRow{State: ticketing.LedgerHeld}
	if got := d.became(held, mia); got != "Held: a mail in the name of Mia" {
		t.Error(got)
	}
	mia.Verdict.Result = ticketing.Pass
	if got := d.became(held, mia); got != "Held: a mail from Mia" {
		t.Error(got)
	}
}
