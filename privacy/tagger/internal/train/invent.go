package main

import (
	"math"
	"math/rand/v2"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"qingting/privacy/internal/lexicon"
	"qingting/privacy/internal/surname"
	"qingting/privacy/tagger/internal/sequence"
)

// inventor makes up names, so that what is learnt is how names are made and
// not which names the sets happen to hold.
type inventor struct {
	rnd              *rand.Rand
	common, rare     *urn // surnames by their share of the population, and all alike
	single, mid, end *urn // given names by place
}

// urn draws strings by weight.
type urn struct {
	values []string
	upto   []float64
}

func (u *urn) add(v string, weight float64) {
	last := 0.0
	if n := len(u.upto); n > 0 {
		last = u.upto[n-1]
	}
	u.values, u.upto = append(u.values, v), append(u.upto, last+weight)
}

// addGiven adds a character of given names; those that hardly anybody chose are
// chance finds of the table, and left out.
func (u *urn) addGiven(r rune, logp float32, share float64) {
	if logp > -9 {
		u.add(string(r), math.Exp(float64(logp))*share)
	}
}

func (u *urn) draw(rnd *rand.Rand) string {
	x := rnd.Float64() * u.upto[len(u.upto)-1]
	return u.values[sort.SearchFloat64s(u.upto, x)]
}

func newInventor() *inventor {
	v := &inventor{rand.New(rand.NewPCG(3, 5)), &urn{}, &urn{}, &urn{}, &urn{}, &urn{}}
	lex := lexicon.Shared()
	none := lex.GivenOf(0)
	for r := rune(0x4e00); r < 0xa000; r++ {
		if s := lex.Surnames.Of(r); s.Kind != surname.None {
			v.common.add(string(r), math.Exp(s.LogP))
			weight := 1.0
			if s.Kind == surname.Function {
				weight = 0.1
			}
			v.rare.add(string(r), weight)
		}
		g := lex.GivenOf(r)
		if g == none {
			continue
		}
		share := 1.0
		if lex.GivenOne(r) < g.Single-5 { // a word of grammar
			share = 0.02
		}
		v.single.addGiven(r, g.Single, share)
		v.mid.addGiven(r, g.Mid, share)
		v.end.addGiven(r, g.Last, share)
	}
	for _, s := range lex.Surnames.Compounds() {
		v.common.add(s, math.Exp(-7.8))
		v.rare.add(s, 1)
	}
	return v
}

func (v *inventor) name() string {
	family := v.common
	if v.rnd.IntN(2) == 0 {
		family = v.rare
	}
	if v.rnd.IntN(4) == 0 {
		return family.draw(v.rnd) + v.single.draw(v.rnd)
	}
	return family.draw(v.rnd) + v.mid.draw(v.rnd) + v.end.draw(v.rnd)
}

// renamed copies a row with other names in the place of its Chinese ones; ok
// says whether there was one.
func (v *inventor) renamed(r row) (out row, ok bool) {
	var b strings.Builder
	out = row{set: r.set, fold: r.fold}
	last := 0
	given := map[string]string{} // one person has one name
	for _, s := range r.spans {
		if s.from < last {
			return row{}, false
		}
		b.WriteString(r.text[last:s.from])
		value := r.text[s.from:s.to]
		if s.kind == sequence.Person && !s.maybe && chinese(value) {
			if given[value] == "" {
				given[value] = v.name()
			}
			value, ok = given[value], true
		}
		from := b.Len()
		b.WriteString(value)
		out.spans = append(out.spans, span{from, b.Len(), s.kind, s.maybe})
		last = s.to
	}
	b.WriteString(r.text[last:])
	out.text = b.String()
	return out, ok
}

// chinese says that a value is a surname and a given name.
func chinese(value string) bool {
	n := utf8.RuneCountInString(value)
	first, _ := utf8.DecodeRuneInString(value)
	return (n == 2 || n == 3) && lexicon.Shared().Surnames.Of(first).Kind != surname.None &&
		strings.IndexFunc(value, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) < 0
}
