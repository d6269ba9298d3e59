package mail

import (
	"time"

	"deskd/catalogue"
	"deskd/ticketing"
)

// Inspection is how a mail is understood, as `deskd inspect` prints it. The
// order and names of its fields are kept stable.
type Inspection struct {
	MessageID   string                  `json:"message_id"`
	From        ticketing.Address       `json:"from"` // the first; empty without a From
	Sender      *ticketing.Address      `json:"sender"`
	ReplyTo     []ticketing.Address     `json:"reply_to"`
	To          []ticketing.Address     `json:"to"`
	Cc          []ticketing.Address     `json:"cc"`
	Subject     string                  `json:"subject"`
	Date        string                  `json:"date"` // RFC 3339, or ""
	InReplyTo   []string                `json:"in_reply_to"`
	References  []string                `json:"references"`
	Text        string                  `json:"text"`
	Reply       string                  `json:"reply"`
	HTML        string                  `json:"html"`
	Kind        ticketing.MailKind      `json:"kind"`
	Bounce      *ticketing.BounceReport `json:"bounce"`
	Attachments []Inspected             `json:"attachments"`
	Problems    []string                `json:"problems"`
}

// Inspected is an attachment of an [Inspection], every field always there.
type Inspected struct {
	Name      string `json:"name"`
	Type      string `json:"type"`
	Size      int64  `json:"size"`
	ContentID string `json:"content_id"`
	Inline    bool   `json:"inline"`
}

// Inspect makes the printable view of a message. Lists are never null.
func Inspect(m ticketing.Message, texts *catalogue.Catalogue) Inspection {
	i := Inspection{
		MessageID: m.MessageID, Sender: m.Sender,
		ReplyTo: orEmpty(m.ReplyTo), To: orEmpty(m.To), Cc: orEmpty(m.Cc),
		Subject: m.Subject, InReplyTo: orEmpty(m.InReplyTo), References: orEmpty(m.References),
		Text: m.Text, Reply: m.Reply, HTML: m.HTML,
		Kind: m.Kind, Bounce: m.Bounce,
		Attachments: make([]Inspected, 0, len(m.Attachments)), Problems: ProblemTexts(texts, "en", m.Problems),
	}
	if len(m.From) > 0 {
		i.From = m.From[0]
	}
	if !m.Date.IsZero() {
		i.Date = m.Date.Format(time.RFC3339)
	}
	if m.Bounce != nil && m.Bounce.Recipients == nil {
		bounce := *m.Bounce
		bounce.Recipients = []ticketing.BouncedRecipient{}
		i.Bounce = &bounce
	}
	for _, a := range m.Attachments {
		i.Attachments = append(i.Attachments, Inspected{Name: a.Name, Type: a.Type, Size: a.Size, ContentID: a.ContentID, Inline: a.Inline})
	}
	return i
}

func orEmpty[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
