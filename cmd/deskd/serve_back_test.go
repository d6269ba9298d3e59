package main

import (
	"io"
	"net"
	"net/url"
	"testing"
)

// TestServeSaysThatTheDatabaseIsBack: who was told that it is away wants to
// know when it is not.
func TestServeSaysThatTheDatabaseIsBack(t *testing.T) {
	t.Parallel()
	database, err := url.Parse(postgres.NewDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server, door := database.Host, l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	database.Host = door
	s := startServe(t, writeConfig(t, database.String()))
	s.waitLog("the database cannot be opened; trying again")
	if l, err = net.Listen("tcp", door); err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", server)
			if err != nil {
				_ = in.Close()
				continue
			}
			go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
			go func() { _, _ = io.Copy(in, out); _ = in.Close() }()
		}
	}()
	s.waitLog("the database is open")
	s.waitLog("serving")
	s.stop()
	s.end(exitDone)
}
