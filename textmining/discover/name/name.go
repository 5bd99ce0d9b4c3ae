package name

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// Clusters names all clusters of docs, in order of their numbers.
func Clusters(docs []Document, cfg Config) []Cluster {
	cfg = cfg.filled()
	c := read(docs)
	list := c.mine(cfg.K)
	v := c.vectors(list)
	out := make([]Cluster, len(c.numbers))
	var all []candidate
	for n := range out {
		out[n] = Cluster{Number: c.numbers[n], Documents: c.sizes[n], Customers: c.customers[n], Withheld: c.customers[n] < cfg.K}
		if !out[n].Withheld {
			all = append(all, c.candidates(list, v, int32(n), cfg.K)...)
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.cluster, b.cluster))
	})
	taken := map[string]bool{}
	chosen := make([]int32, len(out)) // cluster → the phrase that is its name
	for _, x := range all {
		o := &out[x.cluster]
		key := c.sameness(list[x.phrase].words)
		if o.Name != "" || taken[key] || taken[x.text] {
			continue
		}
		taken[key], taken[x.text] = true, true
		chosen[x.cluster] = x.phrase
		o.Name, o.Score, o.Precision, o.Coverage = x.text, round(x.score), round(x.precision), round(x.coverage)
	}
	for n := range out {
		o := &out[n]
		if o.Withheld {
			continue
		}
		keys := c.keys(list, int32(n), cfg.K)
		o.Phrases = c.phrases(keys, cfg)
		if o.Name == "" {
			c.compose(list, o, int32(n), keys, cfg.K, taken)
		} else {
			c.complete(list, o, &list[chosen[n]], keys, cfg.K, taken)
		}
		o.Quotes = c.quotes(v, o, int32(n), cfg)
	}
	return out
}

// sameness is equal for phrases of the same words in any order.
func (c *corpus) sameness(words []int32) string {
	telling := slices.DeleteFunc(slices.Clone(words), func(w int32) bool { return c.words[w].class == glue })
	slices.Sort(telling)
	b := []byte{}
	for _, w := range telling {
		b = append(b, byte(w), byte(w>>8), byte(w>>16), byte(w>>24))
	}
	return string(b)
}

// joint stands between phrases side by side.
func joint(before string) string {
	if r, _ := utf8.DecodeRuneInString(before); r < 0x2E80 {
		return " / "
	}
	return "、"
}

// kindred says whether two phrases say nearly the same: one begins as the other
// does (overcharges, overcharged), for two thirds of the shorter, or one holds the
// other.
func kindred(a, b string) bool {
	if alike(a, b) {
		return true
	}
	x, y := []rune(a), []rune(b)
	n := 0
	for n < min(len(x), len(y)) && x[n] == y[n] {
		n++
	}
	return n > 3 && 3*n >= 2*min(len(x), len(y))
}
