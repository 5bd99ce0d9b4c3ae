// Package baseline is the classifier that every other has to beat: what
// scikit-learn's TfidfVectorizer(analyzer="char", ngram_range=(1, 3)) and
// LinearSVC() do with their defaults, to the letter.
//
//	features := baseline.NewVectoriser(texts)
//	vector := features.Vector(text)
//
// Lower case; two or more white space characters become one space; n-grams of
// one to three code points; raw term frequency; idf ln((1+n)/(1+df))+1; one L2
// norm. Features that no training text has are passed over. It exists to be
// compared with, not to be served: it is neither small nor fast.
package baseline

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// Vectoriser is a fitted TfidfVectorizer.
type Vectoriser struct {
	place map[[3]rune]int32
	idf   []float64
}

// Term is one entry of a sparse vector.
type Term struct {
	Feature int32
	Value   float32
}

// NewVectoriser fits the vocabulary and the document frequencies of texts.
func NewVectoriser(texts []string) *Vectoriser {
	v := &Vectoriser{place: map[[3]rune]int32{}}
	var frequency []int
	for _, text := range texts {
		for g := range count(text) {
			f, ok := v.place[g]
			if !ok {
				f = int32(len(frequency))
				v.place[g] = f
				frequency = append(frequency, 0)
			}
			frequency[f]++
		}
	}
	v.idf = make([]float64, len(frequency))
	for f, n := range frequency {
		v.idf[f] = math.Log(float64(1+len(texts))/float64(1+n)) + 1
	}
	return v
}

// Features is the size of the vocabulary.
func (v *Vectoriser) Features() int { return len(v.idf) }

// Vector returns the terms of text, ascending by feature, of length one.
func (v *Vectoriser) Vector(text string) []Term {
	var out []Term
	for g, n := range count(text) {
		if f, ok := v.place[g]; ok {
			out = append(out, Term{f, float32(float64(n) * v.idf[f])})
		}
	}
	slices.SortFunc(out, func(a, b Term) int { return int(a.Feature - b.Feature) })
	square := 0.0
	for _, t := range out {
		square += float64(t.Value) * float64(t.Value)
	}
	for i := range out {
		out[i].Value = float32(float64(out[i].Value) / math.Sqrt(square))
	}
	return out
}

// count returns the n-grams of text, as the analyzer "char" sees them.
func count(text string) map[[3]rune]int {
	runes := collapse([]rune(strings.ToLower(text)))
	grams := make(map[[3]rune]int, 3*len(runes))
	for i := range runes {
		g := [3]rune{-1, -1, -1}
		for n := 0; n < 3 && i+n < len(runes); n++ {
			g[n] = runes[i+n]
			grams[g]++
		}
	}
	return grams
}

// collapse makes one space of each run of two and more white space characters;
// one alone stays what it is, as with the expression \s\s+.
func collapse(runes []rune) []rune {
	out := runes[:0]
	for i := 0; i < len(runes); {
		j := i
		for j < len(runes) && space(runes[j]) {
			j++
		}
		if j-i > 1 {
			out = append(out, ' ')
			i = j
			continue
		}
		out = append(out, runes[i])
		i++
	}
	return out
}

// space is Python's str.isspace, which is unicode.IsSpace and four separators.
func space(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }
