package watch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/internal/document"
	"qingting/internal/saved"
	"qingting/search"
	"qingting/search/synonym"
)

// Config is what a Watcher needs. The zero value of a field is its default.
type Config struct {
	Segmenter search.Segmenter // required; the index's
	Stream    string           // required: the stream of matches
	Prefix    string           // required: of its subjects, "feedback.matches."
	Every     time.Duration    // at most one message a search in this time; 0 is 10 s
	K         int              // customers below which their number is withheld; 0 is 5
	Location  *time.Location   // where days begin; nil is UTC
	Now       func() time.Time
	Log       *slog.Logger
}

// Watcher watches one documents stream.
type Watcher struct {
	nc   *nats.Conn
	js   jetstream.JetStream
	docs jetstream.Stream
	cfg  Config

	mu       sync.Mutex
	next     saved.List // as Set gave them
	synonyms *synonym.Set
	seg      search.Segmenter
	changed  chan struct{} // of capacity 1

	// What follows is Run's goroutine's alone.
	searches   saved.List // those with an alert
	percolator *search.Percolator
	built      time.Time
	watched    map[string]*watched // by id
	at         uint64              // documents looked at to here
	marked     uint64              // as the marker says
	markedAt   time.Time
	recent     recent
}

// watched is how far a search has come.
type watched struct {
	after   uint64 // as the search says
	through uint64 // new matches lie behind it
	last    uint64 // sequence of its last message
	pending []found
}

// found is a document that a search found.
type found struct {
	seq              uint64
	record, customer string
}

const (
	rebuildEvery = 10 * time.Minute // relative dates move on
	markEvery    = time.Minute
	maxRecords   = 100 // named in a message
	outruns      = 5   // times that another process may come first
	pauseAfter   = 5 * time.Second
)

// New prepares to watch the documents stream docs; nothing happens before Run.
func New(nc *nats.Conn, js jetstream.JetStream, docs jetstream.Stream, cfg Config) (*Watcher, error) {
	if cfg.Segmenter == nil || cfg.Stream == "" || cfg.Prefix == "" {
		return nil, errors.New("watch: Config.Segmenter, Stream and Prefix are required")
	}
	if cfg.Every <= 0 {
		cfg.Every = 10 * time.Second
	}
	if cfg.K <= 0 {
		cfg.K = 5
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Watcher{
		nc: nc, js: js, docs: docs, cfg: cfg, seg: cfg.Segmenter, changed: make(chan struct{}, 1), watched: make(map[string]*watched),
	}, nil
}

// Set says what the saved searches and the synonyms are from now on. It may be
// called at any time, from any goroutine.
func (w *Watcher) Set(list saved.List, synonyms *synonym.Set) {
	w.mu.Lock()
	w.next, w.synonyms = list, synonyms
	w.mu.Unlock()
	select {
	case w.changed <- struct{}{}:
	default:
	}
}

// SetSegmenter says what cuts texts from now on, as the index is made anew with
// other words. It may be called at any time, from any goroutine.
func (w *Watcher) SetSegmenter(seg search.Segmenter) {
	w.mu.Lock()
	w.seg = seg
	list, synonyms := w.next, w.synonyms
	w.mu.Unlock()
	w.Set(list, synonyms)
}

// Run watches until ctx ends, and then returns nil; once only. Before matches are
// published, ready waits until they can be searched. What fails is logged and
// tried again.
func (w *Watcher) Run(ctx context.Context, ready func(ctx context.Context, seq uint64) error) error {
	for ctx.Err() == nil {
		err := w.follow(ctx, ready)
		if err == nil || ctx.Err() != nil {
			continue
		}
		w.cfg.Log.Error("watching for matches of saved searches", "error", err)
		select {
		case <-time.After(pauseAfter):
		case <-ctx.Done():
		}
	}
	return nil
}

// follow reads documents from where the search that is furthest behind has come
// to, until there is another such place.
func (w *Watcher) follow(ctx context.Context, ready func(context.Context, uint64) error) error {
	if err := w.take(ctx); err != nil {
		return err
	}
	if len(w.searches) == 0 {
		select {
		case <-w.changed:
			select { // take reads them
			case w.changed <- struct{}{}:
			default:
			}
		case <-ctx.Done():
		}
		return nil
	}
	w.at = w.start()
	for _, s := range w.watched {
		s.pending = nil // it is read again
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	messages := make(chan jetstream.Msg, 1024)
	read := make(chan error, 1)
	go func() { read <- w.read(ctx, w.at+1, messages) }()
	tick := time.NewTicker(w.cfg.Every)
	defer tick.Stop()
	for {
		select {
		case msg := <-messages:
			if err := w.look(msg); err != nil {
				return err
			}
		case <-tick.C:
			if err := w.flush(ctx, ready); err != nil {
				return err
			}
			if w.cfg.Now().Sub(w.built) > rebuildEvery {
				w.build()
			}
		case <-w.changed:
			if err := w.flush(ctx, ready); err != nil {
				return err
			}
			if err := w.take(ctx); err != nil {
				return err
			}
			if len(w.searches) == 0 || w.start() < w.at {
				return nil // another place
			}
		case err := <-read:
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
}

// start is the sequence behind which the first search has something to see.
func (w *Watcher) start() uint64 {
	first := uint64(math.MaxUint64)
	for _, s := range w.searches {
		first = min(first, w.watched[s.ID].through)
	}
	return first
}

// read hands the documents from a sequence on over.
func (w *Watcher) read(ctx context.Context, from uint64, to chan<- jetstream.Msg) error {
	consumer, err := w.docs.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: from,
	})
	if err != nil {
		return fmt.Errorf("reading documents: %w", err)
	}
	messages, err := consumer.Messages()
	if err != nil {
		return fmt.Errorf("reading documents: %w", err)
	}
	defer messages.Stop()
	stop := context.AfterFunc(ctx, messages.Stop)
	defer stop()
	for {
		msg, err := messages.Next()
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, jetstream.ErrNoHeartbeat), errors.Is(err, nats.ErrTimeout):
			continue
		case err != nil:
			return fmt.Errorf("reading documents: %w", err)
		}
		select {
		case to <- msg:
		case <-ctx.Done():
			return nil
		}
	}
}

// look asks of one document which searches find it.
func (w *Watcher) look(msg jetstream.Msg) error {
	meta, err := msg.Metadata()
	if err != nil {
		return fmt.Errorf("reading documents: %w", err)
	}
	seq := meta.Sequence.Stream
	w.at = max(w.at, seq)
	h := msg.Headers()
	if document.Forgotten(h.Get) != "" || h.Get(document.AmendedHeader) != "" {
		return nil
	}
	d, err := document.Parse(msg.Data())
	if err != nil {
		return nil // the indexer tells of it
	}
	for _, i := range w.percolator.Match(d) {
		s := w.searches[i]
		state := w.watched[s.ID]
		if seq <= state.through || w.recent.has(s.ID, d.Record, seq) {
			continue
		}
		state.pending = append(state.pending, found{seq, d.Record, d.Customer})
	}
	return nil
}

// take puts what Set gave in place.
func (w *Watcher) take(ctx context.Context) error {
	w.mu.Lock()
	list, synonyms := w.next, w.synonyms
	w.mu.Unlock()
	select {
	case <-w.changed:
	default:
	}
	mark, err := w.mark(ctx)
	if err != nil {
		return err
	}
	w.searches = nil
	known := make(map[string]*watched, len(list))
	for _, s := range list {
		if !s.Alert {
			continue
		}
		state := w.watched[s.ID]
		if state == nil || state.after != s.After {
			if state, err = w.resume(ctx, s, mark); err != nil {
				return err
			}
		}
		known[s.ID] = state
		w.searches = append(w.searches, s)
	}
	w.watched = known
	w.buildWith(synonyms)
	return nil
}

func (w *Watcher) build() {
	w.mu.Lock()
	synonyms := w.synonyms
	w.mu.Unlock()
	w.buildWith(synonyms)
}

func (w *Watcher) buildWith(synonyms *synonym.Set) {
	now := w.cfg.Now()
	w.mu.Lock()
	seg := w.seg
	w.mu.Unlock()
	queries := make([]search.Query, len(w.searches))
	for i, s := range w.searches {
		queries[i] = search.Query{Text: s.Query, Now: now, Location: w.cfg.Location}
		for _, f := range s.Filters {
			queries[i].Filters = append(queries[i].Filters, search.Filter{Field: f.Field, Values: f.Values})
		}
	}
	w.percolator, w.built = search.NewPercolator(seg, synonyms, queries), now
	for i, err := range w.percolator.Errors() {
		if err != nil {
			// Not the error itself: it repeats the query.
			w.cfg.Log.Error("a saved search cannot be watched: its query cannot be read; save it anew", "search", w.searches[i].ID)
		}
	}
}
