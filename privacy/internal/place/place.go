// Package place is a gazetteer of China's administrative divisions down to the
// county: what an address may start with, and what looks like a name but is a
// place. Names are simplified; matching is on runes.
//
//	g := place.Shared()
//	if m := g.Match(runes); m.Length > 0 { … }
//
// It knows names only: no codes, no hierarchy below the province, no
// coordinates. A Gazetteer is read-only and safe for concurrent use.
package place

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:generate go run ./internal/gen data

// Counties, districts, banners and county-level cities, derived by internal/gen
// from the dictionary of github.com/go-ego/gse (Apache-2.0).
//
//go:embed data/counties.txt
var countiesTxt string

// Level is the level of a division, 0 when there is none.
type Level uint8

// The levels.
const (
	Province Level = iota + 1
	City
	County
)

// Match is a place name at the start of some runes.
type Match struct {
	Length int // runes
	Level  Level
	Full   bool // written with its kind: 浙江省, not 浙江
}

// Gazetteer finds place names.
type Gazetteer struct {
	names map[string]Match
	root  [0x10000]int32 // by first character: the node behind it, or 0
	nodes []node
	edges []edge
}

// node is what the names that begin alike go on with: edges[from:to], by rune.
type node struct {
	from, to int32
	end      Match // of the name that ends here; no length when none does
}

type edge struct {
	r  rune
	to int32
}

// Shared returns the one gazetteer of the process.
var Shared = sync.OnceValue(build)

func build() *Gazetteer {
	g := &Gazetteer{names: make(map[string]Match, 8000)}
	for _, d := range divisions {
		g.add(d.full, Province, true)
		g.add(d.short, Province, false)
		for _, c := range strings.Fields(d.cities) {
			if full := hasKind(c); full {
				g.add(c, City, true)
				continue
			}
			g.add(c, City, false)
			g.add(c+"市", City, true)
		}
	}
	for _, c := range strings.Fields(countiesTxt) {
		g.add(c, County, true)
		if short := shorten(c); short != "" {
			g.add(short, County, false)
		}
	}
	sorted := make([][]rune, 0, len(g.names))
	for name := range g.names {
		sorted = append(sorted, []rune(name))
	}
	slices.SortFunc(sorted, slices.Compare[[]rune])
	g.nodes = append(g.nodes, node{}) // 0 is none
	for len(sorted) > 0 {
		n := 1
		for n < len(sorted) && sorted[n][0] == sorted[0][0] {
			n++
		}
		g.root[sorted[0][0]] = g.grow(sorted[:n], 1)
		sorted = sorted[n:]
	}
	return g
}

// hasKind says whether the name carries its kind already: 州, 盟, 地区, 林区.
func hasKind(name string) bool {
	for _, k := range []string{"自治州", "地区", "林区", "盟"} {
		if strings.HasSuffix(name, k) {
			return true
		}
	}
	return utf8.RuneCountInString(name) >= 3 && strings.HasSuffix(name, "州") || name == "博州" || name == "巴州" || name == "克州"
}

// shorten drops 区 县 市 旗 when at least two characters are left.
func shorten(county string) string {
	for _, k := range []string{"新区", "区", "县", "市"} {
		if s, ok := strings.CutSuffix(county, k); ok && utf8.RuneCountInString(s) >= 2 && !strings.HasSuffix(s, "自治") {
			return s
		}
	}
	return ""
}

func (g *Gazetteer) add(name string, level Level, full bool) {
	if _, ok := g.names[name]; ok {
		return
	}
	g.names[name] = Match{utf8.RuneCountInString(name), level, full}
}

// grow makes the nodes of the names, which are sorted and of one first
// character, behind their first depth characters.
func (g *Gazetteer) grow(names [][]rune, depth int) int32 {
	at := int32(len(g.nodes))
	g.nodes = append(g.nodes, node{})
	if len(names[0]) == depth {
		g.nodes[at].end = g.names[string(names[0])]
		names = names[1:]
	}
	var out []edge
	for len(names) > 0 {
		n := 1
		for n < len(names) && names[n][depth] == names[0][depth] {
			n++
		}
		out = append(out, edge{names[0][depth], g.grow(names[:n], depth+1)})
		names = names[n:]
	}
	g.nodes[at].from = int32(len(g.edges))
	g.edges = append(g.edges, out...)
	g.nodes[at].to = int32(len(g.edges))
	return at
}

// step returns the node behind r, or 0.
func (g *Gazetteer) step(at int32, r rune) int32 {
	edges := g.edges[g.nodes[at].from:g.nodes[at].to]
	for len(edges) > 8 {
		if half := len(edges) / 2; edges[half].r <= r {
			edges = edges[half:]
		} else {
			edges = edges[:half]
		}
	}
	for _, e := range edges {
		if e.r == r {
			return e.to
		}
	}
	return 0
}

// Begins reports whether a place name begins with r.
func (g *Gazetteer) Begins(r rune) bool {
	return uint32(r) < 0x10000 && g.root[r] != 0
}

// Match returns the longest place name that rs starts with; Length is 0 when there is none.
func (g *Gazetteer) Match(rs []rune) Match {
	if len(rs) < 2 || !g.Begins(rs[0]) {
		return Match{}
	}
	var best Match
	at := g.root[rs[0]]
	for _, r := range rs[1:] {
		if at = g.step(at, r); at == 0 {
			break
		}
		if m := g.nodes[at].end; m.Length > 0 {
			best = m
		}
	}
	return best
}

// Is reports whether s is the name of a division, in full or in short.
func (g *Gazetteer) Is(s string) bool {
	_, ok := g.names[s]
	return ok
}
