package main

import (
	"bytes"
	"context"
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

// TestCheckRemedies: what to do is said for what is the matter.
func TestCheckRemedies(t *testing.T) {
	t.Parallel()
	config, deskd := smallDesk(t)
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	database := postgres.NewDatabase(t)
	name := database[strings.LastIndex(database, "/"):]
	relay := servertest.NewSink(t, servertest.SinkOptions{TLS: servertest.SinkImplicitTLS})
	for _, c := range []struct{ name, old, new, want string }{
		{"no such database", "sqlite:desk.db", strings.Replace(database, name, "/nosuch?sslmode=disable", 1), "make it with createdb"},
		{"no such role", "sqlite:desk.db", strings.Replace(database, "deskd@", "nobody@", 1), "make the role with createuser"},
		{"no TLS", "sqlite:desk.db", strings.Replace(database, "sslmode=disable", "sslmode=require", 1), "add ?sslmode=disable to database.url"},
		{"an authority of one's own", "smtp://127.0.0.1:1", "smtps://" + relay.Address(), "in tls_ca_file of [smtp]"},
	} {
		with := strings.Replace(string(text), c.old, c.new, 1)
		if err := os.WriteFile(config, []byte(with), 0o600); err != nil {
			t.Fatal(err)
		}
		if status, out, _ := deskd("check"); status != exitFailed || !strings.Contains(out, c.want) {
			t.Errorf("%s: %d, %s", c.name, status, out)
		}
	}
}

// TestCheckInterrupted: what fails because somebody has had enough is no fault
// of the desk.
func TestCheckInterrupted(t *testing.T) {
	t.Parallel()
	config, _ := smallDesk(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	status := run(ctx, []string{"check", "--config", config}, strings.NewReader(""), &out, &errs)
	if status != exitFailed || strings.Contains(out.String(), "fail") || errs.String() != "deskd: interrupted; not everything was tried\n" {
		t.Errorf("%d: %s%s", status, out.String(), errs.String())
	}
}
