package synonym

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Weight is how much an alternative counts beside the term itself: what was
// asked for comes first.
const Weight = 0.7

// maxVariants bounds the ways to write one text.
const maxVariants = 24

// Unit is a part of a text that is compared as a whole: a Chinese character, an
// English stem, a symbol.
type Unit struct {
	Key        string
	Start, End int  // bytes of the folded text
	Tight      bool // no white space stands between it and another such: Chinese
	Opens      bool // a term may begin with it: a word does
	Closes     bool // a term may end with it
}

// Analysis is how a search reads text.
type Analysis interface {
	// Fold makes one of the ways to write the same: width, case, script.
	Fold(text string) string
	// Units appends the units of a folded text.
	Units(dst []Unit, folded string) []Unit
}

// Variant is another way to write a text.
type Variant struct {
	Text   string  `json:"text"`
	Weight float64 `json:"weight"` // Weight for each term that was replaced
	// Whole says that Text is nothing but an alternative term.
	Whole bool `json:"whole,omitempty"`
}

// Match is a term of the rules in a text.
type Match struct {
	Start, End   int // bytes of the folded text
	Alternatives []string
}

// Expander applies a Set to texts.
type Expander struct {
	analysis Analysis
	root     *state
	near     *state // of the rules for the order
	set      *Set
}

// state is one of a trie over the units of terms.
type state struct {
	next map[string]*state
	to   []string // folded alternatives, when a term ends here
}

// New prepares a set for a way to read text; nil is no rules at all.
func New(set *Set, analysis Analysis) *Expander {
	e := &Expander{analysis: analysis, root: &state{}, near: &state{}, set: set}
	if set == nil {
		return e
	}
	for _, rule := range set.rules {
		to := make([]string, len(rule.To))
		for i, t := range rule.To {
			to[i] = analysis.Fold(t)
		}
		root := e.root
		if rule.Near {
			root = e.near
		}
		for _, f := range rule.From {
			e.add(root, analysis.Fold(f), to)
		}
	}
	return e
}

// Set is what the Expander applies; nil for no rules.
func (e *Expander) Set() *Set { return e.set }

func (e *Expander) add(at *state, term string, to []string) {
	own := e.analysis.Units(nil, term)
	if len(own) == 0 {
		return
	}
	for _, u := range own {
		next := at.next[u.Key]
		if next == nil {
			if at.next == nil {
				at.next = make(map[string]*state)
			}
			next = &state{}
			at.next[u.Key] = next
		}
		at = next
	}
	for _, t := range to {
		if e.key(t) != e.key(term) && !slices.Contains(at.to, t) {
			at.to = append(at.to, t)
		}
	}
}

// key is what makes two terms one: bill and bills are.
func (e *Expander) key(term string) string {
	var b strings.Builder
	for _, u := range e.analysis.Units(nil, term) {
		b.WriteString(u.Key)
		b.WriteByte(0)
	}
	return b.String()
}

// Matches are the terms in a folded text, the longest at each place, from left
// to right and apart.
func (e *Expander) Matches(folded string) []Match { return e.matches(e.root, folded) }

// Near are likewise the terms of rules for the order.
func (e *Expander) Near(folded string) []Match { return e.matches(e.near, folded) }

func (e *Expander) matches(root *state, folded string) []Match {
	if root.next == nil {
		return nil
	}
	units := e.analysis.Units(nil, folded)
	var out []Match
	for i := 0; i < len(units); {
		n, to := longest(root, units[i:], i == 0)
		if n == 0 {
			i++
			continue
		}
		out = append(out, Match{units[i].Start, units[i+n-1].End, to})
		i += n
	}
	return out
}

// longest is the longest term that units begin with: its units and alternatives.
func longest(at *state, units []Unit, first bool) (n int, to []string) {
	if !units[0].Opens && !first {
		return 0, nil
	}
	for i, u := range units {
		if i > 0 && u.Tight && units[i-1].Tight && units[i-1].End != u.Start {
			break
		}
		if at = at.next[u.Key]; at == nil {
			break
		}
		if len(at.to) > 0 && (u.Closes || i == len(units)-1) {
			n, to = i+1, at.to
		}
	}
	return n, to
}

// Variants are the other ways to write a folded text, those with the fewest
// terms replaced first.
func (e *Expander) Variants(folded string) []Variant {
	matches := e.Matches(folded)
	if len(matches) == 0 {
		return nil
	}
	type draft struct {
		text     string // up to at
		at       int
		replaced int
	}
	drafts := []draft{{}}
	for _, m := range matches {
		var next []draft
		for _, d := range drafts {
			kept := d
			kept.text += folded[d.at:m.End]
			kept.at = m.End
			next = append(next, kept)
			for _, alternative := range m.Alternatives {
				other := draft{d.text + folded[d.at:m.Start] + alternative, m.End, d.replaced + 1}
				next = append(next, other)
			}
		}
		slices.SortStableFunc(next, func(a, b draft) int { return cmp.Compare(a.replaced, b.replaced) })
		drafts = next[:min(len(next), maxVariants+1)]
	}
	whole := len(matches) == 1 && strings.TrimSpace(folded[:matches[0].Start]+folded[matches[0].End:]) == ""
	var out []Variant
	for _, d := range drafts {
		if d.replaced > 0 {
			out = append(out, Variant{d.text + folded[d.at:], math.Pow(Weight, float64(d.replaced)), whole})
		}
	}
	return out
}
