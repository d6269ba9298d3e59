package main

import (
	"log/slog"
	"net"
	"os"
	"strings"
)

// tellManager tells systemd how the daemon stands (sd_notify(3)), if it was
// started by one that asks.
func tellManager(log *slog.Logger, state string) {
	path := os.Getenv("NOTIFY_SOCKET")
	if path == "" {
		return
	}
	if strings.HasPrefix(path, "@") { // an abstract socket
		path = "\x00" + path[1:]
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: path, Net: "unixgram"})
	if err == nil {
		_, err = c.Write([]byte(state))
		_ = c.Close()
	}
	if err != nil {
		log.Warn("the service manager could not be told", "state", state, "error", err)
	}
}
