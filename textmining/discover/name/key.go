package name

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// contrast is the c-TF-IDF of something that inside customers of a cluster of
// size customers say and all customers in all: the share that says it times
// log(1 + A/f), A the customers of a middling cluster (Grootendorst 2022, with
// customers for occurrences, so that who says it twice says it once).
func (c *corpus) contrast(s share, size int) float64 {
	mean := float64(c.all) / float64(max(len(c.numbers), 1))
	return float64(s.inside) / float64(max(size, 1)) * math.Log(1+mean/float64(max(s.all, 1)))
}

// telltales returns the single words that tell most of cluster n.
func (c *corpus) telltales(list []phrase, n int32, k int) []candidate {
	var out []candidate
	for i := range c.words {
		w := &c.words[i]
		if w.class != content || w.runes < 2 || list[i].customers < k {
			continue
		}
		s := c.share(list[i].places, n)
		telling := c.telling(list, list[i].words, n)
		if s.inside < k || telling < 0.5 {
			continue
		}
		out = append(out, candidate{phrase: int32(i), cluster: n, text: w.text, share: s, score: telling * c.contrast(s, c.customers[n])})
	}
	slices.SortFunc(out, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.phrase, b.phrase))
	})
	return out[:min(len(out), 20)]
}

// phraseWeight is how much rather a phrase is shown than a word that as many say.
const phraseWeight = 3

// phrases returns the key phrases of cluster n, words among them where no
// phrase says as much.
func (c *corpus) phrases(keys []candidate, cfg Config) []Phrase {
	var out []Phrase
	for _, x := range keys {
		if len(out) == cfg.Phrases {
			break
		}
		if slices.ContainsFunc(out, func(o Phrase) bool { return alike(o.Text, x.text) }) {
			continue
		}
		out = append(out, Phrase{Text: x.text, Customers: x.inside, Precision: round(x.precision), Coverage: round(x.coverage), Score: round(x.score)})
	}
	return out
}

// keys are the words and phrases that tell most of cluster n, the best first.
func (c *corpus) keys(list []phrase, n int32, k int) []candidate {
	pool := c.telltales(list, n, k)
	for i := range list {
		p := &list[i]
		if !p.good || p.apart {
			continue
		}
		s := c.share(p.places, n)
		if s.inside < k {
			continue
		}
		text := c.text(p.words)
		if size := utf8.RuneCountInString(text); !c.words[p.words[0]].latin && (size < 3 || size > 12) {
			continue
		}
		telling := c.telling(list, p.words, n)
		if telling < 0.4 {
			continue
		}
		pool = append(pool, candidate{phrase: int32(i), cluster: n, text: text, share: s, score: phraseWeight * telling * c.contrast(s, c.customers[n])})
	}
	slices.SortStableFunc(pool, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.phrase, b.phrase))
	})
	return pool
}

// alike says whether one phrase holds the other, or both have the same words.
func alike(a, b string) bool {
	if strings.Contains(a, b) || strings.Contains(b, a) {
		return true
	}
	x, y := []rune(a), []rune(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// round keeps three decimals, so that the JSON form is short and stable.
func round(x float64) float64 { return math.Round(x*1000) / 1000 }
