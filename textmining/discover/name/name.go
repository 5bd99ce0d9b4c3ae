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
		return nameless(&c.words[x.phrase])
	})
	phrases := slices.DeleteFunc(slices.Clone(o.Phrases), func(p Phrase) bool {
		return vague[p.Text] || houses[p.Text] || bystanders[p.Text] || actors[p.Text]
	})
	if len(phrases) < 2 {
		phrases = o.Phrases
	}
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
	case len(phrases) == 1: // alone it says little: with the word that tells most beside it
		o.Name, o.Composed, o.Precision, o.Coverage = phrases[0].Text, true, phrases[0].Precision, phrases[0].Coverage
		for _, x := range words {
			if !kindred(x.text, o.Name) {
				o.Name += joint(o.Name) + x.text
				break
			}
		}
		for taken[o.Name] && len(words) > 0 {
			o.Name += joint(o.Name) + words[len(words)-1].text
		}
		taken[o.Name] = true
	case len(phrases) > 1:
		for i := range phrases { // side by side, though nobody said them together
			p := &phrases[i]
			name := p.Text
			for _, next := range phrases[i+1:] {
				if !kindred(p.Text, next.Text) {
					name += joint(name) + next.Text
					break
				}
			}
			if !taken[name] {
				o.Name, o.Composed, o.Precision, o.Coverage = name, true, p.Precision, p.Coverage
				taken[name] = true
				return
			}
		}
	}
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
