package imap

import (
	"errors"
	"fmt"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// Login proves to a server who we are. [Password] makes one.
type Login interface {
	// login logs in on a connection whose server announced caps. A refusal by
	// the server comes back as its *imap.Error.
	login(client *imapclient.Client, caps imap.CapSet) error
	// who names the account.
	who() string
}

// Password logs in with a user's password: by AUTHENTICATE PLAIN (RFC 4616)
// where the server offers it, since that carries any character, and else by
// LOGIN (RFC 3501 §6.2.3).
func Password(user, password string) Login { return passwordLogin{user, password} }

type passwordLogin struct{ user, password string }

func (p passwordLogin) who() string { return p.user }

// String keeps the password out of anything printed.
func (p passwordLogin) String() string { return "password of " + p.user }

// GoString does the same for %#v.
func (p passwordLogin) GoString() string { return p.String() }

func (p passwordLogin) login(client *imapclient.Client, caps imap.CapSet) error {
	switch {
	case caps.Has(imap.AuthCap(sasl.Plain)):
		return client.Authenticate(sasl.NewPlainClient("", p.user, p.password))
	case caps.Has(imap.CapLoginDisabled):
		return errors.New("the server takes no password here (LOGINDISABLED): use imaps:// or starttls")
	}
	return client.Login(p.user, p.password).Wait()
}

// LoginError is a login that the server refused. Trying again at once only
// locks the account.
type LoginError struct{ err error }

func (e *LoginError) Error() string {
	return fmt.Sprintf("the server refused the login: %v; check user and password", e.err)
}

// Unwrap gives the server's answer.
func (e *LoginError) Unwrap() error { return e.err }

// refusedLogin makes a [LoginError] of an answer that means so. Servers refuse
// for a while, too, and say it by a response code (RFC 5530 §3).
func refusedLogin(err error) error {
	var answer *imap.Error
	if !errors.As(err, &answer) {
		return err
	}
	switch answer.Code {
	case imap.ResponseCodeUnavailable, imap.ResponseCodeInUse, imap.ResponseCodeLimit, imap.ResponseCodeServerBug:
		return err
	}
	if _, ok := suggestedWait(err); ok {
		return err
	}
	return &LoginError{err}
}
