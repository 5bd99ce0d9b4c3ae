package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

type versionCmd struct {
	JSON bool `name:"json" help:"Print it as JSON."`
}

// built is what this program was built from.
type built struct {
	Version  string `json:"version"`
	Revision string `json:"revision"`
	Go       string `json:"go"`
}

// Run prints the module version, the revision it was built from and the Go version.
func (c versionCmd) Run(con *console) error {
	b := built{"devel", "unknown", runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		if v := info.Main.Version; v != "" && v != "(devel)" {
			b.Version = v
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				b.Revision = s.Value
			}
		}
	}
	if c.JSON {
		return printJSON(con.Out, b)
	}
	_, err := fmt.Fprintf(con.Out, "qingting %s (revision %s, %s)\n", b.Version, b.Revision, b.Go)
	return err
}
