package mail

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGolden compares how the mails of testdata/parse are understood with the
// JSON beside them. WRITE_GOLDEN=1 writes it anew, to be read in the diff.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/parse/*.eml")
	if err != nil || len(files) == 0 {
		t.Fatal("no test data", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".eml"), func(t *testing.T) {
			m := parseFile(t, file)
			got := golden(t, Inspect(m, composer(t).Texts), m.KindWhy)
			path := strings.TrimSuffix(file, ".eml") + ".json"
			if os.Getenv("WRITE_GOLDEN") != "" {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// golden is the inspection without the fields that are empty, so that the
// files show what matters.
func golden(t *testing.T, i Inspection, why string) []byte {
	t.Helper()
	data, err := json.Marshal(i)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(data, &fields); err != nil {
		t.Fatal(err)
	}
	for key, value := range fields {
		if list, ok := value.([]any); value == nil || value == "" || ok && len(list) == 0 {
			delete(fields, key)
		}
	}
	fields["kind_why"] = why
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(fields); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
