package review

import (
	"slices"

	"qingting/privacy/audit"
)

// Reading is one reviewer's word on a document.
type Reading struct {
	Reviewer string          `json:"reviewer"`
	Entry    int64           `json:"entry"` // of the ledger
	Verdicts []audit.Verdict `json:"verdicts"`
	// Version is what the SHA-256 of the document begins with that was read.
	Version string `json:"version"`
	// Earlier are misses that the same reviewer saw in another version: they were
	// taken out since, and stay misses.
	Earlier []audit.Verdict `json:"earlier,omitempty"`
}

// misses are all misses of a reading.
func (r *Reading) misses() (list []audit.Verdict) {
	for _, v := range slices.Concat(r.Earlier, r.Verdicts) {
		if v.Outcome == Missed {
			list = append(list, v)
		}
	}
	return list
}

// Standing is how far an item is.
type Standing struct {
	Item
	Readings []Reading `json:"readings,omitempty"` // the first reviewer's, then the second's
	Decision *Reading  `json:"decision,omitempty"`
	// Gone says that the document was erased or restricted before anybody saw it.
	Gone bool `json:"gone,omitempty"`
}

// State is a sample with what the ledger says of it.
type State struct {
	Sample *Sample
	Entry  int64 // of the draw
	First  int64 // first and last entry of its reviews; -1 without any
	Last   int64
	Items  []Standing
}

// Indexed is an entry of the ledger with its place.
type Indexed struct {
	Index int64
	audit.Entry
}

// State reads what entries of the ledger say of the sample; others are passed
// over, so that all may be given. same says that two actors are one person.
func (s *Sample) State(entries []Indexed, same func(a, b string) bool) *State {
	st := &State{Sample: s, Entry: -1, First: -1, Last: -1, Items: make([]Standing, len(s.Items))}
	at := make(map[string]int, len(s.Items))
	for i, item := range s.Items {
		st.Items[i].Item = item
		at[item.Record] = i
	}
	for _, e := range entries {
		if e.Object != Object(s.ID) {
			continue
		}
		if e.Action == audit.ActionSample && st.Entry < 0 {
			st.Entry = e.Index
		}
		i, ok := at[e.Record]
		if e.Action != audit.ActionReview || !ok || (e.Outcome != Reviewed && e.Outcome != Decided) {
			continue
		}
		if st.First < 0 {
			st.First = e.Index
		}
		st.Last = e.Index
		st.Items[i].take(e, same)
	}
	return st
}

func (s *Standing) take(e Indexed, same func(a, b string) bool) {
	r := Reading{Reviewer: e.Actor, Entry: e.Index, Verdicts: e.Verdicts, Version: e.Before}
	if e.Outcome == Decided {
		s.Decision = &r
		return
	}
	for i, old := range s.Readings {
		if same(old.Reviewer, r.Reviewer) { // who says it again means it so
			if r.Earlier = old.Earlier; old.Version != r.Version {
				r.Earlier = old.misses()
			}
			s.Readings[i], s.Decision = r, nil
			return
		}
	}
	if len(s.Readings) < 2 {
		s.Readings, s.Decision = append(s.Readings, r), nil
	}
}

// Judged says that somebody looked the document through.
func (s *Standing) Judged() bool { return len(s.Readings) > 0 || s.Decision != nil }

// Misses says that a reviewer saw something missed.
func (s *Standing) Misses() bool {
	return slices.ContainsFunc(s.Readings, func(r Reading) bool { return len(r.misses()) > 0 })
}

// Disagrees says that two reviewers of one version differ and nobody has decided.
func (s *Standing) Disagrees() bool { return s.Decision == nil && len(s.Differences()) > 0 }

// Difference is a place on which two reviewers differ; nil is one who says
// nothing of it, which is that nothing was missed there.
type Difference struct{ First, Second *audit.Verdict }

// Differences lists them, as far as both read the same version.
func (s *Standing) Differences() (list []Difference) {
	if len(s.Readings) < 2 || s.Readings[0].Version != s.Readings[1].Version {
		return nil
	}
	a, b := s.Readings[0].Verdicts, s.Readings[1].Verdicts
	for i := range a {
		k := slices.IndexFunc(b, func(v audit.Verdict) bool { return same(a[i], v) && (v.Outcome == Missed) == (a[i].Outcome == Missed) })
		switch {
		case k < 0:
			list = append(list, Difference{First: &a[i]})
		case !equal(a[i], b[k]):
			list = append(list, Difference{&a[i], &b[k]})
		}
	}
	for i := range b {
		if !slices.ContainsFunc(a, func(v audit.Verdict) bool { return same(b[i], v) && (v.Outcome == Missed) == (b[i].Outcome == Missed) }) {
			list = append(list, Difference{Second: &b[i]})
		}
	}
	return list
}

// Decide makes of two readings the verdicts that count: where they differ, first
// says whose holds.
func (s *Standing) Decide(first func(Difference) bool) (all []audit.Verdict) {
	differ := s.Differences()
	for _, v := range s.Readings[0].Verdicts {
		if !slices.ContainsFunc(differ, func(d Difference) bool { return d.First != nil && same(*d.First, v) }) {
			all = append(all, v)
		}
	}
	for _, d := range differ {
		v := d.Second
		if first(d) {
			v = d.First
		}
		if v != nil {
			all = append(all, *v)
		}
	}
	slices.SortFunc(all, order)
	return all
}

// Decided gives verdicts as one of both readings has them, false when one of
// them is in neither or two are on one place.
func (s *Standing) Decided(verdicts []audit.Verdict) (all []audit.Verdict, ok bool) {
	if len(s.Readings) < 2 {
		return nil, false
	}
	said := slices.Concat(s.Readings[0].Verdicts, s.Readings[1].Verdicts)
	for _, v := range verdicts {
		i := slices.IndexFunc(said, func(o audit.Verdict) bool { return equal(o, v) })
		if i < 0 || slices.ContainsFunc(all, func(o audit.Verdict) bool { return same(o, v) }) {
			return nil, false
		}
		all = append(all, said[i])
	}
	return all, true
}

func equal(a, b audit.Verdict) bool { return same(a, b) && a.Outcome == b.Outcome && a.As == b.As }

// Counts are the verdicts that count: the decision, or the first reviewer's and
// whatever the second says besides. Until a disagreement is decided, a miss that
// either saw is one; of what was hidden, the first reviewer's verdict holds.
func (s *Standing) Counts() []audit.Verdict {
	if s.Decision != nil {
		return s.Decision.Verdicts
	}
	if len(s.Readings) == 0 {
		return nil
	}
	all := slices.Concat(s.Readings[0].Earlier, s.Readings[0].Verdicts)
	for i := range s.Readings[1:] {
		r := &s.Readings[1+i]
		other := r.Version != s.Readings[0].Version // its places are not those of the first
		for _, v := range r.misses() {
			if other || !slices.ContainsFunc(all, func(o audit.Verdict) bool { return overlap(o, v) }) {
				all = append(all, v)
			}
		}
	}
	return all
}

func overlap(a, b audit.Verdict) bool {
	return a.Outcome == b.Outcome && a.Field == b.Field && a.Type == b.Type && a.Start < b.End && b.Start < a.End
}

// Progress counts items.
type Progress struct {
	Items     int `json:"items"`
	Judged    int `json:"judged"`
	Gone      int `json:"gone,omitempty"`
	Second    int `json:"second"`            // wanted by a second reviewer
	Changed   int `json:"changed,omitempty"` // judged as another version than was drawn
	Twice     int `json:"read_twice"`        // read by two
	Undecided int `json:"undecided"`         // disagreements
	Hidden    int `json:"hidden"`            // places that were hidden, in what was judged
	Misses    int `json:"missed"`            // places that were missed, in what was judged
}

// Progress says how far the review is.
func (st *State) Progress() Progress {
	p := Progress{Items: len(st.Items)}
	for i := range st.Items {
		s := &st.Items[i]
		if s.Second {
			p.Second++
		}
		if len(s.Readings) == 2 {
			p.Twice++
		}
		if s.Disagrees() {
			p.Undecided++
		}
		if len(s.Readings) > 0 && s.Readings[0].Version != s.Version {
			p.Changed++
		}
		if s.Judged() {
			p.Judged++
		} else if s.Gone {
			p.Gone++
		}
		for _, v := range s.Counts() {
			if v.Outcome == Missed {
				p.Misses++
			} else {
				p.Hidden++
			}
		}
	}
	return p
}

// Done says that every document that is still there was judged.
func (p Progress) Done() bool { return p.Judged+p.Gone == p.Items }
