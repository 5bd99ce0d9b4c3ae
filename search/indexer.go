package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// IndexerConfig tunes an Indexer. The zero value is fit for use.
type IndexerConfig struct {
	Batch  int           // most messages in one write; 0 is 2000
	Linger time.Duration // how long a message may wait for others; 0 is 200 ms
	// Purge is how long after a document was erased or amended the index is
	// compacted, so that one time does for many; 0 is 3 s. While they keep
	// coming it is put off, up to two hundred times as long.
	Purge  time.Duration
	Logger *slog.Logger // nil discards
	// Applied, when given, is called after each write with what was written,
	// from Run's goroutine, before WaitFor knows of it. It must not keep the slice.
	Applied func([]Change)
	// Progress, when given, is called after each write, from Run's goroutine.
	Progress func(Progress)

	beside bool // for an index that is built beside another
}

// Indexer keeps an Index up with the documents stream: at-least-once from the
// stream, exactly once in effect, since the checkpoint is part of each write.
type Indexer struct {
	ix     *Index
	stream jetstream.Stream
	cfg    IndexerConfig

	// Of erased and amended documents: since when the index holds any, and when
	// the last came. Run's goroutine alone uses them.
	purgeSince, purgeLast time.Time
	applied               uint64 // up to where Applied was told

	mu       sync.Mutex
	progress Progress
	changed  chan struct{} // closed and replaced when the checkpoint moves
	done     bool
	err      error
}

// Messages may be large: how many are held before they are gathered, by the
// client as they came and then as documents.
const (
	pullMessages = 256
	readAhead    = 64
)

// NewIndexer prepares to feed ix from stream. Nothing happens before Run.
func NewIndexer(ix *Index, stream jetstream.Stream, cfg IndexerConfig) *Indexer {
	if cfg.Batch <= 0 {
		cfg.Batch = 2000
	}
	if cfg.Linger <= 0 {
		cfg.Linger = 200 * time.Millisecond
	}
	if cfg.Purge <= 0 {
		cfg.Purge = 3 * time.Second
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Indexer{ix: ix, stream: stream, cfg: cfg, changed: make(chan struct{})}
}

// Run follows the stream until ctx ends, and then returns nil. It may be called
// once. An index that belongs to another stream, or to this one before it was
// created anew, is ErrRebuild: delete the index and start over. See Bind.
func (x *Indexer) Run(ctx context.Context) (err error) {
	defer func() {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.done, x.err = true, err
		close(x.changed)
	}()
	err = x.run(ctx)
	for errors.Is(err, ErrDamaged) && ctx.Err() == nil && !x.cfg.beside {
		x.cfg.Logger.Error("the search index is damaged and made anew from the stream", "error", err)
		if err = x.ix.startOver(err.Error()); err == nil {
			err = x.run(ctx)
		}
	}
	if ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		return nil
	}
	return err
}

func (x *Indexer) run(ctx context.Context) error {
	if err := x.Bind(ctx); err != nil {
		return err
	}
	consumer, err := x.stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:   x.ix.Checkpoint() + 1,
	})
	if err != nil {
		return fmt.Errorf("reading documents: %w", err)
	}
	messages, err := consumer.Messages(jetstream.PullMaxMessages(pullMessages))
	if err != nil {
		return fmt.Errorf("reading documents: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var renewing sync.WaitGroup
	defer renewing.Wait()
	defer cancel()
	if !x.cfg.beside {
		renewing.Go(func() { x.renewals(ctx) })
	}
	items := make(chan item, readAhead)
	read := make(chan error, 1)
	go func() { read <- receive(ctx, messages, items) }()
	err = x.apply(ctx, items)
	cancel()
	messages.Stop()
	// The reader's own failure is the cause of what apply saw.
	if readErr := <-read; readErr != nil {
		return readErr
	}
	return err
}

// Bind checks that the index is a projection of this stream, and ties an empty
// one to it; ErrRebuild when it is not. Run does so too.
func (x *Indexer) Bind(ctx context.Context) error {
	info, err := x.stream.Info(ctx)
	if err != nil {
		return fmt.Errorf("reading documents: %w", err)
	}
	if err := x.ix.Bind(info.Config.Name + "@" + info.Created.UTC().Format(time.RFC3339Nano)); err != nil {
		return err
	}
	if at := x.ix.Checkpoint(); info.State.LastSeq < at {
		return fmt.Errorf("%w: it is at sequence %d, the stream ends at %d", ErrRebuild, at, info.State.LastSeq)
	}
	if err := x.ix.caughtUp(x.ix.Checkpoint(), info.State.LastSeq); err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.progress.Seq, x.progress.Last = x.ix.Checkpoint(), info.State.LastSeq
	close(x.changed) // for who waits already
	x.changed = make(chan struct{})
	return nil
}

// apply gathers items into batches and writes them.
func (x *Indexer) apply(ctx context.Context, items <-chan item) error {
	idle := time.NewTimer(x.cfg.Linger)
	defer idle.Stop()
	var batch []item
	text := 0
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		err := x.write(ctx, batch)
		clear(batch)
		batch, text = batch[:0], 0
		return err
	}
	for {
		select {
		case it, ok := <-items:
			if !ok {
				// What was gathered is not lost: it is read again from the checkpoint.
				return ctx.Err()
			}
			if len(batch) == 0 {
				idle.Reset(x.cfg.Linger)
			}
			if it.change.Put != nil {
				text += len(it.change.Put.Text)
			}
			if batch = append(batch, it); len(batch) < x.cfg.Batch && text < batchBytes {
				continue
			}
			if err := flush(); err != nil {
				return err
			}
			if err := x.compact(ctx); err != nil {
				return err
			}
			idle.Reset(x.cfg.Linger)
		case <-idle.C:
			if len(batch) > 0 {
				if err := flush(); err != nil {
					return err
				}
			} else if err := x.skipDeleted(ctx); err != nil {
				return err
			}
			if err := x.compact(ctx); err != nil {
				return err
			}
			idle.Reset(x.cfg.Linger)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// write applies one batch. It is finished even when ctx ends meanwhile.
func (x *Indexer) write(ctx context.Context, batch []item) error {
	x.mu.Lock()
	p := x.progress
	x.mu.Unlock()
	changes := make([]Change, 0, len(batch))
	for _, it := range batch {
		if it.seq <= p.Seq {
			return fmt.Errorf("%w: the stream gave sequence %d after %d; it was created anew", ErrRebuild, it.seq, p.Seq)
		}
		p.Seq, p.Last = it.seq, max(p.Last, it.last)
		switch {
		case it.malformed != nil:
			p.Malformed++
			// The error may quote the message; its sequence is enough to find it.
			x.cfg.Logger.Warn("skipped a malformed document", "seq", it.seq)
			continue
		case it.change.Put != nil:
			p.Indexed++
		default:
			p.Deleted++
		}
		if it.change.Purge {
			x.purgeLast = time.Now()
		}
		changes = append(changes, it.change)
	}
	return x.advance(ctx, changes, p)
}

// skipDeleted moves the checkpoint over sequences whose messages are no longer
// in the stream, so that a caller who awaits them does not wait for ever, and
// notices when the stream was created anew.
func (x *Indexer) skipDeleted(ctx context.Context) error {
	info, err := x.stream.Info(ctx)
	if err != nil {
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			return fmt.Errorf("reading documents: %w", err)
		}
		return ctx.Err() // the server is away; the consumer waits for it as well
	}
	x.mu.Lock()
	p := x.progress
	p.Last = info.State.LastSeq
	x.progress.Last = p.Last
	x.mu.Unlock()
	if p.Last < p.Seq {
		return fmt.Errorf("%w: it is at sequence %d, the stream ends at %d", ErrRebuild, p.Seq, p.Last)
	}
	if p.Last == p.Seq {
		return nil
	}
	_, err = x.stream.GetMsg(ctx, p.Seq+1, jetstream.WithGetMsgSubject(">"))
	if err == nil || !errors.Is(err, jetstream.ErrMsgNotFound) {
		return ctx.Err() // something is on its way, or the server is
	}
	p.Seq = p.Last
	return x.advance(ctx, nil, p)
}

func (x *Indexer) advance(ctx context.Context, changes []Change, p Progress) error {
	began := time.Now()
	err := x.ix.Apply(context.WithoutCancel(ctx), changes, p.Seq)
	p.Took = time.Since(began)
	// What is behind is there already: an index that was built beside came to answer.
	if err != nil && !errors.Is(err, errBehind) {
		return err
	}
	if err := x.ix.caughtUp(p.Seq, p.Last); err != nil {
		return err
	}
	if x.cfg.Applied != nil && p.Seq > x.applied { // not again what an index made anew takes in again
		x.cfg.Applied(slices.DeleteFunc(changes, func(c Change) bool { return c.Seq <= x.applied }))
	}
	x.applied = max(x.applied, p.Seq)
	x.mu.Lock()
	x.progress = p
	close(x.changed)
	x.changed = make(chan struct{})
	x.mu.Unlock()
	if x.cfg.Progress != nil {
		x.cfg.Progress(p)
	}
	return nil
}

// compact compacts the index some time after documents were erased or amended.
func (x *Indexer) compact(ctx context.Context) error {
	if damage := x.ix.damage.Load(); damage != nil {
		return *damage
	}
	if !x.ix.MustPurge() {
		x.purgeSince = time.Time{}
		return nil
	}
	now := time.Now()
	if x.purgeSince.IsZero() { // also after a start
		x.purgeSince, x.purgeLast = now, now
	}
	if now.Sub(x.purgeLast) < x.cfg.Purge && now.Sub(x.purgeSince) < 200*x.cfg.Purge {
		return nil
	}
	if err := x.ix.Compact(ctx); err != nil {
		return err
	}
	x.purgeSince = time.Time{}
	x.cfg.Logger.Info("compacted the search index, for documents were erased or amended", "took", time.Since(now).Round(time.Millisecond))
	return nil
}
