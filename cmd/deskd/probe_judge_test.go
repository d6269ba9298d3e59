package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"deskd/mail"
	"deskd/mail/smtp"
	"deskd/ticketing"
)

// arrived is a trial that came back with the given header.
func arrived(t *testing.T, name string, at time.Time, header ...string) *trial {
	t.Helper()
	raw := []byte(strings.Join(header, "\r\n") + "\r\n\r\n")
	trace, err := mail.ReadTrace(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	return &trial{
		name: name, messageID: "<ours@example.com>", references: "<root@example.com> <run@probe.invalid>",
		mail:     smtp.Trial{From: "support+tag@example.com", To: "support+tag@example.com"},
		Trialled: smtp.Trialled{Answer: "2.0.0 Ok", At: at}, seen: true,
		sighting: sighting{seenAt: at.Add(time.Second), receivedAt: at, raw: raw, trace: trace},
	}
}

// TestJudgeProbe has what providers of the test over real servers do not show.
func TestJudgeProbe(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	usual := []string{"Message-ID: <ours@example.com>", "References: <root@example.com> <run@probe.invalid>"}
	for _, c := range []struct {
		name   string
		change func(*probeFacts, *trial)
		want   expect
	}{
		{"nothing sent", func(p *probeFacts, _ *trial) { delete(p.trials, trialPlain) }, expect{"fail", "probe", "no mail could be sent"}},
		{"refused", func(_ *probeFacts, t *trial) { t.Refused = errors.New("553 not yours"); t.seen = false }, expect{"fail", "probe", "553 not yours"}},
		{"not arrived", func(_ *probeFacts, t *trial) { t.seen = false }, expect{"fail", "probe", "--wait"}},
		{"soon", func(*probeFacts, *trial) {}, expect{"ok", "arrival", "was seen 1s after"}},
		{"late", func(_ *probeFacts, t *trial) { t.seenAt = now.Add(20 * time.Second) }, expect{"warn", "arrival", "imap.poll"}},
		{"Amazon SES", func(_ *probeFacts, x *trial) {
			x.trace = arrived(t, trialPlain, now, "Message-ID: <0100@email.amazonses.com>").trace
			x.Aliases = []string{"<0100@email.amazonses.com>"}
		}, expect{"ok", "message-id", "replies are found by it"}},
		{"queue id", func(_ *probeFacts, x *trial) { x.ProviderID = "4FBC2" }, expect{"ok", "answer", "names the mail: 4FBC2"}},
		{"References longer", func(_ *probeFacts, x *trial) {
			x.trace = arrived(t, trialPlain, now, usual[0], "References: <root@example.com>", "\t<run@probe.invalid> <more@x>").trace
		}, expect{"ok", "references", "kept"}},
		{"reply domain refused", func(p *probeFacts, _ *trial) {
			p.replyForm.Domain = "reply.example.com"
			p.trials[trialTagged] = &trial{Trialled: smtp.Trialled{Refused: errors.New("550 no")}}
		}, expect{"fail", "reply-to", "all mail of that domain"}},
		{"connection lost", func(p *probeFacts, _ *trial) { p.trials[trialTagged] = &trial{fault: "connection reset"} },
			expect{"warn", "reply-to", "run the probe again"}},
		{"Exchange marks its own", func(p *probeFacts, x *trial) {
			x.trace = arrived(t, trialPlain, now, append(usual, exchangeField+": Internal")...).trace
			p.trials[trialForged] = arrived(t, trialForged, now, append(usual, exchangeField+": Internal")...)
		}, expect{"ok", "exchange", "trust_exchange_internal = true"}},
		{"damaged results", func(_ *probeFacts, x *trial) {
			x.trace = arrived(t, trialPlain, now, append([]string{"Authentication-Results: mx; dmarc=pass (("}, usual...)...).trace
		}, expect{"warn", "results", "cannot be used"}},
		{"Google", func(_ *probeFacts, x *trial) {
			x.trace = arrived(t, trialPlain, now, append([]string{
				"Received: by 2002:a05:6402:1::1 with SMTP id 1; Tue, 24 Nov 2026 10:00:00 +0000",
				"Authentication-Results: mx.google.com; dmarc=pass header.from=example.com"}, usual...)...).trace
		}, expect{"warn", "results", `authserv_id = "mx.google.com" and trusted_hops = ["2002:a05::/32"]`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := arrived(t, trialPlain, now, usual...)
			p := probeFacts{address: "support@example.com", quiet: 10 * time.Second, trials: map[string]*trial{trialPlain: x}}
			c.change(&p, x)
			if all := found(judgeProbe(p)); !all.has(c.want) {
				t.Errorf("no %s of %s with %q in:\n%s", c.want.grade, c.want.part, c.want.words, all)
			}
		})
	}
}

func TestHopPattern(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"mx1.example.com":                      "mx1.example.com",
		"mx.provider.net":                      "mx.provider.net",
		"mx17.provider.net":                    "*.provider.net",
		"dm6pr12mb1.namprd12.prod.outlook.com": "*.prod.outlook.com",
		"2002:a05:6402:1::1":                   "2002:a05::/32",
		"[192.0.2.7]":                          "192.0.2.0/24",
	} {
		if got := hopPattern(host, "example.com"); got != want {
			t.Errorf("%s: %s, want %s", host, got, want)
		}
		if (mail.Trust{TrustedHops: []string{want}}).Check() != nil || !(mail.Trust{TrustedHops: []string{want}}).Hop(host) {
			t.Errorf("%s does not match %s", want, host)
		}
	}
}

// TestTrialAddresses: no trial is sent to what the desk takes for a reply
// address, and all fit into SMTP.
func TestTrialAddresses(t *testing.T) {
	t.Parallel()
	ring, err := ticketing.NewKeyring(make([]byte, 32), []ticketing.Key{{ID: "a", CreatedAt: time.Now()}}, time.Hour, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []ticketing.ReplyForm{{}, {Separator: "="}, {Domain: "reply.example.com"}} {
		w := newProbeWriter(ticketing.Mailbox{Address: "support@example.com"}, ticketing.Settings{ReplyForm: form, Instance: "x"}, ring, "support@example.com")
		for _, x := range []*trial{w.plain(), w.tagged(), w.forged([]string{"mx"}), w.envelope(), w.quoted()} {
			if _, ok := ticketing.ParseReplyAddress(form, x.mail.To); ok {
				t.Errorf("%s goes to a reply address: %s", x.name, x.mail.To)
			}
			if local := x.mail.From[:strings.LastIndexByte(x.mail.From, '@')]; len(local) > ticketing.MaxLocalPart {
				t.Errorf("%s: the envelope sender's local part has %d octets", x.name, len(local))
			}
			if _, ours := ring.VerifyID(x.messageID); !ours {
				t.Errorf("%s: the Message-ID is not signed: %s", x.name, x.messageID)
			}
			if w.nameIn("[EXTERNAL] "+w.subject(x.name)) != x.name {
				t.Errorf("%s is not known by its subject", x.name)
			}
		}
	}
}
