package scenario_test

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"deskd/servertest"
)

var update = flag.Bool("update", false, "write what came out into testdata")

// TestStories plays each file of testdata on both engines.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d stories, %v", len(files), err)
	}
	dovecot := servertest.NewDovecot(t, servertest.DovecotOptions{})
	postgres := newDatabases(t)
	var stories []story
	for i, file := range files {
		s, err := readStory(file)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		stories = append(stories, s)
		for _, engine := range []string{"sqlite", "postgres"} {
			addUsers(t, dovecot, engine+strconv.Itoa(i), s.boxes())
		}
	}
	for i, s := range stories {
		t.Run("sqlite/"+s.name(), func(t *testing.T) {
			t.Parallel()
			url := "sqlite://" + filepath.Join(t.TempDir(), "desk.db")
			check(t, s, s.play(t, url, "sqlite"+strconv.Itoa(i), dovecot), *update)
		})
		t.Run("postgres/"+s.name(), func(t *testing.T) {
			t.Parallel()
			check(t, s, s.play(t, postgres.take(t), "postgres"+strconv.Itoa(i), dovecot), false)
		})
	}
}

// check compares what came of a story with what was expected, or writes it
// down.
func check(t *testing.T, s story, got string, write bool) {
	t.Helper()
	if write {
		if err := os.WriteFile(s.path, []byte(s.head+separator+got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(s.want, "\n"), strings.Split(got, "\n")); diff != "" && !*update {
		t.Errorf("%s\n%s", s.rule, diff)
	}
}

// play plays a story and tells what came of it.
func (s story) play(t *testing.T, url, user string, dovecot *servertest.Dovecot) string {
	t.Helper()
	p := newPlan()
	var h *house
	for _, st := range s.steps {
		furnishing := false
		var err error
		if h == nil {
			furnishing, err = p.furnish(st)
		}
		if !furnishing && err == nil {
			if h == nil {
				h = openHouse(t, p, url, user, dovecot)
			}
			err = h.play(st)
		}
		if err != nil {
			t.Fatalf("%s:%d: %s: %v", s.path, st.line, st.verb, err)
		}
	}
	h.tellAll()
	if err := h.replayAll(); err != nil {
		t.Errorf("%s: %v", s.path, err)
	}
	return h.tale.String()
}
