package privacy

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qingting/privacy/detect"
	"qingting/privacy/placeholder"
	"qingting/privacy/rule"
)

// pass is the redaction of one text: which regions of the source are replaced
// so far, and how the text reads with them.
type pass struct {
	r       *Redactor
	at      time.Time
	zh      bool // language of the labels
	source  string
	out     string
	regions []region // by start, without overlap
	pending []region // to be merged in by apply
}

// region is a part of the source that is replaced.
type region struct {
	start, end       int    // bytes of the source
	outStart, outEnd int    // bytes of out
	text             string // what stands there now
	action           Action
	found            detect.Finding
}

func (r *Redactor) begin(source string, at time.Time) *pass {
	return &pass{r: r, at: at, source: source, out: source}
}

// add marks a finding in out for replacement. What it touches of a region that
// is replaced already, it covers whole.
func (p *pass) add(f found) {
	if len(p.regions) == 0 && len(p.pending) == 0 {
		p.zh = p.r.chinese(p.source)
	}
	reg := region{start: p.sourceStart(f.Start), end: p.sourceEnd(f.End), action: f.action, found: f.Finding}
	p.replace(&reg)
	p.pending = append(p.pending, reg)
}

// sourceStart maps the start of a finding in out to the source: behind a region
// that ends there, to the start of one that it lies in.
func (p *pass) sourceStart(pos int) int {
	i, _ := slices.BinarySearchFunc(p.regions, pos, func(reg region, pos int) int {
		if reg.outEnd <= pos {
			return -1
		}
		return 1
	})
	if i < len(p.regions) && p.regions[i].outStart < pos {
		return p.regions[i].start
	}
	if i == 0 {
		return pos
	}
	return p.regions[i-1].end + pos - p.regions[i-1].outEnd
}

// sourceEnd maps the end of a finding in out to the source: before a region
// that starts there, to the end of one that it lies in.
func (p *pass) sourceEnd(pos int) int {
	i, _ := slices.BinarySearchFunc(p.regions, pos, func(reg region, pos int) int {
		if reg.outStart < pos {
			return -1
		}
		return 1
	})
	switch {
	case i == 0:
		return pos
	case p.regions[i-1].outEnd > pos:
		return p.regions[i-1].end
	}
	return p.regions[i-1].end + pos - p.regions[i-1].outEnd
}

// apply replaces the pending regions and reads the text anew. Regions that
// overlap become one tag: what was found in a replacement, or across it, shows
// that the replacement does not hold.
func (p *pass) apply() {
	all := append(p.regions, p.pending...)
	slices.SortStableFunc(all, func(a, b region) int { return cmp.Compare(a.start, b.start) })
	merged := all[:0]
	for _, reg := range all {
		if n := len(merged); n > 0 && reg.start < merged[n-1].end {
			merged[n-1] = p.union(merged[n-1], reg)
		} else {
			merged = append(merged, reg)
		}
	}
	p.regions, p.pending = merged, nil
	var b strings.Builder
	b.Grow(len(p.source) + 16*len(p.regions))
	at := 0
	for i := range p.regions {
		reg := &p.regions[i]
		b.WriteString(p.source[at:reg.start])
		reg.outStart = b.Len()
		b.WriteString(reg.text)
		reg.outEnd = b.Len()
		at = reg.end
	}
	b.WriteString(p.source[at:])
	p.out = b.String()
}

// union is the tag that stands for two regions: of the type of the longer one.
func (p *pass) union(a, b region) region {
	wide := a
	if b.end-b.start > a.end-a.start {
		wide = b
	}
	f := wide.found
	f.Confidence = max(a.found.Confidence, b.found.Confidence)
	f.Canonical = ""
	if again := "found again in what replaced it"; !slices.Contains(f.Evidence, again) {
		f.Evidence = append(f.Evidence[:len(f.Evidence):len(f.Evidence)], again)
	}
	u := region{start: min(a.start, b.start), end: max(a.end, b.end), action: Tag, found: f}
	p.replace(&u)
	return u
}

// replace sets what stands for a region. An action without an answer becomes a
// tag.
func (p *pass) replace(reg *region) {
	t, plain := reg.found.Type, p.source[reg.start:reg.end]
	if reg.found.Canonical == "" {
		reg.found.Canonical = plain
	}
	reg.found.Canonical = Canonical(t, reg.found.Canonical)
	canonical := reg.found.Canonical
	switch reg.action {
	case Drop:
		reg.text = ""
		return
	case Pseudonym:
		reg.text = p.placeholder(t, p.r.names.Token(t, canonical, p.r.policy.period.At(p.at)))
		return
	case Mask:
		if reg.text = mask(t, canonical); reg.text != "" {
			return
		}
	case Generalise:
		if reg.text = p.r.cities.generalise(t, plain, canonical, p.zh); reg.text != "" {
			return
		}
	}
	reg.action, reg.text = Tag, p.placeholder(t, "")
}

// placeholder writes the placeholder of a type, with a token or without.
func (p *pass) placeholder(t rule.Type, token string) string {
	zh, label := rule.Labels(t)
	if p.zh {
		label = zh
	}
	if token != "" {
		label += placeholder.Dot + token
	}
	return placeholder.Open + label + placeholder.Close
}

// result accounts for the regions, and for the findings in out that were kept.
func (p *pass) result(kept []found) Result {
	res := Result{Text: p.out}
	if len(p.regions) == 0 && len(kept) == 0 {
		return res
	}
	res.Spans = make([]Span, 0, len(p.regions)+len(kept))
	if len(p.regions) > 0 {
		res.Values = make([]Value, 0, len(p.regions))
	}
	source, out := runeCounter{s: p.source}, runeCounter{s: p.out}
	span := func(f detect.Finding, a Action, start, end, outStart, outEnd int) Span {
		return Span{
			Start: out.to(outStart), End: out.to(outEnd), SourceStart: source.to(start), SourceEnd: source.to(end),
			Type: f.Type, Action: a, Rule: f.Rule, Confidence: f.Confidence, Evidence: f.Evidence,
		}
	}
	for i := 0; i < len(p.regions) || len(kept) > 0; {
		if len(kept) > 0 && (i == len(p.regions) || kept[0].Start < p.regions[i].outStart) {
			f := kept[0]
			kept = kept[1:]
			start, end := p.sourceStart(f.Start), p.sourceEnd(f.End)
			if i > 0 && start < p.regions[i-1].end || i < len(p.regions) && end > p.regions[i].start {
				continue // it lies in a replacement, which is accounted for
			}
			res.Spans = append(res.Spans, span(f.Finding, Keep, start, end, f.Start, f.End))
			continue
		}
		reg := &p.regions[i]
		i++
		s := span(reg.found, reg.action, reg.start, reg.end, reg.outStart, reg.outEnd)
		res.Spans = append(res.Spans, s)
		res.Values = append(res.Values, NewValue(s.Type, s.Start, s.End, p.source[reg.start:reg.end], reg.found.Canonical))
	}
	return res
}

func explainRejected(source string, rejected []detect.Rejection) []Rejected {
	slices.SortStableFunc(rejected, func(a, b detect.Rejection) int { return cmp.Compare(a.Start, b.Start) })
	out := make([]Rejected, 0, len(rejected))
	starts := runeCounter{s: source}
	for _, rej := range rejected {
		start := starts.to(rej.Start)
		next := Rejected{
			SourceStart: start, SourceEnd: start + utf8.RuneCountInString(source[rej.Start:rej.End]),
			Type: rej.Type, Rule: rej.Rule, Why: rej.Why,
		}
		if !slices.Contains(out[max(0, len(out)-4):], next) { // several rules may say the same
			out = append(out, next)
		}
	}
	return out
}

// runeCounter turns rising byte offsets into code points in one walk.
type runeCounter struct {
	s            string
	bytes, runes int
}

func (c *runeCounter) to(offset int) int {
	c.runes += utf8.RuneCountInString(c.s[c.bytes:offset])
	c.bytes = offset
	return c.runes
}
