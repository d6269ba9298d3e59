package mail

import (
	"slices"
	"testing"

	"deskd/ticketing"
)

func TestProblemTexts(t *testing.T) {
	for _, test := range []struct {
		stored, language string
		want             []string
	}{
		{"", "ja", []string{}},
		{"several_from; unknown_charset=x-foo", "en", []string{"more than one From address", "unknown charset x-foo"}},
		{"several_from; unknown_charset=x-foo", "ja", []string{"差出人（From）のアドレスが複数あります", "文字コード「x-foo」には対応していません"}},
		// Stored by the first release.
		{"no From field; unknown charset a=b", "ja", []string{"no From field", "unknown charset a=b"}},
		{"the mail is cut off: last bo", "en", []string{"the mail is cut off: last bo"}},
	} {
		e := ticketing.Entry{EventArgs: map[string]string{"problems": test.stored}}
		if got := ProblemTexts(composer(t).Texts, test.language, e.Problems()); !slices.Equal(got, test.want) {
			t.Errorf("%q in %s is %q, want %q", test.stored, test.language, got, test.want)
		}
	}
}

// The name of a charset is the sender's: it must not speak among our words.
func TestProblemsHoldNoWordsOfTheMail(t *testing.T) {
	for label, want := range map[string]string{
		"X-Foo_1.2:3+4": "x-foo_1.2:3+4",
		"=?utf-8?q?please_visit?=http://evil.example/very/long/address": "??utf-8?q?please_visit??http:??evil.exam",
		"文字\x00<b>{arg}": "????b??arg?",
	} {
		p := &problems{}
		(&charsets{problems: p}).body([]byte("x\xff"), label, false)
		if len(p.list) != 1 || p.list[0] != (ticketing.Problem{Key: ticketing.UnknownCharset, Arg: want}) {
			t.Errorf("%q gives %q, want %q", label, p.list, want)
		}
	}
}

func TestProblemsAreBounded(t *testing.T) {
	p := &problems{}
	for i := range 500 {
		p.addArg(ticketing.LineTooLong, i/2)
	}
	if len(p.list) != maxProblems || p.list[1].Arg != "1" {
		t.Errorf("%d problems: %v", len(p.list), p.list)
	}
}
