package config

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var update = flag.Bool("update", false, "rewrite testdata/*.golden")

// withSecrets is an environment that holds every secret the examples need.
func withSecrets(name string) (string, bool) {
	v, ok := map[string]string{
		"DESKD_SECRET":             strings.Repeat("s", 32),
		"DESKD_MAILBOX_1_PASSWORD": "imap-pass",
	}[name]
	return v, ok
}

func nothing(string) (string, bool) { return "", false }

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func load(t *testing.T, path string, env func(string) (string, bool)) *Config {
	t.Helper()
	c, err := parse(path, read(t, path), env)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSmallestConfigLoads(t *testing.T) {
	c := load(t, "testdata/smallest.toml", withSecrets)
	if c.Desk.Instance != "support.example.com" {
		t.Errorf("instance = %q", c.Desk.Instance)
	}
	m := c.Mailbox[0]
	if m.Name != "Example Support" || m.Folder != "INBOX" || m.After != "keep" || m.Language != "en" || m.Poll != c.IMAP.Poll {
		t.Errorf("mailbox defaults are not filled in: %+v", m)
	}
	if s := c.SubmissionFor(m); s.User != m.User || s.Password.Reveal() != "imap-pass" || s.EnvelopeFrom != m.Address {
		t.Errorf("submission does not use the mailbox's login: %+v", s)
	}
	if err := c.Validate(); err != nil {
		t.Errorf("a loaded config does not pass Validate: %v", err)
	}
}

// TestFaults reads every testdata/bad-*.toml and compares all its faults with
// the golden file beside it.
func TestFaults(t *testing.T) {
	files, err := filepath.Glob("testdata/bad-*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no bad configs: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			_, err := parse(file, read(t, file), nothing)
			if err == nil {
				t.Fatal("loads without a fault")
			}
			got := err.Error() + "\n"
			golden := strings.TrimSuffix(file, ".toml") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(read(t, golden)), got); diff != "" {
				t.Error(diff)
			}
			if strings.Contains(got, "hunter2") {
				t.Error("a fault shows a password")
			}
		})
	}
}

func TestExampleLoads(t *testing.T) {
	c, err := parse("example.toml", []byte(example), func(name string) (string, bool) { return withSecrets(name) })
	if err != nil {
		t.Fatal(err)
	}
	if c.Mailbox[0].SMTP != (Submission{}) {
		t.Error("the example has [mailbox.smtp] in effect")
	}
}

var commentedOut = regexp.MustCompile(`(?m)^#(\[|[a-z0-9_]+ = )`)

// TestExampleShowsDefaults: what the example shows behind # is what is in
// effect without it.
func TestExampleShowsDefaults(t *testing.T) {
	plain := load(t, "example.toml", withSecrets)
	all, err := parse("example.toml", commentedOut.ReplaceAll([]byte(example), []byte("$1")), withSecrets)
	if err != nil {
		t.Fatal(err)
	}
	if all.Mailbox[0].SMTP.URL == "" {
		t.Fatal("[mailbox.smtp] was not read")
	}
	all.Mailbox[0].SMTP = Submission{}
	if len(all.Calendar) != 1 || len(all.Calendar[0].Hours) == 0 {
		t.Fatal("[[calendar]] was not read")
	}
	all.Calendar = nil
	opts := cmp.Options{cmpopts.IgnoreUnexported(Config{}), cmpopts.EquateEmpty()}
	if diff := cmp.Diff(plain, all, opts); diff != "" {
		t.Errorf("the example shows other values than the defaults (-default +shown):\n%s", diff)
	}
	if diff := cmp.Diff(Default().Limits, all.Limits); diff != "" {
		t.Error(diff)
	}
}

// TestExampleHasEveryKey: a setting nobody can find does not exist.
func TestExampleHasEveryKey(t *testing.T) {
	shown, table := map[string]bool{}, ""
	for line := range strings.SplitSeq(example, "\n") {
		if h, ok := header(line); ok {
			table = h
			shown[h] = true
		} else if key, ok := setting(line); ok {
			shown[join(table, key)] = true
		}
	}
	for key := range known() {
		if !shown[key] {
			t.Errorf("example.toml does not show %s", key)
		}
	}
	for key := range shown {
		if _, ok := known()[key]; !ok {
			t.Errorf("example.toml shows %s, which is no setting", key)
		}
	}
}

func TestLoadReadsFileAndEnvironment(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"deskd.toml": strings.NewReplacer("sqlite:///var/lib/deskd/desk.db", "sqlite:my desk.db").Replace(example),
		"secret":     strings.Repeat("k", 64) + "\n", "imap-password": "from file\r\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Load(filepath.Join(dir, "deskd.toml"))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Mailbox[0].Password.Reveal(); got != "from file" {
		t.Errorf("password = %q", got)
	}
	if got, want := c.Database.URL.Reveal(), "sqlite://"+dir+"/my%20desk.db"; got != want {
		t.Errorf("database = %q, want %q", got, want)
	}
	t.Setenv("DESKD_MAILBOX_SUPPORT_EXAMPLE_COM_PASSWORD", "from environment")
	if c, err = Load(filepath.Join(dir, "deskd.toml")); err != nil {
		t.Fatal(err)
	}
	if got := c.Mailbox[0].Password.Reveal(); got != "from environment" {
		t.Errorf("password = %q", got)
	}
	if _, err := Load(filepath.Join(dir, "none.toml")); err == nil || !strings.Contains(err.Error(), "deskd init") {
		t.Errorf("missing file: %v", err)
	}
}

func TestOwnSubmission(t *testing.T) {
	mailbox := Mailbox{Address: "a@example.com", User: "a", Password: "p"}
	c := Default()
	c.SMTP.URL = "smtps://smtp.example.com"
	for _, tc := range []struct {
		name string
		own  Submission
		user string
	}{
		{"common", Submission{}, "a"},
		{"plain loopback", Submission{URL: "smtp://127.0.0.1:2525", Auth: "auto"}, ""},
		{"starttls", Submission{URL: "smtp://127.0.0.1:2525", Auth: "auto", StartTLS: true}, "a"},
		{"none", Submission{URL: "smtps://relay.example.com", Auth: "none"}, ""},
		{"own user", Submission{URL: "smtp://127.0.0.1", Auth: "auto", User: "b", Password: "q"}, "b"},
	} {
		mailbox.SMTP = tc.own
		if got := c.SubmissionFor(mailbox); got.User != tc.user || got.EnvelopeFrom != "a@example.com" {
			t.Errorf("%s: %+v", tc.name, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	for _, file := range []string{"testdata/smallest.toml", "testdata/bad-types.toml", "testdata/bad-all.toml"} {
		if data, err := os.ReadFile(file); err == nil {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := parse("fuzz.toml", data, nothing)
		if (c == nil) == (err == nil) {
			t.Fatalf("config %v, error %v", c != nil, err)
		}
	})
}

func TestWriteFillsInAnswers(t *testing.T) {
	for name, tc := range map[string]struct {
		answers Answers
		check   func(*testing.T, *Config)
	}{
		"hosts only": {
			Answers{Name: `Ada's "Desk" \ 窓口`, Address: "help@example.org", SecretFile: "secret", DatabaseURL: "/var/lib/deskd/desk.db",
				IMAP: "imap.example.org", PasswordFile: "pw", SMTP: "smtp.example.org"},
			func(t *testing.T, c *Config) {
				if c.Desk.Name != `Ada's "Desk" \ 窓口` || c.Mailbox[0].IMAP != "imaps://imap.example.org" || c.SMTP.URL != "smtps://smtp.example.org" {
					t.Errorf("%+v", c)
				}
				if c.Mailbox[0].Address != "help@example.org" || c.Database.URL.Reveal() != "sqlite:///var/lib/deskd/desk.db" {
					t.Errorf("%+v", c)
				}
			},
		},
		"everything": {
			Answers{Name: "D", Address: "help@example.org", PortalURL: "https://h.example.org/", Language: "ja", Secret: NewSecret(),
				DatabaseURL: "postgres://deskd:pw@db/desk", IMAP: "imap://imap.example.org:144", User: "u", Password: `p"\`, AuthservID: "mx.example.org",
				SMTP: "smtp://smtp.example.org:587", StartTLS: true, Listen: "127.0.0.1:9090"},
			func(t *testing.T, c *Config) {
				m := c.Mailbox[0]
				if !m.StartTLS || !c.SMTP.StartTLS || m.User != "u" || m.Password.Reveal() != `p"\` || m.AuthservID != "mx.example.org" {
					t.Errorf("%+v", m)
				}
				if c.Desk.Language != "ja" || c.Desk.PortalURL != "https://h.example.org" || c.Portal.Listen != "127.0.0.1:9090" {
					t.Errorf("%+v", c.Desk)
				}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for _, f := range []string{"secret", "pw"} {
				if err := os.WriteFile(filepath.Join(dir, f), []byte(strings.Repeat("x", 40)), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var out strings.Builder
			if err := Write(&out, tc.answers); err != nil {
				t.Fatal(err)
			}
			c, err := parse(filepath.Join(dir, "deskd.toml"), []byte(out.String()), nothing)
			if err != nil {
				t.Fatal(err)
			}
			tc.check(t, c)
			if strings.Count(out.String(), "\n") != strings.Count(example, "\n") {
				t.Error("comments were lost")
			}
		})
	}
}

// TestFaultsSayWhereASecretCameFrom: what is wrong with a secret from elsewhere
// is not blamed on the configuration file.
func TestFaultsSayWhereASecretCameFrom(t *testing.T) {
	dir := t.TempDir()
	short := filepath.Join(dir, "secret")
	if err := os.WriteFile(short, []byte("tooshort\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	rest := `
[database]
url = "sqlite:desk.db"
[[mailbox]]
address = "support@example.com"
imap = "none"
[smtp]
url = "smtps://smtp.example.com"
`
	path := filepath.Join(dir, "deskd.toml")
	for name, tc := range map[string]struct {
		text string
		env  map[string]string
		want string
	}{
		"a file": {
			"[desk]\nname = \"D\"\nsecret_file = \"secret\"" + rest, nil,
			path + ":3: desk.secret_file: " + short + " has 8 bytes, needs 32; make one with: openssl rand -hex 32",
		},
		"a variable": {
			"[desk]\nname = \"D\"\nsecret_file = \"secret\"" + rest, map[string]string{"DESKD_SECRET": "short"},
			"environment variable DESKD_SECRET: has 5 bytes, needs 32; make one with: openssl rand -hex 32",
		},
		"another variable": {
			"[desk]\nname = \"D\"\nsecret = \"" + strings.Repeat("s", 32) + "\"" + rest, map[string]string{"DESKD_DATABASE_URL": "mysql://x"},
			`environment variable DESKD_DATABASE_URL: names no known engine; write "sqlite:///var/lib/deskd/desk.db" or "postgres://user@host/name"`,
		},
	} {
		_, err := parse(path, []byte(tc.text), func(name string) (string, bool) { v, ok := tc.env[name]; return v, ok })
		if err == nil || err.Error() != tc.want {
			t.Errorf("%s: %v, want %s", name, err, tc.want)
		}
	}
}

func TestByteOrderMarkIsPassedOver(t *testing.T) {
	data := append([]byte("\xef\xbb\xbf"), read(t, "testdata/smallest.toml")...)
	if _, err := parse("smallest.toml", data, withSecrets); err != nil {
		t.Error(err)
	}
}
