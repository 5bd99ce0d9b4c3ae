package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"qingting/ingest"
	"qingting/ingest/settings"
	"qingting/internal/document"
	"qingting/search"
	"qingting/textmining"
)

// index checks the search index, and with --repair mends it.
func (c *doctorCmd) index(ctx context.Context, con *console, k *checkup, st *streams, docs map[string]*document.Document) error {
	dir := c.indexDir()
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil // this process never played the index role
	}
	cfg, err := c.indexConfig(ctx, st)
	if err != nil {
		return err
	}
	faults, err := k.index(ctx, dir, cfg, docs)
	if err != nil {
		return err
	}
	if c.Repair && len(faults) > 0 {
		if c.NATS != "" { // else it is locked already
			unlock, err := c.lock()
			if err != nil {
				return err
			}
			defer unlock()
		}
		if faults, err = c.mend(ctx, con, k, st, cfg, docs, faults); err != nil {
			return err
		}
	}
	for _, f := range faults {
		k.wrong("%s; %s", f.what, f.advice(dir, c.Repair))
	}
	return nil
}

// indexConfig has the words that the index was made with, or those of the
// settings where it does not say.
func (c *doctorCmd) indexConfig(ctx context.Context, st *streams) (cfg search.Config, err error) {
	kept, ok := search.LexiconOf(c.indexDir())
	if !ok && st.settings != nil {
		v, err := st.settings.Get(ctx, settings.Lexicon)
		if err != nil {
			return cfg, err
		}
		kept = v.Data
	}
	seg, err := textmining.Sources{LexiconFile: c.Lexicon, Lexicon: kept}.Segmenter()
	if err != nil {
		return cfg, err
	}
	return search.Config{Segmenter: words{seg}, Lexicon: kept}, nil
}

// indexFault is something wrong with the index.
type indexFault struct {
	what   string
	behind bool // it has not read all of the stream yet
	inUse  bool
}

func (f indexFault) advice(dir string, repaired bool) string {
	switch {
	case f.inUse:
		return "stop the server first"
	case repaired:
		return "--repair could not mend it: delete " + dir + " and start the server"
	case f.behind:
		return "start the server and it catches up, or run doctor --repair"
	}
	return "run doctor --repair, or delete " + dir + ": it is made anew from the stream"
}

// index looks for faults of the index: how it stands, its files, and whether it
// has the documents, record by record.
func (k *checkup) index(ctx context.Context, dir string, cfg search.Config, docs map[string]*document.Document) (faults []indexFault, err error) {
	k.Index, k.Indexed = nil, 0
	ix, err := search.Open(dir, cfg)
	if err != nil {
		return []indexFault{{what: err.Error(), inUse: errors.Is(err, search.ErrInUse)}}, nil
	}
	defer ix.Close()
	status, err := ix.Status()
	if err == nil {
		k.Index = &status
		if k.deep {
			err = ix.Verify(ctx)
		}
	}
	var diff search.Difference
	if err == nil {
		diff, err = k.compare(ctx, ix, docs)
	}
	if err != nil {
		return []indexFault{{what: err.Error(), behind: errors.Is(err, search.ErrRebuilding)}}, ctx.Err()
	}
	behind := status.Checkpoint < k.last
	for _, part := range []struct {
		records []string
		what    string
	}{
		{diff.Missing, "%d documents are not in the search index (%s)"},
		{diff.Extra, "%d records of the search index are not in the stream (%s)"},
		{diff.Changed, "%d records of the search index are not as in the stream (%s)"},
	} {
		if n := len(part.records); n > 0 {
			faults = append(faults, indexFault{what: fmt.Sprintf(part.what, n, some(part.records)), behind: behind})
		}
	}
	return faults, nil
}

// mend has the index catch up, and makes it anew when that is not enough. The
// data directory is locked. It returns the faults that are left.
func (c *doctorCmd) mend(ctx context.Context, con *console, k *checkup, st *streams, cfg search.Config, docs map[string]*document.Document, faults []indexFault) ([]indexFault, error) {
	dir := c.indexDir()
	anew := false
	for _, f := range faults {
		anew = anew || !f.behind
		if f.inUse {
			return faults, nil
		}
	}
	if !anew {
		from := uint64(0)
		if k.Index != nil {
			from = k.Index.Checkpoint
		}
		if err := c.fill(ctx, con, k, st, cfg); err == nil {
			left, err := k.index(ctx, dir, cfg, docs)
			if err != nil || len(left) == 0 {
				k.repaired("the search index was behind: it has read the stream from sequence %d to %d", from, k.last)
				return nil, err
			}
			faults = left
		} else if ctx.Err() != nil {
			return nil, err
		}
	}
	// Its content, not the folder: that may be a mount.
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return nil, fmt.Errorf("deleting the old search index: %w", err)
		}
	}
	if err := c.fill(ctx, con, k, st, cfg); err != nil {
		return nil, err
	}
	left, err := k.index(ctx, dir, cfg, docs)
	if err != nil {
		return nil, err
	}
	for _, f := range faults {
		k.repaired("%s: it was made anew from the stream, with %d documents", f.what, k.Indexed)
	}
	return left, nil
}

func (k *checkup) repaired(format string, args ...any) {
	k.Repaired = append(k.Repaired, fmt.Sprintf(format, args...))
}

// fill has the index read the stream to its end.
func (c *doctorCmd) fill(ctx context.Context, con *console, k *checkup, st *streams, cfg search.Config) (err error) {
	stream, err := st.js.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	ix, err := search.Open(c.indexDir(), cfg)
	if err != nil {
		return err
	}
	told := time.Now()
	x := search.NewIndexer(ix, stream, search.IndexerConfig{Progress: func(p search.Progress) {
		if time.Since(told) > 2*time.Second {
			told = time.Now()
			fmt.Fprintf(con.Err, "reading the stream: %d of %d\n", p.Seq, p.Last)
		}
	}})
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- x.Run(running) }()
	err = x.WaitFor(ctx, k.last)
	stop()
	return errors.Join(err, <-ended, ix.Close())
}

// printIndex says how the search index stands.
func (k *checkup) printIndex(con *console) {
	if k.Index == nil {
		return
	}
	segments, deleted, bytes := 0, uint64(0), int64(0)
	for _, s := range k.Index.Shards {
		segments, deleted, bytes = segments+s.Segments, deleted+s.Deleted, bytes+s.Bytes
	}
	fmt.Fprintf(con.Out, "                        %d shards, %d segments, %.1f MB; at sequence %d of %d; version %s\n",
		len(k.Index.Shards), segments, float64(bytes)/1e6, k.Index.Checkpoint, k.last, k.Index.Version)
	if deleted > 0 {
		fmt.Fprintf(con.Out, "                        %d deleted documents are still in the files\n", deleted)
	}
	if k.Index.PurgeDue {
		fmt.Fprintln(con.Out, "                        what was erased or amended leaves the files when the server runs next")
	}
	if k.Index.Rebuild != "" {
		fmt.Fprintf(con.Out, "                        it is made anew, %.0f %% is done: %s\n", 100*k.Index.Done, k.Index.Rebuild)
	}
}
