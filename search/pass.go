package search

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"
	"golang.org/x/sync/errgroup"

	"qingting/internal/document"
)

// maxRead is how many documents one search decompresses to look for a phrase
// in them, before it makes do with a sample of as many.
const maxRead = 6000

// batch is how many documents are taken at a time: between batches the context
// is looked at.
const batch = 1024

// place is a document of a snapshot.
type place struct {
	part, segment int
	doc           uint32
}

// pass is one search over a snapshot: what matches, segment by segment. A query
// is first taken to bitmaps; ranking, ordering and counting go by them.
type pass struct {
	ctx context.Context
	ix  *Index
	s   *snapshot

	cols [][]*columns                    // by part and segment, like the rest
	may  [][]*roaring.Bitmap             // what matches, or may as far as one can tell unread
	docs [][]*roaring.Bitmap             // what matches: all of it, or of what was read
	how  [][]*matches                    // decides about what is in may alone
	side []map[string]*[]*roaring.Bitmap // see sideways; by part and field

	lazy  bool   // may is larger than docs: not all has been read
	total uint64 // at least, when lazy
}

// passOptions say what a pass is for.
type passOptions struct {
	multi  bool // a facet ignores the filters on its own field
	unread bool // what only a text can decide is not decided yet
}

// newPass finds what matches root and every filter.
func newPass(ctx context.Context, ix *Index, s *snapshot, root query.Query, filters []namedFilter, o passOptions) (*pass, error) {
	ctx = withMemo(ctx)
	p := &pass{ctx: ctx, ix: ix, s: s}
	p.cols = make([][]*columns, len(s.parts))
	p.may, p.docs = make([][]*roaring.Bitmap, len(s.parts)), make([][]*roaring.Bitmap, len(s.parts))
	p.how = make([][]*matches, len(s.parts))
	p.side = make([]map[string]*[]*roaring.Bitmap, len(s.parts))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range s.parts {
		g.Go(func() (err error) {
			defer ix.recoverDamage(&err)
			return p.match(ctx, i, root, filters, o.multi)
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if o.unread {
		p.lazy = true
		return p, nil
	}
	return p, p.read()
}

// match finds the matches in one part.
func (p *pass) match(ctx context.Context, i int, root query.Query, filters []namedFilter, multi bool) error {
	part := &p.s.parts[i]
	m := &matcher{ctx: ctx, ix: p.ix, part: part}
	n := len(part.segments)
	p.cols[i], p.how[i] = make([]*columns, n), make([]*matches, n)
	p.may[i], p.docs[i] = make([]*roaring.Bitmap, n), make([]*roaring.Bitmap, n)
	for j, segment := range part.segments {
		cols, err := p.ix.columns.of(ctx, segment.Segment())
		if err != nil {
			return err
		}
		p.cols[i][j] = cols
		found, err := m.in(root, j)
		if err != nil {
			return err
		}
		if deleted := segment.Deleted(); deleted != nil {
			found = found.within(m.everything(j), deleted)
		}
		if len(filters) > 0 {
			kept := make([]*roaring.Bitmap, len(filters))
			for f, filter := range filters {
				one, err := m.in(filter.query, j)
				if err != nil {
					return err
				}
				kept[f] = one.maybe
			}
			if multi {
				p.sideways(i, j, found, filters, kept)
			}
			found = found.within(roaring.FastAnd(kept...), nil)
		}
		p.how[i][j], p.may[i][j], p.docs[i][j] = found, found.maybe, found.sure
	}
	return nil
}

// within is m among some documents, without others.
func (m *matches) within(among, without *roaring.Bitmap) *matches {
	narrow := func(b *roaring.Bitmap) *roaring.Bitmap {
		b = roaring.And(b, among)
		if without != nil {
			b.AndNot(without)
		}
		return b
	}
	if m.exact() {
		return exactly(narrow(m.maybe))
	}
	out := *m
	out.sure, out.maybe = narrow(m.sure), narrow(m.maybe)
	return &out
}

// sideways keeps, for each filtered field, what matches all but the filters on
// that field: a facet of it offers what could be added to them. What only a
// text could decide is left out.
func (p *pass) sideways(i, j int, found *matches, filters []namedFilter, kept []*roaring.Bitmap) {
	if p.side[i] == nil {
		p.side[i] = make(map[string]*[]*roaring.Bitmap)
	}
	for _, f := range filters {
		others := []*roaring.Bitmap{found.sure}
		for g, filter := range filters {
			if filter.field != f.field {
				others = append(others, kept[g])
			}
		}
		list := p.side[i][f.field]
		if list == nil {
			made := make([]*roaring.Bitmap, len(p.docs[i]))
			list = &made
			p.side[i][f.field] = list
		}
		(*list)[j] = roaring.FastAnd(others...)
	}
}

// facetDocs is what the facet of a field counts in a segment.
func (p *pass) facetDocs(field string, i, j int) *roaring.Bitmap {
	if list := p.side[i][field]; list != nil {
		return (*list)[j]
	}
	return p.docs[i][j]
}

// read looks at the texts of what is in doubt, or at a sample of it when it is
// too much to read.
func (p *pass) read() error {
	var doubtful []place
	inDoubt := 0
	for i := range p.how {
		for _, m := range p.how[i] {
			p.total += m.sure.GetCardinality()
			if !m.exact() {
				inDoubt += int(m.maybe.GetCardinality() - m.sure.GetCardinality())
			}
		}
	}
	if inDoubt == 0 {
		return nil
	}
	step := (inDoubt + maxRead - 1) / maxRead
	p.lazy = step > 1
	n := 0
	for i := range p.how {
		for j, m := range p.how[i] {
			for docs := m.doubtful().Iterator(); docs.HasNext(); n++ {
				doc := docs.Next()
				if n%step == 0 {
					doubtful = append(doubtful, place{i, j, doc})
				}
			}
		}
	}
	held := make([]bool, len(doubtful))
	if err := p.check(doubtful, held); err != nil {
		return err
	}
	found := 0
	for i := range p.how {
		for j, m := range p.how[i] {
			if !m.exact() {
				p.docs[i][j] = m.sure.Clone()
			}
		}
	}
	for k, at := range doubtful {
		if held[k] {
			p.docs[at.part][at.segment].Add(at.doc)
			found++
		}
	}
	if !p.lazy {
		p.may = p.docs
		p.total += uint64(found)
		return nil
	}
	p.total += uint64(max(float64(found), lowerBound(found, len(doubtful))*float64(inDoubt)))
	return nil
}

// lowerBound is the lower end of Wilson's interval for a proportion, which lies
// below the true one in 99.5 of 100 samples.
func lowerBound(found, of int) float64 {
	const z = 2.576
	n, p := float64(of), float64(found)/float64(of)
	return (p + z*z/(2*n) - z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))) / (1 + z*z/n)
}

// check decides about documents by their texts, on all cores.
func (p *pass) check(places []place, held []bool) error {
	const chunk = 128
	var next atomic.Int64
	g, ctx := errgroup.WithContext(p.ctx)
	workers := min(runtime.GOMAXPROCS(0), (len(places)+chunk-1)/chunk)
	for range workers {
		g.Go(func() (err error) {
			defer p.ix.recoverDamage(&err)
			r := p.reader()
			for {
				start := int(next.Add(chunk)) - chunk
				if start >= len(places) {
					return nil
				}
				if ctx.Err() != nil {
					return ctx.Err()
				}
				for k := start; k < min(start+chunk, len(places)); k++ {
					if held[k], err = r.holds(places[k]); err != nil {
						return err
					}
				}
			}
		})
	}
	return g.Wait()
}

// textReader looks at the texts of documents. It is for one goroutine.
type textReader struct {
	p      *pass
	bodies []*bodyReader
	looked phraseChecker
	plain  []byte
}

func (p *pass) reader() *textReader {
	return &textReader{p: p, bodies: make([]*bodyReader, len(p.s.parts))}
}

// entry is what is stored of a document; it is good until the next call.
func (r *textReader) entry(at place) ([]byte, error) {
	part := &r.p.s.parts[at.part]
	if r.bodies[at.part] == nil {
		b, err := newBodyReader(part.reader)
		if err != nil {
			return nil, err
		}
		r.bodies[at.part] = b
	}
	return r.bodies[at.part].read(index.NewIndexInternalID(nil, part.starts[at.segment]+uint64(at.doc)))
}

// document reads a document whole, with its sequence in the stream.
func (r *textReader) document(at place) (*document.Document, uint64, error) {
	entry, err := r.entry(at)
	if err == nil {
		var d *document.Document
		var seq uint64
		if d, seq, err = r.p.ix.store.unpack(entry); err == nil {
			return d, seq, nil
		}
	}
	return nil, 0, fmt.Errorf("%w: %s: %w", ErrDamaged, r.p.ix.dir, err)
}

// text reads the text of a document.
func (r *textReader) text(at place) (string, error) {
	entry, err := r.entry(at)
	if err == nil {
		var text []byte
		if text, _, _, err = r.p.ix.store.open(entry, r.plain); err == nil {
			r.plain = text
			return string(text), nil
		}
	}
	return "", fmt.Errorf("%w: %s: %w", ErrDamaged, r.p.ix.dir, err)
}

// holds reports whether a document matches.
func (r *textReader) holds(at place) (bool, error) {
	r.looked.forget()
	return r.p.how[at.part][at.segment].holds(at.doc, func(q *phraseQuery) (bool, error) {
		if !r.looked.loaded {
			entry, err := r.entry(at)
			if err != nil {
				return false, err
			}
			if err := r.looked.load(q, entry); err != nil {
				return false, err
			}
		}
		return r.looked.has(q), nil
	})
}
