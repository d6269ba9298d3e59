package smtp_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"deskd/mail/smtp"
	"deskd/servertest"
	"deskd/storage"
	"deskd/ticketing"
)

// desk is a real store with a mailbox.
type desk struct {
	*storage.Store
	box ticketing.Mailbox
}

func newDesk(t testing.TB) desk {
	t.Helper()
	ctx := context.Background()
	store, err := storage.Open(ctx, "sqlite://"+filepath.Join(t.TempDir(), "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	boxes, err := store.EnsureMailboxes(ctx, []ticketing.Mailbox{{Address: "support@example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	return desk{store, boxes[0]}
}

// owe enqueues n mails and gives their ids, which are also their recipients'
// names.
func (d desk) owe(t testing.TB, n int, change func(*ticketing.OutboxMail)) []int64 {
	t.Helper()
	ids := make([]int64, n)
	err := d.Update(context.Background(), func(tx ticketing.Tx) (err error) {
		for i := range ids {
			m := ticketing.OutboxMail{
				TicketID: 1, EntryID: 1, MailboxID: d.box.ID, Kind: ticketing.LetterReply,
				Recipient: fmt.Sprintf("u%d@example.org", i), EnvelopeFrom: "support@example.com",
				MessageID: fmt.Sprintf("<h1.r.%d.mac@example.com>", i),
				Draft:     ticketing.Draft{Head: []byte(fmt.Sprintf("To: u%d@example.org\r\nSubject: x\r\n\r\nhello\r\n", i))},
			}
			if change != nil {
				change(&m)
			}
			if ids[i], err = tx.Enqueue(m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func (d desk) rows(t testing.TB) map[int64]ticketing.OutboxMail {
	t.Helper()
	list, err := d.OutboxRows(context.Background(), storage.OutboxFilter{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	rows := map[int64]ticketing.OutboxMail{}
	for _, m := range list {
		rows[m.ID] = m
	}
	return rows
}

// retry makes a mail due that waits.
func (d desk) retry(t testing.TB, id int64) {
	t.Helper()
	if err := d.RetryOutbox(context.Background(), id); err != nil {
		t.Fatal(err)
	}
}

func (d desk) sender(t testing.TB, r smtp.Relay, s smtp.Schedule) *smtp.Sender {
	t.Helper()
	sender, err := smtp.New(smtp.Options{Relay: r, Outbox: d, Owner: "test", Schedule: s,
		OnFault: func(err error) { t.Errorf("fault: %v", err) }})
	if err != nil {
		t.Fatal(err)
	}
	return sender
}

// TestStoreKeepsTheOutcomes has one mail of each kind of outcome.
func TestStoreKeepsTheOutcomes(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{Reply: func(servertest.Received) string { return "Ok: queued as X1" }})
	sink.Fail(servertest.Fault{Stage: servertest.AtRecipient, Recipient: "u1@example.org", Reply: gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 1, 1}, Message: "unknown"}})
	sink.Fail(servertest.Fault{Stage: servertest.AtRecipient, Recipient: "u2@example.org", Reply: gosmtp.SMTPError{Code: 450, EnhancedCode: gosmtp.EnhancedCode{4, 2, 1}, Message: "busy"}})
	sink.Fail(servertest.Fault{Stage: servertest.AtData, Recipient: "u3@example.org", Drop: true})
	d := newDesk(t)
	ids := d.owe(t, 4, nil)
	s := d.sender(t, smtp.Relay{URL: "smtp://" + sink.Address()}, smtp.Schedule{})
	if n, err := s.Drain(context.Background()); n != 4 || err != nil {
		t.Fatalf("drained %d, %v", n, err)
	}
	rows := d.rows(t)
	for i, want := range []struct {
		state ticketing.OutboxState
		error string
		wait  time.Duration
	}{
		{ticketing.OutboxSent, "", 0}, {ticketing.OutboxFailed, "RCPT: 550 5.1.1 unknown", 0},
		{ticketing.OutboxQueued, "RCPT: 450 4.2.1 busy", time.Minute}, {ticketing.OutboxUnknown, "may have been taken: ", 15 * time.Minute},
	} {
		m := rows[ids[i]]
		wait := time.Until(m.DueAt)
		if m.State != want.state || !strings.HasPrefix(m.LastError, want.error) || m.Attempts != 1 || want.wait > 0 && (wait > want.wait || wait < want.wait-30*time.Second) {
			t.Errorf("mail %d: %s, %q, attempts %d, due in %v; want %+v", i, m.State, m.LastError, m.Attempts, wait, want)
		}
	}
	if m := rows[ids[0]]; m.ProviderID != "X1" || m.SentAt.IsZero() {
		t.Errorf("sent as %q at %v", m.ProviderID, m.SentAt)
	}
}

// TestStoreRemembersTheOneRetry is test 65 of mail-rules, on the real store.
func TestStoreRemembersTheOneRetry(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{})
	sink.Fail(servertest.Fault{Stage: servertest.AtData, Drop: true})
	d := newDesk(t)
	id := d.owe(t, 1, nil)[0]
	for range 5 {
		if _, err := d.sender(t, smtp.Relay{URL: "smtp://" + sink.Address()}, smtp.Schedule{}).Drain(context.Background()); err != nil {
			t.Fatal(err)
		}
		if d.rows(t)[id].State == ticketing.OutboxUnknown { // as if the time had passed
			d.retry(t, id)
		}
	}
	if m := d.rows(t)[id]; m.State != ticketing.OutboxFailed || !strings.Contains(m.LastError, "lost twice") {
		t.Errorf("%s, %q", m.State, m.LastError)
	}
	got := sink.HandedOver()
	if len(got) != 2 || !bytes.Equal(got[0].Raw, got[1].Raw) {
		t.Errorf("handed over %d times, or not the same bytes", len(got))
	}
}

// TestReportOfDelayDoesNotForgetTheFirstCopy: a report comes in between and has
// its words written over those of the loss.
func TestReportOfDelayDoesNotForgetTheFirstCopy(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{})
	sink.Fail(servertest.Fault{Stage: servertest.AtData, Drop: true})
	d := newDesk(t)
	id := d.owe(t, 1, nil)[0]
	s := smtp.Schedule{UnknownRetry: time.Nanosecond}
	for range 4 {
		if _, err := d.sender(t, smtp.Relay{URL: "smtp://" + sink.Address()}, s).Once(context.Background()); err != nil {
			t.Fatal(err)
		}
		if err := d.Update(context.Background(), func(tx ticketing.Tx) error {
			return tx.MarkUndelivered(id, "4.4.1 delayed", false)
		}); err != nil {
			t.Fatal(err)
		}
	}
	if m := d.rows(t)[id]; m.State != ticketing.OutboxFailed || !m.Uncertain {
		t.Errorf("%s, uncertain %v", m.State, m.Uncertain)
	}
	if n := len(sink.HandedOver()); n != 2 {
		t.Errorf("handed over %d times", n)
	}
}

// TestStorePausesTheMailbox is test 66 of mail-rules, on the real store.
func TestStorePausesTheMailbox(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{Username: "u", Password: "right"})
	d := newDesk(t)
	ids := d.owe(t, 30, nil)
	r := smtp.Relay{URL: "smtp://" + sink.Address(), User: "u", Password: "wrong", MaxConnections: 1}
	pause := smtp.Schedule{Pause: time.Hour}
	if n, err := d.sender(t, r, pause).Drain(context.Background()); n != 1 || err != nil {
		t.Fatalf("drained %d, %v; want the one that met the refusal", n, err)
	}
	for id, m := range d.rows(t) {
		if m.State != ticketing.OutboxQueued {
			t.Errorf("mail %d is %s", id, m.State)
		}
	}
	// As if the hour had passed.
	if err := d.PauseMailbox(context.Background(), d.box.ID, time.Now(), ""); err != nil {
		t.Fatal(err)
	}
	d.retry(t, ids[0])
	r.Password = "right"
	if n, err := d.sender(t, r, pause).Drain(context.Background()); n != 30 || err != nil {
		t.Fatalf("drained %d, %v after the pause", n, err)
	}
}

// TestLargeAttachmentGoesOutOfTheStoredMail also looks at the memory it takes.
func TestLargeAttachmentGoesOutOfTheStoredMail(t *testing.T) {
	body := make([]byte, 8<<20)
	rand.Read(body)
	raw := rawWithAttachment(body)
	d := newDesk(t)
	_, err := d.IngestMails(context.Background(), []ticketing.Arrival{{MailboxID: d.box.ID, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil }, Size: int64(len(raw)), ReceivedAt: time.Now()}})
	if err != nil {
		t.Fatal(err)
	}
	d.owe(t, 1, func(m *ticketing.OutboxMail) {
		m.Draft.Head = []byte("Subject: x\r\nContent-Type: multipart/mixed; boundary=OUT\r\n\r\n--OUT\r\n\r\nhello\r\n")
		m.Draft.Boundary = "OUT"
		m.Draft.Attachments = []ticketing.AttachmentRef{{RawSHA256: sum(raw), PartSpec: "2", Attachment: ticketing.Attachment{Name: "big.bin", Size: int64(len(body))}}}
	})
	defer debug.SetGCPercent(debug.SetGCPercent(10)) // so that the peak is what is needed
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var arrived, peak atomic.Int64
	relay := serve(t, gosmtp.NewServer(countingBackend(func(n int) {
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		arrived.Add(int64(n))
		peak.Store(max(peak.Load(), int64(now.HeapAlloc)))
	})))
	if _, err := d.sender(t, relay, smtp.Schedule{}).Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, m := range d.rows(t) {
		if m.State != ticketing.OutboxSent {
			t.Fatalf("%s: %s", m.State, m.LastError)
		}
	}
	if want := int64(base64.StdEncoding.EncodedLen(len(body))); arrived.Load() < want {
		t.Errorf("%d bytes arrived, want more than %d", arrived.Load(), want)
	}
	if grown := peak.Load() - int64(before.HeapAlloc); grown > int64(len(body)) {
		t.Errorf("the heap grew by %d bytes for %d", grown, len(body))
	}
}

func rawWithAttachment(body []byte) []byte {
	var b bytes.Buffer
	b.WriteString("From: a@example.org\r\nContent-Type: multipart/mixed; boundary=IN\r\n\r\n--IN\r\n\r\nsee file\r\n--IN\r\nContent-Type: application/octet-stream; name=big.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	text := base64.StdEncoding.EncodeToString(body)
	for len(text) > 0 {
		n := min(76, len(text))
		b.WriteString(text[:n] + "\r\n")
		text = text[n:]
	}
	b.WriteString("--IN--\r\n")
	return b.Bytes()
}

// counting is a server that takes everything and tells of each piece.
type counting struct{ took func(int) }

func countingBackend(took func(int)) gosmtp.Backend {
	return gosmtp.BackendFunc(func(*gosmtp.Conn) (gosmtp.Session, error) { return counting{took}, nil })
}

func (c counting) Reset()                                 {}
func (c counting) Logout() error                          { return nil }
func (c counting) Mail(string, *gosmtp.MailOptions) error { return nil }
func (c counting) Rcpt(string, *gosmtp.RcptOptions) error { return nil }

func (c counting) Data(r io.Reader) error {
	piece := make([]byte, 256<<10)
	for {
		n, err := io.ReadFull(r, piece)
		c.took(n)
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
