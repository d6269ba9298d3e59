package main

import (
	"fmt"
	"os"
	"runtime"

	"deskd/config"
)

// files looks who may read the secrets.
func (f *findings) files(c *config.Config) {
	if runtime.GOOS == "windows" {
		return // its files have no such bits
	}
	files := []string{c.Desk.SecretFile, c.Database.URLFile, c.SMTP.PasswordFile}
	for _, m := range c.Mailbox {
		files = append(files, m.PasswordFile, m.SMTP.PasswordFile)
	}
	if secretInside(c) {
		files = append(files, f.p.config)
	}
	open, seen := 0, map[string]bool{"": true}
	for _, file := range files {
		if seen[file] {
			continue
		}
		seen[file] = true
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm()&0o077 == 0 {
			continue // one that is not there was not needed: the environment had it
		}
		open++
		f.add(gradeWarn, "secrets", fmt.Sprintf("%s holds a secret, and others may read it (mode %04o)", file, info.Mode().Perm()), "chmod 600 "+file)
	}
	if open == 0 {
		f.add(gradeOK, "secrets", "only their owner may read them", "")
	}
}

// secretInside says whether a secret may stand in the configuration file
// itself. Those from the environment cannot be told from it.
func secretInside(c *config.Config) bool {
	inside := c.Desk.SecretFile == "" || c.SMTP.Password != "" && c.SMTP.PasswordFile == ""
	for _, m := range c.Mailbox {
		inside = inside || m.Password != "" && m.PasswordFile == "" || m.SMTP.Password != "" && m.SMTP.PasswordFile == ""
	}
	return inside
}
