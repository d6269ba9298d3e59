package config

import (
	"fmt"
	"time"
)

// numbers checks that every number and duration is in its range, and that
// those which depend on each other fit.
func (v *checker) numbers() {
	c := v.c
	v.durations(map[string]Duration{
		"imap.poll": c.IMAP.Poll, "imap.poll_without_idle": c.IMAP.PollWithoutIdle, "imap.idle_renew": c.IMAP.IdleRenew,
		"imap.literal_timeout": c.IMAP.LiteralTimeout, "imap.backoff_min": c.IMAP.BackoffMin, "imap.backoff_max": c.IMAP.BackoffMax,
		"imap.login_retry": c.IMAP.LoginRetry, "imap.ack_max_age": c.IMAP.AckMaxAge,
		"imap.lease": c.IMAP.Lease, "imap.lease_renew": c.IMAP.LeaseRenew,
		"threads.new_subject": c.Threads.NewSubject, "threads.probable_match": c.Threads.ProbableMatch,
		"tokens.rotate": c.Tokens.Rotate, "tokens.accept": c.Tokens.Accept,
		"verdict.dkim_max_age": c.Verdict.DKIMMaxAge, "verdict.try_within": c.Verdict.TryWithin,
		"dns.timeout": c.DNS.Timeout, "bounces.suppress_over": c.Bounces.SuppressOver,
		"parse.timeout": c.Parse.Timeout, "portal.sign_in_valid": c.Portal.SignInValid,
	})
	v.integers()
	v.sizes(map[string]Size{
		"parse.message_size": c.Parse.MessageSize, "parse.header_size": c.Parse.HeaderSize, "parse.line_size": c.Parse.LineSize,
		"parse.decoded_size": c.Parse.DecodedSize, "parse.text_size": c.Parse.TextSize, "parse.filename": c.Parse.Filename,
	})
	v.less("imap.lease_renew", c.IMAP.LeaseRenew, "imap.lease", c.IMAP.Lease)
	v.less("tokens.rotate", c.Tokens.Rotate, "tokens.accept", c.Tokens.Accept)
	if c.IMAP.BackoffMin > c.IMAP.BackoffMax {
		v.fail("imap.backoff_min", "is longer than imap.backoff_max", "make it shorter")
	}
	if c.IMAP.IdleRenew >= Duration(29*time.Minute) {
		v.fail("imap.idle_renew", "is longer than servers allow", `write less than "29m" (RFC 2177)`)
	}
	if c.DNS.Resolver != "" && !hostPort(c.DNS.Resolver) {
		v.fail("dns.resolver", "is not host:port", `write for example "127.0.0.1:53", or remove it to use the system's`)
	}
}

func (v *checker) integers() {
	c := v.c
	for key, n := range map[string]int{
		"smtp.per_minute": c.SMTP.PerMinute, "smtp.per_day": c.SMTP.PerDay, "smtp.mails_per_connection": c.SMTP.MailsPerConnection,
		"limits.sender_per_hour": c.Limits.SenderPerHour, "limits.max_hops": c.Limits.MaxHops,
		"limits.breaker_factor": c.Limits.BreakerFactor, "limits.breaker_floor": c.Limits.BreakerFloor,
		"bounces.suppress_after": c.Bounces.SuppressAfter, "parse.parts": c.Parse.Parts,
		"parse.fields": c.Parse.Fields, "parse.addresses": c.Parse.Addresses,
	} {
		v.within(key, n, 1, 1_000_000)
	}
	for key, n := range map[string]int{
		"limits.ack_per_hour": c.Limits.AckPerHour, "limits.ack_per_day": c.Limits.AckPerDay, "limits.reopens_per_day": c.Limits.ReopensPerDay,
		"limits.cc_per_mail": c.Limits.CcPerMail, "limits.cc_per_ticket": c.Limits.CcPerTicket,
	} {
		v.within(key, n, 0, 1_000_000)
	}
	for key, n := range map[string]int{
		"threads.references": c.Threads.References, "threads.merge_depth": c.Threads.MergeDepth,
		"verdict.tries": c.Verdict.Tries, "parse.attempts": c.Parse.Attempts,
	} {
		v.within(key, n, 1, 1000)
	}
	v.within("imap.batch", c.IMAP.Batch, 1, 1000)
	v.within("parse.depth", c.Parse.Depth, 1, 100)
	v.within("smtp.max_connections", c.SMTP.MaxConnections, 1, 100)
}

func (v *checker) within(key string, n, least, most int) {
	if n < least || n > most {
		v.fail(key, fmt.Sprintf("is %d, allowed is %d to %d", n, least, most), "remove it to have the default")
	}
}

func (v *checker) durations(all map[string]Duration) {
	for key, d := range all {
		if d <= 0 {
			v.fail(key, "must be longer than nothing", "remove it to have the default")
		}
	}
}

func (v *checker) sizes(all map[string]Size) {
	for key, s := range all {
		if s <= 0 || s > 1<<40 {
			v.fail(key, "must be more than nothing and at most 1024 GiB", "remove it to have the default")
		}
	}
}

func (v *checker) less(key string, d Duration, otherKey string, other Duration) {
	if d >= other && d > 0 && other > 0 {
		v.fail(key, "is not shorter than "+otherKey, "make it at most half as long")
	}
}

// outgoing checks the numbers of [smtp].
func (v *checker) outgoing(s SMTP) {
	v.durations(map[string]Duration{
		"smtp.idle_timeout": s.IdleTimeout, "smtp.give_up": s.GiveUp, "smtp.delayed_after": s.DelayedAfter, "smtp.unknown_retry": s.UnknownRetry,
	})
	if s.DataTimeout < Duration(10*time.Minute) {
		v.fail("smtp.data_timeout", "is too short: a mail may then go out twice", `write at least "10m" (RFC 5321 §4.5.3.2.6)`)
	}
	if s.EHLO != "" && !hostOK(s.EHLO) {
		v.fail("smtp.ehlo", "is not a host name", "write this machine's full name, or remove it")
	}
	if len(s.Retry) == 0 || len(s.Retry) > 100 {
		v.fail("smtp.retry", "must have 1 to 100 durations", `write for example ["1m", "15m", "4h"]`)
	}
	for _, d := range s.Retry {
		if d <= 0 {
			v.fail("smtp.retry", "has a duration that is not longer than nothing", `write for example ["1m", "15m", "4h"]`)
			break
		}
	}
}
