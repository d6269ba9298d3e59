package mail

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"deskd/ticketing"
)

// slowDNS counts what it is asked, and answers after a while.
type slowDNS struct {
	zone  mapResolver
	after time.Duration
	asked map[string]int
}

func (s *slowDNS) LookupTXT(ctx context.Context, name string) ([]string, error) {
	s.asked[name]++
	select {
	case <-time.After(s.after):
		return s.zone.LookupTXT(ctx, name)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// TestQuestions: the sender chooses the names and the servers that answer for
// them; neither their number nor their slowness holds up the mails behind.
func TestQuestions(t *testing.T) {
	const deep = "a.b.c.d.e.f.g.h.example.org"
	var signatures strings.Builder
	for i := range maxSignatures {
		fmt.Fprintf(&signatures, "DKIM-Signature: v=1; a=ed25519-sha256; d=s%d.example.org; s=gone; h=from:to; bh=x; b=y\r\n", i)
	}
	good, signed := signing{}.sign(t), time.Now() // outside the bubble, whose clock is another
	zone := mapResolver{"s._domainkey.example.org": keyRecord("")}
	failed := eml("Authentication-Results: mx.example.com; dmarc=fail header.from="+deep, "From: ann@"+deep)
	for _, tt := range []struct {
		name, mail string
		server     string // trusted
		after      time.Duration
		want       ticketing.VerdictResult
		again      bool
		asked      int
	}{
		{"at once", good, "", 0, ticketing.Pass, false, 3},
		{"within the time", good, "", 900 * time.Millisecond, ticketing.Pass, false, 3},
		{"slow", good, "", 4900 * time.Millisecond, ticketing.None, true, 1},
		{"slower together", good, "", 1100 * time.Millisecond, ticketing.None, true, 3},
		{"slow, refused by the server", failed, "mx.example.com", 4900 * time.Millisecond, ticketing.Fail, true, 1},
		{"slower together, refused by the server", failed, "mx.example.com", 800 * time.Millisecond, ticketing.Fail, true, 4},
		{"many names", strings.Replace(signatures.String()+good, "ann@", "ann@a.b.c.d.e.f.", 1), "", 0, ticketing.None, true, maxQuestions},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dns := &slowDNS{zone: zone, after: tt.after, asked: map[string]int{}}
				trust := testTrust()
				trust.AuthservID = tt.server
				begin := time.Now()
				v := Authenticate(t.Context(), strings.NewReader(tt.mail), trust, dns, signed)
				if v.Result != tt.want || v.Temporary != tt.again {
					t.Errorf("%+v; want %s, temporary %v", v, tt.want, tt.again)
				}
				if took := time.Since(begin); took > maxAsking {
					t.Errorf("it took %s", took)
				}
				if len(dns.asked) != tt.asked {
					t.Errorf("%d questions, want %d: %v", len(dns.asked), tt.asked, dns.asked)
				}
				for name, times := range dns.asked {
					if times > 1 {
						t.Errorf("%s was asked for %d times", name, times)
					}
				}
			})
		})
	}
}
