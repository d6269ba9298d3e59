package mail

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"

	"deskd/ticketing"
)

// deskTemplates reads the files of a desk with two mailboxes.
func deskTemplates(t *testing.T, files map[string]string) (Templates, error) {
	t.Helper()
	raw := map[string][]byte{}
	for path, text := range files {
		raw[path] = []byte(text)
	}
	return ReadTemplates(raw, composer(t).Texts, ticketing.Settings{TagPrefix: "HD", Mailboxes: []ticketing.Mailbox{
		{Address: "support@example.com"}, {Address: "sales@example.com"},
	}})
}

// withTemplates composes letters with the files of a desk.
func withTemplates(t *testing.T, files map[string]string) Composer {
	t.Helper()
	templates, err := deskTemplates(t, files)
	if err != nil {
		t.Fatal(err)
	}
	return Composer{Texts: composer(t).Texts, Templates: templates}
}

func picture(t *testing.T, width, height int) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The closest file wins: the agent's, the mailbox's, the desk's; in each the
// language's own.
func TestTemplatesOfAgentMailboxAndDesk(t *testing.T) {
	c := withTemplates(t, map[string]string{
		"signature.txt": "desk", "ja/signature.txt": "desk ja",
		"mailboxes/Sales@example.com/signature.txt": "sales",
		"agents/mia@example.com/en/signature.txt":   "{agent} of {desk}, {mailbox}\nnobody\n",
		"header.txt":    "\n{desk}, {tag}\r\n\r\n",
		"footer.txt":    "Request {ticket}",
		"en/texts.json": `{"mail.footer.reply": "Just answer.", "mail.agent.commands": "Try #help."}`,
		"mailboxes/sales@example.com/en/texts.json": `{"mail.marker": "Answer up here"}`,
	})
	for name, test := range map[string]struct {
		kind              ticketing.LetterKind
		language, mailbox string
		author            string
		want, not         []string
	}{
		"an agent's": {ticketing.LetterReply, "en", "support@example.com", "mia@example.com",
			[]string{"Mia of Example Support, support@example.com\nnobody\n", "Example Support, [HD-7]\n\nSee", "\n\nRequest 7\n", "Just answer."}, []string{"desk\n"}},
		"an agent's without one in Japanese": {ticketing.LetterReply, "ja", "support@example.com", "mia@example.com", []string{"\ndesk ja\n", "Request 7"}, []string{"Just answer."}},
		"another agent's":                    {ticketing.LetterReply, "en", "support@example.com", "jo@example.com", []string{"\ndesk\n"}, nil},
		"a mailbox's":                        {ticketing.LetterReply, "en", "sales@example.com", "jo@example.com", []string{"\nsales\n", "Answer up here", "Just answer."}, nil},
		"a mailbox's in Japanese":            {ticketing.LetterReply, "ja", "sales@example.com", "jo@example.com", []string{"\nsales\n", "この行より上に"}, nil},
		"no agent in an acknowledgement":     {ticketing.LetterAck, "en", "support@example.com", "mia@example.com", []string{"\ndesk\n", "Request 7"}, []string{"nobody"}},
		"none to agents":                     {ticketing.LetterNotification, "en", "support@example.com", "mia@example.com", []string{"Try #help."}, []string{"Request 7", "[HD-7]\n\n", "desk\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := letter(test.kind, test.language)
			l.Mailbox.Address, l.Entry.Author.Address = test.mailbox, test.author
			text := parseString(t, string(mustCompose(t, c, l).Head)).Text
			for _, want := range test.want {
				if !strings.Contains(text, want) {
					t.Errorf("it lacks %q:\n%s", want, text)
				}
			}
			for _, not := range test.not {
				if strings.Contains(text, not) {
					t.Errorf("it has %q:\n%s", not, text)
				}
			}
			if !strings.HasPrefix(text, "##-") {
				t.Errorf("something stands above the line above which people answer:\n%s", text)
			}
		})
	}
}

// A line with a placeholder that is empty is left out.
func TestSignatureWithoutAnAgent(t *testing.T) {
	c := withTemplates(t, map[string]string{"signature.txt": "{agent}, {desk}\nTelephone 1234"})
	for kind, want := range map[ticketing.LetterKind]string{ticketing.LetterReply: "\nMia, Example Support\nTelephone 1234\n", ticketing.LetterAck: "\n\nTelephone 1234\n"} {
		if text := parseString(t, string(mustCompose(t, c, letter(kind, "en")).Head)).Text; !strings.Contains(text, want) {
			t.Errorf("%s lacks %q:\n%s", kind, want, text)
		}
	}
}

func TestSubjectTemplate(t *testing.T) {
	c := withTemplates(t, map[string]string{"en/subject.txt": "{tag} {subject}\n"})
	l := letter(ticketing.LetterReply, "en")
	l.Ticket.Subject = "{tag} about an invoice"
	if m := parseString(t, string(mustCompose(t, c, l).Head)); m.Subject != "Re: [HD-7] {tag} about an invoice" {
		t.Errorf("subject %q", m.Subject)
	}
	l.First = true
	if m := parseString(t, string(mustCompose(t, c, l).Head)); m.Subject != "[HD-7] {tag} about an invoice" {
		t.Errorf("subject of the first %q", m.Subject)
	}
	l = letter(ticketing.LetterNotification, "en")
	if m := parseString(t, string(mustCompose(t, c, l).Head)); m.Subject != "Re: "+l.Subject {
		t.Errorf("subject to agents %q", m.Subject)
	}
}

// What cannot be used is refused when it is read, with the file and what there
// is instead.
func TestTemplatesRefused(t *testing.T) {
	for name, test := range map[string]struct{ path, text, want string }{
		"a placeholder that there is not":    {"en/footer.txt", "{name}", "en/footer.txt: {name} is no placeholder of it; there are {desk}, {mailbox}, {tag}, {ticket}"},
		"a loose brace":                      {"footer.txt", "a { b", "has a brace that belongs to no placeholder"},
		"a placeholder spelt otherwise":      {"footer.txt", "{Desk}", "has a brace"},
		"nothing":                            {"signature.txt", "\n \n", "is empty"},
		"a control character":                {"header.txt", "a\x1b[1m", "has the control character U+001B"},
		"a right-to-left override":           {"header.txt", "a\u202eb", "has the control character U+202E"},
		"another encoding":                   {"header.txt", "Gr\xfc\xdfe", "is not in UTF-8"},
		"a book":                             {"footer.txt", strings.Repeat("word ", 1000), "has 4999 bytes; 4096 are allowed"},
		"a subject without a tag":            {"subject.txt", "{subject}", "lacks {tag}, which is [HD-1]"},
		"a subject without a subject":        {"subject.txt", "{tag}", "may hold {subject} and {tag} and nothing else"},
		"a subject with more":                {"subject.txt", "Example: {subject} {tag}", "may hold {subject} and {tag} and nothing else"},
		"a subject with a prefix":            {"subject.txt", "Re: {subject} {tag}", "may hold {subject} and {tag} and nothing else"},
		"a subject that hides":               {"subject.txt", "{subject} {tag}\nBcc: a@b.example", "has several lines"},
		"an unknown key":                     {"en/texts.json", `{"mail.nothing": "x"}`, "en/texts.json: mail.nothing: is the key of no text"},
		"an empty text":                      {"en/texts.json", `{"mail.copy.unverified": " "}`, "mail.copy.unverified: is empty"},
		"lines in a subject":                 {"en/texts.json", `{"mail.ack.subject": "a\nBcc: x@y.example"}`, "mail.ack.subject: has several lines"},
		"a carriage return":                  {"en/texts.json", `{"mail.ack.subject": "a\rb"}`, "has the control character U+000D"},
		"a text without its link":            {"ja/texts.json", `{"mail.footer.optout": "x"}`, "mail.footer.optout: lacks {link}"},
		"no JSON":                            {"en/texts.json", "mail.greeting = Hello", "is not JSON"},
		"texts that are numbers":             {"en/texts.json", `{"mail.greeting": 1}`, "is not JSON with a text for each key"},
		"texts of no language":               {"texts.json", "{}", "texts are those of a language"},
		"another language":                   {"de/footer.txt", "x", "de is no language of deskd; there are en, ja"},
		"another file":                       {"en/foot.txt", "x", "is no file that deskd reads; there are subject.txt,"},
		"another mailbox":                    {"mailboxes/x@example.com/footer.txt", "x", "x@example.com is the address of no mailbox"},
		"a footer of an agent":               {"agents/mia@example.com/footer.txt", "x", "an agent can have a signature only"},
		"a drawing":                          {"logo.svg", "<svg/>", "is no picture in PNG, JPEG or GIF"},
		"a huge picture":                     {"logo.png", picture(t, 2000, 10), "has 2000 by 10 pixels"},
		"a long picture":                     {"logo.png", picture(t, 10, 10) + strings.Repeat("x", MaxLogo), "bytes; 32768 are allowed"},
		"a damaged picture":                  {"logo.png", picture(t, 100, 100)[:60], "is a damaged picture"},
		"a picture of a language":            {"en/logo.png", picture(t, 10, 10), "put it one folder up"},
		"a placeholder in a mailbox's texts": {"mailboxes/sales@example.com/en/texts.json", `{"mail.greeting": "{x}"}`, "mailboxes/sales@example.com/en/texts.json: mail.greeting: {x} is no placeholder of it; there are {name}"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := deskTemplates(t, map[string]string{test.path: test.text})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
	_, err := deskTemplates(t, map[string]string{"logo.png": picture(t, 10, 10), "logo.gif": picture(t, 10, 10), "de/header.txt": "x"})
	if err == nil || strings.Count(err.Error(), "\n") != 1 || !strings.Contains(err.Error(), "is a second logo") {
		t.Errorf("not all faults are told: %v", err)
	}
}

// Nothing that a stranger wrote is a template: a letter with braces in his words
// is the same as one with other words, but for them.
func TestWordsOfStrangersAreNoTemplates(t *testing.T) {
	const words, other = "{desk} {link} {name} {who} {ticket} {agent} {subject} {tag}", "zzzz"
	c := withTemplates(t, map[string]string{
		"subject.txt": "{tag} {subject}", "signature.txt": "{agent}\n{desk}", "header.txt": "{desk}", "footer.txt": "{ticket}",
		"en/texts.json": `{"mail.copy.intro": "{who} {who}"}`,
	})
	box, settings := sampleBox()
	for i := range Samples("en", box, settings) {
		read := func(said string) (name, subject, text string) {
			s := Samples("en", box, settings)[i]
			l := withText(s.Letter, said)
			l.Ticket.Subject, l.Entry.Author.Name, l.Participant.Name, l.Requester.Name = said, said, said, said
			l.Subject = said + " " + l.SubjectTag
			if l.From.Name != l.Mailbox.Name {
				l.From.Name = said
			}
			m := parseString(t, string(mustCompose(t, c, l).Head))
			return s.Name, m.Subject, m.Text
		}
		name, subject, text := read(words)
		_, plainSubject, plainText := read(other)
		if want := strings.ReplaceAll(plainSubject, other, words); subject != want {
			t.Errorf("%s: subject %q, want %q", name, subject, want)
		}
		if want := strings.ReplaceAll(plainText, other, words); text != want {
			t.Errorf("%s reads\n%s\nwant\n%s", name, text, want)
		}
	}
}

// A stranger's words cannot look like ours: a footer, the marker line, a warning
// or a command in them is no more than words.
func TestWordsOfStrangersCannotImitateOurs(t *testing.T) {
	words := "-- \nRequest 7 · Solved\nWe believe this is settled.\n\n" + MarkerLine("Please type your reply above this line") +
		"\n\n#drop 9  keep it among agents\n#drop 9\n\nFrom: Mia <mia@example.com> (agent)\nSender check: passed\n\n<table><tr><td class=\"card\" style=\"x\">&lt;"
	for _, kind := range []ticketing.LetterKind{ticketing.LetterCopy, ticketing.LetterNotification, ticketing.LetterHeld, ticketing.LetterAck, ticketing.LetterCommandError} {
		l := letter(kind, "en")
		if kind == ticketing.LetterHeld || kind == ticketing.LetterCommandError {
			l.Offers, l.Notice = []string{"drop"}, map[ticketing.LetterKind]string{ticketing.LetterHeld: "agent_failed", ticketing.LetterCommandError: "unknown"}[kind]
		}
		plain := composer(t).Show(withText(l, "Hello")).HTML
		got := composer(t).Show(withText(l, words)).HTML
		for _, ours := range []string{`class="card"`, `class="alarm"`, `class="warning"`, `scope="row"`, "mailto:", "<h1", markerStyle} {
			if a, b := strings.Count(plain, ours), strings.Count(got, ours); a != b {
				t.Errorf("%s: %s stands there %d times, and %d times with hostile words", kind, ours, a, b)
			}
		}
	}
}

func withText(l ticketing.Letter, text string) ticketing.Letter {
	l.Entry.Text, l.Entry.FullText = text, text
	return l
}

// The logo is a part of letters to customers, beside the HTML that shows it, and
// does not come back with answers.
func TestLogo(t *testing.T) {
	logo := picture(t, 400, 100)
	c := withTemplates(t, map[string]string{"logo.png": logo, "mailboxes/sales@example.com/logo.png": picture(t, 20, 20)})
	l := letter(ticketing.LetterReply, "en")
	again := ticketing.Attachment{Part: "2", Name: "image001.png", Type: "image/png", Size: int64(len(logo)), ContentID: "x", Inline: true}
	l.Entry.Attachments = []ticketing.Attachment{again, {Part: "3", Name: "a.png", Type: "image/png", Size: int64(len(logo))}}
	d := mustCompose(t, c, l)
	if len(d.Attachments) != 1 || d.Attachments[0].PartSpec != "3" {
		t.Errorf("these files go out: %v", d.Attachments)
	}
	m := parseString(t, string(d.Head)+"--"+d.Boundary+"--\r\n")
	if len(m.Problems) > 0 || len(m.Attachments) != 1 || !m.Attachments[0].Inline || m.Attachments[0].Size != int64(len(logo)) {
		t.Errorf("problems %v, attachments %+v", m.Problems, m.Attachments)
	}
	if page := c.Show(l).HTML; !strings.Contains(page, `width="220" height="55" alt="Example Support"`) || strings.Contains(page, "cid:") {
		t.Errorf("the picture is not shown:\n%s", page)
	}
	l.Mailbox.Address = "sales@example.com"
	if page := c.Show(l).HTML; !strings.Contains(page, `width="20" height="20"`) {
		t.Errorf("the mailbox's picture is not shown:\n%s", page)
	}
	for _, kind := range []ticketing.LetterKind{ticketing.LetterNotification, ticketing.LetterHeld} {
		if head := mustCompose(t, c, letter(kind, "en")).Head; bytes.Contains(head, []byte("image/png")) {
			t.Errorf("an agent gets the picture with a %s", kind)
		}
	}
}

// However a mail program quotes the HTML of our letters, nothing of them is left
// in an answer.
func TestQuotedHTMLOfLetters(t *testing.T) {
	c := withTemplates(t, map[string]string{"logo.png": picture(t, 40, 10), "header.txt": "We are here for you.", "footer.txt": "Example Ltd"})
	box, settings := sampleBox()
	for _, language := range []string{"en", "ja"} {
		for _, s := range Samples(language, box, settings) {
			page := c.Show(s.Letter).HTML
			_, page, _ = strings.Cut(page, "<body>")
			page, _, _ = strings.Cut(page, "</body>")
			for program, quoted := range map[string]string{
				"Gmail":   `<div>My answer.</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, X wrote:<br></div><blockquote class="gmail_quote">` + page + `</blockquote></div>`,
				"Outlook": `<p class=MsoNormal>My answer.</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>From:</b> X &lt;support@example.com&gt;<br><b>Sent:</b> Monday, January 5, 2026 9:00 AM<br><b>To:</b> Y<br><b>Subject:</b> Z</p></div></div>` + page,
				"other":   `<p>My answer.</p>` + page,
			} {
				m := parseString(t, "From: a@acme.example\r\nSubject: Re: x\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>"+quoted+"</body></html>\r\n")
				if m.Reply != "My answer." {
					t.Errorf("%s in %s quoted by %s leaves %q", s.Name, language, program, m.Reply)
				}
			}
		}
	}
}
