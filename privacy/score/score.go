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

// Found is a span that was replaced, and how sure of it the rule was.
type Found struct {
	Span
	Rule       string
	Confidence float64
}

// Sample is one labelled text and what was found in it.
type Sample struct {
	Text    string
	Gold    []Span   // labelled; they may overlap
	Ignored []Span   // labelled with types that are not claimed
	Found   []Found  // without overlap
	Tags    []string // groups that are reported apart
}

// Scorer gathers counts over texts. Its zero value is ready; it is not safe for
// concurrent use.
type Scorer struct {
	types   map[string]*counts
	ignored map[string]int
	tags    map[string]*Scorer
	sure    calibration

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

// Add scores one text. Ignored spans are counted by name, and their characters
// are not clean. What was found on one of them, with half its characters or
// more, and fits no labelled span counts neither as right nor as wrong.
func (s *Scorer) Add(x Sample) {
	if s.types == nil {
		s.types, s.ignored, s.tags = make(map[string]*counts), make(map[string]int), make(map[string]*Scorer)
	}
	for i, tag := range x.Tags {
		if slices.Contains(x.Tags[:i], tag) {
			continue
		}
		if s.tags[tag] == nil {
			s.tags[tag] = new(Scorer)
		}
		one := x
		one.Tags = nil
		s.tags[tag].Add(one)
	}
	s.docs++
	s.masking(utf8.RuneCountInString(x.Text), x.Gold, x.Ignored, x.Found)
	s.leaks(x.Gold, x.Found)
	counted := make([]Found, 0, len(x.Found))
	for _, p := range x.Found {
		if fits(p.Span, x.Gold) || !liesOn(p.Span, x.Ignored) {
			counted = append(counted, p)
			s.of(p.Type).predicted++
		}
	}
	for _, g := range x.Ignored {
		s.ignored[g.Type]++
	}
	right := s.match(x.Gold, counted)
	for i, p := range counted {
		s.sure.add(p, right[i])
	}
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

// liesOn reports whether at least half of p is covered by spans.
func liesOn(p Span, spans []Span) bool {
	return 2*Covered(p, spans) >= p.End-p.Start
}

// Covered returns how many characters of g lie in spans, which do not overlap
// one another; of overlapping ones it counts some twice, and at most all of g.
func Covered(g Span, spans []Span) int {
	covered := 0
	for _, p := range spans {
		covered += max(0, min(g.End, p.End)-max(g.Start, p.Start))
	}
	return min(covered, g.End-g.Start)
}

// match pairs spans of one type, the best IoU first, each span once, and
// returns which of the predicted found a partner.
func (s *Scorer) match(gold []Span, predicted []Found) []bool {
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
			if iou := IoU(gold[g], predicted[p].Span); iou >= lenientIoU {
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
	return usedP
}

// leaks counts what of the labelled spans is replaced.
func (s *Scorer) leaks(gold []Span, predicted []Found) {
	replaced := spans(predicted)
	for _, g := range gold {
		covered := Covered(g, replaced)
		c := s.of(g.Type)
		c.gold++
		c.goldChars += g.End - g.Start
		c.covered += covered
		if covered == g.End-g.Start {
			c.noLeak++
		}
	}
}

func spans(found []Found) []Span {
	list := make([]Span, len(found))
	for i, f := range found {
		list[i] = f.Span
	}
	return list
}

// masking counts what is replaced where nothing is labelled.
func (s *Scorer) masking(length int, gold, ignored []Span, predicted []Found) {
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
	}{{gold, labelled}, {ignored, labelled}, {spans(predicted), replaced}} {
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
		CleanCharactersMasked: Share(s.maskedChars, s.cleanChars),
		CleanDocumentsTouched: Share(s.touchedDocs, s.cleanDocs),
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
	for _, tag := range slices.Sorted(maps.Keys(s.tags)) {
		t := s.tags[tag].Report()
		r.Tags = append(r.Tags, TagReport{tag, t.Documents, t.Overall, t.CleanCharactersMasked, t.CleanDocumentsTouched})
	}
	r.Calibration = s.sure.report()
	return r
}

func (c counts) report(typ string) TypeReport {
	return TypeReport{
		Type: typ, Gold: c.gold, Predicted: c.predicted,
		Strict: measure(c.strict, c.predicted, c.gold), Lenient: measure(c.lenient, c.predicted, c.gold),
		NoLeak: Share(c.noLeak, c.gold), Covered: Share(c.covered, c.goldChars),
	}
}
