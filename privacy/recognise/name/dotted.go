package name

import "qingting/privacy/fold"

// dots are the middle dots that join the parts of a minority or foreign name.
const dots = "·•‧・･∙⋅."

func isDot(r rune) bool {
	for _, d := range dots {
		if r == d {
			return true
		}
	}
	return false
}

// transliterated counts the leading units from i that belong to such names, up to j.
func (s *scan) transliterated(i, j int) int {
	n := 0
	for i+n < j && s.rec.vocab.translit.has(s.t.Rune(i+n)) {
		n++
	}
	return n
}

// dotted finds names around a middle dot: 阿卜杜拉·买买提, 约翰·史密斯.
func (s *scan) dotted() {
	v := s.rec.vocab
	for i := 1; i+1 < len(s.t.Units); i++ {
		if v.mark(s.t.Rune(i))&markDot == 0 || !s.t.Is(i-1, fold.Han) || !s.t.Is(i+1, fold.Han) {
			continue
		}
		start, end := i, i+1
		for start > 0 && i-start < 7 && v.translit.has(s.t.Rune(start-1)) && s.cueFor(start).kind < cueRole {
			start--
		}
		limit := min(len(s.t.Units), i+9)
		end += s.transliterated(i+1, limit)
		for end+1 < len(s.t.Units) && isDot(s.t.Rune(end)) && v.translit.has(s.t.Rune(end+1)) {
			end += 1 + s.transliterated(end+1, min(len(s.t.Units), end+8))
		}
		left, right := i-start, end-i-1
		p := proposal{
			start: start, end: end, rule: ruleDotted, confidence: 0.98,
			evidence: []string{"middle dot between characters of transliterated names"},
		}
		switch {
		case left == 0 || right == 0:
			continue
		case s.rec.places.Is(s.text(start, i)):
			p.rejected, p.confidence = "a place before the dot", 0.3
		case left+right < 4 || left < 2 && s.cueFor(start).kind < cueRole:
			p.rejected, p.confidence = "too short around the dot", 0.3
		case s.t.Rune(i) == '.' && s.cueFor(start).kind < cueRole && left+right < 6:
			p.rejected, p.confidence = "a full stop, not a middle dot", 0.3
		}
		s.propose(p)
		i = end
	}
}
