package main

import (
	"bytes"
	"fmt"
	"net/mail"
	"strings"
	"sync"
	"time"

	"deskd/servertest"
)

const killAgent = "anna@agents.test"

// feedEvery and feedMails are how often mails come, and how many at once.
const (
	feedEvery = 100 * time.Millisecond
	feedMails = 3
)

// feeder writes to the desk as customers and as the agent: new requests, and
// answers to every second letter that went out.
type feeder struct {
	desk *testDesk
	quit chan struct{}
	done sync.WaitGroup

	// requests, replies and answers are the Message-IDs of what was delivered:
	// new requests, customers' replies, the agent's answers.
	requests, replies, answers []string
	answered                   map[string]bool // letters, by Message-ID
	looked                     int             // letters of the sink looked at
}

func startFeeder(d *testDesk) *feeder {
	f := &feeder{desk: d, quit: make(chan struct{}), answered: map[string]bool{}}
	f.done.Go(func() {
		for tick := time.Tick(feedEvery); ; {
			select {
			case <-f.quit:
				return
			case <-tick:
			}
			for range feedMails {
				f.request()
			}
			f.answer()
		}
	})
	return f
}

// stop ends the stream of mails. The numbers are right afterwards.
func (f *feeder) stop() {
	close(f.quit)
	f.done.Wait()
}

// letters is how many mails the desk owes for what was delivered: for a
// request an acknowledgement and a notification; for a reply a notification;
// for an answer the letter to the customer.
func (f *feeder) letters() int { return 2*len(f.requests) + len(f.replies) + len(f.answers) }

func (f *feeder) mails() int { return len(f.requests) + len(f.replies) + len(f.answers) }

func (f *feeder) request() {
	n := len(f.requests)
	id := fmt.Sprintf("<request.%d@customers.test>", n)
	f.requests = append(f.requests, id)
	f.deliver(fmt.Sprintf("c%d@customers.test", n), "support@example.com", id, "", fmt.Sprintf("Request %d", n), "It broke.")
}

// answer answers what went out since the last time, at most so many mails: an
// acknowledgement as the customer, a notification of a request as the agent.
func (f *feeder) answer() {
	letters := f.desk.sink.Accepted()
	for n := 0; f.looked < len(letters) && n < feedMails; f.looked++ {
		l := letters[f.looked]
		h := headerOf(l.Raw)
		id, to, replyTo := h.Get("Message-ID"), l.To[0].Address, addressIn(h.Get("Reply-To"))
		if f.answered[id] || h.Get("Subject") == "" || strings.HasPrefix(h.Get("Subject"), "Re: Re:") {
			continue
		}
		f.answered[id] = true
		request := strings.Contains(h.Get("References")+h.Get("In-Reply-To"), "<request.")
		switch own := len(f.answered); {
		case to == killAgent && own%2 == 0 && !strings.Contains(h.Get("In-Reply-To"), "<reply."):
			mine := fmt.Sprintf("<answer.%d@agents.test>", len(f.answers))
			f.answers = append(f.answers, mine)
			f.deliver(killAgent, replyTo, mine, id, "Re: "+h.Get("Subject"), "Have you tried turning it off?")
		case to != killAgent && request && h.Get("Auto-Submitted") == "auto-replied":
			mine := fmt.Sprintf("<reply.%d@customers.test>", len(f.replies))
			f.replies = append(f.replies, mine)
			f.deliver(to, replyTo, mine, id, "Re: "+h.Get("Subject"), "It is still broken.")
		default:
			continue
		}
		n++
	}
}

// deliver is testDesk.deliver for a goroutine, which may not end the test.
func (f *feeder) deliver(from, to, id, inReplyTo, subject, text string) {
	domain := from[strings.LastIndexByte(from, '@')+1:]
	raw := "Authentication-Results: mx.example.com; dmarc=pass header.from=" + domain + "\r\n" +
		"From: " + from + "\r\nTo: " + to + "\r\nSubject: " + subject + "\r\nMessage-ID: " + id + "\r\n" +
		"Date: " + time.Now().Format(time.RFC1123Z) + "\r\n"
	if inReplyTo != "" {
		raw += "In-Reply-To: " + inReplyTo + "\r\n"
	}
	m := servertest.Mail{Raw: []byte(raw + "\r\n" + text + " " + id + "\r\n")}
	if err := f.desk.dovecot.Store("support@example.com", "INBOX", m); err != nil {
		f.desk.t.Errorf("deliver %s: %v", id, err)
	}
}

func headerOf(raw []byte) mail.Header {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return mail.Header{}
	}
	return m.Header
}

func addressIn(field string) string {
	a, err := mail.ParseAddress(field)
	if err != nil {
		return ""
	}
	return a.Address
}
