package match

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Span is a range of bytes of the text, end exclusive.
type Span struct{ Start, End int }

// Firing is one cue found.
type Firing struct {
	Owner, Cue int32
	Kind       Kind // Praise, too, for a complaint that its clause says is over
	Denied     bool // a negation governs it
	overlaps   bool // denied only because it overlaps something denied
	Clause     int32
	last       int32 // clause that it ends in
	Start, End int   // bytes of the text, end exclusive
}

// Scratch is the working memory of Find. Clauses is the text's clauses after a
// Find, in order; a Firing's Clause indexes it.
type Scratch struct {
	Clauses  []Span
	firings  []Firing
	starts   []int32 // symbol → byte offset of its first byte
	hits     []hit   // chunks of cues of several
	head     []int32 // cue → 1 + its last hit in hits, 0 for none
	touched  []int32 // cues with a hit
	group    []hit   // the hits of one cue
	chains   [2][]hit
	links    []hit
	negators []hit
	pseudos  []hit
}

type hit struct {
	cue        int32
	next       int32 // 1 + the hit before it of the same cue
	side       uint8
	chunk      uint8
	masked     bool
	clause     int32
	from, to   int32 // symbols
	start, end int   // bytes
}

// Find returns the cues that text contains, in order of their start, then of
// their cue. The result and sc.Clauses are good until the next call with sc.
func (s *Set) Find(text string, sc *Scratch) []Firing {
	sc.firings, sc.hits = sc.firings[:0], sc.hits[:0]
	sc.negators, sc.pseudos = sc.negators[:0], sc.pseudos[:0]
	sc.starts, sc.Clauses = sc.starts[:0], sc.Clauses[:0]
	if len(sc.head) != len(s.cues) { // first use, or with another Set before
		sc.head = make([]int32, len(s.cues))
	}
	s.scan(text, sc)
	s.quantities(text, sc)
	s.join(text, sc)
	for i := range sc.negators {
		n := &sc.negators[i]
		n.masked = slices.ContainsFunc(sc.pseudos, func(p hit) bool { return p.start < n.end && n.start < p.end && p.end-p.start > n.end-n.start })
	}
	out := sc.firings
	if len(out) > 0 {
		for i := range out {
			out[i].Denied = out[i].Kind != Except && s.denied(text, sc, &out[i])
		}
		for i := range out {
			if f := &out[i]; !f.Denied && (f.Kind == Plain || f.Kind == Strong) && over(text, sc, f) {
				f.Kind = Praise
			}
		}
		spread(out)
	}
	out = s.except(out)
	slices.SortFunc(out, func(a, b Firing) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return int(a.Cue - b.Cue)
	})
	sc.firings = out
	return out
}

// spread denies what begins within something denied: with 乱扣, 扣费 too. What
// begins before it holds the negator itself (没信号). What is denied only so
// spreads no further.
func spread(firings []Firing) {
	for i := range firings {
		d := &firings[i]
		if !d.Denied || d.overlaps || d.Kind == Praise {
			continue
		}
		for j := range firings {
			f := &firings[j]
			if !f.Denied && f.Kind != Praise && f.Start >= d.Start && f.Start < d.End {
				f.Denied, f.overlaps = true, true
			}
		}
	}
}

// scan runs the automaton over the folded text.
func (s *Set) scan(text string, sc *Scratch) {
	a := s.auto
	const word = flagLetter | flagDigit
	var (
		state   int32
		prev    uint32 // flags of the last symbol
		space   = -1   // offset of a blank not yet entered
		opened  = -1   // start of the current clause, -1 before its first character
		endLast int    // end of the last character of the clause
		run     int    // symbol with which the present run without a blank begins
	)
	closeClause := func() {
		if opened >= 0 {
			sc.Clauses = append(sc.Clauses, Span{opened, endLast})
			opened = -1
		}
		state, prev, space, run = 0, 0, -1, len(sc.starts)
	}
	for i := 0; i < len(text); {
		r, n := decode(text, i)
		e := a.entry(r)
		at := i
		i += n
		if r == '⟦' { // a redaction placeholder is one opaque symbol
			if j := strings.Index(text[at:min(len(text), at+96)], "⟧"); j > 0 {
				i = at + j + len("⟧")
				if opened < 0 {
					opened = at
				}
				endLast, state, prev, space = i, 0, 0, -1
				sc.starts = append(sc.starts, int32(at))
				continue
			}
		}
		if r == '@' { // so is the name of somebody who is called: @…客服 is no word of the text
			if n := handle(text[i:]); n > 0 {
				s.called(sc, text, at, i, i+n)
				i += n
				if opened < 0 {
					opened = at
				}
				endLast, state, prev, space = i, 0, 0, -1
				sc.starts = append(sc.starts, int32(at))
				continue
			}
		}
		switch {
		case e&flagSkip != 0:
			continue
		case e&flagSpace != 0:
			if space < 0 {
				space = at
			}
			continue
		case e&flagBreak != 0:
			if r == ',' && prev&flagDigit != 0 && i < len(text) && text[i] >= '0' && text[i] <= '9' {
				break // 1,000
			}
			closeClause()
			continue
		case r == '.':
			if prev&word == 0 || i >= len(text) || text[i] >= utf8.RuneSelf || a.table[text[i]]&word == 0 {
				closeClause()
				continue
			}
		}
		flags := e &^ symbolMask
		if space >= 0 && (flags|prev)&word == 0 && len(sc.starts)-run >= phraseRun && phrased(text[at:]) {
			closeClause()
			run = len(sc.starts)
		}
		if opened < 0 {
			opened = at
		}
		if space >= 0 {
			if prev&word != 0 && flags&word != 0 {
				state = a.step(state, spaceSymbol)
				sc.starts = append(sc.starts, int32(space))
				prev = flagSpace
			}
			space, run = -1, len(sc.starts)
		}
		endLast = i
		state = a.step(state, uint16(e))
		sc.starts = append(sc.starts, int32(at))
		prev = flags
		hitState := state
		if a.output[hitState] < 0 {
			hitState = a.chain[hitState]
		}
		for ; hitState != 0; hitState = a.chain[hitState] {
			s.report(text, sc, a.output[hitState], i)
		}
	}
	closeClause()
}

// phraseRun is how many Chinese characters in a row, on both sides, make a blank
// a comma: 信号 不好 is one phrase, 宽带的师傅没有来 信号也不好 are two clauses.
const phraseRun = 5

// phrased reports that text begins with a run of at least phraseRun Chinese
// characters and digits.
func phrased(text string) bool {
	n := 0
	for _, r := range text {
		if r < 0x2E80 && !unicode.IsDigit(r) || unicode.IsPunct(r) {
			break
		}
		if n++; n == phraseRun {
			return true
		}
	}
	return false
}

// handle is how many bytes of text, which follows an @, are a name: up to a
// blank, a stop or the end, at most maxHandle characters; 0 when it goes on.
func handle(text string) int {
	n := 0
	for i, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' {
			return i
		}
		if n++; n > maxHandle {
			return 0
		}
	}
	return len(text)
}

const maxHandle = 20

// report enters phrase id, which ends at byte end with the last symbol.
func (s *Set) report(text string, sc *Scratch, id int32, end int) {
	p := &s.auto.phrases[id]
	to := int32(len(sc.starts))
	from := to - p.length
	start := int(sc.starts[from])
	if p.left != 0 && start > 0 && s.auto.table[text[start-1]]&p.left != 0 {
		return
	}
	if p.right != 0 {
		ok := false
		if end, ok = s.ending(text, end, p); !ok {
			return
		}
	}
	// The clause is the one not yet closed.
	s.enter(sc, p.uses, hit{clause: int32(len(sc.Clauses)), from: from, to: to, start: start, end: end})
}

// called enters the cues that look for a word in the name text[from:end], whose
// @ stands at byte at.
func (s *Set) called(sc *Scratch, text string, at, from, end int) {
	for i := range s.handles {
		if h := &s.handles[i]; containsFold(text[from:end], h.word) {
			c := &s.cues[h.cue]
			clause := int32(len(sc.Clauses))
			sc.firings = append(sc.firings, Firing{Owner: c.owner, Cue: h.cue, Kind: c.kind, Clause: clause, last: clause, Start: at, End: end})
		}
	}
}

// enter notes that all uses of a phrase or a class are found where h says.
func (s *Set) enter(sc *Scratch, uses []useRef, h hit) {
	for _, u := range uses {
		c := &s.cues[u.cue]
		h.cue, h.side, h.chunk = u.cue, u.side, u.chunk
		switch {
		case c.kind == negator:
			sc.negators = append(sc.negators, h)
		case c.kind == pseudo:
			sc.pseudos = append(sc.pseudos, h)
		case !c.simple():
			if sc.head[u.cue] == 0 {
				sc.touched = append(sc.touched, u.cue)
			}
			h.next = sc.head[u.cue]
			sc.hits = append(sc.hits, h)
			sc.head[u.cue] = int32(len(sc.hits))
		default:
			sc.firings = append(sc.firings, Firing{Owner: c.owner, Cue: u.cue, Kind: c.kind, Clause: h.clause, last: h.clause, Start: h.start, End: h.end})
		}
	}
}

// ending checks the right border of a phrase that ends in a letter or digit,
// letting a simple English ending pass; it returns where the word ends.
func (s *Set) ending(text string, end int, p *phrase) (int, bool) {
	stop := end
	for stop < len(text) && stop-end <= 4 && text[stop] < 0x80 && (s.auto.table[text[stop]]&p.right != 0 || p.right == flagLetter && text[stop] == '\'') {
		stop++
	}
	if stop == end {
		return end, true
	}
	if p.right != flagLetter || p.bare {
		return end, text[end] == '\'' // a closing quote
	}
	rest := text[end:stop]
	if len(rest) > 2 && uint16(s.auto.table[rest[0]]) == p.last && rest[0] != '\'' {
		switch rest[1:] { // cancelled, cancelling
		case "ed", "ing", "ED", "ING":
			return stop, true
		}
	}
	switch rest {
	case "s", "es", "d", "ed", "ing", "'s", "'", "S", "ES", "D", "ED", "ING", "'S":
		return stop, true
	}
	return end, false
}

// except drops what an Except cue of the same owner and clause takes back.
func (s *Set) except(firings []Firing) []Firing {
	if !slices.ContainsFunc(firings, func(f Firing) bool { return f.Kind == Except }) {
		return firings
	}
	kept := make([]Firing, 0, len(firings))
	for _, f := range firings {
		if f.Kind == Except {
			continue
		}
		if !slices.ContainsFunc(firings, func(e Firing) bool {
			return e.Kind == Except && e.Owner == f.Owner && e.Clause >= f.Clause && e.Clause <= f.last
		}) {
			kept = append(kept, f)
		}
	}
	return kept
}
