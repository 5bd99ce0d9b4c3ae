package match

import (
	"cmp"
	"slices"
)

// How often a cue of each kind is right, about: measured on telecom feedback read
// by eye and on the built-in corpus. Two cues combine as 1 − (1−a)(1−b), so that a
// score is near the chance that a reader agrees; it is no exact probability.
var weights = [numKinds]float64{Weak: 0.20, Plain: 0.75, Strong: 0.90, Praise: 0.85}

// Threshold is the score from which an owner counts as found: one plain cue,
// or four weak ones.
const Threshold = 0.5

// Evidence sums up the firings of one owner.
type Evidence struct {
	Owner     int32
	Score     float64 // 0 to 1
	Complaint float64 // the part of cues that complain of the subject, or name it unless it is praised
	Praise    float64 // the part of praise
	Clause    int32   // of the heaviest cue
	Kind      Kind    // of the heaviest cue
	Spans     []Span  // bytes, in order of the text, not overlapping
}

// Weigher turns firings into Evidence. ClauseScope says of which owners weak
// cues add up within one clause only; nil means of none. The zero value is
// ready; it belongs to one goroutine.
type Weigher struct {
	ClauseScope func(owner int32) bool
	order       []weighed
	kept        []weighed
	out         []Evidence
	spans       []Span
}

type weighed struct {
	Firing
	weight float64
}

// Weigh returns the evidence for each owner that reaches Threshold, in order of
// owner. Denied cues do not count; denied praise counts as complaint. Of cues
// that overlap the heaviest counts, and a cue said twice counts once. The result
// is good until the next call.
func (w *Weigher) Weigh(firings []Firing) []Evidence {
	w.order, w.out, w.spans = w.order[:0], w.out[:0], w.spans[:0]
	for _, f := range firings {
		if f.Denied {
			if f.Kind != Praise {
				continue
			}
			f.Kind = Plain
		}
		w.order = append(w.order, weighed{f, weights[f.Kind]})
	}
	slices.SortFunc(w.order, func(a, b weighed) int {
		return cmp.Or(cmp.Compare(a.Owner, b.Owner), cmp.Compare(b.weight, a.weight),
			cmp.Compare(b.End-b.Start, a.End-a.Start), cmp.Compare(a.Start, b.Start), cmp.Compare(a.Cue, b.Cue))
	})
	for lo := 0; lo < len(w.order); {
		hi := lo + 1
		for hi < len(w.order) && w.order[hi].Owner == w.order[lo].Owner {
			hi++
		}
		w.owner(w.order[lo:hi])
		lo = hi
	}
	return w.out
}

// owner weighs the cues of one owner, the heaviest first.
func (w *Weigher) owner(list []weighed) {
	kept := w.kept[:0]
	for _, f := range list {
		overlaps := slices.ContainsFunc(kept, func(k weighed) bool { return f.Start < k.End && k.Start < f.End })
		if !overlaps {
			kept = append(kept, f)
		}
	}
	w.kept = kept
	scoped := w.ClauseScope != nil && w.ClauseScope(list[0].Owner)
	e := Evidence{Owner: list[0].Owner, Clause: kept[0].Clause, Kind: kept[0].Kind}
	doubt, doubtComplaint, doubtPraise := 1.0, 1.0, 1.0
	praised := slices.ContainsFunc(kept, func(k weighed) bool { return k.Kind == Praise })
	for i, f := range kept {
		if slices.ContainsFunc(kept[:i], func(k weighed) bool { return k.Cue == f.Cue }) {
			continue
		}
		if scoped && f.Kind == Weak && f.Clause != e.Clause {
			continue
		}
		doubt *= 1 - f.weight
		switch {
		case f.Kind == Praise:
			doubtPraise *= 1 - f.weight
		case f.Kind == Weak && praised: // names what is praised
		default:
			doubtComplaint *= 1 - f.weight
		}
	}
	e.Score, e.Complaint, e.Praise = 1-doubt, 1-doubtComplaint, 1-doubtPraise
	if e.Score < Threshold {
		return
	}
	first := len(w.spans)
	for _, f := range kept {
		w.spans = append(w.spans, Span{f.Start, f.End})
	}
	e.Spans = w.spans[first:len(w.spans):len(w.spans)]
	slices.SortFunc(e.Spans, func(a, b Span) int { return a.Start - b.Start })
	w.out = append(w.out, e)
}
