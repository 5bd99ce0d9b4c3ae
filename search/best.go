package search

import (
	"context"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	"github.com/blevesearch/bleve/v2/search/searcher"
	index "github.com/blevesearch/bleve_index_api"
)

// bestQuery matches what any of its parts does, with the score of the best one.
// Bleve's disjunction adds scores up and then divides by how many parts there
// are: a word with five synonyms would count a sixth of its neighbour.
type bestQuery struct{ parts []query.Query }

func (q bestQuery) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (s search.Searcher, err error) {
	parts := make([]search.Searcher, 0, len(q.parts))
	defer func() {
		if err != nil {
			for _, p := range parts {
				_ = p.Close() // the error being returned is the one that matters
			}
		}
	}()
	for _, part := range q.parts {
		p, err := part.Searcher(ctx, r, m, o)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	if o.Score == noScore {
		return searcher.NewDisjunctionSearcher(ctx, r, parts, 1, o)
	}
	return &bestSearcher{parts: parts, at: make([]*search.DocumentMatch, len(parts))}, nil
}

// bestSearcher walks its parts side by side; there are few.
type bestSearcher struct {
	parts []search.Searcher
	at    []*search.DocumentMatch // where each part stands; nil at its end
	begun bool
}

func (s *bestSearcher) Next(sc *search.SearchContext) (*search.DocumentMatch, error) {
	if !s.begun {
		s.begun = true
		for i, p := range s.parts {
			var err error
			if s.at[i], err = p.Next(sc); err != nil {
				return nil, err
			}
		}
	}
	best := -1
	for i, match := range s.at {
		if match == nil {
			continue
		}
		if best < 0 {
			best = i
			continue
		}
		if c := match.IndexInternalID.Compare(s.at[best].IndexInternalID); c < 0 || c == 0 && match.Score > s.at[best].Score {
			best = i
		}
	}
	if best < 0 {
		return nil, nil
	}
	found := s.at[best]
	for i, match := range s.at {
		if match == nil || !match.IndexInternalID.Equals(found.IndexInternalID) {
			continue
		}
		if i != best {
			sc.DocumentMatchPool.Put(match)
		}
		var err error
		if s.at[i], err = s.parts[i].Next(sc); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (s *bestSearcher) Advance(sc *search.SearchContext, id index.IndexInternalID) (*search.DocumentMatch, error) {
	for i, p := range s.parts {
		if s.begun {
			if s.at[i] == nil || s.at[i].IndexInternalID.Compare(id) >= 0 {
				continue
			}
			sc.DocumentMatchPool.Put(s.at[i])
		}
		var err error
		if s.at[i], err = p.Advance(sc, id); err != nil {
			return nil, err
		}
	}
	s.begun = true
	return s.Next(sc)
}

func (s *bestSearcher) Close() (err error) {
	for _, p := range s.parts {
		if e := p.Close(); err == nil {
			err = e
		}
	}
	return err
}

func (s *bestSearcher) Weight() (most float64) {
	for _, p := range s.parts {
		most = max(most, p.Weight())
	}
	return most
}

func (s *bestSearcher) SetQueryNorm(norm float64) {
	for _, p := range s.parts {
		p.SetQueryNorm(norm)
	}
}

func (s *bestSearcher) Count() (sum uint64) {
	for _, p := range s.parts {
		sum += p.Count()
	}
	return sum
}

func (s *bestSearcher) Min() int { return 1 }

func (s *bestSearcher) Size() (sum int) {
	for _, p := range s.parts {
		sum += p.Size()
	}
	return sum + 16*len(s.at)
}

func (s *bestSearcher) DocumentMatchPoolSize() int {
	sum := len(s.parts)
	for _, p := range s.parts {
		sum += p.DocumentMatchPoolSize()
	}
	return sum
}

// weighted has a compiled text count weight as much. Bleve goes by the boosts of
// terms alone.
func weighted(q query.Query, weight float64) query.Query {
	if weight == 0 || weight == 1 {
		return q
	}
	switch q := q.(type) {
	case *query.TermQuery:
		q.SetBoost(q.Boost() * weight)
	case *query.ConjunctionQuery:
		for _, part := range q.Conjuncts {
			weighted(part, weight)
		}
	case *query.DisjunctionQuery:
		for _, part := range q.Disjuncts {
			weighted(part, weight)
		}
	case phraseQuery:
		weighted(q.query, weight)
	case scoredQuery:
		weighted(q.by, weight)
	}
	return q
}
