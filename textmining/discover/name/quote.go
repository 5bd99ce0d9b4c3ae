package name

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"qingting/textmining/segment"
)

// Quotes of this many characters are the best; beyond longestQuote there are none.
const (
	idealFrom, idealTo = 10, 80
	longestQuote       = 160
	diversity          = 0.3 // share of unlikeness in what is chosen next
	nearDuplicate      = 0.5 // Jaccard of pairs of characters from which two quotes say the same
	evidenceWeight     = 1.5 // how much rather a quote with the name or a key phrase is shown
	perCluster         = 200 // quotes that compete
)

// passage is a sentence that may be quoted.
type passage struct {
	place int32
	Quote
	words map[int32]float64 // of length 1
	pairs []uint32
}

// quotes chooses sentences of different customers that are close to the centre
// of cluster n and unlike each other: maximal marginal relevance (Carbonell &
// Goldstein 1998), medoid first.
func (c *corpus) quotes(v *vectors, o *Cluster, n int32, cfg Config) []Quote {
	var pool []passage
	for place := range c.order {
		if c.cluster[place] == n {
			if p, ok := c.best(v, o, n, place); ok {
				pool = append(pool, p)
			}
		}
	}
	slices.SortStableFunc(pool, func(a, b passage) int { return cmp.Compare(b.Score, a.Score) })
	pool = pool[:min(len(pool), perCluster)]
	var chosen []passage
	for len(chosen) < cfg.Quotes {
		best, at := math.Inf(-1), -1
		for i := range pool {
			p := &pool[i]
			if p.pairs == nil {
				p.pairs = pairs(c.docs[p.Document].Text[p.Start:p.End])
			}
			like := 0.0
			for j := range chosen {
				if c.customer[chosen[j].place] == c.customer[p.place] || similar(chosen[j].pairs, p.pairs) >= nearDuplicate {
					like = math.Inf(1)
					break
				}
				like = max(like, dot(chosen[j].words, p.words))
			}
			if score := (1-diversity)*p.Score - diversity*like; score > best {
				best, at = score, i
			}
		}
		if at < 0 {
			break
		}
		chosen = append(chosen, pool[at])
		pool = slices.Delete(pool, at, at+1)
	}
	var out []Quote
	for _, p := range chosen {
		p.Quote.Score = round(p.Quote.Score)
		out = append(out, p.Quote)
	}
	return out
}

// best returns the sentence of a document that stands best for cluster n; one
// that is too long gives its best clauses.
func (c *corpus) best(v *vectors, o *Cluster, n int32, place int) (passage, bool) {
	i := c.order[place]
	text := c.docs[i].Text
	best := passage{}
	offer := func(start, end int) {
		size := utf8.RuneCountInString(text[start:end])
		length := 1.0
		switch {
		case size < 4 || size > longestQuote:
			return
		case size < idealFrom:
			length = float64(size) / idealFrom
		case size > idealTo:
			length = idealTo / float64(size)
		}
		words, near := c.nearness(v, n, place, start, end)
		if near == 0 {
			return
		}
		folded := segment.Fold(text[start:end])
		if o.says(folded) {
			near *= evidenceWeight
		}
		if s := min(near*length, 1); s > best.Score {
			best = passage{place: int32(place), Quote: Quote{Document: i, Start: start, End: end, Score: s}, words: words}
		}
	}
	for s := range segment.Sentences(text) {
		if utf8.RuneCountInString(text[s.Start:s.End]) <= longestQuote {
			offer(s.Start, s.End)
			continue
		}
		var clauses []segment.Span
		for cl := range segment.Clauses(text[s.Start:s.End]) {
			clauses = append(clauses, segment.Span{Start: s.Start + cl.Start, End: s.Start + cl.End})
		}
		for a := range clauses {
			for b := a; b < len(clauses) && utf8.RuneCountInString(text[clauses[a].Start:clauses[b].End]) <= idealTo; b++ {
				offer(clauses[a].Start, clauses[b].End)
			}
		}
	}
	return best, best.Score > 0
}

// says reports whether a folded text holds the name or a key phrase.
func (o *Cluster) says(folded string) bool {
	return o.Name != "" && strings.Contains(folded, o.Name) || slices.ContainsFunc(o.Phrases, func(p Phrase) bool { return strings.Contains(folded, p.Text) })
}

// nearness is the cosine of a piece of a document to the centre of cluster n,
// and its words.
func (c *corpus) nearness(v *vectors, n int32, place, start, end int) (map[int32]float64, float64) {
	words := map[int32]float64{}
	norm := 0.0
	for _, it := range c.items[c.first[place]:c.first[place+1]] {
		if it.word == stop || int(it.start) < start || int(it.end) > end || v.idf[it.word] == 0 || words[it.word] != 0 {
			continue
		}
		words[it.word] = v.idf[it.word]
		norm += v.idf[it.word] * v.idf[it.word]
	}
	if norm == 0 {
		return nil, 0
	}
	near := 0.0
	norm = 1 / math.Sqrt(norm)
	for _, it := range c.items[c.first[place]:c.first[place+1]] { // in order of the text, so that sums are the same each time
		if it.word == stop || words[it.word] <= 0 || int(it.start) < start || int(it.end) > end {
			continue
		}
		near += words[it.word] * norm * v.centroid[n][it.word]
		words[it.word] *= -norm
	}
	for w := range words {
		words[w] = math.Abs(words[w])
	}
	return words, near
}
