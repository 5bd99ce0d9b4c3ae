package name

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// share is how a phrase lies in one cluster.
type share struct {
	inside, all         int
	precision, coverage float64
}

// share counts the customers at places, in cluster n and in all.
func (c *corpus) share(places []int32, n int32) share {
	var s share
	last, lastIn := int32(-1), int32(-1)
	for _, p := range places {
		who := c.customer[p]
		if who != last {
			last = who
			s.all++
		}
		if c.cluster[p] == n && who != lastIn {
			lastIn = who
			s.inside++
		}
	}
	if s.all > 0 {
		s.precision = float64(s.inside) / float64(s.all)
	}
	s.coverage = float64(s.inside) / float64(max(c.customers[n], 1))
	return s
}

// coverageWeight is how much coverage counts against precision, of 1.
const coverageWeight = 0.6

// fit joins precision and coverage: their weighted geometric mean.
func fit(s share) float64 {
	return math.Pow(s.precision, 1-coverageWeight) * math.Pow(s.coverage, coverageWeight)
}

// together returns the places where all telling words stand.
func (c *corpus) together(list []phrase, words []int32) []int32 {
	var out []int32
	for _, w := range words {
		if c.words[w].class == glue {
			continue
		}
		if out == nil {
			out = slices.Clone(list[w].places)
			continue
		}
		out = intersect(out, list[w].places)
	}
	return out
}

// intersect keeps of a what b holds too; both rise.
func intersect(a, b []int32) []int32 {
	n, j := 0, 0
	for _, x := range a {
		for j < len(b) && b[j] < x {
			j++
		}
		if j < len(b) && b[j] == x {
			a[n] = x
			n++
		}
	}
	return a[:n]
}

// vectors holds what clusters say: tf-idf over telling words.
type vectors struct {
	idf      []float64
	centroid [][]float64 // cluster → word → weight, of length 1
}

func (c *corpus) vectors(list []phrase) *vectors {
	v := &vectors{idf: make([]float64, len(c.words)), centroid: make([][]float64, len(c.numbers))}
	for w := range c.words {
		if k := c.words[w].class; k == content || k == short {
			v.idf[w] = math.Log(float64(len(c.order)+1) / float64(len(list[w].places)+1))
		}
	}
	for n := range v.centroid {
		v.centroid[n] = make([]float64, len(c.words))
	}
	for place := range c.order {
		if n := c.cluster[place]; n >= 0 {
			v.add(c, v.centroid[n], place)
		}
	}
	for _, x := range v.centroid {
		unit(x)
	}
	return v
}

// add adds the unit vector of a document to sum.
func (v *vectors) add(c *corpus, sum []float64, place int) {
	norm := 0.0
	items := c.items[c.first[place]:c.first[place+1]]
	for _, it := range items {
		if it.word != stop {
			norm += v.idf[it.word] * v.idf[it.word]
		}
	}
	if norm == 0 {
		return
	}
	norm = 1 / math.Sqrt(norm)
	for _, it := range items {
		if it.word != stop {
			sum[it.word] += v.idf[it.word] * norm
		}
	}
}

func unit(x []float64) {
	norm := 0.0
	for _, a := range x {
		norm += a * a
	}
	if norm == 0 {
		return
	}
	norm = 1 / math.Sqrt(norm)
	for i := range x {
		x[i] *= norm
	}
}

// most documents that relevance looks at.
const relevanceSample = 400

// relevance is the cosine between what is said beside a phrase and what the
// cluster says, the phrase's own words apart.
func (v *vectors) relevance(c *corpus, places, words []int32, n int32) float64 {
	sum := make([]float64, len(c.words))
	step := max(1, len(places)/relevanceSample)
	for i := 0; i < len(places); i += step {
		v.add(c, sum, int(places[i]))
	}
	dot, a, b := 0.0, 0.0, 0.0
	for w, x := range sum {
		y := v.centroid[n][w]
		if slices.Contains(words, int32(w)) {
			continue
		}
		dot += x * y
		a += x * x
		b += y * y
	}
	if dot == 0 {
		return 0
	}
	return dot / math.Sqrt(a*b)
}

// candidate is a phrase as the name of a cluster.
type candidate struct {
	phrase  int32
	cluster int32
	text    string
	share
	score float64
}

// shortlist is how many candidates of a cluster are weighed in full.
const shortlist = 60

// candidates returns names for cluster n, the best first.
func (c *corpus) candidates(list []phrase, v *vectors, n int32, k int) []candidate {
	var out []candidate
	central := c.central(list, n, k)
	for i := range list {
		p := &list[i]
		if !p.good {
			continue
		}
		form := c.form(list, p.words)
		if p.apart {
			form *= 0.85 // side by side is what customers said
		}
		if form == 0 || c.share(p.places, n).inside < k {
			continue
		}
		s := c.share(c.together(list, p.words), n)
		out = append(out, candidate{phrase: int32(i), cluster: n, share: s, score: fit(s) * form * central(p.words) * c.telling(list, p.words, n)})
	}
	byScore := func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.phrase, b.phrase))
	}
	slices.SortFunc(out, byScore)
	out = out[:min(len(out), shortlist)]
	for i := range out {
		p := &list[out[i].phrase]
		out[i].text = c.text(p.words)
		out[i].score *= v.relevance(c, p.places, p.words, n)
	}
	slices.SortFunc(out, byScore)
	return out
}

// central returns how central the most central word of a phrase is to cluster
// n: its c-TF-IDF as a share of the greatest there, from 0.25 on.
func (c *corpus) central(list []phrase, n int32, k int) func([]int32) float64 {
	weights := map[int32]float64{}
	greatest := 0.0
	for _, t := range c.telltales(list, n, k) {
		if nameless(&c.words[t.phrase]) {
			continue
		}
		weights[t.phrase] = t.score
		greatest = max(greatest, t.score)
	}
	return func(words []int32) float64 {
		most := 0.0
		for _, w := range words {
			most = max(most, weights[w])
		}
		if greatest == 0 {
			return 1
		}
		return 0.25 + 0.75*most/greatest
	}
}

// telling is how far the words of a phrase tell cluster n from the others: 1
// when all stand there twice as often, less when only some do (宽带 in 宽带报修),
// little when none does.
func (c *corpus) telling(list []phrase, words []int32, n int32) float64 {
	least, most := 1.0, 0.1
	for _, w := range words {
		if c.words[w].class == glue || c.words[w].class == denial {
			continue
		}
		s := c.share(list[w].places, n)
		here := (float64(s.inside) + 0.5) / float64(c.customers[n]+1)
		there := (float64(s.all-s.inside) + 0.5) / float64(max(c.all-c.customers[n], 0)+1)
		x := math.Log2(here / there)
		least, most = min(least, x), max(most, x)
	}
	return math.Sqrt(min(most, 1) * max(least, 0.25))
}

// everywhere is the share of all customers from which a word names nothing: the
// name of the house in feedback about the house.
const everywhere = 0.35

// house says whether a word is the name of the house, of another or of a place.
func (c *corpus) house(list []phrase, n int32) bool {
	w := &c.words[n]
	return w.tag == "ns" || w.tag == "nt" || houses[w.text] || list[n].customers > max(int(everywhere*float64(c.all)), 20)
}

// form is how well words are made for a name, 0 to 1; 0 is not at all.
func (c *corpus) form(list []phrase, words []int32) float64 {
	size := utf8.RuneCountInString(c.text(words))
	latin := c.words[words[0]].latin
	f := 1.0
	switch {
	case latin:
		f = [...]float64{0, 0, 0.9, 1, 0.95, 0.85}[len(words)]
		if len(words) == 2 && c.words[words[1]].text == particle {
			f = 0.6 // follow up: what?
		}
	case size < 3 || size > 8:
		return 0
	case len(words) == 1:
		f = 0.65 // a phrase of the lexicon: 打不通 says less than 热线打不通
	default:
		f = [...]float64{3: 0.7, 4: 1, 5: 1, 6: 1, 7: 0.95, 8: 0.9}[size]
	}
	thing, act, hollow := false, false, false
	bare := 0 // telling words that are no name of the house
	for _, n := range words {
		w := &c.words[n]
		switch {
		case w.class == glue:
			if w.tag == "r" {
				f *= 0.3 // 住这个酒店: a name points at nothing
			}
			continue
		case c.house(list, n):
			f *= 0.2
			continue
		case vague[w.text]:
			hollow = true
			continue
		case actor(w):
			f *= 0.6
			continue
		case bystanders[w.text]:
			continue
		}
		bare++
		thing = thing || w.thing()
		act = act || w.act() || heads[w.text] || w.class == denial
	}
	if hollow {
		f *= 0.6
	}
	if c.repeats(words) {
		f *= 0.3 // 吃难吃
	}
	if light[c.words[words[0]].text] {
		f *= 0.4
	}
	switch {
	case bare == 0 && (latin || !hollow || len(words) == 1):
		return 0 // the house alone, or with an empty word, or who is to act
	case bare == 0:
		f *= 0.5
	case c.words[words[0]].class == denial && !thing && len(words) == 2:
		f *= 0.3 // 不显示, 不解决: of what?
	}
	switch {
	case latin || thing && act || len(words) == 1 && act:
	case act:
		f *= 0.8
	default:
		f *= 0.55 // a thing, and nothing that is wrong with it
	}
	return f
}

// repeats says whether one of two words holds the other: 吃难吃.
func (c *corpus) repeats(words []int32) bool {
	for i, a := range words {
		for _, b := range words[i+1:] {
			x, y := c.words[a].text, c.words[b].text
			if x != y && !c.words[a].latin && c.words[a].class != denial && c.words[b].class != denial && (strings.Contains(x, y) || strings.Contains(y, x)) {
				return true
			}
		}
	}
	return false
}
