package mail

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReadTrace(t *testing.T) {
	t.Parallel()
	raw := strings.Join([]string{
		"Return-Path: <a@example.org>",
		"Received: from x by store.example.com with LMTP id 1; Tue, 24 Nov 2026 10:00:01 +0000",
		"Authentication-Results: mx.example.com;",
		"\tdmarc=pass header.from=EXAMPLE.org; spf=pass smtp.mailfrom=a@example.org",
		"Received: from y by mx.example.com with esmtps id 2; Tue, 24 Nov 2026 10:00:00 +0000",
		"Authentication-Results: dmarc=fail (unended",
		"Received: nonsense",
		"Subject: hello",
		"", "Received: from body by nobody; Tue, 24 Nov 2026 10:00:00 +0000", "",
	}, "\r\n")
	trace, err := ReadTrace(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if got := trace.First("subject"); got != "hello" {
		t.Errorf("Subject: %q", got)
	}
	if n := len(trace.All("received")); n != 3 {
		t.Errorf("%d Received fields, want 3", n)
	}
	top, above, ok := trace.Topmost()
	if !ok || top.AuthservID != "mx.example.com" || top.Damaged != "" {
		t.Fatalf("topmost results: %+v, %v", top, ok)
	}
	want := []TraceResult{{"dmarc", "pass", "example.org"}, {"spf", "pass", ""}}
	if diff := cmp.Diff(want, top.Results); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	if got := top.Results[0].String(); got != "dmarc=pass header.from=example.org" {
		t.Errorf("String: %q", got)
	}
	if len(above) != 1 || above[0].By != "store.example.com" || above[0].With != "LMTP" || !above[0].Date.Equal(time.Date(2026, 11, 24, 10, 0, 1, 0, time.UTC)) {
		t.Errorf("above the results: %+v", above)
	}
	if f := trace.All("authentication-results")[1]; f.Damaged == "" || f.Results != nil {
		t.Errorf("damaged results: %+v", f)
	}
	if f := trace.All("received")[2]; f.Damaged == "" || f.By != "" {
		t.Errorf("damaged Received: %+v", f)
	}
	if _, err := ReadTrace(strings.NewReader(strings.Repeat("X: y\r\n", 2000))); err == nil {
		t.Error("2,000 fields were read")
	}
}
