package ticketing

import (
	"sync"
	"time"
)

// postponed is a transaction that puts letters into words beside it, while the
// next mails of a group are decided about, and queues them in order before
// anything asks what is queued. Composing takes as long as all the writing, and
// the transaction keeps others from writing meanwhile.
type postponed struct {
	Tx
	composer Composer
	letters  []*postponedLetter
	bytes    int // of the texts they tell
	working  sync.WaitGroup
}

// maxPostponed is how many bytes of text may be in letters that wait.
const maxPostponed = 4 << 20

// postponedLetter is a letter being composed.
type postponedLetter struct {
	mail OutboxMail
	done chan struct{}
	err  error
}

// owe queues a letter, now or before anybody looks.
func owe(tx Tx, c Composer, l Letter, m OutboxMail) (err error) {
	if p, ok := tx.(*postponed); ok {
		return p.owe(l, m)
	}
	if m.Draft, err = c.Compose(l); err != nil {
		return err
	}
	_, err = tx.Enqueue(m)
	return err
}

func (p *postponed) owe(l Letter, m OutboxMail) error {
	late := &postponedLetter{mail: m, done: make(chan struct{})}
	p.letters = append(p.letters, late)
	p.working.Go(func() {
		defer close(late.done)
		late.mail.Draft, late.err = p.composer.Compose(l)
	})
	if p.bytes += len(l.Entry.Text); p.bytes > maxPostponed {
		return p.flush()
	}
	return nil
}

// flush queues what was owed so far.
func (p *postponed) flush() error {
	letters := p.letters
	p.letters, p.bytes = nil, 0
	for _, late := range letters {
		<-late.done
		if late.err != nil {
			return late.err
		}
		if _, err := p.Tx.Enqueue(late.mail); err != nil {
			return err
		}
	}
	return nil
}

// The methods below look at what is queued.

// CountAcksTo implements [Reader].
func (p *postponed) CountAcksTo(address string, since time.Time) (int, error) {
	if err := p.flush(); err != nil {
		return 0, err
	}
	return p.Tx.CountAcksTo(address, since)
}

// CountAutomatic implements [Reader].
func (p *postponed) CountAutomatic(from, to time.Time) (int, error) {
	if err := p.flush(); err != nil {
		return 0, err
	}
	return p.Tx.CountAutomatic(from, to)
}

// LastOutgoing implements [Reader].
func (p *postponed) LastOutgoing(ticketID int64, kind LetterKind) (OutboxMail, error) {
	if err := p.flush(); err != nil {
		return OutboxMail{}, err
	}
	return p.Tx.LastOutgoing(ticketID, kind)
}

// Outgoing implements [Reader].
func (p *postponed) Outgoing(messageID string) (OutboxMail, error) {
	if err := p.flush(); err != nil {
		return OutboxMail{}, err
	}
	return p.Tx.Outgoing(messageID)
}

// OutgoingTo implements [Reader].
func (p *postponed) OutgoingTo(address string, since time.Time) ([]OutboxMail, error) {
	if err := p.flush(); err != nil {
		return nil, err
	}
	return p.Tx.OutgoingTo(address, since)
}

// OutgoingInTrouble implements [Reader].
func (p *postponed) OutgoingInTrouble(delayedBefore time.Time, limit int) ([]OutboxMail, error) {
	if err := p.flush(); err != nil {
		return nil, err
	}
	return p.Tx.OutgoingInTrouble(delayedBefore, limit)
}

// PostponeAutomatic implements [Tx].
func (p *postponed) PostponeAutomatic(until time.Time) error {
	if err := p.flush(); err != nil {
		return err
	}
	return p.Tx.PostponeAutomatic(until)
}
