package mail

import (
	"context"
	"errors"
	"time"
)

// What one mail may ask of the DNS. Its sender chooses the names, and the name
// servers that answer for them.
const (
	maxQuestions = 10
	maxAsking    = 3 * time.Second // in all
)

// errAskedEnough stands for the answers that a mail no longer gets.
var errAskedEnough = errors.New("the mail has asked the DNS enough")

// questions is the DNS as one mail may ask it: for so many names and so long in
// all, and for each name once. It serves one goroutine.
type questions struct {
	dns     Resolver
	left    int
	time    time.Duration
	answers map[string]dnsAnswer
}

type dnsAnswer struct {
	texts []string
	err   error
}

func newQuestions(dns Resolver) *questions {
	return &questions{dns: dns, left: maxQuestions, time: maxAsking, answers: map[string]dnsAnswer{}}
}

// LookupTXT implements [Resolver].
func (q *questions) LookupTXT(ctx context.Context, name string) ([]string, error) {
	if known, ok := q.answers[name]; ok {
		return known.texts, known.err
	}
	if q.left == 0 || q.time <= 0 {
		return nil, errAskedEnough
	}
	ctx, cancel := context.WithTimeout(ctx, q.time)
	defer cancel()
	begin := time.Now()
	texts, err := q.dns.LookupTXT(ctx, name)
	q.left--
	q.time -= time.Since(begin)
	q.answers[name] = dnsAnswer{texts, err}
	return texts, err
}
