package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"deskd/config"
	"deskd/mail"
	"deskd/portal"
	"deskd/ticketing"
)

const (
	// A request is a few kilobytes: who takes longer is not there any more, or
	// wants to hold a connection.
	webHeaderTimeout = 5 * time.Second
	webTimeout       = 30 * time.Second
	webIdleTimeout   = 2 * time.Minute
	webHeaderBytes   = 32 << 10
	// webShutdown is how long answers in hand may take when the daemon ends.
	webShutdown = 10 * time.Second
)

// webServer serves the pages.
type webServer struct {
	server   *http.Server
	listener net.Listener
}

// pagesURL is where people reach the pages; "" if none are served. That takes
// both: where they are reached, for links in mails, and where to listen.
func pagesURL(c *config.Config) string {
	if c.Portal.Listen == "" {
		return ""
	}
	return c.Desk.PortalURL
}

// listen takes the port of the pages; the server is nil if none are served.
func (d *daemon) listen() (*webServer, error) {
	url := pagesURL(d.config)
	if url == "" {
		return nil, nil
	}
	pages, err := portal.New(portal.Options{
		Desk: func(ctx context.Context) (*ticketing.Desk, error) {
			desk, err := d.desk(ctx, d.sender.Wake)
			if err == nil {
				desk.Due = d.due.ring
			}
			return desk, err
		},
		OpenFile: d.openFile,
		Texts:    d.composer.Texts, URL: url, Proxies: d.config.Portal.Proxies(), Log: d.log,
	})
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", d.config.Portal.Listen)
	if err != nil {
		return nil, fmt.Errorf(`serve pages at %s: %w; set portal.listen to a free port, or to "" to serve no pages`, d.config.Portal.Listen, err)
	}
	return &webServer{listener: l, server: &http.Server{
		Handler:           pages,
		ReadHeaderTimeout: webHeaderTimeout, ReadTimeout: webTimeout, WriteTimeout: webTimeout, IdleTimeout: webIdleTimeout,
		MaxHeaderBytes: webHeaderBytes,
		ErrorLog:       slog.NewLogLogger(d.log.Handler(), slog.LevelDebug),
	}}, nil
}

// storedFile is a part of a stored mail, being read.
type storedFile struct {
	io.Reader
	raw io.Closer
}

// Close closes the mail.
func (f storedFile) Close() error { return f.raw.Close() }

// openFile decodes a part of a stored mail for the pages.
func (d *daemon) openFile(ctx context.Context, rawSHA256, part string) (io.ReadCloser, error) {
	raw, err := d.store.OpenRaw(ctx, rawSHA256)
	if err != nil {
		return nil, err
	}
	r, _, err := mail.OpenPart(raw, part)
	if err != nil {
		_ = raw.Close()
		return nil, err
	}
	return storedFile{r, raw}, nil
}

// run serves until ctx ends, and then finishes the answers in hand.
func (s *webServer) run(ctx context.Context) error {
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), webShutdown)
		defer cancel()
		_ = s.server.Shutdown(grace) // who has not got his answer by now asks again
	})
	err := s.server.Serve(s.listener)
	if !errors.Is(err, http.ErrServerClosed) {
		stop()
		return fmt.Errorf("serve pages at %s: %w", s.listener.Addr(), err)
	}
	<-stopped
	return nil
}

// close gives the port back, also if run was never called.
func (s *webServer) close() {
	if s != nil {
		_ = s.listener.Close()
	}
}
