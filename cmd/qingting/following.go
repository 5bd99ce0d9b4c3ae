package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
)

// followFlags are those of commands that list what a server told, and follow it.
type followFlags struct {
	Follow bool `short:"f" help:"Go on with what is told from now on, until Ctrl-C; needs --nats."`
}

// followAgain is after what time the stream is asked although nothing was heard:
// a lost connection loses what was told meanwhile.
const followAgain = 10 * time.Second

// told calls read once and, with --follow, again whenever something was told on the
// subject, until ctx ends. What is heard says only that there is something to read:
// the stream has it all, in order. Absent is what read returns while it is not there.
func (f followFlags) told(ctx context.Context, con *console, at custodyFlags, days int, subject string, absent error, read func(*nats.Conn) error) error {
	switch {
	case days < 0:
		return usagef("--days must not be negative; 0 is all")
	case f.Follow && at.NATS == "":
		return usagef("--follow hears a running server: give --nats URL")
	}
	nc, closeAll, err := at.dial(ctx, con)
	if err != nil {
		return err
	}
	defer closeAll()
	heard := make(chan *nats.Msg, 64)
	if f.Follow { // before the list, so that nothing falls between
		sub, err := nc.ChanSubscribe(subject, heard)
		if err != nil {
			return fmt.Errorf("subscribing to %s: %w", subject, err)
		}
		defer func() { _ = sub.Unsubscribe() }() // the connection is closed next
	}
	if err := read(nc); err != nil || !f.Follow {
		return err
	}
	tick := time.NewTicker(followAgain)
	defer tick.Stop()
	for {
		select {
		case <-heard:
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
		err := read(nc)
		// The server may be away; the connection waits for it.
		away := errors.Is(err, absent) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrDisconnected)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && (!away || nc.IsClosed()):
			return err
		}
	}
}

// dial connects to a server as its user, or opens a data directory.
func (f custodyFlags) dial(ctx context.Context, con *console) (*nats.Conn, func(), error) {
	if f.NATS == "" {
		st, err := openStreams(ctx, f.dataFlags)
		if err != nil {
			return nil, nil, err
		}
		return st.nc, st.close, nil
	}
	inbox, err := f.userInbox()
	if err != nil {
		return nil, nil, err
	}
	nc, err := f.connect(ctx, watchToAsk(con), inbox)
	if err != nil {
		return nil, nil, err
	}
	return nc, nc.Close, nil
}
