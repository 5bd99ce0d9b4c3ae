package review

import (
	"slices"
	"strings"
)

// Estimate is what the sample says of one kind of mistake in the population.
type Estimate struct {
	Type      string  `json:"type,omitempty"` // empty: of any type
	Documents int     `json:"documents"`      // of the sample, with such a mistake
	Judged    int     `json:"judged"`         // documents of the sample that could have had it
	Places    int     `json:"places"`         // mistakes in them
	Share     float64 `json:"share"`          // of the population's documents, estimated
	Upper     float64 `json:"upper"`          // its exact upper bound
	Of        int     `json:"of"`             // documents of the population that could have it
}

// AtMost is the bound in documents.
func (e Estimate) AtMost() int { return int(e.Upper*float64(e.Of) + 1e-9) }

// Result is what a review says. Bounds hold at the sample's confidence, each by
// itself.
type Result struct {
	Confidence  float64    `json:"confidence"`
	Target      float64    `json:"target"`
	Complete    bool       `json:"complete"` // every document that is still there was judged
	Missed      Estimate   `json:"missed"`
	MissedTypes []Estimate `json:"missed_types"` // of all documents
	False       Estimate   `json:"false"`        // hidden and not personal, of documents in which something was hidden
	FalseTypes  []Estimate `json:"false_types"`  // of documents in which the type was hidden
	// Recall is the share of places with personal data that were hidden,
	// estimated; places in a document go together, so it has no exact bound.
	Recall    float64        `json:"recall"`
	WrongType map[string]int `json:"wrong_type,omitempty"` // places, by the type they were hidden as
	TooWide   map[string]int `json:"too_wide,omitempty"`   // likewise
	// Met says that the bound on all misses is at most the target; More is how
	// many documents beyond the present ones would show the target when nothing
	// else is missed in them: 0 when it is met, -1 when no number would.
	Met  bool `json:"met"`
	More int  `json:"more"`
}

// tally counts, by cell, documents that were judged and those with a mistake.
type tally struct {
	hits, judged []int
	of           []int // population in which it is possible, by cell
	places       int
}

// Result computes estimates and bounds.
func (st *State) Result() Result {
	s := st.Sample
	types := make(map[string]bool)
	missed, falsely := make(map[string]*tally), make(map[string]*tally)
	get := func(m map[string]*tally, t string) *tally {
		if m[t] == nil {
			m[t] = &tally{hits: make([]int, len(s.Cells)), judged: make([]int, len(s.Cells)), of: make([]int, len(s.Cells))}
			for i, c := range s.Cells {
				m[t].of[i] = c.Population
			}
		}
		return m[t]
	}
	get(missed, "")
	all := get(falsely, "")
	for i, c := range s.Cells {
		if slices.Contains(c.Bands, None) {
			all.of[i] -= s.band(None)
		}
		for t := range c.Found {
			types[t] = true
		}
	}
	r := Result{Confidence: s.Confidence, Target: s.Target, Complete: st.Progress().Done(), WrongType: map[string]int{}, TooWide: map[string]int{}}
	for t := range types {
		get(missed, t)
		f := get(falsely, t)
		for i, c := range s.Cells {
			f.of[i] = c.Found[t]
		}
	}
	judged := make([]int, len(s.Cells))
	var hidden, lost float64
	for i := range st.Items {
		it := &st.Items[i]
		if !it.Judged() {
			continue
		}
		judged[it.Cell]++
		weight := float64(s.Cells[it.Cell].Population) / float64(s.Cells[it.Cell].Size)
		hitMissed, hitFalse := map[string]bool{}, map[string]bool{}
		for _, v := range it.Counts() {
			switch v.Outcome {
			case Missed:
				hitMissed[v.Type], hitMissed[""] = true, true
				get(missed, v.Type).places++
				get(missed, "").places++
				lost += weight
			case NotPersonal:
				hitFalse[v.Type], hitFalse[""] = true, true
				get(falsely, v.Type).places++
				all.places++
			case WrongType:
				r.WrongType[v.Type]++
				hidden += weight
			case TooWide:
				r.TooWide[v.Type]++
				hidden += weight
			default:
				hidden += weight
			}
		}
		for t := range hitMissed {
			get(missed, t).hits[it.Cell]++
		}
		for t := range hitFalse {
			get(falsely, t).hits[it.Cell]++
		}
		for t := range types {
			if slices.Contains(it.Types, t) {
				get(falsely, t).judged[it.Cell]++
			}
		}
		if len(it.Types) > 0 {
			all.judged[it.Cell]++
		}
	}
	if r.Recall = 1; hidden+lost > 0 {
		r.Recall = hidden / (hidden + lost)
	}
	for _, t := range missed {
		t.judged = judged
	}
	r.Missed = s.estimate("", missed[""], judged)
	r.False = s.estimate("", all, judged)
	for t := range missed {
		if t != "" {
			r.MissedTypes = append(r.MissedTypes, s.estimate(t, missed[t], judged))
		}
	}
	for t := range types {
		r.FalseTypes = append(r.FalseTypes, s.estimate(t, falsely[t], judged))
	}
	byType := func(a, b Estimate) int { return strings.Compare(a.Type, b.Type) }
	slices.SortFunc(r.MissedTypes, byType)
	slices.SortFunc(r.FalseTypes, byType)
	r.Met = r.Complete && r.Missed.Upper <= s.Target
	r.More = s.more(missed[""].hits, judged)
	return r
}

// band is how many documents of the population are in a band.
func (s *Sample) band(b Band) int {
	for _, st := range s.Strata {
		if st.Dimension == "band" && st.Value == string(b) {
			return st.Population
		}
	}
	return 0
}

// estimate joins the cells. judged is how many documents of each were looked
// through; t.judged those in which the mistake was possible.
func (s *Sample) estimate(typ string, t *tally, judged []int) Estimate {
	e := Estimate{Type: typ, Places: t.places}
	var share, upper float64
	for i, c := range s.Cells {
		if t.of[i] == 0 {
			continue
		}
		e.Of += t.of[i]
		e.Documents += t.hits[i]
		e.Judged += t.judged[i]
		most := float64(t.of[i] - (t.judged[i] - t.hits[i])) // the rest was seen to be right
		if judged[i] > 0 {
			share += float64(t.hits[i]) / float64(judged[i]) * float64(c.Population)
		}
		upper += min(most, c.upper(t.hits[i], judged[i])*float64(c.Population))
	}
	if e.Of == 0 {
		return e
	}
	e.Share, e.Upper = min(1, share/float64(e.Of)), min(1, upper/float64(e.Of))
	return e
}

// more is how many documents are lacking for the target.
func (s *Sample) more(hits, judged []int) int {
	bound := func(factor float64) (share float64, n int) {
		for i, c := range s.Cells {
			m := min(c.Population, int(float64(max(judged[i], 1))*factor+0.999999))
			share += c.upper(hits[i], m) * float64(c.Population) / float64(s.Population)
			n += m - judged[i]
		}
		return share, n
	}
	if share, n := bound(1); share <= s.Target && n <= 0 {
		return 0
	}
	low, high := 1.0, 2.0
	for {
		share, _ := bound(high)
		if share <= s.Target {
			break
		}
		if high > float64(s.Population)*2 {
			return -1
		}
		low, high = high, high*2
	}
	for range 40 {
		mid := low + (high-low)/2
		if share, _ := bound(mid); share <= s.Target {
			high = mid
		} else {
			low = mid
		}
	}
	_, n := bound(high)
	return max(n, 0)
}

// Reach is the bound that the sample gives when nothing is missed in it.
func (s *Sample) Reach() float64 { return unseen(s.Cells, s.Population) }
