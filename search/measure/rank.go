package measure

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Engine ranks the documents of one collection.
type Engine interface {
	// Search returns the numbers of the best k documents for a text, best first.
	Search(ctx context.Context, text string, k int) ([]int, error)
	Close() error
}

// Run is what an engine made of a list of queries: figures and times in the
// order of the queries.
type Run struct {
	NDCG, Recall, MRR Scores
	Took              []time.Duration
}

// Rank asks an engine each query.
func Rank(ctx context.Context, e Engine, queries []Query) (Run, error) {
	var run Run
	for i, q := range queries {
		began := time.Now()
		ranked, err := e.Search(ctx, q.Text, RecallDepth)
		if err != nil {
			return Run{}, fmt.Errorf("query %d: %w", i+1, err)
		}
		run.Took = append(run.Took, time.Since(began))
		run.NDCG = append(run.NDCG, NDCG(ranked, q.Relevant, NDCGDepth))
		run.Recall = append(run.Recall, Recall(ranked, q.Relevant, RecallDepth))
		run.MRR = append(run.MRR, MRR(ranked, q.Relevant, MRRDepth))
	}
	return run, nil
}

// Quantile returns the time that the share q of the queries took at most.
func (r Run) Quantile(q float64) time.Duration {
	if len(r.Took) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(r.Took))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}
