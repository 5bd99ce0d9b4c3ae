package review

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
)

// plan makes the cells and their sizes.
func plan(units []Unit, p Plan) []Cell {
	counts := make(map[Band]int)
	for _, u := range units {
		counts[u.Band]++
	}
	alpha := 1 - p.Confidence
	var cells []Cell
	if p.Size > 0 {
		// The floors of small bands are part of the size, as far as it bears them.
		n := min(p.Size, len(units))
		for n > 0 && sizes(cut(counts, n, p.Floor, alpha)) > p.Size {
			n--
		}
		if cells = cut(counts, n, p.Floor, alpha); n == 0 {
			cells = cut(counts, p.Size, 0, alpha)
		}
	} else {
		// The smallest that shows the target when nothing is found.
		low, high := 0, len(units)
		for high-low > 1 {
			mid := low + (high-low)/2
			if unseen(cut(counts, mid, p.Floor, alpha), len(units)) > p.Target {
				low = mid
			} else {
				high = mid
			}
		}
		if cells = cut(counts, high, p.Floor, alpha); sizes(cells) > MaxSize {
			cells = cut(counts, MaxSize, 0, alpha)
		}
	}
	for i := range cells {
		cells[i].Found = make(map[string]int)
		for _, u := range units {
			if !slices.Contains(cells[i].Bands, u.Band) {
				continue
			}
			for _, t := range u.Types {
				cells[i].Found[t]++
			}
		}
	}
	return cells
}

func sizes(cells []Cell) (n int) {
	for _, c := range cells {
		n += c.Size
	}
	return n
}

// unseen is the upper bound when nothing is seen.
func unseen(cells []Cell, population int) (share float64) {
	for _, c := range cells {
		share += float64(c.Population) / float64(population) * c.upper(0, c.Size)
	}
	return share
}

// cut makes a cell of all bands that have their floor in a proportional sample
// of n, and one of each other band, of which the floor is drawn.
func cut(counts map[Band]int, n, floor int, alpha float64) (cells []Cell) {
	total := 0
	for _, c := range counts {
		total += c
	}
	n = min(n, total)
	var common Cell
	for _, b := range Bands {
		switch c := counts[b]; {
		case c == 0:
		case c*n/total < min(floor, c):
			cells = append(cells, Cell{Bands: []Band{b}, Population: c, Size: min(floor, c)})
		default:
			common.Bands = append(common.Bands, b)
			common.Population += c
		}
	}
	if common.Population > 0 {
		// Rounded up, so that nothing is drawn more thinly than asked for.
		common.Size = min(common.Population, (common.Population*n+total-1)/total)
		cells = append([]Cell{common}, cells...)
	}
	// Shares of the error that make the sum of the bounds about smallest: in
	// proportion to weight by size. A cell that is drawn whole needs none.
	weight := func(c Cell) float64 {
		if c.Size >= c.Population {
			return 0
		}
		return float64(c.Population) / float64(c.Size)
	}
	var sum float64
	for _, c := range cells {
		sum += weight(c)
	}
	for i, c := range cells {
		if w := weight(c); w > 0 {
			cells[i].Alpha = alpha * w / sum
		}
	}
	return cells
}

// upper bounds the share of a cell's documents of a kind of which x of n were seen.
func (c Cell) upper(x, n int) float64 {
	if n >= c.Population {
		return float64(x) / float64(c.Population)
	}
	return Upper(x, n, c.Alpha)
}

// pivotal draws size of the members, all with the same chance, along the tree of
// band, types, channel and month. Chances are counted in parts of len(members),
// so that nothing is rounded.
func pivotal(units []Unit, members []int, size int, rng *rand.Rand) (drawn []int) {
	rng.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	types := make(map[int]string, len(members))
	for _, m := range members {
		types[m] = strings.Join(units[m].Types, "+")
	}
	keys := []func(int) string{
		func(m int) string { return string(units[m].Band) },
		func(m int) string { return types[m] },
		func(m int) string { return units[m].Channel },
		func(m int) string { return units[m].Month },
	}
	slices.SortStableFunc(members, func(a, b int) int {
		for _, key := range keys {
			if c := strings.Compare(key(a), key(b)); c != 0 {
				return c
			}
		}
		return 0
	})
	whole := len(members)
	left := make([]chance, whole)
	for i, m := range members {
		left[i] = chance{m, size}
	}
	// From the leaves up: what one node cannot settle goes on to the next.
	for depth := len(keys); depth >= 0; depth-- {
		var next []chance
		for len(left) > 0 {
			n := 1
			for n < len(left) && sameNode(keys[:depth], left[0].unit, left[n].unit) {
				n++
			}
			taken, rest := settle(left[:n], whole, rng)
			drawn, next, left = append(drawn, taken...), append(next, rest...), left[n:]
		}
		left = next
	}
	slices.SortFunc(drawn, func(a, b int) int { return cmp.Compare(a, b) })
	return drawn
}

func sameNode(keys []func(int) string, a, b int) bool {
	for _, key := range keys {
		if key(a) != key(b) {
			return false
		}
	}
	return true
}

// chance is a unit's chance to be drawn, in parts of a whole.
type chance struct{ unit, parts int }

// settle lets the units of a node fight it out, two at a time: one of two gets
// all of both chances, or is drawn and leaves the other the rest. At most one
// is left unsettled.
func settle(node []chance, whole int, rng *rand.Rand) (drawn []int, rest []chance) {
	var now chance
	for _, next := range node {
		switch sum := now.parts + next.parts; {
		case now.parts == 0:
			now = next
		case sum <= whole:
			if rng.IntN(sum) < next.parts {
				now.unit = next.unit
			}
			now.parts = sum
		default:
			// The one that is drawn keeps nothing; the other has what is over.
			if rng.IntN(2*whole-sum) < whole-next.parts {
				now, next = next, now
			}
			drawn = append(drawn, next.unit)
			now.parts = sum - whole
		}
		if now.parts == whole {
			drawn, now = append(drawn, now.unit), chance{}
		}
	}
	if now.parts > 0 {
		rest = append(rest, now)
	}
	return drawn, rest
}
