package score

import (
	"cmp"
	"maps"
	"slices"
	"unicode/utf8"
)

// Span is a range of code points of a text, end exclusive, and its type.
type Span struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Type  string `json:"type"`
}

// lenientIoU is how much two spans share when they count as the same.
const lenientIoU = 0.5

// IoU is the length that two spans share over the length that they cover.
func IoU(a, b Span) float64 {
	shared := min(a.End, b.End) - max(a.Start, b.Start)
	if shared <= 0 {
		return 0
	}
	return float64(shared) / float64(a.End-a.Start+b.End-b.Start-shared)
}

// Scorer gathers counts over texts. Its zero value is ready; it is not safe for
// concurrent use.
type Scorer struct {
	types   map[string]*counts
	ignored map[string]int

	docs, cleanDocs, touchedDocs int
	cleanChars, maskedChars      int
}

// counts are those of one type.
type counts struct {
	gold, predicted    int
	strict, lenient    int // one gold span to one predicted
	noLeak             int // gold spans that are replaced whole
	goldChars, covered int // characters of gold spans, and the replaced of them
}

// Add scores one text, given its labelled spans, those of them whose types are
// not claimed, and what was replaced. Ignored spans are counted by name; a
// prediction that fits one and no other counts neither way, and their
// characters are not clean. Predicted spans do not overlap; labelled ones may.
func (s *Scorer) Add(text string, gold, ignored, predicted []Span) {
	if s.types == nil {
		s.types, s.ignored = make(map[string]*counts), make(map[string]int)
	}
	s.docs++
	s.masking(utf8.RuneCountInString(text), gold, ignored, predicted)
	s.leaks(gold, predicted)
	counted := make([]Span, 0, len(predicted))
	for _, p := range predicted {
		if fits(p, gold) || !fits(p, ignored) {
			counted = append(counted, p)
			s.of(p.Type).predicted++
		}
	}
	for _, g := range ignored {
		s.ignored[g.Type]++
	}
	s.match(gold, counted)
}

func (s *Scorer) of(typ string) *counts {
	c := s.types[typ]
	if c == nil {
		c = new(counts)
		s.types[typ] = c
	}
	return c
}

func fits(p Span, spans []Span) bool {
	return slices.ContainsFunc(spans, func(g Span) bool { return IoU(p, g) >= lenientIoU })
}

// match pairs spans of one type, the best IoU first, each span once.
func (s *Scorer) match(gold, predicted []Span) {
	type pair struct {
		iou  float64
		g, p int
	}
	var pairs []pair
	for g := range gold {
		for p := range predicted {
			if gold[g].Type != predicted[p].Type {
				continue
			}
			if iou := IoU(gold[g], predicted[p]); iou >= lenientIoU {
				pairs = append(pairs, pair{iou, g, p})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.iou, a.iou) })
	usedG, usedP := make([]bool, len(gold)), make([]bool, len(predicted))
	for _, m := range pairs {
		if usedG[m.g] || usedP[m.p] {
			continue
		}
		usedG[m.g], usedP[m.p] = true, true
		c := s.of(gold[m.g].Type)
		c.lenient++
		if m.iou == 1 {
			c.strict++
		}
	}
}

// leaks counts what of the labelled spans is replaced.
func (s *Scorer) leaks(gold, predicted []Span) {
	for _, g := range gold {
		covered := 0
		for _, p := range predicted {
			covered += max(0, min(g.End, p.End)-max(g.Start, p.Start))
		}
		c := s.of(g.Type)
		c.gold++
		c.goldChars += g.End - g.Start
		c.covered += covered
		if covered == g.End-g.Start {
			c.noLeak++
		}
	}
}

// masking counts what is replaced where nothing is labelled.
func (s *Scorer) masking(length int, gold, ignored, predicted []Span) {
	if len(gold)+len(ignored) == 0 {
		s.cleanDocs++
		if len(predicted) > 0 {
			s.touchedDocs++
		}
	}
	const labelled, replaced = 1, 2
	marks := make([]byte, length)
	for _, list := range [...]struct {
		spans []Span
		mark  byte
	}{{gold, labelled}, {ignored, labelled}, {predicted, replaced}} {
		for _, sp := range list.spans {
			for i := sp.Start; i < sp.End; i++ {
				marks[i] |= list.mark
			}
		}
	}
	for _, m := range marks {
		if m&labelled == 0 {
			s.cleanChars++
			if m&replaced != 0 {
				s.maskedChars++
			}
		}
	}
}

// Report sums up. Types come in the order of their names; Overall pools the
// counts of all types.
func (s *Scorer) Report() Report {
	r := Report{
		Documents: s.docs, Types: []TypeReport{}, Ignored: maps.Clone(s.ignored),
		CleanCharactersMasked: proportion(s.maskedChars, s.cleanChars),
		CleanDocumentsTouched: proportion(s.touchedDocs, s.cleanDocs),
	}
	var sum counts
	for _, typ := range slices.Sorted(maps.Keys(s.types)) {
		c := *s.types[typ]
		r.Types = append(r.Types, c.report(typ))
		sum.gold += c.gold
		sum.predicted += c.predicted
		sum.strict += c.strict
		sum.lenient += c.lenient
		sum.noLeak += c.noLeak
		sum.goldChars += c.goldChars
		sum.covered += c.covered
	}
	r.Overall = sum.report("")
	return r
}

func (c counts) report(typ string) TypeReport {
	return TypeReport{
		Type: typ, Gold: c.gold, Predicted: c.predicted,
		Strict: measure(c.strict, c.predicted, c.gold), Lenient: measure(c.lenient, c.predicted, c.gold),
		NoLeak: proportion(c.noLeak, c.gold), Covered: proportion(c.covered, c.goldChars),
	}
}
