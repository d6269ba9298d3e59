package mail

import (
	"context"
	"reflect"
	"strings"
	"testing"
)

func TestDiscoverDMARC(t *testing.T) {
	tests := []struct {
		name, domain string
		dns          mapResolver
		org, at      string // at: where the record that applies was found
		none         bool
	}{
		{name: "own record", domain: "example.org", dns: mapResolver{"_dmarc.example.org": "v=DMARC1; p=none; sp=reject"}, org: "example.org", at: "example.org", none: true},
		{name: "record above", domain: "a.b.example.org", dns: mapResolver{"_dmarc.example.org": "v=DMARC1; p=reject"}, org: "example.org", at: "example.org"},
		{name: "record above, sp none", domain: "a.example.org", dns: mapResolver{"_dmarc.example.org": "v=DMARC1; p=reject; sp=none"}, org: "example.org", at: "example.org", none: true},
		{name: "record above, np reject", domain: "a.example.org", dns: mapResolver{"_dmarc.example.org": "v=DMARC1; p=none; np=reject"}, org: "example.org", at: "example.org"},
		{name: "record above, sp reject", domain: "a.example.org", dns: mapResolver{"_dmarc.example.org": "v=DMARC1; p=none; sp=reject"}, org: "example.org", at: "example.org"},
		{name: "own record, organisation above", domain: "a.example.org", dns: mapResolver{"_dmarc.a.example.org": "v=DMARC1; p=none", "_dmarc.example.org": "v=DMARC1; p=reject"}, org: "example.org", at: "a.example.org", none: true},
		{name: "psd=n ends the walk", domain: "a.example.org", dns: mapResolver{"_dmarc.a.example.org": "v=DMARC1; p=reject; psd=n", "_dmarc.example.org": "v=DMARC1; p=none"}, org: "a.example.org", at: "a.example.org"},
		{name: "psd=y above", domain: "x.bank.example", dns: mapResolver{"_dmarc.example": "v=DMARC1; p=reject; psd=y"}, org: "bank.example", at: "example"},
		{name: "psd=y above, record between", domain: "x.bank.example", dns: mapResolver{"_dmarc.example": "v=DMARC1; p=none; psd=y", "_dmarc.bank.example": "v=DMARC1; p=reject"}, org: "bank.example", at: "bank.example"},
		{name: "psd=y at the domain itself", domain: "example", dns: mapResolver{"_dmarc.example": "v=DMARC1; p=reject; psd=y"}, org: "example", at: "example"},
		{name: "psd=y at the domain itself, record above", domain: "a.example", dns: mapResolver{"_dmarc.a.example": "v=DMARC1; p=reject; psd=y", "_dmarc.example": "v=DMARC1; p=none"}, org: "example", at: "a.example"},
		{name: "no record", domain: "a.example.org", dns: mapResolver{}, org: "a.example.org"},
		{name: "two records", domain: "example.org", dns: mapResolver{"_dmarc.example.org": "v=DMARC1; p=none\nv=DMARC1; p=reject"}, org: "example.org"},
		{name: "another record beside it", domain: "example.org", dns: mapResolver{"_dmarc.example.org": "v=spf1 -all\nv=DMARC1; p=none"}, org: "example.org", at: "example.org", none: true},
		{name: "version not first", domain: "example.org", dns: mapResolver{"_dmarc.example.org": "p=none; v=DMARC1"}, org: "example.org"},
		{name: "no policy", domain: "example.org", dns: mapResolver{"_dmarc.example.org": "v=DMARC1"}, org: "example.org"},
		{name: "no policy, reports", domain: "example.org", dns: mapResolver{"_dmarc.example.org": "v=DMARC1; rua=mailto:a@b.example"}, org: "example.org", at: "example.org", none: true},
		{name: "bad policy, reports", domain: "example.org", dns: mapResolver{"_dmarc.example.org": "v=DMARC1; p=maybe; rua=mailto:a@b.example"}, org: "example.org", at: "example.org", none: true},
		{name: "tag twice", domain: "example.org", dns: mapResolver{"_dmarc.example.org": "v=DMARC1; p=none; p=reject"}, org: "example.org"},
		{name: "testing", domain: "example.org", dns: mapResolver{"_dmarc.example.org": "v=DMARC1; p=quarantine; t=y"}, org: "example.org", at: "example.org", none: true},
		{name: "testing reject", domain: "example.org", dns: mapResolver{"_dmarc.example.org": "v=DMARC1; p=reject; t=y"}, org: "example.org", at: "example.org"},
		{name: "too long", domain: "example.org", dns: mapResolver{"_dmarc.example.org": "v=DMARC1; p=none; x=" + strings.Repeat("x", maxDMARC)}, org: "example.org"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := discoverDMARC(context.Background(), tt.dns, tt.domain)
			at := ""
			if got.record != nil {
				at = got.record.at
			}
			if err != nil || got.org != tt.org || at != tt.at || got.policyNone() != tt.none {
				t.Errorf("got org %q, record at %q, none %v, %v", got.org, at, got.policyNone(), err)
			}
		})
	}
	if _, err := discoverDMARC(context.Background(), mapResolver{"_dmarc.org": "!"}, "example.org"); err == nil {
		t.Error("no answer taken for no record")
	}
}

func TestTreeWalk(t *testing.T) {
	tests := []struct{ domain, want string }{
		{"com", "com"},
		{"a.b.c", "a.b.c b.c c"},
		{"1.2.3.4.5.6.7", "1.2.3.4.5.6.7 2.3.4.5.6.7 3.4.5.6.7 4.5.6.7 5.6.7 6.7 7"},
		{"a.b.c.1.2.3.4.5.6.7", "a.b.c.1.2.3.4.5.6.7 1.2.3.4.5.6.7 2.3.4.5.6.7 3.4.5.6.7 4.5.6.7 5.6.7 6.7 7"},
	}
	for _, tt := range tests {
		if got := treeWalk(tt.domain); !reflect.DeepEqual(got, strings.Fields(tt.want)) {
			t.Errorf("%s: %v", tt.domain, got)
		}
	}
}

func TestAligned(t *testing.T) {
	dns := mapResolver{
		"_dmarc.example.org":     "v=DMARC1; p=reject",
		"_dmarc.sep.example.org": "v=DMARC1; p=reject; psd=n",
		"_dmarc.uk":              "v=DMARC1; p=none; psd=y",
	}
	tests := []struct {
		from, signer string
		strict, want bool
	}{
		{"example.org", "example.org", true, true},
		{"example.org", "m.example.org", false, true},
		{"m.example.org", "example.org", false, true},
		{"a.example.org", "b.example.org", false, true},
		{"example.org", "m.example.org", true, false},
		{"example.org", "sep.example.org", false, false},
		{"example.org", "example.net", false, false},
		{"a.co.uk", "b.co.uk", false, true}, // co.uk is one below the suffix that says so
		{"a.uk", "b.uk", false, false},
		{"nothing.example", "m.nothing.example", false, false},
	}
	for _, tt := range tests {
		found, err := discoverDMARC(context.Background(), dns, tt.from)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := found.aligned(context.Background(), dns, tt.signer, tt.strict); err != nil || got != tt.want {
			t.Errorf("%s for %s: %v, %v", tt.signer, tt.from, got, err)
		}
	}
}
