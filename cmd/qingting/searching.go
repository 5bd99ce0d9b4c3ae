package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/settings"
	"qingting/internal/saved"
	"qingting/search"
	"qingting/search/suggest"
	"qingting/search/synonym"
	"qingting/search/watch"
)

// synonymFlags say what words searches take for one another.
type synonymFlags struct {
	Synonyms string `placeholder:"FILE" help:"Synonyms of searches instead of the built-in ones, a group a line (qingting synonyms check FILE). A setting (qingting synonyms set) counts more."`
}

// set reads the file, or the built-in ones.
func (f synonymFlags) set() (*synonym.Set, error) {
	if f.Synonyms == "" {
		return synonym.Builtin()
	}
	return readSynonyms(f.Synonyms)
}

func readSynonyms(path string) (*synonym.Set, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return synonym.Parse(path, string(data))
}

// searching is what searches of the index role go by: synonyms, saved searches
// and completions. It follows the settings.
type searching struct {
	node    *node
	own     *synonym.Set // of the flag, or built in
	watcher *watch.Watcher
	cut     string // version of the segmenter that cuts what is watched
	now     atomic.Pointer[suggest.Suggester]

	groups, searches []byte // settings as they were last seen
	synonyms         *synonym.Set
	list             saved.List
}

const (
	lookAgain    = 3 * time.Second  // between looks at the settings
	suggestAgain = 10 * time.Minute // between readings of what can be completed
	suggestGrown = 100              // documents, and twice as many as before: read sooner
)

// addSearching prepares it for an index that is open.
func (s *node) addSearching(ctx context.Context, docs jetstream.Stream, seg search.Segmenter) (err error) {
	x := &searching{node: s, cut: seg.Version()}
	if x.own, err = s.cfg.synonyms.set(); err != nil {
		return err
	}
	x.synonyms = x.own
	s.index.SetSynonyms(x.own)
	if x.watcher, err = watch.New(s.streams.nc, s.streams.js, docs, watch.Config{
		Segmenter: seg, Stream: ingest.StreamMatches, Prefix: ingest.MatchesPrefix, Location: s.stats.Location(), Log: s.cfg.log,
	}); err != nil {
		return err
	}
	s.searching = x
	return x.look(ctx)
}

// look reads the settings, and has what changed taken in.
func (x *searching) look(ctx context.Context) error {
	st, err := settings.Open(ctx, x.node.streams.js)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		return nil // nobody has taken feedback in yet
	}
	if err != nil {
		return err
	}
	groups, err := st.Get(ctx, settings.Synonyms)
	if err != nil {
		return err
	}
	searches, err := st.Get(ctx, settings.Searches)
	if err != nil {
		return err
	}
	changed := !bytes.Equal(groups.Data, x.groups)
	if changed {
		x.groups, x.synonyms = groups.Data, x.own
		if len(groups.Data) > 0 {
			set, err := synonym.Parse("synonyms", string(groups.Data))
			if err != nil {
				x.node.cfg.log.Error("the synonyms of the settings cannot be read: those of the start count", "error", err)
			} else {
				x.synonyms = set
			}
		}
		x.node.index.SetSynonyms(x.synonyms)
		x.node.cfg.log.Info("searches go by other synonyms from now on", "synonyms", x.synonyms.Hash(), "groups", len(x.synonyms.Rules()))
	}
	if !bytes.Equal(searches.Data, x.searches) {
		list, err := saved.Parse(searches.Data)
		if err != nil {
			return err
		}
		x.searches, x.list, changed = searches.Data, list, true
	}
	if seg := x.node.index.Segmenter(); seg.Version() != x.cut { // another index answers
		x.cut = seg.Version()
		x.watcher.SetSegmenter(seg)
	}
	if changed {
		x.watcher.Set(x.list, x.synonyms)
	}
	return nil
}

// run follows the settings and watches for matches until ctx ends.
func (x *searching) run(ctx context.Context) error {
	done := make(chan struct{})
	go func() { // ends with ctx
		defer close(done)
		x.keepSuggestions(ctx)
	}()
	watched := make(chan error, 1)
	go func() { watched <- x.watcher.Run(ctx, x.node.indexer.WaitFor) }()
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-tick.C:
			if err := x.look(ctx); err != nil && ctx.Err() == nil {
				x.node.cfg.log.Error("looking at saved searches and synonyms", "error", err)
			}
		case <-ctx.Done():
		}
	}
	<-done
	return <-watched
}

// keepSuggestions reads what can be completed now and then, and sooner while the
// index grows fast.
func (x *searching) keepSuggestions(ctx context.Context) {
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	var read time.Time
	var at uint64
	for ctx.Err() == nil {
		if now := x.node.index.Checkpoint(); time.Since(read) >= suggestAgain || now >= 2*at+suggestGrown {
			s, err := suggester(ctx, x.node.index, x.node.vocabulary.live.Annotator())
			if err == nil {
				x.now.Store(s)
			} else if ctx.Err() == nil {
				x.node.cfg.log.Error("reading what searches can be completed to", "error", err)
			}
			read, at = time.Now(), now
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// suggestions is what can be completed; nil while it is not known yet.
func (s *node) suggestions() *suggest.Suggester {
	if s.searching == nil {
		return nil
	}
	return s.searching.now.Load()
}

// savedSearches are those of the settings.
func (s *node) savedSearches(ctx context.Context) (saved.List, error) {
	st, err := settings.Open(ctx, s.streams.js)
	if err != nil {
		return nil, err
	}
	v, err := st.Get(ctx, settings.Searches)
	if err != nil {
		return nil, err
	}
	return saved.Parse(v.Data)
}

// synonymsOf are those of the settings, or the built-in ones.
func synonymsOf(ctx context.Context, st *streams) (*synonym.Set, error) {
	v, err := st.settings.Get(ctx, settings.Synonyms)
	if err != nil {
		return nil, err
	}
	if len(v.Data) == 0 {
		return synonym.Builtin()
	}
	return synonym.Parse("synonyms", string(v.Data))
}

// synonyms are those that searches of this server go by.
func (s *node) synonyms() *synonym.Set {
	if s.index != nil {
		return s.index.Synonyms()
	}
	set, err := synonymsOf(context.Background(), s.streams)
	if err != nil {
		s.cfg.log.Error("the synonyms of the settings cannot be read: none count", "error", err)
		return nil
	}
	return set
}

// countFound counts what a query finds by the index, when this process has one
// that holds every document; false when it has not.
func (s *node) countFound(ctx context.Context, query string) (n int, ok bool) {
	if s.index == nil || s.index.Segmenter().Version() != s.vocabulary.live.Annotator().Segmenter().Version() {
		return 0, false // the export will cut texts otherwise than the index did
	}
	last, err := s.streams.lastDocument(ctx)
	if err != nil || s.index.Checkpoint() < last {
		return 0, false
	}
	res, err := s.index.Search(ctx, search.Query{Text: query, Size: 1, Fragments: 1, FragmentSize: 1, Budget: time.Minute})
	if err != nil || res.TotalAtLeast {
		return 0, false // it is counted the long way
	}
	return int(res.Total), true
}

// checkSearch refuses a saved search that cannot be run.
func checkSearch(s saved.Search) error {
	if err := search.CheckQuery(s.Query); err != nil {
		return err
	}
	for _, f := range s.Filters {
		if err := search.CheckQuery(fmt.Sprintf("%s:x", f.Field)); err != nil {
			return fmt.Errorf("the filter %q is no field", f.Field)
		}
	}
	return nil
}
