package learn

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// themed makes rows of about length characters under as many labels, each with
// words of its own among words of all.
func themed(rows, labels, length int, seed uint64) []Row {
	rng := rand.New(rand.NewPCG(seed, 3))
	const first = 0x4e00
	var out []Row
	for i := range rows {
		label := i % labels
		var b strings.Builder
		for b.Len() < 3*length {
			at := first + rng.IntN(3000)
			if rng.IntN(3) == 0 {
				at = first + 3000 + 40*label + rng.IntN(40)
			}
			b.WriteRune(rune(at))
			b.WriteRune(rune(at + 1))
		}
		out = append(out, Row{Text: b.String(), Labels: []string{fmt.Sprintf("label %03d", label)}})
	}
	return out
}

// BenchmarkScore44 is one text of 100 characters under 44 labels, cut already.
func BenchmarkScore44(b *testing.B) {
	m := trained(b, themed(4400, 44, 100, 1), Options{})
	test := themed(440, 44, 100, 2)
	seg := testSegmenter(b)
	tokens := seg.AppendTokens(nil, test[0].Text)
	var sc Scratch
	b.ReportAllocs()
	for b.Loop() {
		m.ScoreTokens(test[0].Text, tokens, &sc)
	}
}

// BenchmarkTrain is 2,000 rows of 50 characters under 20 labels.
func BenchmarkTrain(b *testing.B) {
	rows := themed(2000, 20, 50, 1)
	seg := testSegmenter(b)
	for b.Loop() {
		if _, err := Train(context.Background(), rows, Options{Segmenter: seg, Workers: 1}); err != nil {
			b.Fatal(err)
		}
	}
}
