package servertest_test

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"deskd/servertest"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Servers that live answer within waitTime however busy the machine is; those
// that are silent are given shortTime.
const waitTime, shortTime = time.Minute, 200 * time.Millisecond

// dialSink connects as the sink's TLS setting wants it.
func dialSink(t *testing.T, s *servertest.Sink, mode servertest.SinkTLS) *smtp.Client {
	t.Helper()
	config := &tls.Config{RootCAs: s.Pool(), ServerName: "localhost"}
	dial := map[servertest.SinkTLS]func() (*smtp.Client, error){
		servertest.SinkPlain:       func() (*smtp.Client, error) { return smtp.Dial(s.Address()) },
		servertest.SinkStartTLS:    func() (*smtp.Client, error) { return smtp.DialStartTLS(s.Address(), config) },
		servertest.SinkImplicitTLS: func() (*smtp.Client, error) { return smtp.DialTLS(s.Address(), config) },
	}[mode]
	c, err := dial()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// send sends a mail and returns the text of the final reply.
func send(c *smtp.Client, from string, to []string, raw []byte) (string, error) {
	if err := c.Mail(from, &smtp.MailOptions{Return: smtp.DSNReturnHeaders, EnvelopeID: "e1"}); err != nil {
		return "", err
	}
	for _, address := range to {
		if err := c.Rcpt(address, &smtp.RcptOptions{Notify: []smtp.DSNNotify{smtp.DSNNotifyFailure}}); err != nil {
			return "", err
		}
	}
	w, err := c.Data()
	if err != nil {
		return "", err
	}
	if _, err := w.Write(raw); err != nil {
		return "", err
	}
	reply, err := w.CloseWithResponse()
	if err != nil {
		return "", err
	}
	return reply.StatusText, nil
}

func TestSinkKeepsWhatItIsHanded(t *testing.T) {
	t.Parallel()
	for _, mode := range []servertest.SinkTLS{servertest.SinkPlain, servertest.SinkStartTLS, servertest.SinkImplicitTLS} {
		for _, auth := range []sasl.Client{nil, sasl.NewPlainClient("", "desk", "secret"), sasl.NewLoginClient("desk", "secret")} {
			o := servertest.SinkOptions{TLS: mode}
			if auth != nil {
				o.Username, o.Password = "desk", "secret"
			}
			s := servertest.NewSink(t, o)
			c := dialSink(t, s, mode)
			if auth != nil {
				if err := c.Auth(auth); err != nil {
					t.Fatalf("mode %d: auth: %v", mode, err)
				}
			}
			raw := []byte("Subject: x\r\n\r\n.dot\r\n")
			for range 2 {
				if _, err := send(c, "bounce@example.com", []string{"a@example.org", "b@example.org"}, raw); err != nil {
					t.Fatalf("mode %d: %v", mode, err)
				}
			}
			got := s.Wait(t, 2, waitTime)
			r := got[1]
			if !bytes.Equal(r.Raw, raw) || !bytes.Equal(r.Delivered, raw) || r.From != "bounce@example.com" || !r.Accepted {
				t.Errorf("mode %d: got %+v", mode, r)
			}
			if len(r.To) != 2 || r.Addresses()[1] != "b@example.org" || r.Parameters.EnvelopeID != "e1" || r.Parameters.Return != smtp.DSNReturnHeaders ||
				len(r.To[0].Parameters.Notify) != 1 || r.To[0].Parameters.Notify[0] != smtp.DSNNotifyFailure {
				t.Errorf("mode %d: envelope %+v", mode, r)
			}
			if r.TLS != (mode != servertest.SinkPlain) || r.Username != o.Username || r.Connection != 1 || s.Connections() != 1 {
				t.Errorf("mode %d: TLS %v, user %q, connection %d of %d", mode, r.TLS, r.Username, r.Connection, s.Connections())
			}
		}
	}
}

func TestSinkWantsAuth(t *testing.T) {
	t.Parallel()
	s := servertest.NewSink(t, servertest.SinkOptions{Username: "desk", Password: "secret"})
	c := dialSink(t, s, servertest.SinkPlain)
	if _, err := send(c, "a@example.com", []string{"b@example.org"}, mail("x")); code(err) != 502 {
		t.Errorf("without AUTH: %v", err)
	}
	if err := c.Auth(sasl.NewPlainClient("", "desk", "wrong")); code(err) != 535 {
		t.Errorf("with a wrong password: %v", err)
	}
}

func TestSinkFaults(t *testing.T) {
	t.Parallel()
	busy := smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 2, 1}, Message: "busy"}
	for _, test := range []struct {
		name   string
		fault  servertest.Fault
		code   int // 0: the connection breaks
		handed int
	}{
		{"mail", servertest.Fault{Stage: servertest.AtMail, Reply: busy}, 451, 0},
		{"recipient", servertest.Fault{Stage: servertest.AtRecipient, Recipient: "B@example.org", Reply: busy}, 451, 0},
		{"other recipient", servertest.Fault{Stage: servertest.AtRecipient, Recipient: "c@example.org", Reply: busy}, 250, 1},
		{"data", servertest.Fault{Stage: servertest.AtData, Recipient: "b@example.org", Reply: busy}, 451, 1},
		{"body", servertest.Fault{Stage: servertest.AtBody, Reply: busy}, 451, 0},
		{"recipient, drop", servertest.Fault{Stage: servertest.AtRecipient, Drop: true}, 0, 0},
		{"after the final dot, drop", servertest.Fault{Stage: servertest.AtData, Drop: true}, 0, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := servertest.NewSink(t, servertest.SinkOptions{})
			test.fault.Times = 1
			s.Fail(test.fault)
			_, err := send(dialSink(t, s, servertest.SinkPlain), "x@example.com", []string{"a@example.org", "b@example.org"}, mail("x"))
			if got := code(err); got != test.code {
				t.Errorf("got code %d (%v), want %d", got, err, test.code)
			}
			got := s.HandedOver()
			if len(got) != test.handed || len(s.Accepted()) > 0 != (test.code == 250) {
				t.Errorf("%d handed over, %d accepted", len(got), len(s.Accepted()))
			}
			// The fault was for once.
			if _, err := send(dialSink(t, s, servertest.SinkPlain), "x@example.com", []string{"a@example.org", "b@example.org"}, mail("x")); err != nil {
				t.Errorf("again: %v", err)
			}
		})
	}
}

func TestSinkFaultsAtConnect(t *testing.T) {
	t.Parallel()
	s := servertest.NewSink(t, servertest.SinkOptions{})
	s.Fail(servertest.Fault{Stage: servertest.AtConnect, Times: 1, Reply: smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "full"}})
	s.Fail(servertest.Fault{Stage: servertest.AtConnect, Times: 1, Drop: true})
	s.Fail(servertest.Fault{Stage: servertest.AtConnect, Times: 1, Stall: true})
	greeting := func(patience time.Duration) (string, error) {
		conn, err := net.Dial("tcp", s.Address())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(patience))
		buffer := make([]byte, 100)
		n, err := conn.Read(buffer)
		return string(buffer[:n]), err
	}
	if text, err := greeting(waitTime); text != "421 4.3.2 full\r\n" {
		t.Errorf("refusing: %q, %v", text, err)
	}
	if text, err := greeting(waitTime); !errors.Is(err, io.EOF) {
		t.Errorf("dropping: %q, %v", text, err)
	}
	if text, err := greeting(shortTime); !timedOut(err) {
		t.Errorf("stalling: %q, %v", text, err)
	}
	<-s.Stalled() // it was no slow greeting
	if text, err := greeting(waitTime); !strings.HasPrefix(text, "220 ") {
		t.Errorf("after the faults: %q, %v", text, err)
	}
}

func TestSinkStallsAndHeals(t *testing.T) {
	t.Parallel()
	s := servertest.NewSink(t, servertest.SinkOptions{})
	s.Fail(servertest.Fault{Stage: servertest.AtBody, Stall: true})
	c := dialSink(t, s, servertest.SinkPlain)
	c.SubmissionTimeout = shortTime
	if _, err := send(c, "x@example.com", []string{"a@example.org"}, mail("x")); !timedOut(err) {
		t.Errorf("while stalling: %v", err)
	}
	<-s.Stalled()
	s.Heal()
	if _, err := send(dialSink(t, s, servertest.SinkPlain), "x@example.com", []string{"a@example.org"}, mail("x")); err != nil {
		t.Errorf("healed: %v", err)
	}
}

func TestSinkAsProvider(t *testing.T) {
	t.Parallel()
	var passed []servertest.Received
	s := servertest.NewSink(t, servertest.SinkOptions{
		MessageID: func(n int) string { return fmt.Sprintf("<n%d@ses.example>", n) },
		Reply:     func(r servertest.Received) string { return "Ok n1" },
		Deliver: func(r servertest.Received) error {
			if r.From == "refused@example.com" {
				return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "no"}
			}
			passed = append(passed, r)
			return nil
		},
	})
	c := dialSink(t, s, servertest.SinkPlain)
	text, err := send(c, "x@example.com", []string{"a@example.org"}, []byte("Subject: x\r\nmessage-id:\r\n <own@example.com>\r\nTo: a\r\n\r\nMessage-ID: body\r\n"))
	if err != nil || !strings.Contains(text, "Ok n1") {
		t.Errorf("reply %q, %v", text, err)
	}
	want := "Subject: x\r\nMessage-ID: <n1@ses.example>\r\nTo: a\r\n\r\nMessage-ID: body\r\n"
	if got := s.Wait(t, 1, waitTime); string(got[0].Delivered) != want || len(passed) != 1 || string(passed[0].Delivered) != want {
		t.Errorf("delivered %q, want %q", got[0].Delivered, want)
	}
	if _, err := send(c, "x@example.com", []string{"a@example.org"}, []byte("Subject: y\r\n\r\nhi\r\n")); err != nil {
		t.Error(err)
	}
	if got := s.Wait(t, 2, waitTime); string(got[1].Delivered) != "Message-ID: <n2@ses.example>\r\nSubject: y\r\n\r\nhi\r\n" {
		t.Errorf("delivered %q", got[1].Delivered)
	}
	if _, err := send(c, "refused@example.com", []string{"a@example.org"}, mail("x")); code(err) != 554 || len(s.Accepted()) != 2 {
		t.Errorf("refused delivery: %v, %d accepted", err, len(s.Accepted()))
	}
}

func TestSinkLimits(t *testing.T) {
	t.Parallel()
	s := servertest.NewSink(t, servertest.SinkOptions{MaxMessageBytes: 1000, NoDSN: true, NoSMTPUTF8: true})
	c := dialSink(t, s, servertest.SinkPlain)
	for _, name := range []string{"DSN", "SMTPUTF8"} {
		if offered, _ := c.Extension(name); offered {
			t.Errorf("offers %s", name)
		}
	}
	if err := c.SendMail("x@example.com", []string{"a@example.org"}, bytes.NewReader(bytes.Repeat([]byte("0123456789\r\n"), 100))); code(err) != 552 {
		t.Errorf("too large: %v", err)
	}
}

// code is the SMTP code of an error, 250 for none and 0 for another error.
func code(err error) int {
	if err == nil {
		return 250
	}
	var reply *smtp.SMTPError
	if errors.As(err, &reply) {
		return reply.Code
	}
	return 0
}

func timedOut(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}
