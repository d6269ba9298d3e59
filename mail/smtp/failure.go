package smtp

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	gosmtp "github.com/emersion/go-smtp"
)

// stage is how far the conversation had come.
type stage string

const (
	stageDial     stage = "connect"
	stageGreeting stage = "greeting"
	stageTLS      stage = "TLS"
	stageAuth     stage = "AUTH"
	stageMail     stage = "MAIL"
	stageRcpt     stage = "RCPT"
	stageData     stage = "DATA"
	stageBody     stage = "text"   // the final dot has not been written
	stageAnswer   stage = "answer" // the final dot may have been written
	stageLocal    stage = "mail"   // the mail itself cannot be sent
)

// failure is why a mail was not sent.
type failure struct {
	stage    stage
	code     int // of the server's answer; 0 when there was none
	enhanced gosmtp.EnhancedCode
	err      error
	// settled: no later attempt can fare better, though no server said so.
	settled bool
}

func (f *failure) Error() string {
	var answer *gosmtp.SMTPError
	if errors.As(f.err, &answer) {
		code := fmt.Sprint(answer.Code)
		if e := answer.EnhancedCode; e[0] > 0 {
			code += fmt.Sprintf(" %d.%d.%d", e[0], e[1], e[2])
		}
		return fmt.Sprintf("%s: %s %s", f.stage, code, answer.Message)
	}
	return fmt.Sprintf("%s: %v", f.stage, f.err)
}

func (f *failure) Unwrap() error { return f.err }

// failed makes a failure of err, or nil of nil.
func failed(at stage, err error) *failure {
	if err == nil {
		return nil
	}
	f := &failure{stage: at, err: err}
	var answer *gosmtp.SMTPError
	if errors.As(err, &answer) {
		f.code, f.enhanced = answer.Code, answer.EnhancedCode
		if f.enhanced[0] <= 0 {
			f.enhanced = laterStatus(answer.Message)
		}
	}
	return f
}

var statusPattern = regexp.MustCompile(`(?m)^([245])\.(\d{1,3})\.(\d{1,3})\s`)

// laterStatus finds the enhanced status code (RFC 2034) of an answer of several
// lines that does not have it in the first one.
func laterStatus(text string) gosmtp.EnhancedCode {
	var code gosmtp.EnhancedCode
	if m := statusPattern.FindStringSubmatch(text); m != nil {
		for i := range code {
			code[i], _ = strconv.Atoi(m[i+1]) // at most three digits
		}
	}
	return code
}

func (f *failure) permanent() bool { return f.code/100 == 5 }

// connected reports whether the server took us in, so that what it refused was
// the mail and not us.
func (f *failure) connected() bool {
	switch f.stage {
	case stageDial, stageGreeting, stageTLS, stageAuth:
		return false
	}
	return true
}

// pastRecipient reports whether the server had accepted the recipient.
func (f *failure) pastRecipient() bool {
	switch f.stage {
	case stageData, stageBody, stageAnswer:
		return true
	}
	return false
}

// maxErrorText limits what is kept of an error, in bytes.
const maxErrorText = 500

// oneLine makes one line of valid UTF-8 of at most limit bytes out of a
// stranger's text.
func oneLine(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= limit {
		return s
	}
	const mark = "…"
	cut := limit - len(mark)
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + mark
}
