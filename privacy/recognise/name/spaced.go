package name

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/internal/surname"
)

// spacedName takes 张 伟, 欧 阳 娜 and 刘-建-国: one or two characters at a time
// with one and the same mark between, behind a cue.
func (s *scan) spacedName(i, g int, c cue) {
	mark := s.t.Rune(g)
	if c.kind < cueRole || mark == 0 || !strings.ContainsRune(" \u3000.-_·•/", mark) {
		return
	}
	n, j := g-i, g
	for n < 4 && s.t.Rune(j) == mark && s.t.Is(j+1, fold.Han) {
		k := j + 1
		for s.t.Is(k, fold.Han) {
			k++
		}
		if k-j-1 > 2 || n+k-j-1 > 4 || !s.givenLike(j+1, k) && !(c.linked && s.fills(j+1, k)) {
			break
		}
		n, j = n+k-j-1, k
	}
	compound := s.rec.lex.Surnames.Compound(s.t.Rune(i), s.t.Rune(i+2)).Kind != surname.None || g-i == 2
	if n < 2 || n == 4 && !compound || g-i == 2 && n == 2 {
		return
	}
	s.propose(proposal{
		start: i, end: j, rule: ruleCue, confidence: 0.97,
		evidence: []string{"role or name field before", "the same mark between the characters"},
	})
}

// fills says that units i to j end a field and are no word.
func (s *scan) fills(i, j int) bool {
	if s.t.Rune(j) == ':' || j-i == 2 && s.rec.lex.Words.Has(s.t.Rune(i), s.t.Rune(i+1)) {
		return false
	}
	return !strings.ContainsRune("男女等的是在", s.t.Rune(i))
}

// masked decides on 王某, whose surname is left to find, and reports 张**, where
// nothing is.
func (s *scan) masked(i, g int, info surname.Info, c cue) bool {
	if s.t.Rune(g) != '某' && !s.t.Is(g, fold.Mask) {
		return false
	}
	p := proposal{start: i, end: g, rule: ruleSurname, confidence: 0.75, evidence: []string{"某 behind"}}
	switch {
	case s.t.Rune(g) != '某':
		p.rejected = "the value is already masked"
	case info.Kind == surname.Function && c.kind < cueRole || s.t.Is(i-1, fold.Han) && c.kind < cueVerb && !s.lat.Boundary(i), s.measured(i), strings.ContainsRune("些人种个时日地处项件", s.t.Rune(g+1)):
		p.rejected = "reads as words before 某"
	}
	if p.rejected != "" {
		p.confidence = 0.3
	}
	s.propose(p)
	return true
}
