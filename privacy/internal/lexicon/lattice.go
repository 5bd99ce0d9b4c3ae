package lexicon

import "qingting/privacy/fold"

// MaxClause bounds a clause, so that scores stay local and memory small.
const MaxClause = 512

// Lattice reads one clause (a run of Han units) as dictionary words: for each
// position the best ln p of what lies before it and of what lies behind. A
// name's margin is how much likelier the clause is with the name in it.
type Lattice struct {
	lex    *Lexicon
	units  []fold.Unit
	off    int // unit index of the clause's first unit
	before []float32
	after  []float32
	edges  []edge
	first  []int32 // index of the first edge at each position
}

type edge struct {
	length int32
	logp   float32
}

// NewLattice returns a lattice over the words of lex. It holds scratch space
// and serves one goroutine at a time.
func NewLattice(lex *Lexicon) *Lattice { return &Lattice{lex: lex} }

// Release forgets the text that was read last.
func (l *Lattice) Release() { l.units = nil }

// Read prepares the lattice for units[from:to].
func (l *Lattice) Read(units []fold.Unit, from, to int) {
	n := to - from
	l.units, l.off = units[from:to], from
	l.before, l.after = resize(l.before, n+1), resize(l.after, n+1)
	l.edges = l.edges[:0]
	if cap(l.first) < n+1 {
		l.first = make([]int32, n+1)
	}
	l.first = l.first[:n+1]
	words := &l.lex.Words
	for i := range n {
		l.first[i] = int32(len(l.edges))
		key := uint64(l.units[i].Rune)
		logp := float32(unknownWord)
		if key <= 0xffff {
			if v := words.Get(key); v < 0 {
				logp = max(v, unknownWord)
			}
		}
		l.edges = append(l.edges, edge{1, logp})
		for k := 1; k < 4 && i+k < n; k++ {
			r := l.units[i+k].Rune
			if r > 0xffff || key > 0xffffffffffff {
				break
			}
			key = key<<16 | uint64(r)
			v := words.Get(key)
			if v < 0 {
				l.edges = append(l.edges, edge{int32(k + 1), v})
			}
			if k == 1 && v == 0 {
				break
			}
		}
	}
	l.first[n] = int32(len(l.edges))
	l.solve(n)
}

func (l *Lattice) solve(n int) {
	const unreached = -1e30
	for i := 1; i <= n; i++ {
		l.before[i] = unreached
	}
	l.before[0], l.after[n] = 0, 0
	for i := range n {
		for _, e := range l.edges[l.first[i]:l.first[i+1]] {
			j := i + int(e.length)
			l.before[j] = max(l.before[j], l.before[i]+e.logp)
		}
	}
	for i := n - 1; i >= 0; i-- {
		l.after[i] = unreached
		for _, e := range l.edges[l.first[i]:l.first[i+1]] {
			l.after[i] = max(l.after[i], e.logp+l.after[i+int(e.length)])
		}
	}
}

// Margin is the gain of reading units i to j as one item of log probability
// logp, in nats. i and j are unit indexes.
func (l *Lattice) Margin(i, j int, logp float32) float32 {
	return l.before[i-l.off] + logp + l.after[j-l.off] - l.after[0]
}

// Word returns ln p of units i to j as one dictionary word, and whether it is one.
func (l *Lattice) Word(i, j int) (float32, bool) {
	p := i - l.off
	for _, e := range l.edges[l.first[p]:l.first[p+1]] {
		if int(e.length) == j-i {
			return e.logp, e.length > 1 || e.logp > unknownWord
		}
	}
	return 0, false
}

// Words appends to dst the unit index at which each word of the likeliest
// reading ends.
func (l *Lattice) Words(dst []int32) []int32 {
	for i := 0; i < len(l.units); {
		next := i + 1
		for _, e := range l.edges[l.first[i]:l.first[i+1]] {
			if e.logp+l.after[i+int(e.length)] == l.after[i] {
				next = i + int(e.length)
			}
		}
		dst = append(dst, int32(l.off+next))
		i = next
	}
	return dst
}

// Boundary says whether the best word reading has a break at unit index i.
func (l *Lattice) Boundary(i int) bool {
	return l.before[i-l.off]+l.after[i-l.off] > l.after[0]-0.01
}

func resize(s []float32, n int) []float32 {
	if cap(s) < n {
		return make([]float32, n)
	}
	return s[:n]
}
