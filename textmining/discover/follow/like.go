package follow

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"math"
	"slices"
)

const (
	sampleSize   = 256 // document ids kept of a theme
	maxTerms     = 50
	fullEvidence = 30   // shared documents from which documents weigh in full
	documentPart = 0.7  // of likeness, then
	minLike      = 0.25 // less is no match
)

func sampleHash(document string) string {
	sum := sha256.Sum256([]byte(document))
	return hex.EncodeToString(sum[:8])
}

func sampleOf(documents []string) Sample {
	hashes := make([]string, len(documents))
	for i, d := range documents {
		hashes[i] = sampleHash(d)
	}
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	n := len(hashes)
	return Sample{Size: n, Hashes: slices.Clone(hashes[:min(n, sampleSize)])}
}

// heaviest keeps the heaviest terms, as shares that sum to 1.
func heaviest(terms map[string]float64) map[string]float64 {
	keys := slices.DeleteFunc(slices.Collect(maps.Keys(terms)), func(t string) bool { return !(terms[t] > 0) })
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(terms[b], terms[a]), cmp.Compare(a, b))
	})
	keys = keys[:min(len(keys), maxTerms)]
	sum := 0.0
	for _, t := range keys {
		sum += terms[t]
	}
	out := make(map[string]float64, len(keys))
	for _, t := range keys {
		out[t] = math.Round(terms[t]/sum*1e6) / 1e6
	}
	return out
}

// alike is 1 − the Jensen–Shannon divergence of two distributions, in bits: 1
// for the same, 0 for nothing in common.
func alike(a, b map[string]float64) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	both := 0.0
	for _, t := range slices.Sorted(maps.Keys(a)) {
		p, q := a[t], b[t]
		if q == 0 {
			continue
		}
		m := (p + q) / 2
		both += (p*math.Log2(m/p) + q*math.Log2(m/q)) / 2
	}
	// terms of one side alone add their share ÷ 2 in bits of log2(p/(p/2)) = 1
	alone := 0.0
	for _, t := range slices.Sorted(maps.Keys(a)) {
		if b[t] == 0 {
			alone += a[t] / 2
		}
	}
	for _, t := range slices.Sorted(maps.Keys(b)) {
		if a[t] == 0 {
			alone += b[t] / 2
		}
	}
	return min(1, max(0, 1-(alone-both)))
}

// flow is how documents of earlier themes lie in a new fit.
type flow struct {
	present []int       // theme → of its sample, what the fit holds
	left    []float64   // theme → documents that the fit holds, estimated from the sample
	moved   [][]float64 // theme → cluster → documents, estimated from the sample
	from    []float64   // cluster → documents known from the last fit
}

// flows follows the samples of themes, and of the others, into clusters;
// where maps a hash to its cluster, −1 for none.
func flows(themes []*Theme, others Sample, where map[string]int, clusters int) flow {
	f := flow{from: make([]float64, clusters)}
	follow := func(s Sample) (int, []float64) {
		to := make([]float64, clusters)
		present := 0
		for _, h := range s.Hashes {
			j, ok := where[h]
			if !ok {
				continue
			}
			present++
			if j >= 0 {
				to[j] += float64(s.Size) / float64(len(s.Hashes))
			}
		}
		return present, to
	}
	for _, t := range themes {
		present, to := follow(t.Sample)
		f.present = append(f.present, present)
		f.moved = append(f.moved, to)
		f.left = append(f.left, float64(present)*float64(t.Sample.Size)/float64(max(len(t.Sample.Hashes), 1)))
		for j, x := range to {
			f.from[j] += x
		}
	}
	_, to := follow(others)
	for j, x := range to {
		f.from[j] += x
	}
	return f
}

// family lets a theme that was split stand for all its parts: a cluster that
// holds them together is the theme, to be dealt out anew.
func (f *flow) family(themes []*Theme) {
	for i, parent := range themes {
		if !parent.Split {
			continue
		}
		for k, child := range themes {
			if child.Of != parent.ID {
				continue
			}
			f.present[i] += f.present[k]
			f.left[i] += f.left[k]
			for j, x := range f.moved[k] {
				f.moved[i][j] += x
			}
		}
	}
}

// forward is the share of theme i that went to cluster j, of what is left of it.
func (f *flow) forward(i, j int) float64 {
	if f.left[i] == 0 {
		return 0
	}
	return f.moved[i][j] / f.left[i]
}

// back is the share of cluster j that came from theme i, of what is known of it.
func (f *flow) back(i, j int) float64 {
	if f.from[j] == 0 {
		return 0
	}
	return min(1, f.moved[i][j]/f.from[j])
}

// like joins documents and terms.
func (f *flow) like(i, j int, t *Theme, terms map[string]float64) float64 {
	words := alike(t.Terms, terms)
	w := documentPart * min(1, float64(f.present[i])/fullEvidence)
	return w*math.Sqrt(f.forward(i, j)*f.back(i, j)) + (1-w)*words
}
