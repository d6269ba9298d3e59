package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	netmail "net/mail"
	"strings"
	"time"

	"deskd/servertest"
	"deskd/storage"
	"deskd/ticketing"
)

// benchAuthserv is the name of the server whose word on senders counts.
const benchAuthserv = "mx.example.com"

// customer is the address of the ith mail's sender; each has his own, since
// acknowledgements are limited by address.
func customer(i int) string { return fmt.Sprintf("c%d@customer%d.example", i, i%50) }

func customerMailID(i int) string { return fmt.Sprintf("<request.%d@customer%d.example>", i, i%50) }

// newMails are n requests. Every second one has HTML beside its text.
func newMails(n int, support string) []servertest.Mail {
	all := make([]servertest.Mail, n)
	for i := range all {
		text := words(i, 180)
		head := fmt.Sprintf("To: %s\nSubject: Question %d: %s\nMessage-ID: %s\n", support, i, words(i, 5), customerMailID(i))
		all[i] = benchMail(i, head, text)
	}
	return all
}

// replies are answers to our acknowledgements, a third each by the reply
// address, by our signed id alone, and by the id of the customer's own mail.
func replies(acks []ticketing.OutboxMail, support string) ([]servertest.Mail, error) {
	all := make([]servertest.Mail, len(acks))
	for i, ack := range acks {
		m, err := netmail.ReadMessage(bytes.NewReader(ack.Draft.Head))
		if err != nil {
			return nil, fmt.Errorf("read acknowledgement %d: %w", ack.ID, err)
		}
		to, ids := support, fmt.Sprintf("In-Reply-To: %s\nReferences: %s %s\n", ack.MessageID, customerMailID(i), ack.MessageID)
		switch i % 3 {
		case 0:
			to = m.Header.Get("Reply-To")
		case 1:
			ids = fmt.Sprintf("In-Reply-To: %s\nReferences: %s\n", customerMailID(i), customerMailID(i))
		}
		text := words(i+len(acks), 90) + "\n\nOn Tuesday, Example Support wrote:\n> " +
			strings.ReplaceAll(words(i, 120), "\n", "\n> ")
		head := fmt.Sprintf("To: %s\nSubject: Re: %s\nMessage-ID: <reply.%d@customer%d.example>\n%s",
			to, m.Header.Get("Subject"), i, i%50, ids)
		all[i] = benchMail(i, head, text)
	}
	return all, nil
}

// benchMail makes a mail as it lies in a mailbox: with what servers put on it.
func benchMail(i int, head, text string) servertest.Mail {
	from, now := customer(i), time.Now()
	domain := ticketing.DomainOf(from)
	var b strings.Builder
	fmt.Fprintf(&b, "Return-Path: <%s>\nAuthentication-Results: %s; dkim=pass header.d=%s; spf=pass smtp.mailfrom=%s; dmarc=pass header.from=%s\n",
		from, benchAuthserv, domain, from, domain)
	fmt.Fprintf(&b, "Received: from mail.%s (mail.%s [192.0.2.1])\n\tby %s (Postfix) with ESMTPS id %08X;\n\t%s\n", domain, domain, benchAuthserv, i, now.Format(time.RFC1123Z))
	fmt.Fprintf(&b, "From: \"Customer %d\" <%s>\n%sDate: %s\nMIME-Version: 1.0\n", i, from, head, now.Format(time.RFC1123Z))
	if i%2 == 0 {
		b.WriteString("Content-Type: text/plain; charset=utf-8\n\n" + text + "\n")
	} else {
		b.WriteString("Content-Type: multipart/alternative; boundary=\"=_bench\"\n\n--=_bench\nContent-Type: text/plain; charset=utf-8\n\n" + text +
			"\n--=_bench\nContent-Type: text/html; charset=utf-8\n\n<html><head><style>p { margin: 0 }</style></head><body><p>" +
			strings.ReplaceAll(text, "\n", "<br>\n") + "</p></body></html>\n--=_bench--\n")
	}
	return servertest.Mail{Raw: []byte(strings.ReplaceAll(b.String(), "\n", "\r\n"))}
}

// words makes up a text, the same for the same seed: common words and rare
// ones, in lines.
func words(seed, n int) string {
	r := rand.New(rand.NewPCG(uint64(seed), 1))
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString([]string{" ", " ", " ", " ", " ", " ", " ", ".\n"}[r.IntN(8)])
		}
		f := r.Float64()
		for k := int(f*f*f*5000) + 20; k > 0; k /= 20 {
			b.WriteByte("etaoinshrdlucmfwypvb"[k%20])
		}
	}
	return b.String()
}

// acknowledgements are those to the n customers, in the customers' order.
func acknowledgements(ctx context.Context, s *storage.Store, n int) ([]ticketing.OutboxMail, error) {
	to := make(map[string]ticketing.OutboxMail, n)
	for f := (storage.OutboxFilter{Limit: 1000, Drafts: true}); ; {
		rows, err := s.OutboxRows(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, o := range rows {
			if o.Kind == ticketing.LetterAck {
				to[o.Recipient] = o
			}
			f.BeforeID = o.ID
		}
		if len(rows) < f.Limit {
			break
		}
	}
	acks := make([]ticketing.OutboxMail, n)
	for i := range acks {
		ack, ok := to[customer(i)]
		if !ok {
			return nil, fmt.Errorf("%s was not acknowledged", customer(i))
		}
		acks[i] = ack
	}
	return acks, nil
}
