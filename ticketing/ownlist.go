package ticketing

import "slices"

// seenThroughOwnList undoes what a mailing list of our own does to mail: some
// desks are fed by one, such as support@ as a Google group. Its marks say
// nothing about the mail, and where it put itself into From, the sender is
// whom it names in X-Original-From and Reply-To alike: known, but not proved.
func seenThroughOwnList(m Message, s Settings) Message {
	list := ""
	for _, a := range append(slices.Clone(m.To), m.Cc...) {
		address := NormalizeAddress(a.Address)
		if slices.ContainsFunc(s.Mailboxes, func(b Mailbox) bool { return slices.Contains(b.OwnLists, address) }) {
			list = address
		}
	}
	if list == "" {
		return m
	}
	if c := m.Unlisted; c != nil {
		m.Kind, m.KindWhy, m.NoAck, m.Possible = c.Kind, "it came through the desk's own list: "+c.KindWhy, c.NoAck, c.Possible
	}
	original := NormalizeAddress(m.OriginalFrom)
	if senderOf(m).Address == list && len(m.ReplyTo) == 1 && original != "" && NormalizeAddress(m.ReplyTo[0].Address) == original {
		m.From = []Address{{Name: m.ReplyTo[0].Name, Address: m.ReplyTo[0].Address}}
		// Whoever only poses as the list is not believed more for it.
		if m.Verdict.Result != Fail {
			m.Verdict = Verdict{Result: None, Evidence: list + ": X-Original-From"}
		}
	}
	return m
}
