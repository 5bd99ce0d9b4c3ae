package discover

import "testing"

func BenchmarkFit3000(b *testing.B) {
	docs, _ := planted(chinese, chineseFiller, "，", 1000, 1)
	seg := segmenter(b)
	for b.Loop() {
		if _, err := Fit(b.Context(), docs, Options{Segmenter: seg, K: 10}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(docs)*b.N)/b.Elapsed().Seconds(), "docs/s")
}

func BenchmarkAssign(b *testing.B) {
	docs, _ := planted(chinese, chineseFiller, "，", 200, 1)
	res, err := Fit(b.Context(), docs, Options{Segmenter: segmenter(b), K: 10, Runs: 1})
	if err != nil {
		b.Fatal(err)
	}
	a := res.Model.Assigner()
	i := 0
	for b.Loop() {
		a.Assign(docs[i%len(docs)].Text)
		i++
	}
}
