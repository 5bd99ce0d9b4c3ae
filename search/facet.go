package search

import (
	"slices"
	"strings"
)

// The facets over time: by day, by week, whose value is its Monday, and by
// month, 2026-01. Of these a search can have one: months and days together
// would tell what was withheld. The other facets have the names of fields.
const (
	FacetDay   = "day"
	FacetWeek  = "week"
	FacetMonth = "month"
)

// facetFields maps each facet to its field, and says whether a document has at
// most one value of it.
var facetFields = map[string]struct {
	field  string
	single bool
}{
	fieldTheme:     {field: fieldTheme},
	fieldDimension: {field: fieldDimension},
	fieldPainPoint: {field: fieldPainPoint},
	fieldRisk:      {field: fieldRisk},
	fieldPII:       {field: fieldPII},
	fieldGrade:     {field: fieldGrade, single: true},
	fieldChannel:   {field: fieldChannel, single: true},
	fieldRegion:    {field: fieldRegion, single: true},
	fieldProduct:   {field: fieldProduct, single: true},
	fieldSource:    {field: fieldSource, single: true},
	fieldSentiment: {field: fieldSentiment, single: true},
	fieldLanguage:  {field: fieldLanguage, single: true},
	fieldRating:    {field: fieldRating, single: true},
	FacetDay:       {field: fieldTime, single: true},
	FacetWeek:      {field: fieldTime, single: true},
	FacetMonth:     {field: fieldTime, single: true},
}

// FacetNames lists the facets that pages show, in their order; week, month and
// rating can be had besides.
func FacetNames() []string {
	return []string{
		fieldTheme, fieldDimension, fieldPainPoint, fieldSentiment, fieldRisk,
		fieldChannel, fieldRegion, fieldProduct, fieldSource, fieldLanguage, fieldPII, fieldGrade, FacetDay,
	}
}

// Facet counts the documents of a result by the values of one field.
type Facet struct {
	Name  string `json:"name"`
	Cells []Cell `json:"cells"`
	// More is how many further values there are.
	More int `json:"more,omitempty"`
}

// Cell is one value of a facet. When fewer than K distinct customers stand
// behind it, it is suppressed and has no count. A document whose customer is
// unknown counts as a customer of its own.
//
// In a facet of single values the counts add up to the total, so that what is
// suppressed could be found by subtraction. There, further cells, the smallest
// first, are suppressed until those withheld are two or more, have K customers
// together, and have so many documents together that any one of them may have K.
// That holds within one answer; it cannot hold between the answers to several
// queries.
type Cell struct {
	Value      string `json:"value"`
	Count      int    `json:"count,omitempty"`
	Suppressed bool   `json:"suppressed,omitempty"`
}

// counts are the facets of one search while they are counted.
type counts struct {
	name  string
	cells map[string]*tally
}

// tally counts one cell, with its customers up to the number that matters.
// That is enough to join tallies, too: a join has fewer customers than that
// only if each part has, and then they are all known.
type tally struct {
	docs      int
	customers []uint32 // an unknown customer, 0, each time
}

func (t *tally) add(customer uint32, k int) {
	t.docs++
	t.meet(customer, k)
}

func (t *tally) meet(customer uint32, k int) {
	if len(t.customers) < k && (customer == 0 || !slices.Contains(t.customers, customer)) {
		t.customers = append(t.customers, customer)
	}
}

func (t *tally) join(other *tally, k int) {
	t.docs += other.docs
	for _, c := range other.customers {
		t.meet(c, k)
	}
}

// facet shows a tally as a facet: the largest cells first (times in order), then
// the suppressed ones by name, so that their order tells nothing.
func (c *counts) facet(size, k int) Facet {
	type entry struct {
		Cell
		*tally
	}
	entries := make([]entry, 0, len(c.cells))
	for value, t := range c.cells {
		entries = append(entries, entry{Cell{Value: value, Count: t.docs}, t})
	}
	slices.SortFunc(entries, func(a, b entry) int {
		if aFew, bFew := len(a.customers) < k, len(b.customers) < k; aFew != bFew {
			if aFew {
				return 1
			}
			return -1
		}
		if a.docs != b.docs {
			return b.docs - a.docs
		}
		return strings.Compare(a.Value, b.Value)
	})
	shown := len(entries)
	var withheld tally
	for shown > 0 && len(entries[shown-1].customers) < k {
		shown--
		withheld.join(entries[shown].tally, k)
	}
	if facetFields[c.name].single && shown < len(entries) {
		for n := len(entries) - shown; shown > 0 && (n < 2 || len(withheld.customers) < k || withheld.docs-(n-1) < k); n++ {
			shown--
			withheld.join(entries[shown].tally, k)
		}
	}
	cells := make([]Cell, len(entries))
	for i, e := range entries {
		cells[i] = e.Cell
		if i >= shown {
			cells[i] = Cell{Value: e.Value, Suppressed: true}
		}
	}
	slices.SortFunc(cells[shown:], func(a, b Cell) int { return strings.Compare(a.Value, b.Value) })
	f := Facet{Name: c.name, Cells: cells}
	if facetFields[c.name].field == fieldTime {
		slices.SortFunc(f.Cells, func(a, b Cell) int { return strings.Compare(a.Value, b.Value) })
	} else if len(cells) > size {
		f.Cells, f.More = cells[:size], len(cells)-size
	}
	return f
}
