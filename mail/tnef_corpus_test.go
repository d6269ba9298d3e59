package mail

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCorpusTNEF compares the files in the TNEF streams of the corpus with what
// the sources expect, contents by MD5. Bodies are no files here, and one file
// is stored with other line ends in the source.
func TestCorpusTNEF(t *testing.T) {
	for _, set := range []string{"mimekit", "verdammelt-tnef"} {
		dir := filepath.Join("../../shared/corpus", set)
		data, err := os.ReadFile(filepath.Join(dir, "expected.json"))
		if err != nil {
			t.Skip("corpus not found: ../shared/corpus beside the repository")
		}
		var want map[string]struct {
			Attachments []struct {
				Name, MD5 string
				Size      int
			}
		}
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatal(err)
		}
		for file, w := range want {
			stream, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil || !strings.HasSuffix(file, ".tnef") {
				continue
			}
			raw := winmail(stream, "")
			m := parseString(t, raw)
			got := map[string]string{}
			for _, a := range m.Attachments {
				sum := md5.Sum([]byte(openString(t, raw, a.Part)))
				got[a.Name] = hex.EncodeToString(sum[:])
			}
			for _, a := range w.Attachments {
				stem := strings.TrimSuffix(filepath.Base(file), ".tnef")
				if a.Name == "message.rtf" || a.Name == "message.html" || strings.HasPrefix(a.Name, stem+"-body.") {
					if strings.TrimSpace(m.Text) == "" {
						t.Errorf("%s/%s: no text", set, file)
					}
					continue
				}
				if sum, ok := got[a.Name]; !ok || sum != a.MD5 && !(set == "mimekit" && a.Name == "spaconsole2.cfg") {
					t.Errorf("%s/%s: %s is %q, wanted %s", set, file, a.Name, sum, a.MD5)
				}
			}
		}
	}
}
