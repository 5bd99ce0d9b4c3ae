package search

import "os"

// nonlinear are the changes to try of the weights that are not linear, one after another.
func nonlinear() (list []func(*rankWeights)) {
	if os.Getenv("QINGTING_TUNE") == "linear" {
		return []func(*rankWeights){func(*rankWeights) {}}
	}
	for _, v := range []float64{1, 1.5, 2} {
		list = append(list, func(w *rankWeights) { w.Power = v })
	}
	for _, v := range []float64{.6, 1.2, 2} {
		list = append(list, func(w *rankWeights) { w.K1 = v })
	}
	for _, v := range []float64{.3, .5, .75, 1} {
		list = append(list, func(w *rankWeights) { w.B = v })
	}
	for _, v := range []float64{10, 16, 24, 40} {
		list = append(list, func(w *rankWeights) { w.Short = v })
	}
	return list
}

// ascend changes one linear weight at a time for the better.
func ascend(w rankWeights, value func(rankWeights) float64) rankWeights {
	best := value(w)
	for {
		before := best
		for _, weight := range []func(*rankWeights) *float64{
			func(w *rankWeights) *float64 { return &w.Grams },
			func(w *rankWeights) *float64 { return &w.Cosine },
			func(w *rankWeights) *float64 { return &w.Runs },
			func(w *rankWeights) *float64 { return &w.Exact },
			func(w *rankWeights) *float64 { return &w.Order },
			func(w *rankWeights) *float64 { return &w.Coverage },
			func(w *rankWeights) *float64 { return &w.Pairs },
			func(w *rankWeights) *float64 { return &w.Same },
			func(w *rankWeights) *float64 { return &w.Chars },
			func(w *rankWeights) *float64 { return &w.Even.Cosine },
			func(w *rankWeights) *float64 { return &w.Even.Same },
			func(w *rankWeights) *float64 { return &w.Even.Chars },
			func(w *rankWeights) *float64 { return &w.Even.Alike },
			func(w *rankWeights) *float64 { return &w.Even.Said },
			func(w *rankWeights) *float64 { return &w.Even.Words },
			func(w *rankWeights) *float64 { return &w.Even.Length },
		} {
			tried := []float64{.1, .3, 1, 3}
			if v := *weight(&w); v > 0 {
				tried = []float64{0, .5 * v, .7 * v, .85 * v, 1.2 * v, 1.45 * v, 2 * v}
			}
			for _, v := range tried {
				next := w
				*weight(&next) = v
				if got := value(next); got > best+1e-5 {
					best, w = got, next
				}
			}
		}
		if best-before < 1e-4 {
			return w
		}
	}
}
