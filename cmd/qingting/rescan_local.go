package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/amend"
	"qingting/ingest/custody"
	"qingting/ingest/worker"
	"qingting/search"
)

// newAmender changes stored documents by the pipeline that new ones come by.
func newAmender(js jetstream.JetStream, p *worker.Pipeline) *amend.Amender {
	return &amend.Amender{
		JS: js, Redactor: p.Redactor, Policy: p.Policy, Sealer: p.Sealer, Annotator: p.Annotator, Subjects: p.Subjects,
	}
}

// finishAgain is after what time finishAmendments tries again.
const finishAgain = time.Minute

// finishAmendments deletes what an amendment left that a kill interrupted, and
// does not give up: what is left holds values in the clear.
func (s *node) finishAmendments(ctx context.Context) error {
	for {
		n, err := s.amender.Finish(ctx)
		if n > 0 {
			s.cfg.log.Warn("deleted versions of amended documents that an interruption had left", "documents", n)
		}
		if err == nil || ctx.Err() != nil {
			return nil // done, or told to stop
		}
		s.cfg.log.Error("versions of amended documents may be left; will try again", "in", finishAgain, "error", err)
		select {
		case <-time.After(finishAgain):
		case <-ctx.Done():
			return nil
		}
	}
}

// localRescan does in the data directory of a stopped server what the server
// would do.
type localRescan struct {
	data    dataFlags
	engine  engineFlags
	streams *streams // nil when there is a server
	words   words
}

// add gives the service an amender, with the secrets and flags of the server.
func (l *localRescan) add(ctx context.Context, st *streams, cfg *custody.Config) (func(), error) {
	own, err := l.data.loadSecrets()
	if err != nil {
		return nil, err
	}
	v, err := newVocabulary(l.engine, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	if err := v.settle(ctx, st.settings); err != nil {
		return nil, err
	}
	officers, err := openOfficers(ctx, st, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	p, err := newPipeline(l.engine, own, officers, v.live)
	if err != nil {
		return nil, err
	}
	if p.Subjects, err = l.data.loadSubjectKeys(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	seg, err := indexSegmenter(l.data.indexDir(), l.engine.Lexicon)
	if err != nil {
		return nil, err
	}
	l.streams, l.words = st, words{seg}
	cfg.Amend = newAmender(st.js, p)
	if _, err := cfg.Amend.Finish(ctx); err != nil {
		return nil, err
	}
	return func() { _ = p.Sealer.Close() }, nil
}

// index brings the index up to the documents, and takes what was replaced out
// of its files. A server does so by itself.
func (l *localRescan) index(ctx context.Context, con *console) error {
	if l.streams == nil {
		return nil
	}
	if _, err := os.Stat(l.data.indexDir()); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	ix, err := search.Open(l.data.indexDir(), search.Config{Segmenter: l.words})
	if err == nil {
		err = l.catchUp(ctx, ix)
		if also := ix.Close(); err == nil {
			err = also
		}
	}
	if errors.Is(err, search.ErrRebuild) || errors.Is(err, search.ErrDamaged) {
		if err := os.RemoveAll(l.data.indexDir()); err != nil {
			return fmt.Errorf("deleting the search index: %w", err)
		}
		fmt.Fprintln(con.Err, "The search index was not of these documents, and is deleted: the next start of the server makes it anew.")
		return nil
	}
	return err
}

func (l *localRescan) catchUp(ctx context.Context, ix *search.Index) error {
	docs, err := l.streams.js.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	indexer := search.NewIndexer(ix, docs, search.IndexerConfig{})
	running, stop := context.WithCancel(ctx)
	defer stop()
	ran := make(chan error, 1)
	go func() { ran <- indexer.Run(running) }()
	err = indexer.WaitFor(ctx, docs.CachedInfo().State.LastSeq)
	stop()
	if ended := <-ran; ended != nil {
		return ended
	}
	if err != nil {
		return err
	}
	return ix.Compact(ctx)
}
