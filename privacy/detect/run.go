package detect

import (
	"cmp"
	"slices"

	"qingting/privacy/fold"
	"qingting/privacy/rule"
)

// New returns a detector with every built-in recogniser, unless
// WithRecognisers says otherwise.
func New(opts ...Option) (*Detector, error) {
	d := &Detector{threshold: map[rule.Type]float64{}}
	for _, o := range opts {
		if err := o(d); err != nil {
			return nil, err
		}
	}
	if d.recognisers == nil {
		built, err := builtin()
		if err != nil {
			return nil, err
		}
		d.recognisers = built
	}
	return d, nil
}

// Detect returns the findings of a text.
func (d *Detector) Detect(text string) []Finding {
	found, _ := d.run(text, false)
	return found
}

// Explain is Detect, and the candidates that did not become findings, sorted
// by Start.
func (d *Detector) Explain(text string) ([]Finding, []Rejection) {
	return d.run(text, true)
}

func (d *Detector) run(text string, explain bool) ([]Finding, []Rejection) {
	t := fold.New(text)
	var cands []rule.Candidate
	for _, r := range d.recognisers {
		r.Recognise(t, explain, func(c rule.Candidate) {
			if c.Start >= 0 && c.Start < c.End && c.End <= len(t.Units) {
				cands = append(cands, c)
			}
		})
	}
	if len(cands) == 0 {
		return nil, nil
	}
	for i := range cands {
		c := &cands[i]
		if c.Rejected == "" && c.Confidence < d.thresholdOf(c.Type) {
			c.Rejected = "confidence below the type's threshold"
		}
		for u := c.Start; u < c.End && t.Seen&fold.Placeholder != 0; u++ {
			if t.Units[u].Class&fold.Placeholder != 0 {
				c.Rejected = "covers a placeholder"
			}
		}
	}
	winners, losers := resolve(cands)
	var found []Finding
	for _, c := range winners {
		found = append(found, finding(t, c))
	}
	if !explain {
		return found, nil
	}
	var rejected []Rejection
	for _, c := range losers {
		rejected = append(rejected, Rejection{Finding: finding(t, c), Why: c.Rejected})
	}
	return found, rejected
}

func (d *Detector) thresholdOf(t rule.Type) float64 {
	if v, ok := d.threshold[t]; ok {
		return v
	}
	return DefaultThreshold
}

func finding(t *fold.Text, c rule.Candidate) Finding {
	start, end := t.Span(c.Start, c.End)
	return Finding{Type: c.Type, Start: start, End: end, Rule: c.Rule, Confidence: c.Confidence, Canonical: c.Canonical, Evidence: c.Evidence}
}

// resolve parts candidates into winners, sorted and free of overlap, and
// losers, each with its reason.
func resolve(cands []rule.Candidate) (winners, losers []rule.Candidate) {
	slices.SortFunc(cands, strongest)
	from, to := cands[0].Start, cands[0].End
	for _, c := range cands {
		from, to = min(from, c.Start), max(to, c.End)
	}
	owner := make([]int32, to-from) // by unit, one more than the index of the winner it went to
	for _, c := range cands {
		if c.Rejected != "" {
			losers = append(losers, c)
			continue
		}
		if i := taken(owner[c.Start-from : c.End-from]); i > 0 {
			w := winners[i-1]
			if w.Type == c.Type && w.Start == c.Start && w.End == c.End {
				continue // the same thing by another rule
			}
			c.Rejected = "overlaps " + string(w.Type) + " by " + w.Rule
			losers = append(losers, c)
			continue
		}
		winners = append(winners, c)
		for i := c.Start; i < c.End; i++ {
			owner[i-from] = int32(len(winners))
		}
	}
	slices.SortFunc(winners, func(a, b rule.Candidate) int { return cmp.Compare(a.Start, b.Start) })
	slices.SortStableFunc(losers, func(a, b rule.Candidate) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Rule, b.Rule))
	})
	return winners, losers
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
func strongest(a, b rule.Candidate) int {
	return cmp.Or(
		-cmp.Compare(band(a.Confidence), band(b.Confidence)),
		-cmp.Compare(a.End-a.Start, b.End-b.Start),
		-cmp.Compare(a.Confidence, b.Confidence),
		cmp.Compare(specificity(a.Type), specificity(b.Type)),
		cmp.Compare(a.Start, b.Start),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Canonical, b.Canonical),
	)
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
