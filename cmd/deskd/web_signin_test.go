package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestServeSignIn: whoever asks on the pages gets his mail at once, not when the
// daemon next looks at the clock; and no log and no list says what is in it.
func TestServeSignIn(t *testing.T) {
	t.Parallel()
	l, address, config := configWithPages(t)
	deskd := func(args ...string) string {
		t.Helper()
		var out syncBuffer
		if status := run(t.Context(), append(args, "--config", config), strings.NewReader(""), &out, &out); status != 0 {
			t.Fatalf("%v: %s", args, out.String())
		}
		return out.String()
	}
	deskd("agent", "add", "mia@example.com", "--name", "Mia")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	s := startServe(t, config)
	s.waitLog("serving pages")
	defer func() { s.stop(); s.end(0) }()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := client.PostForm("http://"+address+"/sign-in", url.Values{"address": {"mia@example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if r.StatusCode != http.StatusSeeOther || len(r.Cookies()) != 1 {
		t.Fatalf("%d %v", r.StatusCode, r.Cookies())
	}
	for end := time.Now().Add(20 * time.Second); !strings.Contains(deskd("outbox", "list", "--json"), `"sign_in"`); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("no mail after 20 s\n%s\n%s", deskd("outbox", "list"), s.log.String())
		}
	}
	if all := s.log.String() + deskd("outbox", "list"); strings.Contains(all, "/sign-in/") || strings.Contains(all, r.Cookies()[0].Value) {
		t.Errorf("it is said by what one signs in:\n%s", all)
	}
}
