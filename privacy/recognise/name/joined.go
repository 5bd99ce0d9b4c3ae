package name

import (
	"slices"
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/internal/surname"
)

// joined finds names that a list joins to one already found: 荆柯和高渐离,
// 曲洋/刘正风. What it finds may join others.
func (s *scan) joined() {
	if len(s.proposals) == 0 {
		return
	}
	s.covered = slices.Grow(s.covered[:0], len(s.t.Units))[:len(s.t.Units)]
	clear(s.covered)
	for _, p := range s.proposals {
		s.cover(p)
	}
	for k := 0; k < len(s.proposals); k++ {
		p := s.proposals[k]
		if p.rejected != "" || p.confidence < 0.5 || p.end-p.start < 2 {
			continue
		}
		if least, ok := s.joins(p.end, 1); ok && !s.covered[p.end+1] {
			long := p.start > 1 && s.t.Rune(p.start-1) == '、' && s.covered[p.start-2]
			s.joinedFrom(p.end+1, least, long)
		}
		if least, ok := s.joins(p.start-1, -1); ok && !s.covered[p.start-2] {
			s.joinedTo(p.start-1, least)
		}
	}
}

// cover notes the units that an accepted proposal takes.
func (s *scan) cover(p proposal) {
	for i := p.start; p.rejected == "" && i < p.end; i++ {
		s.covered[i] = true
	}
}

// joins says that the mark or word at unit i joins names, with Han units on
// its far side, and how much worse than words a name there may read.
func (s *scan) joins(i, step int) (least float32, ok bool) {
	if !s.t.Is(i+step, fold.Han) {
		return 0, false
	}
	switch s.t.Rune(i) {
	case '、', '/':
		return -4, true
	case ' ', '\u3000':
		return -2, true
	case '和', '与', '跟', '及':
		return -1, true
	}
	return 0, false
}

// joinedFrom takes the likeliest name that starts at unit i. In a long list a
// whole item may be a dictionary word.
func (s *scan) joinedFrom(i int, least float32, long bool) {
	to := i
	for to-i < 12 && s.t.Is(to, fold.Han) {
		to++
	}
	s.lat.Read(s.t.Units, i, to)
	var best proposal
	bestMargin := least
	for j := i + 2; j <= min(to, i+4); j++ {
		if s.t.Rune(i-1) == ' ' && j < to { // a blank joins whole clauses alone
			continue
		}
		m, ok := s.joinedMargin(i, j)
		if !ok && long && j == to && s.t.Rune(i-1) == '、' { // 祁连雪、宋词、江流
			if g, kind := s.family(i, j); kind != surname.None && j-g >= 1 && j-g <= 2 && !s.label(j) && !s.rec.places.Is(s.text(i, j)) {
				m, ok = least, true
			}
		}
		if ok && m >= bestMargin {
			bestMargin, best = m, proposal{start: i, end: j}
		}
	}
	s.proposeJoined(best)
}

// joinedTo takes the likeliest name that ends before unit j.
func (s *scan) joinedTo(j int, least float32) {
	from := j
	for j-from < 12 && s.t.Is(from-1, fold.Han) {
		from--
	}
	s.lat.Read(s.t.Units, from, j)
	var best proposal
	bestMargin := least
	for i := max(from, j-4); i <= j-2; i++ {
		if s.t.Rune(j) == ' ' && i > from {
			continue
		}
		if m, ok := s.joinedMargin(i, j); ok && m >= bestMargin {
			bestMargin, best = m, proposal{start: i, end: j}
		}
	}
	s.proposeJoined(best)
}

func (s *scan) proposeJoined(p proposal) {
	if p.end == 0 {
		return
	}
	p.rule, p.confidence, p.evidence = ruleBeside, 0.64, []string{"a list joins it to a name"}
	s.propose(p)
	s.cover(p)
}

// joinedMargin returns how much likelier units i to j read as a name than as
// words, and whether they can be one.
func (s *scan) joinedMargin(i, j int) (float32, bool) {
	g, kind := s.family(i, j)
	if kind == surname.None || kind == surname.Function || j-g < 1 || j-g > 2 || s.measured(i) || s.label(j) || s.placeBehind(j) || s.placeName(i, j) || s.inHandle(i) {
		return 0, false
	}
	if _, isWord := s.lat.Word(i, j); isWord && !s.rec.lex.Famous[s.text(i, j)] || strings.ContainsRune("姓某总们的", s.t.Rune(j-1)) {
		return 0, false
	}
	return s.lat.Margin(i, j, s.nameLogP(i, g, j)), true
}

// nameLogP is the log probability of units i to j as surname, up to g, and given name.
func (s *scan) nameLogP(i, g, j int) float32 {
	lex := s.rec.lex
	info := lex.Surnames.Of(s.t.Rune(i))
	logp := float32(anyName)
	switch {
	case g-i == 2:
		info = lex.Surnames.Compound(s.t.Rune(i), s.t.Rune(i+1))
		if info.Kind == surname.None {
			info = lex.Surnames.ScarceCompound(s.t.Rune(i), s.t.Rune(i+1))
		}
		if !compoundWords[s.text(i, g)] {
			logp += compoundGain
		}
	case info.Kind == surname.None:
		info = lex.Surnames.Scarce(s.t.Rune(i))
	}
	logp += float32(info.LogP)
	if j-g == 2 {
		return logp + lex.GivenTwo(s.t.Rune(g), s.t.Rune(g+1))
	}
	return logp + lex.GivenOne(s.t.Rune(g))
}
