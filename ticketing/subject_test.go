package ticketing

import (
	"slices"
	"testing"
)

func TestBaseSubject(t *testing.T) {
	for _, test := range []struct{ subject, want string }{
		{"Printer on fire", "printer on fire"},
		{"Re: Printer on fire", "printer on fire"},
		{"RE: [HD-12] Fwd: AW: Printer  on fire", "printer on fire"},
		{"Re[2]: printer on fire [HD-12]", "printer on fire"},
		{"Printer on fire (fwd)", "printer on fire"},
		{"[acme-list] Printer on fire", "printer on fire"},
		{"返信：請求書について", "請求書について"},
		{"質問：請求書", "質問：請求書"}, {"Re: 質問：請求書", "質問：請求書"}, {"Re：請求書：4月", "請求書：4月"},
		{"SV: VS: WG: Rechnung", "rechnung"},
		{"Report: numbers", "report: numbers"},
		{"[only a blob]", "[only a blob]"},
		{"Re:", ""}, {"", ""},
	} {
		if got := BaseSubject("HD", test.subject); got != test.want {
			t.Errorf("%q: %q, want %q", test.subject, got, test.want)
		}
	}
}

func TestSubjectTags(t *testing.T) {
	for _, test := range []struct {
		subject string
		want    []int64
	}{
		{"Re: x [HD-1234]", []int64{1234}},
		{"[hd-7] and [HD-8]", []int64{7, 8}},
		{"[XX-7] [HD-] [HD-0] [HD-99999999999999999999]", nil},
		{"HD-7", nil},
	} {
		if got := SubjectTags("HD", test.subject); !slices.Equal(got, test.want) {
			t.Errorf("%q: %v, want %v", test.subject, got, test.want)
		}
	}
}

// A subject gets our tag once, however often it goes back and forth.
func TestTaggedSubject(t *testing.T) {
	ticket := Ticket{ID: 7, Subject: CleanSubject("HD", "Re: RE: Printer\ton fire [HD-7]")}
	for range 3 {
		tagged := TaggedSubject("HD", ticket)
		if tagged != "Printer on fire [HD-7]" {
			t.Fatalf("got %q", tagged)
		}
		ticket.Subject = CleanSubject("HD", "Re: "+tagged)
	}
}
