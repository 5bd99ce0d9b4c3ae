package radar

import (
	"math"
	"time"
)

// Point is some days of a theme. Its count is left out when it is of fewer than K
// customers, or when it would tell such a count by the size of the theme.
type Point struct {
	From      string `json:"from"` // day
	Days      int    `json:"days"`
	Documents *int   `json:"documents"`
}

// Rising says that more of a theme is of the last week than chance would put
// there. It looks at nothing but the dates of its documents, so that a first look,
// for which nothing is known to be new, can tell it, too.
type Rising struct {
	From      string  `json:"from"` // the days that are counted
	To        string  `json:"to"`
	Documents int     `json:"documents"` // of these days
	Customers int     `json:"customers"`
	Expected  float64 `json:"expected"` // were it as frequent as in all the days looked at
	P         float64 `json:"p"`        // chance of so many, or more
}

const (
	mostPoints   = 31
	recentDays   = 7  // in which a theme that grows has more than before
	newDays      = 14 // since the run that first held it
	growthChance = 1e-3
)

// cell counts documents and customers.
type cell struct {
	documents int
	who       *people
}

// series is the course of a theme over the days looked at, the last point whole.
func (w *work) series(docs []int) []Point {
	c := w.calendar()
	if len(c.all) == 0 {
		return nil
	}
	step := (len(c.all) + mostPoints - 1) / mostPoints
	offset := len(c.all) % step
	if offset > 0 {
		offset -= step
	}
	cells := make([]cell, (len(c.all)-offset)/step)
	first := int(c.first.Unix() / 86400)
	undated := cell{who: newPeople()} // or before the first day
	for i := range cells {
		cells[i].who = newPeople()
	}
	for _, i := range docs {
		at := &undated
		if d := w.docs[i]; !d.Time.IsZero() && w.number(d.Time) >= first {
			at = &cells[(w.number(d.Time)-first-offset)/step]
		}
		at.documents++
		at.who.add(w.docs[i].Customer)
	}
	hidden, least := 0, -1
	few := func(c cell) bool { return c.documents > 0 && c.who.n < w.o.K }
	if few(undated) {
		hidden++
	}
	for i, c := range cells {
		switch {
		case few(c):
			hidden++
		case c.documents > 0 && (least < 0 || c.documents < cells[least].documents):
			least = i
		}
	}
	out := make([]Point, len(cells))
	for i, x := range cells {
		from := offset + i*step
		out[i] = Point{From: c.first.AddDate(0, 0, max(0, from)).Format(time.DateOnly), Days: step + min(0, from)}
		if !few(x) && !(hidden == 1 && i == least) {
			out[i].Documents = &x.documents
		}
	}
	return out
}

// fresh says whether a run of the last days first held a theme. Of a first run
// none is: what it finds may be as old as the house.
func (w *work) fresh(born string) bool {
	c := w.calendar()
	at, err := time.Parse(time.DateOnly, born)
	return w.state.Fits > 1 && err == nil && c.first.AddDate(0, 0, len(c.all)).Sub(at) <= newDays*24*time.Hour
}

// rising says whether a theme grows: of its documents, more are of the last week
// than chance would put there, given how many of all are. nil when it does not, or
// when few customers make the difference. Something old that was merely cut
// otherwise does not grow.
func (w *work) rising(docs []int) *Rising {
	c := w.calendar()
	if len(c.all) <= recentDays {
		return nil
	}
	end := c.first.AddDate(0, 0, len(c.all)) // exclusive
	from := int(c.first.Unix()/86400) + len(c.all) - recentDays
	in, before := cell{who: newPeople()}, cell{who: newPeople()}
	for _, i := range docs {
		at := &before
		if d := w.docs[i]; d.Time.IsZero() {
			continue
		} else if w.number(d.Time) >= from {
			at = &in
		}
		at.documents++
		at.who.add(w.docs[i].Customer)
	}
	recent, all := 0, 0
	for i, n := range c.all {
		all += n
		if i >= len(c.all)-recentDays {
			recent += n
		}
	}
	n := in.documents + before.documents
	share := float64(recent) / float64(all)
	p := atLeast(in.documents, n, share)
	if in.who.n < w.o.K || p > growthChance {
		return nil
	}
	e := &Rising{
		From: c.first.AddDate(0, 0, len(c.all)-recentDays).Format(time.DateOnly), To: end.AddDate(0, 0, -1).Format(time.DateOnly),
		Documents: in.documents, Customers: in.who.n, Expected: math.Round(10*share*float64(n)) / 10, P: p,
	}
	if before.documents > 0 && before.who.n < w.o.K { // too few to be told by the difference
		e.From, e.Documents, e.Customers = c.first.Format(time.DateOnly), n, in.who.n
	}
	return e
}

// atLeast is the chance of k or more of n, each with chance p.
func atLeast(k, n int, p float64) float64 {
	if k <= 0 || p >= 1 {
		return 1
	}
	if p <= 0 {
		return 0
	}
	log := func(n int) float64 { l, _ := math.Lgamma(float64(n + 1)); return l }
	sum := 0.0
	for i := k; i <= n; i++ {
		sum += math.Exp(log(n) - log(i) - log(n-i) + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return min(1, sum)
}
