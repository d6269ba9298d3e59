package main

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"deskd/servertest"
)

// provider is a mail provider as they are: it takes mail by SMTP, does with it
// what it is told here, and delivers it into a Dovecot.
type provider struct {
	t       *testing.T
	dovecot *servertest.Dovecot
	user    string

	noPlus, refusePlus bool   // plus addresses are lost, or refused
	noRecipient        bool   // the recipient is named nowhere
	ownID              string // replaces the Message-ID: "exchange" keeps ours beside it, "silent" does not
	noReferences       bool
	keepForged         bool   // forged results stay
	forgedAbove        bool   // and stand above the server's own
	noResults          bool   // no results of its own
	results            string // its own, "" the usual ones
	keepExchange       bool   // forged marks of Exchange stay
	refuseEnvelope     bool   // of other envelope senders than the mailbox's
	rewriteEnvelope    bool
	unquoted           bool // envelope senders go into results without their quotation marks
	hops               []string
	clock              time.Duration // how far its clock is ahead
}

func (p *provider) start() string {
	p.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.t.Fatal(err)
	}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &providerSession{provider: p}, nil }))
	s.Domain, s.EnableDSN, s.EnableSMTPUTF8 = "mx.example.com", true, true
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }()
	p.t.Cleanup(func() { s.Close(); <-done })
	return l.Addr().String()
}

type providerSession struct {
	*provider
	from, to string
}

func (s *providerSession) Mail(from string, _ *smtp.MailOptions) error {
	if s.refuseEnvelope && from != s.user {
		return &smtp.SMTPError{Code: 553, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "sender address rejected: not owned by user"}
	}
	s.from = from
	return nil
}

func (s *providerSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.refusePlus && to != s.user {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	}
	s.to = to
	return nil
}

func (s *providerSession) Reset()        {}
func (s *providerSession) Logout() error { return nil }

func (s *providerSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.noPlus && s.to != s.user {
		return nil
	}
	header, body, _ := strings.Cut(string(raw), "\r\n\r\n")
	now := time.Now().Add(s.clock)
	var above, below []string
	for _, line := range strings.Split(header, "\r\n") {
		name, _, _ := strings.Cut(line, ":")
		switch strings.ToLower(name) {
		case "authentication-results":
			if s.keepForged && s.forgedAbove {
				above = append(above, line)
			} else if s.keepForged {
				below = append(below, line)
			}
			continue
		case "x-ms-exchange-organization-authas":
			if !s.keepExchange {
				continue
			}
		case "references":
			if s.noReferences {
				continue
			}
		case "message-id":
			if s.ownID == "exchange" {
				below = append(below, "X-Microsoft-Original-Message-ID"+line[len(name):])
			}
			if s.ownID != "" {
				line = fmt.Sprintf("Message-ID: <%d@%s.example.net>", now.UnixNano(), s.ownID)
			}
		case "to":
			if s.noRecipient {
				line = "To: undisclosed-recipients:;"
			}
		}
		below = append(below, line)
	}
	all := append(above, s.stamp(now)...)
	text := strings.Join(append(all, below...), "\r\n") + "\r\n\r\n" + body
	return s.dovecot.Store(s.user, "INBOX", servertest.Mail{Raw: []byte(text), InternalDate: now})
}

// stamp is what the provider writes itself.
func (s *providerSession) stamp(now time.Time) []string {
	envelope := s.from
	if local, domain, _ := strings.Cut(envelope, "@"); strings.ContainsAny(local, " ;()") && !s.unquoted {
		envelope = `"` + local + `"@` + domain
	}
	if s.rewriteEnvelope {
		envelope = "bounce-17@example.net"
	}
	fields := []string{"Return-Path: <" + envelope + ">"}
	if !s.noRecipient {
		fields = append(fields, "Delivered-To: "+s.to)
	}
	for _, h := range s.hops {
		fields = append(fields, "Received: from mx.example.com by "+h+" with ESMTPS id 1; "+now.Format(time.RFC1123Z))
	}
	results := s.results
	if results == "" {
		results = "mx.example.com; dmarc=pass header.from=example.com; spf=pass smtp.mailfrom=" + envelope
	}
	if !s.noResults {
		fields = append(fields, "Authentication-Results: "+results)
	}
	return append(fields, "Received: from desk by mx.example.com with ESMTPSA id 2; "+now.Format(time.RFC1123Z))
}
