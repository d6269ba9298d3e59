package mail

import (
	"strings"
	"testing"
)

const receivedDate = "; Tue, 24 Nov 2026 10:00:00 +0000"

func TestParseReceived(t *testing.T) {
	tests := []struct {
		name, value    string
		from, by, with string
		login          string
		bad            bool
	}{
		{name: "Postfix", value: "from mail.example.org (mail.example.org [192.0.2.1]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) (No client certificate requested) by mx.example.com (Postfix) with ESMTPS id 4A for <a@example.com>; Tue, 24 Nov 2026 19:00:00 +0900 (JST)",
			from: "mail.example.org", by: "mx.example.com", with: "ESMTPS"},
		{name: "Postfix, login", value: "from [10.0.0.1] (unknown [192.0.2.1]) (Authenticated sender: a@example.com) by mx.example.com (Postfix) with ESMTPSA id 4A" + receivedDate,
			from: "[10.0.0.1]", by: "mx.example.com", with: "ESMTPSA", login: "a@example.com"},
		{name: "Exim", value: "from [192.0.2.1] (helo=pc) by mx.example.com with esmtpsa (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.96) (envelope-from <a@example.com>) id 1abc-00; Tue, 24 Nov 2026 10:00:00 +0000",
			from: "[192.0.2.1]", by: "mx.example.com", with: "ESMTPSA"},
		{name: "Google", value: "by 2002:a05:6214:1c8f:b0:4a5:dead:beef with SMTP id x5csp577194; Tue, 24 Nov 2026 02:00:00 -0800 (PST)",
			by: "2002:a05:6214:1c8f:b0:4a5:dead:beef", with: "SMTP"},
		{name: "Exchange", value: "from A.prod.outlook.com (2603::1) by B.prod.outlook.com (2603::2) with Microsoft SMTP Server (version=TLS1_2, cipher=X) id 15.20.1; Tue, 24 Nov 2026 10:00:00 +0000",
			from: "a.prod.outlook.com", by: "b.prod.outlook.com", with: "MICROSOFT"},
		{name: "Dovecot", value: "from mx.example.com by mx.example.com with LMTP id abc (envelope-from <a@example.org>) for <b@example.com>" + receivedDate,
			from: "mx.example.com", by: "mx.example.com", with: "LMTP"},
		{name: "qmail", value: "(qmail 30892 invoked by alias); 21 Nov 2014 22:23:29 -0000", bad: true},
		{name: "client named like a line", value: "from x by mx.example.com with ESMTPA (unknown [192.0.2.1]) by mx.example.com (Postfix) with ESMTPS id 1" + receivedDate, bad: true},
		{name: "client named like a line, open comment", value: "from x by mx.example.com with ESMTPA ( (unknown [192.0.2.1]) by mx.example.com (Postfix) with ESMTPS id 1" + receivedDate, bad: true},
		{name: "client named like a line, semicolon", value: "from x by mx.example.com with ESMTPA; (unknown [192.0.2.1]) by mx.example.com (Postfix) with ESMTPS id 1" + receivedDate, bad: true},
		{name: "client named like a line, date", value: "from x by mx.example.com with ESMTPA; Tue, 24 Nov 2026 10:00:00 +0000 (unknown [192.0.2.1]) by mx.example.com with ESMTPS" + receivedDate, bad: true},
		{name: "client of two words", value: "from x y (unknown [192.0.2.1]) by mx.example.com with ESMTPA" + receivedDate, bad: true},
		{name: "sender closes the comment", value: `from x by mx.example.com (envelope-from <"a) with ESMTPA (b"@evil.example>) id 1` + receivedDate, bad: true},
		{name: "comment closed twice", value: "from x) by mx.example.com with ESMTPA" + receivedDate, bad: true},
		{name: "with twice", value: "from x by mx.example.com with ESMTPA with SMTP" + receivedDate, bad: true},
		{name: "no date", value: "from x by mx.example.com with ESMTPA", bad: true},
		{name: "bad date", value: "from x by mx.example.com with ESMTPA; yesterday", bad: true},
		{name: "no by", value: "from x" + receivedDate, bad: true},
		{name: "by without host", value: "from x by" + receivedDate, bad: true},
		{name: "empty", value: "", bad: true},
		{name: "quoted keyword", value: `"by" mx.example.com with ESMTPA` + receivedDate, bad: true},
		{name: "control character", value: "by mx.example.com\x01 with ESMTPA" + receivedDate, bad: true},
		{name: "too long", value: "by " + strings.Repeat("x", maxReceived) + receivedDate, bad: true},
		{name: "too many words", value: "by " + strings.Repeat("x ", 70) + receivedDate, bad: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec, err := parseReceived(tt.value)
			if tt.bad {
				if err == nil {
					t.Errorf("accepted: %+v", rec)
				}
				return
			}
			if err != nil || rec.from != tt.from || rec.by != tt.by || rec.with != tt.with || rec.authenticated != tt.login {
				t.Errorf("got %+v, %v", rec, err)
			}
		})
	}
}

func TestHops(t *testing.T) {
	trust := Trust{AuthservID: "mx.google.com", TrustedHops: []string{"store.example.com", "*.example.net", "2002:a05::/32"}}
	tests := []struct {
		host              string
		hop, mayTakeLogin bool
	}{
		{"store.example.com", true, true},
		{"Store.Example.Com", true, true},
		{"a.store.example.com", false, false},
		{"mx.google.com", true, false},
		{"a.example.net", true, false},
		{"a.b.example.net", true, false},
		{"example.net", false, false},
		{"evilexample.net", false, false},
		{".example.net", false, false},
		{"2002:a05:1::1", true, false},
		{"[2002:a05:1::1]", true, false},
		{"2002:a06:1::1", false, false},
		{"10.0.0.1", false, false},
		{"", false, false},
	}
	for _, tt := range tests {
		if got := trust.hop(tt.host); got != tt.hop {
			t.Errorf("hop(%q) = %v", tt.host, got)
		}
		if got := trust.submissionHost(tt.host); got != tt.mayTakeLogin {
			t.Errorf("submissionHost(%q) = %v", tt.host, got)
		}
	}
}

func TestDeliveryLinesAboveASubmission(t *testing.T) {
	lmtpFrom := func(host string) string {
		return "Received: from " + host + " by store.example.com with LMTP id 4; Tue, 24 Nov 2026 10:00:01 +0000"
	}
	tests := []struct {
		name, mail string
		want       bool
	}{
		{"one", eml(lmtpFrom("mx.example.com"), login, fromOwn), true},
		{"of another host", eml(lmtpFrom("pc.example.org"), login, fromOwn), false},
		{"too many", eml(strings.Repeat(lmtpFrom("mx.example.com")+"\r\n", maxDelivery+1)+login, fromOwn), false},
		{"and a line by SMTP", eml(lmtpFrom("mx.example.com"), ourHop, login, fromOwn), false},
	}
	for _, tt := range tests {
		h, err := readAuthHeader(strings.NewReader(tt.mail))
		if err != nil {
			t.Fatal(err)
		}
		trust := testTrust()
		if _, ok := h.submission(&trust); ok != tt.want {
			t.Errorf("%s: %v", tt.name, ok)
		}
	}
}
