package mail

import (
	"cmp"
	"strings"

	"deskd/ticketing"
)

// readHeader fills in what the header of the mail says.
func (p *parser) readHeader(h header) {
	m, cs := p.msg, &p.cs
	limit := p.limits.Addresses
	m.MessageID = oneID(h.first("Message-ID"))
	m.FromCount = h.count("From")
	m.From = p.addresses(h, "From")
	if m.FromCount == 0 {
		p.problems.add(ticketing.NoFrom)
	} else if m.FromCount > 1 || len(m.From) > 1 {
		p.problems.add(ticketing.SeveralFrom)
	}
	if sender := cs.addressList(h.first("Sender"), limit); len(sender) > 0 {
		m.Sender = &sender[0]
	}
	if original := cs.addressList(h.first("X-Original-From"), limit); len(original) == 1 {
		m.OriginalFrom = original[0].Address
	}
	m.ReplyTo = p.addresses(h, "Reply-To")
	m.To = p.addresses(h, "To")
	m.Cc = p.addresses(h, "Cc")
	m.Delivered = p.delivered(h)
	m.Subject = p.subject(h)
	m.Date = parseDate(cs.headerText(h.first("Date")))
	m.InReplyTo = p.idFields(h, "In-Reply-To")
	m.References = p.idFields(h, "References")
	m.OriginalID = oneID(h.first("X-Microsoft-Original-Message-ID"))
	m.ThreadIndex = shorten(cleanText(strings.ToValidUTF8(stripBlanks(h.first("Thread-Index")), "")), 1000)
	m.Hops = h.count("Received")
	m.ListID = p.listID(h.first("List-Id"))
	m.LoopMarks = loopMarks(h.all("X-Helpdesk-Loop"))
	if len(h) == 0 {
		p.problems.add(ticketing.NoHeader)
	}
}

// subject is the first that says something.
func (p *parser) subject(h header) string {
	subject := strings.TrimSpace(p.cs.headerText(h.first("Subject")))
	if subject == "" && h.count("Subject") > 1 {
		for _, value := range h.all("Subject") {
			if subject = strings.TrimSpace(p.cs.headerText(value)); subject != "" {
				break
			}
		}
	}
	return subject
}

// addresses joins the fields of that name, as some programs write several.
func (p *parser) addresses(h header, name string) []ticketing.Address {
	var list []ticketing.Address
	for i := range h {
		if len(h[i].name) != len(name) || !strings.EqualFold(h[i].name, name) {
			continue
		}
		for _, a := range p.cs.addressList(unfold(h[i].value), p.limits.Addresses-len(list)) {
			switch {
			case a.Address != "" && len(list) == 1 && list[0].Address == "":
				list[0] = a // a name alone is of use only when there is nothing else
			case a.Address != "" || len(list) == 0:
				list = append(list, a)
			}
		}
		if len(list) >= p.limits.Addresses {
			break
		}
	}
	return list
}

// delivered gathers the envelope recipients that servers noted.
func (p *parser) delivered(h header) []string {
	var list []string
	for _, name := range []string{"Delivered-To", "X-Original-To", "Envelope-To", "X-Forwarded-To"} {
		for _, a := range p.addresses(h, name) {
			if a.Address != "" && len(list) < p.limits.Addresses && !containsFold(list, a.Address) {
				list = append(list, a.Address)
			}
		}
	}
	return list
}

func containsFold(list []string, s string) bool {
	for _, known := range list {
		if strings.EqualFold(known, s) {
			return true
		}
	}
	return false
}

func (p *parser) idFields(h header, name string) []string {
	ends := cmp.Or(p.limits.References, 50)
	switch h.count(name) {
	case 0:
		return nil
	case 1:
		return messageIDs(h.first(name), ends)
	}
	return messageIDs(strings.Join(h.all(name), " "), ends)
}

// listID takes the id out of `Phrase <id>` (RFC 2919 §3).
func (p *parser) listID(value string) string {
	if value == "" {
		return ""
	}
	if _, inside, ok := strings.Cut(value, "<"); ok {
		inside, _, _ = strings.Cut(inside, ">")
		value = inside
	}
	return strings.ToLower(stripBlanks(shorten(p.cs.plainText(value), 255)))
}

// loopMarks reads X-Helpdesk-Loop fields: `instance; kind=human|auto`.
func loopMarks(values []string) []ticketing.LoopMark {
	var marks []ticketing.LoopMark
	for _, v := range values {
		if len(marks) == 50 {
			break
		}
		instance, rest, _ := strings.Cut(v, ";")
		marks = append(marks, ticketing.LoopMark{
			Instance: strings.ToLower(cleanText(strings.ToValidUTF8(strings.TrimSpace(instance), ""))),
			Auto:     strings.EqualFold(parseParams(rest).get("kind"), "auto"),
		})
	}
	return marks
}
