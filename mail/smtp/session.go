package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	gosmtp "github.com/emersion/go-smtp"
)

// session is a connection that takes mails, one at a time.
type session struct {
	client  *gosmtp.Client
	raw     *deadlineConn
	secured *tls.Conn // nil in clear text
	auth    string    // the mechanism we logged in by, or ""
	mails   int       // transactions begun
	idle    time.Time // since when nobody uses it
	broken  bool      // not to be used again
}

// close ends a session without a word. After a text that was cut off there
// must be none: go-smtp would write the final dot before the next command.
func (s *session) close() { s.raw.Close() }

// quit ends an idle session politely, within quitTimeout.
func (s *session) quit() {
	stop := time.AfterFunc(quitTimeout, func() { s.raw.Close() })
	defer stop.Stop()
	// The server may have gone, which is as well.
	_ = s.client.Quit()
	s.raw.Close()
}

// send hands over one mail and gives the text of the final answer. When ctx
// ends, or dot before the final dot was written, the connection is cut.
func (s *session) send(ctx, dot context.Context, e envelope, text textWriter) (string, *failure) {
	cut := func() { s.raw.Close() }
	defer context.AfterFunc(ctx, cut)()
	stop := context.AfterFunc(dot, cut)
	defer stop()
	s.mails++
	answer, f := s.transaction(e, text, stop)
	if f != nil {
		s.recover(f)
		if f.stage != stageAnswer {
			ctx = dot
		}
		if ctx.Err() != nil {
			f.err = fmt.Errorf("%w: %w", context.Cause(ctx), f.err)
		}
	}
	return answer, f
}

// transaction asks mayEnd whether the final dot may still be written.
func (s *session) transaction(e envelope, text textWriter, mayEnd func() bool) (string, *failure) {
	if f := s.accepts(e); f != nil {
		return "", f
	}
	err := s.client.Mail(e.from, &gosmtp.MailOptions{
		Size: e.size, UTF8: e.utf8, Return: gosmtp.DSNReturnHeaders, EnvelopeID: e.id,
	})
	if err != nil {
		return "", failed(stageMail, err)
	}
	err = s.client.Rcpt(e.to, &gosmtp.RcptOptions{
		Notify: []gosmtp.DSNNotify{gosmtp.DSNNotifyFailure, gosmtp.DSNNotifyDelayed},
	})
	if err != nil {
		return "", failed(stageRcpt, err)
	}
	data, err := s.client.Data()
	if err != nil {
		return "", failed(stageData, err)
	}
	if err := text(data); err != nil {
		return "", failed(stageBody, err)
	}
	if !mayEnd() {
		return "", failed(stageBody, errors.New("cut off before the final dot"))
	}
	response, err := data.CloseWithResponse()
	if err != nil {
		f := failed(stageAnswer, err)
		if f.code/100 == 2 { // any 2yz is a yes (RFC 5321 §4.2.1)
			return errorText(err), nil
		}
		return "", f
	}
	return response.StatusText, nil
}

// accepts refuses what this server cannot carry, before it is asked to.
func (s *session) accepts(e envelope) *failure {
	refuse := func(format string, args ...any) *failure {
		return &failure{stage: stageLocal, err: fmt.Errorf(format, args...), settled: true}
	}
	if ok, _ := s.client.Extension("SMTPUTF8"); e.utf8 && !ok {
		return refuse("the address %s needs SMTPUTF8 (RFC 6531), which the relay does not offer", e.nonASCII())
	}
	if ok, _ := s.client.Extension("8BITMIME"); e.eightBit && !ok {
		return refuse("the mail has 8-bit text, and the relay does not offer 8BITMIME (RFC 6152)")
	}
	if limit, ok := s.client.MaxMessageSize(); ok && limit > 0 && e.size > int64(limit) {
		return refuse("too large: the mail has %d bytes, the relay takes %d", e.size, limit)
	}
	return nil
}

// recover makes the session ready for the next mail, or marks it broken.
func (s *session) recover(f *failure) {
	switch {
	case f.stage == stageLocal:
		// Nothing has been said.
	case f.code == 0 || f.code == 421 || f.stage == stageBody:
		s.broken = true
	case f.stage != stageAnswer:
		s.broken = s.client.Reset() != nil
	}
}

func errorText(err error) string {
	var answer *gosmtp.SMTPError
	if errors.As(err, &answer) {
		return answer.Message
	}
	return err.Error()
}
