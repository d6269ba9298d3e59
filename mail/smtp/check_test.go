package smtp

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"deskd/servertest"
)

func TestCheck(t *testing.T) {
	sink := servertest.NewSink(t, servertest.SinkOptions{TLS: servertest.SinkStartTLS, Username: "u", Password: "p", MaxMessageBytes: 1000})
	r := elsewhere(sink, "smtp")
	r.User, r.Password = "u", "p"
	got, err := Check(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	if got.TLS != tls.VersionName(tls.VersionTLS13) || got.Auth != "PLAIN" || got.MaxSize != 1000 || !slices.Contains(got.Extensions, "DSN") {
		t.Errorf("%+v", got)
	}
	r.Password = "wrong"
	if _, err := Check(context.Background(), r); err == nil || !strings.Contains(err.Error(), "AUTH: 535 5.7.8") || strings.Contains(err.Error(), "wrong") {
		t.Errorf("error %v", err)
	}
}

// TestCheckOfASilentServer ends with its context, which is over when the server
// has heard us and says nothing.
func TestCheckOfASilentServer(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	over := errors.New("the time is over")
	stop := make(chan struct{})
	r := script(t, func(r *bufio.Reader, w net.Conn) {
		io.WriteString(w, "220 here\r\n")
		r.ReadString('\n')
		cancel(over)
		<-stop
	})
	t.Cleanup(func() { close(stop) })
	begin := time.Now()
	if _, err := Check(ctx, r); err == nil || !strings.Contains(err.Error(), over.Error()) {
		t.Errorf("error %v", err)
	}
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}

// TestAUTHLOGIN of a server that offers nothing else and echoes what it is
// told.
func TestAUTHLOGIN(t *testing.T) {
	r := script(t, func(r *bufio.Reader, w net.Conn) {
		io.WriteString(w, "220 here\r\n")
		answer(r, w, "EHLO", "250-here\r\n250 AUTH LOGIN\r\n")
		answer(r, w, "AUTH LOGIN\r\n", "334 VXNlcg==\r\n")
		user, _ := r.ReadString('\n')
		io.WriteString(w, "334 UGFzcw==\r\n")
		password, _ := r.ReadString('\n')
		if user != "ZGVzaw==\r\n" {
			io.WriteString(w, "501 no\r\n")
			return
		}
		io.WriteString(w, "535 5.7.8 not with "+password)
		answer(r, w, "*", "500 5.5.2 not now\r\n")
	})
	r.User, r.Password = "desk", "geheim"
	_, err := Check(context.Background(), r)
	if err == nil || !strings.Contains(err.Error(), "535 5.7.8 not with …") {
		t.Errorf("error %v", err)
	}
}
