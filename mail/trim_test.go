package mail

import (
	"slices"
	"strings"
	"testing"
	"time"

	"deskd/ticketing"
)

func TestTrim(t *testing.T) {
	marker := MarkerLine("Please write above this line")
	cases := []struct {
		name, text string
		want       Trimmed
	}{
		{"nothing to cut", "Hello,\n\nit works.\n", Trimmed{Reply: "Hello,\n\nit works."}},
		{"empty", "", Trimmed{}},
		{"blank", " \n\t\n\u00a0\n", Trimmed{}},
		{"line ends", "a\r\nb\rc\n", Trimmed{Reply: "a\nb\nc"}},

		{"marker", "Yes.\n\n" + marker + "\n\nTicket 5", Trimmed{Reply: "Yes.", Quoted: marker + "\n\nTicket 5"}},
		{"marker below an attribution",
			"Yes.\n\nOn 1 May 2024, at 10:00, Desk <a@b.example> wrote:\n\n" + marker + "\nTicket",
			Trimmed{Reply: "Yes.", Quoted: "On 1 May 2024, at 10:00, Desk <a@b.example> wrote:\n\n" + marker + "\nTicket"}},
		{"answers between quoted lines below a marker",
			"See below.\n> " + marker + "\n> Is it on?\nYes.\n", Trimmed{Reply: "See below.\n> Is it on?\nYes.", Quoted: "> " + marker, Interleaved: true}},
		{"marker quoted", "Yes.\n> " + marker + "\n> Ticket 5", Trimmed{Reply: "Yes.", Quoted: "> " + marker + "\n> Ticket 5"}},
		{"marker wrapped", "Yes.\n\n##- Please write above\nthis line -##\nTicket 5", Trimmed{Reply: "Yes.", Quoted: "##- Please write above\nthis line -##\nTicket 5"}},
		{"marker bold, escaped and indented", "Yes.\n  *&#35;&#35;- Bitte &uuml;ber dieser Zeile -&#35;&#35;*\nTicket", Trimmed{Reply: "Yes.", Quoted: "  *&#35;&#35;- Bitte &uuml;ber dieser Zeile -&#35;&#35;*\nTicket"}},
		{"marker in Japanese", "はい\n##- この行より上に返信してください -##\n古い", Trimmed{Reply: "はい", Quoted: "##- この行より上に返信してください -##\n古い"}},
		{"marker with Markdown escapes", "Yes.\n\n\\##- Write above \\-##\nTicket 5", Trimmed{Reply: "Yes.", Quoted: "\\##- Write above \\-##\nTicket 5"}},
		{"half a marker is text", "See\n##- heading\n\nmore -##", Trimmed{Reply: "See\n##- heading\n\nmore -##"}},
		{"answer below a quoted marker",
			"On 1 May 2024, at 10:00, Desk <a@b.example> wrote:\n> " + marker + "\n> Is it on?\n\nYes.",
			Trimmed{Reply: "Yes.", Quoted: "On 1 May 2024, at 10:00, Desk <a@b.example> wrote:\n> " + marker + "\n> Is it on?"}},

		{"attribution and quote", "Yes.\n\nOn Tue, 2011-03-01 at 18:02 +0530, A B wrote:\n> Is it?\n> Really?\n",
			Trimmed{Reply: "Yes.", Quoted: "On Tue, 2011-03-01 at 18:02 +0530, A B wrote:\n> Is it?\n> Really?"}},
		{"attribution without a quote sign", "Yes.\n\nOn 1 May 2024 at 18:02, A B <a@b.example> wrote:\n\nIs it?",
			Trimmed{Reply: "Yes.", Quoted: "On 1 May 2024 at 18:02, A B <a@b.example> wrote:\n\nIs it?"}},
		{"attribution over three lines", "Yes.\nOn Wed, Dec 9, Mister Example\n<m@b.example>\nwrote:\n> q",
			Trimmed{Reply: "Yes.", Quoted: "On Wed, Dec 9, Mister Example\n<m@b.example>\nwrote:\n> q"}},
		{"text above that begins alike", "On this day\nOn 1 May 2024 at 18:02 A B <\na@b.example> wrote:\n> q",
			Trimmed{Reply: "On this day", Quoted: "On 1 May 2024 at 18:02 A B <\na@b.example> wrote:\n> q"}},
		{"text right above that begins alike", "On the phone he was angry\nA B <a@b.example> wrote:\n> q",
			Trimmed{Reply: "On the phone he was angry", Quoted: "A B <a@b.example> wrote:\n> q"}},
		{"a sentence right above with a date", "On May 5 it broke.\n06.05.2024, 10:00, A <a@b.example>:\n> q",
			Trimmed{Reply: "On May 5 it broke.", Quoted: "06.05.2024, 10:00, A <a@b.example>:\n> q"}},
		{"name on a line of its own", "Yes.\n\nOn Monday, May 6, 2024, at 3:45:32 PM EST, John\nJunior from Accounting\n<j@b.example> wrote:\n> q",
			Trimmed{Reply: "Yes.", Quoted: "On Monday, May 6, 2024, at 3:45:32 PM EST, John\nJunior from Accounting\n<j@b.example> wrote:\n> q"}},
		{"name above its address, no date", "Yes.\n\nJohn Junior\n<j@b.example> wrote:\n> q",
			Trimmed{Reply: "Yes.", Quoted: "John Junior\n<j@b.example> wrote:\n> q"}},
		{"no attribution: he goes on after the address", "06.05.2024, 10:00: asked <a@b.example> about this:\n\nno power", Trimmed{Reply: "06.05.2024, 10:00: asked <a@b.example> about this:\n\nno power"}},
		{"no attribution: no colon", "Please read what A B <a@b.example> wrote\nlast week.", Trimmed{Reply: "Please read what A B <a@b.example> wrote\nlast week."}},
		{"no attribution: no date, no address", "On the phone he wrote:\n\nbring two.", Trimmed{Reply: "On the phone he wrote:\n\nbring two."}},
		{"no attribution: a colon", "On Monday:\n\nrestart.\n", Trimmed{Reply: "On Monday:\n\nrestart."}},
		{"only a quote", "On 1 May 2024 at 18:02, A B <a@b.example> wrote:\n> q", Trimmed{Quoted: "On 1 May 2024 at 18:02, A B <a@b.example> wrote:\n> q"}},
		{"only quote signs", "> a\n> b", Trimmed{Quoted: "> a\n> b"}},

		{"bottom posting", "On 1 May 2024 at 18:02, A B <a@b.example> wrote:\n> q\n\nanswer",
			Trimmed{Reply: "answer", Quoted: "On 1 May 2024 at 18:02, A B <a@b.example> wrote:\n> q"}},
		{"a quote chosen by hand", "> q\n\nanswer", Trimmed{Reply: "> q\n\nanswer", Interleaved: true}},
		{"bottom posting below an attribution inside the quote", "> On 1 May 2024 at 18:02, A B <a@b.example> wrote:\n> \n> q\n\nanswer",
			Trimmed{Reply: "answer", Quoted: "> On 1 May 2024 at 18:02, A B <a@b.example> wrote:\n> \n> q"}},
		{"interleaved",
			"Hi,\nOn 1 May 2024 at 18:02, A B <a@b.example> wrote:\n> one?\nYes.\n> two?\n\nNo.\n\n> Regards\n",
			Trimmed{Reply: "Hi,\n> one?\nYes.\n> two?\n\nNo.", Interleaved: true,
				Quoted: "On 1 May 2024 at 18:02, A B <a@b.example> wrote:\n> Regards"}},
		{"text above and below the quote that his program made",
			"Hi,\n\nOn 1 May 2024 at 18:02, A B <a@b.example> wrote:\n> one?\n>\n> two?\n\nYes, both.\n\n> Regards\n",
			Trimmed{Reply: "Hi,\n\nYes, both.", Quoted: "On 1 May 2024 at 18:02, A B <a@b.example> wrote:\n> one?\n>\n> two?\n\n> Regards"}},
		{"text above and below a quote chosen by hand", "Hi,\n> one?\nYes.", Trimmed{Reply: "Hi,\n> one?\nYes.", Interleaved: true}},
		{"full-width quote signs", "2024年5月6日 10:00 A <a@b.example>:\n＞古い\n＞文\n\n答え", Trimmed{Reply: "答え", Quoted: "2024年5月6日 10:00 A <a@b.example>:\n＞古い\n＞文"}},
		{"a name and a verb above a quote", "On Monday, Ben Ray wrote:\n> q\n\nanswer", Trimmed{Reply: "answer", Quoted: "On Monday, Ben Ray wrote:\n> q"}},
		{"a name, a verb and a day", "Hi,\nBen Ray (Acme) wrote on Monday:\n> one?\nYes.\n> two?\nNo.", Trimmed{Reply: "Hi,\n> one?\nYes.\n> two?\nNo.", Quoted: "Ben Ray (Acme) wrote on Monday:", Interleaved: true}},
		{"ruler above a quote", "Hi\n---\n> q", Trimmed{Reply: "Hi", Quoted: "---\n> q"}},
		{"one line surely broken off shows another",
			"Done.\n\n> this is a line of the quoted mail that was quite long already so that\nit broke\n> and this is a further line that fills the measure altogether,\nas it seems.\n> and goes on",
			Trimmed{Reply: "Done.", Quoted: "> this is a line of the quoted mail that was quite long already so that\nit broke\n> and this is a further line that fills the measure altogether,\nas it seems.\n> and goes on"}},
		{"broken off quoted lines",
			"Done.\n\n> this is a line of the quoted mail that was quite long already so that\nit broke\n> and goes on",
			Trimmed{Reply: "Done.", Quoted: "> this is a line of the quoted mail that was quite long already so that\nit broke\n> and goes on"}},
		{"a short answer is not broken off",
			"Hi\n> this is a line of the quoted mail that was quite long already, isn't it?\nit is\n> and goes on",
			Trimmed{Reply: "Hi\n> this is a line of the quoted mail that was quite long already, isn't it?\nit is", Quoted: "> and goes on", Interleaved: true}},
		{"mbox escape is no quote", "Hi\n>From here on it fails.\nBye", Trimmed{Reply: "Hi\n>From here on it fails.\nBye"}},

		{"Outlook", "Yes.\n\n________________________________\nFrom: A B <a@b.example>\nSent: Monday, 5 May 2024 10:00\nTo: C\nSubject: RE: x\n\nold",
			Trimmed{Reply: "Yes.", Quoted: "________________________________\nFrom: A B <a@b.example>\nSent: Monday, 5 May 2024 10:00\nTo: C\nSubject: RE: x\n\nold"}},
		{"Outlook, bold, blank lines between", "Yes.\n\n*From:* A\n\n*Sent:* Monday\n\n*Subject:* x\n\nold",
			Trimmed{Reply: "Yes.", Quoted: "*From:* A\n\n*Sent:* Monday\n\n*Subject:* x\n\nold"}},
		{"Outlook, folded recipients", "Yes.\n\nFrom: A\nSent: Monday\nTo: C <c@b.example>;\n D <d@b.example>;\n E\nSubject: x\n\nold",
			Trimmed{Reply: "Yes.", Quoted: "From: A\nSent: Monday\nTo: C <c@b.example>;\n D <d@b.example>;\n E\nSubject: x\n\nold"}},
		{"a travel plan is no header", "Book it:\n\nFrom: Tokyo\nTo: Osaka\nDate: 5 May\n\nThanks", Trimmed{Reply: "Book it:\n\nFrom: Tokyo\nTo: Osaka\nDate: 5 May\n\nThanks"}},
		{"a form is no header", "Subject: Printer\nDate: 5 May\n\nIt smokes.", Trimmed{Reply: "Subject: Printer\nDate: 5 May\n\nIt smokes."}},
		{"a ruler is no header", "Part one\n________________________________\nPart two", Trimmed{Reply: "Part one\n________________________________\nPart two"}},
		{"original message", "Foo\n\n-------- Original Message --------\n\nTHE END.", Trimmed{Reply: "Foo", Quoted: "-------- Original Message --------\n\nTHE END."}},
		{"original message, quoted, answer below", "-----Original Message-----\nFrom: a@b.example\nSubject: x\nDate: 1 May\n\n> q\n\nanswer",
			Trimmed{Reply: "answer", Quoted: "-----Original Message-----\nFrom: a@b.example\nSubject: x\nDate: 1 May\n\n> q"}},
		{"original message in one line with its header", "Ok.\n\n-------- Original message --------From: A <a@b.example> Date: 5/6/24 10:00 To: C Subject: x old",
			Trimmed{Reply: "Ok.", Quoted: "-------- Original message --------From: A <a@b.example> Date: 5/6/24 10:00 To: C Subject: x old"}},
		{"a title and text of his own", "--- Original --- is what the button says", Trimmed{Reply: "--- Original --- is what the button says"}},
		{"a title of his own", "--- Section 1 ---\ntext\n--- Section 2 ---\ntext", Trimmed{Reply: "--- Section 1 ---\ntext\n--- Section 2 ---\ntext"}},

		{"forward with a word", "FYI\n\n---------- Forwarded message ---------\nFrom: A\n\nold", Trimmed{Reply: "FYI", Quoted: "---------- Forwarded message ---------\nFrom: A\n\nold"}},
		{"forward, all there is", "---------- Forwarded message ---------\nFrom: A\nDate: x\nSubject: y\n\nold", Trimmed{Reply: "---------- Forwarded message ---------\nFrom: A\nDate: x\nSubject: y\n\nold"}},
		{"forward below a signature", "-- \nBob\n\n---------- Forwarded message ---------\nFrom: A\n\nold",
			Trimmed{Reply: "---------- Forwarded message ---------\nFrom: A\n\nold", Signature: "-- \nBob"}},
		{"Apple forward, all there is", "\nBegin forwarded message:\n\n> From: A\n> Subject: y\n>\n> old", Trimmed{Reply: "Begin forwarded message:\n\n> From: A\n> Subject: y\n>\n> old"}},
		{"forward in Japanese", "転送します\n---------- 転送メッセージ ----------\n差出人: A\n\n本文", Trimmed{Reply: "転送します", Quoted: "---------- 転送メッセージ ----------\n差出人: A\n\n本文"}},

		{"signature", "Hi\n\n-- \nBob\nExample Ltd", Trimmed{Reply: "Hi", Signature: "-- \nBob\nExample Ltd"}},
		{"signature without its space", "Hi\n--\nBob", Trimmed{Reply: "Hi", Signature: "--\nBob"}},
		{"signature above the quote", "Hi\n\n-- \nBob\n\nOn 1 May 2024 at 18:02, A <a@b.example> wrote:\n> q",
			Trimmed{Reply: "Hi", Signature: "-- \nBob", Quoted: "On 1 May 2024 at 18:02, A <a@b.example> wrote:\n> q"}},
		{"signature below the quote", "Hi\n\n> q\n\n-- \nBob", Trimmed{Reply: "Hi", Signature: "-- \nBob", Quoted: "> q"}},
		{"dashes that are no signature", "Points:\n-- one\n-- two\n\nThanks", Trimmed{Reply: "Points:\n-- one\n-- two\n\nThanks"}},
		{"long text below dashes", "Part one\n--\n" + strings.Repeat("line\n", 30), Trimmed{Reply: "Part one\n--\n" + strings.TrimSpace(strings.Repeat("line\n", 30))}},
		{"sign-off", "Hi\n\nBest regards\nBob", Trimmed{Reply: "Hi", Signature: "Best regards\nBob"}},
		{"phone", "Hi\n\nSent from my iPhone", Trimmed{Reply: "Hi", Signature: "Sent from my iPhone"}},
		{"phone with a link", "Hi\n\nGet Outlook for iOS<https://aka.ms/o0ukef>", Trimmed{Reply: "Hi", Signature: "Get Outlook for iOS<https://aka.ms/o0ukef>"}},
		{"phone in German", "Hallo\n\nVon meinem iPhone gesendet", Trimmed{Reply: "Hallo", Signature: "Von meinem iPhone gesendet"}},
		{"phone in French", "Salut\n\nEnvoyé de mon iPhone", Trimmed{Reply: "Salut", Signature: "Envoyé de mon iPhone"}},
		{"phone in Japanese", "了解\n\niPhoneから送信", Trimmed{Reply: "了解", Signature: "iPhoneから送信"}},
		{"phone in Chinese", "好\n\n发自我的iPhone", Trimmed{Reply: "好", Signature: "发自我的iPhone"}},
		{"phone in Korean", "네\n\n나의 iPhone에서 보냄", Trimmed{Reply: "네", Signature: "나의 iPhone에서 보냄"}},
		{"no phone", "Hi\n\nSent from my desk, is much easier than my mobile phone.", Trimmed{Reply: "Hi\n\nSent from my desk, is much easier than my mobile phone."}},
		{"a phone and a word", "Hi\n\nSent from my iPhone, sorry", Trimmed{Reply: "Hi\n\nSent from my iPhone, sorry"}},
		{"the phone is the matter", "The mail was\nSent from my iPhone\nyesterday.", Trimmed{Reply: "The mail was\nSent from my iPhone\nyesterday."}},
		{"sent by parcel", "Your parcel:\nSent via DHL", Trimmed{Reply: "Your parcel:\nSent via DHL"}},
		{"list footer", "Hi\n\n_______________________________________________\nl mailing list\nhttp://l.example/",
			Trimmed{Reply: "Hi", Signature: "_______________________________________________\nl mailing list\nhttp://l.example/"}},
		{"Japanese signature", "お願いします。\n\n━━━━━━━━━━━━\n株式会社例\n山田太郎\nTEL: 03-0000-0000\n━━━━━━━━━━━━",
			Trimmed{Reply: "お願いします。", Signature: "━━━━━━━━━━━━\n株式会社例\n山田太郎\nTEL: 03-0000-0000\n━━━━━━━━━━━━"}},
		{"a ruled log is no signature", "It says:\n----------\nerror 5 at 10:00\n----------", Trimmed{Reply: "It says:\n----------\nerror 5 at 10:00\n----------"}},
		{"confidentiality notice below the quote", "Hi\n\n> q\n\nThis e-mail is confidential and intended for the\naddressee only.",
			Trimmed{Reply: "Hi", Quoted: "> q", Signature: "This e-mail is confidential and intended for the\naddressee only."}},
		{"a confidential request", "Hi\n\nThis message is confidential, please tell nobody.", Trimmed{Reply: "Hi\n\nThis message is confidential, please tell nobody."}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := Trim(c.text)
			if got != c.want {
				t.Errorf("Trim(%q)\n got %+v\nwant %+v", c.text, got, c.want)
			}
			checkNothingLost(t, c.text, got)
		})
	}
}

// checkNothingLost compares the lines of text with those of its parts.
func checkNothingLost(t *testing.T, text string, got Trimmed) {
	t.Helper()
	if have, want := fullLines(text), fullLines(got.Reply+"\n"+got.Quoted+"\n"+got.Signature); !slices.Equal(have, want) {
		t.Errorf("lines of %q\nare %q", text, want)
	}
}

// fullLines returns the lines of text that are not blank, sorted.
func fullLines(text string) []string {
	var out []string
	for _, l := range splitLines(text) {
		if !l.blank {
			out = append(out, strings.TrimFunc(l.raw, isBlankRune))
		}
	}
	slices.Sort(out)
	return out
}

func TestTrimIsLinear(t *testing.T) {
	const size = 48 << 10
	for _, unit := range []string{
		"From: a@b.example\n", "On 1 May 2024 at 10:00 a <a@b.example> wrote:\n", "On\n", "wrote:\n", "> ", ">\n", "\n", "-- \n", "--\n",
		"Sent from my iPhone\n", "##-\n", "##- \n> ", "-----", "________\n", "----- Original Message -----\n", "x:\n\n", "&", "**", "\u200b",
		"This e-mail is confidential\n", "schrieb ", "a <b@c ", "Bob\n", "Regards,\n", "> q\nBob\n\n", "Thanks,\n\nBob\n", "Ann wrote:\n> ", "****\n", "> From: a\n", "```\n----- Original Message -----\n", "12:34 ", "> a\nb\n", "From:\n\n", strings.Repeat("2024-", 30) + " 10:00:\n",
	} {
		text := strings.Repeat(unit, size/len(unit))
		start := time.Now()
		got := TrimBy(text, ticketing.Address{Name: "Bob Ray"})
		if d := time.Since(start); d > 30*time.Second {
			t.Errorf("%.30q repeated to 48 KiB took %v", unit, d)
		}
		checkNothingLost(t, text, got)
	}
}

func FuzzTrim(f *testing.F) {
	for _, s := range []string{
		"Yes.\n\nOn Tue, 2011-03-01 at 18:02, A <a@b.example> wrote:\n> q\n> -- \n> x", "a\r\n--\r\nb", "##- x\n> y -##",
		"-----Original Message-----\nFrom: a\nSubject: b\nTo: c", "> \xff\nab\n>", "━━━━━━━━━\nTEL 1\n━━━━━━━━━", "Sent from my iPhone\n\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := TrimBy(text, ticketing.Address{Name: "Bob Ray"})
		checkNothingLost(t, text, got)
		if got != TrimBy(text, ticketing.Address{Name: "Bob Ray"}) {
			t.Error("two calls, two results")
		}
	})
}
