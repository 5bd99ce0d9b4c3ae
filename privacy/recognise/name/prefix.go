package name

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/internal/surname"
)

// prefixAt tries 小王 老李 阿强 and 姓陈 at unit i.
func (s *scan) prefixAt(i, to int, c cue) {
	if i+1 >= to || s.inHandle(i) && c.kind == cueNone {
		return
	}
	prefix, next := s.t.Rune(i), s.t.Rune(i+1)
	info := s.rec.lex.Surnames.Of(next)
	if info.Kind == surname.None && (s.staffBehind(i+2) || c.kind >= cueRole) {
		info = s.rec.lex.Surnames.Scarce(next)
	}
	switch prefix {
	case '姓':
		s.afterXing(i, to, info)
	case '小', '老':
		if info.Kind != surname.None {
			s.called(i, to, info.LogP, info.Kind, c)
		} else if prefix == '小' && (c.kind >= cueRole && s.rec.lex.GivenOf(next).Single > -7 && !strings.ContainsRune(smallOnes, next) || s.addressed(i, c) && s.likable(next)) {
			s.called(i, to, float64(s.rec.lex.GivenOf(next).Single), surname.Mixed, c)
		}
	case '阿':
		if s.rec.lex.GivenOf(next).Single < -7 && c.kind < cueIntro {
			return
		}
		s.called(i, to, float64(s.rec.lex.GivenOf(next).Single), surname.Mixed, c)
	}
}

// called decides on a form of address of two characters, 小王, whose second has
// log probability logp as a name.
func (s *scan) called(i, to int, logp float64, kind surname.Kind, c cue) {
	j := i + 2
	margin := s.lat.Margin(i, j, float32(anyPrefixed+logp))
	if margin < -3 {
		return
	}
	score := float64(margin)
	var evidence []string
	switch {
	case c.kind >= cueRole:
		score += cueGain
		evidence = append(evidence, "role or introduction before")
	case c.kind == cueVerb:
		score++
	}
	if s.staffBehind(j) {
		score += titleGain
		evidence = append(evidence, "title behind")
	}
	if !s.t.Is(i-1, fold.Han) {
		score++
	}
	if j < to && s.rec.vocab.does(s.t, j) {
		score += 2
		evidence = append(evidence, "what people do behind")
	}
	if s.t.Rune(i-1) == '、' || s.t.Rune(j) == '、' {
		score++
		evidence = append(evidence, "in a list")
	}
	switch next := s.t.Rune(j); {
	case j < to && s.rec.vocab.place.has(next):
		score -= 5
	case j == to || s.rec.vocab.behind.has(next):
		score++
	}
	if j < to && !s.lat.Boundary(j) {
		score -= 2
	}
	_, isWord := s.lat.Word(i, j)
	bar := 3.5
	if kind != surname.Plain {
		bar = 5
	}
	p := proposal{
		start: i, end: j, rule: rulePrefix, confidence: min(0.93, 0.6+0.04*(score-bar)),
		evidence: append(evidence, "familiar form of a name"),
	}
	switch {
	case isWord && c.kind < cueIntro && !(len(evidence) > 0 && s.lonely(i)):
		p.rejected = "a dictionary word"
	case c.kind < cueRole && len(evidence) == 0 && s.rec.vocab.things.has(s.t.Rune(i+1)):
		p.rejected = "an old or a small thing"
	case kind == surname.Function && c.kind < cueRole:
		p.rejected = "the surname is a grammar word"
	case score < bar:
		p.rejected = "reads as words as well"
	}
	if p.rejected != "" {
		p.confidence = 0.3
	}
	s.propose(p)
}

// addressed says that a title of staff stands behind units i to i+2, or that a
// verb of dealing with people stands before, and a person's doing behind.
func (s *scan) addressed(i int, c cue) bool {
	if strings.ContainsRune(smallOnes, s.t.Rune(i+1)) {
		return false
	}
	return s.staffBehind(i+2) || s.rec.vocab.does(s.t, i+2) && (c.kind == cueVerb || !s.t.Is(i-1, fold.Han) || s.t.Rune(i-1) == '的')
}

// likable says that r may be the second character of a nickname.
func (s *scan) likable(r rune) bool {
	g := s.rec.lex.GivenOf(r)
	return max(g.Single, g.Mid, g.Last) > -8.5
}

// staffBehind says that a title begins at unit j, 客服 and 同学 among them; but
// not 助理 and 管家, for 小薇助理 is a program.
func (s *scan) staffBehind(j int) bool {
	if r := s.t.Rune(j); r == '助' || r == '管' {
		return false
	}
	n, strong := s.rec.vocab.titleAt(s.t, j)
	return n > 0 && (strong || n > 1)
}

// lonely says that 老 小 阿 at unit i make a word of two characters that the
// dictionary has as a name alone: 小柯, 阿珍, but not 小心 and 老板.
func (s *scan) lonely(i int) bool {
	logp, _ := s.lat.Word(i, i+2)
	return logp < -12
}

// afterXing decides on 姓王的: the span is the surname.
func (s *scan) afterXing(i, to int, info surname.Info) {
	n := 1
	if two := s.rec.lex.Surnames.Compound(s.t.Rune(i+1), s.t.Rune(i+2)); two.Kind != surname.None && i+2 < to {
		n, info = 2, two
	}
	if info.Kind == surname.None {
		info = s.rec.lex.Surnames.Scarce(s.t.Rune(i + 1))
	}
	if info.Kind == surname.None || i > 0 && (s.t.Rune(i-1) == '百' || s.t.Rune(i-1) == '同') {
		return
	}
	p := proposal{start: i + 1, end: i + 1 + n, rule: ruleSurname, confidence: 0.85, evidence: []string{"姓 before"}}
	j := i + 1 + n
	title, _ := s.rec.vocab.titleAt(s.t, j)
	if j < to && title == 0 && s.t.Rune(j) != '的' && s.t.Rune(j) != '女' && s.t.Rune(j) != '男' && !s.rec.vocab.behind.has(s.t.Rune(j)) {
		p.rejected, p.confidence = "no end of the surname behind", 0.3
	}
	s.propose(p)
}

// smallOnes are characters of given names that 小 makes words of: 小哥, 小宝.
const smallOnes = "哥宝贵胜姐妹弟贝乖亲孩娃鬼伙店公女男生康吃气时心意事样主爱"

// things are surnames that 老 and 小 make things of: 老车, 小楼.
const things = "车楼游房路门店包花米单石水木山江海万方时常连白黄金屈井木官红"
