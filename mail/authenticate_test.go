package mail

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"deskd/ticketing"
)

// mapResolver answers from a map; a name with "!" as its text does not answer.
type mapResolver map[string]string

func (m mapResolver) LookupTXT(_ context.Context, name string) ([]string, error) {
	text, ok := m[name]
	switch {
	case !ok:
		return nil, ErrNoTXT
	case text == "!":
		return nil, errors.New("server failure")
	}
	return strings.Split(text, "\n"), nil
}

var testTime = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

func testTrust() Trust {
	return Trust{
		AuthservID:   "mx.example.com",
		TrustedHops:  []string{"mx.example.com", "store.example.com"},
		OwnDomains:   []string{"example.com"},
		AgentDomains: []string{"agents.example"},
		OwnAddresses: []string{"support@example.com"},
	}
}

const (
	fromOrg   = "From: Ann <ann@example.org>"
	fromOwn   = "From: agent@example.com"
	ourHop    = "Received: from out.example.org (out.example.org [192.0.2.1])\r\n by mx.example.com (Postfix) with ESMTPS id 1 for <support@example.com>;\r\n Tue, 24 Nov 2026 10:00:00 +0000 (UTC)"
	farHop    = "Received: from pc by out.example.org with ESMTPSA id 2; Tue, 24 Nov 2026 09:59:00 +0000"
	login     = "Received: from pc (unknown [192.0.2.7]) by mx.example.com (Postfix)\r\n with ESMTPSA id 3; Tue, 24 Nov 2026 10:00:00 +0000"
	delivered = "Received: from mx.example.com by store.example.com with LMTP id 4 (envelope-from <a@b>);\r\n Tue, 24 Nov 2026 10:00:01 +0000"
	passOrg   = "Authentication-Results: mx.example.com; dmarc=pass (p=none) header.from=example.org"
	failOrg   = "Authentication-Results: mx.example.com; dmarc=fail (p=reject) header.from=example.org"
)

func eml(fields ...string) string {
	return strings.Join(fields, "\r\n") + "\r\nTo: support@example.com\r\nSubject: x\r\n\r\nbody\r\n"
}

func judgeField(value string) ticketing.Verdict { return judgeFrom(value, "ann@example.org") }

func judgeFrom(value, from string) ticketing.Verdict {
	return Authenticate(context.Background(), strings.NewReader(eml("Authentication-Results: "+value, "From: "+from)), testTrust(), nil, testTime)
}

func TestAuthenticate(t *testing.T) {
	ar := func(rest string) string { return "Authentication-Results: mx.example.com; " + rest }
	tests := []struct {
		name     string
		mail     string
		trust    func(*Trust)
		dns      mapResolver
		want     ticketing.VerdictResult
		evidence string // contained in it
		again    bool
	}{
		{name: "pass", mail: eml(passOrg, ourHop, farHop, fromOrg), want: "pass", evidence: "mx.example.com: dmarc=pass header.from=example.org"},
		{name: "pass below our hop", mail: eml(delivered, ourHop, passOrg, farHop, fromOrg), want: "pass"},
		{name: "pass, id in other case", mail: eml("authentication-results: MX.Example.COM; DMARC=Pass header.From=Example.ORG", fromOrg), want: "pass"},
		{name: "pass, folded", mail: eml("Authentication-Results: mx.example.com;\r\n\tdmarc=pass\r\n header.from=example.org", fromOrg), want: "pass"},
		{name: "pass for an IDN", mail: eml(ar("dmarc=pass header.from=xn--bcher-kva.example"), "From: a@Bücher.example"), want: "pass", evidence: "xn--bcher-kva.example"},
		{name: "pass for another domain", mail: eml(ar("dmarc=pass header.from=evil.example"), fromOrg), want: "none", evidence: "mx.example.com: dmarc=pass header.from≠example.org"},
		{name: "pass for a subdomain", mail: eml(ar("dmarc=pass header.from=sub.example.org"), fromOrg), want: "none"},
		{name: "pass for nobody", mail: eml(ar("dmarc=pass"), fromOrg), want: "none"},
		{name: "pass for two", mail: eml(ar("dmarc=pass header.from=example.org header.from=example.org"), fromOrg), want: "none"},
		{name: "no verdict", mail: eml(ourHop, fromOrg), want: "none", evidence: "mx.example.com: none"},
		{name: "no verdict about us", mail: eml(ourHop, fromOwn), want: "none"},
		{name: "empty verdict", mail: eml(ar("none"), fromOwn), want: "none"},
		{name: "verdict on a login only", mail: eml(ar("auth=pass smtp.auth=x"), fromOwn), want: "none"},
		{name: "another server's", mail: eml("Authentication-Results: mx.evil.example; dmarc=pass header.from=example.org", fromOrg), want: "none"},
		{name: "another server's on top", mail: eml("Authentication-Results: filter.example.com; none", passOrg, fromOrg), want: "none"},
		{name: "nobody trusted", mail: eml(passOrg, fromOrg), trust: func(t *Trust) { t.AuthservID = "" }, want: "none"},
		{name: "guess", mail: eml(ar("dmarc=bestguesspass header.from=example.org"), fromOrg), want: "none"},
		{name: "guess about us", mail: eml(ar("dmarc=bestguesspass header.from=example.com"), fromOwn), want: "none"},
		{name: "broken", mail: eml(ar("dmarc=pass header.from=example.org junk"), fromOrg), want: "none", evidence: "mx.example.com: dmarc=permerror reason="},
		{name: "twice", mail: eml(ar("dmarc=pass header.from=example.org; dmarc=pass header.from=example.org"), fromOrg), want: "none", evidence: "reason=two-results-for-dmarc"},
		{name: "temporary", mail: eml(ar("dmarc=temperror header.from=example.org"), fromOrg), want: "none"},
		{name: "permanent error", mail: eml(ar("dmarc=permerror header.from=example.org"), fromOrg), want: "none"},

		// No DMARC record.
		{name: "none, dkim aligned", mail: eml(ar("dmarc=none header.from=example.org; dkim=pass header.d=example.org"), fromOrg), want: "pass", evidence: "dkim=pass"},
		{name: "none, dkim by identity", mail: eml(ar("dmarc=none; dkim=pass header.i=@example.org"), fromOrg), want: "pass"},
		{name: "none, spf aligned", mail: eml(ar("dmarc=none; spf=pass smtp.mailfrom=ann@example.org"), fromOrg), want: "pass", evidence: "spf=pass"},
		{name: "none, spf by name alone", mail: eml(ar("dmarc=none; spf=pass smtp.mailfrom=example.org"), fromOrg), want: "pass"},
		{name: "none, dkim of another", mail: eml(ar("dmarc=none; dkim=pass header.d=evil.example"), fromOrg), want: "none"},
		{name: "none, spf of the client's name", mail: eml(ar("dmarc=none; spf=pass smtp.helo=example.org"), fromOrg), want: "none"},
		{name: "none, spf with our domain in a local part", mail: eml(ar(`dmarc=none; spf=pass smtp.mailfrom="x@example.org"@evil.example`), fromOrg), want: "none"},
		{name: "none, spf with a quoted local part", mail: eml(ar(`dmarc=none; spf=pass smtp.mailfrom="x@evil.example"@example.org`), fromOrg), want: "pass"},
		{name: "none, dkim fails", mail: eml(ar("dmarc=none; dkim=fail header.d=example.org"), fromOrg), want: "none"},
		{name: "none, dkim temporary", mail: eml(ar("dmarc=none; dkim=temperror header.d=example.org"), fromOrg), want: "none"},

		// A server that does not check DMARC.
		{name: "spf only, no DNS", mail: eml(ar("spf=pass smtp.mailfrom=example.org"), fromOrg), want: "none"},
		{name: "spf only, no record", mail: eml(ar("spf=pass smtp.mailfrom=example.org"), fromOrg), dns: mapResolver{}, want: "pass"},
		{name: "dkim only, relaxed", mail: eml(ar("dkim=pass header.d=m.example.org"), fromOrg), dns: mapResolver{"_dmarc.example.org": "v=DMARC1; p=reject"}, want: "pass"},
		{name: "dkim only, strict", mail: eml(ar("dkim=pass header.d=m.example.org"), fromOrg), dns: mapResolver{"_dmarc.example.org": "v=DMARC1; p=reject; adkim=s"}, want: "none"},
		{name: "dkim only, no answer", mail: eml(ar("dkim=pass header.d=example.org"), fromOrg), dns: mapResolver{"_dmarc.example.org": "!"}, want: "none", again: true},

		// Refused.
		{name: "fail", mail: eml(failOrg, fromOrg), want: "fail", evidence: "mx.example.com: dmarc=fail header.from=example.org"},
		{name: "fail, policy unknown", mail: eml(ar("dmarc=fail header.from=example.org"), fromOrg), want: "fail"},
		{name: "fail, policy none in comment", mail: eml(ar("dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=example.org"), fromOrg), want: "none"},
		{name: "fail, policy none with a comma", mail: eml(ar("dmarc=fail (p=none,d=none) header.from=example.org"), fromOrg), want: "none"},
		{name: "fail, subdomain policy", mail: eml(ar("dmarc=fail (p=NONE sp=REJECT) header.from=example.org"), fromOrg), want: "fail"},
		{name: "fail, only subdomain policy none", mail: eml(ar("dmarc=fail (sp=NONE) header.from=example.org"), fromOrg), want: "fail"},
		{name: "fail, only disposition none", mail: eml(ar("dmarc=fail (p=REJECT dis=NONE) header.from=example.org"), fromOrg), want: "fail"},
		{name: "fail, action none", mail: eml(ar("dmarc=fail action=none header.from=example.org"), fromOrg), want: "fail"},
		{name: "fail, p=none elsewhere", mail: eml(ar("spf=fail (p=none) smtp.mailfrom=x; dmarc=fail header.from=example.org"), fromOrg), want: "fail"},
		{name: "fail, policy none as property", mail: eml(ar("dmarc=fail policy.dmarc=none header.from=example.org"), fromOrg), want: "none"},
		{name: "fail, policy property beats comment", mail: eml(ar("dmarc=fail (p=none) policy.dmarc=reject header.from=example.org"), fromOrg), want: "fail"},
		{name: "fail, policy none in the DNS", mail: eml(ar("dmarc=fail header.from=example.org"), fromOrg), dns: mapResolver{"_dmarc.example.org": "v=DMARC1; p=none"}, want: "none"},
		{name: "fail, policy reject in the DNS", mail: eml(ar("dmarc=fail header.from=example.org"), fromOrg), dns: mapResolver{"_dmarc.example.org": "v=DMARC1; p=reject"}, want: "fail"},
		{name: "fail, no answer of the DNS", mail: eml(ar("dmarc=fail header.from=example.org"), fromOrg), dns: mapResolver{"_dmarc.example.org": "!"}, want: "fail", evidence: "dns=temperror", again: true},
		{name: "fail, record gone", mail: eml(ar("dmarc=fail header.from=example.org"), fromOrg), dns: mapResolver{}, want: "fail"},
		{name: "our domain fails with policy none", mail: eml(ar("dmarc=fail (p=none) header.from=example.com"), fromOwn), want: "fail"},
		{name: "our domain, no record", mail: eml(ar("dmarc=none header.from=example.com"), fromOwn), want: "fail", evidence: "mx.example.com: dmarc=none header.from=example.com reason=own-domain"},
		{name: "an agent's domain, another passes", mail: eml(ar("dmarc=pass header.from=evil.example"), "From: x@agents.example"), want: "fail"},
		{name: "an agent's domain passes", mail: eml(ar("dmarc=pass header.from=agents.example"), "From: x@agents.example"), want: "pass"},
		{name: "an agent's domain, temporary", mail: eml(ar("dmarc=temperror"), "From: x@agents.example"), want: "none"},

		// Microsoft 365.
		{name: "without authserv-id", mail: eml("Authentication-Results: spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=example.org; dkim=pass (signature was verified)\r\n header.d=example.org;dmarc=pass action=none header.from=example.org;compauth=pass reason=100", fromOrg),
			trust: func(t *Trust) { t.AuthservID, t.AnonymousTopmost = "", true }, want: "pass", evidence: "Authentication-Results: dmarc=pass header.from=example.org"},
		{name: "without authserv-id, not configured", mail: eml("Authentication-Results: dmarc=pass action=none header.from=example.org", fromOrg), want: "none"},
		{name: "within the tenant", mail: eml("Authentication-Results: dkim=none (message not signed) header.d=none;dmarc=none action=none header.from=example.com;", "X-MS-Exchange-Organization-AuthAs: Internal", fromOwn),
			trust: func(t *Trust) { t.AuthservID, t.AnonymousTopmost, t.ExchangeInternal = "", true, true }, want: "pass"},
		{name: "within the tenant, not configured", mail: eml("X-MS-Exchange-Organization-AuthAs: Internal", fromOwn), want: "none"},
		{name: "within the tenant, another domain", mail: eml("X-MS-Exchange-Organization-AuthAs: Internal", fromOrg), trust: func(t *Trust) { t.ExchangeInternal = true }, want: "none"},
		{name: "within the tenant, twice", mail: eml("X-MS-Exchange-Organization-AuthAs: Internal", "X-MS-Exchange-Organization-AuthAs: Anonymous", fromOwn), trust: func(t *Trust) { t.ExchangeInternal = true }, want: "none"},
		{name: "within the tenant, but dmarc=fail", mail: eml(ar("dmarc=fail header.from=example.com"), "X-MS-Exchange-Organization-AuthAs: Internal", fromOwn), trust: func(t *Trust) { t.ExchangeInternal = true }, want: "fail"},

		// Trusted submission.
		{name: "login", mail: eml(login, fromOwn), want: "pass", evidence: "Received: by=mx.example.com with=ESMTPSA header.from=example.com"},
		{name: "login, delivered by LMTP", mail: eml(delivered, login, fromOwn), want: "pass"},
		{name: "login, nobody else trusted", mail: eml(login, fromOwn), trust: func(t *Trust) { t.AuthservID = "" }, want: "pass"},
		{name: "login lower down", mail: eml(ourHop, login, fromOwn), want: "none"},
		{name: "login below another host", mail: eml(farHop, login, fromOwn), want: "none"},
		{name: "login, foreign sender", mail: eml(login, fromOrg), want: "none"},
		{name: "login, host only by pattern", mail: eml(login, fromOwn), trust: func(t *Trust) { t.TrustedHops = []string{"*.example.com"} }, want: "none"},
		{name: "login, host only as authserv-id", mail: eml(login, fromOwn), trust: func(t *Trust) { t.TrustedHops = nil }, want: "none"},
		{name: "login named", mail: eml(strings.Replace(login, "(Postfix)", "(Authenticated sender: Agent@example.com)", 1), fromOwn), want: "pass"},
		{name: "login of another", mail: eml(strings.Replace(login, "(Postfix)", "(Authenticated sender: other@example.com)", 1), fromOwn), want: "none", evidence: "reason=other-login"},
		{name: "login named twice", mail: eml(strings.Replace(login, "(Postfix)", "(Authenticated sender: agent@example.com) (Authenticated sender: other@example.com)", 1), fromOwn), want: "none"},
		{name: "login named twice, the right one last", mail: eml(strings.Replace(login, "(Postfix)", "(Authenticated sender: other@example.com) (Authenticated sender: agent@example.com)", 1), fromOwn), want: "none"},
		{name: "login, dmarc=fail", mail: eml(ar("dmarc=fail header.from=example.com"), login, fromOwn), want: "fail"},
		{name: "login, no record", mail: eml(ar("dmarc=none"), login, fromOwn), want: "pass"},

		// From.
		{name: "two fields", mail: eml(passOrg, fromOrg, fromOrg), want: "fail", evidence: "reason=several-From-fields"},
		{name: "no field", mail: eml(passOrg), want: "fail"},
		{name: "two addresses", mail: eml(passOrg, "From: a@example.org, b@evil.example"), want: "fail"},
		{name: "group", mail: eml(passOrg, "From: us: a@example.org;"), want: "fail"},
		{name: "hidden field", mail: eml(passOrg, fromOrg, "Fr\x00om: a@evil.example"), want: "fail"},
		{name: "hidden field, control character", mail: eml(passOrg, fromOrg, "\x01From: a@evil.example"), want: "fail"},
		{name: "field behind a bare CR", mail: eml(passOrg, fromOrg, "X: y\rFrom: a@evil.example"), want: "fail"},
		{name: "blank before the colon", mail: eml(passOrg, fromOrg, "From : a@evil.example"), want: "fail"},
		{name: "address as display name", mail: eml(ar("dmarc=pass header.from=evil.example"), `From: "agent@example.com" <x@evil.example>`), want: "pass", evidence: "evil.example"},
		{name: "header too large", mail: eml(passOrg, fromOrg, "X: "+strings.Repeat("x", maxAuthHeader)), want: "none", evidence: "reason=header-too-large"},
		{name: "too many fields", mail: eml(passOrg, fromOrg, strings.Repeat("X: y\r\n", maxAuthFields)+"X: y"), want: "none", evidence: "reason=header-too-large"},

		{name: "ARC is shown", mail: eml("ARC-Seal: i=1; d=lists.example; cv=none", failOrg, fromOrg), want: "fail", evidence: "; ARC-Seal: d=lists.example"},
		{name: "ARC result is not believed", mail: eml("ARC-Authentication-Results: i=1; mx.example.com; dmarc=pass header.from=example.org", fromOrg), want: "none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			trust := testTrust()
			if tt.trust != nil {
				tt.trust(&trust)
			}
			var r Resolver
			if tt.dns != nil {
				r = tt.dns
			}
			v := Authenticate(context.Background(), strings.NewReader(tt.mail), trust, r, testTime)
			if v.Result != tt.want || v.Temporary != tt.again || !strings.Contains(v.Evidence, tt.evidence) {
				t.Errorf("got %+v; want %s, temporary %v, %q", v, tt.want, tt.again, tt.evidence)
			}
			checkEvidence(t, v)
		})
	}
}

func checkEvidence(t *testing.T, v ticketing.Verdict) {
	t.Helper()
	checkPlain(t, v)
	noEnglish(t, v.Evidence)
}

// checkPlain checks what holds also where the words of a stranger are quoted.
func checkPlain(t *testing.T, v ticketing.Verdict) {
	t.Helper()
	bad := strings.ContainsFunc(v.Evidence, func(r rune) bool { return !unicode.IsPrint(r) })
	if v.Evidence == "" || len(v.Evidence) > maxEvidence || bad || !utf8.ValidString(v.Evidence) {
		t.Errorf("evidence %q is not one plain line of at most %d bytes", v.Evidence, maxEvidence)
	}
}

// Mail-rules §9 test 17.
func TestResultInACommentIsNotPass(t *testing.T) {
	if v := judgeField("mx.example.com; dkim=fail (x; dmarc=pass header.from=example.org ) header.d=example.org"); v.Result == ticketing.Pass {
		t.Error(v)
	}
}

// Mail-rules §9 test 18, as servers write it that do not escape.
func TestQuotedMailFromThatClosesACommentIsNotPass(t *testing.T) {
	for _, local := range []string{`) dmarc=pass (`, `x) smtp.mailfrom=example.org; dmarc=pass header.from=example.org (`} {
		for _, rest := range []string{"", "; dmarc=fail header.from=example.org"} {
			v := judgeField(`mx.example.com; spf=pass (mx.example.com: domain of "` + local + `"@evil.example designates 192.0.2.1) smtp.mailfrom=evil.example` + rest)
			if v.Result == ticketing.Pass {
				t.Error(local, rest, v)
			}
		}
	}
}

// Mail-rules §9 test 19.
func TestForgedResultsBelowAreIgnored(t *testing.T) {
	for _, mail := range []string{
		eml(failOrg, passOrg, fromOrg),
		eml(failOrg, ourHop, passOrg, farHop, fromOrg),
		eml(strings.Replace(failOrg, ":", " :", 1), passOrg, fromOrg),
		eml(ourHop, failOrg, passOrg, fromOrg),
		eml(ourHop, farHop, passOrg, fromOrg),
		eml(farHop, passOrg, fromOrg),
		eml("Received: from x by mx.example.com with ESMTP (unknown [192.0.2.1]) by mx.evil.example with ESMTP; Tue, 24 Nov 2026 10:00:00 +0000", passOrg, fromOrg),
	} {
		if v := Authenticate(context.Background(), strings.NewReader(mail), testTrust(), nil, testTime); v.Result == ticketing.Pass {
			t.Errorf("%v by\n%s", v, mail)
		}
	}
}

func TestAuthenticateMessage(t *testing.T) {
	m := &ticketing.Message{FromCount: 1, From: []ticketing.Address{{Address: "Ann@Example.org"}}}
	raw := strings.NewReader(eml(passOrg, fromOrg))
	if AuthenticateMessage(context.Background(), m, raw, testTrust(), nil, testTime); m.Verdict.Result != ticketing.Pass {
		t.Error(m.Verdict)
	}
	m.From[0].Address = "agent@example.com"
	if AuthenticateMessage(context.Background(), m, raw, testTrust(), nil, testTime); m.Verdict.Result != ticketing.Fail {
		t.Error("the parser saw another sender:", m.Verdict)
	}
}

func TestEvidenceIsBounded(t *testing.T) {
	domain := strings.Repeat("long-label.", 22) + "example"
	v := judgeFrom("mx.example.com; dmarc=pass header.from="+domain, "a@"+domain)
	if v.Result != ticketing.Pass {
		t.Error(v)
	}
	checkEvidence(t, v)
	trust := testTrust()
	trust.AuthservID = "mx\n" + strings.Repeat("é\u202e", 200)
	v = Authenticate(context.Background(), strings.NewReader(eml(fromOrg)), trust, nil, testTime)
	checkEvidence(t, v)
}

func TestTrustCheck(t *testing.T) {
	good := Trust{AuthservID: "mx.example.com", TrustedHops: []string{"mx.example.com", "*.example.com", "2002:a05::/32", "192.0.2.1", "localhost"}}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for _, bad := range []Trust{{TrustedHops: []string{"2002:a05::/x"}}, {TrustedHops: []string{"*example.com"}}, {TrustedHops: []string{""}}, {TrustedHops: []string{"*"}}, {AuthservID: "mx; dmarc=pass"}} {
		if bad.Check() == nil {
			t.Errorf("accepted %+v", bad)
		}
	}
}

func TestSoleSender(t *testing.T) {
	tests := []struct{ from, want string }{
		{"a@example.org", "a@example.org"},
		{"<a@example.org>", "a@example.org"},
		{"A B <A@Example.org>", "a@example.org"},
		{`"B, A" <a@example.org>`, "a@example.org"},
		{"Miller, Joe <a@example.org>", "a@example.org"},
		{"Joe @ work <a@example.org>", ""},
		{"a@example.org (A (B))", "a@example.org"},
		{"=?utf-8?Q?agent@example.com?= <a@example.org>", "a@example.org"},
		{"=?utf-8?Q?B,_A:?= <a@example.org>", "a@example.org"},
		{"=?utf-8?Q?x@y?=, b@evil.example <a@example.org>", ""},
		{"\x1b$B;30f\x1b(B <a@example.org>", "a@example.org"},
		{`"a b"@example.org`, `"a b"@example.org`},
		{"foo..bar.@docomo.example", "foo..bar.@docomo.example"},
		{"x@y <a@example.org>", ""},
		{"<a@example.org> <b@example.org>", ""},
		{"<a@example.org>@evil.example", ""},
		{"<<a@example.org>>", ""},
		{"<@r.example:a@example.org>", ""},
		{"a@example.org,", "a@example.org"},
		{"a@example.org, b@example.org", ""},
		{"a@example.org b@example.org", ""},
		{"<>", ""},
		{"MAILER-DAEMON", ""},
		{"a@[192.0.2.1]", ""},
		{"a@", ""},
		{"@example.org", ""},
		{"a@b@example.org", ""},
		{"a @ example.org", ""},
		{"=?utf-8?Q?agent@example.com?=", ""},
		{"<=?utf-8?Q?agent?=@example.com>", ""},
		{"<agent@example.com(x)>", ""},
		{`"x <a@example.org>`, ""},
		{"(x <a@example.org>", ""},
		{"a@exa\x00mple.org", ""},
		{"a@exa mple.org", ""},
		{"a@example..org", ""},
		{"us:a@example.org;", ""},
		{"", ""},
	}
	for _, tt := range tests {
		h, err := readAuthHeader(strings.NewReader("From: " + tt.from + "\r\n\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := soleSender(h)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q: got %q, %v; want %q", tt.from, got, err, tt.want)
		}
	}
}

// TestCcUnsigned: a server's pass that can only rest on a signature says
// nothing of a Cc that the signature does not cover.
func TestCcUnsigned(t *testing.T) {
	const cc = "Cc: eve@evil.example"
	signature := func(domain, names string) string {
		return "DKIM-Signature: v=1; a=rsa-sha256; d=" + domain + "; s=s; h=" + names + "; bh=AA==; b=AA=="
	}
	results := func(more string) string {
		return "Authentication-Results: mx.example.com; dmarc=pass header.from=example.org" + more
	}
	for _, tt := range []struct {
		name   string
		fields []string
		want   bool
	}{
		{"no Cc", []string{results(""), signature("example.org", "from:to")}, false},
		{"signed", []string{results(""), signature("example.org", "from:to:Cc"), cc}, false},
		{"not signed", []string{results(""), signature("example.org", "from:to:subject"), cc}, true},
		{"signed by another domain", []string{results(""), signature("evil.example", "from:cc"), signature("example.org", "from:to"), cc}, true},
		{"not signed, SPF failed", []string{results("; spf=fail smtp.mailfrom=example.org"), signature("example.org", "from"), cc}, true},
		{"not signed, SPF for another", []string{results("; spf=pass smtp.mailfrom=evil.example"), signature("example.org", "from"), cc}, true},
		{"not signed, SPF passed", []string{results("; spf=pass smtp.mailfrom=mail.example.org"), signature("example.org", "from"), cc}, false},
		{"no signature", []string{results(""), cc}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mail := eml(append(tt.fields, fromOrg)...)
			v := Authenticate(context.Background(), strings.NewReader(mail), testTrust(), nil, testTime)
			if v.Result != ticketing.Pass || v.CcUnsigned != tt.want {
				t.Errorf("%+v, want %v", v, tt.want)
			}
		})
	}
}

func FuzzAuthenticate(f *testing.F) {
	f.Add(eml(passOrg, ourHop, farHop, fromOrg))
	f.Add(eml(delivered, login, fromOwn))
	f.Add(eml(failOrg, "ARC-Seal: d=x", "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s; h=from:to:date:message-id; bh=; b=", fromOrg, "Date: Tue, 24 Nov 2026 09:59:00 +0000", "Message-ID: <1@example.org>"))
	f.Fuzz(func(t *testing.T, raw string) {
		trust := testTrust()
		for range 2 {
			v := Authenticate(context.Background(), strings.NewReader(raw), trust, mapResolver{"s._domainkey.example.org": "v=DKIM1; p=MCowBQ"}, testTime)
			checkPlain(t, v)
			trust.AuthservID = ""
		}
	})
}
