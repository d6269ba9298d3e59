package config

import (
	_ "embed"
	"fmt"
	"io"
	"strings"
)

//go:embed example.toml
var example string

// Example is a commented configuration with every setting.
func Example() string { return example }

// Answers is what deskd init must ask or make. An empty answer leaves the
// setting at its default, except those marked required.
type Answers struct {
	Name         string // desk.name, required
	Address      string // of the desk and its first mailbox, required
	PortalURL    string
	Language     string
	SecretFile   string // where deskd init has put a [NewSecret], required unless Secret is given
	Secret       Secret // for a configuration in one file
	DatabaseURL  string // or the path of a SQLite file, required
	IMAP         string // imaps://…, imap://… or a host, required
	User         string // at the IMAP server; default: Address
	PasswordFile string // of the mailbox; required unless Password is given
	Password     Secret
	AuthservID   string
	SMTP         string // smtps://…, smtp://… or a host, required
	StartTLS     bool   // for imap:// and smtp://
	Listen       string // portal.listen
}

// Write writes the commented configuration with answers filled in. The result
// is not checked: [Load] it after writing. Faults of w are returned.
func Write(w io.Writer, a Answers) error {
	if _, err := io.WriteString(w, fill(example, a.settings())); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	return nil
}

// settings gives the TOML value of each key that is answered; "" comments the
// key out.
func (a Answers) settings() map[string]string {
	set := map[string]string{
		"desk.secret_file": "", "mailbox.password_file": "", // the example has values for them
	}
	text := func(key, value string) {
		if value != "" {
			set[key] = quote(value)
		}
	}
	text("desk.name", a.Name)
	text("desk.address", a.Address)
	text("desk.portal_url", a.PortalURL)
	text("desk.language", a.Language)
	text("desk.secret_file", a.SecretFile)
	text("desk.secret", a.Secret.Reveal())
	text("database.url", databaseURL(a.DatabaseURL))
	text("mailbox.address", a.Address)
	text("mailbox.imap", withScheme("imaps://", a.IMAP))
	text("mailbox.user", a.User)
	text("mailbox.password_file", a.PasswordFile)
	text("mailbox.password", a.Password.Reveal())
	text("mailbox.authserv_id", a.AuthservID)
	text("smtp.url", withScheme("smtps://", a.SMTP))
	text("portal.listen", a.Listen)
	if a.StartTLS && strings.HasPrefix(a.IMAP, "imap://") {
		set["mailbox.starttls"] = "true"
	}
	if a.StartTLS && strings.HasPrefix(a.SMTP, "smtp://") {
		set["smtp.starttls"] = "true"
	}
	return set
}

func withScheme(scheme, s string) string {
	if s == "" || s == NoIMAP || strings.Contains(s, "://") {
		return s
	}
	return scheme + s
}

func databaseURL(s string) string {
	switch {
	case s == "" || strings.Contains(s, "://") || strings.HasPrefix(s, "sqlite:"):
		return s
	case strings.HasPrefix(s, "/"):
		return "sqlite://" + s
	}
	return "sqlite:" + s
}

// fill replaces the values of settings in a commented configuration, whether
// they are commented out or not.
func fill(text string, set map[string]string) string {
	lines := strings.SplitAfter(text, "\n")
	table := ""
	for i, l := range lines {
		if t, ok := header(l); ok {
			table = t
			continue
		}
		key, ok := setting(l)
		if !ok {
			continue
		}
		value, ok := set[join(table, key)]
		switch {
		case ok && value == "":
			lines[i] = "#" + key + " = \"\"\n"
		case ok:
			lines[i] = key + " = " + value + "\n"
		}
	}
	return strings.Join(lines, "")
}

// header is the table that a line opens, commented out or not.
func header(line string) (string, bool) {
	line = strings.TrimPrefix(strings.TrimSpace(line), "#")
	if !strings.HasPrefix(line, "[") || !strings.HasSuffix(line, "]") {
		return "", false
	}
	return strings.Trim(line, "[]"), true
}

// setting is the key of a line such as `name = "x"` or `#name = "x"`. Prose has
// a space behind the #.
func setting(line string) (string, bool) {
	key, _, found := strings.Cut(strings.TrimPrefix(line, "#"), " = ")
	if !found || key == "" || strings.ContainsAny(key, " \t#\"") {
		return "", false
	}
	return key, true
}

// quote writes s as a TOML basic string.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
