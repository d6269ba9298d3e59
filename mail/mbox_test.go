package mail

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

func TestSplitMbox(t *testing.T) {
	const sep = "From joe@example.org Tue Nov 24 10:00:00 2026\n"
	tests := []struct {
		name, mbox string
		want       []string // "!" stands before one that is too long
	}{
		{"empty", "", nil},
		{"one", sep + "Subject: a\n\nbody\n", []string{"Subject: a\n\nbody\n"}},
		{"two", sep + "Subject: a\n\nbody\n\n" + sep + "Subject: b\n\n", []string{"Subject: a\n\nbody\n", "Subject: b\n"}},
		{"escaped", sep + "\n>From here\n>>From there\n", []string{"\nFrom here\n>From there\n"}},
		{"a sentence", sep + "\nHello\n\nFrom now on: never.\n", []string{"\nHello\n\nFrom now on: never.\n"}},
		{"not after a blank line", sep + "\nHello\n" + sep, []string{"\nHello\n" + sep}},
		{"no separator", "Subject: a\n\nb\n", []string{"Subject: a\n\nb\n"}},
		{"too long", sep + "Subject: a\n\n" + strings.Repeat("x", 300) + "\n\n" + sep + "Subject: b\n", []string{"!Subject: a\n\n", "Subject: b\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for raw, err := range SplitMbox(strings.NewReader(tt.mbox), 200) {
				mark := ""
				if errors.Is(err, ErrTooLong) {
					mark = "!"
				} else if err != nil {
					t.Fatal(err)
				}
				got = append(got, mark+string(raw))
			}
			if strings.Join(got, "|") != strings.Join(tt.want, "|") || len(got) != len(tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSplitMboxReaderFails(t *testing.T) {
	fault := errors.New("disk")
	n := 0
	for _, err := range SplitMbox(io.MultiReader(strings.NewReader("From a 1:1\nx"), iotest.ErrReader(fault)), 100) {
		if n++; !errors.Is(err, fault) || n > 1 {
			t.Fatalf("%d: %v", n, err)
		}
	}
	if n != 1 {
		t.Errorf("%d results, want the error", n)
	}
}

func TestSplitMboxCorpus(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(corpusSet(t, "dovecot-imaptest"), "thread.mbox"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for raw, err := range SplitMbox(bytes.NewReader(data), 1<<20) {
		if err != nil || bytes.HasPrefix(raw, []byte("From ")) {
			t.Fatal(err)
		}
		n++
	}
	if want := bytes.Count(data, []byte("\nFrom ")) + 1; n != want {
		t.Errorf("%d mails, want %d", n, want)
	}
}
