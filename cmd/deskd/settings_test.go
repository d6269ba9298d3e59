package main

import (
	"testing"
	"time"

	"deskd/config"
)

// A setting that does nothing is a lie to who sets it.
func TestSettingsTakeEffect(t *testing.T) {
	c := config.Default()
	c.Threads = config.Threads{References: 7, NewSubject: config.Duration(2 * time.Hour), MergeDepth: 4, ProbableMatch: config.Duration(3 * time.Hour)}
	c.SMTP.DelayedAfter = config.Duration(5 * time.Hour)
	c.SMTP.EnvelopeFrom, c.SMTP.VERP = "Bounces@example.com", false
	own := config.Submission{URL: "smtps://smtp.example.net", VERP: true}
	c.Mailbox = []config.Mailbox{{Address: "a@example.com"}, {Address: "b@example.com", SMTP: own}}
	c.Verdict = config.Verdict{DKIMMaxAge: config.Duration(time.Hour), Tries: 6, TryWithin: config.Duration(7 * time.Hour)}
	c.Parse.Attempts = 8
	c.Digest = config.Digest{At: "06:30", ClosedDays: true}

	c.Desk.PortalURL = "https://help.example.com"

	s := settings(&c)
	for name, ok := range map[string]bool{
		"threads.new_subject":        s.NewSubjectAfter == 2*time.Hour,
		"threads.merge_depth":        s.MergeDepth == 4,
		"threads.probable_match":     s.GuessWithin == 3*time.Hour,
		"threads.references":         parseLimits(&c).References == 7,
		"smtp.delayed_after":         s.DelayedAfter == 5*time.Hour,
		"smtp.envelope_from":         s.Mailboxes[0].EnvelopeFrom == "Bounces@example.com" && !s.Mailboxes[0].VERP,
		"mailbox.smtp.envelope_from": s.Mailboxes[1].EnvelopeFrom == "b@example.com",
		"mailbox.smtp.verp":          s.Mailboxes[1].VERP,
		"desk.portal_url":            s.AnswerURL == "https://help.example.com",
		"no pages of requests yet":   s.PortalURL == "",
		"digest.at":                  s.Digest.At == "06:30",
		"digest.closed_days":         s.Digest.ClosedDays,
	} {
		if !ok {
			t.Errorf("%s does nothing: %+v", name, s)
		}
	}

	h := &house{config: &c, settings: s}
	trust, err := h.trust(nil)
	if err != nil || trust[s.Mailboxes[0].ID].SignatureAge != time.Hour {
		t.Errorf("verdict.dkim_max_age does nothing: %+v, %v", trust, err)
	}
	in := reading(&c)
	if in.Attempts != 8 || in.SenderTries != 6 || in.SenderWithin != 7*time.Hour {
		t.Errorf("parse.attempts or verdict.* does nothing: %+v", in)
	}
}
