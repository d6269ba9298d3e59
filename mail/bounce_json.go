package mail

import (
	"encoding/json"
	"strings"

	"deskd/ticketing"
)

// sesNotification is what Amazon SES tells of a mail's delivery through SNS,
// which mails it as JSON:
// https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
type sesNotification struct {
	Type      string `json:"notificationType"`
	EventType string `json:"eventType"` // the same, in events
	Message   string // a notification that is wrapped in one of SNS
	Bounce    struct {
		Type       string `json:"bounceType"`
		Recipients []struct {
			Address    string `json:"emailAddress"`
			Action     string `json:"action"`
			Status     string `json:"status"`
			Diagnostic string `json:"diagnosticCode"`
		} `json:"bouncedRecipients"`
	} `json:"bounce"`
	Delivery struct {
		Recipients []string `json:"recipients"`
		Response   string   `json:"smtpResponse"`
	} `json:"delivery"`
	Mail struct {
		Headers []struct{ Name, Value string } `json:"headers"`
		Common  struct {
			MessageID string `json:"messageId"`
		} `json:"commonHeaders"`
	} `json:"mail"`
}

// readNotification reads the report in the text of a mail that SNS sent, or
// gives nil. Long lines may have been broken by "!" and a blank (sendmail).
func readNotification(h header, text string) *ticketing.BounceReport {
	if !h.has("X-Amz-Sns-Message-Id") || len(text) > 256<<10 {
		return nil
	}
	text = strings.ReplaceAll(text, "!\n ", "")
	var n sesNotification
	for range 2 { // wrapped once at most
		n = sesNotification{}
		if json.NewDecoder(strings.NewReader(text)).Decode(&n) != nil {
			return nil
		}
		if n.Message == "" {
			break
		}
		text = n.Message
	}
	b := &ticketing.BounceReport{InWords: true, OriginalMessageID: oneID(n.Mail.Common.MessageID)}
	for _, field := range n.Mail.Headers {
		if strings.EqualFold(field.Name, "Message-ID") {
			b.OriginalMessageID = oneID(field.Value)
		}
	}
	switch n.Type + n.EventType {
	case "Bounce":
		for _, r := range n.Bounce.Recipients[:min(len(n.Bounce.Recipients), maxBounced)] {
			addBounced(b, ticketing.BouncedRecipient{Address: typedAddress(r.Address), Action: actionOf(r.Action), Status: enhancedCode(r.Status), Diagnostic: diagnosticText(r.Diagnostic)})
		}
	case "Delivery":
		for _, address := range n.Delivery.Recipients[:min(len(n.Delivery.Recipients), maxBounced)] {
			addBounced(b, ticketing.BouncedRecipient{Address: typedAddress(address), Action: "delivered", Status: enhancedCode(n.Delivery.Response), Diagnostic: n.Delivery.Response})
		}
	}
	if len(b.Recipients) == 0 {
		return nil
	}
	return b
}
