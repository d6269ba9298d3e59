package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"deskd/storage"
	"deskd/ticketing"
)

// deskRows are what a replay must not touch, and the entries that it may.
type deskRows struct {
	Tickets []ticketing.Ticket
	People  [][]ticketing.Participant
	Ledger  []ticketing.LedgerRow
	Outbox  []ticketing.OutboxMail
}

func (m member) rows(t *testing.T) (d deskRows, entries map[int64][]ticketing.Entry) {
	t.Helper()
	entries = map[int64][]ticketing.Entry{}
	err := m.store.View(t.Context(), func(r ticketing.Reader) (err error) {
		if d.Tickets, err = r.ListTickets(ticketing.TicketFilter{All: true}); err != nil {
			return err
		}
		for _, tk := range d.Tickets {
			people, err := r.Participants(tk.ID)
			if err != nil {
				return err
			}
			d.People = append(d.People, people)
			if entries[tk.ID], err = r.Entries(tk.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		d.Ledger, err = m.store.LedgerRows(t.Context(), storage.LedgerFilter{})
	}
	if err == nil {
		d.Outbox, err = m.store.OutboxRows(t.Context(), storage.OutboxFilter{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return d, entries
}

// replays runs the command and gives its lines of JSON and its standard error.
func replays(t *testing.T, file string, status int, args ...string) (all []replayed, errs string) {
	t.Helper()
	var out, err bytes.Buffer
	args = append([]string{"replay", "--json", "--config", file}, args...)
	if s := run(t.Context(), args, strings.NewReader(""), &out, &err); s != status {
		t.Fatalf("%v: status %d, %s", args, s, err.String())
	}
	for line := range strings.Lines(out.String()) {
		var v replayed
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		all = append(all, v)
	}
	return all, err.String()
}

// stubbed makes a stub of the next spooled mail.
func (m member) stubbed(t *testing.T) {
	t.Helper()
	c, err := m.store.ClaimSpooled(t.Context(), m.owner, 1, time.Minute)
	if err != nil || len(c.Mails) != 1 {
		t.Fatalf("claimed %d, %v", len(c.Mails), err)
	}
	if err := m.Desk.Stub(t.Context(), c.Lease, c.Mails[0], ticketing.Failure{Reason: ticketing.FailedToRead, Detail: "the mail parser crashed"}); err != nil {
		t.Fatal(err)
	}
	if err := m.store.ReleaseLease(t.Context(), c.Lease); err != nil {
		t.Fatal(err)
	}
}

// TestReplay: mails that an older program read badly, or not at all, are put
// right on both engines, once, and nothing else changes.
func TestReplay(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, url string) {
		file := twoMailboxes(t, url)
		m := memberOf(t, file)
		spooled := func(id, text string) {
			t.Helper()
			if err := m.spool(0, customerMail(id, "", text)); err != nil {
				t.Fatal(err)
			}
		}
		spooled("<one@acme.example>", "It burns, said Zoë.")
		finish(t, []member{m})
		spooled("<two@acme.example>", "Nobody could read me.")
		m.stubbed(t)
		spooled("<three@acme.example>", "I was always right.")
		finish(t, []member{m})
		spooled("<four@acme.example>", "I wait.")
		before, entries := m.rows(t)
		first := entries[1][0]
		first.Text, first.EventArgs = "It burns, said ZoÃ«.", map[string]string{"problems": "bad_utf8"}
		if err := m.store.Update(t.Context(), func(tx ticketing.Tx) error { return tx.RewriteEntry(first) }); err != nil {
			t.Fatal(err)
		}

		told, _ := replays(t, file, exitDone, "--since", "2020-01-01")
		if got := fmt.Sprint(told[0].Skipped, told[1].Changed, told[2].Changed, told[3].Changed); len(told) != 4 ||
			got != "it is not decided about yet[] [author subject text full_text attachments] [text problems]" {
			t.Errorf("it would change %s", got)
		}
		if _, now := m.rows(t); len(now[1]) != len(entries[1]) || now[1][0].Text != first.Text {
			t.Error("a dry run has written something")
		}
		if told, _ := replays(t, file, exitDone, "--since", time.Now().Add(time.Hour).Format(time.RFC3339)); len(told) != 0 {
			t.Errorf("mails of the future: %+v", told)
		}
		if told, _ := replays(t, file, exitDone, "--problems", "--apply"); len(told) != 2 || told[0].Mail != 2 || told[1].Mail != 1 || !told[1].Applied {
			t.Errorf("mails with problems: %+v", told)
		}
		if told, _ := replays(t, file, exitDone, "--unreadable", "--apply"); len(told) != 1 || told[0].Applied {
			t.Errorf("put right a second time: %+v", told)
		}
		after, now := m.rows(t)
		i := slices.IndexFunc(after.Tickets, func(tk ticketing.Ticket) bool { return tk.ID == 2 })
		if after.Tickets[i].Subject != "Printer" {
			t.Errorf("the subject of the stub's ticket is %q", after.Tickets[i].Subject)
		}
		after.Tickets[i].Subject = ""
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("more than words changed:\n%s", diff)
		}
		if len(now[1]) != 2 || now[1][0].Text != "It burns, said Zoë." || now[1][1].Event != "reread" || now[1][1].Visibility != ticketing.AgentsOnly {
			t.Errorf("ticket 1: %+v", now[1])
		}
		stub := now[2][0]
		if len(now[2]) != 2 || stub.Text != "Nobody could read me." || stub.Event != "" || stub.Visibility != ticketing.AgentsOnly ||
			stub.Author.Address != "aiko@acme.example" || stub.Author.Role != ticketing.Stranger || len(stub.Attachments) > 0 {
			t.Errorf("ticket 2: %+v", now[2])
		}
		if len(now[3]) != 1 {
			t.Errorf("ticket 3: %+v", now[3])
		}
	})
}

// memberOf opens a desk by its configuration.
func memberOf(t *testing.T, file string) member {
	t.Helper()
	h, err := openHouse(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	return memberIn(t, h)
}

// lost is a queue that has lost the bytes of a mail.
type lost struct {
	ticketing.Queue
	sha256 string
}

func (q lost) OpenRaw(ctx context.Context, sha256 string) (io.ReadSeekCloser, error) {
	if sha256 == q.sha256 {
		return nil, ticketing.ErrNotFound
	}
	return q.Queue.OpenRaw(ctx, sha256)
}

// TestReplayWithoutBytes: a mail whose bytes are lost, or that is none, is named,
// and the others go on.
func TestReplayWithoutBytes(t *testing.T) {
	t.Parallel()
	m := members(t, 1, "sqlite://"+t.TempDir()+"/desk.db")[0]
	for i := range 2 {
		if err := m.spool(0, customerMail(fmt.Sprintf("<%d@acme.example>", i), "", fmt.Sprint("text ", i))); err != nil {
			t.Fatal(err)
		}
	}
	finish(t, []member{m})
	rows, _ := m.rows(t)
	m.Queue = lost{m.Queue, rows.Ledger[1].RawSHA256} // the newest comes first
	var out, errs bytes.Buffer
	r := replay{replayCmd: replayCmd{Mails: []int64{1, 77, 2}}, program: &program{out: &out, err: &errs}, house: m.house, in: m.Intake}
	if err := r.each(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r.failed != 2 || r.same != 1 || !strings.Contains(out.String(), "Mail 2, ticket 2, entry 2: as it was") {
		t.Errorf("%d failed, %d as before\n%s", r.failed, r.same, out.String())
	}
	for _, want := range []string{"mail 1: its bytes are not kept any more (SHA-256 " + rows.Ledger[1].RawSHA256, "mail 77: there is none"} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("%q is not told in %q", want, errs.String())
		}
	}
}

// TestReplayBesideOthers: while others write on the same ticket, a replay gets
// its turn, and neither loses anything.
func TestReplayBesideOthers(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, url string) {
		file := twoMailboxes(t, url)
		both := []member{memberOf(t, file), memberOf(t, file)}
		raw := strings.Replace(customerMail("<1@acme.example>", "", "\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0!"), "\r\n\r\n", "\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n", 1)
		if err := both[0].spool(0, raw); err != nil {
			t.Fatal(err)
		}
		finish(t, both[:1])
		const notes, rounds = 40, 10
		together(t, both, func(i int, m member) error {
			if i == 0 {
				for n := range notes {
					if err := m.Desk.Do(t.Context(), administrator(), 1, ticketing.AddNote{Text: fmt.Sprint("note ", n)}); err != nil {
						return err
					}
				}
				return nil
			}
			for range rounds {
				for _, charset := range []string{"windows-1251", charsetAuto} {
					var errs bytes.Buffer
					if s := run(t.Context(), []string{"replay", "1", "--apply", "--charset", charset, "--config", file}, strings.NewReader(""), io.Discard, &errs); s != exitDone {
						return fmt.Errorf("status %d: %s", s, errs.String())
					}
				}
			}
			return nil
		})
		if told, _ := replays(t, file, exitDone, "1", "--apply", "--charset", "windows-1251"); len(told) != 1 || told[0].Is.Text != "Привет, мир!" {
			t.Errorf("%+v", told)
		}
		if told, _ := replays(t, file, exitDone, "1", "--apply"); len(told[0].Changed) > 0 {
			t.Errorf("the charset was not kept: %+v", told)
		}
		_, entries := both[0].rows(t)
		count := map[string]int{}
		for _, e := range entries[1] {
			count[string(e.Kind)+e.Event]++
		}
		if count["note"] != notes || count["eventreread"] != 2*rounds+1 || entries[1][0].Text != "Привет, мир!" {
			t.Errorf("%v, text %q", count, entries[1][0].Text)
		}
	})
}
