package smtp

import (
	"context"
	"strings"
	"testing"

	gosmtp "github.com/emersion/go-smtp"

	"deskd/servertest"
)

// TestTry: a refused trial costs the others nothing, and an envelope sender in
// quotation marks goes out as it is.
func TestTry(t *testing.T) {
	t.Parallel()
	sink := servertest.NewSink(t, servertest.SinkOptions{})
	sink.Fail(servertest.Fault{Stage: servertest.AtRecipient, Recipient: "gone@example.com",
		Reply: gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 1, 1}, Message: "no such user"}})
	text := []byte("Subject: trial\r\n\r\nhello\r\n")
	all, err := Try(context.Background(), Relay{URL: "smtp://" + sink.Address()}, []Trial{
		{From: "a@example.com", To: "b@example.com", Text: text},
		{From: "a@example.com", To: "gone@example.com", Text: text},
		{From: `"x) y; z"@example.com`, To: "b@example.com", Text: text},
	})
	if err != nil || len(all) != 3 {
		t.Fatalf("%d results, %v", len(all), err)
	}
	if all[0].Refused != nil || all[0].Answer == "" || all[0].At.IsZero() {
		t.Errorf("a usual mail: %+v", all[0])
	}
	if all[1].Refused == nil || !strings.Contains(all[1].Refused.Error(), "550 5.1.1 no such user") {
		t.Errorf("a refused one: %v", all[1].Refused)
	}
	if all[2].Refused != nil {
		t.Errorf("a quoted envelope sender: %v", all[2].Refused)
	}
	got := sink.Accepted()
	if len(got) != 2 || string(got[0].Raw) != string(text) {
		t.Fatalf("%d mails arrived: %+v", len(got), got)
	}
	if !strings.Contains(got[1].From, "x) y; z") {
		t.Errorf("the envelope sender arrived as %q", got[1].From)
	}
}

// TestTryUnreachable: a relay that cannot be reached is an error for all.
func TestTryUnreachable(t *testing.T) {
	t.Parallel()
	if all, err := Try(context.Background(), Relay{URL: "smtp://127.0.0.1:1"}, []Trial{{From: "a@b.test", To: "a@b.test"}}); err == nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
}
