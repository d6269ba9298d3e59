package main

import (
	"fmt"
	"slices"
	"strings"

	"deskd/ticketing"
)

// statusIs claims that the ticket has a status.
func statusIs(want ticketing.Status, text string) claim {
	return claim{
		text:   text,
		status: want,
		found: func(h happened) string {
			if h.ticket.Status == want {
				return ""
			}
			return "it is " + statusName(h.texts, h.ticket.Status)
		},
	}
}

// gets claims that somebody has got just one mail, of a kind and with words in
// it.
func gets(p person, kind ticketing.LetterKind, text, words string) claim {
	return getsWithout(p, kind, text, words, "")
}

// getsWithout is gets, and claims that something is nowhere in the mail.
func getsWithout(p person, kind ticketing.LetterKind, text, words, without string) claim {
	return claim{text: text, about: []string{p.address}, found: func(h happened) string {
		fresh := h.inbox[p.address]
		if len(fresh) != 1 || fresh[0].Kind != kind {
			return h.got(p)
		}
		m := fresh[0]
		switch body := unwrapped(m.Text); {
		case !strings.Contains(body, unwrapped(words)):
			return fmt.Sprintf("%s without the words %q", letterName(kind), words)
		case without != "" && strings.Contains(string(m.Raw), without):
			return fmt.Sprintf("%s that shows %q", letterName(kind), without)
		case len(m.ReplyTo) != 1:
			return fmt.Sprintf("%s with %d reply addresses", letterName(kind), len(m.ReplyTo))
		}
		return h.sharedReplyTo(p, m.ReplyTo[0])
	}}
}

// sharedReplyTo says that somebody else has got the same reply address, by
// which he could speak in this person's name; "" when nobody has.
func (h happened) sharedReplyTo(p person, replyTo ticketing.Address) string {
	for address, fresh := range h.inbox {
		for _, m := range fresh {
			if address != p.address && len(m.ReplyTo) == 1 && m.ReplyTo[0].Address == replyTo.Address {
				return fmt.Sprintf("%s has the same reply address as %s", p.name, address)
			}
		}
	}
	return ""
}

// isWarned claims that an agent is told of a mail in his name, with words in
// it.
func isWarned(p person, text, words string) claim {
	told := gets(p, ticketing.LetterHeld, text, words)
	return claim{text: text, about: told.about, found: func(h happened) string {
		if found := told.found(h); found != "" {
			return found
		}
		warning := h.texts.Text("en", "held.agent_failed", "who", p.address)
		if !strings.Contains(unwrapped(h.inbox[p.address][0].Text), unwrapped(warning)) {
			return fmt.Sprintf("word of a held mail without the warning %q", warning)
		}
		return ""
	}}
}

// getsDirectly claims that somebody has got just one mail, which the desk did
// not write, with words in it.
func getsDirectly(p person, text, words string) claim {
	return claim{text: text, about: []string{p.address}, found: func(h happened) string {
		fresh := h.inbox[p.address]
		if len(fresh) == 1 && fresh[0].Kind == "" && strings.Contains(fresh[0].Text, words) {
			return ""
		}
		return h.got(p)
	}}
}

// unwrapped is a text without its line breaks and quote marks.
func unwrapped(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \r\n\t>|", r) }), " ")
}

// getsNothing claims that people have got no mail.
func getsNothing(text string, people ...person) claim {
	c := claim{text: text}
	for _, p := range people {
		c.about = append(c.about, p.address)
	}
	c.found = func(h happened) string {
		for _, p := range people {
			if len(h.inbox[p.address]) > 0 {
				return h.got(p)
			}
		}
		return ""
	}
	return c
}

// nothingElse claims that nobody has got a mail that no other claim speaks of.
// It is told only when it does not hold.
func nothingElse(claims []claim, people []person) claim {
	var rest []person
	for _, p := range people {
		spoken := func(c claim) bool { return slices.Contains(c.about, p.address) }
		if !slices.ContainsFunc(claims, spoken) {
			rest = append(rest, p)
		}
	}
	c := getsNothing("Nobody else gets a mail", rest...)
	c.quiet = true
	return c
}

// notes claims that an event was written into the timeline, for those who may
// see it.
func notes(event string, seen ticketing.Visibility, text string) claim {
	return claim{text: text, event: event, found: func(h happened) string {
		names := []string{}
		for _, e := range h.entries {
			if e.Event == event && e.Visibility == seen {
				return ""
			}
			if e.Event != "" {
				names = append(names, fmt.Sprintf("%s (%s)", e.Event, e.Visibility))
			}
		}
		return "the new events are: " + strings.Join(append(names, "no other"), ", ")
	}}
}

// isHeld claims that the mail waits for review, out of customers' sight, since
// its sender was refuted.
func isHeld(text string) claim {
	return claim{text: text, found: func(h happened) string {
		for _, e := range h.entries {
			if e.MailID != h.outcome.MailID {
				continue
			}
			if e.Visibility == ticketing.Held && e.Review.State == ticketing.ReviewWaiting && e.Verdict.Result == ticketing.Fail {
				return ""
			}
			return fmt.Sprintf("the mail is %s, its sender check is %s", h.outcome.State, e.Verdict.Result)
		}
		return "the mail is " + string(h.outcome.State)
	}}
}

// got says which mails somebody has got.
func (h happened) got(p person) string {
	var all []string
	for _, m := range h.inbox[p.address] {
		all = append(all, fmt.Sprintf("%s %q", letterName(m.Kind), oneLine(m.Subject)))
	}
	if len(all) == 0 {
		return p.name + " has got nothing"
	}
	return p.name + " has got: " + strings.Join(all, ", ")
}

// letterName is a kind of letter in words.
func letterName(k ticketing.LetterKind) string {
	switch k {
	case ticketing.LetterAck:
		return "an acknowledgement"
	case ticketing.LetterReply:
		return "an answer"
	case ticketing.LetterHeld:
		return "word of a held mail"
	case ticketing.LetterCommandError:
		return "word on a command"
	case "":
		return "a mail that is not the desk's"
	}
	return "a " + string(k)
}
