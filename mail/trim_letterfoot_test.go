package mail

import (
	"strings"
	"testing"

	"deskd/ticketing"
)

func TestLetterFoot(t *testing.T) {
	const text = "Hello,\n\nthe export works now."
	foot := "Mit freundlichen Grüßen\n\nMia Muster\nVertrieb\n\nBeispiel GmbH\nHauptstraße 5, 12345 Musterstadt\nTelefon +49 123 456789\n\n" +
		"Beispiel. Wir machen das schon.\n[cid:image001.png@01D]<https://www.example.com/>\n\nSitz der Gesellschaft: Musterstadt, Amtsgericht Musterstadt HRB 1234\nGeschäftsführer: Max Muster"
	mia, other := ticketing.Address{Name: "Mia Muster"}, ticketing.Address{Name: "Somebody Else"}
	for name, test := range map[string]struct {
		author ticketing.Address
		foot   string
		cut    bool
	}{
		"known":                       {mia, foot, true},
		"not known, with a telephone": {other, foot, true},
		"not known, no telephone":     {other, "Kind regards\n\nMia Muster\n\nSee https://www.example.com/\n\nfor what is new this week\n\nand what comes", false},
		"a question below":            {mia, foot + "\n\nCan you call me back?", false},
		"a postscript":                {mia, foot + "\n\nP.S. It broke again", false},
		"a long sentence below":       {mia, foot + "\n\nBy the way, the other machine that we talked about on Monday has the same fault", false},
		"nobody signs":                {mia, "Mit freundlichen Grüßen\n\nschicken Sie es an\n\nBeispiel GmbH\n\nTelefon +49 123 456789", false},
	} {
		t.Run(name, func(t *testing.T) {
			whole := text + "\n\n" + test.foot
			got := TrimBy(whole, test.author)
			checkNothingLost(t, whole, got)
			if cut := !strings.Contains(got.Reply, lastLine(test.foot)); cut != test.cut {
				t.Errorf("cut %v, want %v: %q", cut, test.cut, got.Reply)
			}
			if test.cut && got.Reply != text {
				t.Errorf("the reply is %q", got.Reply)
			}
		})
	}
}

func lastLine(text string) string { return text[strings.LastIndexByte(text, '\n')+1:] }

// Outlook passes a mail on with nothing than its header above it.
func TestPassedOnWithItsHeader(t *testing.T) {
	header := "From: Ann Bee <ann@b.example>\nSent: Monday, May 6, 2024 10:00 AM\nTo: c@b.example\nSubject: x\n\n"
	for name, test := range map[string]struct{ text, reply string }{
		"without a word":      {header + "It does not work.", header + "It does not work."},
		"with a title":        {"-----Original Message-----\n" + header + "It does not work.", "-----Original Message-----\n" + header + "It does not work."},
		"with a word":         {"See below.\n\n" + header + "It does not work.", "See below."},
		"above our own line":  {header + MarkerLine("Please write above this line") + "\nold", ""},
		"our line is quoted":  {header + "> " + MarkerLine("Please write above this line") + "\n> old", ""},
		"only an attribution": {"On Mon, 6 May 2024 at 10:00, Ann Bee <ann@b.example> wrote:\n\nIt does not work.", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Trim(test.text); got.Reply != test.reply {
				t.Errorf("the reply is %q, want %q", got.Reply, test.reply)
			}
		})
	}
}

// A text of more lines than are looked at loses none.
func TestTrimOfManyLines(t *testing.T) {
	text := strings.Repeat("a\n", maxLines+10) + "> q\nend"
	if got := Trim(text); got.Reply != text {
		t.Errorf("%d bytes of %d are left", len(got.Reply), len(text))
	}
	text = "Yes.\n" + MarkerLine("Please write above this line") + "\n" + text
	if got := Trim(text); got.Reply != "Yes." || len(got.Reply)+1+len(got.Quoted) != len(text) {
		t.Errorf("reply %.20q, %d bytes of %d", got.Reply, len(got.Reply)+len(got.Quoted), len(text))
	}
}
