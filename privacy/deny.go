package privacy

import (
	"cmp"
	"slices"

	"qingting/privacy/detect"
)

// withDenied joins the denied values of a text with its findings into one list,
// sorted and without overlap. A denied value beats a finding that is kept, goes
// into one that covers it, and otherwise grows over what it overlaps.
func (r *Redactor) withDenied(all []found, hits []denyHit) []found {
	if len(hits) == 0 {
		return all
	}
	for _, h := range hits {
		action := r.policy.Action(h.Type)
		if action == Keep {
			action = Tag
		}
		all = append(all, found{detect.Finding{
			Type: h.Type, Start: h.start, End: h.end, Rule: "policy.deny", Confidence: 1,
			Canonical: h.Value, Evidence: []string{"on the deny list"},
		}, action})
	}
	slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(a.Start, b.Start) })
	joined := all[:0]
	for _, f := range all {
		if n := len(joined); n > 0 && f.Start < joined[n-1].End {
			joined[n-1] = join(joined[n-1], f)
		} else {
			joined = append(joined, f)
		}
	}
	return joined
}

// join is what becomes of two findings that overlap, a starting first.
func join(a, b found) found {
	switch {
	case a.action == Keep:
		return b
	case b.action == Keep || b.End <= a.End:
		return a
	case a.Start == b.Start: // and b is the longer
		return b
	}
	u := a
	if b.End-b.Start > a.End-a.Start {
		u = b
	}
	u.Start, u.End = a.Start, b.End
	u.action, u.Canonical = Tag, ""
	return u
}
