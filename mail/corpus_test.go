package mail

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const corpusDir = "../../shared/corpus"

// corpusSet skips the test when the corpus is not there.
func corpusSet(t testing.TB, set string) string {
	t.Helper()
	dir := filepath.Join(corpusDir, set)
	if _, err := os.Stat(dir); err != nil {
		t.Skip("corpus not found: ../shared/corpus beside the repository")
	}
	return dir
}

func TestCorpusParses(t *testing.T) {
	dir := corpusSet(t, "")
	mails, empty := 0, 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch filepath.Ext(path) {
		case ".json", ".yml", ".md", ".html", ".xml", ".list", ".baseline", ".tnef", ".bin":
			return nil
		}
		begin := time.Now()
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		m, err := Parse(bytes.NewReader(raw), DefaultLimits())
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		mails++
		if took := time.Since(begin); took > 30*time.Second {
			t.Errorf("%s took %v", path, took)
		}
		checkInvariants(t, raw, m)
		if strings.TrimSpace(m.Text) == "" && len(m.Attachments) == 0 {
			empty++
			if os.Getenv("CORPUS_MISSES") != "" {
				t.Log("empty:", path, m.Problems)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files, %d without any content", mails, empty)
}
