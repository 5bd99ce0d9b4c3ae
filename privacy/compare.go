package privacy

import "qingting/privacy/rule"

// Difference is how two results of one text differ at a place.
type Difference string

// The differences of a second result from a first.
const (
	Redacts     Difference = "redacts"      // taken out by the second alone
	LetsThrough Difference = "lets through" // taken out by the first alone
	Changes     Difference = "changes"      // by both, as another type, in another way or with other ends
)

// Change is one place at which two results differ. It holds nothing personal.
type Change struct {
	Difference       Difference
	Start, End       int // code points of the sanitised original
	TypeA, TypeB     rule.Type
	ActionA, ActionB Action // keep where nothing is taken out
}

// Compare returns where two results of the same text differ, by Start. Spans
// that overlap are one place, named by the first of them.
func Compare(a, b Result) []Change {
	var changes []Change
	as, bs := replaced(a.Spans), replaced(b.Spans)
	for len(as) > 0 || len(bs) > 0 {
		switch {
		case len(bs) == 0 || len(as) > 0 && as[0].SourceEnd <= bs[0].SourceStart:
			s := as[0]
			as = as[1:]
			changes = append(changes, Change{LetsThrough, s.SourceStart, s.SourceEnd, s.Type, kept(b.Spans, s), s.Action, Keep})
			continue
		case len(as) == 0 || bs[0].SourceEnd <= as[0].SourceStart:
			s := bs[0]
			bs = bs[1:]
			changes = append(changes, Change{Redacts, s.SourceStart, s.SourceEnd, kept(a.Spans, s), s.Type, Keep, s.Action})
			continue
		}
		x, y := as[0], bs[0]
		c := Change{Changes, min(x.SourceStart, y.SourceStart), max(x.SourceEnd, y.SourceEnd), x.Type, y.Type, x.Action, y.Action}
		as, bs = as[1:], bs[1:]
		alone := true
		for grown := true; grown; { // all that overlaps belongs to the place
			grown = false
			for _, rest := range [...]*[]Span{&as, &bs} {
				if len(*rest) > 0 && (*rest)[0].SourceStart < c.End {
					c.End = max(c.End, (*rest)[0].SourceEnd)
					*rest = (*rest)[1:]
					grown, alone = true, false
				}
			}
		}
		if !alone || x.Type != y.Type || x.Action != y.Action || x.SourceStart != y.SourceStart || x.SourceEnd != y.SourceEnd {
			changes = append(changes, c)
		}
	}
	return changes
}

func replaced(spans []Span) []Span {
	out := make([]Span, 0, len(spans))
	for _, s := range spans {
		if s.Action != Keep {
			out = append(out, s)
		}
	}
	return out
}

// kept returns the type as which a place is found and kept, or "".
func kept(spans []Span, at Span) rule.Type {
	for _, s := range spans {
		if s.Action == Keep && s.SourceStart < at.SourceEnd && at.SourceStart < s.SourceEnd {
			return s.Type
		}
	}
	return ""
}
