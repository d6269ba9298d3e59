//go:build unix

package storage_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"

	"deskd/servertest"
	"deskd/storage"
	"deskd/ticketing"
)

// group is how many mails are committed together, as with a backlog.
const group = 100

// BenchmarkMails stores what a typical new mail causes, in groups, as the
// daemon does: spooled in one transaction, decided in another. Every third
// mail is a reply. It reports mails a second for each half and for both.
func BenchmarkMails(b *testing.B) {
	b.Run("SQLite", func(b *testing.B) { benchmarkMails(b, sqliteURL(b)) })
	b.Run("PostgreSQL", func(b *testing.B) {
		server := servertest.NewPostgres(b, servertest.PostgresOptions{Durable: true})
		benchmarkMails(b, server.NewDatabase(b))
	})
}

func benchmarkMails(b *testing.B, url string) {
	s, err := storage.Open(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	boxes, err := s.EnsureMailboxes(b.Context(), []ticketing.Mailbox{{Address: "support@example.com"}})
	if err != nil {
		b.Fatal(err)
	}
	m := mails{store: s, box: boxes[0].ID, words: vocabulary()}
	var spooling, deciding time.Duration
	b.ResetTimer()
	cpu := processTime(b)
	for done := 0; done < b.N; done += group {
		n := min(group, b.N-done)
		began := time.Now()
		m.spool(b, n)
		spooled := time.Now()
		m.decide(b, n)
		spooling += spooled.Sub(began)
		deciding += time.Since(spooled)
	}
	b.ReportMetric(float64(b.N)/spooling.Seconds(), "spooled/s")
	b.ReportMetric(float64(b.N)/deciding.Seconds(), "decided/s")
	b.ReportMetric(float64(b.N)/(spooling+deciding).Seconds(), "mails/s")
	b.ReportMetric(float64((processTime(b)-cpu).Microseconds())/float64(b.N), "cpu-us/mail")
	b.ReportMetric(0, "ns/op")
}

// processTime is the processor time of this process, which other work on the
// machine disturbs less than the rates. A server's is not in it.
func processTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// mails writes the rows of made-up mails.
type mails struct {
	store *storage.Store
	box   int64
	words []string
	uid   uint32
	count int
}

// vocabulary makes up 5,000 words.
func vocabulary() []string {
	r := rand.New(rand.NewPCG(1, 2))
	words := make([]string, 5000)
	for i := range words {
		letters := make([]byte, 3+r.IntN(8))
		for j := range letters {
			letters[j] = 'a' + byte(r.IntN(26))
		}
		words[i] = string(letters)
	}
	return words
}

// text makes the 150 words of one mail, some of them frequent.
func (m *mails) text(uid uint32) string {
	r := rand.New(rand.NewPCG(uint64(uid), 3))
	var b strings.Builder
	for range 150 {
		n := r.Float64()
		b.WriteString(m.words[int(n*n*n*float64(len(m.words)))])
		b.WriteByte(' ')
	}
	return b.String()
}

func (m *mails) spool(b *testing.B, n int) {
	l, ok, err := m.store.AcquireLease(b.Context(), "mailbox", "bench", time.Minute)
	if err != nil || !ok {
		b.Fatal(ok, err)
	}
	arrivals := make([]ticketing.Arrival, n)
	for i := range arrivals {
		m.uid++
		raw := fmt.Sprintf("From: person%d@example.org\r\nMessage-ID: <%d@example.org>\r\nSubject: invoice %d\r\n\r\n%s\r\n",
			m.uid/3, m.uid, m.uid, m.text(m.uid))
		arrivals[i] = ticketing.Arrival{
			MailboxID: m.box, Source: ticketing.SourceInbox, Folder: "INBOX", UIDValidity: 1, UID: m.uid, ReceivedAt: time.Now(),
			MessageID: fmt.Sprintf("<%d@example.org>", m.uid), Size: int64(len(raw)),
			Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(raw)), nil },
		}
	}
	next := ticketing.Cursor{MailboxID: m.box, Folder: "INBOX", UIDValidity: 1, LastUID: m.uid}
	if err := m.store.SpoolMails(b.Context(), l, arrivals, next); err != nil {
		b.Fatal(err)
	}
}

func (m *mails) decide(b *testing.B, n int) {
	c, err := m.store.ClaimSpooled(b.Context(), "bench", n, time.Hour)
	rows := c.Mails
	if err != nil || len(rows) != n {
		b.Fatal(len(rows), err)
	}
	err = m.store.Update(b.Context(), func(tx ticketing.Tx) error {
		for _, row := range rows {
			if err := tx.Savepoint(func(tx ticketing.Tx) error { return m.apply(tx, row) }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// apply reads and writes what a new mail needs.
func (m *mails) apply(tx ticketing.Tx, row ticketing.LedgerRow) error {
	m.count++
	messageID := fmt.Sprintf("<%d@example.org>", row.UID)
	sender := fmt.Sprintf("person%d@example.org", row.UID/3)
	hour := time.Now().Add(-time.Hour)
	if _, err := tx.FindMessageIDs([]string{fmt.Sprintf("<%d@example.org>", row.UID-row.UID%3)}); err != nil {
		return err
	}
	if _, err := tx.MailsWithMessageID(messageID); err != nil {
		return err
	}
	if _, err := tx.MailsWithRaw(row.RawSHA256); err != nil {
		return err
	}
	if _, err := tx.CountMailsFrom(sender, []ticketing.VerdictResult{ticketing.Pass}, hour, time.Now()); err != nil {
		return err
	}
	if _, err := tx.CountAcksTo(sender, hour); err != nil {
		return err
	}
	person, err := tx.EnsurePerson(ticketing.Address{Name: "A Person", Address: sender})
	if err != nil {
		return err
	}
	return m.write(tx, row, person, messageID)
}

func (m *mails) write(tx ticketing.Tx, row ticketing.LedgerRow, person ticketing.Person, messageID string) error {
	now, text := time.Now(), m.text(row.UID)
	ticketID, err := tx.InsertTicket(ticketing.Ticket{
		MailboxID: m.box, Subject: fmt.Sprintf("Invoice %d is wrong", row.UID), Status: ticketing.Open, Priority: ticketing.S3,
		RequesterID: person.ID, CreatedAt: now, LastActivityAt: now,
	})
	if err != nil {
		return err
	}
	author := ticketing.Author{PersonID: person.ID, Name: person.Name, Address: person.Address, Role: ticketing.Requester}
	participantID, err := tx.InsertParticipant(ticketing.Participant{
		TicketID: ticketID, PersonID: person.ID, Name: person.Name, Address: person.Address, Role: ticketing.Requester,
		Epoch: 1, CreatedAt: now,
	})
	if err != nil {
		return err
	}
	var entryID int64
	for _, kind := range []ticketing.EntryKind{ticketing.EntryMessage, ticketing.EntryEvent} {
		e := ticketing.Entry{
			TicketID: ticketID, Kind: kind, Visibility: ticketing.Public, Author: author, Via: "mail", MailID: row.ID,
			Verdict: ticketing.Verdict{Result: ticketing.Pass, Evidence: "dkim=pass"}, Why: "no reference", At: now,
		}
		if kind == ticketing.EntryMessage {
			e.RawSHA256, e.MessageID, e.Text, e.FullText, e.HTML = row.RawSHA256, messageID, text, text, text
		} else {
			e.Event = "created"
		}
		id, err := tx.InsertEntry(e)
		if err != nil {
			return err
		}
		if entryID == 0 {
			entryID = id
		}
	}
	for i, kind := range []ticketing.LetterKind{ticketing.LetterAck, ticketing.LetterNotification} {
		if _, err := tx.Enqueue(ticketing.OutboxMail{
			TicketID: ticketID, EntryID: entryID, ParticipantID: participantID, MailboxID: m.box, Kind: kind,
			Recipient: person.Address, MessageID: fmt.Sprintf("<out.%d.%d@example.com>", row.ID, i),
			Draft: ticketing.Draft{Head: []byte(text)},
		}); err != nil {
			return err
		}
	}
	if err := tx.AddMessageIDs(ticketID, entryID, []string{
		messageID, fmt.Sprintf("<out.%d.0@example.com>", row.ID), fmt.Sprintf("<out.%d.1@example.com>", row.ID),
	}); err != nil {
		return err
	}
	return tx.SettleMail(row.ID, ticketing.Outcome{
		State: ticketing.LedgerApplied, TicketID: ticketID, EntryID: entryID, MessageID: messageID,
		BodyDigest: row.RawSHA256, From: person.Address,
	}, now)
}
