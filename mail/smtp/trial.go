package smtp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Trial is a mail handed to a relay to see what it does with it, outside any
// outbox. From and To are envelope addresses as they go into MAIL and RCPT;
// unlike those of owed mails they may have a quoted local part. Text is the
// mail, with CRLF.
type Trial struct {
	From, To string
	Text     []byte
}

// Trialled is what became of a [Trial].
type Trialled struct {
	// Refused is the relay's answer when it did not take the mail, nil if it
	// did.
	Refused error
	// Answer is the relay's final answer, one line, ProviderID the name of the
	// mail in it where we know to find it, and Aliases the Message-IDs under
	// which it says that the mail goes out.
	Answer, ProviderID string
	Aliases            []string
	// At is when the final answer came.
	At time.Time
}

// Try hands trials over, one after the other on one connection, each once.
// The error is about the connection, and counts for all trials that have no
// result: those behind the last of the ones returned.
func Try(ctx context.Context, r Relay, trials []Trial) ([]Trialled, error) {
	t, err := r.target()
	if err != nil {
		return nil, err
	}
	s, f := t.connect(ctx)
	if f != nil {
		return nil, fmt.Errorf("smtp relay %s: %s", t.address, oneLine(t.redact(f.Error()), maxErrorText))
	}
	var all []Trialled
	for _, trial := range trials {
		e := envelope{from: trial.From, to: trial.To, size: int64(len(trial.Text)), eightBit: !isASCII(string(trial.Text)),
			utf8: !isASCII(trial.From) || !isASCII(trial.To)}
		answer, f := s.send(ctx, ctx, e, func(w io.Writer) error { _, err := w.Write(trial.Text); return err })
		if f != nil {
			fault := errors.New(oneLine(t.redact(f.Error()), maxErrorText))
			if f.code == 0 && f.stage != stageLocal || s.broken {
				s.close()
				return all, fmt.Errorf("smtp relay %s: %w", t.address, fault)
			}
			all = append(all, Trialled{Refused: fault})
			continue
		}
		all = append(all, Trialled{
			Answer: oneLine(answer, maxErrorText), ProviderID: providerID(t.host, answer),
			Aliases: providerAliases(t.host, answer), At: time.Now(),
		})
	}
	s.quit()
	return all, nil
}
