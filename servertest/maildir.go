package servertest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Mail is a mail to be put into a folder.
type Mail struct {
	Raw          []byte    // stored as it is; a bare LF is served as CRLF
	Flags        []string  // \Seen, \Answered, \Flagged, \Deleted, \Draft; no keywords
	InternalDate time.Time // the present time when zero; whole seconds
}

// Store writes mails into a user's folder, which it makes when it is missing.
// Their UIDs will follow their order here. It writes Maildir files behind the
// server's back, as a delivery agent does: 10,000 mails take a second or two,
// and a client in IDLE hears of them, which Dovecot tells after half a second.
func (d *Dovecot) Store(user, folder string, mails ...Mail) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.passwords[user]; !ok {
		return fmt.Errorf("store mail: there is no user %q", user)
	}
	if err := d.makeFolder(user, folder); err != nil {
		return fmt.Errorf("store mail in %s of %s: %w", folder, user, err)
	}
	dir := d.folder(user, folder)
	for i, m := range mails {
		if err := d.storeOne(dir, m); err != nil {
			return fmt.Errorf("store mail %d in %s of %s: %w", i, folder, user, err)
		}
	}
	return nil
}

// Append is Store for tests.
func (d *Dovecot) Append(tb TB, user, folder string, mails ...Mail) {
	tb.Helper()
	require(tb, d.Store(user, folder, mails...))
}

// Deliver puts one unseen mail into a user's INBOX, as a delivery agent does.
func (d *Dovecot) Deliver(tb TB, user string, raw []byte) {
	tb.Helper()
	d.Append(tb, user, "INBOX", Mail{Raw: raw})
}

// storeOne writes to tmp and renames, so that the server sees whole mails.
func (d *Dovecot) storeOne(dir string, m Mail) error {
	info, err := maildirFlags(m.Flags)
	if err != nil {
		return err
	}
	d.delivered++
	// Dovecot orders new files by the number before the dot, then by the rest.
	name := fmt.Sprintf("%d.M%09d.localhost", time.Now().Unix(), d.delivered)
	temporary := filepath.Join(dir, "tmp", name)
	if err := d.write(temporary, m.Raw); err != nil {
		return err
	}
	if !m.InternalDate.IsZero() {
		if err := os.Chtimes(temporary, m.InternalDate, m.InternalDate); err != nil {
			return err
		}
	}
	final := filepath.Join(dir, "new", name)
	if info != "" {
		final = filepath.Join(dir, "cur", name+":2,"+info)
	}
	return os.Rename(temporary, final)
}

// maildirFlags are the letters a Maildir file name has for IMAP flags, in
// alphabetical order as the format demands.
func maildirFlags(flags []string) (string, error) {
	var letters string
	for _, known := range []struct{ flag, letter string }{
		{`\Draft`, "D"}, {`\Flagged`, "F"}, {`\Answered`, "R"}, {`\Seen`, "S"}, {`\Deleted`, "T"},
	} {
		for _, flag := range flags {
			if strings.EqualFold(flag, known.flag) {
				letters += known.letter
				break
			}
		}
	}
	if len(letters) != len(flags) {
		return "", fmt.Errorf("flags %q: only \\Seen, \\Answered, \\Flagged, \\Deleted and \\Draft, each once, can be stored", flags)
	}
	return letters, nil
}

// folderName is a folder's name that needs no encoding; "." parts a folder
// from the one within.
var folderName = regexp.MustCompile(`^[A-Za-z0-9_-]+([. ]?[A-Za-z0-9_-]+)*$`)

// folder is where a folder's Maildir lies (Maildir++).
func (d *Dovecot) folder(user, folder string) string {
	root := filepath.Join(d.setup.dir, "mail", user)
	if folder == "INBOX" {
		return root
	}
	return filepath.Join(root, "."+folder)
}

// makeFolder makes a folder's Maildir unless it is there.
func (d *Dovecot) makeFolder(user, folder string) error {
	if !folderName.MatchString(folder) {
		return fmt.Errorf("folder %q: only letters, digits, blanks and ._- will do", folder)
	}
	dir := d.folder(user, folder)
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := d.setup.id.mkdir(d.setup.dir, filepath.Join(dir, sub)); err != nil {
			return err
		}
	}
	if folder == "INBOX" {
		return nil
	}
	marker := filepath.Join(dir, "maildirfolder")
	if _, err := os.Lstat(marker); err == nil {
		return nil
	}
	return d.write(marker, nil)
}

// forgetUIDs removes all that Dovecot knows about the mails in a folder, so
// that it gives them new UIDs under a new UIDVALIDITY.
func (d *Dovecot) forgetUIDs(user, folder string) error {
	dir := d.folder(user, folder)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		name := entry.Name()
		if name != "dovecot-uidlist" && !strings.HasPrefix(name, "dovecot.index") {
			continue
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
