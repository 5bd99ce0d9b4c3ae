package match

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Kind says how much a cue means to its owner.
type Kind uint8

// The kinds of cue.
const (
	Weak    Kind = iota // supports; says little alone
	Plain               // usually enough
	Strong              // enough, in nearly every context
	Praise              // the subject is meant, and praised
	Except              // its clause is not about the owner after all
	negator             // internal: denies what follows
	pseudo              // internal: looks like a negator and is none
	numKinds
)

// Cue is one cue of one owner.
type Cue struct {
	Owner int
	Kind  Kind
	Text  string // in the notation of ParseCue
}

// maxAlternatives bounds what one chunk of a cue, and one bracket, may expand to.
const (
	maxAlternatives = 240
	maxBracket      = 240
)

// Distances in characters between the two sides of a proximity cue that names none.
const (
	defaultGapHan   = 10
	defaultGapLatin = 30
)

// Pattern is a parsed cue: one side for a phrase, two for a proximity cue.
type Pattern struct {
	Sides   []Side
	Gap     int  // most characters between the sides
	Ordered bool // the first side must come first
	Across  bool // the second side may stand in a later clause
}

// Side is a phrase in chunks that follow each other directly; a chunk is its
// alternatives written out. A phrase of few alternatives is one chunk; many
// brackets in a row are cut so that their product is never written out. A chunk
// that may be left out holds an empty alternative; neither the first nor the last does.
type Side [][]string

// ParseCue reads the cue notation:
//
//	乱扣费            a phrase
//	(乱|多)扣(费|钱)   alternatives; an empty one is allowed: (手机|)信号
//	资费 ~ 看不懂      both in one clause, either order, at most 10 characters
//	                  apart (30 when both are Latin)
//	资费 ~6 看不懂     at most 6 characters apart
//	说好 >8 没        the first before the second
//	说好 >>30 没      the same, and clauses may end between them (>> alone: 30)
//	等了<#while>      one of the classes <#number>, <#several> (two and more),
//	                  <#count> (三次, twice), <#duration>, <#while> (twenty minutes
//	                  and more) and <#days> (a day and more), however written
//	@(12315|工信部)    somebody is called whose name holds one of these words
//
// Optional brackets at either end of a phrase say nothing and are dropped. It
// returns an error for unbalanced brackets, a phrase that may be empty, more
// than two sides or a bracket of more than 240 alternatives.
func ParseCue(text string) (Pattern, error) {
	var p Pattern
	words := strings.Fields(text)
	var side []string
	gap := -1
	flush := func() error {
		if len(side) == 0 {
			return fmt.Errorf("cue %q has an empty side", text)
		}
		chunks, err := parseSide(strings.Join(side, " "))
		if err != nil {
			return fmt.Errorf("cue %q: %w", text, err)
		}
		p.Sides = append(p.Sides, chunks)
		side = side[:0]
		return nil
	}
	for _, w := range words {
		op, ok := operator(w)
		if !ok {
			side = append(side, w)
			continue
		}
		if gap >= 0 || len(p.Sides) > 0 {
			return p, fmt.Errorf("cue %q has more than two sides", text)
		}
		if err := flush(); err != nil {
			return p, err
		}
		gap, p.Ordered, p.Across = op.gap, op.ordered, op.across
	}
	if err := flush(); err != nil {
		return p, err
	}
	if slices.ContainsFunc(p.Sides, func(s Side) bool { return s.handle() }) && (len(p.Sides) > 1 || len(p.Sides[0]) > 1) {
		return p, fmt.Errorf("cue %q: a name behind @ stands alone", text)
	}
	if len(p.Sides) == 2 {
		p.Gap = gap
		if gap == 0 {
			p.Gap = defaultGapHan
			if p.Across || p.Sides[0].latin() && p.Sides[1].latin() {
				p.Gap = defaultGapLatin
			}
		}
	}
	return p, nil
}

// between is what a proximity cue says of its sides; gap is 0 when no distance
// is named.
type between struct {
	gap             int
	ordered, across bool
}

// operator reads "~", ">" or ">>", with or without a distance.
func operator(w string) (op between, ok bool) {
	switch {
	case w[0] == '~':
		w = w[1:]
	case strings.HasPrefix(w, ">>"):
		op, w = between{ordered: true, across: true}, w[2:]
	case w[0] == '>':
		op, w = between{ordered: true}, w[1:]
	default:
		return op, false
	}
	if w != "" {
		v, err := strconv.Atoi(w)
		if err != nil || v < 1 || v > 200 {
			return op, false
		}
		op.gap = v
	}
	return op, true
}

// latin reports a side none of whose alternatives begins in Chinese.
func (s Side) latin() bool {
	return !slices.ContainsFunc(s[0], func(text string) bool {
		r, _ := utf8.DecodeRuneInString(text)
		return r >= 0x2E80
	})
}

// handle reports a side that is the name of somebody who is called.
func (s Side) handle() bool { return strings.HasPrefix(s[0][0], "@") }
