package name

import (
	"fmt"
	"strings"

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
	if s.gentle(g) && !strings.ContainsRune(noSurname, s.t.Rune(i)) && (info.LogP > -10 || !s.t.Is(i-1, fold.Han) || c.kind >= cueVerb) {
		score += 2.5
	}
	if !strong {
		score -= 1.5
		if g+n < to && !v.behind.has(s.t.Rune(g+n)) {
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
	if s.t.Rune(i-1) == '老' || s.t.Rune(i-1) == '小' { // 老白师傅: the form of address is the name
		p.confidence = 0.55
	}
	switch {
	case s.measured(i):
		p.rejected = "a count or measure word"
	case s.t.Rune(i) == '向' && c.kind < cueIntro: // 向经理反映
		p.rejected = "the surname is a preposition"
	case info.Kind == surname.Function && score < 4 && (s.t.Is(i-1, fold.Han) || info.LogP < -7):
		p.rejected = "the surname is a grammar word"
	case info.LogP < -11 && c.kind < cueIntro && !s.gentle(g):
		p.rejected = "a surname of a handful, and a word"
	case info.LogP < -10 && !strong && s.t.Is(i-1, fold.Han) && c.kind < cueVerb && !s.lat.Boundary(i):
		p.rejected = "a scarce surname, and a title that is a word"
	case score < 0.5:
		p.rejected = "reads better as words in spite of the title"
	}
	if p.rejected != "" {
		p.confidence = 0.3
	}
	s.propose(p)
}

// gentle says that 先生 or 女士 stands at unit i, which hardly follow anything
// but a name.
func (s *scan) gentle(i int) bool {
	return s.t.Rune(i) == '先' && s.t.Rune(i+1) == '生' || s.t.Rune(i) == '女' && s.t.Rune(i+1) == '士'
}

// noSurname is what stands before 先生 and 女士 and is no surname.
const noSurname = "位个名男女老小该此某这那有的和跟等是被让给为与向对问请由各两几多大好你我他她您亲贵此其每哪叫找约陪了着过到把在去来说要用见听看及或以前一二三四五六七八九十同原"

// strangerAt takes any character before 先生 and 女士 at the start of a clause
// or behind a cue for a surname: nobody knows them all.
func (s *scan) strangerAt(i, to int, c cue) {
	if i > 0 && s.t.Is(i-1, fold.Han) && c.kind < cueVerb || s.inHandle(i) || strings.ContainsRune(noSurname, s.t.Rune(i)) || s.rec.vocab.mark(s.t.Rune(i))&markSurname != 0 {
		return
	}
	if _, isWord := s.lat.Word(i, i+3); isWord {
		return
	}
	s.propose(proposal{start: i, end: i + 1, rule: ruleTitle, confidence: 0.66, evidence: []string{"one character before 先生 or 女士"}})
}

// kindredTitles stand behind a given name of one character: 娟姐, 强哥.
const kindredTitles = "姐哥妹嫂叔姨"

// kindred decides on unit i as a given name of one character before such a
// title at i+1, at the start of a clause or behind who is dealt with.
func (s *scan) kindred(i, to int, c cue) {
	j := i + 2
	if i > 0 && s.t.Is(i-1, fold.Han) && c.kind < cueVerb || s.inHandle(i) {
		return
	}
	single := s.rec.lex.GivenOf(s.t.Rune(i)).Single
	next := s.t.Rune(j)
	if single < -7.2 || s.rec.lex.Surnames.Of(s.t.Rune(i)).Kind == surname.Plain || next == s.t.Rune(i+1) || next == '们' || next == '儿' {
		return
	}
	p := proposal{start: i, end: i + 1, rule: ruleTitle, confidence: 0.72, evidence: []string{"given name before 姐, 哥 or the like"}}
	_, isWord := s.lat.Word(i, j)
	switch {
	case isWord || strings.ContainsRune(notKindred, s.t.Rune(i)):
		p.rejected, p.confidence = "a dictionary word", 0.3
	case j < to && !s.rec.vocab.behind.has(next) && !s.rec.vocab.does(s.t, j) && !s.lat.Boundary(j):
		p.rejected, p.confidence = "the word goes on behind", 0.3
	}
	s.propose(p)
}

// notKindred are characters of given names that say which one a 哥 or 姐 is.
const notKindred = "大小二三老亲表堂师学帅空美我你他她的是有个位那这哪店货胖靓富水春保好一兄弟姐妹嫂叔姨哥爷奶阿"
