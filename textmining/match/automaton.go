package match

import (
	"slices"
	"unicode/utf8"
)

// phrase is one folded pattern of the automaton.
type phrase struct {
	length int32    // in symbols
	left   uint32   // flagLetter or flagDigit when the phrase begins with one
	right  uint32   // the same for its end
	last   uint16   // its last symbol, for doubled consonants (cancelled)
	bare   bool     // an ending was already written out: none may follow
	uses   []useRef // the cues it is a side of
}

// useRef says that a phrase is an alternative of one chunk of a side of a cue.
type useRef struct {
	cue         int32
	side, chunk uint8
}

// automaton is an Aho–Corasick automaton over the symbols of folded text. The
// edges of a state lie together, sorted, so that it takes 6 bytes a character
// of the cues; the root has a direct table.
type automaton struct {
	table   []uint32 // rune → symbol and flags, the basic plane
	beyond  map[rune]uint16
	symbols int
	root    []int32 // symbol → state
	first   []int32 // state → its first edge; len states+1
	label   []uint16
	target  []int32
	fail    []int32
	output  []int32 // state → phrase that ends here, or -1
	chain   []int32 // state → next state on the fail path with an output, or 0
	phrases []phrase
}

// builder collects phrases as a trie before it is laid out.
type builder struct {
	auto   *automaton
	nodes  []map[uint16]int32
	ends   []int32
	symbol map[rune]uint16
}

func newBuilder() *builder {
	a := &automaton{table: make([]uint32, 0x10000), beyond: map[rune]uint16{}}
	b := &builder{auto: a, nodes: []map[uint16]int32{nil}, ends: []int32{-1}, symbol: map[rune]uint16{}}
	b.symbolOf(' ') // symbol 1
	return b
}

const spaceSymbol = 1

func (b *builder) symbolOf(r rune) uint16 {
	s, ok := b.symbol[r]
	if !ok {
		s = uint16(len(b.symbol) + 1)
		b.symbol[r] = s
	}
	return s
}

// fold turns a phrase into the symbols and flags that scanning would see.
func (b *builder) fold(text string) (symbols []uint16, flags []uint32) {
	pending := false
	for _, r := range text {
		r = foldRune(r)
		f := flagsOf(r)
		switch {
		case f&flagSkip != 0:
			continue
		case f&flagSpace != 0:
			pending = true
			continue
		}
		if n := len(flags); pending && n > 0 && flags[n-1]&(flagLetter|flagDigit) != 0 && f&(flagLetter|flagDigit) != 0 {
			symbols, flags = append(symbols, spaceSymbol), append(flags, flagSpace)
		}
		pending = false
		symbols, flags = append(symbols, b.symbolOf(r)), append(flags, f)
	}
	return symbols, flags
}

// add enters one alternative of a cue's side and its English inflections.
func (b *builder) add(text string, use useRef) {
	symbols, flags := b.fold(text)
	if len(symbols) == 0 {
		return
	}
	b.insert(symbols, flags, false, use)
	n := len(symbols)
	if flags[n-1]&flagLetter == 0 || n < 4 {
		return
	}
	inflect := func(ending string) {
		s := slices.Clone(symbols[:n-1])
		f := slices.Clone(flags[:n-1])
		for _, r := range ending {
			s, f = append(s, b.symbolOf(r)), append(f, flagLetter)
		}
		b.insert(s, f, true, use)
	}
	switch symbols[n-1] {
	case b.symbolOf('e'): // charge, charging
		inflect("ing")
	case b.symbolOf('y'): // bully, bullies, bullied
		inflect("ies")
		inflect("ied")
	}
}

func (b *builder) insert(symbols []uint16, flags []uint32, bare bool, use useRef) {
	state := int32(0)
	for _, s := range symbols {
		next, ok := b.nodes[state][s]
		if !ok {
			next = int32(len(b.nodes))
			if b.nodes[state] == nil {
				b.nodes[state] = map[uint16]int32{}
			}
			b.nodes[state][s] = next
			b.nodes = append(b.nodes, nil)
			b.ends = append(b.ends, -1)
		}
		state = next
	}
	id := b.ends[state]
	if id < 0 {
		const edge = flagLetter | flagDigit
		n := len(symbols)
		id = int32(len(b.auto.phrases))
		b.ends[state] = id
		b.auto.phrases = append(b.auto.phrases, phrase{
			length: int32(n), left: flags[0] & edge, right: flags[n-1] & edge, last: symbols[n-1], bare: bare,
		})
	}
	p := &b.auto.phrases[id]
	p.bare = p.bare && bare
	if !slices.Contains(p.uses, use) {
		p.uses = append(p.uses, use)
	}
}

// build lays the trie out and links it.
func (b *builder) build() *automaton {
	a := b.auto
	states := len(b.nodes)
	a.symbols = len(b.symbol) + 1
	a.root = make([]int32, a.symbols)
	a.first = make([]int32, states+1)
	a.fail = make([]int32, states)
	a.chain = make([]int32, states)
	a.output = b.ends
	for s, edges := range b.nodes {
		a.first[s] = int32(len(a.label))
		labels := make([]uint16, 0, len(edges))
		for l := range edges {
			labels = append(labels, l)
		}
		slices.Sort(labels)
		for _, l := range labels {
			a.label = append(a.label, l)
			a.target = append(a.target, edges[l])
		}
	}
	a.first[states] = int32(len(a.label))
	for l, s := range b.nodes[0] {
		a.root[l] = s
	}
	a.link()
	for r := rune(0); r < 0x10000; r++ {
		f := foldRune(r)
		entry := flagsOf(f)
		if s, ok := b.symbol[f]; ok {
			entry |= uint32(s)
		}
		a.table[r] = entry
	}
	for r, s := range b.symbol {
		if r >= 0x10000 {
			a.beyond[r] = s
		}
	}
	return a
}

// link sets the fail and output links, breadth first.
func (a *automaton) link() {
	queue := make([]int32, 0, len(a.fail))
	for _, s := range a.root {
		if s != 0 {
			queue = append(queue, s)
		}
	}
	for i := 0; i < len(queue); i++ {
		s := queue[i]
		for e := a.first[s]; e < a.first[s+1]; e++ {
			t := a.target[e]
			f := a.step(a.fail[s], a.label[e])
			a.fail[t] = f
			if a.output[f] >= 0 {
				a.chain[t] = f
			} else {
				a.chain[t] = a.chain[f]
			}
			queue = append(queue, t)
		}
	}
}

// step follows symbol l from state s, falling back where there is no edge.
func (a *automaton) step(s int32, l uint16) int32 {
	for s != 0 {
		lo, hi := a.first[s], a.first[s+1]
		for hi-lo > 8 {
			mid := (lo + hi) / 2
			if a.label[mid] <= l {
				lo = mid
			} else {
				hi = mid
			}
		}
		for e := lo; e < hi; e++ {
			if a.label[e] == l {
				return a.target[e]
			}
		}
		s = a.fail[s]
	}
	return a.root[l]
}

// entry returns the symbol and flags of r.
func (a *automaton) entry(r rune) uint32 {
	if r < 0x10000 {
		return a.table[r]
	}
	return uint32(a.beyond[r])
}

// decode is utf8.DecodeRuneInString with the ASCII case first.
func decode(text string, i int) (rune, int) {
	if b := text[i]; b < utf8.RuneSelf {
		return rune(b), 1
	}
	return utf8.DecodeRuneInString(text[i:])
}
