package ledger

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/privacy/audit"
)

// Config bounds a Keeper. The zero value means the defaults.
type Config struct {
	// Every is how often a checkpoint is signed while the ledger grows;
	// default 1 s.
	Every time.Duration
	Log   *slog.Logger
}

// Keeper follows the ledger, holds its tree and signs checkpoints. Make it with
// NewKeeper. It is safe for concurrent use.
type Keeper struct {
	js     jetstream.JetStream
	signer *audit.Signer
	keys   audit.Keys
	cfg    Config
	tree   audit.Tree

	mu      sync.Mutex
	last    audit.SignedCheckpoint // of the stream
	lastSeq uint64                 // its sequence
	changed chan struct{}          // closed and replaced when last is
}

// NewKeeper returns a Keeper of the log that the signer's key belongs to. keys
// are the verifier keys that belong to it.
func NewKeeper(js jetstream.JetStream, signer *audit.Signer, keys audit.Keys, cfg Config) *Keeper {
	if cfg.Every == 0 {
		cfg.Every = time.Second
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Keeper{js: js, signer: signer, keys: keys, cfg: cfg, changed: make(chan struct{})}
}

// Tree is the tree of the entries that the Keeper has read.
func (k *Keeper) Tree() *audit.Tree { return &k.tree }

// Latest is the newest checkpoint; its size is 0 when there is none.
func (k *Keeper) Latest() audit.SignedCheckpoint {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.last
}

// Covered waits until a checkpoint covers an entry, and returns it.
func (k *Keeper) Covered(ctx context.Context, index int64) (audit.SignedCheckpoint, error) {
	for {
		k.mu.Lock()
		last, changed := k.last, k.changed
		k.mu.Unlock()
		if last.Size > index {
			return last, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return audit.SignedCheckpoint{}, fmt.Errorf("no checkpoint covers entry %d yet: %w", index, ctx.Err())
		}
	}
}

// Run follows the ledger and signs it until ctx ends, and then returns nil. A
// ledger that does not continue what was signed is audit.ErrForked: whoever runs
// the Keeper must stop, for nothing that is written from then on can be proven.
func (k *Keeper) Run(ctx context.Context) error {
	if err := k.readLast(ctx); err != nil {
		return ended(ctx, err)
	}
	stream, err := k.js.Stream(ctx, ingest.StreamAudit)
	if err != nil {
		return ended(ctx, fmt.Errorf("stream %s: %w", ingest.StreamAudit, err))
	}
	if at := k.Latest().Size; int64(stream.CachedInfo().State.LastSeq) < at {
		return fmt.Errorf("%w: the stream has %d entries, %d are signed", audit.ErrForked, stream.CachedInfo().State.LastSeq, at)
	}
	consumer, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{DeliverPolicy: jetstream.DeliverAllPolicy})
	if err != nil {
		return ended(ctx, fmt.Errorf("reading the ledger: %w", err))
	}
	it, err := consumer.Messages(jetstream.PullMaxMessages(1024))
	if err != nil {
		return ended(ctx, fmt.Errorf("reading the ledger: %w", err))
	}
	defer it.Stop()
	return ended(ctx, k.follow(ctx, it))
}

// ended hides an error that comes of being told to stop.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil && !errors.Is(err, audit.ErrForked) {
		return nil
	}
	return err
}

// follow reads entries and signs when there are none for a moment, or when it
// is time.
func (k *Keeper) follow(ctx context.Context, it jetstream.MessagesContext) error {
	var due time.Time // zero while everything is signed
	for {
		wait := k.cfg.Every
		if !due.IsZero() {
			wait = time.Until(due)
		}
		next, cancel := context.WithTimeout(ctx, max(wait, time.Millisecond))
		msg, err := it.Next(jetstream.NextContext(next))
		cancel()
		switch {
		case err == nil:
			if err := k.take(msg); err != nil {
				return err
			}
			if due.IsZero() {
				due = time.Now().Add(k.cfg.Every)
			}
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, jetstream.ErrMsgIteratorClosed):
			return fmt.Errorf("reading the ledger: %w", err)
		case errors.Is(err, context.DeadlineExceeded), errors.Is(err, nats.ErrTimeout), errors.Is(err, jetstream.ErrNoHeartbeat):
		default:
			return fmt.Errorf("reading the ledger: %w", err)
		}
		if !due.IsZero() && !time.Now().Before(due) {
			due = time.Time{}
			if err := k.sign(ctx); errors.Is(err, audit.ErrForked) {
				return err
			} else if err != nil {
				k.cfg.Log.Warn("signing the ledger; will try again", "error", err)
				due = time.Now().Add(k.cfg.Every)
			}
		}
	}
}

// take adds one message to the tree, and checks it against what was signed.
func (k *Keeper) take(msg jetstream.Msg) error {
	meta, err := msg.Metadata()
	if err != nil {
		return fmt.Errorf("reading the ledger: %w", err)
	}
	if want := uint64(k.tree.Size()) + 1; meta.Sequence.Stream != want {
		return fmt.Errorf("%w: %w: %d", audit.ErrForked, ErrGap, want-1)
	}
	index, err := k.tree.Append(msg.Data())
	if err != nil {
		return err
	}
	if last := k.Latest(); last.Size == index+1 {
		return k.agrees(last)
	}
	return nil
}

// agrees checks that the tree is what a checkpoint says, as far as it was read.
func (k *Keeper) agrees(c audit.SignedCheckpoint) error {
	if c.Origin != k.signer.Origin() {
		return fmt.Errorf("%w: the streams are of log %q, ledger.key is of log %q: give all processes the same secrets directory", audit.ErrForked, c.Origin, k.signer.Origin())
	}
	if c.Size > k.tree.Size() {
		return nil // checked when the tree has grown to it
	}
	root, err := k.tree.Root(c.Size)
	if err != nil {
		return err
	}
	if root != c.Root {
		return fmt.Errorf("%w: its first %d entries are not those that were signed", audit.ErrForked, c.Size)
	}
	return nil
}

// sign publishes a checkpoint of the tree as it is, unless there is one.
func (k *Keeper) sign(ctx context.Context) error {
	if err := k.readLast(ctx); err != nil {
		return err
	}
	if k.tree.Size() <= k.Latest().Size {
		return nil
	}
	c, err := k.tree.Checkpoint(k.signer.Origin())
	if err != nil {
		return err
	}
	s, err := k.signer.Sign(c)
	if err != nil {
		return err
	}
	k.mu.Lock()
	after := k.lastSeq
	k.mu.Unlock()
	ack, err := k.js.Publish(ctx, ingest.SubjectCheckpoints, s.Note,
		jetstream.WithExpectStream(ingest.StreamCheckpoints), jetstream.WithExpectLastSequence(after))
	if err != nil {
		return fmt.Errorf("publishing a checkpoint: %w", err) // another signer was first, or the server is away
	}
	k.set(s, ack.Sequence)
	return nil
}

// readLast reads the checkpoint that was published last, by whomever, and
// checks it against the tree.
func (k *Keeper) readLast(ctx context.Context) error {
	stream, err := k.js.Stream(ctx, ingest.StreamCheckpoints)
	if err != nil {
		return fmt.Errorf("stream %s: %w", ingest.StreamCheckpoints, err)
	}
	seq := stream.CachedInfo().State.LastSeq
	k.mu.Lock()
	known := k.lastSeq
	k.mu.Unlock()
	if seq == known {
		return nil
	}
	msg, err := stream.GetMsg(ctx, seq)
	if err != nil {
		return fmt.Errorf("reading %s: %w", ingest.StreamCheckpoints, err)
	}
	c, err := k.keys.Open(msg.Data)
	if err != nil {
		return fmt.Errorf("%w: checkpoint %d is not signed by this ledger.key: give all processes the same secrets directory, and after a loss restore the key from a back-up: %w", audit.ErrForked, seq, err)
	}
	if err := k.agrees(c); err != nil {
		return err
	}
	k.set(c, seq)
	return nil
}

func (k *Keeper) set(c audit.SignedCheckpoint, seq uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if c.Size >= k.last.Size { // a witness may bring an older one
		k.last = c
	}
	k.lastSeq = seq
	close(k.changed)
	k.changed = make(chan struct{})
}
