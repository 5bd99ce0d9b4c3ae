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
	names   map[string]Match
	first   [0x10000 / 64]uint64 // bitmap of first characters
	longest int
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
	n := utf8.RuneCountInString(name)
	r, _ := utf8.DecodeRuneInString(name)
	g.names[name] = Match{n, level, full}
	g.first[r>>6] |= 1 << (r & 63)
	g.longest = max(g.longest, n)
}

// Begins reports whether a place name begins with r.
func (g *Gazetteer) Begins(r rune) bool {
	return r >= 0 && r < 0x10000 && g.first[r>>6]&(1<<(r&63)) != 0
}

// Match returns the longest place name that rs starts with; Length is 0 when there is none.
func (g *Gazetteer) Match(rs []rune) Match {
	if len(rs) < 2 || !g.Begins(rs[0]) {
		return Match{}
	}
	// The bytes are written once, on the stack, and cut shorter: a string a
	// length would be an allocation each.
	var bytes [16 * utf8.UTFMax]byte
	var ends [16]int
	longest, end := min(len(rs), g.longest, len(ends)), 0
	for i, r := range rs[:longest] {
		end += utf8.EncodeRune(bytes[end:], r)
		ends[i] = end
	}
	for n := longest; n >= 2; n-- {
		if m, ok := g.names[string(bytes[:ends[n-1]])]; ok {
			return m
		}
	}
	return Match{}
}

// Is reports whether s is the name of a division, in full or in short.
func (g *Gazetteer) Is(s string) bool {
	_, ok := g.names[s]
	return ok
}
