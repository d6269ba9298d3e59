package ticketing

import (
	"testing"
	"time"
)

func TestStanding(t *testing.T) {
	for reason, want := range map[string]string{
		"":                             "status.solved.sentence",
		"Agreed":                       "status.solved.agreed",
		"bug HD-12":                    "status.solved.bug",
		"BUG  https://bugs.example/12": "status.solved.bug",
		"bug 12 in the parser":         "status.solved.sentence", // an agent's words
		"bug a@b.example":              "status.solved.sentence",
		"no answer":                    "status.solved.no_answer",
		"other: agreed":                "status.solved.agreed",
		"he gave up":                   "status.solved.sentence",
	} {
		got := Ticket{Status: Solved, SolvedReason: CanonicalReason(reason)}.Standing()
		if got.Key != want {
			t.Errorf("%q gives %s, want %s", reason, got.Key, want)
		}
	}
	for reason, want := range map[string]string{
		"Reproducing": "status.on_hold.reproducing", "account-team": "status.on_hold.account_team",
		"Engineering": "status.on_hold.engineering", "engineering is slow": "status.on_hold.sentence",
	} {
		if got := (Ticket{Status: OnHold, HoldReason: CanonicalReason(reason)}).Standing(); got.Key != want {
			t.Errorf("%q gives %s, want %s", reason, got.Key, want)
		}
	}
}

// Every command is read, and is near to itself when a letter is wrong.
func TestCommandNames(t *testing.T) {
	for _, name := range ticketCommands() {
		var c Commands
		if key := c.add(name, "x"); key == "unknown" {
			t.Errorf("#%s is no command", name)
		}
	}
	for wrong, want := range map[string]string{
		"internal": "note", "internl": "note", "notee": "note", "sovled": "solved", "clsoe": "solved",
		"asign": "assign", "prioritty": "priority", "hodl": "hold", "zzz": "", "c": "", "メモ": "",
	} {
		if got := nearestCommand(wrong); got != want {
			t.Errorf("#%s is near to %q, want %q", wrong, got, want)
		}
	}
}

func TestReminderAt(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	for arg, want := range map[string]string{
		"3d": "2026-01-08T09:00:00Z", "90m ask him": "2026-01-05T10:30:00Z", "1w": "2026-01-12T09:00:00Z",
		"２ｈ": "2026-01-05T11:00:00Z", "2026-12-01": "2026-12-01T00:00:00Z",
	} {
		var c Commands
		if key := c.add("remind", arg); key != "" {
			t.Errorf("%q: %s", arg, key)
		}
		if got := c.Remind.At(now, tokyo).UTC().Format(time.RFC3339); got != want {
			t.Errorf("%q is at %s, want %s", arg, got, want)
		}
	}
	for _, arg := range []string{"", "3", "d", "-3d", "3y", "99999d", "2026-13-01", "friday"} {
		var c Commands
		if key := c.add("remind", arg); key != "remind_needs_when" {
			t.Errorf("%q is taken: %+v", arg, c.Remind)
		}
	}
}
