package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestInitEndsAtOnce: the first Ctrl-C ends the questions, and nothing is left
// behind.
func TestInitEndsAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx, interrupt := context.WithCancel(t.Context())
	typed, person := io.Pipe() // nobody types anything
	defer person.Close()
	var log syncBuffer
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, []string{"init", "--config", filepath.Join(dir, "deskd.toml")}, typed, &log, &log)
	}()
	for !strings.Contains(log.String(), "Address that customers write to: ") {
		time.Sleep(time.Millisecond)
	}
	interrupt()
	select {
	case got := <-status:
		if got != exitFailed || !strings.Contains(log.String(), "interrupted; nothing was written") {
			t.Errorf("status %d: %s", got, log.String())
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it goes on asking")
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("%v, %v", files, err)
	}
}
