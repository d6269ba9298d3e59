package mail

import (
	"strings"
	"testing"
)

func TestEndLike(t *testing.T) {
	for _, c := range []struct{ reply, twin, want string }{
		{"Yes, *all* of\nit!\n\nKwa tarehe 6, Ann aliandika:", "Yes, all of it!", "Yes, *all* of\nit!"},
		{"Yes.", "Yes.", "Yes."},
		{"Yes.\nNo.", "No.", "Yes.\nNo."},
		{"Yes and no.", "Yes", "Yes and no."},
		{"Yes.", "Yes. No.", "Yes."},
		{"Yes.\nNo.", "", "Yes.\nNo."},
		{"Yes.\nNo.", "...", "Yes.\nNo."},
		{"はい。\n2024", "はい", "はい。"},
	} {
		if got := endLike(c.reply, c.twin); got != c.want {
			t.Errorf("endLike(%q, %q) = %q", c.reply, c.twin, got)
		}
	}
}

// alternative is a mail with a text and an HTML version.
func alternative(text, html string) string {
	return "From: Bob Ray <bob@b.example>\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n" + text +
		"\n--b\nContent-Type: text/html; charset=utf-8\n\n" + html + "\n--b--\n"
}

func TestReplyByTheStructureOfItsHTML(t *testing.T) {
	for name, mail := range map[string]string{
		"an introduction in no known language": alternative("My answer.\n\nKwa tarehe 6 Ann aliandika:\n\n> old\n",
			`<div>My answer.</div><div class="gmail_quote"><div class="gmail_attr">Kwa tarehe 6 Ann aliandika:</div><blockquote class="gmail_quote">old</blockquote></div>`),
		"a quote without signs": alternative("My answer.\n\nold\n",
			`<div>My answer.</div><blockquote type="cite">old</blockquote>`),
		"a signature": alternative("My answer.\n\nThe Very Best Shop\nIn all the land of plenty\n",
			`<div>My answer.</div><div class="gmail_signature">The Very Best Shop<br>In all the land of plenty</div><blockquote type="cite">old</blockquote>`),
	} {
		m, err := Parse(strings.NewReader(mail), DefaultLimits())
		if err != nil || m.Reply != "My answer." {
			t.Errorf("%s: reply %q, %v", name, m.Reply, err)
		}
	}
	answers := alternative("> one?\nYes.\n> two?\nNo.\n", `<blockquote type="cite">one?</blockquote><div>Yes.</div><blockquote type="cite">two?</blockquote><div>No.</div>`)
	if m, _ := Parse(strings.NewReader(answers), DefaultLimits()); m.Reply != "> one?\nYes.\n> two?\nNo." {
		t.Errorf("answers: reply %q", m.Reply)
	}
}
