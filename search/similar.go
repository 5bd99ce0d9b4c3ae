package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/blevesearch/bleve/v2/search/query"
)

// ErrNoRecord: the index has no document of that record.
var ErrNoRecord = errors.New("there is no feedback with that record id")

// How many of a document's words Similar looks for, and how many of the
// documents that have most of them it compares as a whole.
const (
	similarTerms = 24
	similarBest  = 200
)

// Similar returns up to n documents whose words are most like those of a record,
// the likest first, without the record itself. The score is the cosine of the
// two texts' words, weighted by BM25's idf: 0 to 1. A near-duplicate says so.
// ErrNoRecord when there is no such record.
func (ix *Index) Similar(ctx context.Context, record string, n int) (hits []Hit, err error) {
	q := Query{Size: n}
	if err := q.defaults(); err != nil {
		return nil, err
	}
	err = ix.within(ctx, 0, func(ctx context.Context, s *snapshot) error {
		p, err := newPass(ctx, ix, s, query.NewMatchNoneQuery(), nil, passOptions{})
		if err != nil {
			return err
		}
		hits, err = p.similar(record, n, &q)
		return err
	})
	return hits, err
}

// find returns the place of a record.
func (p *pass) find(record string) (place, error) {
	for i := range p.s.parts {
		part := &p.s.parts[i]
		id, err := part.reader.InternalID(record)
		if err != nil {
			return place{}, fmt.Errorf("searching: %w", err)
		}
		if id == nil {
			continue
		}
		number := id.Value()
		for j := len(part.starts) - 1; j >= 0; j-- {
			if part.starts[j] <= number {
				return place{i, j, uint32(number - part.starts[j])}, nil
			}
		}
	}
	return place{}, fmt.Errorf("%w: %q", ErrNoRecord, record)
}

// profile is what a text is about: its words by weight.
type profile struct {
	weights map[string]float64
	length  float64
}

// weigher knows the idf of words; it asks each once.
type weigher struct {
	p     *pass
	all   uint64
	known map[string]float64
}

func (w *weigher) idf(term string) (float64, error) {
	if v, ok := w.known[term]; ok {
		return v, nil
	}
	n, err := w.p.frequency(fieldWords, term)
	if err != nil {
		return 0, err
	}
	w.known[term] = idf(n, w.all)
	return w.known[term], nil
}

func (w *weigher) profile(text string) (profile, error) {
	out := profile{weights: make(map[string]float64)}
	a := w.p.ix.analyzer
	count := make(map[string]int)
	for _, t := range a.words(nil, a.fold(text).text) {
		if tells(t.term) {
			count[t.term]++
		}
	}
	for term, n := range count {
		weight, err := w.idf(term)
		if err != nil {
			return out, err
		}
		weight *= 1 + math.Log(float64(n))
		out.weights[term] = weight
		out.length += weight * weight
	}
	out.length = math.Sqrt(out.length)
	return out, nil
}

func (a profile) cosine(b profile) float64 {
	if a.length == 0 || b.length == 0 {
		return 0
	}
	sum := 0.0
	for term, weight := range a.weights {
		sum += weight * b.weights[term]
	}
	return sum / (a.length * b.length)
}

func (p *pass) similar(record string, n int, q *Query) ([]Hit, error) {
	self, err := p.find(record)
	if err != nil {
		return nil, err
	}
	r, w := p.reader(), &weigher{p, p.size(), make(map[string]float64)}
	text, err := r.text(self)
	if err != nil {
		return nil, err
	}
	about, err := w.profile(text)
	if err != nil {
		return nil, err
	}
	terms := make([]string, 0, len(about.weights))
	for term := range about.weights {
		terms = append(terms, term)
	}
	slices.SortFunc(terms, func(a, b string) int {
		return cmp.Or(cmp.Compare(about.weights[b], about.weights[a]), cmp.Compare(a, b))
	})
	terms = terms[:min(len(terms), similarTerms)]
	list, err := p.sharing(terms, about, self)
	if err != nil {
		return nil, err
	}
	own, exact, ownOK, tokens := sketchOf(text, p.ix.analyzer, nil)
	hits := []Hit{}
	for i, c := range list {
		if i%32 == 0 && p.ctx.Err() != nil {
			return nil, p.ctx.Err()
		}
		d, seq, err := r.document(c.at)
		if err != nil {
			return nil, err
		}
		d.Subjects = nil
		other, err := w.profile(d.Text)
		if err != nil {
			return nil, err
		}
		hit := Hit{Document: d, Seq: seq, Score: about.cosine(other)}
		s, same, ok, reuse := sketchOf(d.Text, p.ix.analyzer, tokens)
		tokens = reuse
		hit.NearDuplicate = same == exact || ok && ownOK && s.likeness(&own) >= alike
		hits = append(hits, hit)
	}
	slices.SortStableFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Document.Record, b.Document.Record))
	})
	hits = hits[:min(len(hits), n)]
	// What both have is marked.
	for i := range hits {
		d := hits[i].Document
		hits[i].Fragments = fragments(d.Text, p.ix.analyzer.highlight(d.Text, []mark{{words: setOf(terms)}}), q.FragmentSize, q.Fragments)
	}
	return hits, nil
}

// sharing returns the documents with most of the terms, by weight.
func (p *pass) sharing(terms []string, about profile, self place) ([]candidate, error) {
	b := best{size: similarBest}
	for i := range p.s.parts {
		for j, segment := range p.s.parts[i].segments {
			if p.ctx.Err() != nil {
				return nil, p.ctx.Err()
			}
			dict, err := segment.Segment().Dictionary(fieldWords)
			if err != nil {
				return nil, fmt.Errorf("search index: %w", err)
			}
			cols := p.cols[i][j]
			scores := make([]float32, cols.size)
			for _, term := range terms {
				list, err := dict.PostingsList([]byte(term), segment.Deleted(), nil)
				if err != nil {
					return nil, fmt.Errorf("search index: %w", err)
				}
				for docs := list.Iterator(false, false, false, nil); ; {
					posting, err := docs.Next()
					if err != nil {
						return nil, fmt.Errorf("search index: %w", err)
					}
					if posting == nil {
						break
					}
					scores[posting.Number()] += float32(about.weights[term])
				}
			}
			if self.part == i && self.segment == j {
				scores[self.doc] = 0
			}
			for doc, score := range scores {
				if score > 0 {
					c := candidate{rank: sortable(float64(score)), time: cols.time[doc], key: cols.key[doc], at: place{i, j, uint32(doc)}}
					b.offer(c)
				}
			}
		}
	}
	slices.SortFunc(b.found, compareCandidates)
	return b.found, nil
}
