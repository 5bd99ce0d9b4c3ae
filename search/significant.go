package search

import (
	"cmp"
	"context"
	"maps"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// significantSample is how many documents of a result Significant reads.
const significantSample = 1000

// leastSignificant is Dunning's statistic below which a term may be there by
// chance: once in a thousand terms, were there one term to test.
const leastSignificant = 10.83

// SignificantTerm is a word that is more frequent in a result than in the whole.
type SignificantTerm struct {
	Term  string  `json:"term"`
	Score float64 `json:"score"` // log-likelihood ratio; 10.83 is once in a thousand by chance
	Share float64 `json:"share"` // of the documents of the result, as far as they were read
	Base  float64 `json:"base"`  // of all documents
}

// Significant returns up to n words that set the documents that match q apart
// from all documents, the most telling first: by the log-likelihood ratio of
// document counts (Dunning 1993), of words that are more frequent in the result,
// with at least q.K documents and customers there. A thousand documents of the
// result are read, evenly chosen. Words of the query itself, placeholders,
// numbers and plain words are left out. Errors are those of Search.
func (ix *Index) Significant(ctx context.Context, q Query, n int) (list []SignificantTerm, err error) {
	a, err := ix.ask(&q)
	if err != nil {
		return nil, err
	}
	err = ix.within(ctx, q.Budget, func(ctx context.Context, s *snapshot) error {
		p, err := newPass(ctx, ix, s, a.root, a.filters, passOptions{})
		if err != nil {
			return err
		}
		list, err = a.significant(p, n)
		return err
	})
	return list, err
}

// seen is what a sample says of one word.
type seen struct {
	tally
	surface string // as the first text has it
}

func (a *question) significant(p *pass, n int) ([]SignificantTerm, error) {
	places := p.sample(significantSample)
	asked := make(map[string]bool)
	for _, m := range a.compiler.marks {
		maps.Copy(asked, m.words)
	}
	all := make(map[string]*seen)
	var mu sync.Mutex
	var next atomic.Int64
	g, ctx := errgroup.WithContext(p.ctx)
	for range runtime.GOMAXPROCS(0) {
		g.Go(func() (err error) {
			defer p.ix.recoverDamage(&err)
			r := p.reader()
			mine := make(map[string]*seen)
			var tokens []token
			last := make(map[string]int)
			for {
				k := int(next.Add(1)) - 1
				if k >= len(places) {
					break
				}
				if ctx.Err() != nil {
					return ctx.Err()
				}
				text, err := r.text(places[k])
				if err != nil {
					return err
				}
				folded := p.ix.analyzer.fold(text).text
				tokens = p.ix.analyzer.words(tokens[:0], folded)
				customer := p.cols[places[k].part][places[k].segment].customer[places[k].doc]
				for _, t := range tokens {
					if asked[t.term] || !tells(t.term) || last[t.term] == k+1 {
						continue
					}
					last[t.term] = k + 1
					w := mine[t.term]
					if w == nil {
						w = &seen{surface: folded[t.start:t.end]}
						mine[t.term] = w
					}
					w.add(customer, a.K)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			for term, w := range mine {
				if have := all[term]; have != nil {
					have.surface = min(have.surface, w.surface)
					have.join(&w.tally, a.K)
					continue
				}
				all[term] = w
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	whole := p.size()
	// The most frequent ones suffice, and bound what is asked of the dictionaries.
	terms := make([]string, 0, len(all))
	for term, w := range all {
		if w.docs >= max(2, a.K) && len(w.customers) >= a.K {
			terms = append(terms, term)
		}
	}
	slices.SortFunc(terms, func(a, b string) int { return cmp.Or(all[b].docs-all[a].docs, cmp.Compare(a, b)) })
	list := []SignificantTerm{}
	for _, term := range terms[:min(len(terms), 1000)] {
		if p.ctx.Err() != nil {
			return nil, p.ctx.Err()
		}
		base, err := p.frequency(fieldWords, term)
		if err != nil {
			return nil, err
		}
		share, of := float64(all[term].docs)/float64(len(places)), float64(base)/float64(whole)
		score := likelihoodRatio(float64(all[term].docs), float64(len(places)), float64(base), float64(whole))
		if share <= of || score < leastSignificant {
			continue
		}
		list = append(list, SignificantTerm{all[term].surface, score, share, of})
	}
	slices.SortFunc(list, func(a, b SignificantTerm) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Term, b.Term))
	})
	return list[:min(len(list), n)], nil
}

// likelihoodRatio is Dunning's G² of k of n against of whole in all.
func likelihoodRatio(k, n, of, all float64) float64 {
	entropy := func(k, n, p float64) float64 {
		out := 0.0
		if k > 0 {
			out += k * math.Log(p)
		}
		if n > k {
			out += (n - k) * math.Log(1-p)
		}
		return out
	}
	of = min(of, all)
	p, p1, p2 := (k+of)/(n+all), k/n, of/all
	return 2 * (entropy(k, n, p1) + entropy(of, all, p2) - entropy(k, n, p) - entropy(of, all, p))
}
