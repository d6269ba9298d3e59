package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"deskd/storage"
	"deskd/ticketing"
)

func TestRotate(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	const names = "0123456789abcdefghjkmnpqrstvwxyz"
	// all makes a key of every name, one each interval, the first one first.
	all := func(interval time.Duration, revoked string) []ticketing.Key {
		var keys []ticketing.Key
		for i, id := range strings.Split(names, "") {
			k := ticketing.Key{ID: id, CreatedAt: now.Add(-time.Duration(len(names)-i) * interval)}
			if strings.Contains(revoked, id) {
				k.RevokedAt = now
			}
			keys = append(keys, k)
		}
		return keys
	}
	for _, test := range []struct {
		name string
		keys []ticketing.Key
		want string // the new key, "" for none
		err  string
	}{
		{"none yet", nil, "0", ""},
		{"one that is new", []ticketing.Key{{ID: "0", CreatedAt: now.Add(-time.Hour)}}, "", ""},
		{"one that is old", []ticketing.Key{{ID: "0", CreatedAt: now.Add(-91 * day)}}, "1", ""},
		{"a new one that is revoked", []ticketing.Key{
			{ID: "0", CreatedAt: now.Add(-91 * day)}, {ID: "1", CreatedAt: now, RevokedAt: now},
		}, "2", ""},
		{"all names, the oldest out of date", all(91*day, ""), "0", ""},
		{"all names, a revoked one never again", all(91*day, "01"), "2", ""},
		{"all names, the newest revoked, all accepted", all(12*day, "stvwxyz"), "", "all 32 names of signing keys are in use"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, err := storage.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "desk.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			var made ticketing.Key
			var newest string
			err = s.Update(t.Context(), func(tx ticketing.Tx) error {
				for _, k := range test.keys {
					if err := tx.InsertKey(k); err != nil {
						return err
					}
				}
				made, err = rotate(tx, now.Add(-90*day), 390*day, now)
				if err != nil {
					return err
				}
				keys, err := tx.Keys()
				if i := ticketing.SigningKey(keys); i >= 0 {
					newest = keys[i].ID
				}
				return err
			})
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("error %v, want %q", err, test.err)
				}
				return
			}
			if err != nil || made.ID != test.want {
				t.Fatalf("made key %q, %v; want %q", made.ID, err, test.want)
			}
			if made.ID != "" && newest != made.ID {
				t.Errorf("key %q signs, want the new one, %q", newest, made.ID)
			}
		})
	}
}

// TestServeNoticesAnotherSecret: a desk that has been given another secret
// while it serves ends, and says why; without that it would go on signing with
// one that nobody accepts.
func TestServeNoticesAnotherSecret(t *testing.T) {
	t.Parallel()
	config, h, deskd := openSmallDesk(t)
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte("0123456789abcdef"), []byte("fedcba9876543210"), 1)
	if err := os.WriteFile(config, text, 0o600); err != nil {
		t.Fatal(err)
	}
	// A lease tells of a desk that serves.
	lease, ok, err := h.store.AcquireLease(t.Context(), "a folder", "elsewhere/boot/1/x", time.Minute)
	if err != nil || !ok {
		t.Fatal(err)
	}
	if status, _, errs := deskd("keys", "rotate", "--new-secret"); status != exitFailed || !strings.Contains(errs, "a deskd on elsewhere serves on this database") {
		t.Errorf("a desk that serves: %d, %s", status, errs)
	}
	if err := h.store.ReleaseLease(t.Context(), lease); err != nil {
		t.Fatal(err)
	}
	if status, _, errs := deskd("keys", "rotate", "--new-secret"); status != exitDone {
		t.Fatalf("%d, %s", status, errs)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	d := &daemon{house: h, log: slog.New(slog.DiscardHandler), spooled: newBell()}
	if err := d.decide(ctx); !errors.Is(err, errOtherSecret) {
		t.Errorf("it goes on: %v", err)
	}
}
