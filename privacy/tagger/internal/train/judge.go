package main

import (
	"fmt"
	"io"
	"os"
	"slices"

	"qingting/privacy/tagger/internal/sequence"
)

// figures are counts of spans.
type figures struct{ gold, found, right int }

func (f figures) String() string {
	p, r := float64(f.right)/float64(max(f.found, 1)), float64(f.right)/float64(max(f.gold, 1))
	return fmt.Sprintf("P %.3f R %.3f F1 %.3f, %d labelled, %d found", p, r, 2*p*r/max(p+r, 1e-9), f.gold, f.found)
}

// judge tags sentences with the given function and counts strict spans.
func judge(all []sentence, fold int, tag func(s *sentence, dst []sequence.Label)) map[set]map[sequence.Kind]*figures {
	out := map[set]map[sequence.Kind]*figures{}
	var gold, found []sequence.Span
	for i := range all {
		s := &all[i]
		if s.fold != fold {
			continue
		}
		by := out[s.set]
		if by == nil {
			by = map[sequence.Kind]*figures{}
			for k := sequence.None; k <= sequence.Address; k++ {
				by[k] = &figures{}
			}
			out[s.set] = by
		}
		got := make([]sequence.Label, len(s.gold))
		tag(s, got)
		gold, found = sequence.Spans(s.gold, 0, gold[:0]), sequence.Spans(got, 0, found[:0])
		for _, g := range gold {
			by[judged(g)].gold++
			for _, f := range found {
				if f == g {
					by[judged(g)].right++
				}
			}
		}
		for _, f := range found {
			if s.free == nil || s.free[f.Start] == 0 {
				by[judged(f)].found++
			}
		}
	}
	return out
}

// judged is the kind that a span counts under. Names of one character (陈 of
// 陈女士) count apart: the tagger leaves them to the rules, and the sets
// disagree whether they are names.
func judged(s sequence.Span) sequence.Kind {
	if s.Kind == sequence.Person && s.End-s.Start == 1 {
		return sequence.None
	}
	return s.Kind
}

// tagger tags with a model as it is shipped.
func tagger(m *sequence.Model, d *dictionary, c *sequence.Chain) func(*sentence, []sequence.Label) {
	var keys [sequence.Features]uint64
	return func(s *sentence, dst []sequence.Label) {
		c.Resize(len(dst))
		for i := range dst {
			for f, k := range s.keys[i*sequence.Features : (i+1)*sequence.Features] {
				keys[f] = d.keys[k]
			}
			m.Sum(&keys, &c.Units[i])
		}
		c.Best(dst)
	}
}

// judgeFile judges a file of weights on the rows held out.
func judgeFile(data, path string, w io.Writer) error {
	file, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	m, err := sequence.Decode(file)
	if err != nil {
		return err
	}
	rows, err := readSets(data)
	if err != nil {
		return err
	}
	door, err := addresses(data)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(append(rows, door...), func(r row) bool { return r.fold != 0 })
	d := newDictionary()
	eachKey(rows, 0, d.add)
	report(w, "held out", judge(d.sentences(rows), 0, tagger(m, d, &sequence.Chain{Trans: &m.Trans})))
	return nil
}

func report(w io.Writer, title string, by map[set]map[sequence.Kind]*figures) {
	for s := range sets {
		for k := sequence.None; k <= sequence.Address; k++ {
			if f := by[s][k]; f != nil && (f.gold > 0 || k == sequence.None && f.found > 0) {
				fmt.Fprintf(w, "%s %-9s %-14s %v\n", title, s, kindNames[k], f)
			}
		}
	}
}

var kindNames = [...]string{sequence.None: "one-character", sequence.Person: "persons", sequence.Place: "places", sequence.Organisation: "organisations", sequence.Address: "addresses"}
