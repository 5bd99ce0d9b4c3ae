package detect

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"qingting/privacy/rule"
)

// table is the working space of one text.
type table struct {
	cands   []rule.Candidate
	order   []int32 // indexes into cands, strongest first
	winners []int32 // sorted by Start, free of overlap
	losers  []int32 // sorted by Start; each has its reason
	owner   []int32 // by unit, one more than the candidate it went to
}

var tables = sync.Pool{New: func() any { return new(table) }}

// release empties the table: the pool must not keep personal data.
func (w *table) release() {
	clear(w.cands)
	w.cands, w.order, w.winners, w.losers = w.cands[:0], w.order[:0], w.winners[:0], w.losers[:0]
	tables.Put(w)
}

// resolve parts the candidates into winners and losers.
func (w *table) resolve() {
	from, to := w.cands[0].Start, w.cands[0].End
	for i := range w.cands {
		w.order = append(w.order, int32(i))
		from, to = min(from, w.cands[i].Start), max(to, w.cands[i].End)
	}
	slices.SortFunc(w.order, func(a, b int32) int { return strongest(&w.cands[a], &w.cands[b]) })
	w.owner = slices.Grow(w.owner[:0], to-from)[:to-from]
	clear(w.owner)
	for _, i := range w.order {
		c := &w.cands[i]
		if c.Rejected != "" {
			w.losers = append(w.losers, i)
			continue
		}
		if o := taken(w.owner[c.Start-from : c.End-from]); o > 0 {
			by := &w.cands[o-1]
			if by.Type == c.Type && by.Start == c.Start && by.End == c.End {
				continue // the same thing by another rule
			}
			c.Rejected = "overlaps " + string(by.Type) + " by " + by.Rule
			w.losers = append(w.losers, i)
			continue
		}
		w.winners = append(w.winners, i)
		for u := c.Start; u < c.End; u++ {
			w.owner[u-from] = i + 1
		}
	}
	byPlace := func(a, b int32) int {
		x, y := &w.cands[a], &w.cands[b]
		if x.Start != y.Start {
			return cmp.Compare(x.Start, y.Start)
		}
		if x.End != y.End {
			return cmp.Compare(x.End, y.End)
		}
		return strings.Compare(x.Rule, y.Rule)
	}
	slices.SortFunc(w.winners, byPlace)
	slices.SortStableFunc(w.losers, byPlace)
}

// taken returns the first owner among units, 0 when they are free.
func taken(units []int32) int32 {
	for _, o := range units {
		if o != 0 {
			return o
		}
	}
	return 0
}

func band(confidence float64) int {
	switch {
	case confidence >= 0.8:
		return 2
	case confidence >= 0.6:
		return 1
	}
	return 0
}

// strongest orders candidates as the package comment says. The last keys only
// make the order total.
func strongest(a, b *rule.Candidate) int {
	if x, y := band(a.Confidence), band(b.Confidence); x != y {
		return cmp.Compare(y, x)
	}
	if x, y := a.End-a.Start, b.End-b.Start; x != y {
		return cmp.Compare(y, x)
	}
	if a.Confidence != b.Confidence {
		return cmp.Compare(b.Confidence, a.Confidence)
	}
	if x, y := specificity(a.Type), specificity(b.Type); x != y {
		return cmp.Compare(x, y)
	}
	if a.Start != b.Start {
		return cmp.Compare(a.Start, b.Start)
	}
	if a.Rule != b.Rule {
		return strings.Compare(a.Rule, b.Rule)
	}
	return strings.Compare(a.Canonical, b.Canonical)
}

// specificity ranks types, the most telling first: those with check digits and
// fixed shapes before those that only a label tells.
func specificity(t rule.Type) int {
	switch t {
	case rule.IDCard, rule.ForeignPR, rule.USCC, rule.Email:
		return 0
	case rule.BankCard, rule.VIN, rule.ICCID, rule.IMEI, rule.MAC, rule.HKID, rule.GPS, rule.LicensePlate:
		return 1
	case rule.Mobile, rule.Landline, rule.IP:
		return 2
	case rule.PersonName, rule.Address:
		return 4
	}
	return 3
}
