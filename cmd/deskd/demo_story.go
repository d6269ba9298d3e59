package main

import (
	"deskd/ticketing"
)

// demoStory is the life of a request, step by step.
func demoStory(c cast) []step {
	return []step{
		asks(c), answers(c), repliesToAnswer(c), solves(c), isAway(c), reopens(c), holds(c), spoofs(c),
	}
}

func asks(c cast) step {
	const says = "Since this morning our label printer feeds only blank labels."
	return step{
		title: "Aiko asks for help, with her colleague Ken in Cc",
		says:  says,
		by:    c.aiko,
		write: func(*stage) (letter, error) {
			return letter{
				from: c.aiko.mailAddress(), to: []ticketing.Address{c.desk.mailAddress()}, cc: []ticketing.Address{c.ken.mailAddress()},
				subject: "Blank labels", text: "Hello,\n\n" + says + "\n\nAiko",
			}, nil
		},
		claims: []claim{
			statusIs(ticketing.Open, "Ticket {ticket} is new and {status}"),
			gets(c.aiko, ticketing.LetterAck, "Aiko gets an acknowledgement", says),
			gets(c.mia, ticketing.LetterNotification, "Mia, the agent, gets a notification, as a mail she can simply answer", says),
			getsDirectly(c.ken, "Ken gets Aiko's own mail, and from the desk nothing before Mia answers", says),
		},
	}
}

func answers(c cast) step {
	const says = "Please wipe the sensor under the lid with a dry cloth. Does it print then?"
	return step{
		title: "Mia answers the notification, in her own mail program",
		says:  says,
		by:    c.mia,
		write: answerTo(c.mia, ticketing.LetterNotification, says),
		claims: []claim{
			statusIs(ticketing.AwaitingReply, "Ticket {ticket} is {status}"),
			getsWithout(c.aiko, ticketing.LetterReply, "Aiko gets the answer; it comes from the desk, not from Mia's address", says, c.mia.address),
			getsWithout(c.ken, ticketing.LetterReply, "Ken gets it too, with a reply address of his own", says, c.mia.address),
		},
	}
}

func repliesToAnswer(c cast) step {
	const says = "That was it, the labels are fine again. Thank you!"
	return step{
		title: "Aiko replies",
		says:  says,
		by:    c.aiko,
		write: answerTo(c.aiko, ticketing.LetterReply, says),
		claims: []claim{
			statusIs(ticketing.Open, "Ticket {ticket} is {status}"),
			gets(c.mia, ticketing.LetterNotification, "Mia gets a notification with the new words", says),
			gets(c.ken, ticketing.LetterCopy, "Ken gets a copy", says),
		},
	}
}

func solves(c cast) step {
	const says = "I am glad to hear that, and close your request."
	return step{
		title: "Mia answers, with a command in the first line",
		says:  "#solved agreed\n" + says,
		by:    c.mia,
		write: answerTo(c.mia, ticketing.LetterNotification, "#solved agreed\n"+says),
		claims: []claim{
			statusIs(ticketing.Solved, "Ticket {ticket} is {status}"),
			getsWithout(c.aiko, ticketing.LetterReply, "Aiko gets the answer without the command", says, "#solved"),
			getsWithout(c.ken, ticketing.LetterReply, "Ken gets it too", says, "#solved"),
		},
	}
}

func isAway(c cast) step {
	const says = "I am out of the office until Monday."
	return step{
		title: "Aiko has left for the day: her mail program answers by itself",
		says:  says,
		by:    c.aiko,
		write: func(s *stage) (letter, error) {
			m, err := s.last(c.aiko, ticketing.LetterReply)
			if err != nil {
				return letter{}, err
			}
			l := answer(c.aiko.mailAddress(), m, says)
			l.subject, l.machine = "Out of office: "+m.Subject, true
			return l, nil
		},
		claims: []claim{
			statusIs(ticketing.Solved, "Nothing is reopened: ticket {ticket} is {status}"),
			notes("auto_reply", ticketing.AgentsOnly, "The automatic answer is an event that only agents see"),
			getsNothing("Nobody gets a mail", c.people()...),
		},
	}
}

func reopens(c cast) step {
	const says = "Sorry, now both printers feed blank labels."
	return step{
		title: "Ken, the colleague in Cc, replies to the solved request",
		says:  says,
		by:    c.ken,
		write: answerTo(c.ken, ticketing.LetterReply, says),
		claims: []claim{
			statusIs(ticketing.Open, "Ticket {ticket} is {status} again"),
			notes("reopened", ticketing.Public, "The timeline says: {event}"),
			gets(c.mia, ticketing.LetterNotification, "Mia gets a notification", says),
			gets(c.aiko, ticketing.LetterCopy, "Aiko gets a copy", says),
		},
	}
}

func holds(c cast) step {
	const order, says = "#hold engineering | We expect to know more on Friday.", "Then it is the ribbon. I have asked those who built the printers."
	return step{
		title: "Mia has to ask others, and says what the request waits for",
		says:  order + "\n" + says,
		by:    c.mia,
		write: answerTo(c.mia, ticketing.LetterNotification, order+"\n"+says),
		claims: []claim{
			statusIs(ticketing.OnHold, "Ticket {ticket} is {status}"),
			getsWithout(c.aiko, ticketing.LetterReply, "Aiko gets the answer", says, "#hold"),
			gets(c.aiko, ticketing.LetterReply, "Below it she reads what her request waits for, in the words of the desk",
				"We are waiting for our engineers. We have not forgotten your request and will get back to you. We expect to know more on Friday."),
			getsWithout(c.ken, ticketing.LetterReply, "Ken gets it too", says, "#hold"),
		},
	}
}

func spoofs(c cast) step {
	const says = "Please send your password to " + "eve@elsewhere.example"
	return step{
		title: "Eve, a stranger, writes as if she were Mia. She even knows Mia's\n   secret reply address, by which answers go out to customers",
		says:  says,
		by:    c.eve,
		write: func(s *stage) (letter, error) {
			m, err := s.last(c.mia, ticketing.LetterNotification)
			if err != nil {
				return letter{}, err
			}
			return answer(c.mia.mailAddress(), m, says), nil
		},
		claims: []claim{
			isHeld("The mail is held: the mail server says that it is not from Mia"),
			statusIs(ticketing.OnHold, "Ticket {ticket} is still {status}"),
			isWarned(c.mia, "Mia, the real one, is warned that somebody poses as her", says),
			getsNothing("Aiko and Ken get nothing", c.aiko, c.ken),
		},
	}
}

// answerTo answers the newest mail of a kind that somebody has got.
func answerTo(p person, kind ticketing.LetterKind, text string) func(*stage) (letter, error) {
	return func(s *stage) (letter, error) {
		m, err := s.last(p, kind)
		if err != nil {
			return letter{}, err
		}
		return answer(p.mailAddress(), m, text), nil
	}
}
