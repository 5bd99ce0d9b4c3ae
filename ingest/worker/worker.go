package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"filippo.io/age"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
)

// The reasons for a dead letter besides a Refusal's.
const (
	reasonFailed = "failed" // processing failed each time
	reasonPoison = "poison" // the process ended each time it was taken
)

// Config bounds a Worker. The zero value means the defaults.
type Config struct {
	Pool int // messages processed at a time; default GOMAXPROCS
	// MaxDeliver is after how many deliveries a message whose processing
	// fails becomes a dead letter; default 5.
	MaxDeliver int
	// MaxCrash is after how many deliveries, none of which came to an end, a
	// message is taken to kill the process, and parked unread; default 50.
	MaxCrash int
	// AckWait is after what time a message of a killed worker goes to
	// another; default 30 s.
	AckWait time.Duration
	// Backoff is the first delay before a failed message is tried again; it
	// doubles each time up to a minute; default 1 s.
	Backoff time.Duration

	// Officers receive dead letters, sealed. Required.
	Officers []age.Recipient
	Log      *slog.Logger
}

func (c Config) orDefaults() Config {
	if c.Pool == 0 {
		c.Pool = runtime.GOMAXPROCS(0)
	}
	if c.MaxDeliver == 0 {
		c.MaxDeliver = 5
	}
	if c.MaxCrash == 0 {
		c.MaxCrash = 50
	}
	if c.AckWait == 0 {
		c.AckWait = 30 * time.Second
	}
	if c.Backoff == 0 {
		c.Backoff = time.Second
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

const (
	consumerName  = "ingest"
	pullMessages  = 128  // held at a time, unprocessed; each at most ingest.MaxMessage
	maxUnsettled  = 1024 // documents published and not yet acknowledged
	maxBackoff    = time.Minute
	publishAckMax = time.Minute
)

// Counts is what a Worker has done since it was made.
type Counts struct {
	Processed uint64 // messages whose document is durable
	Dead      uint64 // messages parked as dead letters
	Retried   uint64 // deliveries handed back to the queue
}

// Worker takes messages from FEEDBACK_IN. Make it with New.
type Worker struct {
	js       jetstream.JetStream
	pipeline *Pipeline
	cfg      Config

	processed, dead, retried atomic.Uint64
}

// New checks the pipeline and returns a Worker.
func New(js jetstream.JetStream, p *Pipeline, cfg Config) (*Worker, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if len(cfg.Officers) == 0 {
		return nil, errors.New("worker: no officer to seal dead letters to; run \"qingting keys new\" and give the recipient to the server")
	}
	return &Worker{js: js, pipeline: p, cfg: cfg.orDefaults()}, nil
}

// Counts returns what the Worker has done so far.
func (w *Worker) Counts() Counts {
	return Counts{Processed: w.processed.Load(), Dead: w.dead.Load(), Retried: w.retried.Load()}
}

// Run takes messages until ctx ends, then finishes what it has taken. It
// returns nil after a graceful stop.
func (w *Worker) Run(ctx context.Context) error {
	stream, err := w.js.Stream(ctx, ingest.StreamIn)
	if err != nil {
		return fmt.Errorf("worker: stream %s: %w", ingest.StreamIn, err)
	}
	created := stream.CachedInfo().Created
	consumer, err := stream.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
		Durable:       consumerName,
		Description:   "redacts, seals and annotates feedback",
		AckPolicy:     jetstream.AckExplicitPolicy,
		AckWait:       w.cfg.AckWait,
		MaxDeliver:    -1, // the worker itself gives up, and parks what it gives up on
		MaxAckPending: maxUnsettled + 4*pullMessages,
	})
	if err != nil {
		return fmt.Errorf("worker: consumer %s: %w", consumerName, err)
	}
	// Not by bytes: the client's buffer holds pullMessages, and the notices by
	// which a server closes a request early would make it drop messages.
	messages, err := consumer.Messages(jetstream.PullMaxMessages(pullMessages))
	if err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	stop := context.AfterFunc(ctx, messages.Drain)
	defer stop()

	// What was taken is finished even when ctx has ended.
	work := context.WithoutCancel(ctx)
	jobs := make(chan jetstream.Msg)
	unsettled := make(chan settlement, maxUnsettled)
	var pool, settling sync.WaitGroup
	for range w.cfg.Pool {
		pool.Go(func() {
			for msg := range jobs {
				w.handle(work, created, msg, unsettled)
			}
		})
	}
	settling.Go(func() {
		for s := range unsettled {
			w.settle(work, s)
		}
	})
	err = feed(messages, jobs)
	close(jobs)
	pool.Wait()
	close(unsettled)
	settling.Wait()
	return err
}

// feed passes messages on until the iterator is drained.
func feed(messages jetstream.MessagesContext, jobs chan<- jetstream.Msg) error {
	for {
		msg, err := messages.Next()
		switch {
		case err == nil:
			jobs <- msg
		case errors.Is(err, jetstream.ErrMsgIteratorClosed):
			return nil
		case errors.Is(err, jetstream.ErrNoHeartbeat), errors.Is(err, nats.ErrTimeout):
			// The server was silent; the iterator asks again.
		default:
			return fmt.Errorf("worker: taking messages: %w", err)
		}
	}
}

// settlement is a message whose effects are on their way to the streams.
type settlement struct {
	msg       jetstream.Msg
	delivered uint64
	in        Incoming
	acks      [2]jetstream.PubAckFuture // vault, when there is one, and docs
}

// handle processes one message and publishes what it becomes.
func (w *Worker) handle(ctx context.Context, created time.Time, msg jetstream.Msg, unsettled chan<- settlement) {
	meta, err := msg.Metadata()
	if err != nil { // not a JetStream message: nothing to acknowledge
		w.cfg.Log.Error("message without metadata")
		return
	}
	in := Incoming{
		Subject: msg.Subject(), Header: msg.Headers(), Data: msg.Data(),
		Created: created, Sequence: meta.Sequence.Stream, Received: meta.Timestamp,
	}
	if meta.NumDelivered > uint64(w.cfg.MaxCrash) {
		w.park(ctx, msg, in, meta.NumDelivered, reasonPoison, "every delivery ended with the process")
		return
	}
	out, err := w.process(ctx, in)
	var refusal *ingest.Refusal
	switch {
	case errors.As(err, &refusal):
		w.park(ctx, msg, in, meta.NumDelivered, refusal.Reason, refusal.Detail)
		return
	case err != nil:
		w.failed(ctx, msg, in, meta.NumDelivered, err)
		return
	}
	s := settlement{msg: msg, delivered: meta.NumDelivered, in: in}
	if s.acks, err = w.publish(out); err != nil {
		w.failed(ctx, msg, in, meta.NumDelivered, err)
		return
	}
	unsettled <- s
}

// process is Process with a panic made an error: one message must not take
// the others with it.
func (w *Worker) process(ctx context.Context, in Incoming) (out Outcome, err error) {
	defer func() {
		if v := recover(); v != nil {
			// The value of a panic may quote the text: say only where.
			err = fmt.Errorf("panic at %s", panicSite())
		}
	}()
	return w.pipeline.Process(ctx, in)
}

// publish sends the sealed record first, so that a document never appears
// whose values were not at least on their way.
func (w *Worker) publish(out Outcome) (acks [2]jetstream.PubAckFuture, err error) {
	if out.Sealed != nil {
		if acks[0], err = w.js.PublishAsync(ingest.VaultSubject(out.Month, out.Record), out.Sealed.Data,
			jetstream.WithExpectStream(ingest.StreamVault)); err != nil {
			return acks, fmt.Errorf("publishing to the vault: %w", err)
		}
	}
	if acks[1], err = w.js.PublishAsync(ingest.DocsSubject(out.Record), out.Doc,
		jetstream.WithExpectStream(ingest.StreamDocs)); err != nil {
		return acks, fmt.Errorf("publishing the document: %w", err)
	}
	return acks, nil
}

// settle acknowledges a message once its effects are durable.
func (w *Worker) settle(ctx context.Context, s settlement) {
	timeout := time.NewTimer(publishAckMax)
	defer timeout.Stop()
	for _, ack := range s.acks {
		if ack == nil {
			continue
		}
		select {
		case <-ack.Ok():
		case err := <-ack.Err():
			w.failed(ctx, s.msg, s.in, s.delivered, fmt.Errorf("a stream refused: %w", err))
			return
		case <-timeout.C:
			w.failed(ctx, s.msg, s.in, s.delivered, errors.New("no acknowledgement by a stream"))
			return
		}
	}
	if err := s.msg.Ack(); err != nil {
		// It will come again and write the same record.
		w.cfg.Log.Warn("acknowledging a message", "sequence", s.in.Sequence, "error", err)
		return
	}
	w.processed.Add(1)
}

// failed hands a message back for a later try, or parks it when it has had
// enough. A broker out of reach is not the message's fault: that never counts.
func (w *Worker) failed(ctx context.Context, msg jetstream.Msg, in Incoming, delivered uint64, err error) {
	if delivered >= uint64(w.cfg.MaxDeliver) && !unreachable(err) {
		w.park(ctx, msg, in, delivered, reasonFailed, err.Error())
		return
	}
	delay := backoff(w.cfg.Backoff, delivered)
	w.cfg.Log.Warn("processing failed; will try again", "sequence", in.Sequence, "delivery", delivered, "in", delay, "error", err)
	w.retried.Add(1)
	if err := msg.NakWithDelay(delay); err != nil {
		w.cfg.Log.Warn("handing a message back", "sequence", in.Sequence, "error", err)
	}
}

// park seals a message to the officers, stores it as a dead letter and takes
// it off the queue. If that fails the message stays in the queue.
func (w *Worker) park(ctx context.Context, msg jetstream.Msg, in Incoming, delivered uint64, reason, detail string) {
	letter := ingest.Letter{
		Subject: in.Subject, Header: in.Header, Data: in.Data,
		Reason: reason, Detail: detail,
		Sequence: in.Sequence, Received: in.Received, Deliveries: delivered,
	}
	if err := ingest.Park(ctx, w.js, in.Created, letter, w.cfg.Officers); err != nil {
		delay := backoff(w.cfg.Backoff, delivered)
		w.cfg.Log.Error("storing a dead letter; will try again", "sequence", in.Sequence, "reason", reason, "in", delay, "error", err)
		w.retried.Add(1)
		_ = msg.NakWithDelay(delay)
		return
	}
	w.dead.Add(1)
	w.cfg.Log.Warn("dead letter", "sequence", in.Sequence, "reason", reason, "detail", detail)
	if err := msg.Ack(); err != nil {
		w.cfg.Log.Warn("acknowledging a dead letter", "sequence", in.Sequence, "error", err)
	}
}

// unreachable tells a broker that does not answer from one that says no.
func unreachable(err error) bool {
	for _, e := range []error{
		nats.ErrTimeout, nats.ErrNoResponders, nats.ErrConnectionClosed, nats.ErrDisconnected,
		nats.ErrConnectionReconnecting, jetstream.ErrNoStreamResponse, jetstream.ErrAsyncPublishTimeout,
		context.DeadlineExceeded, context.Canceled,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
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
