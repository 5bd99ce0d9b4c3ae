package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
)

// natsWatch follows a connection. A server that is lost is waited for, and
// both ends of the wait are said once. What waiting does not mend, a missing
// permission or credentials that no longer count, is trouble.
type natsWatch struct {
	say     func(level slog.Level, text string, args ...any)
	trouble *trouble
	denied  *atomic.Bool // set when a missing permission was told; where trouble closes
}

// watchByLog tells a log.
func watchByLog(log *slog.Logger, t *trouble) natsWatch {
	return natsWatch{trouble: t, say: func(level slog.Level, text string, args ...any) {
		log.Log(context.Background(), level, text, args...)
	}}
}

// watchToAsk is watchByEye for a connection that asks and waits for answers: a
// missing permission closes it.
func watchToAsk(con *console) natsWatch {
	w := watchByEye(con)
	w.trouble.closes, w.denied = true, &con.denied
	return w
}

// watchByEye tells the person at the terminal.
func watchByEye(con *console) natsWatch {
	return natsWatch{trouble: newTrouble(), say: func(_ slog.Level, text string, args ...any) {
		var line strings.Builder
		for i := 0; i+1 < len(args); i += 2 {
			fmt.Fprintf(&line, " %v=%v", args[i], args[i+1])
		}
		fmt.Fprintf(con.Err, "qingting: %s%s\n", text, line.String())
	}}
}

func (w natsWatch) options() []nats.Option {
	return []nats.Option{
		nats.DisconnectErrHandler(func(nc *nats.Conn, err error) {
			if !nc.IsClosed() {
				w.say(slog.LevelWarn, "lost the NATS server; connecting again", "error", err)
			}
		}),
		nats.ReconnectHandler(func(nc *nats.Conn) {
			w.say(slog.LevelInfo, "the NATS server is back", "url", nc.ConnectedUrlRedacted())
		}),
		nats.ClosedHandler(func(nc *nats.Conn) {
			// Closing it ourselves leaves no error.
			if err := nc.LastError(); errors.Is(err, nats.ErrAuthorization) || errors.Is(err, nats.ErrAuthExpired) || errors.Is(err, nats.ErrAuthRevoked) {
				w.trouble.report(fmt.Errorf("the NATS server ended the connection: %w; %s", err, connectAdvice(err)))
			}
		}),
		nats.ErrorHandler(func(nc *nats.Conn, _ *nats.Subscription, err error) {
			if !errors.Is(err, nats.ErrPermissionViolation) {
				w.say(slog.LevelWarn, "NATS connection", "error", err)
				return
			}
			denied := deniedError(err)
			if !w.trouble.closes && asksService(err) {
				w.say(slog.LevelError, denied.Error())
				return // what somebody asked for on a page; the others go on
			}
			w.trouble.report(denied)
			if w.trouble.closes && w.denied.CompareAndSwap(false, true) { // a request that is denied may be so twice
				w.say(slog.LevelError, denied.Error())
				nc.Close() // what waits for an answer waits in vain
			}
		}),
	}
}

var deniedSubject = regexp.MustCompile(`(?i)for (publish|subscription) to "([^"]*)"`)

// asksService says that a request to a service was denied, and nothing that a
// process lives by.
func asksService(err error) bool {
	m := deniedSubject.FindStringSubmatch(err.Error())
	return m != nil && strings.EqualFold(m[1], "publish") && strings.HasPrefix(m[2], "qingting.")
}

// deniedAdvice is for both kinds of server.
const deniedAdvice = "an operator gives the role by \"qingting users roles\" (\"users table\" says which); a NATS server of yours must grant what docs/operator.md lists"

// deniedError says which permission is missing. A channel, a publisher's
// choice, is left out.
func deniedError(err error) error {
	m := deniedSubject.FindStringSubmatch(err.Error())
	if m == nil {
		return fmt.Errorf("%w: %s", nats.ErrPermissionViolation, deniedAdvice)
	}
	subject := m[2]
	if strings.HasPrefix(subject, "feedback.in.") {
		subject = "feedback.in.>"
	}
	verb := "publish"
	if strings.EqualFold(m[1], "subscription") {
		verb = "subscribe"
	}
	return fmt.Errorf("the NATS server does not let this user %s to %s: %s", verb, subject, deniedAdvice)
}

// trouble is the first thing that went wrong for good.
type trouble struct {
	once     sync.Once
	happened chan struct{}
	err      error
	closes   bool // whether a missing permission closes the connection
}

func newTrouble() *trouble { return &trouble{happened: make(chan struct{})} }

func (t *trouble) report(err error) {
	t.once.Do(func() {
		t.err = err
		close(t.happened)
	})
}

// or is the trouble, when there is one, and else err.
func (t *trouble) or(err error) error {
	select {
	case <-t.happened:
		return t.err
	default:
		return err
	}
}

// cancel calls stop at trouble, until the function it returns is called, which
// calls it too.
func (t *trouble) cancel(stop context.CancelFunc) (end func()) {
	ended := make(chan struct{})
	go func() {
		select {
		case <-t.happened:
		case <-ended:
		}
		stop()
	}()
	return func() { close(ended) }
}

const (
	troubleGrace = 5 * time.Second  // for what runs to end in trouble
	stopGrace    = 10 * time.Second // to finish what was taken when told to stop
)

// guard runs f, with a context that ends at trouble too, which is then the
// error. f gets some time to end, not for ever: what it waits for may be gone.
func (t *trouble) guard(ctx context.Context, f func(context.Context) error) error {
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- f(running) }()
	select {
	case err := <-done:
		return t.or(err)
	case <-t.happened:
		cancel()
		select {
		case <-done:
		case <-time.After(troubleGrace):
		}
		return t.err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return t.or(err)
	case <-time.After(stopGrace):
		return t.or(fmt.Errorf("what was taken could not be finished within %s: the next start takes it again; was the NATS server away?", stopGrace))
	}
}
