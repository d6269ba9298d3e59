package mail

import (
	"cmp"
	"strings"
	"time"

	"deskd/ticketing"
)

// Sample is a letter with made-up people in it, to see how letters of its kind
// look.
type Sample struct {
	Name   string // the kind, with what sets it apart behind a hyphen: "held-forged"
	Letter ticketing.Letter
}

// Samples has a letter of each kind, and more than one where they look
// different, as a mailbox writes them in a language.
func Samples(language string, box ticketing.Mailbox, s ticketing.Settings) []Sample {
	d := sampleData{language: language, box: box, settings: s}
	var all []Sample
	for _, make := range sampleTable() {
		l := d.letter(make.kind)
		if make.change != nil {
			make.change(d, &l)
		}
		name := string(make.kind)
		if make.variant != "" {
			name += "-" + make.variant
		}
		all = append(all, Sample{name, l})
	}
	return all
}

// sampleMaker makes a sample of the letter that every kind begins with.
type sampleMaker struct {
	kind    ticketing.LetterKind
	variant string
	change  func(d sampleData, l *ticketing.Letter)
}

// sampleTable has a row for each sample. A new kind of letter needs one, and no
// more than what only letters of its kind have.
func sampleTable() []sampleMaker {
	return []sampleMaker{
		{ticketing.LetterAck, "", func(d sampleData, l *ticketing.Letter) { l.Ticket.Status = ticketing.Open }},
		{ticketing.LetterAck, "unproved", func(_ sampleData, l *ticketing.Letter) {
			l.Ticket.Status, l.QuoteSubject, l.Participant.Name = ticketing.Open, false, ""
		}},
		{ticketing.LetterReply, "", sampleReply},
		{ticketing.LetterReply, "solved", func(d sampleData, l *ticketing.Letter) {
			sampleReply(d, l)
			l.Ticket.Status = ticketing.Solved
			l.Entry.Text = d.say("Thank you for the answer. The fix is in the version of today, so I am closing the request.",
				"ご返信ありがとうございます。本日公開の版で修正しましたので、対応を完了いたします。")
		}},
		{ticketing.LetterCopy, "", func(d sampleData, l *ticketing.Letter) { d.toCc(l) }},
		{ticketing.LetterCopy, "unverified", func(d sampleData, l *ticketing.Letter) {
			d.toCc(l)
			l.Entry.Unverified = true
		}},
		{ticketing.LetterNotification, "", func(d sampleData, l *ticketing.Letter) { d.toAgent(l, "new_request") }},
		{ticketing.LetterNotification, "reply", func(d sampleData, l *ticketing.Letter) {
			d.toAgent(l, "customer_replied")
			l.Assignee = d.mia()
			l.Events = []ticketing.Entry{{Event: "reopened", EventArgs: map[string]string{"who": d.aiko().Name}}}
			l.NewDomains = []string{"partner.example"}
			l.Proposed = []ticketing.Address{{Name: "Jun", Address: "jun@partner.example"}}
			l.Entry.Unverified, l.Entry.Visibility, l.Entry.MailKind = true, ticketing.AgentsOnly, ticketing.Human
			l.Entry.Verdict = ticketing.Verdict{Result: ticketing.None}
		}},
		{ticketing.LetterNote, "", func(d sampleData, l *ticketing.Letter) {
			d.toAgent(l, "note_added")
			l.Internal, l.Entry.Author = true, d.author(d.mia(), ticketing.Agent)
			l.Entry.Text = d.say("The log shows that the old driver is still installed.\n\n    printer[812]: driver 3.1 loaded\n    printer[812]: job 44 refused",
				"ログを見ると、古いドライバーのままです。\n\n    printer[812]: driver 3.1 loaded\n    printer[812]: job 44 refused")
		}},
		{ticketing.LetterHeld, "", func(d sampleData, l *ticketing.Letter) {
			d.toAgent(l, "stranger_with_token")
			l.Internal, l.Offers = true, []string{"release", "admit", "split", "drop"}
			l.Entry.Author = ticketing.Author{Name: "Jun", Address: "jun@partner.example", Role: ticketing.Stranger}
			l.Args, l.Entry.Verdict.Evidence = map[string]string{"owner": nameOf(d.aiko())}, "dkim=pass header.d=partner.example"
			l.Entry.EventArgs = map[string]string{"claim": "others_token"}
		}},
		{ticketing.LetterHeld, "forged", func(d sampleData, l *ticketing.Letter) {
			d.toAgent(l, "agent_failed")
			l.Internal, l.Offers = true, []string{"release", "drop"}
			l.Entry.Author = d.author(d.mia(), ticketing.Agent)
			l.Entry.Review = ticketing.Review{Then: ticketing.Act, Visibility: ticketing.Public}
			l.Entry.Verdict = ticketing.Verdict{Result: ticketing.Fail, Evidence: "dmarc=fail header.from=" + ticketing.DomainOf(d.mia().Address)}
		}},
		{ticketing.LetterCommandError, "", func(d sampleData, l *ticketing.Letter) {
			d.toAgent(l, "unknown")
			l.Args = map[string]string{"line": "#slove agreed"}
			l.Entry.Text = "#slove agreed\n\n" + d.say("The fix is out. Thank you for your patience.", "修正版を公開しました。お待たせいたしました。")
		}},
		{ticketing.LetterCommandError, "help", func(d sampleData, l *ticketing.Letter) { d.toAgent(l, "help") }},
		{ticketing.LetterNotice, "", func(d sampleData, l *ticketing.Letter) {
			d.toAgent(l, "undelivered")
			l.Assignee = d.mia()
			l.Args = map[string]string{
				"recipient": d.aiko().Address, "reason": "550 5.1.1 User unknown",
				"mail": string(ticketing.LetterReply), "author": nameOf(d.mia()), "at": "2026-01-05 09:00 UTC",
			}
		}},
		{ticketing.LetterNotice, "overdue", func(d sampleData, l *ticketing.Letter) {
			d.toAgent(l, "sla_breach")
			l.Args = map[string]string{"target": string(ticketing.FirstResponse), "when": "2026-01-05T10:00:00+01:00 Europe/Berlin"}
			l.Targets = []ticketing.Target{{Kind: ticketing.FirstResponse, Due: l.Date.Add(-time.Hour), Breached: true}, {Kind: ticketing.Solution, Due: l.Date.Add(30 * time.Hour)}}
		}},
		{ticketing.LetterReceipt, "", func(d sampleData, l *ticketing.Letter) {
			d.toAgent(l, "sent")
			l.Ticket.Status, l.Assignee = ticketing.AwaitingReply, d.mia()
			l.Args = map[string]string{"people": d.aiko().Address + ", " + d.ken().Address}
			l.Events = []ticketing.Entry{{Event: "status", EventArgs: map[string]string{"from": "open", "to": "awaiting_reply"}}}
		}},
		{ticketing.LetterDigest, "", sampleDigest},
		{ticketing.LetterReminder, "", func(d sampleData, l *ticketing.Letter) {
			l.Asked = d.say("Could you install the new driver and print again?", "新しいドライバーを入れて、もう一度お試しいただけますでしょうか。")
			l.SolveOn, l.AnswerLink = l.Date.AddDate(0, 0, 6), d.answerLink()
		}},
		{ticketing.LetterClosed, "", func(d sampleData, l *ticketing.Letter) {
			l.Ticket.Status, l.Ticket.SolvedReason, l.AnswerLink = ticketing.Solved, ticketing.SolvedNoAnswer, d.answerLink()
		}},
		{ticketing.LetterSignIn, "", func(d sampleData, l *ticketing.Letter) {
			l.Ticket, l.Entry, l.Participant.Name = ticketing.Ticket{}, ticketing.Entry{}, ""
			l.SignIn = ticketing.SignInLetter{
				Link: cmp.Or(d.settings.AnswerURL, "https://help.example.com") + "/sign-in/t/q3Jc0vTzWk6mXb1yNf8sLg", Code: "48129037",
				Device: "Firefox", AskedAt: l.Date, Valid: 15 * time.Minute,
			}
		}},
		{ticketing.LetterUpdate, "", func(d sampleData, l *ticketing.Letter) {
			l.Ticket.Status, l.Ticket.HoldReason = ticketing.OnHold, "engineering"
			l.Ticket.HoldNote = d.say("We expect the fix on Friday.", "金曜日までに修正版をご用意できる見込みです。")
			l.Events = []ticketing.Entry{{Kind: ticketing.EntryEvent, Event: "status", EventArgs: map[string]string{"from": "open", "to": "on_hold", "reason": "engineering", "note": l.Ticket.HoldNote}}}
			l.Targets = []ticketing.Target{{Kind: ticketing.Solution, Due: l.Date.Add(72 * time.Hour)}}
		}},
	}
}

// answerLink is a link to the page on which a customer answers; "" without pages.
// The token is as long as a real one, and good for nothing.
func (d sampleData) answerLink() string {
	if d.settings.AnswerURL == "" {
		return ""
	}
	return strings.TrimSuffix(d.settings.AnswerURL, "/") + "/answer/" + strings.Repeat("0", 41)
}

// sampleDigest makes a letter the morning mail of an agent.
func sampleDigest(d sampleData, l *ticketing.Letter) {
	d.toAgent(l, "")
	line := ticketing.DigestLine{
		Ticket: l.Ticket, Since: l.Date.Add(-50 * time.Hour), Requester: d.aiko(),
		Prefix: cmp.Or(d.settings.TagPrefix, "HD"), ReplyTo: l.ReplyTo,
	}
	held := line
	held.Held, held.From, held.Since = 9, d.author(d.ken(), ticketing.Stranger), l.Date.Add(-3*time.Hour)
	l.Digest = ticketing.Digest{Sections: []ticketing.DigestSection{
		{Name: "mine", Lines: []ticketing.DigestLine{line, line}, More: 12},
		{Name: "at_risk", Lines: []ticketing.DigestLine{line}}, {Name: "unassigned", Lines: []ticketing.DigestLine{line}},
		{Name: "held", Lines: []ticketing.DigestLine{held}},
	}}
}

// sampleData is what the samples are about.
type sampleData struct {
	language string
	box      ticketing.Mailbox
	settings ticketing.Settings
}

func (d sampleData) say(en, ja string) string {
	if d.language == "ja" {
		return ja
	}
	return en
}

func (d sampleData) aiko() ticketing.Address {
	return ticketing.Address{Name: d.say("Aiko Tanaka", "田中 愛子"), Address: "aiko@acme.example"}
}

func (d sampleData) ken() ticketing.Address {
	return ticketing.Address{Name: d.say("Ken Mori", "森 健"), Address: "ken@acme.example"}
}

func (d sampleData) mia() ticketing.Address {
	return ticketing.Address{Name: d.say("Mia Sato", "佐藤 美亜"), Address: "mia@" + ticketing.DomainOf(d.box.Address)}
}

func (d sampleData) author(a ticketing.Address, role ticketing.Role) ticketing.Author {
	return ticketing.Author{Name: a.Name, Address: a.Address, Role: role}
}

// letter is what all samples begin with: a customer's letter about a customer's
// words.
func (d sampleData) letter(kind ticketing.LetterKind) ticketing.Letter {
	aiko, domain := d.aiko(), ticketing.DomainOf(d.box.Address)
	prefix := cmp.Or(d.settings.TagPrefix, "HD")
	t := ticketing.Ticket{
		ID: 1234, MailboxID: d.box.ID, Subject: d.say("The printer on the second floor does not print", "2 階のプリンターで印刷できません"),
		Status: ticketing.AwaitingReply, Priority: ticketing.S3,
	}
	l := ticketing.Letter{
		Kind: kind, Mailbox: d.box, Language: d.language, Instance: cmp.Or(d.settings.Instance, "desk"), QuoteSubject: true,
		Participant: ticketing.Participant{ID: 3, Name: aiko.Name, Address: aiko.Address, Role: ticketing.Requester},
		From:        ticketing.Address{Name: d.box.Name, Address: d.box.Address},
		ReplyTo:     d.box.Address, MessageID: "<sample." + string(kind) + "@" + domain + ">",
		InReplyTo: "<question@acme.example>", References: []string{"<root@" + domain + ">", "<question@acme.example>"},
		Subject: ticketing.TaggedSubject(prefix, t), SubjectTag: ticketing.SubjectTag(prefix, t.ID),
		Ticket: t, Requester: aiko, Ccs: []ticketing.Address{d.ken()},
		Entry: ticketing.Entry{
			ID: 9, MailID: 4, Kind: ticketing.EntryMessage, Visibility: ticketing.Public, Author: d.author(aiko, ticketing.Requester),
			Verdict: ticketing.Verdict{Result: ticketing.Pass, Evidence: "dkim=pass header.d=acme.example"},
			Text: d.say("Hello,\n\nsince this morning the printer on the second floor prints nothing. We need it for the invoices:\nhttps://print.acme.example/queue/2?job=44\n\n> Have you tried to switch it off and on?\nYes, twice.\n\n1. Printing from Word\n2. The light blinks red\n\nWith kind regards\nAiko",
				"お世話になっております。\n\n今朝から 2 階のプリンターで印刷できません。請求書の発行に必要です。\nhttps://print.acme.example/queue/2?job=44\n\n> 電源を入れ直していただけますでしょうか。\n2 回試しましたが、変わりません。\n\n1. Word から印刷する\n2. 赤いランプが点滅する\n\nよろしくお願いいたします。\n田中"),
		},
		Date: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC),
	}
	if d.settings.PortalURL != "" {
		l.Link = d.settings.PortalURL + "/requests/1234"
	}
	return l
}

// sampleReply makes a letter the answer of an agent.
func sampleReply(d sampleData, l *ticketing.Letter) {
	mia := d.mia()
	l.Entry.Author = d.author(mia, ticketing.Agent)
	l.Entry.Text = d.say("Dear Aiko,\n\nthank you for the details. The old driver refuses jobs from Word since the update of Sunday. Could you install the new one and print again?\n\nhttps://www.example.com/drivers/4.0\n\nserver:   print.acme.example\nport:     9100\n\n> 2. The light blinks red\nThat only means that jobs are waiting.",
		"田中様\n\n詳しくお知らせいただき、ありがとうございます。日曜日の更新以降、古いドライバーでは Word からの印刷ができなくなっております。新しいドライバーを入れて、もう一度お試しいただけますでしょうか。\n\nhttps://www.example.com/drivers/4.0\n\nサーバー:   print.acme.example\nポート:     9100\n\n> 2. 赤いランプが点滅する\n印刷待ちの文書があることを示しております。")
	if d.settings.ShowAgentName {
		l.From.Name = mia.Name + " (" + d.box.Name + ")"
	}
}

// toCc makes a letter one to the colleague in Cc.
func (d sampleData) toCc(l *ticketing.Letter) {
	ken := d.ken()
	l.Participant = ticketing.Participant{ID: 5, Name: ken.Name, Address: ken.Address, Role: ticketing.Cc}
	l.Unfollow = d.box.Address
	l.Ticket.Status = ticketing.Open
}

// toAgent makes a letter one to an agent, who is told of what.
func (d sampleData) toAgent(l *ticketing.Letter, notice string) {
	mia := d.mia()
	l.Participant = ticketing.Participant{ID: 7, Name: mia.Name, Address: mia.Address, Role: ticketing.Agent}
	l.Notice, l.Ticket.Status = notice, ticketing.Open
	l.Entry.EventArgs = map[string]string{"claim": "nothing"}
}
