package newword

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"
)

// longest is how many units a candidate may have.
const longest = 6

// gram is an n-gram that occurs often enough.
type gram struct {
	at        int32 // one place where it stands
	n         int32 // units
	count     int32
	documents int32
	customers int32
	uncut     int32 // places where no word of the lexicons reaches across its ends
	left      side
	right     side
}

// side is what stands on one side of an n-gram.
type side struct {
	entropy float32 // in bits
	clauses int32   // places where a clause begins or ends there
	numbers int32   // places where a number stands there
}

// suffix is a place in the row with what follows its first unit, to sort by.
type suffix struct {
	key  uint64 // the four units after the first
	last unit   // the one after those
	at   int32
}

// bucket counts the n-grams that begin with one unit. Each worker has one.
type bucket struct {
	c          *corpus
	least      int32
	suffixes   []suffix
	neighbours []int32 // by unit, zero between uses
	touched    []unit
	documents  []int32 // by document: the last gram that saw it
	customers  []int32
	stamp      int32
	grams      []gram
}

// count finds all n-grams of 2 units and more that occur at least least times,
// by sorting the places where each unit stands: equal n-grams are neighbours.
func (c *corpus) count(least int32) []gram {
	// places lists where each unit stands, unit by unit.
	begin := make([]int32, len(c.names)+1)
	for _, u := range c.row {
		begin[u]++
	}
	sum := int32(0)
	for u := range begin {
		begin[u], sum = sum, sum+begin[u]
	}
	places := make([]int32, len(c.row))
	next := slices.Clone(begin)
	for i, u := range c.row {
		places[next[u]] = int32(i)
		next[u]++
	}
	found := make([][]gram, len(c.names))
	var workers sync.WaitGroup
	turn := make(chan unit)
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			b := bucket{
				c: c, least: least, neighbours: make([]int32, len(c.names)),
				documents: make([]int32, len(c.owner)), customers: make([]int32, c.customers),
			}
			for u := range turn {
				found[u] = b.count(places[begin[u]:begin[u+1]])
			}
		})
	}
	for u := 1; u < len(c.names); u++ {
		turn <- unit(u)
	}
	close(turn)
	workers.Wait()
	return slices.Concat(found...)
}

// count counts the n-grams that begin at places, which hold the same unit.
func (b *bucket) count(places []int32) []gram {
	b.suffixes = b.suffixes[:0]
	row := b.c.row
	for _, at := range places {
		s := suffix{at: at}
		open := true
		for k := int32(1); k < longest; k++ {
			u := edge
			if open {
				if u = row[at+k]; u == edge {
					open = false
				}
			}
			if k == longest-1 {
				s.last = u
			} else {
				s.key = s.key<<16 | uint64(u)
			}
		}
		if s.key>>48 != 0 {
			b.suffixes = append(b.suffixes, s)
		}
	}
	slices.SortFunc(b.suffixes, func(x, y suffix) int {
		return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.last, y.last), cmp.Compare(x.at, y.at))
	})
	b.grams = nil
	b.group(b.suffixes, 2)
	return b.grams
}

// group takes the suffixes that agree in their first n−1 units apart by the
// n-th, and goes deeper where enough agree.
func (b *bucket) group(of []suffix, n int32) {
	for i := 0; i < len(of); {
		u := of[i].unit(n)
		j := i + 1
		for j < len(of) && of[j].unit(n) == u {
			j++
		}
		if u != edge && int32(j-i) >= b.least {
			b.measure(of[i:j], n)
			if n < longest {
				b.group(of[i:j], n+1)
			}
		}
		i = j
	}
}

// unit is the n-th unit of a suffix, counted from 1; n is at least 2.
func (s suffix) unit(n int32) unit {
	if n == longest {
		return s.last
	}
	return unit(s.key >> (16 * (longest - 1 - n)))
}

// measure counts one n-gram.
func (b *bucket) measure(of []suffix, n int32) {
	b.stamp++
	g := gram{at: of[0].at, n: n, count: int32(len(of))}
	for _, s := range of {
		g.at = min(g.at, s.at)
		if b.c.marks[s.at] == begins && (b.c.row[s.at+n] == edge || b.c.marks[s.at+n] == begins) {
			g.uncut++
		}
		d, _ := slices.BinarySearch(b.c.starts, s.at+1)
		d--
		if b.documents[d] == b.stamp {
			continue
		}
		b.documents[d] = b.stamp
		g.documents++
		if o := b.c.owner[d]; b.customers[o] != b.stamp {
			b.customers[o] = b.stamp
			g.customers++
		}
	}
	g.left = b.side(of, -1)
	g.right = b.side(of, n)
	b.grams = append(b.grams, g)
}

// side has the entropy of the units at a distance from the n-gram's first one.
// Each edge counts as another neighbour: many edges are much freedom.
func (b *bucket) side(of []suffix, distance int32) side {
	b.touched = b.touched[:0]
	var out side
	edges := int32(0)
	for _, s := range of {
		u, of := edge, clause
		if at := s.at + distance; at >= 0 {
			u, of = b.c.row[at], b.c.marks[at]
		}
		if u == edge {
			edges++
			switch of {
			case clause:
				out.clauses++
			case number:
				out.numbers++
			}
			continue
		}
		if b.neighbours[u] == 0 {
			b.touched = append(b.touched, u)
		}
		b.neighbours[u]++
	}
	slices.Sort(b.touched) // sums of floats depend on their order
	total := float64(len(of))
	h := float64(edges) / total * math.Log2(total)
	for _, u := range b.touched {
		p := float64(b.neighbours[u]) / total
		h -= p * math.Log2(p)
		b.neighbours[u] = 0
	}
	out.entropy = float32(h)
	return out
}
