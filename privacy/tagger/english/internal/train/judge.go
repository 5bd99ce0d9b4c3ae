package main

import (
	"log"

	"qingting/privacy/tagger/internal/words"
)

// judge counts strict spans on rows that were not learnt from.
func judge(m *words.Model, rows []row) {
	r, c := words.NewReader(m.Lexicon), &words.Chain{Trans: &m.Trans}
	c.Prepare()
	var gold, found, right [4]int
	var keys [words.Features]uint64
	for _, x := range rows {
		for _, s := range sentences(r, x) {
			r.Tokens = append(r.Tokens[:0], s.tokens...)
			r.Prepare()
			c.Resize(len(s.tokens))
			for i := range s.tokens {
				r.Keys(i, &keys)
				m.Sum(&keys, &c.Units[i])
			}
			got := make([]words.Label, len(s.tokens))
			c.Best(got)
			want := map[words.Span]bool{}
			for _, sp := range words.Spans(s.gold, nil) {
				want[sp] = true
				gold[sp.Of]++
			}
			for _, sp := range words.Spans(got, nil) {
				found[sp.Of]++
				if want[sp] {
					right[sp.Of]++
				}
			}
		}
	}
	for e, name := range [...]string{"persons", "addresses", "organisations", "places"} {
		p, r := float64(right[e])/float64(max(found[e], 1)), float64(right[e])/float64(max(gold[e], 1))
		log.Printf("held out %-13s P %.3f R %.3f F1 %.3f (%d)", name, p, r, 2*p*r/max(p+r, 1e-9), gold[e])
	}
}
