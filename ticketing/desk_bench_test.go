package ticketing_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"testing"

	"deskd/mail"
	"deskd/ticketing"
)

// BenchmarkReceiveGroup is the desk's part of taking in a backlog of new
// requests, each acknowledged and notified to two agents, in groups of 100.
func BenchmarkReceiveGroup(b *testing.B) {
	h := open(b)
	ctx := context.Background()
	const size = 100
	var groups [][]ticketing.Message
	for g := 0; g*size < b.N; g++ {
		var group []ticketing.Message
		var arrivals []ticketing.Arrival
		for i := g * size; i < min(b.N, (g+1)*size); i++ {
			raw := newMail(i)
			m, err := mail.Parse(bytes.NewReader([]byte(raw)), mail.DefaultLimits())
			if err != nil {
				b.Fatal(err)
			}
			sum := sha256.Sum256([]byte(raw))
			m.RawSHA256, m.RawSize = hex.EncodeToString(sum[:]), int64(len(raw))
			m.Mailbox, m.ReceivedAt, m.Verdict.Result = h.desk.Settings.Mailboxes[0], h.now, ticketing.Pass
			group = append(group, m)
			arrivals = append(arrivals, ticketing.Arrival{
				MailboxID: m.Mailbox.ID, Source: ticketing.SourceIngest, ReceivedAt: h.now, Size: int64(len(raw)),
				Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(raw)), nil },
			})
		}
		ids, err := h.store.IngestMails(ctx, arrivals)
		if err != nil {
			b.Fatal(err)
		}
		for i := range group {
			group[i].MailID = ids[i]
		}
		groups = append(groups, group)
	}
	b.ResetTimer()
	for _, g := range groups {
		if _, err := h.desk.ReceiveGroup(ctx, ticketing.Lease{}, g); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}

func newMail(i int) string {
	return strings.ReplaceAll(fmt.Sprintf(`From: Customer %[1]d <c%[1]d@acme%[2]d.example>
To: support@example.com
Subject: Question number %[1]d about our order
Message-ID: <%[1]d@acme.example>
Date: Tue, 24 Nov 2026 09:00:00 +0000

%[3]s
`, i, i%50, strings.Repeat("The printer in room 12 prints blank pages since this morning.\n", 30)), "\n", "\r\n")
}
