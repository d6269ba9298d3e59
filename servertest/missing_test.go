package servertest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestServersRequired(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		environment map[string]string
		want        bool
	}{
		{nil, false},
		{map[string]string{"CI": "true"}, true},
		{map[string]string{"CI": "1"}, true},
		{map[string]string{"CI": "false"}, false},
		{map[string]string{"CI": "0"}, false},
		{map[string]string{"DESKD_REQUIRE_SERVERS": "1"}, true},
		{map[string]string{"DESKD_REQUIRE_SERVERS": "0"}, false},
	} {
		if got := serversRequired(func(name string) string { return test.environment[name] }); got != test.want {
			t.Errorf("%v: %v, want %v", test.environment, got, test.want)
		}
	}
}

// end is a test that notes how it was ended.
type end struct {
	TB
	skipped, failed string
}

func (e *end) Helper()                           {}
func (e *end) Skipf(format string, args ...any)  { e.skipped = fmt.Sprintf(format, args...) }
func (e *end) Fatalf(format string, args ...any) { e.failed = fmt.Sprintf(format, args...) }

func TestMissingServer(t *testing.T) {
	missing := fmt.Errorf("start: %w", &MissingError{Server: "Dovecot", Looked: "PATH", Debian: "dovecot-imapd"})
	t.Setenv("CI", "")
	for _, test := range []struct {
		required     string
		err          error
		skips, fails bool
	}{
		{"0", missing, true, false},
		{"1", missing, false, true},
		{"0", errors.New("the port is taken"), false, true},
		{"1", nil, false, false},
	} {
		t.Setenv("DESKD_REQUIRE_SERVERS", test.required)
		e := &end{}
		require(e, test.err)
		// A real Skipf does not return.
		if skips := e.skipped != ""; skips != test.skips || (e.failed != "") != (test.fails || test.skips) {
			t.Errorf("required %s, %v: skipped %q, failed %q", test.required, test.err, e.skipped, e.failed)
		}
		if test.skips && !strings.Contains(e.skipped, "apt-get install --no-install-recommends dovecot-imapd") {
			t.Errorf("skipped with %q", e.skipped)
		}
	}
}
