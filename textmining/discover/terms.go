package discover

import (
	"cmp"
	"math"
	"slices"
)

// Term is a word that tells a cluster from the others.
type Term struct {
	Text  string
	Score float64 // c-TF-IDF, comparable within one cluster
	Docs  int     // different documents of the cluster that hold it
}

// maxTerms is how many terms a cluster has at most.
const maxTerms = 20

// terms ranks the words of each cluster by c-TF-IDF: the share of the cluster's
// words, times the logarithm of the mean cluster length over the word's count
// in all (Grootendorst 2022).
func (f *fitting) terms(assign []int32, k int) [][]Term {
	words, docs := make([]float64, len(f.features)*k), make([]int, len(f.features)*k)
	length := make([]float64, k)
	all := make([]float64, len(f.features))
	for d, c := range assign {
		index, _ := f.counts.Row(d)
		for _, j := range index {
			if f.features[j][0] == pairMark {
				continue
			}
			words[int(j)*k+int(c)]++
			docs[int(j)*k+int(c)]++
			length[c]++
			all[j]++
		}
	}
	mean := 0.0
	for _, n := range length {
		mean += n / float64(max(k, 1))
	}
	out := make([][]Term, k)
	for c := range k {
		var found []Term
		for j, feature := range f.features {
			if n := words[j*k+c]; n > 0 {
				found = append(found, Term{feature, n / length[c] * math.Log(1+mean/all[j]), docs[j*k+c]})
			}
		}
		slices.SortFunc(found, func(a, b Term) int {
			return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Text, b.Text))
		})
		out[c] = slices.Clone(found[:min(maxTerms, len(found))])
	}
	return out
}
