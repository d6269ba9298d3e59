package mail

import (
	"strconv"
	"time"
)

// signIn is the link and the code to sign in by, and what they were asked for
// with: no word in it is of whoever asked.
func (w wording) signIn() []paragraph {
	s := w.letter.SignIn
	code := s.Code
	if len(code) == 8 {
		code = code[:4] + " " + code[4:] // easier to copy by hand
	}
	device := s.Device
	if device == "" {
		device = w.say("mail.sign_in.device")
	}
	return []paragraph{
		{asHeadline, w.say("mail.sign_in.intro", "desk", w.letter.Mailbox.Name, "minutes", strconv.Itoa(int(s.Valid/time.Minute)))},
		{asPlain, w.say("mail.sign_in.link") + "\n" + s.Link},
		{asPlain, w.say("mail.sign_in.code") + "\n" + code},
		{asPlain, w.say("mail.sign_in.asked", "device", device, "at", s.AskedAt.Format("2006-01-02 15:04 MST"))},
		{asSmall, w.say("mail.sign_in.not_you")},
	}
}
