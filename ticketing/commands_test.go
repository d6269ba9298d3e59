package ticketing

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseCommands(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       Commands
		rest       string
	}{
		{"none", "Hello\n#note", Commands{}, "Hello\n#note"},
		{"note", "#note\n\nonly us", Commands{Visibility: AgentsOnly}, "only us"},
		{"case and colon", "\n#SOLVED: agreed\nThanks", Commands{Status: CommandSolved, Reason: "agreed"}, "Thanks"},
		{"full width", "＃hold　bug 17\nok", Commands{Status: CommandHold, Reason: "bug 17"}, "ok"},
		{"several", "#assign me\n#priority s2 it is down\n#cc a@b.example, <c@d.example>\n\ntext\n#solved is text now",
			Commands{Assign: "me", Priority: S2, PriorityWhy: "it is down", Cc: []string{"a@b.example", "c@d.example"}},
			"text\n#solved is text now"},
		{"literal", "##1 is fixed", Commands{}, "#1 is fixed"},
		{"literal, full width", "＃＃1", Commands{}, "＃1"},
		{"a number is text", "#1 is fixed", Commands{}, "#1 is fixed"},
		{"customer", "#customer A@B.example\nHi", Commands{Customer: "a@b.example"}, "Hi"},
		{"blank", "# Note\nx", Commands{Visibility: AgentsOnly}, "x"},
		{"zero width", "\u200b#note\u00a0\nx", Commands{Visibility: AgentsOnly}, "x"},
		{"bold", "**#note**\nx", Commands{Visibility: AgentsOnly}, "x"},
		{"bullet", "• #Solved agreed.\nx", Commands{Status: CommandSolved, Reason: "agreed"}, "x"},
		{"text behind", "#note only us\nand you", Commands{Visibility: AgentsOnly}, "only us\nand you"},
		{"heading", "# Questions\n#note", Commands{}, "# Questions\n#note"},
		{"hold", "#hold Account-Team ｜ Soon.\nx", Commands{Status: CommandHold, Reason: "account team", HoldNote: "Soon."}, "x"},
		{"full width all over", "＃ｐｒｉｏｒｉｔｙ　ｓ１　火事\n＃ｍｅｒｇｅ　１２　with cc", Commands{Priority: S1, PriorityWhy: "火事", Merge: 12, WithPeople: true}, ""},
		{"tags", "#tag Büro,+A -old", Commands{AddTags: []string{"büro", "a"}, DropTags: []string{"old"}}, ""},
		{"crlf", "#note\r\nx\r\n", Commands{Visibility: AgentsOnly}, "x"},
	} {
		got, rest, err := ParseCommands(test.text)
		if err != nil || rest != test.rest {
			t.Errorf("%s: rest %q, error %v", test.name, rest, err)
		}
		if d := cmp.Diff(test.want, got); d != "" {
			t.Errorf("%s: %s", test.name, d)
		}
	}
}

// What looks like a command and is none must never be published as text.
func TestParseCommandsRefuses(t *testing.T) {
	for text, key := range map[string]string{
		"#internl\nthe customer is wrong":    "unknown_near",
		"#note\n#public\nx":                  "contradiction",
		"# Open questions\nx":                "unknown_near",
		"＃メモ\nx":                             "unknown",
		"#note-to-self\nx":                   "unknown",
		"- #internal\nx":                     "unknown_near",
		"#note #solved":                      "one_a_line",
		"#solved bug":                        "solved_needs_bug",
		"#solved merged":                     "solved_by_merge",
		"#hold | only for customers":         "hold_needs_reason",
		"#merge":                             "merge_needs_number",
		"#merge 3 people":                    "merge_needs_number",
		"#merge 3\n#solved":                  "contradiction",
		"#open\n#merge 3":                    "contradiction",
		"#cc a@b.example\n#uncc a@b.example": "contradiction",
		"#tag +a -a":                         "contradiction",
		"#tag a@b":                           "tag_needs_word",
		"#link 0":                            "link_needs_number",
		"#link 3\n#unlink 3":                 "contradiction",
		"#solved\n#open":                     "contradiction",
		"#hold":                              "hold_needs_reason",
		"#assign":                            "assign_needs_who",
		"#priority S9":                       "priority_needs_level",
		"#cc nobody":                         "cc_needs_address",
		"#customer":                          "customer_needs_address",
	} {
		c, rest, err := ParseCommands(text)
		var bad CommandError
		if !errors.As(err, &bad) || bad.Key != key {
			t.Errorf("%q: error %v, want %s", text, err, key)
		}
		if rest != "" || c.Any() || c.Visibility != "" {
			t.Errorf("%q: something was read all the same: %+v %q", text, c, rest)
		}
	}
}

// A mail in an agent's name is read for commands before it is known that he wrote it.
func TestParseCommandsIsQuick(t *testing.T) {
	var people, tags strings.Builder
	people.WriteString("#uncc")
	for i := range 5000 {
		fmt.Fprintf(&people, " a%d@b.example", i)
	}
	for i := range 5000 {
		fmt.Fprintf(&people, "\n#cc x%d@b.example", i)
		fmt.Fprintf(&tags, "#tag x%d\n", i)
	}
	for text, want := range map[string]string{people.String(): "cc_too_many", tags.String(): "tag_too_many"} {
		began := time.Now()
		_, _, err := ParseCommands(text)
		var bad CommandError
		if !errors.As(err, &bad) || bad.Key != want {
			t.Errorf("got %v, want %s", err, want)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("%d bytes took %s", len(text), took)
		}
	}
}

func TestRemindCountsNoFurtherThanItMay(t *testing.T) {
	for _, when := range []string{"30503w", "99999w", "105w", "733d", "0d", "3x"} { // 30503 weeks are 17 days past 64 bits of nanoseconds
		if c, _, err := ParseCommands("#remind " + when); err == nil {
			t.Errorf("%s: in %s", when, c.Remind.After)
		}
	}
}
