package config

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// credential is one secret setting and the places it may come from.
type credential struct {
	key   string // of the value; the file's key is key + "_file"
	value *Secret
	file  string
	env   []string
}

// secrets fills every secret from the environment or its file.
func (c *Config) secrets(env func(string) (string, bool)) Faults {
	var faults Faults
	c.origins = map[string]origin{}
	for _, s := range c.credentials() {
		from, f := s.fill(env)
		if f.Problem != "" {
			faults = append(faults, c.faultAt(f.Key, f.Problem, f.Remedy))
		}
		if from != (origin{}) {
			c.origins[s.key] = from
		}
	}
	return faults
}

// origin is where a secret came from, if not from the configuration file: what
// is wrong with it is to be put right there.
type origin struct{ variable, file string }

// fault says what is wrong with a secret that came from elsewhere.
func (o origin) fault(c *Config, key, problem, remedy string) Fault {
	if o.variable != "" {
		return Fault{Key: "environment variable " + o.variable, Problem: problem, Remedy: remedy}
	}
	return c.faultAt(key+"_file", o.file+" "+problem, remedy)
}

// credentials lists the secrets of the configuration.
func (c *Config) credentials() []credential {
	all := []credential{
		{"desk.secret", &c.Desk.Secret, c.Desk.SecretFile, []string{"DESKD_SECRET"}},
		{"database.url", &c.Database.URL, c.Database.URLFile, []string{"DESKD_DATABASE_URL"}},
		{"smtp.password", &c.SMTP.Password, c.SMTP.PasswordFile, []string{"DESKD_SMTP_PASSWORD"}},
	}
	for i := range c.Mailbox {
		m := &c.Mailbox[i]
		names := []string{fmt.Sprintf("DESKD_MAILBOX_%d_", i+1), "DESKD_MAILBOX_" + envName(m.Address) + "_"}
		all = append(all, credential{mailboxKey(i, "password"), &m.Password, m.PasswordFile,
			[]string{names[0] + "PASSWORD", names[1] + "PASSWORD"}})
		all = append(all, credential{mailboxKey(i, "smtp.password"), &m.SMTP.Password, m.SMTP.PasswordFile,
			[]string{names[0] + "SMTP_PASSWORD", names[1] + "SMTP_PASSWORD"}})
	}
	return all
}

// envName is s as part of the name of an environment variable.
func envName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToUpper(s))
}

// fill takes the value from the first place that has one: environment, file,
// configuration. A value beside a file is a fault: one of them is stale.
func (s credential) fill(env func(string) (string, bool)) (origin, Fault) {
	for _, name := range s.env {
		if v, ok := env(name); ok && v != "" {
			*s.value = Secret(v)
			return origin{variable: name}, Fault{}
		}
	}
	if s.file == "" {
		return origin{}, Fault{}
	}
	key := s.key + "_file"
	if *s.value != "" {
		return origin{}, Fault{Key: key, Problem: "given beside " + s.key, Remedy: "remove one of the two"}
	}
	data, err := readFile(s.file, maxSecret)
	if err != nil {
		return origin{}, Fault{Key: key, Problem: fileProblem(err), Remedy: "create the file readable by deskd's user, or set " + s.env[0]}
	}
	v := strings.TrimRight(string(data), "\r\n")
	if v == "" || strings.ContainsAny(v, "\r\n\x00") {
		return origin{}, Fault{Key: key, Problem: s.file + " does not hold one line", Remedy: "write the secret into it as its only line"}
	}
	*s.value = Secret(v)
	return origin{file: s.file}, Fault{}
}

// fileProblem says why a file cannot be read, in words that do not change from
// system to system where that is possible.
func fileProblem(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return "there is no file " + at.Path
		case errors.Is(err, fs.ErrPermission):
			return "no permission to read " + at.Path
		}
	}
	return "cannot be read: " + err.Error()
}

// certificates checks every tls_ca_file.
func (c *Config) certificates() Faults {
	files := map[string]string{"smtp.tls_ca_file": c.SMTP.TLSCAFile}
	for i, m := range c.Mailbox {
		files[mailboxKey(i, "tls_ca_file")] = m.TLSCAFile
		files[mailboxKey(i, "smtp.tls_ca_file")] = m.SMTP.TLSCAFile
	}
	var faults Faults
	for key, file := range files {
		if file == "" {
			continue
		}
		pem, err := readFile(file, maxFile)
		if err != nil {
			faults = append(faults, c.faultAt(key, fileProblem(err), "name a PEM file, or remove the key to trust the system's authorities"))
		} else if !x509.NewCertPool().AppendCertsFromPEM(pem) {
			faults = append(faults, c.faultAt(key, "no certificate in "+file, "name a file of PEM certificates"))
		}
	}
	return faults
}
