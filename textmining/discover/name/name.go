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
	for _, x := range all {
		o := &out[x.cluster]
		key := c.sameness(list[x.phrase].words)
		if o.Name != "" || taken[key] || taken[x.text] {
			continue
		}
		taken[key], taken[x.text] = true, true
		o.Name, o.Score, o.Precision, o.Coverage = x.text, round(x.score), round(x.precision), round(x.coverage)
	}
	for n := range out {
		o := &out[n]
		if o.Withheld {
			continue
		}
		o.Phrases = c.phrases(list, int32(n), cfg)
		if o.Name == "" {
			c.compose(list, o, int32(n), cfg.K, taken)
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

// compose names a cluster that says no phrase in common by the two words that
// tell most and stand in texts of at least k of its customers together, or by
// its first two key phrases.
func (c *corpus) compose(list []phrase, o *Cluster, n int32, k int, taken map[string]bool) {
	words := slices.DeleteFunc(c.telltales(list, n, k), func(x candidate) bool {
		w := &c.words[x.phrase]
		return vague[w.text] || houses[w.text] || w.tag == "ns" || w.tag == "nt"
	})
	best := 0.0
	var first, second int32
	for i, a := range words {
		for _, b := range words[i+1:] {
			pair := []int32{a.phrase, b.phrase}
			s := c.share(c.together(list, pair), n)
			if score := fit(s) * min(a.score, b.score); s.inside >= k && score > best && !taken[c.sameness(pair)] {
				best, first, second = score, a.phrase, b.phrase
				o.Precision, o.Coverage = round(s.precision), round(s.coverage)
			}
		}
	}
	switch {
	case best > 0:
		o.Name, o.Composed = c.words[first].text+" · "+c.words[second].text, true
		taken[c.sameness([]int32{first, second})] = true
	case len(o.Phrases) > 0:
		joint := "、"
		if r, _ := utf8.DecodeRuneInString(o.Phrases[0].Text); r < 0x2E80 {
			joint = " / "
		}
		for i := range o.Phrases { // side by side, though nobody said them together
			p := &o.Phrases[i]
			name := p.Text
			if i+1 < len(o.Phrases) {
				name += joint + o.Phrases[i+1].Text
			}
			if !taken[name] {
				o.Name, o.Composed, o.Precision, o.Coverage = name, true, p.Precision, p.Coverage
				taken[name] = true
				return
			}
		}
	}
}
