package main

import (
	"context"
	"fmt"
	"hash/maphash"
	"os"

	"qingting/ingest/custody"
	"qingting/internal/document"
	"qingting/search"
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
	for stored, err := range client.Documents(ctx, r.Request, opened) {
		if err != nil {
			return nil, err
		}
		if stored.Erased != "" {
			delete(x.last, maphash.String(x.seed, stored.Erased))
			continue
		}
		if d, err := document.Parse(stored.Document); err == nil {
			x.last[maphash.String(x.seed, d.Record)] = stored.Seq
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
		if stored.Erased != "" {
			continue
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

// matchBatch is how many documents are matched at a time.
const matchBatch = 4000

// matcher picks documents by a query, with an index that lives for a batch: so
// the query means what it means everywhere, and no server's index is needed.
// What it writes, redacted documents, is deleted at once.
type matcher struct {
	query string
	seg   *segment.Segmenter // nil for a query that all documents match
	batch []*document.Document
	take  func(*document.Document) error
}

func newMatcher(query, lexicon string, take func(*document.Document) error) (*matcher, error) {
	m := &matcher{query: query, take: take}
	if query == "" {
		return m, nil
	}
	opts, err := lexiconOption(lexicon)
	if err != nil {
		return nil, err
	}
	m.seg, err = segment.New(opts...)
	return m, err
}

// add looks at a document, now or with later ones.
func (m *matcher) add(ctx context.Context, d *document.Document) error {
	if m.seg == nil {
		return m.take(d)
	}
	if m.batch = append(m.batch, d); len(m.batch) < matchBatch {
		return nil
	}
	return m.flush(ctx)
}

// flush looks at what is left.
func (m *matcher) flush(ctx context.Context) (err error) {
	if len(m.batch) == 0 {
		return nil
	}
	dir, err := os.MkdirTemp("", "qingting-match-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ix, err := search.Open(dir, search.Config{Segmenter: words{m.seg}})
	if err != nil {
		return err
	}
	defer ix.Close()
	changes := make([]search.Change, len(m.batch))
	for i, d := range m.batch {
		changes[i] = search.Change{Put: d, Seq: uint64(i) + 1}
	}
	if err := ix.Apply(ctx, changes, uint64(len(changes))); err != nil {
		return err
	}
	res, err := ix.Search(ctx, search.Query{Text: m.query, Size: len(m.batch), Fragments: 1, FragmentSize: 1})
	if err != nil {
		return err
	}
	found := make(map[uint64]bool, len(res.Hits))
	for _, h := range res.Hits {
		found[h.Seq] = true
	}
	for i, d := range m.batch {
		if found[uint64(i)+1] {
			if err := m.take(d); err != nil {
				return err
			}
		}
	}
	clear(m.batch)
	m.batch = m.batch[:0]
	return nil
}
