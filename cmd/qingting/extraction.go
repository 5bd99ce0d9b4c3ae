package main

import (
	"context"
	"fmt"
	"hash/maphash"
	"sync"

	"qingting/ingest/custody"
	"qingting/internal/document"
	"qingting/search"
	"qingting/search/synonym"
	"qingting/textmining/segment"
)

// extraction reads documents that an entry of the ledger has opened.
type extraction struct {
	custody.Extraction
	client *custody.Client
	who    custody.Request
	seed   maphash.Seed
	last   map[uint64]uint64 // by hash of the record: sequence of the version that counts
}

// beginExtraction has the ledger open the documents, and finds out which version
// of each record counts.
func beginExtraction(ctx context.Context, client *custody.Client, r custody.Extract) (*extraction, error) {
	opened, err := client.Extract(ctx, r)
	if err != nil {
		return nil, err
	}
	x := &extraction{Extraction: opened, client: client, who: r.Request, seed: maphash.MakeSeed(), last: make(map[uint64]uint64)}
	for stored, err := range client.Heads(ctx, r.Request, opened) {
		switch {
		case err != nil:
			return nil, x.failed(ctx, err)
		case stored.Erased != "":
			delete(x.last, maphash.String(x.seed, stored.Erased))
		default:
			x.last[maphash.String(x.seed, stored.Record)] = stored.Seq
		}
	}
	return x, nil
}

// each calls visit for the document of each record, as it is now, with whether
// its processing is restricted.
func (x *extraction) each(ctx context.Context, visit func(d *document.Document, restricted bool) error) error {
	for stored, err := range x.client.Documents(ctx, x.who, x.Extraction) {
		if err != nil {
			return err
		}
		d, err := document.Parse(stored.Document)
		if err != nil || x.last[maphash.String(x.seed, d.Record)] != stored.Seq {
			continue
		}
		if err := visit(d, stored.Restricted); err != nil {
			return err
		}
	}
	return nil
}

// end closes the extraction in the ledger.
func (x *extraction) end(ctx context.Context, outcome, hash string, counts map[string]int) error {
	_, err := x.client.Extracted(ctx, custody.Extracted{Request: x.who, Entry: x.Entry, Outcome: outcome, Hash: hash, Counts: counts})
	return err
}

// failed closes an extraction that came to nothing, and returns why.
func (x *extraction) failed(ctx context.Context, err error) error {
	if also := x.end(context.WithoutCancel(ctx), "broken off", "", nil); also != nil {
		return fmt.Errorf("%w; the ledger was not told: %w", err, also)
	}
	return err
}

// matcher says what a query finds, without an index: the query means what it
// means in every search, and no server's index is needed.
func matcher(seg func() (*segment.Segmenter, error), synonyms func() *synonym.Set) custody.Match {
	return func(ctx context.Context, query string, docs []*document.Document) (found []bool, err error) {
		s, err := seg()
		if err != nil {
			return nil, err
		}
		p := search.NewPercolator(words{s}, synonyms(), []search.Query{{Text: query}})
		if err := p.Errors()[0]; err != nil {
			return nil, err
		}
		found = make([]bool, len(docs))
		for i, d := range docs {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			found[i] = len(p.Match(d)) > 0
		}
		return found, nil
	}
}

// withLexicon has a data directory's service search with a lexicon.
func withLexicon(file string) func(*streams, *custody.Config) (func(), error) {
	return func(st *streams, cfg *custody.Config) (func(), error) {
		set, err := synonymsOf(context.Background(), st)
		if err != nil {
			return nil, err
		}
		cfg.Match = matcher(sync.OnceValues(func() (*segment.Segmenter, error) {
			opts, err := lexiconOption(file)
			if err != nil {
				return nil, err
			}
			return segment.New(opts...)
		}), func() *synonym.Set { return set })
		return func() {}, nil
	}
}
