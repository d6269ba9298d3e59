package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"strings"

	"deskd/config"
	"deskd/mail"
	"deskd/mail/imap"
	"deskd/mail/intake"
	"deskd/mail/smtp"
	"deskd/ticketing"
)

// settings are the configuration in the words of the domain. The mailboxes
// have no ids yet. The pages of requests are not in this version, so that letters
// must have no link to them: PortalURL stays empty.
func settings(c *config.Config) ticketing.Settings {
	s := ticketing.Settings{
		Instance:      c.Desk.Instance,
		ReplyForm:     ticketing.ReplyForm{Separator: c.Desk.ReplySeparator, Domain: ticketing.NormalizeDomain(c.Desk.ReplyDomain)},
		TagPrefix:     c.Desk.SubjectTag,
		AgentsByToken: c.Desk.AgentsByMail == "token",
		ShowAgentName: c.Desk.SenderName == "agent",
		Acknowledge:   c.Desk.Ack, AssignOnAnswer: c.Desk.AssignOnAnswer, Receipts: c.Desk.Receipts,
		ReopenWithin: c.Desk.ReopenWithin.Std(), NewSubjectAfter: c.Threads.NewSubject.Std(),
		MergeDepth: c.Threads.MergeDepth, GuessWithin: c.Threads.ProbableMatch.Std(),
		AnswerURL: pagesURL(c), SignInValid: c.Portal.SignInValid.Std(),
		Limits: ticketing.Limits{
			AcksPerHour: c.Limits.AckPerHour, AcksPerDay: c.Limits.AckPerDay,
			MailsPerHour: c.Limits.SenderPerHour, ReopensPerDay: c.Limits.ReopensPerDay,
			CcPerMail: c.Limits.CcPerMail, CcPerTicket: c.Limits.CcPerTicket, MaxHops: c.Limits.MaxHops,
			FailuresToSuppress: c.Bounces.SuppressAfter, SuppressAfter: c.Bounces.SuppressOver.Std(),
		},
		Breaker:      ticketing.Breaker{Floor: c.Limits.BreakerFloor, Factor: c.Limits.BreakerFactor},
		DelayedAfter: c.SMTP.DelayedAfter.Std(),
		Reminders:    reminders(c), AwayDefault: c.Reminders.AwayDefault.Std(),
		Digest: ticketing.DigestSettings{At: c.Digest.At, ClosedDays: c.Digest.ClosedDays},
	}
	promised, working := slas(c), calendars(c)
	for i, m := range c.Mailbox {
		out := c.SubmissionFor(m)
		s.Mailboxes = append(s.Mailboxes, ticketing.Mailbox{
			Address: ticketing.NormalizeAddress(m.Address), Name: m.Name, Language: m.Language,
			Aliases: normalized(m.Aliases), OwnLists: normalized(m.OwnLists), Agents: normalized(m.Agents),
			Assign:       ticketing.AssignRule(m.Assign),
			EnvelopeFrom: out.EnvelopeFrom, VERP: out.VERP,
			Calendar: working[i], SLAs: promised[i], Lead: ticketing.NormalizeAddress(m.Lead),
		})
	}
	return s
}

func normalized(addresses []string) []string {
	all := make([]string, len(addresses))
	for i, a := range addresses {
		all[i] = ticketing.NormalizeAddress(a)
	}
	return all
}

// parseLimits bound what reading one mail may cost.
func parseLimits(c *config.Config) mail.Limits {
	l := mail.DefaultLimits()
	l.Depth, l.Parts, l.Fields, l.Addresses = c.Parse.Depth, c.Parse.Parts, c.Parse.Fields, c.Parse.Addresses
	l.References = c.Threads.References
	l.HeaderBytes, l.LineBytes = int(c.Parse.HeaderSize), int(c.Parse.LineSize)
	l.Decoded, l.Text, l.FileName = c.Parse.DecodedSize.Bytes(), int(c.Parse.TextSize), int(c.Parse.Filename)
	l.Time = c.Parse.Timeout.Std()
	return l
}

// reading is how spooled mails are read and how often that is tried.
func reading(c *config.Config) *intake.Intake {
	return &intake.Intake{
		Limits: parseLimits(c), Attempts: c.Parse.Attempts,
		SenderTries: c.Verdict.Tries, SenderWithin: c.Verdict.TryWithin.Std(),
	}
}

// trust says, by mailbox id, whose word about senders is believed.
func (h *house) trust(agents []ticketing.Person) (map[int64]mail.Trust, error) {
	var own, ownDomains, agentDomains []string
	for _, m := range h.settings.Mailboxes {
		for _, a := range append([]string{m.Address}, m.Aliases...) {
			own, ownDomains = append(own, a), append(ownDomains, ticketing.DomainOf(a))
		}
	}
	if d := h.settings.ReplyForm.Domain; d != "" {
		own, ownDomains = append(own, "@"+d), append(ownDomains, d)
	}
	for _, a := range agents {
		agentDomains = append(agentDomains, ticketing.DomainOf(a.Address))
	}
	all := map[int64]mail.Trust{}
	for i, m := range h.settings.Mailboxes {
		c := h.config.Mailbox[i]
		t := mail.Trust{
			AuthservID: c.AuthservID, AnonymousTopmost: c.AuthservAnonymous, TrustedHops: c.TrustedHops,
			OwnDomains: ownDomains, AgentDomains: agentDomains, OwnAddresses: own,
			ExchangeInternal: c.TrustExchangeInternal, SignatureAge: h.config.Verdict.DKIMMaxAge.Std(),
		}
		if err := t.Check(); err != nil {
			return nil, fmt.Errorf("mailbox %s: %w", m.Address, err)
		}
		all[m.ID] = t
	}
	return all, nil
}

// account is how the inbox of the i-th mailbox is read.
func (h *house) account(i int) (imap.Account, error) {
	c, m := h.config, h.config.Mailbox[i]
	t, err := trustCA(m.TLSCAFile)
	if err != nil {
		return imap.Account{}, err
	}
	a := imap.Account{
		Mailbox: h.settings.Mailboxes[i],
		URL:     m.IMAP, StartTLS: m.StartTLS, TLS: t,
		Login:  imap.Password(m.User, m.Password.Reveal()),
		Folder: m.Folder, Source: ticketing.SourceInbox, Backfill: m.Backfill,
		Timing: imap.Timing{
			Poll: m.Poll.Std(), PollWithoutIdle: c.IMAP.PollWithoutIdle.Std(), IdleRenew: c.IMAP.IdleRenew.Std(),
			Literal: c.IMAP.LiteralTimeout.Std(), BackoffMin: c.IMAP.BackoffMin.Std(), BackoffMax: c.IMAP.BackoffMax.Std(),
			LoginRetry: c.IMAP.LoginRetry.Std(), Lease: c.IMAP.Lease.Std(), LeaseRenew: c.IMAP.LeaseRenew.Std(),
			BacklogAge: c.IMAP.AckMaxAge.Std(),
		},
		Limits: imap.Limits{MailSize: c.Parse.MessageSize.Bytes(), GroupMails: c.IMAP.Batch},
	}
	after, err := config.ParseAfter(m.After)
	if err != nil {
		return imap.Account{}, fmt.Errorf("mailbox %s: after %w", m.Address, err)
	}
	switch {
	case after.Move != "":
		a.After = imap.MoveTo(after.Move)
	case after.Keyword != "":
		a.After = imap.Mark(after.Keyword)
	}
	return a, nil
}

// sentFolder is the folder of a mailbox in which answers from webmail are
// found. Nothing in it is ever moved or marked.
func sentFolder(a imap.Account, folder string) imap.Account {
	a.Folder, a.Source, a.After = folder, ticketing.SourceSent, imap.After{}
	return a
}

// relay is how a submission is used.
func relay(c *config.Config, s config.Submission) (smtp.Relay, error) {
	t, err := trustCA(s.TLSCAFile)
	if err != nil {
		return smtp.Relay{}, err
	}
	return smtp.Relay{
		URL: s.URL, StartTLS: s.StartTLS, TLS: t, User: s.User, Password: s.Password.Reveal(), EHLO: helloName(c.SMTP.EHLO),
		MaxConnections: c.SMTP.MaxConnections, PerMinute: c.SMTP.PerMinute, PerDay: c.SMTP.PerDay,
		MailsPerConnection: c.SMTP.MailsPerConnection, IdleTimeout: c.SMTP.IdleTimeout.Std(),
		DataTimeout: c.SMTP.DataTimeout.Std(),
	}, nil
}

// relays gives the relay that most mailboxes use, which is that of the first,
// and those of the others where they differ. Two mailboxes with one relay
// share its connections and its pace.
func (h *house) relays() (smtp.Relay, map[int64]smtp.Relay, error) {
	var common config.Submission
	var shared smtp.Relay
	others := map[int64]smtp.Relay{}
	for i, m := range h.config.Mailbox {
		s := transport(h.config, m)
		if i > 0 && s == common {
			continue
		}
		r, err := relay(h.config, s)
		if err != nil {
			return shared, nil, err
		}
		if i == 0 {
			common, shared = s, r
		} else {
			others[h.settings.Mailboxes[i].ID] = r
		}
	}
	return shared, others, nil
}

// transport is how mail of a mailbox is handed over, without what it says in
// MAIL FROM, which is the desk's matter: mailboxes with equal ones share a relay.
func transport(c *config.Config, m config.Mailbox) config.Submission {
	s := c.SubmissionFor(m)
	s.EnvelopeFrom, s.VERP = "", false
	return s
}

// helloName is what we call ourselves in EHLO: what is configured, or the
// host's name if it is a full one (RFC 5321 §4.1.1.1). "" leaves it to the
// literal of the address.
func helloName(configured string) string {
	if configured != "" {
		return configured
	}
	host, err := os.Hostname()
	if err != nil || !strings.Contains(host, ".") {
		return ""
	}
	return host
}

// trustCA trusts the certificates of a file instead of the system's; nil
// without a file.
func trustCA(file string) (*tls.Config, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read certificates: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate in PEM form", file)
	}
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, nil
}
