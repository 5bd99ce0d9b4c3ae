package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"qingting/ingest"
	"qingting/ingest/alert"
	"qingting/ingest/amend"
	"qingting/ingest/broker"
	"qingting/ingest/custody"
	"qingting/ingest/erase"
	"qingting/ingest/govern"
	"qingting/ingest/ledger"
	"qingting/ingest/worker"
	"qingting/internal/secrets"
	"qingting/privacy"
	"qingting/privacy/vault"
	"qingting/search"
	"qingting/textmining"
	"qingting/textmining/segment"
	"qingting/textmining/statistics"
	"qingting/textmining/taxonomy"
)

// The parts a server process may play.
const (
	roleIngest = "ingest" // take feedback in: redact, seal, annotate
	roleIndex  = "index"  // keep the search index and the statistics
	roleWeb    = "web"    // serve pages and the HTTP API; needs index
)

// nodeConfig is all that a server is made of. Flags and the demo fill it in.
type nodeConfig struct {
	data     dataFlags
	nats     natsFlags
	engine   engineFlags
	roles    []string
	synonyms synonymFlags
	officers []secrets.Recipient // make the register of officers where there is none
	broker   broker.Config       // Dir and StoreKey are filled in
	limits   ingest.StreamLimits
	worker   worker.Config // Log is filled in
	sources  govern.Mode   // what becomes of unregistered sources; empty is govern.Refuse
	alerts   *alert.Config // what the index role tells of; nil is nothing. Log is filled in
	// discoverEvery is how often the ingest role looks for themes without a name; 0 is never.
	discoverEvery time.Duration
	demo          bool // one officer without a recovery key is no cause for worry
	// checkpoint is what the ledger must continue.
	checkpoint checkpointFlags
	log        *slog.Logger
	invite     func(text string) // tells who is at the terminal how to make the first account; nil tells nobody
}

// node is everything one process runs.
type node struct {
	cfg     nodeConfig
	name    string // tells this process from others of its server
	started time.Time
	streams *streams
	custody *custody.Service
	amender *amend.Amender
	trouble *trouble

	vocabulary *vocabulary

	gate     *govern.Gate
	keeper   *govern.Keeper
	worker   *worker.Worker
	ledger   *ledger.Keeper
	sealer   *vault.Sealer
	officers *officers
	index    *search.Index
	indexer  *search.Indexer
	eraser   *erase.Eraser
	stats    *statistics.Store
	counted  *counting      // keeps stats up
	watcher  *alert.Watcher // nil without alerts
	lookout  *lookout       // of the ingest role

	searching *searching // nil without an index

	redactor *privacy.Redactor // of the ingest role
	services *services
}

// newNode opens the streams and builds the parts. The dictionary and the
// broker load side by side. Close it.
func newNode(ctx context.Context, cfg nodeConfig) (s *node, err error) {
	s = &node{cfg: cfg, trouble: newTrouble(), name: processName(), started: time.Now()}
	defer func() {
		if err != nil {
			s.close()
			s = nil
		}
	}()
	err = s.trouble.guard(ctx, func(ctx context.Context) error { return s.build(ctx) })
	return s, err
}

func (s *node) build(ctx context.Context) (err error) {
	cfg := s.cfg
	var own serverSecrets
	if slices.Contains(cfg.roles, roleIngest) {
		if own, err = cfg.data.loadSecrets(); err != nil {
			return err
		}
	}
	var loading errgroup.Group
	loading.Go(func() (err error) {
		s.vocabulary, err = newVocabulary(cfg.engine, cfg.log)
		return err
	})
	s.streams, err = s.openStreams(ctx)
	if loadErr := loading.Wait(); err != nil || loadErr != nil {
		return errors.Join(err, loadErr)
	}
	if s.streams.settings != nil {
		if err := s.vocabulary.settle(ctx, s.streams.settings); err != nil {
			return err
		}
	}
	if slices.Contains(cfg.roles, roleIngest) {
		if err := s.addIngest(ctx, own); err != nil {
			return err
		}
		if err := s.tellProcesses(); err != nil {
			return err
		}
	}
	if slices.Contains(cfg.roles, roleIndex) {
		if err := s.addIndex(ctx); err != nil {
			return err
		}
	}
	s.services, err = s.addServices()
	return err
}

func (s *node) openStreams(ctx context.Context) (st *streams, err error) {
	st = &streams{}
	defer func() {
		if err != nil {
			st.close()
			st = nil
		}
	}()
	if st.unlock, err = s.cfg.data.lock(); err != nil {
		return st, err
	}
	if s.cfg.nats.NATS != "" {
		if st.nc, err = s.cfg.nats.connect(ctx, watchByLog(s.cfg.log, s.trouble), serverInbox); err != nil {
			return st, err
		}
		return st, st.open(ctx, s.cfg.limits, s.needs()...)
	}
	key, err := s.cfg.data.storeKey()
	if err != nil {
		return st, err
	}
	cfg := s.cfg.broker
	cfg.Dir, cfg.StoreKey, cfg.Log = s.cfg.data.streamsDir(), key.Text(), s.cfg.log
	if cfg.Register = cfg.Listen != ""; cfg.Register {
		if cfg.OperatorToken, err = s.cfg.data.operatorToken(); err != nil {
			return st, err
		}
	}
	if st.broker, err = broker.Start(cfg); err != nil {
		return st, err
	}
	return st, st.open(ctx, s.cfg.limits)
}

// needs names the streams that the roles use: a user of NATS who only keeps an
// index has no business with the others. None means all.
func (s *node) needs() []string {
	if slices.Contains(s.cfg.roles, roleIngest) {
		return nil
	}
	return append(s.alertStreams(), ingest.StreamDocs, ingest.StreamMatches)
}

func (s *node) addIngest(ctx context.Context, own serverSecrets) error {
	// Before anything is written: a ledger that went its own way cannot be mended.
	if err := s.cfg.checkpoint.check(ctx, s.streams, own.ledger.keys); err != nil {
		return err
	}
	officers, err := openOfficers(ctx, s.streams, s.cfg.officers, s.cfg.log)
	if err != nil {
		return err
	}
	s.officers = officers
	if !s.cfg.demo {
		for _, w := range officers.warnings {
			s.cfg.log.Warn("officers: " + w)
		}
	}
	p, err := newPipeline(s.cfg.engine, own, officers, s.vocabulary.live)
	if err != nil {
		return err
	}
	if err := tellVersions(ctx, s.streams.settings, p); err != nil {
		return err
	}
	s.vocabulary.tell = func(ctx context.Context, a *textmining.Annotator) error {
		return tellVocabulary(ctx, s.streams.settings, a, "a setting changed")
	}
	if s.gate, err = govern.NewGate(ctx, s.streams.settings, s.cfg.sources, s.cfg.log); err != nil {
		return err
	}
	p.Sources = s.gate
	s.keeper = govern.NewKeeper(s.streams.js, s.streams.settings, govern.KeeperConfig{Log: s.cfg.log})
	s.sealer = p.Sealer
	s.ledger = ledger.NewKeeper(s.streams.js, own.ledger.signer, own.ledger.keys, ledger.Config{Log: s.cfg.log})
	persons, err := s.openPersons(ctx, p)
	if err != nil {
		return err
	}
	s.redactor = p.Redactor
	s.amender = newAmender(s.streams.js, p)
	wcfg := s.cfg.worker
	wcfg.Log, wcfg.RecordKeyCheck = s.cfg.log, p.Records.KeyCheck()
	if s.worker, err = worker.New(s.streams.js, p, wcfg); err != nil {
		return err
	}
	theirs, err := unlinked(p.Redactor)
	if err != nil {
		return err
	}
	s.custody, err = custody.Serve(s.streams.nc, s.streams.js, custody.Config{
		Clean: func(text string) string { return theirs.Redact(text, time.Now()).Text },
		Keys:  own.ledger.keys,
		Trust: s.trust(),
		Users: s.users, Settings: s.streams.settings, Subjects: persons,
		Themes: s.vocabulary.hasThemes, Model: s.vocabulary.tryModel, Taxonomy: taxonomy.DefaultYAML(),
		Discovery: discoverer{s.streams, s.vocabulary}.order,
		Amend:     s.amender, Alone: s.streams.broker != nil,
		CheckSearch: checkSearch,
		Match:       matcher(func() (*segment.Segmenter, error) { return s.vocabulary.live.Annotator().Segmenter(), nil }, s.synonyms),
		Count:       s.countFound,
		Log:         s.cfg.log,
	})
	if err == nil {
		s.addLookout()
	}
	return err
}

// addIndex opens the search index, or makes it anew where it must be: it is a
// projection, the streams are the truth.
func (s *node) addIndex(ctx context.Context) error {
	docs, err := s.streams.js.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	stats := statistics.New(statistics.Config{Taxonomy: s.vocabulary.live.Annotator().Taxonomy()})
	var seg *segment.Segmenter
	open := func() (err error) {
		var lexicon []byte
		if seg, lexicon, err = s.vocabulary.indexWords(s.cfg.data); err != nil {
			return err
		}
		if s.index, err = search.OpenServing(s.cfg.data.indexDir(), search.Config{Segmenter: words{seg}, Lexicon: lexicon}); err != nil {
			return err
		}
		if st, err := s.index.Status(); err == nil && st.Rebuild != "" {
			s.cfg.log.Warn("rebuilding the search index from the documents stream", "reason", st.Rebuild)
		}
		s.counted = newCounting(stats, s.index.Checkpoint())
		s.indexer = search.NewIndexer(s.index, docs, search.IndexerConfig{
			Logger: s.cfg.log, Progress: s.indexed, Applied: s.counted.applied,
		})
		return s.indexer.Bind(ctx)
	}
	err = open()
	if errors.Is(err, search.ErrRebuild) { // of another stream
		s.cfg.log.Warn("rebuilding the search index from the documents stream", "reason", err)
		_ = s.index.Close() // it is about to be deleted
		if err := os.RemoveAll(s.cfg.data.indexDir()); err != nil {
			return fmt.Errorf("deleting the old search index: %w", err)
		}
		err = open()
	}
	if err != nil {
		return err
	}
	s.stats = stats
	s.indexForPersons()
	if err := s.addSearching(ctx, docs, words{seg}); err != nil {
		return err
	}
	return s.addAlerts()
}

// run plays all parts until ctx ends, then stops them in order: no new
// feedback, what was taken is finished, the index catches what is there.
func (s *node) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	if s.worker != nil {
		g.Go(func() error { return s.worker.Run(ctx) })
		g.Go(func() error { return s.vocabulary.run(ctx, s.streams.settings) })
	}
	if s.gate != nil {
		g.Go(func() error { return s.gate.Run(ctx) })
		g.Go(func() error { return s.keeper.Run(ctx) })
	}
	if s.officers != nil {
		g.Go(func() error { return s.officers.watch(ctx, s.sealer) })
	}
	if s.streams.broker != nil {
		g.Go(func() error { return s.followUsers(ctx) })
	}
	if s.amender != nil {
		g.Go(func() error { return s.finishAmendments(ctx) })
	}
	if s.eraser != nil {
		g.Go(func() error { return s.mend(ctx) })
	}
	if s.ledger != nil {
		g.Go(func() error { return s.ledger.Run(ctx) })
	}
	if s.indexer != nil {
		g.Go(func() error { return s.indexer.Run(ctx) })
		g.Go(func() error { return s.followWords(ctx) })
		g.Go(func() error { return s.counted.replay(ctx, s.streams, s.cfg.log) })
	}
	if s.searching != nil {
		g.Go(func() error { return s.searching.run(ctx) })
	}
	if s.lookout != nil {
		g.Go(func() error { return s.lookout.run(ctx) })
	}
	if s.watcher != nil {
		g.Go(func() error { return s.watchAlerts(ctx) })
	}
	return g.Wait()
}

func (s *node) close() {
	if s.services != nil {
		s.services.stop()
	}
	if s.custody != nil {
		_ = s.custody.Stop()
	}
	if s.eraser != nil {
		s.eraser.Marks.Close()
	}
	if s.sealer != nil {
		_ = s.sealer.Close()
	}
	if s.index != nil {
		if err := s.index.Close(); err != nil {
			s.cfg.log.Error("closing the search index", "error", err)
		}
	}
	if s.streams != nil {
		s.streams.close()
	}
}

// caughtUp waits until the queue is empty and index and statistics hold every
// document.
func (s *node) caughtUp(ctx context.Context) error {
	in, err := s.streams.js.Stream(ctx, ingest.StreamIn)
	if err != nil {
		return fmt.Errorf("stream %s: %w", ingest.StreamIn, err)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		info, err := in.Info(ctx)
		if err != nil {
			return fmt.Errorf("stream %s: %w", ingest.StreamIn, err)
		}
		if info.State.Msgs == 0 {
			break
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	last, err := s.streams.lastDocument(ctx)
	if err != nil {
		return err
	}
	if err := s.indexer.WaitFor(ctx, last); err != nil {
		return err
	}
	return s.counted.wait(ctx)
}
