package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"qingting/ingest/source"
)

// openInput opens a file of text that a command reads; - is standard input.
// UTF-16 and GB18030 are read as UTF-8, and said to be. Who sits before a
// terminal that waits is told so.
func openInput(name string, con *console) (io.ReadCloser, error) {
	in := io.NopCloser(con.In)
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		in = f
	} else if onTerminal(con.In) {
		fmt.Fprintln(con.Err, "qingting: reading from the terminal; end with Ctrl-D, or name a file.")
	}
	return readAs{source.Text(in, func(encoding string) {
		fmt.Fprintf(con.Err, "qingting: read as %s.\n", encoding)
	}), in}, nil
}

// readAs reads through one and closes the other.
type readAs struct {
	io.Reader
	io.Closer
}

// onTerminal reports whether a person types or reads there.
func onTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
