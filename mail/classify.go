package mail

import "deskd/ticketing"

// classify decides what sort of mail it is (mail-rules §3).
func (p *parser) classify() {
	p.msg.Kind = ticketing.Human
	p.msg.Calendar = p.method
	for _, h := range p.nested {
		if id := oneID(h.first("Message-ID")); id != "" {
			p.msg.EmbeddedIDs = append(p.msg.EmbeddedIDs, id)
		}
	}
}
