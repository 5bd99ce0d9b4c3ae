// Package anonymity makes rows of quasi-identifiers k-anonymous, and says which
// de-identification grade a file of them has.
//
//	c := anonymity.NewCount(5)
//	c.Add(row, customer)                  // every row, first
//	p := c.Plan()
//	coarse, ok := p.Apply(row)            // and then again: coarser, or withheld
//	p.K()                                 // of the smallest class that is let out
//
// A class is the customers whose rows have the same quasi-identifiers; a row of
// an unknown customer counts as a customer of its own. Rows of a class under k
// are made coarser step by step (month to quarter to year, rating to its band;
// then product, region and channel are dropped), and classes are counted anew
// among them; what is under k at the coarsest is withheld. (GB/T 37964-2019,
// generalisation and suppression, k-anonymity model.) Memory grows with the number
// of classes, not of rows.
//
// It looks at these columns alone: free text may hold more, see Grade.
package anonymity

import (
	"fmt"
	"hash/maphash"
	"strconv"
	"strings"
)

// Row is the quasi-identifiers of a row; an empty one is unknown, or not let out.
type Row struct {
	Region  string
	Channel string
	Product string
	Month   string // 2026-01, or coarser
	Rating  string // a number, or a band
}

// Dropped stands for a value that was taken away.
const Dropped = "*"

// levels is how many steps of coarsening there are, the first being none.
const levels = 5

// coarser is a row at a level: 1 quarter and band, 2 year, 3 without product, 4 without region and channel.
func (r Row) coarser(level int) Row {
	if level >= 1 {
		r.Month, r.Rating = quarter(r.Month), band(r.Rating)
	}
	if level >= 2 {
		r.Month = year(r.Month)
	}
	if level >= 3 {
		r.Product = dropped(r.Product)
	}
	if level >= 4 {
		r.Region, r.Channel, r.Rating = dropped(r.Region), dropped(r.Channel), dropped(r.Rating)
	}
	return r
}

func dropped(s string) string {
	if s == "" {
		return ""
	}
	return Dropped
}

// quarter makes 2026-Q1 of 2026-01.
func quarter(month string) string {
	y, m, ok := strings.Cut(month, "-")
	n, err := strconv.Atoi(m)
	if !ok || err != nil || n < 1 || n > 12 {
		return month
	}
	return fmt.Sprintf("%s-Q%d", y, (n+2)/3)
}

func year(month string) string {
	y, _, _ := strings.Cut(month, "-")
	return y
}

// band makes one of three of a rating from 0 to 10.
func band(rating string) string {
	x, err := strconv.ParseFloat(rating, 64)
	switch {
	case err != nil:
		return rating
	case x <= 3:
		return "0-3"
	case x <= 6:
		return "4-6"
	}
	return "7-10"
}

// Count counts classes. It is not safe for concurrent use.
type Count struct {
	k       int
	seed    maphash.Seed
	classes map[Row]*class
}

// class is the customers of a class, by hash: each of them as long as the number matters.
type class struct {
	rows      int
	unknown   int
	customers map[uint64]struct{}
}

func (c *class) size() int { return c.unknown + len(c.customers) }

// NewCount counts towards k, which is 2 at least.
func NewCount(k int) *Count {
	return &Count{k: max(2, k), seed: maphash.MakeSeed(), classes: make(map[Row]*class)}
}

// Add counts a row; customer is empty when unknown.
func (c *Count) Add(r Row, customer string) {
	cl := c.classes[r]
	if cl == nil {
		cl = &class{customers: make(map[uint64]struct{})}
		c.classes[r] = cl
	}
	cl.rows++
	if customer == "" {
		cl.unknown++
		return
	}
	if len(cl.customers) < exactUpTo*c.k {
		cl.customers[maphash.String(c.seed, customer)] = struct{}{}
	}
}

// exactUpTo times k customers a class is counted exactly; beyond, as that many.
const exactUpTo = 4

// Plan is what becomes of each row.
type Plan struct {
	level    map[Row]int // of rows that are let out coarser
	withheld map[Row]bool
	k        int
	counts   Counts
}

// Counts is what a plan does to how many rows.
type Counts struct {
	Rows        int `json:"rows"`        // let out
	Generalised int `json:"generalised"` // of these, coarser than they were
	Withheld    int `json:"withheld"`
	Classes     int `json:"classes"` // let out
}

// Plan decides.
func (c *Count) Plan() *Plan {
	p := &Plan{level: make(map[Row]int), withheld: make(map[Row]bool)}
	open := make(map[Row]*class, len(c.classes)) // undecided, as they came
	for r, cl := range c.classes {
		open[r] = cl
	}
	for level := 0; level < levels && len(open) > 0; level++ {
		merged := make(map[Row]*class)
		for r, cl := range open {
			coarse := r.coarser(level)
			m := merged[coarse]
			if m == nil {
				m = &class{customers: make(map[uint64]struct{})}
				merged[coarse] = m
			}
			m.rows += cl.rows
			m.unknown += cl.unknown
			for id := range cl.customers {
				m.customers[id] = struct{}{}
			}
		}
		for r, cl := range open {
			m := merged[r.coarser(level)]
			if m.size() < c.k {
				continue
			}
			delete(open, r)
			p.counts.Rows += cl.rows
			if level > 0 {
				p.level[r] = level
				if r.coarser(level) != r {
					p.counts.Generalised += cl.rows
				}
			}
		}
		for _, m := range merged {
			if m.size() < c.k {
				continue
			}
			p.counts.Classes++
			if p.k == 0 || m.size() < p.k {
				p.k = m.size()
			}
		}
	}
	for r, cl := range open {
		p.withheld[r] = true
		p.counts.Withheld += cl.rows
	}
	return p
}

// Apply is a row as it may be let out; false when it may not.
func (p *Plan) Apply(r Row) (Row, bool) {
	if p.withheld[r] {
		return Row{}, false
	}
	return r.coarser(p.level[r]), true
}

// K is the size of the smallest class that is let out, in customers; 0 when
// nothing is.
func (p *Plan) K() int { return p.k }

// Counts says how many rows are let out, and how.
func (p *Plan) Counts() Counts { return p.counts }
