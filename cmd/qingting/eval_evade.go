package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"qingting/privacy"
	"qingting/privacy/evade"
	"qingting/privacy/score"
)

// evasions is the value of --evade: all of them, or those named after a =.
type evasions []evade.Evasion

// IsBool lets the flag stand without a value.
func (evasions) IsBool() bool { return true }

// Decode implements kong.MapperValue.
func (e *evasions) Decode(ctx *kong.DecodeContext) error {
	*e = evade.All()
	if ctx.Scan.Peek().Type != kong.FlagValueToken {
		return nil
	}
	named := evasions{}
	for name := range strings.SplitSeq(ctx.Scan.Pop().String(), ",") {
		i := slices.IndexFunc(*e, func(one evade.Evasion) bool { return one.Name == name })
		if i < 0 {
			var names []string
			for _, one := range *e {
				names = append(names, one.Name)
			}
			return fmt.Errorf("unknown evasion %q; use some of %s", name, strings.Join(names, ","))
		}
		named = append(named, (*e)[i])
	}
	*e = named
	return nil
}

// evasionReport is what is left hidden when the values are written another way.
type evasionReport struct {
	Name   string           `json:"name"`
	About  string           `json:"about"`
	NoLeak score.Proportion `json:"no_leak"` // of the spans, or of their pieces, that it fits
	Types  []typeShare      `json:"types"`
}

type typeShare struct {
	Type   string           `json:"type"`
	NoLeak score.Proportion `json:"no_leak"`
}

// evasionCounts counts one evasion by type: hits and total.
type evasionCounts map[string][2]int

// evadeSeed makes every run rewrite alike.
const evadeSeed = 1

// try rewrites the labelled spans of text, one evasion at a time, and counts
// which of them redaction still takes out whole.
func (e evasions) try(r *privacy.Redactor, text string, gold []score.Span, at time.Time) []evasionCounts {
	if len(e) == 0 || len(gold) == 0 {
		return nil
	}
	gold = apart(gold)
	all := make([]evasionCounts, len(e))
	for i, one := range e {
		written, changed, _ := one.Apply(evadeSeed, text, gold)
		if len(changed) == 0 {
			continue
		}
		all[i] = make(evasionCounts)
		var replaced []score.Span
		for _, f := range replacedSpans(r.Redact(written, at)) {
			replaced = append(replaced, f.Span)
		}
		for _, g := range changed {
			n := all[i][g.Type]
			n[1]++
			if score.Covered(g, replaced) == g.End-g.Start {
				n[0]++
			}
			all[i][g.Type] = n
		}
	}
	return all
}

// apart is spans in order, the longest of those that overlap.
func apart(spans []score.Span) []score.Span {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b score.Span) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	end := 0
	return slices.DeleteFunc(spans, func(s score.Span) bool {
		if s.Start < end {
			return true
		}
		end = s.End
		return false
	})
}

// report sums up. The total is of all evasions, named "all".
func (e evasions) report(counts []evasionCounts) []evasionReport {
	sum := make(evasionCounts)
	list := make([]evasionReport, 0, len(e)+1)
	one := func(name, about string, by evasionCounts) {
		r := evasionReport{Name: name, About: about, Types: []typeShare{}}
		hits, total := 0, 0
		for _, typ := range slices.Sorted(maps.Keys(by)) {
			n := by[typ]
			hits, total = hits+n[0], total+n[1]
			r.Types = append(r.Types, typeShare{typ, score.Share(n[0], n[1])})
		}
		r.NoLeak = score.Share(hits, total)
		list = append(list, r)
	}
	for i, ev := range e {
		one(ev.Name, ev.About, counts[i])
		sum.add(counts[i])
	}
	one("all", "every evasion above", sum)
	return list
}

func (c evasionCounts) add(more evasionCounts) {
	for typ, n := range more {
		have := c[typ]
		c[typ] = [2]int{have[0] + n[0], have[1] + n[1]}
	}
}

// evasionTable writes one line an evasion, with the type that leaks most.
func evasionTable(w *grid, reports []evasionReport) {
	fmt.Fprintln(w, "evasion\tspans\tno-leak\t95 %\tmost leaks\t")
	for _, r := range reports {
		worst, leaks := "–", 0
		for _, t := range r.Types {
			if n := t.NoLeak.Total - t.NoLeak.Hits; n > leaks {
				leaks = n
				worst = fmt.Sprintf("%s %d of %d", t.Type, n, t.NoLeak.Total)
			}
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t\n", r.Name, r.NoLeak.Total, share(r.NoLeak), interval(r.NoLeak), worst)
	}
}
