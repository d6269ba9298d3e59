package servertest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// dovecotSetup is what the configuration of one Dovecot is made from.
type dovecotSetup struct {
	dir      string // everything lies below it
	id       identity
	port     int // IMAP in the clear and with STARTTLS
	tlsPort  int // IMAP over TLS
	withhold []string
	certFile string
	keyFile  string
	// usersDir holds a passwd-file for each user, named after him. Dovecot looks
	// whether such a file has changed once a second at most: in one file for
	// all, a new user is unknown for as long when another has just logged in.
	usersDir string
}

// config writes the configuration in the language of the given version;
// 2.4 renamed most settings and made lists of what were strings.
func (s dovecotSetup) config(v dovecotVersion) string {
	if v.less(2, 4) {
		return s.config23()
	}
	return s.config24()
}

// config23 is for Dovecot 2.3 (2.2 reads it too, but for ssl without DH parameters).
func (s dovecotSetup) config23() string {
	capability := ""
	if len(s.withhold) > 0 {
		capability = "imap_capability = " + strings.Join(remaining(s.withhold), " ") + "\n"
	}
	return s.common() + capability + fmt.Sprintf(`disable_plaintext_auth = no
ssl_cert = <%s
ssl_key = <%s
mail_location = maildir:%s/mail/%%u
service imap-login {
  service_count = 0
}
passdb {
  driver = passwd-file
  args = username_format=%%u %s/%%u
}
userdb {
  driver = passwd-file
  args = username_format=%%u %s/%%u
}
`, s.certFile, s.keyFile, s.dir, s.usersDir, s.usersDir)
}

// config24 is for Dovecot 2.4. The two versions name the lowest release that
// must understand the settings and the files: any 2.4 does.
func (s dovecotSetup) config24() string {
	capability := ""
	if len(s.withhold) > 0 {
		capability = "imap_capability {\n  IMAP4rev2 = no\n" // rev2 includes most extensions
		for _, name := range s.withhold {
			capability += "  " + name + " = no\n"
		}
		capability += "}\n"
	}
	return "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n" +
		s.common() + capability + fmt.Sprintf(`auth_allow_cleartext = yes
ssl_server_cert_file = %s
ssl_server_key_file = %s
mail_driver = maildir
mail_path = %s/mail/%%{user}
service imap-login {
  restart_request_count = unlimited
}
passdb passwd-file {
  passwd_file_path = %s/%%{user}
}
userdb passwd-file {
  passwd_file_path = %s/%%{user}
}
`, s.certFile, s.keyFile, s.dir, s.usersDir, s.usersDir)
}

// common is what both languages write alike. Nothing may change its user or
// root folder, since Dovecot does not run as root here. Wrong passwords are
// refused at once: auth_failure_delay and the auth penalty (a socket of mode 0
// turns that off) would make a test of them take seconds. Processes show what
// they do, for Idling.
func (s dovecotSetup) common() string {
	return fmt.Sprintf(`base_dir = %[1]s/run
state_dir = %[1]s/state
log_path = %[1]s/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
auth_mechanisms = plain login
auth_failure_delay = 0
default_login_user = %[2]s
default_internal_user = %[2]s
default_internal_group = %[3]s
first_valid_uid = 1
mail_fsync = never
mail_max_userip_connections = 1000
verbose_proctitle = yes
namespace inbox {
  inbox = yes
}
service imap-login {
  chroot =
  inet_listener imap {
    port = %[4]d
  }
  inet_listener imaps {
    port = %[5]d
    ssl = yes
  }
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
`, s.dir, s.id.user, s.id.group, s.port, s.tlsPort)
}

// announced are the capabilities a Dovecot 2.3 that withholds some names, as
// far as deskd could use them. 2.3 has no way to take single ones away.
var announced = [...]string{"IMAP4rev1", "SASL-IR", "ID", "ENABLE", "IDLE", "LITERAL+", "NAMESPACE", "UNSELECT", "CHILDREN",
	"UIDPLUS", "CONDSTORE", "QRESYNC", "ESEARCH", "LIST-EXTENDED", "LIST-STATUS", "SPECIAL-USE", "MULTIAPPEND", "MOVE"}

// remaining is the list of capabilities without those withheld.
func remaining(withheld []string) []string {
	var left []string
	for _, name := range announced {
		if !slices.ContainsFunc(withheld, func(w string) bool { return strings.EqualFold(w, name) }) {
			left = append(left, name)
		}
	}
	return left
}

// dovecotVersion is major and minor, since only they change the language.
type dovecotVersion [2]int

func (v dovecotVersion) less(major, minor int) bool {
	return v[0] < major || v[0] == major && v[1] < minor
}

// parseDovecotVersion reads what `dovecot --version` prints: "2.3.19.1
// (9b53102964)", "2.4.1-4 (7d8c0e5759)".
func parseDovecotVersion(text string) (dovecotVersion, error) {
	parts := strings.SplitN(strings.TrimSpace(text), ".", 3)
	if len(parts) < 2 {
		return dovecotVersion{}, fmt.Errorf("dovecot --version printed %q, not a version", text)
	}
	digits := func(r rune) bool { return r < '0' || r > '9' }
	minor, _, _ := strings.Cut(strings.TrimFunc(parts[1], digits), "-")
	major, err := strconv.Atoi(parts[0])
	if err != nil {
		return dovecotVersion{}, fmt.Errorf("dovecot --version printed %q, not a version", text)
	}
	v := dovecotVersion{major}
	if v[1], err = strconv.Atoi(minor); err != nil {
		return dovecotVersion{}, fmt.Errorf("dovecot --version printed %q, not a version", text)
	}
	return v, nil
}
