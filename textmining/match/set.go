package match

import (
	"fmt"
	"strings"
)

// Set is many cues compiled for one pass. It is immutable and safe for
// concurrent use.
type Set struct {
	auto    *automaton
	cues    []compiled
	classes [numClasses][]useRef // cues that name a class
	handles []handleCue
}

// handleCue is a word in the names behind @ that its cue looks for.
type handleCue struct {
	word string // lower case
	cue  int32
}

// compiled is one cue after compilation.
type compiled struct {
	owner   int32
	gap     int32
	kind    Kind
	sides   uint8
	chunks  [2]uint8  // of each side
	free    [2]uint64 // of each side, the chunks that may be left out, by bits
	ordered bool
	across  bool // sides may lie in different clauses
}

// Compile builds the Set of cues. An owner is any number the caller chooses;
// it comes back in each Firing. It returns the first malformed cue's error.
func Compile(cues []Cue) (*Set, error) {
	b := newBuilder()
	s := &Set{}
	enter := func(c Cue, p Pattern) error {
		id := int32(len(s.cues))
		s.cues = append(s.cues, compiled{
			owner: int32(c.Owner), kind: c.Kind, sides: uint8(len(p.Sides)), gap: int32(p.Gap), ordered: p.Ordered, across: p.Across,
		})
		for side, chunks := range p.Sides {
			if len(chunks) > 64 {
				return fmt.Errorf("cue %q is too long", c.Text)
			}
			s.cues[id].chunks[side] = uint8(len(chunks))
			for chunk, alternatives := range chunks {
				for _, text := range alternatives {
					use := useRef{cue: id, side: uint8(side), chunk: uint8(chunk)}
					switch {
					case text == "":
						s.cues[id].free[side] |= 1 << chunk
					case text[0] == classMark:
						s.classes[text[1]] = append(s.classes[text[1]], use)
					case chunks.handle():
						s.handles = append(s.handles, handleCue{strings.ToLower(strings.TrimPrefix(text, "@")), id})
					default:
						for _, s := range spellings(text) {
							b.add(s, use)
						}
					}
				}
			}
		}
		return nil
	}
	for _, c := range cues {
		p, err := ParseCue(c.Text)
		if err != nil {
			return nil, err
		}
		if c.Kind > Except {
			return nil, fmt.Errorf("cue %q has an unknown kind", c.Text)
		}
		if err := enter(c, p); err != nil {
			return nil, err
		}
	}
	for _, list := range []struct {
		kind  Kind
		texts []string
	}{{negator, negators}, {pseudo, pseudoNegators}} {
		for _, text := range list.texts {
			p, err := ParseCue(text)
			if err != nil {
				return nil, err
			}
			if err := enter(Cue{Owner: -1, Kind: list.kind, Text: text}, p); err != nil {
				return nil, err
			}
		}
	}
	s.auto = b.build()
	return s, nil
}

// simple reports a cue that fires with a single hit.
func (c *compiled) simple() bool { return c.sides == 1 && c.chunks[0] == 1 }

// Size returns the number of phrases and of states, for reports.
func (s *Set) Size() (phrases, states int) { return len(s.auto.phrases), len(s.auto.fail) }
