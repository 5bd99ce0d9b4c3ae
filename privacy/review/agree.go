package review

import "qingting/privacy/audit"

// Agreement is how far two reviewers agree, item by item.
type Agreement struct {
	Items int     `json:"items"`
	Same  int     `json:"same"`
	Raw   float64 `json:"raw"`
	// Kappa is Cohen's (Educ. Psychol. Meas. 20, 1960, 37–46): what is left of
	// the agreement without that by chance. It is undefined when both put
	// everything into one category.
	Kappa   float64 `json:"kappa"`
	Defined bool    `json:"kappa_defined"`
}

// Agree compares two reviewers' categories of the same items.
func Agree(a, b []string) Agreement {
	r := Agreement{Items: len(a)}
	if len(a) == 0 || len(a) != len(b) {
		return Agreement{}
	}
	as, bs := make(map[string]float64), make(map[string]float64)
	for i := range a {
		as[a[i]]++
		bs[b[i]]++
		if a[i] == b[i] {
			r.Same++
		}
	}
	n := float64(len(a))
	r.Raw = float64(r.Same) / n
	var chance float64
	for c, k := range as {
		chance += k / n * bs[c] / n
	}
	if r.Defined = chance < 1-1e-12; r.Defined {
		r.Kappa = (r.Raw - chance) / (1 - chance)
	}
	return r
}

// Agreements compares the reviewers of what was read twice: on documents,
// whether anything was missed; on the places that were hidden, the verdict.
func (st *State) Agreements() (documents, places Agreement) {
	var da, db, pa, pb []string
	for i := range st.Items {
		s := &st.Items[i]
		if len(s.Readings) < 2 || s.Readings[0].Version != s.Readings[1].Version {
			continue // the second saw what the first had changed
		}
		a, b := s.Readings[0].Verdicts, s.Readings[1].Verdicts
		da, db = append(da, misses(a)), append(db, misses(b))
		for _, v := range a {
			if v.Outcome == Missed {
				continue
			}
			for _, w := range b {
				if w.Outcome != Missed && same(v, w) {
					pa, pb = append(pa, v.Outcome), append(pb, w.Outcome)
				}
			}
		}
	}
	return Agree(da, db), Agree(pa, pb)
}

func misses(list []audit.Verdict) string {
	for _, v := range list {
		if v.Outcome == Missed {
			return Missed
		}
	}
	return Right
}
