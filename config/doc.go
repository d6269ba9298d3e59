// Package config reads deskd's configuration, a TOML file, and says everything
// that is wrong with it.
//
// [Load] is strict: a key it does not know, a value of the wrong type or out of
// range, a secret that is missing or given twice, are [Faults], each with file,
// line, key and remedy. All faults are reported at once, so that one run of
// deskd check is enough to put a file right; only a TOML syntax error hides
// what comes after it. When Load fails there is no usable configuration and
// nothing has been changed anywhere.
//
// Secrets may stand in the file, in a file of their own (*_file, relative to
// the configuration file) or in the environment, which wins:
//
//	DESKD_SECRET                   desk.secret
//	DESKD_DATABASE_URL             database.url
//	DESKD_SMTP_PASSWORD            smtp.password
//	DESKD_MAILBOX_1_PASSWORD       password of the first [[mailbox]], counted from 1
//	DESKD_MAILBOX_1_SMTP_PASSWORD  its mailbox.smtp.password
//
// In place of the number may stand the mailbox's address, upper case, all but
// letters and digits replaced by "_": DESKD_MAILBOX_SUPPORT_EXAMPLE_COM_PASSWORD.
// An empty variable counts as unset.
//
// They are of type [Secret], which prints as ***.
//
// The package is read by cmd/deskd alone, which hands plain values on; it
// imports no other package of the project.
package config
