package main

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"

	"qingting/privacy/internal/surname"
)

// counts are the characters seen at one place of a given name.
type counts struct {
	n     map[rune]float64
	total float64
}

func (c *counts) add(r rune, w float64) {
	c.n[r] += w
	c.total += w
}

// logp is the natural logarithm of the character's share, add-0.3 smoothed
// over the 6,000 or so characters a name may hold.
func (c *counts) logp(r rune) float64 {
	return math.Log((c.n[r] + 0.3) / (c.total + 0.3*6000))
}

// given is what is known of given names: one character, or two with their pair.
type given struct {
	single, mid, last *counts
	pairs             map[string]int
}

// noGiven ends an entry that is a house, a rank or a place and no name.
const noGiven = "氏府王爷兄家庄湾河州村镇县寨店庙营口集乡坪冲岭们军人"

func newCounts() *counts { return &counts{n: map[rune]float64{}} }

func countGiven(entries []entry, surnames *surname.Table) *given {
	g := &given{newCounts(), newCounts(), newCounts(), map[string]int{}}
	famous := map[string]bool{}
	for _, e := range entries {
		if strings.HasPrefix(e.tag, "nr") && len(e.word) == 2 && e.freq >= 40 {
			famous[string(e.word)] = true
		}
	}
	nouns := map[string]bool{}
	for _, e := range entries {
		if len(e.word) == 2 && !strings.HasPrefix(e.tag, "v") && e.freq >= 1000 {
			nouns[string(e.word)] = true
		}
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.tag, "nr") || len(e.word) < 2 || strings.ContainsRune(noGiven, e.word[len(e.word)-1]) {
			continue
		}
		plain := surnames.Of(e.word[0]).Kind == surname.Plain
		switch {
		case len(e.word) == 2 && plain:
			g.single.add(e.word[1], 1)
		case len(e.word) == 3 && plain:
			// The dictionary was grown by machine: a known name of two
			// characters with one more behind it is no evidence (郭靖离).
			if famous[string(e.word[:2])] && e.freq < 20 {
				continue
			}
			if nouns[string(e.word[1:])] { // 王先生, 李将军
				continue
			}
			g.mid.add(e.word[1], 1)
			g.last.add(e.word[2], 1)
			g.pairs[string(e.word[1:])]++
		}
	}
	for _, r := range surname.ModernChars() {
		g.single.add(r, 6)
		g.mid.add(r, 20)
		g.last.add(r, 30)
	}
	for _, p := range surname.ModernPairs() {
		g.pairs[p] += 4
	}
	return g
}

// encode writes "character single mid last" lines of −10·ln p, sorted, then
// "pair count" lines for pairs met with at least two surnames.
func (g *given) encode() []byte {
	var b bytes.Buffer
	seen := map[rune]bool{}
	for _, c := range []*counts{g.single, g.mid, g.last} {
		for r := range c.n {
			seen[r] = true
		}
	}
	chars := make([]rune, 0, len(seen))
	for r := range seen {
		chars = append(chars, r)
	}
	slices.Sort(chars)
	score := func(c *counts, r rune) int { return int(math.Round(-10 * c.logp(r))) }
	fmt.Fprintf(&b, "* %d %d %d\n", score(g.single, 0), score(g.mid, 0), score(g.last, 0))
	for _, r := range chars {
		fmt.Fprintf(&b, "%c %d %d %d\n", r, score(g.single, r), score(g.mid, r), score(g.last, r))
	}
	pairs := make([]string, 0, len(g.pairs))
	for p, n := range g.pairs {
		if n >= 2 {
			pairs = append(pairs, p)
		}
	}
	slices.Sort(pairs)
	for _, p := range pairs {
		fmt.Fprintf(&b, "%s %d\n", p, g.pairs[p])
	}
	return b.Bytes()
}
