package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

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

	// RecordKeyCheck tells workers with different record keys from each
	// other, who would give one message two records: see
	// ingest.RecordIDs.KeyCheck. NewRecordKey lets Run go on with another key
	// than the workers before it had.
	RecordKeyCheck string
	NewRecordKey   bool

	Log *slog.Logger
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
	pullMessages  = 128 // held at a time, unprocessed; each at most ingest.MaxMessage
	pullExpiry    = 5 * time.Second
	pullHeartbeat = time.Second
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
	hands                    hands
	vaultStream              atomic.Pointer[jetstream.Stream]
}

// New checks the pipeline and returns a Worker.
func New(js jetstream.JetStream, p *Pipeline, cfg Config) (*Worker, error) {
	if err := p.check(); err != nil {
		return nil, err
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
	consumer, err := w.consumer(ctx, stream)
	if err != nil {
		return err
	}
	// Not by bytes: the client's buffer holds pullMessages, and the notices by
	// which a server closes a request early would make it drop messages.
	// Under load, client and server come to differ now and then in whether a
	// request is open; only a missing heartbeat tells, and by default that takes
	// half a minute.
	messages, err := consumer.Messages(jetstream.PullMaxMessages(pullMessages),
		jetstream.PullExpiry(pullExpiry), jetstream.PullHeartbeat(pullHeartbeat))
	if err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	stop := context.AfterFunc(ctx, messages.Drain)
	defer stop()

	// What was taken is finished even when ctx has ended.
	work := context.WithoutCancel(ctx)
	lanes := newLanes()
	jobs := make(chan jetstream.Msg)
	entries := make(chan settlement, maxUnsettled)
	var pool, storing, entering, finishing sync.WaitGroup
	for range w.cfg.Pool {
		pool.Go(func() {
			for msg := range jobs {
				w.handle(work, created, msg, lanes)
			}
		})
	}
	for _, l := range lanes {
		storing.Go(func() { w.store(work, l, entries) })
		finishing.Go(func() { w.finish(work, l) })
	}
	entering.Go(func() { w.enter(work, entries) })
	err = feed(messages, jobs)
	close(jobs)
	pool.Wait()
	for _, l := range lanes {
		close(l.sealed)
	}
	storing.Wait()
	close(entries)
	entering.Wait()
	for _, l := range lanes {
		close(l.stored)
	}
	finishing.Wait()
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

// handle processes one message and sends off its sealed record.
func (w *Worker) handle(ctx context.Context, created time.Time, msg jetstream.Msg, lanes []*lane) {
	meta, err := msg.Metadata()
	if err != nil { // not a JetStream message: nothing to acknowledge
		w.cfg.Log.Error("message without metadata")
		return
	}
	in := Incoming{
		Subject: msg.Subject(), Header: msg.Headers(), Data: msg.Data(),
		Created: created, Sequence: meta.Sequence.Stream, Received: meta.Timestamp,
	}
	t := taken{msg: msg, in: in, delivered: meta.NumDelivered}
	switch w.hands.take(t) {
	case held:
		return
	case finished:
		w.ack(t)
		return
	}
	if w.hands.count(t) > uint64(w.cfg.MaxCrash) {
		w.park(ctx, t, reasonPoison, "every delivery ended with the process")
		return
	}
	out, err := w.process(ctx, in)
	var refusal *ingest.Refusal
	switch {
	case errors.As(err, &refusal):
		w.park(ctx, t, refusal.Reason, refusal.Detail)
	case err != nil:
		w.failed(ctx, t, err)
	default:
		w.send(ctx, laneOf(lanes, out.Record), t, out)
	}
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

// taken is a message in the worker's hands.
type taken struct {
	msg       jetstream.Msg
	in        Incoming
	delivered uint64
}

// failed hands a message back for a later try, or parks it when it has had
// enough. What is the broker's fault is not the message's: that never counts.
func (w *Worker) failed(ctx context.Context, t taken, err error) {
	if brokerFault(err) {
		w.hands.spare(t)
	} else if w.hands.count(t) >= uint64(w.cfg.MaxDeliver) {
		w.park(ctx, t, reasonFailed, err.Error())
		return
	}
	delay := backoff(w.cfg.Backoff, t.delivered)
	w.cfg.Log.Warn("processing failed; will try again", "sequence", t.in.Sequence, "delivery", t.delivered, "in", delay, "error", err)
	w.handBack(t, delay)
}

func (w *Worker) handBack(t taken, delay time.Duration) {
	w.retried.Add(1)
	w.hands.release(t)
	if err := t.msg.NakWithDelay(delay); err != nil {
		w.cfg.Log.Warn("handing a message back", "sequence", t.in.Sequence, "error", err)
	}
}

// park seals a message to the officers, stores it as a dead letter and takes
// it off the queue. If that fails the message stays in the queue.
func (w *Worker) park(ctx context.Context, t taken, reason, detail string) {
	letter := ingest.Letter{
		Subject: t.in.Subject, Header: ingest.HeaderBlock(t.in.Header), Data: t.in.Data,
		Reason: reason, Detail: detail,
		Sequence: t.in.Sequence, Received: t.in.Received, Deliveries: t.delivered,
	}
	if err := ingest.Park(ctx, w.js, t.in.Created, letter, w.pipeline.Sealer.Recipients()); err != nil {
		delay := backoff(w.cfg.Backoff, t.delivered)
		w.cfg.Log.Error("storing a dead letter; will try again", "sequence", t.in.Sequence, "reason", reason, "in", delay, "error", err)
		w.hands.spare(t)
		w.handBack(t, delay)
		return
	}
	w.dead.Add(1)
	w.cfg.Log.Warn("dead letter", "sequence", t.in.Sequence, "reason", reason, "detail", detail)
	w.ack(t)
}

// ack takes a message off the queue. If that fails it comes again and is
// acknowledged again; in another process it writes the same once more.
func (w *Worker) ack(t taken) bool {
	defer w.hands.finish(t)
	if err := t.msg.Ack(); err != nil {
		w.cfg.Log.Warn("acknowledging a message", "sequence", t.in.Sequence, "error", err)
		return false
	}
	return true
}
