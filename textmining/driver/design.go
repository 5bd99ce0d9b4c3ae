package driver

import (
	"slices"

	"qingting/textmining/internal/linalg"
)

// entry is a non-zero cell of the design.
type entry struct {
	col   int
	value float64
}

// design is the regression's left side: sparse rows in clusters, the constant
// first, then the controls, then the themes.
type design struct {
	rows     [][]entry
	y        []float64 // rating
	cluster  [][]int   // rows of each customer
	first    int       // the first theme's column
	cols     int
	gram     linalg.Matrix
	xy       []float64
	theme    []int // column → index of the theme, for columns from first on
	customer []int // people who have a non-zero cell, by column
}

// term is a theme as a column: what of a mention counts in it.
type term struct {
	theme int
	value func(Mention) float64
}

// newDesign builds the design of the terms, and leaves it to sum. Levels of too few customers share a column.
func newDesign(d Data, k int, terms []term) *design {
	g := &design{}
	g.clusters(d.Rows)
	levels, next := g.controls(d, k)
	g.first = next
	columnsOf := make([][]int, len(d.Themes)) // theme → terms
	for i, t := range terms {
		columnsOf[t.theme] = append(columnsOf[t.theme], i)
		g.theme = append(g.theme, t.theme)
	}
	g.cols = next + len(terms)
	g.rows, g.y = make([][]entry, len(d.Rows)), make([]float64, len(d.Rows))
	for i, r := range d.Rows {
		g.y[i] = r.Rating
		row := []entry{{0, 1}}
		for c, level := range r.Levels {
			if col := levels[c][max(level, -1)+1]; col > 0 {
				row = append(row, entry{col, 1})
			}
		}
		for at, m := range r.Mentions {
			if repeated(r.Mentions, at) {
				continue
			}
			for _, t := range columnsOf[m.Theme] {
				if v := terms[t].value(m); v != 0 {
					row = append(row, entry{next + t, v})
				}
			}
		}
		g.rows[i] = row
	}
	g.count()
	return g
}

// clusters groups the rows by customer, in order of first appearance.
func (g *design) clusters(rows []Row) {
	at := map[int]int{}
	for i, r := range rows {
		c, known := at[r.Customer]
		if r.Customer < 0 || !known {
			c = len(g.cluster)
			g.cluster = append(g.cluster, nil)
			if r.Customer >= 0 {
				at[r.Customer] = c
			}
		}
		g.cluster[c] = append(g.cluster[c], i)
	}
}

// controls gives the column of each level plus one, 0 being none: the most
// frequent level, from which the others differ.
func (g *design) controls(d Data, k int) (levels [][]int, next int) {
	next = 1
	for c, control := range d.Controls {
		people := make([]int, control.Levels+1)
		seen := make([]int, control.Levels+1)
		for who, rows := range g.cluster {
			for _, i := range rows {
				level := max(d.Rows[i].Levels[c], -1) + 1
				if seen[level] != who+1 {
					seen[level] = who + 1
					people[level]++
				}
			}
		}
		most := 0
		for level, n := range people {
			if n > people[most] {
				most = level
			}
		}
		columns, rest := make([]int, len(people)), 0
		for level, n := range people {
			switch {
			case level == most || n == 0:
			case n < k:
				if rest == 0 {
					rest = next
					next++
				}
				columns[level] = rest
			default:
				columns[level] = next
				next++
			}
		}
		levels = append(levels, columns)
	}
	return levels, next
}

// sum adds up X'X and X'y.
func (g *design) sum() {
	g.gram, g.xy = linalg.New(g.cols, g.cols), make([]float64, g.cols)
	for i, row := range g.rows {
		for _, a := range row {
			g.xy[a.col] += a.value * g.y[i]
			to := g.gram.Row(a.col)
			for _, b := range row {
				to[b.col] += a.value * b.value
			}
		}
	}
}

// count numbers the people of each column.
func (g *design) count() {
	g.customer = make([]int, g.cols)
	seen := make([]int, g.cols)
	for who, rows := range g.cluster {
		for _, i := range rows {
			for _, e := range g.rows[i] {
				if seen[e.col] != who+1 {
					seen[e.col] = who + 1
					g.customer[e.col]++
				}
			}
		}
	}
}

// keep drops all other columns; kept is ascending and begins with the constant.
func (g *design) keep(kept []int) {
	to := make([]int, g.cols)
	for i := range to {
		to[i] = -1
	}
	var theme, customer []int
	first := 0
	for i, col := range kept {
		to[col] = i
		customer = append(customer, g.customer[col])
		if col >= g.first {
			theme = append(theme, g.theme[col-g.first])
		} else {
			first = i + 1
		}
	}
	for i, row := range g.rows {
		g.rows[i] = slices.DeleteFunc(row, func(e entry) bool { return to[e.col] < 0 })
		for j := range g.rows[i] {
			g.rows[i][j].col = to[g.rows[i][j].col]
		}
	}
	xy := make([]float64, len(kept))
	for i, col := range kept {
		xy[i] = g.xy[col]
	}
	g.gram, g.xy, g.cols, g.first, g.theme, g.customer = g.gram.Select(kept, kept), xy, len(kept), first, theme, customer
}

// fitted is the row's x'b.
func fitted(row []entry, b []float64) float64 {
	sum := 0.0
	for _, e := range row {
		sum += e.value * b[e.col]
	}
	return sum
}
