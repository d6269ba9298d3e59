package main

import (
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// ignoreHangup answers SIGHUP, by which many daemons are told to read their
// configuration again, with a line in the log. Unanswered it would end the
// desk without a word, and a service manager would take that for intended.
func ignoreHangup(log *slog.Logger) (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-signals:
				log.Info("SIGHUP is ignored: there is nothing to reload; restart deskd to have it read its configuration")
			case <-done:
				return
			}
		}
	})
	return func() {
		signal.Stop(signals)
		close(done)
		wg.Wait()
	}
}
