package deskd_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// listed is what `go list -json` says of a package, as far as it is used here.
type listed struct {
	ImportPath string
	Imports    []string
}

// TestArrows keeps the imports between our packages, and those of the
// libraries that only one of them is to know, as docs/architecture.md draws
// them. Test files are free.
func TestArrows(t *testing.T) {
	t.Parallel()
	packages := list(t)
	if len(packages) < 2 {
		t.Fatalf("go list found %d packages", len(packages))
	}
	for _, p := range packages {
		name := strings.TrimPrefix(p.ImportPath, "deskd/")
		for _, imported := range p.Imports {
			if why := forbidden(name, imported); why != "" {
				t.Errorf("%s imports %s: %s", name, imported, why)
			}
		}
	}
}

// list lists the packages of the module.
func list(t *testing.T) []listed {
	t.Helper()
	command := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	output, err := command.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v: %s", err, exit.Stderr)
		}
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for decoder := json.NewDecoder(strings.NewReader(string(output))); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		all = append(all, p)
	}
}

// parts are the packages that know the domain and not each other. A package
// below one of them, such as storage/storagetest, belongs to it, but for
// mail/imap and mail/smtp, which are parts of their own.
var parts = [...]string{"mail/imap", "mail/smtp", "mail", "storage", "portal", "config", "ticketing"}

// partOf is the part a package of the module belongs to, "" for none.
func partOf(name string) string {
	for _, part := range parts {
		if name == part || strings.HasPrefix(name, part+"/") {
			return part
		}
	}
	return ""
}

// formats are packages below mail that read what is found in mails, without
// knowing of mails: of ours they import the one of charsets alone.
var formats = [...]string{"mail/charset", "mail/rtf", "mail/tnef"}

// doesIO are packages of the standard library by which a program reaches
// something other than its own memory. The packages below them count too.
var doesIO = [...]string{"net", "os", "database", "syscall", "log", "plugin", "unsafe", "embed", "io/ioutil", "html/template", "text/template"}

// pureBelow are packages below those in doesIO that only compute.
var pureBelow = [...]string{"net/mail", "net/netip", "net/textproto", "net/url", "log/slog"}

// forbidden says why a package (without the module's name) may not import
// another (with it), "" when it may.
func forbidden(name, imported string) string {
	part := partOf(name)
	if own, ok := strings.CutPrefix(imported, "deskd/"); ok {
		return forbiddenOwn(name, part, own)
	}
	if part == "ticketing" {
		if why := impure(imported); why != "" {
			return why
		}
	}
	return forbiddenLibrary(name, part, imported)
}

// forbiddenOwn is forbidden for a package of the module.
func forbiddenOwn(name, part, imported string) string {
	other := partOf(imported)
	switch {
	case imported == "servertest" && !strings.HasPrefix(name, "cmd/"):
		return "servertest is for tests and the benchmark"
	case other == "config" && part != "config" && !strings.HasPrefix(name, "cmd/"):
		return "only cmd reads the configuration"
	case strings.HasPrefix(imported, "cmd/") && !strings.HasPrefix(name, "cmd/"):
		return "nothing imports cmd"
	case part == "ticketing" && other != "ticketing":
		return "ticketing imports nothing of ours"
	case slices.Contains(formats[:], name):
		if imported != "mail/charset" {
			return "a reader of a format knows no mails"
		}
		return ""
	case part == "" || other == "" || part == other || other == "ticketing":
		return ""
	case (part == "mail/imap" || part == "mail/smtp") && other == "mail":
		return ""
	}
	return "these two only know ticketing; cmd joins them"
}

// impure says why the domain may not import a package, "" when it may.
func impure(imported string) string {
	first, _, _ := strings.Cut(imported, "/")
	if strings.Contains(first, ".") {
		if strings.HasPrefix(imported, "golang.org/x/text/") || imported == "golang.org/x/net/idna" {
			return ""
		}
		return "of the libraries, the domain uses golang.org/x/text and golang.org/x/net/idna alone, which only compute"
	}
	if slices.Contains(pureBelow[:], imported) {
		return ""
	}
	for _, with := range doesIO {
		if imported == with || strings.HasPrefix(imported, with+"/") {
			return "the domain does no I/O"
		}
	}
	return ""
}

// forbiddenLibrary is forbidden for the libraries of the mail protocols: each
// is known to one part, and to servertest and the demo's mailserver, which
// serve them.
func forbiddenLibrary(name, part, imported string) string {
	if name == "servertest" || name == "mailserver" && !strings.HasSuffix(imported, "/imapclient") {
		return ""
	}
	switch {
	case strings.HasPrefix(imported, "github.com/emersion/go-imap") && part != "mail/imap":
		return "mail/imap is the only package that knows go-imap"
	case strings.HasPrefix(imported, "github.com/emersion/go-smtp") && part != "mail/smtp":
		return "mail/smtp is the only package that knows go-smtp"
	}
	return ""
}

// TestForbidden keeps the rules themselves.
func TestForbidden(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, imported string
		forbidden      bool
	}{
		{"mail", "deskd/ticketing", false},
		{"mail", "deskd/mail/charset", false},
		{"mail/charset", "deskd/mail", true},
		{"mail/tnef", "deskd/mail/charset", false},
		{"mail/tnef", "deskd/ticketing", true},
		{"mail/rtf", "deskd/mail", true},
		{"mail/imap", "deskd/mail", false},
		{"mail/imap", "deskd/mail/smtp", true},
		{"mail", "deskd/mail/imap", true},
		{"mail/smtp", "deskd/storage", true},
		{"storage", "deskd/mail", true},
		{"storage", "deskd/storage/migrations", false},
		{"storage/storagetest", "deskd/storage", false},
		{"portal", "deskd/storage", true},
		{"portal", "deskd/config", true},
		{"config", "deskd/mail", true},
		{"ticketing", "deskd/mail", true},
		{"ticketing", "deskd/ticketing/tickettest", false},
		{"cmd/deskd", "deskd/config", false},
		{"cmd/deskd", "deskd/servertest", false},
		{"storage", "deskd/servertest", true},
		{"storage", "deskd/cmd/deskd", true},
		{"ticketing", "net", true},
		{"ticketing", "net/http", true},
		{"ticketing", "net/netip", false},
		{"ticketing", "os/exec", true},
		{"ticketing", "database/sql", true},
		{"ticketing", "io", false},
		{"ticketing", "golang.org/x/text/unicode/norm", false},
		{"ticketing", "golang.org/x/net/idna", false},
		{"ticketing", "golang.org/x/net/html", true},
		{"mail", "net/http", false},
		{"mail", "github.com/emersion/go-imap/v2", true},
		{"mail/imap", "github.com/emersion/go-imap/v2/imapclient", false},
		{"mail/smtp", "github.com/emersion/go-imap/v2", true},
		{"mail/smtp", "github.com/emersion/go-smtp", false},
		{"servertest", "github.com/emersion/go-imap/v2/imapclient", false},
		{"mailserver", "github.com/emersion/go-imap/v2/imapserver", false},
		{"mailserver", "github.com/emersion/go-smtp", false},
		{"mailserver", "github.com/emersion/go-imap/v2/imapclient", true},
		{"cmd/deskd", "github.com/emersion/go-imap/v2/imapclient", true},
		{"cmd/deskd", "github.com/emersion/go-smtp", true},
		{"ticketing", "deskd/catalogue", true},
		{"portal", "deskd/catalogue", false},
		{"portal", "github.com/emersion/go-smtp", true},
	} {
		if why := forbidden(test.name, test.imported); (why != "") != test.forbidden {
			t.Errorf("%s imports %s: %q", test.name, test.imported, why)
		}
	}
}
