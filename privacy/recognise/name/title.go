package name

import (
	"fmt"

	"qingting/privacy/fold"
	"qingting/privacy/internal/surname"
)

// surnameTitle decides on a bare surname before a title: the span is the surname.
func (s *scan) surnameTitle(i, g, to int, info surname.Info, c cue) {
	v := s.rec.vocab
	n, strong := v.titleAt(s.t, g)
	if n == 0 || g+n > to {
		return
	}
	logp := float32(anyTitled + info.LogP)
	margin := s.lat.Margin(i, g, logp)
	if !s.lat.Boundary(g + n) {
		margin -= 3
	}
	if !s.lat.Boundary(i) {
		margin -= 2
	}
	score := float64(margin) + titleGain
	if !s.t.Is(i-1, fold.Han) || c.kind >= cueVerb {
		score += 2
	}
	if !strong {
		score -= 1.5
		if g+n < to && !v.behind[s.t.Rune(g+n)] {
			score -= 3
		}
	}
	if _, isWord := s.lat.Word(i, g+n); isWord && margin < 0 {
		score -= 2
	}
	p := proposal{
		start: i, end: g, rule: ruleTitle, confidence: min(0.96, 0.8+0.02*score),
		evidence: []string{"surname before a title", fmt.Sprintf("margin %.1f nats", margin)},
	}
	switch {
	case s.measured(i):
		p.rejected = "a count or measure word"
	case s.t.Rune(i) == '向' && c.kind < cueIntro: // 向经理反映
		p.rejected = "the surname is a preposition"
	case info.Kind == surname.Function && score < 4 && (s.t.Is(i-1, fold.Han) || info.LogP < -7):
		p.rejected = "the surname is a grammar word"
	case score < 0.5:
		p.rejected = "reads better as words in spite of the title"
	}
	if p.rejected != "" {
		p.confidence = 0.3
	}
	s.propose(p)
}
