package search

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
)

// scoring is a query of Bleve's that scores as q does.
func scoring(q query.Query) query.Query {
	each := func(parts []query.Query) []query.Query {
		out := make([]query.Query, len(parts))
		for i, part := range parts {
			out[i] = scoring(part)
		}
		return out
	}
	switch q := q.(type) {
	case scoredQuery:
		return q.by
	case *query.ConjunctionQuery:
		return query.NewConjunctionQuery(each(q.Conjuncts))
	case *query.DisjunctionQuery:
		out := query.NewDisjunctionQuery(each(q.Disjuncts))
		out.SetMin(q.Min)
		return out
	}
	return q
}

// Term by term over the postings a document scores what Bleve's searchers give
// it, but for a factor that all documents share.
func TestScoresAreBleves(t *testing.T) {
	ix := open(t, t.TempDir())
	w := newWriter(4)
	texts := make([]string, 400)
	for i := range texts {
		texts[i] = w.text(5 + i%60)
	}
	fill(t, ix, texts...)
	for i := range 20 {
		seq := uint64(len(texts) + 1 + i)
		apply(t, ix, seq, Change{Delete: fmt.Sprintf("r%d", i*7), Seq: seq})
	}
	s, err := ix.snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if len(s.parts) != 1 {
		t.Fatalf("%d parts", len(s.parts))
	}
	for _, text := range []string{"的", "客服", "说 客服", "客服 OR 宽带 OR 话费", "已经没有怎么还是一直", "(说 OR 客服) -宽带", `"没有"`, string([]rune(texts[9])[:8])} {
		asked, err := ix.ask(&Query{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		ranking := rankingQuery(asked.root)
		p, err := newPass(t.Context(), ix, s, asked.root, nil, passOptions{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.top(SortRelevance, ranking, len(texts), nil)
		if err != nil {
			t.Fatal(err)
		}
		want := make(map[uint64]float64)
		searcher, err := scoring(ranking).Searcher(context.WithValue(t.Context(), unread{}, true), s.parts[0].reader, s.parts[0].mapping, search.SearcherOptions{})
		if err != nil {
			t.Fatal(err)
		}
		sc := &search.SearchContext{IndexReader: s.parts[0].reader, DocumentMatchPool: search.NewDocumentMatchPool(searcher.DocumentMatchPoolSize()+1, 0)}
		for {
			m, err := searcher.Next(sc)
			if err != nil {
				t.Fatal(err)
			}
			if m == nil {
				break
			}
			want[m.IndexInternalID.Value()] = m.Score
			sc.DocumentMatchPool.Put(m)
		}
		if len(got) == 0 {
			t.Errorf("%s: nothing found", text)
		}
		factor := 0.0
		for _, c := range got {
			theirs := want[c.id.Value()]
			if (theirs == 0) != (c.score == 0) {
				t.Errorf("%s: document %d scores %v, with Bleve %v", text, c.id.Value(), c.score, theirs)
			}
			if theirs == 0 {
				continue
			}
			if factor == 0 {
				factor = c.score / theirs
			}
			if math.Abs(c.score/theirs/factor-1) > 1e-4 {
				t.Errorf("%s: document %d scores %v, with Bleve %v times %v", text, c.id.Value(), c.score, theirs, factor)
			}
		}
		searcher.Close()
	}
}
