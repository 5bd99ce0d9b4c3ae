package match

import "slices"

// join puts the chunks of cues together: chunks of a side must follow each
// other directly, sides must lie within the cue's gap, in one clause unless
// the cue goes across clauses.
func (s *Set) join(text string, sc *Scratch) {
	for _, cue := range sc.touched {
		last := sc.head[cue]
		sc.head[cue] = 0
		if sc.hits[last-1].next == 0 {
			continue // one hit is never enough
		}
		sc.group = sc.group[:0]
		for i := last; i != 0; i = sc.hits[i-1].next {
			sc.group = append(sc.group, sc.hits[i-1])
		}
		slices.Reverse(sc.group)
		s.joinCue(text, sc, sc.group)
	}
	sc.touched = sc.touched[:0]
}

// joinCue fires a cue for each of its neighbouring sides found among hits,
// which are in order of their end.
func (s *Set) joinCue(text string, sc *Scratch, hits []hit) {
	c := &s.cues[hits[0].cue]
	for side := range c.sides {
		sc.chains[side] = s.chain(text, sc, hits, side, c, sc.chains[side][:0])
		if len(sc.chains[side]) == 0 {
			return
		}
	}
	if c.sides == 1 {
		for _, h := range sc.chains[0] {
			sc.firings = append(sc.firings, Firing{Owner: c.owner, Cue: h.cue, Kind: c.kind, Clause: h.clause, last: h.clause, Start: h.start, End: h.end})
		}
		return
	}
	for i := range sc.chains[0] {
		a := &sc.chains[0][i]
		for j := range sc.chains[1] {
			b := &sc.chains[1][j]
			first, second := a, b
			if b.from < a.from {
				if c.ordered {
					continue
				}
				first, second = b, a
			}
			if first.clause != second.clause && !c.across || second.from < first.to || second.from-first.to > c.gap {
				continue
			}
			sc.firings = append(sc.firings, Firing{
				Owner: c.owner, Cue: a.cue, Kind: c.kind, Clause: first.clause, last: second.clause, Start: first.start, End: second.end,
			})
			break
		}
	}
}

// chain collects the places where the chunks of one side follow each other.
func (s *Set) chain(text string, sc *Scratch, hits []hit, side uint8, c *compiled, out []hit) []hit {
	for _, h := range hits {
		if h.side == side && h.chunk == 0 {
			out = append(out, h)
		}
	}
	for chunk := uint8(1); chunk < c.chunks[side] && len(out) > 0; chunk++ {
		links := sc.links[:0]
		for _, a := range out {
			for i := range hits {
				b := &hits[i]
				if b.side != side || b.chunk != chunk || b.clause != a.clause || !follows(text, sc, &a, b) {
					continue
				}
				joined := a
				joined.to, joined.end = b.to, b.end
				links = append(links, joined)
			}
		}
		if c.free[side]&(1<<chunk) != 0 {
			links = append(links, out...)
		}
		sc.links = links
		out = append(out[:0], links...)
	}
	return out
}

// follows reports that b begins where a ends, a blank aside.
func follows(text string, sc *Scratch, a, b *hit) bool {
	switch b.from - a.to {
	case 0:
		return true
	case 1:
		switch text[sc.starts[a.to]] {
		case ' ', '-', '_', '\t':
			return true
		}
	}
	return false
}
