package mail

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
)

const trimCorpus = "../../shared/corpus"

// trimCase is what a set of the corpus records about one body.
type trimCase struct {
	ReplyText     *string  `json:"reply_text"`
	First         *string  `json:"first_fragment"`
	FirstContains []string `json:"first_fragment_contains"`
	FirstNot      []string `json:"first_fragment_not_contains"`
	Contains      []string `json:"reply_contains"`
	QuotedHas     []string `json:"quoted_contains"`
	Placeholder   string   `json:"placeholder"`
	Substitute    []string `json:"substitute"`
	Fragments     *struct {
		Count     int               `json:"count"`
		Hidden    []bool            `json:"hidden"`
		Quoted    []bool            `json:"quoted"`
		Signature []bool            `json:"signature"`
		Match     map[string]string `json:"match"`
		Contains  map[string]string `json:"contains"`
	} `json:"fragments"`
	Replies map[string]struct {
		Body         *string  `json:"body"`
		BodyHas      []string `json:"body_contains"`
		BodyNot      []string `json:"body_not_contains"`
		Signature    *string  `json:"signature"`
		SignatureHas []string `json:"signature_contains"`
	} `json:"replies"`
	HasSignature bool     `json:"has_signature"`
	SigLines     []string `json:"signature_lines"`
}

func loadTrimSet(t *testing.T, set string) map[string]trimCase {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(trimCorpus, set, "expected.json"))
	if err != nil {
		t.Skipf("the corpus is not here: %v", err)
	}
	cases := map[string]trimCase{}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

// squeeze makes texts comparable where sources differ in white space.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// misses returns what of c does not hold for text.
func (c trimCase) misses(text string) []string {
	got := Trim(text)
	var bad []string
	check := func(ok bool, what string) {
		if !ok {
			bad = append(bad, what)
		}
	}
	whole := squeeze(got.Reply + "\n" + got.Signature)
	for _, want := range []*string{c.ReplyText, c.First} {
		if want != nil {
			check(squeeze(got.Reply) == squeeze(*want) || whole == squeeze(*want), "reply text")
		}
	}
	for _, s := range append(append([]string{}, c.Contains...), c.FirstContains...) {
		check(strings.Contains(got.Reply, s), "reply without "+s)
	}
	for _, s := range c.FirstNot {
		check(!strings.Contains(got.Reply, s), "reply with "+s)
	}
	for _, s := range c.QuotedHas {
		check(strings.Contains(squeeze(got.Quoted+" "+got.Signature+" "+got.Reply), squeeze(s)), "quote without "+s)
	}
	c.fragmentMisses(got, check)
	c.replyMisses(got, check)
	return bad
}

// fragmentMisses looks for the author's fragments in the reply, and for hidden
// ones outside of it.
func (c trimCase) fragmentMisses(got Trimmed, check func(bool, string)) {
	if c.Fragments == nil {
		return
	}
	f := c.Fragments
	flag := func(flags []bool, i int) bool { return i < len(flags) && flags[i] }
	patterns := map[string]string{}
	for i, m := range f.Match {
		patterns[i] = "(?m)" + m
	}
	for i, s := range f.Contains {
		patterns[i] = regexp.QuoteMeta(s)
	}
	for key, pattern := range patterns {
		i := int(key[0] - '0')
		in := regexp.MustCompile(pattern).MatchString(got.Reply)
		switch {
		case flag(f.Hidden, i):
			check(len(pattern) < 6 || !in, "hidden text in the reply: "+pattern)
		case i == 0 && !flag(f.Quoted, 0) && !strings.Contains(pattern, "^On [^"):
			check(in, "reply without "+pattern)
		}
	}
	if len(f.Hidden) == 0 && f.Count == 1 {
		check(got.Quoted == "" && got.Signature == "", "something was cut from a single fragment")
	}
	for i, s := range f.Signature {
		if s && flag(f.Hidden, i) {
			check(got.Signature != "", "no signature")
		}
	}
}

func (c trimCase) replyMisses(got Trimmed, check func(bool, string)) {
	r, ok := c.Replies["0"]
	if !ok {
		return
	}
	if r.Body != nil {
		check(squeeze(got.Reply) == squeeze(*r.Body), "body")
	}
	for _, s := range r.BodyHas {
		check(strings.Contains(squeeze(got.Reply), squeeze(s)), "body without "+s)
	}
	for _, s := range r.BodyNot {
		check(!strings.Contains(squeeze(got.Reply), squeeze(s)), "body with "+s)
	}
	if r.Signature != nil {
		check(squeeze(got.Signature) == squeeze(*r.Signature), "signature")
	}
	for _, s := range r.SignatureHas {
		check(strings.Contains(squeeze(got.Signature), squeeze(s)), "signature without "+s)
	}
}

func TestTrimCorpus(t *testing.T) {
	// floor is the number of passing bodies below which the set may not fall.
	// What is missing are sign-offs ("Regards, Bob"), which Trim leaves with
	// the author, and mails about which two sources disagree.
	sets := []struct {
		name  string
		floor int
	}{
		{"github-email_reply_parser", 8},
		{"zapier-email-reply-parser", 11},
		{"willdurand-EmailReplyParser", 34},
		{"crisp-email-reply-parser", 35},
		{"alfonsrv-mail-parser-reply", 11},
		{"discourse-email_reply_trimmer", 32},
	}
	for _, set := range sets {
		t.Run(set.name, func(t *testing.T) {
			cases := loadTrimSet(t, set.name)
			names := make([]string, 0, len(cases))
			for name := range cases {
				names = append(names, name)
			}
			sort.Strings(names)
			pass, all := 0, 0
			for _, name := range names {
				c := cases[name]
				data, err := os.ReadFile(filepath.Join(trimCorpus, set.name, name))
				if err != nil {
					t.Fatal(err)
				}
				for _, text := range c.texts(string(data)) {
					all++
					bad := c.misses(text)
					if len(bad) == 0 {
						pass++
						continue
					}
					t.Logf("%s: %s", name, strings.Join(bad, "; "))
				}
			}
			t.Logf("%d of %d", pass, all)
			if pass < set.floor {
				t.Errorf("%d bodies pass, there were %d", pass, set.floor)
			}
		})
	}
}

// texts returns the body, or one for each substitute of a template.
func (c trimCase) texts(text string) []string {
	if c.Placeholder == "" {
		return []string{text}
	}
	var out []string
	for _, s := range c.Substitute {
		out = append(out, strings.ReplaceAll(text, c.Placeholder, s))
	}
	return out
}
