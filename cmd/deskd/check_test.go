package main

import (
	"os"
	"strings"
	"testing"

	"deskd/servertest"
)

// TestCheckFindsWantedLogin: a relay on this machine that wants a login gets
// none without a user in [smtp], and check says so before the first mail is
// refused.
func TestCheckFindsWantedLogin(t *testing.T) {
	t.Parallel()
	sink := servertest.NewSink(t, servertest.SinkOptions{Username: "proxy", Password: "pw"})
	config, deskd := smallDesk(t)
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	for login, want := range map[string]string{
		"":                                      "fail  smtp        support@example.com: " + sink.Address() + " takes no mail from support@example.com: 5",
		"user = \"proxy\"\npassword = \"pw\"\n": "ok    smtp        support@example.com: " + sink.Address() + ", in clear text on this machine, logged in by PLAIN",
	} {
		with := strings.Replace(string(text), "smtp://127.0.0.1:1\"\n", "smtp://"+sink.Address()+"\"\n"+login, 1)
		if err := os.WriteFile(config, []byte(with), 0o600); err != nil {
			t.Fatal(err)
		}
		_, out, _ := deskd("check")
		if !strings.Contains(out, want) || strings.Count(out, "fail  smtp") != strings.Count(want, "fail  smtp") {
			t.Errorf("with %q: %s", login, out)
		}
	}
	if mails := sink.HandedOver(); len(mails) > 0 {
		t.Errorf("%d mails were sent", len(mails))
	}
}
