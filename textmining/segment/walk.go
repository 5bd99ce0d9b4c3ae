package segment

import (
	"math"

	"qingting/textmining/internal/trie"
)

// blockUnits is how many units one stretch of the path may hold. The state
// lives on the stack; a longer text goes stretch by stretch, each cut where no
// word crosses, so that the path is the same as over the whole.
const blockUnits = 192

// bit is one bit in the fixed point of costs. Whole numbers add up alike
// wherever a sentence stands, so the same words are always cut the same way.
const bit = 1 << 16

// path is the state of the dynamic program over one block.
type path struct {
	units [blockUnits]unit
	cost  [blockUnits + 1]uint32
	back  [blockUnits + 1]arrival // how the best path reaches each boundary
}

type arrival struct {
	node uint32 // of the word that ends here, 0 when unknown
	cost uint32 // of that word
	from int32
}

// AppendTokens appends the tokens of text to dst. They cover text in order,
// without gaps. Text that is not UTF-8 is cut all the same: an invalid byte is
// a Punct of its own. Beyond growing dst it allocates nothing.
func (s *Segmenter) AppendTokens(dst []Token, text string) []Token {
	var p path
	scan := scanner{text: text, folds: s.folds}
	for at := 0; at < len(text); {
		n, next := 0, at
		hardEnd, hardKind, hardTag := 0, Kind(0), ""
		for next < len(text) && n < blockUnits {
			end, r, kind, tag, hard := scan.next(next)
			if hard {
				hardEnd, hardKind, hardTag = end, kind, tag
				break
			}
			p.units[n] = unit{start: int32(next - at), end: int32(end - at), r: r, kind: kind}
			n++
			next = end
		}
		if n > 0 {
			last := s.solve(&p, text[at:next], n, next < len(text) && hardEnd == 0)
			dst = s.emit(dst, &p, at, last)
			next = at + int(p.units[last-1].end)
		}
		if hardEnd > 0 {
			dst = append(dst, Token{Start: next, End: hardEnd, Kind: hardKind, Tag: hardTag, Bits: Unknown})
			next = hardEnd
		}
		at = next
	}
	return dst
}

// solve finds the cheapest path over n units of block. It returns how many of
// them are settled: all, or when the text goes on (partial) those before the
// last boundary that no word crosses, as far as known.
func (s *Segmenter) solve(p *path, block string, n int, partial bool) int {
	for i := 1; i <= n; i++ {
		p.cost[i] = math.MaxUint32
	}
	p.cost[0] = 0
	t := s.trie
	reach, settled := 0, 0
	for i := 0; i < n; i++ {
		if i >= reach {
			settled = i
		}
		base := p.cost[i]
		e := trie.Root()
		alone := false
		j := i
		for ; j < n; j++ {
			if u := &p.units[j]; u.r != runUnit {
				e = t.Step(e, u.r)
			} else {
				e = s.stepRun(e, block[u.start:u.end])
			}
			if e.Dead() {
				break
			}
			if e.Value != 0 {
				alone = alone || j == i
				if c := base + e.Value; c < p.cost[j+1] {
					p.cost[j+1] = c
					p.back[j+1] = arrival{node: e.Node(), cost: e.Value, from: int32(i)}
				}
			}
			if e.Leaf() {
				break
			}
		}
		if j == n && partial && !e.Leaf() {
			j = math.MaxInt // a word may go on past the block: no cut after this is certain
		}
		reach = max(reach, j)
		if !alone {
			if c := base + Unknown*bit; c < p.cost[i+1] {
				p.cost[i+1] = c
				p.back[i+1] = arrival{cost: Unknown * bit, from: int32(i)}
			}
		}
	}
	if !partial {
		return n
	}
	if settled > 0 {
		return settled
	}
	return n
}

// stepRun follows a run of letters and digits, folded rune by rune.
func (s *Segmenter) stepRun(e trie.State, run string) trie.State {
	for _, r := range run {
		if e = s.trie.Step(e, s.folds.read(r).folded); e.Dead() {
			return e
		}
	}
	return e
}

// emit appends the tokens of the best path over the first n units.
func (s *Segmenter) emit(dst []Token, p *path, at, n int) []Token {
	first := len(dst)
	for j := n; j > 0; {
		a := p.back[j]
		i := int(a.from)
		dst = append(dst, s.token(p, at, i, j, a))
		j = i
	}
	for i, j := first, len(dst)-1; i < j; i, j = i+1, j-1 {
		dst[i], dst[j] = dst[j], dst[i]
	}
	return dst
}

func (s *Segmenter) token(p *path, at, i, j int, a arrival) Token {
	t := Token{Start: at + int(p.units[i].start), End: at + int(p.units[j-1].end), Kind: p.units[i].kind, Bits: float32(a.cost) / bit}
	if a.node != 0 {
		t.Tag = s.tags[s.trie.Tag(a.node)]
		if t.Tag == "emo" {
			t.Kind = Emoji
			return t
		}
	}
	for k := i + 1; k < j; k++ {
		t.Kind = min(t.Kind, p.units[k].kind) // 4s店 is a Word, c++ Latin
	}
	if a.node == 0 {
		t.Tag = unknownTag(t.Kind)
	}
	return t
}

func unknownTag(k Kind) string {
	switch k {
	case Latin:
		return "eng"
	case Number:
		return "m"
	case Punct:
		return "w"
	}
	return "x"
}
