package config

import (
	"strings"
	"time"
)

const (
	minute = Duration(time.Minute)
	hour   = 60 * minute
	day    = 24 * hour
	kib    = Size(1 << 10)
	mib    = Size(1 << 20)
)

// Default is the configuration with every setting that has a default at it.
// It lacks what only the administrator knows, so it does not pass Validate.
func Default() Config {
	return Config{
		Desk: Desk{
			Language: "en", SenderName: "agent", AgentsByMail: "verified", Receipts: "errors",
			SubjectTag: "HD", ReplySeparator: "+", Ack: true, AssignOnAnswer: true, Calendar: AroundTheClock,
		},
		SLA: SLA{S1: Aims{WarnAt: 75}, S2: Aims{WarnAt: 75}, S3: Aims{WarnAt: 75}, S4: Aims{WarnAt: 75}},
		Reminders: Reminders{
			Enabled: true, AutoSolve: true, AwayDefault: 7 * day,
			S1: Reminder{Alerts: 2, After: day}, S2: Reminder{Alerts: 2, After: 2 * day},
			S3: Reminder{Alerts: 2, After: 3 * day}, S4: Reminder{Alerts: 1, After: 5 * day},
		},
		IMAP: IMAP{
			Poll: 5 * minute, PollWithoutIdle: minute, IdleRenew: 9 * minute,
			LiteralTimeout: 5 * minute, BackoffMin: minute / 12, BackoffMax: 10 * minute,
			LoginRetry: 15 * minute, Batch: 200, AckMaxAge: 2 * day,
			Lease: minute, LeaseRenew: minute / 3,
		},
		SMTP: SMTP{
			Submission:     Submission{Auth: "auto"},
			MaxConnections: 3, PerMinute: 30, PerDay: 10000, MailsPerConnection: 50,
			IdleTimeout: minute, DataTimeout: 12 * minute,
			Retry:  []Duration{minute, 5 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 4 * hour},
			GiveUp: 48 * hour, DelayedAfter: 4 * hour, UnknownRetry: 15 * minute,
		},
		Threads: Threads{References: 50, NewSubject: 7 * day, MergeDepth: 10, ProbableMatch: 5 * day},
		Macros:  Macros{Folder: "macros"},
		Tokens:  Tokens{Rotate: 90 * day, Accept: 396 * day},
		Verdict: Verdict{DKIMMaxAge: 7 * day, Tries: 3, TryWithin: 15 * minute},
		DNS:     DNS{Timeout: minute / 12},
		Limits: Limits{
			AckPerHour: 1, AckPerDay: 3, SenderPerHour: 20, ReopensPerDay: 5,
			CcPerMail: 10, CcPerTicket: 25, MaxHops: 25, BreakerFactor: 10, BreakerFloor: 100,
		},
		Bounces: Bounces{SuppressAfter: 3, SuppressOver: 72 * hour},
		Parse: Parse{
			MessageSize: 50 * mib, Depth: 16, Parts: 500, HeaderSize: 256 * kib, Fields: 1000,
			LineSize: mib, DecodedSize: 200 * mib, TextSize: 2 * mib, Addresses: 200, Filename: 200,
			Timeout: minute / 2, Attempts: 3,
		},
		Digest: Digest{At: "08:00"},
		Portal: Portal{Listen: "127.0.0.1:8080", SignInValid: 15 * minute, TrustedProxies: []string{"127.0.0.0/8", "::1/128"}},
		Log:    Log{Level: "info", Format: "text"},
	}
}

// derive fills what follows from other settings.
func (c *Config) derive() {
	c.Desk.Calendar = or(c.Desk.Calendar, AroundTheClock)
	for i := range c.Mailbox {
		m := &c.Mailbox[i]
		m.Calendar = or(m.Calendar, c.Desk.Calendar)
		m.Lead = or(m.Lead, c.SLA.Lead)
		m.Name = or(m.Name, c.Desk.Name)
		m.User = or(m.User, m.Address)
		m.Folder = or(m.Folder, "INBOX")
		m.After = or(m.After, "keep")
		m.Language = or(m.Language, c.Desk.Language)
		m.Assign = or(m.Assign, "all")
		if m.Poll == 0 {
			m.Poll = c.IMAP.Poll
		}
		if m.SMTP != (Submission{}) {
			m.SMTP.Auth = or(m.SMTP.Auth, "auto")
		}
	}
	if c.Desk.Address == "" && len(c.Mailbox) > 0 {
		c.Desk.Address = c.Mailbox[0].Address
	}
	c.Desk.PortalURL = strings.TrimRight(c.Desk.PortalURL, "/")
	if c.Desk.Instance == "" {
		// Two desks must not take each other's mail for their own, and a desk
		// must know its own after a move: the address is both unique and stable.
		c.Desk.Instance = strings.Trim(hostChars(c.Desk.Address), ".")
	}
}

// hostChars is s in lower case with every character that a host name cannot
// have replaced by a dot, at most 64 bytes.
func hostChars(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			return r
		}
		return '.'
	}, strings.ToLower(s))
	return s[:min(len(s), 64)]
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// SubmissionFor is how mail of mailbox m goes out: its own [mailbox.smtp] or
// the common [smtp], with the login that is to be used filled in. An empty
// user means no login.
func (c *Config) SubmissionFor(m Mailbox) Submission {
	s := c.SMTP.Submission
	if m.SMTP.URL != "" {
		s = m.SMTP
	}
	s.EnvelopeFrom = or(s.EnvelopeFrom, m.Address)
	switch {
	case s.Auth == "none":
		s.User, s.Password = "", ""
	case s.User == "" && m.Password != "" && !plain(s.URL, s.StartTLS):
		s.User, s.Password = m.User, m.Password
	}
	return s
}
