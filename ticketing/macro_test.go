package ticketing

import (
	"errors"
	"strings"
	"testing"
)

func TestMacroCheck(t *testing.T) {
	for text, want := range map[string]string{
		"Hello.": "",
		"#solved agreed\n#priority S4\n\nHello { Requester.Name }.": "",
		"#note\nfor us": "",
		"#awaiting":     "", // commands alone
		"#hold waiting for the part\r\nHello {requester.name}\r\n": "",
		"##1 is {subject}": "",
		"{{requester} is written so, and { } and {}, {a b}": "",

		"":                                  "empty",
		"\n \n":                             "empty",
		"#internl\ntext":                    `"#internl"`,
		"#open\n#solved":                    `"#solved"`,
		"#macro other":                      "no place",
		"#release":                          "no place",
		"#customer a@b.example":             "no place",
		"#help":                             "no place",
		"#hold for {agent.name}":            "stands in a command",
		"Dear {customer}":                   "no field {customer}",
		"Dear {requester_name}":             "no field {requester_name}",
		"Dear {{requester.name}}":           "single braces",
		"\xff":                              "UTF-8",
		strings.Repeat("x", MaxMacroText+1): "is the most",
	} {
		err := Macro{Text: text}.Check()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
}

func TestMacroName(t *testing.T) {
	for name, want := range map[string]string{
		"Welcome": "welcome", "re-open_2": "re-open_2", "お礼": "お礼", "e\u0301te": "éte",
		"": "", "a b": "", "../x": "", "-x": "", "a.b": "", strings.Repeat("x", 41): "",
	} {
		if got, err := MacroName(name); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
}

// macroSituation is a ticket of Aiko's, who reads Japanese, in a desk with macros.
func macroSituation(macros ...Macro) Situation {
	return Situation{
		Settings: Settings{
			Mailboxes: []Mailbox{{ID: 1, Address: "support@example.com", Name: "Desk", Language: "en"}},
			Macros: Macros{All: macros, Statuses: map[string]map[Status]string{
				"en": {AwaitingReply: "Awaiting", Open: "Open"}, "ja": {AwaitingReply: "返信待ち", Solved: "解決済み"},
			}},
		},
		People: People{Participants: []Participant{{PersonID: 1, Role: Requester, Name: "Aiko", Address: "aiko@acme.example", Language: "ja"}}},
	}
}

func inserted(t *testing.T, s Situation, text string) (Commands, string, error) {
	t.Helper()
	c, own, err := ParseCommands(text)
	if err != nil {
		t.Fatal(err)
	}
	in := insertion{ticket: Ticket{ID: 7, MailboxID: 1, Subject: "Fire", Status: Open}, by: Author{Name: "Mia"}, seen: Public}
	return s.insert(c, own, in)
}

func TestInsert(t *testing.T) {
	long := strings.Repeat("あ", maxFieldValue)
	for _, test := range []struct {
		name, requester, macro, text, want string
	}{
		{"above", "Aiko", "Hello {requester.name}", "#macro a\nMine", "Hello Aiko\n\nMine"},
		{"where it says", "Aiko", "Hello\n\n{text}\n\nBye", "#macro a\nMine", "Hello\n\nMine\n\nBye"},
		{"nothing of his own", "Aiko", "Hello\n\n{text}\n\nBye", "#macro a", "Hello\n\nBye"},
		{"all fields", "Aiko", "{ticket} {subject} {desk} {status} {agent.name}", "#macro a", "7 Fire Desk 返信待ち Mia"},
		{"the status to be", "Aiko", "#solved\n{status}", "#macro a", "解決済み"},
		{"one pass", "{agent.name}{text}{{", "{requester.name} {{subject}", "#macro a\n{subject}", "{agent.name}{text}{{ {subject}\n\n{subject}"},
		{"no lines, no commands", "#solved\r\n#note\u2028x\x00y\u202e", "{requester.name}", "#macro a", "#solved #note x y"},
		{"not without end", long, "{requester.name}", "#macro a", long[:maxFieldValue]},
		{"by address", "", "{requester.name}", "#macro a", "aiko@acme.example"},
	} {
		s := macroSituation(Macro{Name: "a", Text: test.macro})
		s.People.Participants[0].Name = test.requester
		c, got, err := inserted(t, s, test.text)
		if err != nil || got != test.want {
			t.Errorf("%s: %q, %v; want %q", test.name, got, err, test.want)
		}
		if c.Visibility != "" {
			t.Errorf("%s: a value was a command", test.name)
		}
	}
}

func TestInsertByLanguage(t *testing.T) {
	s := macroSituation(Macro{Name: "a", Language: "ja", Text: "はい"}, Macro{Name: "a", Text: "Yes"}, Macro{Name: "a", Language: "de", Text: "Ja"})
	for language, want := range map[string]string{"ja": "はい", "en": "Yes", "fr": "Yes", "de": "Ja"} {
		s.People.Participants[0].Language = language
		if _, got, err := inserted(t, s, "#macro A"); err != nil || got != want {
			t.Errorf("%s: %q, %v", language, got, err)
		}
	}
}

// The commands of a macro and of the agent are one block.
func TestInsertCommands(t *testing.T) {
	s := macroSituation(
		Macro{Name: "done", Text: "#solved agreed\n#cc b@c.example\nBye"}, Macro{Name: "over", Text: "#solved\nBye"},
		Macro{Name: "other", Text: "#solved bug 1\nBye"}, Macro{Name: "ours", Text: "#note\nBye"}, Macro{Name: "mine", Text: "#assign me\nBye"},
		Macro{Name: "level", Text: "#priority S2 by rule\nBye"})
	for text, want := range map[string]Commands{
		"#macro done\n#cc a@c.example":             {Status: CommandSolved, Reason: "agreed", Cc: []string{"a@c.example", "b@c.example"}},
		"#solved by telephone\n#macro over":        {Status: CommandSolved, Reason: "by telephone"},
		"#solved\n#macro done":                     {Status: CommandSolved, Reason: "agreed", Cc: []string{"b@c.example"}},
		"#priority S2 a whole floor\n#macro level": {Priority: S2, PriorityWhy: "a whole floor"},
		"#macro ours":                              {Visibility: AgentsOnly},
	} {
		got, _, err := inserted(t, s, text)
		if err != nil || got.Status != want.Status || got.Reason != want.Reason || strings.Join(got.Cc, " ") != strings.Join(want.Cc, " ") ||
			got.Visibility != want.Visibility || got.PriorityWhy != want.PriorityWhy {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"#open\n#macro done", "#macro done\n#macro other", "#public\n#macro ours", "#assign none\n#macro mine", "#priority S1\n#macro level"} {
		var bad CommandError
		if _, _, err := inserted(t, s, text); !errors.As(err, &bad) || bad.Key != "macro_contradiction" {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestInsertRefuses(t *testing.T) {
	s := macroSituation(Macro{Name: "welcome", Text: "x"}, Macro{Name: "bad", Text: "{x}", Fault: "no field"})
	for text, want := range map[string]CommandError{
		"#macro Welcom": {Line: "#macro Welcom", Key: "macro_mistyped", Command: "#macro welcome", Choice: "bad, welcome"},
		"#macro zzzzzz": {Line: "#macro zzzzzz", Key: "macro_unknown", Choice: "bad, welcome"},
		"#macro bad":    {Line: "#macro bad", Key: "macro_faulty", Choice: "no field"},
	} {
		var got CommandError
		if _, _, err := inserted(t, s, text); !errors.As(err, &got) || got != want {
			t.Errorf("%q: %+v, want %+v", text, err, want)
		}
	}
	s.Settings.Macros = Macros{}
	var got CommandError
	if _, _, err := inserted(t, s, "#macro welcome"); !errors.As(err, &got) || got.Key != "macro_none" {
		t.Errorf("without macros: %v", got)
	}
	s.Settings.Macros.Fault = "the folder is gone"
	if _, _, err := inserted(t, s, "#macro welcome"); !errors.As(err, &got) || got.Key != "macro_faulty" || got.Choice != s.Settings.Macros.Fault {
		t.Errorf("with an unreadable folder: %v", got)
	}
	if _, _, err := ParseCommands(strings.Repeat("#macro welcome\n", maxInserted+1)); !errors.As(err, &got) || got.Key != "macro_too_many" {
		t.Errorf("too many: %v", err)
	}
}
