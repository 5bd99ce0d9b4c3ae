package follow

import (
	"cmp"
	"math"
	"slices"
)

// views gathers what each theme holds, the largest first.
func (s *State) views(parts []part) []View {
	index := map[string]int{}
	out := []View{}
	for _, p := range parts {
		root := s.Root(p.theme.ID)
		i, ok := index[root.ID]
		if !ok {
			i = len(out)
			index[root.ID] = i
			out = append(out, View{ID: root.ID})
		}
		v := &out[i]
		v.Size += len(p.documents)
		v.Documents = append(v.Documents, p.documents...)
		if !slices.Contains(v.Clusters, p.cluster) {
			v.Clusters = append(v.Clusters, p.cluster)
		}
	}
	for i := range out {
		t := s.Theme(out[i].ID)
		if t.Status == Gone || t.Status == Dismissed && out[i].Size >= 2*t.Dismissed {
			t.Status, t.Dismissed = Open, 0
		}
		out[i].Name, out[i].Status, out[i].Promoted = t.Name, t.Status, t.Promoted
	}
	slices.SortStableFunc(out, func(a, b View) int { return cmp.Compare(b.Size, a.Size) })
	return out
}

// changes says of each theme whether it is new, went on or is gone.
func (s *State) changes(before map[string]int, was map[string]Status, oldTotal int, m *matching) []Event {
	var events []Event
	for _, t := range s.Themes {
		if t.Into != "" {
			continue
		}
		b, a := before[t.ID], s.size(t.ID)
		e := Event{ID: t.ID, Before: b, After: a}
		switch {
		case a == 0 && (t.Split || t.Last == s.Fits-1 && t.Size == 0):
			continue
		case a == 0 && b == 0:
			continue
		case a == 0:
			e.Kind = Vanished
			e.With = s.heirs(t, m)
			if t.Status == Open {
				t.Status = Gone
			}
		case t.First == s.Fits:
			e.Kind = New
		case t.Status == Open && (was[t.ID] == Gone || was[t.ID] == Dismissed):
			e.Kind = Returned
		default:
			e.Kind = trend(b, oldTotal, a, s.Total)
		}
		events = append(events, e)
	}
	return events
}

// heirs are the themes that hold the better part of what a theme that is gone
// held.
func (s *State) heirs(t *Theme, m *matching) []string {
	var out []string
	for i := range m.themes {
		if s.Root(m.themes[i].ID) != t {
			continue
		}
		for j := range m.theme {
			if id := s.Root(m.theme[j].ID).ID; m.flow.forward(i, j) >= mergeShare && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	slices.Sort(out)
	return out
}

// trend compares two shares: by how much they differ, and by the z of two
// proportions, so that a handful more is no growth.
func trend(before, oldTotal, after, total int) Kind {
	if before == 0 || oldTotal == 0 || total == 0 {
		return Continued
	}
	p, q := float64(before)/float64(oldTotal), float64(after)/float64(total)
	pool := float64(before+after) / float64(oldTotal+total)
	z := (q - p) / math.Sqrt(pool*(1-pool)*(1/float64(oldTotal)+1/float64(total)))
	switch {
	case q >= growth*p && z >= sureGrowth:
		return Grown
	case p >= growth*q && z <= -sureGrowth:
		return Shrunk
	}
	return Continued
}
