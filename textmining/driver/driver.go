package driver

import (
	"cmp"
	"math"
	"slices"

	"qingting/textmining/internal/linalg"
)

// Result is what Analyse says. Points are points of the rating's Scale.
type Result struct {
	Scale     Scale    `json:"scale"`
	Rated     int      `json:"rated"`             // rows
	Customers int      `json:"customers"`         // who gave them
	Mean      float64  `json:"mean"`              // rating
	Explained float64  `json:"explained"`         // share of the variance, constant and controls taken out, that the themes explain of these rows
	Foretold  *float64 `json:"foretold"`          // share of the variance foretold of customers left out; nil when there are too few to leave out
	Penalty   float64  `json:"penalty"`           // of the ridge regression
	Effects   []Effect `json:"effects"`           // the costliest first
	Left      []Left   `json:"left_out"`          // themes nothing is said of, in order of Data.Themes
	Trust     float64  `json:"trust,omitempty"`   // Options.Trust
	Checked   int      `json:"checked,omitempty"` // Data.Checks that counted
}

// Effect is what a theme does to the rating.
type Effect struct {
	Theme       string   `json:"theme"`
	Mentions    int      `json:"mentions"`  // rated rows that speak of it; with Options.Complaints, that complain of it
	Customers   int      `json:"customers"` // who gave them
	Share       float64  `json:"share"`     // mean value of the theme over all rows: of indicators, the share of rows that speak of it
	Points      float64  `json:"points"`    // effect on the rating of a row that speaks of it
	Low         float64  `json:"low"`       // 95 % interval of Points
	High        float64  `json:"high"`
	P           float64  `json:"p_value"`     // of no effect
	Significant bool     `json:"significant"` // at a false discovery rate of 5 % over all themes
	Shrunk      float64  `json:"shrunk"`      // ridge estimate of Points
	Cost        float64  `json:"cost"`        // −Points × Share: what it takes from the mean rating of all; below 0 it adds
	CostLow     float64  `json:"cost_low"`    // 95 % interval of Cost
	CostHigh    float64  `json:"cost_high"`
	Weight      float64  `json:"weight"`      // of all that themes explain, 0 to 1; they add up to 1
	Performance float64  `json:"performance"` // 0 all complaint, 50 even, 100 all praise; of mentions without polarity, their mean rating
	Quadrant    Quadrant `json:"quadrant"`
	// Doubt is how much of the interval's variance is that mentions may be wrong or
	// missing, 0 to 1; the rest is the chance of ratings.
	Doubt float64 `json:"doubt"`
}

// Quadrant is a field of the importance–performance matrix (Martilla & James 1977).
type Quadrant string

// The quadrants. Important is what has a Weight of the median or more, well
// performing what has a Performance above 50: a median there would praise, of
// many that are all complained of, the half that is complained of less.
const (
	Concentrate Quadrant = "concentrate here"  // important, performs badly
	KeepUp      Quadrant = "keep up"           // important, performs well
	LowPriority Quadrant = "low priority"      // unimportant, performs badly
	Overkill    Quadrant = "possible overkill" // unimportant, performs well
)

// Left is a theme that nothing is said of.
type Left struct {
	Theme  string `json:"theme"`
	Reason Reason `json:"reason"`
}

// Reason is why nothing is said.
type Reason string

// The reasons.
const (
	FewWith     Reason = "few customers speak of it"
	FewWithout  Reason = "few customers do not speak of it"
	Inseparable Reason = "cannot be told apart from other themes or controls"
)

// Analyse regresses the rating on the themes. It returns [ErrFew] or [ErrFlat]
// when there is nothing to say, and other errors for data that are malformed.
// It reads d and keeps nothing of it; it may be called concurrently.
func Analyse(d Data, o Options) (*Result, error) {
	o = o.withDefaults()
	counts := Mention.value
	if o.Complaints {
		counts = Mention.complaint
		d = d.withStance()
	}
	var terms []term
	for i := range d.Themes {
		terms = append(terms, term{i, counts})
	}
	g, left, err := prepare(d, o, terms)
	if err != nil {
		return nil, err
	}
	r := &Result{Scale: d.Scale, Rated: len(d.Rows), Customers: len(g.cluster), Mean: g.xy[0] / float64(len(g.y)), Effects: []Effect{}, Left: []Left{}}
	for i, id := range d.Themes {
		if reason, out := left[i]; out {
			r.Left = append(r.Left, Left{id, reason})
		}
	}
	if len(g.theme) == 0 {
		return r, nil
	}
	reading, err := g.reading(d, o, counts)
	if err != nil {
		return nil, err
	}
	estimates, err := g.fit(reading)
	if err != nil {
		return nil, err
	}
	if o.Trust > 0 {
		r.Trust, r.Checked = o.Trust, len(d.Checks)
	}
	p, err := g.partial()
	if err != nil {
		return nil, err
	}
	r.Penalty = p.penalty()
	if f := g.foretold(r.Penalty); !math.IsNaN(f) {
		r.Foretold = &f
	}
	shrunk, weights := p.ridge(r.Penalty), p.relativeWeights()
	for _, w := range weights {
		r.Explained += w
	}
	variance, spoken := g.shareVariance(), sayings(d, counts)
	for j, theme := range g.theme {
		e := estimates[g.first+j]
		effect := Effect{
			Theme: d.Themes[theme], Customers: g.customer[g.first+j], Share: g.gram.At(0, g.first+j) / float64(len(g.y)),
			Points: e.points, P: e.p(), Shrunk: shrunk[j], Weight: weights[j] / r.Explained, Doubt: e.doubt,
		}
		effect.Low, effect.High = e.interval()
		effect.Mentions, effect.Performance = spoken[theme].mentions, spoken[theme].performance()
		cost := estimate{points: -e.points * effect.Share, se: math.Sqrt(effect.Share*effect.Share*e.se*e.se + e.points*e.points*variance[j]), df: e.df}
		effect.Cost = cost.points
		effect.CostLow, effect.CostHigh = cost.interval()
		r.Effects = append(r.Effects, effect)
	}
	discover(r.Effects)
	place(r.Effects)
	slices.SortStableFunc(r.Effects, func(a, b Effect) int {
		return cmp.Or(cmp.Compare(b.Cost, a.Cost), cmp.Compare(a.Theme, b.Theme))
	})
	return r, nil
}

// prepare builds the design of the terms that something can be said of, and
// tells why the themes of the others are left out.
func prepare(d Data, o Options, terms []term) (*design, map[int]Reason, error) {
	if err := d.check(); err != nil {
		return nil, nil, err
	}
	g := newDesign(d, o.K, terms)
	if len(g.cluster) < o.MinRated {
		return nil, nil, ErrFew
	}
	if !slices.ContainsFunc(g.y, func(y float64) bool { return y != g.y[0] }) {
		return nil, nil, ErrFlat
	}
	left := map[int]Reason{}
	var enough, few []term
	for j, t := range terms {
		if g.customer[g.first+j] < o.MinCustomers {
			left[t.theme] = FewWith
			few = append(few, t)
		} else {
			enough = append(enough, t)
		}
	}
	if len(few) > 0 || o.Complaints {
		g = newDesign(d.withRest(few, o.Complaints), o.K, enough)
	}
	g.sum()
	without := g.without()
	var kept []int
	for col := range g.cols {
		switch {
		case col < g.first:
			if col == 0 || g.customer[col] >= o.K {
				kept = append(kept, col)
			}
		case without[col] < o.MinCustomers:
			left[g.theme[col-g.first]] = FewWithout
		default:
			kept = append(kept, col)
		}
	}
	g.keep(kept)
	// Of themes that stand for one another, the rarer goes: the more frequent
	// come first.
	order := seq(0, g.cols)
	slices.SortStableFunc(order[g.first:], func(a, b int) int { return cmp.Compare(g.customer[b], g.customer[a]) })
	const share = 1e-6
	separate := linalg.Independent(g.gram.Select(order, order), share)
	kept = kept[:0]
	for _, i := range separate {
		kept = append(kept, order[i])
	}
	slices.Sort(kept)
	for j, theme := range g.theme {
		if !slices.Contains(kept, g.first+j) {
			left[theme] = Inseparable
		}
	}
	g.keep(kept)
	if len(g.cluster) < 2*g.cols {
		return nil, nil, ErrFew
	}
	return g, left, nil
}

// without counts, by column, customers with a row that has nothing there.
func (g *design) without() []int {
	out := make([]int, g.cols)
	always := make([]int, g.cols)
	for _, rows := range g.cluster {
		clear(always)
		for _, i := range rows {
			for _, e := range g.rows[i] {
				always[e.col]++
			}
		}
		for col, n := range always {
			if n < len(rows) {
				out[col]++
			}
		}
	}
	return out
}

// shareVariance is the variance of each theme's Share, customers being drawn.
func (g *design) shareVariance() []float64 {
	q, n := len(g.theme), float64(len(g.y))
	out, of := make([]float64, q), make([]float64, q)
	for _, rows := range g.cluster {
		for j := range of {
			of[j] = -g.gram.At(0, g.first+j) / n * float64(len(rows))
		}
		for _, i := range rows {
			for _, e := range g.rows[i] {
				if e.col >= g.first {
					of[e.col-g.first] += e.value
				}
			}
		}
		for j, v := range of {
			out[j] += v * v / (n * n)
		}
	}
	return out
}

// said is how the rows that speak of a theme do.
type said struct {
	mentions, rows, toned int
	tone, rating          float64
}

// performance is 0 for all complaint to 100 for all praise.
func (s said) performance() float64 {
	if s.toned == 0 {
		return s.rating / float64(s.rows)
	}
	return 50 + 50*s.tone/float64(s.toned)
}

// sayings sums up the mentions of each theme; those that count are counted.
func sayings(d Data, counts func(Mention) float64) []said {
	out := make([]said, len(d.Themes))
	for _, r := range d.Rows {
		for at, m := range r.Mentions {
			if repeated(r.Mentions, at) {
				continue
			}
			s := &out[m.Theme]
			if counts(m) != 0 {
				s.mentions++
			}
			s.rows++
			s.rating += d.Scale.Convert(r.Rating, Scale{0, 100})
			if m.Polarity != 0 {
				s.toned++
				s.tone += m.Polarity
			}
		}
	}
	return out
}

// repeated says that an earlier mention is of the same theme.
func repeated(mentions []Mention, at int) bool {
	return slices.ContainsFunc(mentions[:at], func(o Mention) bool { return o.Theme == mentions[at].Theme })
}

// discover marks what is significant at a false discovery rate of 5 %
// (Benjamini & Yekutieli 2001 hold it under any dependence; Benjamini &
// Hochberg 1995, which this is, under that of regression coefficients in practice).
func discover(effects []Effect) {
	order := seq(0, len(effects))
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(effects[a].P, effects[b].P) })
	last := -1
	for rank, i := range order {
		if effects[i].P <= .05*float64(rank+1)/float64(len(order)) {
			last = rank
		}
	}
	for rank, i := range order {
		effects[i].Significant = rank <= last
	}
}

// place puts the effects into the matrix.
func place(effects []Effect) {
	weights := make([]float64, len(effects))
	for i, e := range effects {
		weights[i] = e.Weight
	}
	weight := median(weights)
	const even = 50
	for i := range effects {
		e := &effects[i]
		switch important, well := e.Weight >= weight, e.Performance > even; {
		case important && well:
			e.Quadrant = KeepUp
		case important:
			e.Quadrant = Concentrate
		case well:
			e.Quadrant = Overkill
		default:
			e.Quadrant = LowPriority
		}
	}
}

func median(list []float64) float64 {
	slices.Sort(list)
	n := len(list)
	return (list[(n-1)/2] + list[n/2]) / 2
}
