package smtp_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"testing"

	gosmtp "github.com/emersion/go-smtp"

	"deskd/mail/smtp"
)

func sum(raw []byte) string {
	s := sha256.Sum256(raw)
	return hex.EncodeToString(s[:])
}

// serve starts a server of go-smtp on loopback.
func serve(tb testing.TB, server *gosmtp.Server) smtp.Relay {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l) // it ends by Close
	}()
	tb.Cleanup(func() {
		server.Close()
		<-done
	})
	return smtp.Relay{URL: "smtp://" + l.Addr().String()}
}

// BenchmarkSend claims, sends and records small mails on SQLite. Its figure is
// mails a second.
func BenchmarkSend(b *testing.B) {
	relay := serve(b, gosmtp.NewServer(countingBackend(func(int) {})))
	d := newDesk(b)
	d.owe(b, b.N, nil)
	s := d.sender(b, relay, smtp.Schedule{})
	b.ResetTimer()
	n, err := s.Drain(context.Background())
	if n != b.N || err != nil {
		b.Fatalf("sent %d of %d: %v", n, b.N, err)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "mails/s")
}
