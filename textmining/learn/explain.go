package learn

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf8"

	"qingting/textmining/segment"
)

// Span is a stretch of a text that speaks for a label.
type Span struct {
	Start, End int     // code points of the text, end exclusive
	Weight     float64 // share of all that speaks for the label, 0 to 1
}

// Explain returns the spans of text that speak most for a label, heaviest
// first, at most n. What a feature adds to the score is shared out among the
// characters it covers; a span is a run of words that on balance speak for the
// label. There is none for a label that the model does not have.
func (m *Model) Explain(text, label string, n int) []Span {
	return m.ExplainTokens(text, m.segmenter.AppendTokens(nil, text), label, n, new(Scratch))
}

// ExplainTokens is Explain of a text that has been cut already.
func (m *Model) ExplainTokens(text string, tokens []segment.Token, label string, n int, sc *Scratch) []Span {
	l, ok := slices.BinarySearch(m.labels, label)
	if !ok || n <= 0 {
		return nil
	}
	heat := m.heat(text, tokens, uint16(l), sc)
	spans, whole := warm(tokens, heat)
	slices.SortStableFunc(spans, func(a, b Span) int { return cmp.Compare(b.Weight, a.Weight) })
	spans = spans[:min(n, len(spans))]
	for i := range spans {
		s := &spans[i]
		s.Weight /= whole
		s.Start, s.End = utf8.RuneCountInString(text[:s.Start]), utf8.RuneCountInString(text[:s.End])
	}
	return spans
}

// heat is what each byte of text adds to the score of a label.
func (m *Model) heat(text string, tokens []segment.Token, label uint16, sc *Scratch) []float64 {
	sc.fit(m)
	sc.reader.window = m.window
	sc.reader.read(text, tokens)
	heat := make([]float64, len(text))
	for g := range sc.reader.pieces {
		found := make([]int32, len(sc.reader.pieces[g]))
		for i, p := range sc.reader.pieces[g] {
			if found[i] = m.table[g].find(p.key); found[i] >= 0 && sc.count[found[i]] < math.MaxUint16 {
				sc.count[found[i]]++
			}
		}
		square := 0.0
		for _, f := range found {
			if f >= 0 {
				v := m.occurrence(f, sc)
				square += v * v * float64(sc.count[f]) // once for each time it stands there
			}
		}
		length := float64(m.weight[g]) / math.Sqrt(square) * float64(m.scale[label])
		for i, f := range found {
			if f < 0 {
				continue
			}
			for _, e := range m.entries[m.start[f]:m.start[f+1]] {
				if e.label == label {
					sc.reader.pieces[g][i].warm(heat, m.occurrence(f, sc)*length*float64(e.value))
				}
			}
		}
		for _, f := range found {
			if f >= 0 {
				sc.count[f] = 0
			}
		}
	}
	return heat
}

// occurrence is the share of one occurrence in the value of a feature.
func (m *Model) occurrence(f int32, sc *Scratch) float64 {
	n := sc.count[f]
	return float64(m.idf[f]) * float64(damped(int32(n))) / float64(n)
}

// warm shares v out among the characters of a feature.
func (p *piece) warm(heat []float64, v float64) {
	v /= float64(p.end - p.start + p.near.end - p.near.start)
	for _, s := range [...]span{{p.start, p.end}, p.near} {
		for b := s.start; b < s.end; b++ {
			heat[b] += v
		}
	}
}

// warm joins neighbouring words with positive heat to spans, in bytes, and
// returns the sum of their heat. Punctuation parts spans, and white space does
// unless it follows a Latin word.
func warm(tokens []segment.Token, heat []float64) (spans []Span, whole float64) {
	joined := false
	var last segment.Kind
	for _, t := range tokens {
		sum := 0.0
		for _, h := range heat[t.Start:t.End] {
			sum += h
		}
		if t.Kind == segment.Space && joined && last == segment.Latin {
			continue // the words of a phrase
		}
		last = t.Kind
		if sum <= 0 || t.Kind == segment.Space || t.Kind == segment.Punct {
			joined = false
			continue
		}
		if joined {
			spans[len(spans)-1].End = t.End
			spans[len(spans)-1].Weight += sum
		} else {
			spans = append(spans, Span{t.Start, t.End, sum})
		}
		whole += sum
		joined = true
	}
	return spans, whole
}
