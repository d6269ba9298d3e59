package ticketing

import "testing"

func TestReadByPeople(t *testing.T) {
	for _, test := range []struct {
		address         string
		noReply, people bool
	}{
		{"anna@example.com", false, true},
		{"no-reply@example.com", true, false},
		{"No.Reply-123@example.com", true, false},
		{"customer-noreply@example.com", true, false},
		{"noresponder@example.es", true, false},
		{"bounces+17=anna=example.org@example.com", false, false},
		{"mailer-daemon@example.com", false, false},
		{"postmaster@example.com", false, false},
		{"bouncer@example.com", false, true},
		{"norepl@example.com", false, true},
	} {
		if got := NoReplyAddress(test.address); got != test.noReply {
			t.Errorf("%s: no-reply is %v", test.address, got)
		}
		if got := readByPeople(test.address); got != test.people {
			t.Errorf("%s: read by people is %v", test.address, got)
		}
	}
}

// TestNormalizeAddress: what is one address to every mail server is one here,
// and nothing else is.
func TestNormalizeAddress(t *testing.T) {
	for address, want := range map[string]string{
		" Aiko@Acme.Example. ":     "aiko@acme.example",
		"a.b+c@x.example":          "a.b+c@x.example",
		"Desk":                     "desk",
		"x@Bücher.example":         "x@xn--bcher-kva.example",
		"x@bu\u0308cher.EXAMPLE":   "x@xn--bcher-kva.example",
		"x@例え。example":             "x@xn--r8jz45g.example",
		"x@gİtlab.com":             "x@xn--gitlab-qyd.com",
		"x@GITLAB.com":             "x@gitlab.com",
		"x@straße.example":         "x@xn--strae-oqa.example",
		"x@Ä_B.Example":            "x@Ä_b.example", // refused
		"JÜRGEN@x.example":         "jürgen@x.example",
		"Ju\u0308rgen@x.example":   "jürgen@x.example",
		"roß@x.example":            "roß@x.example",
		"ross@x.example":           "ross@x.example",
		"des\u212a@x.example":      "des\u212a@x.example", // the Kelvin sign
		"Ü\u212a\u212aO@x.example": "ü\u212a\u212ao@x.example",
		"İda@x.example":            "İda@x.example",
		"ıda@x.example":            "ıda@x.example",
		"\u017fupport@x.example":   "\u017fupport@x.example", // a long s
		"ﬁx@x.example":             "ﬁx@x.example",           // a ligature
		"ΣΊΣΥΦΟΣ@x.example":        "σίσυφοσ@x.example",
		"日本@x.example":             "日本@x.example",
		"\xff\xfeA@x.example":      "\xff\xfea@x.example",
	} {
		got := NormalizeAddress(address)
		if got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
		if again := NormalizeAddress(got); again != got {
			t.Errorf("%q: %q, and then %q", address, got, again)
		}
	}
}
