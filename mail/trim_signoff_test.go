package mail

import (
	"strings"
	"testing"

	"deskd/ticketing"
)

// signOffCase is a body whose last lines, from cut on, are a signature or, with
// cut "", the author's own words.
type signOffCase struct {
	from, text, cut string
}

func checkSignOffs(t *testing.T, cases []signOffCase) {
	t.Helper()
	for _, c := range cases {
		want := strings.TrimSpace(c.text)
		if c.cut != "" {
			want = strings.TrimSpace(want[:strings.LastIndex(want, c.cut)])
		}
		got := TrimBy(c.text, ticketing.Address{Name: c.from, Address: "x@b.example"})
		if got.Reply != want {
			t.Errorf("from %q: %q\n got %q\nwant %q", c.from, c.text, got.Reply, want)
		}
		checkNothingLost(t, c.text, got)
	}
}

func TestTrimSignOffsOfKnownAuthors(t *testing.T) {
	checkSignOffs(t, []signOffCase{
		{"Bob Ray", "It works.\n\nBob", "Bob"},
		{"Ray, Bob (Sales)", "It works.\n\nBob Ray", "Bob Ray"},
		{"Ray, Bob", "It works.\n\nbob", "bob"},
		{"Robert Albert Ray", "It works.\n\n~ Bert", "~ Bert"},
		{"David Ray", "It works.\n\nThanks,\nDave", "Thanks,"},
		{"Ed Ray", "It works.\nRegards,\nEd", "Regards,"},
		{"Bob Ray", "It works.\n\nThanks!\n\nBob", "Thanks!"},
		{"Bob Ray", "It works.\n\nThanks, BR", "Thanks, BR"},
		{"Bob Ray", "It works.\n\nThanks for all the help!\nBob", "Bob"},
		{"Bob Ray", "It works.\n\nBR  555-1234", "BR  555-1234"},
		{"Bob Ray", "It works.\n\nBob Ray - 555-123-4567", "Bob Ray - "},
		{"Bob Ray", "It works.\n\nBob Ray\nHead of Sales\nExample Ltd, 5 Long Street, 12345 Town\nphone +49 30 1234567\nbob@b.example", "Bob Ray\nHead"},
		{"Bob Ray", "It works.\n\nKind regards\n\nBob Ray\n\nExample Ltd\nhttps://b.example\n[cid:logo.png@01]", "Kind regards"},
		{"Bob Ray", "It works.\n\nBob and Ann", "Bob and Ann"},
		{"Bob Ray", "It works.\n\nYours sincerely,\n\nBob Ray (Mr)\nFirst line support\na member of the group\n\n555-1234", "Yours"},
		{"Bob Ray", "It works.\n\n[https://b.example/logo.png]\n\nBob Ray\nSales", "[https"},
		{"Bob Ray", "It works.\n\nRegards\n\nBob Ray\n\nand call me soon", ""},
		{"Bob Ray", "Geht.\n\nMit freundlichen Grüßen\nBob Ray\n\nExample GmbH\nLange Straße 5\n12345 Berlin\n\nTel.: +49 (0) 30 123 45 67 | Fax: +49 (0) 30 123 45 68\nwww.b.example\nexample.com/contact\n\nGeschäftsführer: Max Muster\nAmtsgericht Charlottenburg HRB 12345 B", "Mit freundlichen"},
		{"Bob Ray", "It works.\n\nBob Ray\nCall me at 5", ""},
		{"Bob Ray", "It works.\n\nBob Ray\nplease call soon", ""},
		{"", "It works.\n\nx@b.example", ""},
		{"Jörg Groß", "Geht.\n\nViele Grüße\nJörg", "Viele Grüße"},
		{"Zoé Roux", "Ça marche.\n\nBien cordialement,\n\nZoé Roux\nResponsable Qualité\n06 12 34 56 78", "Bien cordialement"},
		{"山田 太郎", "動きました。\n\n山田", "山田"},
		{"山田太郎", "動きました。\n\nよろしくお願いいたします。\n株式会社例 山田", "よろしく"},
		{"Иван Петров", "Работает.\n\nС уважением,\nИван Петров", "С уважением"},
		{"Bob Ray", "It works.\n\nBob\n\nSent from my iPhone", "Bob\n"},
		{"Bob Ray", "It works.\n\nBob\n\nThis e-mail is confidential and intended for the addressee only.", "Bob\n"},

		{"Bob Ray", "Who shall do it?\n\nThe man to ask is:\n\nBob Ray\n555-1234", ""},
		{"Bob Ray", "Coming to the party:\nTom\nBob", ""},
		{"Bob Ray", "Coming to the party:\n\nTom\n\nBob", ""},
		{"Mail Delivery System", "I could not deliver it.\n\n      The mail system\n\n<tom@b.example>: unknown user", ""},
		{"Bob Ray", "It says this.\n\nBob\n\n<tom@b.example>: unknown user", ""},
		{"Bob Ray", "The account is of\nBob Ray", ""},
		{"Bob Ray", "Here is my address\n\nBob Ray\nLong Street 5\n12345 Town", ""},
		{"Bob Ray", "I want to register.\n\nName: Bob Ray\nPhone: 555-1234\nCity: Berlin", ""},
		{"Bob Ray", "Bob", ""},
		{"Bob Ray", "Thanks,\nBob", ""},
		{"Bob Ray", "#solved\n\nThanks,\nBob", ""},
		{"Bob Ray", "It works.\n\nBob\n\nPS: please call me tomorrow", ""},
		{"Bob Ray", "It works for Bob", ""},
		{"Bob Ray", "It works.\n\nTom", ""},
		{"Bob Ray", "It works.\n\nBR", ""},
		{"Bob Ray", "It works.\n\nbobcat", ""},
		{"Bob Ray", "Here is the error:\n\nBob 500 error at login failed", ""},
	})
}

func TestTrimSignOffsOfUnknownAuthors(t *testing.T) {
	checkSignOffs(t, []signOffCase{
		{"", "It works.\n\nKind regards\nTom Ray", "Kind regards"},
		{"", "It works.\n\nKind regards,\n\nTom Ray\nSales Manager", "Kind regards"},
		{"", "Det virker.\n\nMed venlig hilsen\nAnders Andersen", "Med venlig"},
		{"", "Działa.\n\nPozdrawiam,\nJan", "Pozdrawiam"},
		{"", "It works.\n\nTom Ray\nSales Manager\n(713) 215-3381", "Tom Ray"},
		{"", "It works.\n\n-Tom Ray", "-Tom Ray"},
		{"", "Det funkar.\n\n/Tom", "/Tom"},

		{"", "It works.\n\nKind regards\n\nTom Ray", ""}, // no comma: it may be another matter
		{"", "It works.\n\nThanks,\nTom", ""},
		{"", "Please call\n\nTom Ray\n(713) 215-3381", ""},
		{"", "The new contact has this address.\n\nTom Ray\nLong Street 5\n(713) 215-3381", ""},
		{"", "It works.\n\nTom Ray\nSales Manager", ""},
		{"", "It is broken.\n\nOrder Number\nBlue Chair\n4711-0815-123", ""},
		{"", "It is broken.\n\nError Code\n0x80070005 12345678", ""},
		{"", "It works.\n\nBest regards", ""},
		{"", "It works.\n\n— Tom", ""},
		{"", "Take one of these:\n-Red\n-Blue", ""},
		{"", "Run it with\n\n-Verbose\n\nand see.", ""},
		{"", "Run it with:\n\n-Verbose", ""},
		{"", "See\n\n/etc/passwd", ""},
		{"", "He sends his best\nregards, and asks when it will be done.", ""},
		{"", "It works.\n\nRegards\nand see you on Monday", ""},
	})
}

// A name between answers may be the answer.
func TestTrimSignOffIsNotAnAnswer(t *testing.T) {
	const text = "On 1 May 2024 at 18:02, A <a@b.example> wrote:\n> Who does it?\nBob\n> And when?\nToday."
	if got := TrimBy(text, ticketing.Address{Name: "Bob Ray"}); !strings.Contains(got.Reply, "Bob") {
		t.Errorf("the reply is %q", got.Reply)
	}
}

func TestTrimFooters(t *testing.T) {
	for _, footer := range []string{
		"Virus-free. www.avast.com",
		"---\nThis email has been checked for viruses by Avast antivirus software.\nhttps://www.avast.com/antivirus",
		"-----\nNo virus found in this message.\nChecked by AVG - www.avg.com",
		"---\nDiese E-Mail wurde von Avast Antivirus-Software auf Viren geprüft.",
		"L'absence de virus dans ce courrier électronique a été vérifiée par le logiciel antivirus Avast.",
		"*******************************\nThis email and any files transmitted with it are confidential and\nintended solely for the use of the person to whom they\nare addressed.\n*******************************",
		"This message and any attachments are confidential and for the intended recipient only.\n\nAny views are the author's.",
		"Confidentiality Notice: this mail is privileged; if you are not the intended recipient, delete it.",
		"- - Disclaimer - -\nThis e-mail is confidential. If you are not the intended recipient, delete it.",
		"Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, löschen Sie sie.",
		"Ce message et ses pièces jointes sont confidentiels et destinés à la seule personne nommée.",
		"Este mensaje es confidencial y va dirigido a su destinatario.",
		"Esta mensagem é confidencial e destina-se ao seu destinatário.",
		"Questo messaggio è riservato al destinatario.",
		"Dit bericht is vertrouwelijk en bestemd voor de geadresseerde.",
		"Niniejsza wiadomość jest poufna i przeznaczona dla adresata.",
		"Tato zpráva je důvěrná a určena pouze příjemci.",
		"Это сообщение конфиденциально и предназначено получателю.",
		"このメールには機密情報が含まれる場合があります。宛先でない方は破棄してください。",
		"本邮件包含保密信息，仅供收件人使用。",
		"Please consider the environment before printing this email.",
		"-- \nYou received this message because you are subscribed to the Google Groups \"x\" group.\nTo unsubscribe from this group, write to x+unsubscribe@b.example.",
		strings.Repeat("-", 70) + "\n\nThe text below is confidential",
	} {
		text := "It works now, and I am glad.\n\n" + footer
		got := Trim(text)
		if got.Reply != "It works now, and I am glad." {
			t.Errorf("%q:\nthe reply is %q", footer, got.Reply)
		}
		checkNothingLost(t, text, got)
	}
	for _, own := range []string{
		"This message is confidential, please tell nobody.",
		"This email was wrong, I meant the other account.",
		"Part one\n" + strings.Repeat("-", 70) + "\nPart two is about the recipients of all the mails that we sent.",
		"Confidential, but you may know: the recipients were Ann and Tom, and here is why I think so.\n\n" + strings.Repeat("A line of my own.\n", 40),
		"****\nThe stars above are mine.",
	} {
		if got := Trim(own); got.Reply != strings.TrimSpace(own) {
			t.Errorf("%q was cut to %q", own, got.Reply)
		}
	}
}

func TestTrimBanners(t *testing.T) {
	for _, banner := range []string{
		"You don't often get email from ann@b.example. Learn why this is important<https://aka.ms/LearnAboutSenderIdentification>",
		"CAUTION: This email originated from outside of the organization. Do not click links\nor open attachments unless you know the sender.",
		"[EXTERNAL]", "**EXTERNAL EMAIL**\n________________________________", "⚠️ External sender", "*** Achtung: Externe E-Mail ***", "【社外】このメールは社外から届きました",
	} {
		for _, text := range []string{banner + "\n\nMy answer.", "\n" + banner + "\n\nMy answer.\n\nOn 1 May 2024 at 18:02, A <a@b.example> wrote:\n> q"} {
			got := Trim(text)
			if got.Reply != "My answer." {
				t.Errorf("%q: the reply is %q", text, got.Reply)
			}
			checkNothingLost(t, text, got)
		}
		if got := Trim(banner); got.Reply != banner {
			t.Errorf("%q alone: the reply is %q", banner, got.Reply)
		}
	}
	for _, own := range []string{"External drives do not work.\n\nWhy?", "Caution: hot.\n\nThat is what it says.", "My answer.\n\n[EXTERNAL]\n\nis what it shows."} {
		if got := Trim(own); got.Reply != own {
			t.Errorf("%q was cut to %q", own, got.Reply)
		}
	}
}

func TestTrimEveryValediction(t *testing.T) {
	for _, words := range valedictions {
		if got := Trim("It works, all of it.\n\n" + words + ",\nTom Ray"); got.Reply != "It works, all of it." {
			t.Errorf("%q: the reply is %q", words, got.Reply)
		}
	}
	for _, words := range thanks {
		text := "It works, all of it.\n\n" + words + "!\nTom"
		if got := TrimBy(text, ticketing.Address{Name: "Ray, Tom"}); got.Reply != "It works, all of it." {
			t.Errorf("%q: the reply is %q", words, got.Reply)
		}
		if got := Trim(text); got.Reply != text {
			t.Errorf("%q of an unknown author: the reply is %q", words, got.Reply)
		}
	}
}
