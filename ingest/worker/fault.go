package worker

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// codeTooLarge is JetStream's for a message above a stream's limit: the one
// refusal that another try cannot change.
const codeTooLarge = 10054

// brokerFault tells what is wrong with the broker or a stream, out of reach,
// missing, full, from what is wrong with the message.
func brokerFault(err error) bool {
	for _, e := range []error{
		nats.ErrTimeout, nats.ErrNoResponders, nats.ErrConnectionClosed, nats.ErrDisconnected,
		nats.ErrConnectionReconnecting, jetstream.ErrNoStreamResponse, jetstream.ErrAsyncPublishTimeout,
		jetstream.ErrTooManyStalledMsgs, context.DeadlineExceeded, context.Canceled, errNoAck,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	var api *jetstream.APIError
	return errors.As(err, &api) && api.ErrorCode != codeTooLarge
}

// backoff doubles the delay with each delivery, with a quarter of jitter, so
// that messages which failed together do not come back together.
func backoff(first time.Duration, delivered uint64) time.Duration {
	d := maxBackoff
	if n := delivered - 1; n < 16 {
		d = min(d, first<<n)
	}
	return d + rand.N(d/4+1)
}

// panicSite names the function of ours nearest to a panic.
func panicSite() string {
	pc := make([]uintptr, 32)
	frames := runtime.CallersFrames(pc[:runtime.Callers(3, pc)])
	for {
		f, more := frames.Next()
		if len(f.Function) > 8 && f.Function[:8] != "runtime." {
			return f.Function
		}
		if !more {
			return "an unknown place"
		}
	}
}
