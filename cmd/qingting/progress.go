package main

import (
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"golang.org/x/term"

	"qingting/ingest/custody"
)

// clientOn is a client of the custody service that shows on a terminal how far
// what it waits for has come.
func clientOn(nc *nats.Conn, con *console) *custody.Client {
	client := custody.NewClient(nc)
	f, ok := con.Err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return client
	}
	var mu sync.Mutex
	began, shown := time.Now(), time.Time{}
	return client.WithProgress(func(p custody.Progress) {
		mu.Lock()
		defer mu.Unlock()
		// What takes a moment shows nothing.
		if now := time.Now(); p.Stage == "" || now.Sub(began) < time.Second || now.Sub(shown) < time.Second/5 {
			return
		}
		shown = time.Now()
		if p.Total > 0 {
			fmt.Fprintf(f, "\r\033[K%s: %d of %d\r", p.Stage, p.Done, p.Total)
		} else {
			fmt.Fprintf(f, "\r\033[K%s\r", p.Stage)
		}
	})
}
