package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
)

type versionCmd struct{ asJSON }

func (versionCmd) Help() string {
	return `Example:

  deskd version --json`
}

func (c versionCmd) Run(p *program) error {
	if c.JSON {
		return json.NewEncoder(p.out).Encode(map[string]string{"version": version(), "go": runtime.Version()})
	}
	_, err := fmt.Fprintln(p.out, versionLine())
	return err
}

func versionLine() string { return "deskd " + version() + ", " + runtime.Version() }

// release is the version that make build puts in.
var release string

// version is the release's, or the module's, or the revision it was built from.
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "devel-" + s.Value[:12]
		}
	}
	return "devel"
}
