package config

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Limits on what is read.
const (
	maxFile   = 1 << 20   // the configuration file, bytes
	maxSecret = 64 * 1024 // a file that holds a secret, bytes
)

// Load reads the configuration file at path, the files it names for secrets,
// and the environment. The error is [Faults], or that of opening the file.
func Load(path string) (*Config, error) {
	data, err := readFile(path, maxFile)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w; write one with deskd init, or name another with --config", err)
	}
	return parse(path, data, os.LookupEnv)
}

// parse is Load on bytes and an environment. Files are relative to path's folder.
func parse(path string, data []byte, env func(string) (string, bool)) (*Config, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) // a byte order mark, as some editors write it
	src, faults := index(path, data)
	if len(faults) > 0 {
		return nil, faults.err()
	}
	c, faults := decode(src, data)
	c.relativeTo(filepath.Dir(path))
	faults = append(faults, c.secrets(env)...)
	faults = append(faults, c.certificates()...)
	faults = append(faults, c.holidayFiles()...)
	c.Database.URL = inFolder(c.Database.URL, filepath.Dir(path))
	c.derive()
	faults = append(faults, c.validate()...)
	kept := faults[:0]
	for _, f := range faults {
		if f.Problem == wrongType || !src.broken[f.Key] {
			kept = append(kept, f)
		}
	}
	if err := kept.err(); err != nil {
		return nil, err
	}
	return &c, nil
}

// relativeTo makes the paths of files absolute or relative to the working
// folder, so that they can be opened.
func (c *Config) relativeTo(dir string) {
	fix := func(p *string) {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(dir, *p)
		}
	}
	fix(&c.Desk.SecretFile)
	fix(&c.Database.URLFile)
	fix(&c.Macros.Folder)
	fix(&c.Templates.Folder)
	fix(&c.SMTP.PasswordFile)
	fix(&c.SMTP.TLSCAFile)
	for i := range c.Calendar {
		fix(&c.Calendar[i].HolidaysFile)
	}
	for i := range c.Mailbox {
		m := &c.Mailbox[i]
		fix(&m.PasswordFile)
		fix(&m.TLSCAFile)
		fix(&m.SMTP.PasswordFile)
		fix(&m.SMTP.TLSCAFile)
	}
}

// inFolder turns sqlite:desk.db into sqlite:///folder/desk.db: a daemon's own
// working folder is nothing an administrator should have to think of. Whatever
// is not such a URL is left as it is.
func inFolder(databaseURL Secret, dir string) Secret {
	rest, ok := strings.CutPrefix(databaseURL.Reveal(), "sqlite:")
	if !ok || rest == "" || strings.HasPrefix(rest, "/") {
		return databaseURL
	}
	file, query, hasQuery := strings.Cut(rest, "?")
	name, err := url.PathUnescape(file)
	if err != nil || name == "" {
		return databaseURL
	}
	path, err := filepath.Abs(filepath.Join(dir, name))
	if err != nil {
		return databaseURL
	}
	full := "sqlite://" + (&url.URL{Path: path}).EscapedPath()
	if hasQuery {
		full += "?" + query
	}
	return Secret(full)
}

// readFile reads at most limit bytes; a larger file is an error.
func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s is larger than %s", path, Size(limit))
	}
	return data, nil
}
