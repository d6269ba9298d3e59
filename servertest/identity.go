package servertest

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
)

// identity is the user a server runs as.
type identity struct {
	user, group string
	uid, gid    int
	drop        bool // we are root, and the server is to give that up
}

// serverIdentity is the first of the candidates that exists when this
// process is root, since Dovecot and PostgreSQL are not to run as root, and
// the current user otherwise.
func serverIdentity(candidates ...string) (identity, error) {
	if os.Geteuid() != 0 {
		u, err := user.Current()
		if err != nil {
			return identity{}, fmt.Errorf("find out who runs the test: %w", err)
		}
		return userIdentity(u, false)
	}
	for _, name := range candidates {
		if u, err := user.Lookup(name); err == nil {
			return userIdentity(u, true)
		}
	}
	return identity{}, fmt.Errorf("none of the users %q exists, and the server refuses to run as root: run the tests as an ordinary user", candidates)
}

func userIdentity(u *user.User, drop bool) (identity, error) {
	id := identity{user: u.Username, group: u.Gid, drop: drop}
	var err error
	if id.uid, err = strconv.Atoi(u.Uid); err != nil {
		return identity{}, fmt.Errorf("user %s has uid %q: %w", u.Username, u.Uid, err)
	}
	if id.gid, err = strconv.Atoi(u.Gid); err != nil {
		return identity{}, fmt.Errorf("user %s has gid %q: %w", u.Username, u.Gid, err)
	}
	if g, err := user.LookupGroupId(u.Gid); err == nil {
		id.group = g.Name
	}
	return id, nil
}

// own makes path belong to the server's user.
func (id identity) own(path string) error {
	if !id.drop {
		return nil
	}
	return os.Lchown(path, id.uid, id.gid)
}

// mkdir makes a folder and those missing above it up to root, all the
// server's own.
func (id identity) mkdir(root, path string) error {
	if path == root {
		return nil
	}
	if err := id.mkdir(root, filepath.Dir(path)); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		if os.IsExist(err) {
			return nil
		}
		return err
	}
	return id.own(path)
}

// tempDir makes a server's folder. It is not testing's TempDir: that one is
// closed to every other user, and its path can be too long for the Unix
// sockets that servers put into it (107 bytes).
func (id identity) tempDir(pattern string) (string, error) {
	dir, err := os.MkdirTemp("", pattern)
	if err != nil {
		return "", fmt.Errorf("make a temporary folder: %w", err)
	}
	if err := id.own(dir); err != nil {
		os.RemoveAll(dir)
		return "", fmt.Errorf("hand %s to user %s: %w", dir, id.user, err)
	}
	return dir, nil
}
