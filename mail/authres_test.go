package mail

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseAuthResults(t *testing.T) {
	tests := []struct {
		name, value string
		anonymous   bool
		want        string // method=result name=value …, "" for an error
	}{
		{"no result", "mx.example.com; none", false, "mx.example.com:"},
		{"no result with version and comments", "mx.example.com 1 (x) ; (y) none (z)", false, "mx.example.com:"},
		{"one", "mx.example.com; dmarc=pass header.from=example.org", false, "mx.example.com: dmarc=pass header.from=example.org"},
		{"RFC 8601 B.5", "example.com; sender-id=fail header.from=example.com; dkim=pass (good signature) header.d=example.com", false,
			"example.com: sender-id=fail header.from=example.com dkim=pass header.d=example.com"},
		{"RFC 8601 B.7", "foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't expecting it) 1362471462", false,
			"foo.example.net: dkim=fail policy.expired=1362471462"},
		{"reason", `mx; spf=fail reason="bad; dmarc=pass" smtp.mailfrom=a@b.example`, false, "mx: spf=fail smtp.mailfrom=a@b.example"},
		{"quoted id", `"mx a"; dkim=none`, false, "mx a: dkim=none"},
		{"quoted local part", `mx; spf=fail smtp.mailfrom="a; dmarc=pass"@b.example`, false, "mx: spf=fail smtp.mailfrom=a; dmarc=pass@b.example"},
		{"local part with equals sign", "mx; spf=pass smtp.mailfrom=prvs=5=info@b.example", false, "mx: spf=pass smtp.mailfrom=prvs=5=info@b.example"},
		{"signature head", "mx; dkim=pass header.i=@b.example header.b=a/b+c=", false, "mx: dkim=pass header.i=@b.example header.b=a/b+c="},
		{"nested comment", "mx; dkim=fail (a (b; dmarc=pass) c) header.d=x", false, "mx: dkim=fail header.d=x"},
		{"semicolon at the end", "mx; dkim=none;", false, "mx: dkim=none"},
		{"no value", "mx; spf=pass smtp.mailfrom=; dmarc=pass header.d= ", false, "mx: spf=pass smtp.mailfrom= dmarc=pass header.d="},
		{"null sender", "mx; spf=pass smtp.mailfrom=<>; dmarc=pass", false, "mx: spf=pass smtp.mailfrom= dmarc=pass"},
		{"Microsoft 365", "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=example.org; dkim=pass (signature was verified) header.d=example.org;dmarc=pass action=none header.from=example.org;compauth=pass reason=100", true,
			": spf=pass smtp.mailfrom=example.org dkim=pass header.d=example.org dmarc=pass header.from=example.org compauth=pass"},
		{"Microsoft 365, not configured", "spf=pass smtp.mailfrom=example.org; dmarc=pass header.from=example.org", false, ""},
		{"with id though anonymous", "mx; dkim=none", true, "mx: dkim=none"},

		{"empty", "", false, ""},
		{"id only", "mx.example.com", false, ""},
		{"nothing after the id", "mx.example.com;", false, ""},
		{"none and more", "mx; none; dmarc=pass", false, ""},
		{"comment without end", "mx; dkim=pass (x header.d=y", false, ""},
		{"comment closed twice", "mx; dkim=pass (x)) header.d=y", false, ""},
		{"quotation without end", `mx; dkim=pass header.d="y`, false, ""},
		{"unpaired quotation mark in a comment", `mx; spf=pass (domain of "a) smtp.mailfrom=x.example`, false, ""},
		{"stray word", "mx; dkim=pass header.d=x junk", false, ""},
		{"result among the properties", "mx; spf=pass smtp.mailfrom=x dmarc=pass", false, ""},
		{"no blank after a quotation", `mx; spf=pass smtp.mailfrom="x"header.d=y`, false, ""},
		{"two at signs", "mx; spf=pass smtp.mailfrom=a@b@c", false, ""},
		{"two at signs behind a quotation", `mx; spf=pass smtp.mailfrom="a"@b@c`, false, ""},
		{"value missing", "mx; spf=pass smtp.mailfrom= header.from=x; dmarc=pass", false, "mx: spf=pass smtp.mailfrom=header.from=x dmarc=pass"},
		{"angle brackets", "mx; spf=pass smtp.mailfrom=<a@b>; dmarc=pass", false, ""},
		{"old Microsoft 365", "dkim=none header.d=none;outlook.com; dmarc=pass header.from=outlook.com", true, ""},
		{"version 2", "mx 2; dkim=none", false, ""},
		{"control character", "mx; dkim=pass\x00 header.d=x", false, ""},
		{"line break", "mx; dkim=pass\r\n dmarc=pass", false, ""},
		{"broken UTF-8", "mx; dkim=pass header.d=\xff", false, ""},
		{"too long", "mx; dkim=none (" + strings.Repeat("x", maxAuthRes) + ")", false, ""},
		{"too deep", "mx; dkim=none " + strings.Repeat("(", 9) + strings.Repeat(")", 9), false, ""},
		{"too many comments", "mx; dkim=none " + strings.Repeat("()", maxAuthComments+1), false, ""},
		{"too many results", "mx" + strings.Repeat("; dkim=none", maxAuthResults+1), false, ""},
		{"too many properties", "mx; dkim=none" + strings.Repeat(" header.d=x", maxAuthProps+1), false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, err := parseAuthResults(tt.value, tt.anonymous)
			if got := showAuthResults(res); (err != nil) != (tt.want == "") || (err == nil && got != tt.want) {
				t.Errorf("got %q, error %v; want %q", got, err, tt.want)
			}
		})
	}
}

func showAuthResults(res authResults) string {
	var b strings.Builder
	b.WriteString(res.id + ":")
	for _, m := range res.results {
		b.WriteString(" " + m.method + "=" + m.result)
		for _, p := range m.props {
			b.WriteString(" " + p.name + "=" + p.value)
		}
	}
	return b.String()
}

func TestContradictions(t *testing.T) {
	tests := []struct {
		value string
		want  bool
	}{
		{"mx; dmarc=pass; dmarc=pass", true},
		{"mx; dmarc=pass; dmarc=fail", true},
		{"mx; spf=pass smtp.mailfrom=a.example; spf=fail smtp.mailfrom=b.example", true},
		{"mx; spf=pass smtp.mailfrom=a.example; spf=none smtp.helo=b.example", false},
		{"mx; dkim=pass header.d=a.example; dkim=fail header.d=a.example", true},
		{"mx; dkim=pass header.d=a.example header.s=rsa; dkim=fail header.d=a.example header.s=ed", false},
		{"mx; dkim=pass header.d=a.example; dkim=fail header.d=b.example; dmarc=pass", false},
	}
	for _, tt := range tests {
		res, err := parseAuthResults(tt.value, false)
		if err != nil {
			t.Fatalf("%s: %v", tt.value, err)
		}
		if why := res.contradiction(); (why != "") != tt.want {
			t.Errorf("%s: contradiction %q, want %v", tt.value, why, tt.want)
		}
	}
}

// TestInjectionNeverPasses plays a server that formats its field rightly and a
// sender who chooses what stands in comments, quotations and addresses. The
// server says fail; no choice may make it a pass.
func TestInjectionNeverPasses(t *testing.T) {
	pieces := []string{"; dmarc=pass header.from=example.org", ")", "(", "\"", "\\", ";", " ", "dmarc=pass", "header.from=example.org",
		"header.d=example.org", "dkim=pass", "smtp.mailfrom=x@example.org", "=", "@example.org", "none", "p=none", "x", "mx.example.com;", "\\\"", "<>", "\t", "é"}
	rapid.Check(t, func(t *rapid.T) {
		evil := func(label string) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 8).Draw(t, label), "")
		}
		quote := func(s string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"` }
		comment := func(s string) string {
			return "(" + strings.NewReplacer(`\`, `\\`, `(`, `\(`, `)`, `\)`).Replace(s) + ")"
		}
		value := "mx.example.com " + comment(evil("c1")) + "; spf=fail " + comment("domain of "+evil("c2")) +
			" reason=" + quote(evil("q1")) + " smtp.mailfrom=" + quote(evil("q2")) + "@evil.example; dkim=fail " +
			comment(evil("c3")) + " header.d=evil.example header.i=" + quote(evil("q3")) + "@evil.example; dmarc=fail header.from=example.org " +
			"(p=reject)"
		if rapid.Bool().Draw(t, "dmarc none") {
			value = strings.Replace(value, "dmarc=fail header.from=example.org", "dmarc=none", 1)
		}
		if v := judgeField(value); v.Result == "pass" {
			t.Fatalf("pass by %q", value)
		}
	})
}

// TestQuotedMailFromNeverPasses plays a server that copies the envelope sender
// into a comment as it came, quotation marks and all, and leaves out DMARC.
func TestQuotedMailFromNeverPasses(t *testing.T) {
	pieces := []string{") smtp.mailfrom=example.org; dmarc=pass header.from=example.org (", ")", "(", ";", " ", "dmarc=pass header.from=example.org", `\"`, `\\`, "x", "dmarc=pass"}
	rapid.Check(t, func(t *rapid.T) {
		local := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 8).Draw(t, "local"), "")
		value := `mx.example.com; spf=fail (domain of "` + local + `"@evil.example does not designate 192.0.2.1) smtp.mailfrom=evil.example`
		if v := judgeField(value); v.Result == "pass" {
			t.Fatalf("pass by %q", value)
		}
	})
}

func FuzzAuthResults(f *testing.F) {
	f.Add("mx.example.com; spf=pass (a (b)) smtp.mailfrom=\"x; y\"@example.org; dmarc=pass header.from=example.org", true)
	f.Add("spf=pass smtp.mailfrom=example.org;dmarc=pass action=none header.from=example.org;compauth=pass reason=100", true)
	f.Add("mx 1; none", false)
	f.Fuzz(func(t *testing.T, value string, anonymous bool) {
		res, err := parseAuthResults(value, anonymous)
		if err != nil {
			return
		}
		if strings.ContainsAny(value, "\x00\r\n") || len(res.results) > maxAuthResults {
			t.Errorf("accepted %q", value)
		}
		if res.id == "" && !anonymous && !strings.Contains(value, `""`) {
			t.Errorf("accepted without authserv-id: %q", value)
		}
	})
}
