package search

import (
	"context"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"
)

// noScore is Bleve's option to match without ranking; it also lets Bleve
// combine postings as bitmaps.
const noScore = "none"

// filterQuery matches without adding to the score.
type filterQuery struct{ query query.Query }

func (q filterQuery) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	return bitmapsQuery(q).Searcher(ctx, r, m, o)
}

// keywordQuery matches any of its values.
type keywordQuery keywordNode

func (q keywordQuery) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	return bitmapsQuery{q}.Searcher(ctx, r, m, o)
}
