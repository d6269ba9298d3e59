package ticketing

import (
	"errors"
	"testing"
	"time"
)

// TestRate: so many at once, and after that one each Nth part of the time.
func TestRate(t *testing.T) {
	t.Parallel()
	r, now := Rate{"a", 3, 9 * time.Minute}, time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	var fullAt time.Time
	try := func(after time.Duration) error {
		now = now.Add(after)
		next, err := r.spend(fullAt, now)
		if err == nil {
			fullAt = next
		}
		return err
	}
	for i, c := range []struct {
		after time.Duration
		wait  time.Duration // 0: it is allowed
	}{{0, 0}, {0, 0}, {0, 0}, {0, 3 * time.Minute}, {time.Minute, 2 * time.Minute}, {2 * time.Minute, 0}, {0, 3 * time.Minute}, {time.Hour, 0}, {0, 0}, {0, 0}, {0, 3 * time.Minute}} {
		err := try(c.after)
		var many TooMany
		if errors.As(err, &many); many.After != c.wait || (err != nil) != (c.wait > 0) || err != nil && !errors.Is(err, ErrTooMany) {
			t.Errorf("%d: %v, want to wait %s", i, err, c.wait)
		}
	}
}

// TestLocalPath: nothing leads to another host.
func TestLocalPath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/": "/", "/requests/1?a=b&c=%2F": "/requests/1?a=b&c=%2F", "/日本": "/日本",
		"": "", "requests": "", "//a": "", `/\a`: "", "https://a/": "", "/a b": "", "/a\nb": "", "\t/a": "", "javascript:x": "",
	} {
		if got := LocalPath(path); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

func TestCleanSignInAddress(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		" Aiko@ACME.example ": "aiko@acme.example", "a.b+c@acme.example": "a.b+c@acme.example", "aiko@例え.jp": "aiko@xn--r8jz45g.jp", "愛子@acme.example": "愛子@acme.example",
		"": "", "aiko": "", "@acme.example": "", "aiko@": "", "aiko@acme": "", "aiko@.acme": "", "aiko@acme..example": "", "a b@acme.example": "",
		"a@b@acme.example": "", "a@acme.example,": "", "<aiko@acme.example>": "", `"a"@acme.example`: "",
	} {
		if got, ok := CleanSignInAddress(typed); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v, want %q", typed, got, ok, want)
		}
	}
}

// TestHashes: no secret is the same as none, and none is found by an empty one.
func TestHashes(t *testing.T) {
	t.Parallel()
	if sameHash("", "") || sameHash("", hashIfAny("")) || hashIfAny("") != "" || hashIfAny(string(make([]byte, 101))) != "" || !sameHash(hashOf("a"), hashIfAny("a")) {
		t.Error("a missing secret is taken for one")
	}
	seen := map[string]bool{}
	for range 1000 {
		s, code := newSecret(secretBytes), newCode()
		if len(s) != 43 || len(newSecret(tokenBytes)) != 22 || len(code) != 8 || cleanCode(code) != code || seen[s] {
			t.Fatalf("secret %q, code %q", s, code)
		}
		seen[s] = true
	}
}
