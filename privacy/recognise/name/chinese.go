package name

import (
	"fmt"
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/internal/lexicon"
	"qingting/privacy/internal/surname"
)

// Log probabilities of a person being named at all, in nats, and what the
// surroundings add. Set by measurement on feedback text.
const (
	anyName     = -5.5 // one word in 250 is a full name
	anyTitled   = -6.0
	anyPrefixed = -6.5

	stockGain = 6
	labelGain = 3.0 // a field's label without a colon, on top of cueGain
	cueGain   = 4.0
	fieldGain = 9.0
	titleGain = 5.0

	andGain      = 6 // 和 at the end of a clause joins nothing
	compoundGain = 4 // the word list has 公孙 and its like from names alone
)

// compoundWords are surnames of two characters that are words as well.
var compoundWords = map[string]bool{
	"东方": true, "百里": true, "第五": true, "第二": true, "南门": true, "东门": true, "西门": true, "南宫": true, "长孙": true, "梁丘": true, "东里": true, "北堂": true,
}

// Reasons why a name without a cue is turned down though it may be one.
const (
	Public       = "a public name or a dictionary word"
	ReadsAsWords = "reads as words as well"
)

// chinese looks through each clause of Han units that holds a surname or follows a cue.
func (s *scan) chinese() {
	v, units := s.rec.vocab, s.t.Units
	from, wanted := -1, false
	for i := range units {
		if units[i].Class&fold.Han == 0 {
			if from >= 0 {
				s.clauses(from, i, wanted)
				from, wanted = -1, false
			}
			continue
		}
		if from < 0 {
			from = i
		}
		m := v.mark(units[i].Rune)
		if m&(markSurname|markPrefix|markKindred) != 0 || m&markScarce != 0 && !wanted && s.titled(i) || s.gentle(i) {
			wanted = true
		}
		if m&markCueEnd != 0 {
			s.cueAt(i)
		}
		if units[i].Rune == '的' && s.coded(i-1) {
			s.note(i+1, cue{i + 1, cueRole, false})
		}
	}
	if from >= 0 {
		s.clauses(from, len(units), wanted)
	}
}

// cueAt notes the cue that ends at unit i, if any, for a name that starts
// right behind it or behind a colon, a blank or 是.
func (s *scan) cueAt(i int) {
	kind, _ := s.rec.vocab.cueEndingAt(s.t, i)
	if kind < cueRole && s.t.Rune(i) == '名' && s.t.Rune(i-1) == ' ' && (s.t.Rune(i-2) == '姓' || s.t.Rune(i-2) == '户') { // 姓 名:
		kind = cueField
	}
	switch {
	case kind == cueColumn: // 审核：张三
		if at := i + 1; s.t.Rune(at) == ':' || s.t.Rune(at) == '：' {
			next, _ := skipLink(s.t, at)
			s.note(next, cue{next, cueRole, true})
		}
		return
	case kind == cueNone:
		return
	}
	s.note(i+1, cue{i + 1, kind, false})
	if at, linked := skipLink(s.t, i+1); at != i+1 {
		s.note(at, cue{at, kind, linked})
	}
}

// coded says that an employee's number ends at unit i: 工号SH2051的.
func (s *scan) coded(i int) bool {
	n := 0
	for s.t.Is(i, fold.Digit|fold.Letter) && n < 12 {
		i--
		n++
	}
	for s.t.Rune(i) == ' ' || s.t.Rune(i) == ':' || s.t.Rune(i) == '是' || s.t.Rune(i) == '为' {
		i--
	}
	return n >= 3 && (s.t.Rune(i) == '号' && s.t.Rune(i-1) == '工' || s.t.Is(i, fold.Han) && strings.ContainsRune("和与及跟、", s.t.Rune(i)))
}

// note keeps the strongest cue for a name at unit at.
func (s *scan) note(at int, c cue) {
	if old := s.cues[at]; c.kind > old.kind || c.kind == old.kind && c.linked {
		s.cues[at] = c
	}
	s.lastCue = max(s.lastCue, at)
}

// cueFor returns the strongest cue for a name at unit i.
func (s *scan) cueFor(i int) cue { return s.cues[i] }

func (s *scan) clauses(from, to int, wanted bool) {
	if !wanted && !s.cueNear(from) {
		return
	}
	for ; to-from > lexicon.MaxClause; from += lexicon.MaxClause {
		s.clause(from, from+lexicon.MaxClause)
	}
	s.clause(from, to)
}

func (s *scan) cueNear(from int) bool { return s.lastCue >= from && s.lastCue > 0 }

// clause weighs every place of units[from:to] where a name may start.
func (s *scan) clause(from, to int) {
	s.lat.Read(s.t.Units, from, to)
	for i := from; i < to; i++ {
		c := s.cueFor(i)
		m := s.rec.vocab.mark(s.t.Units[i].Rune)
		if m&markSurname != 0 {
			s.surnameAt(i, to, c)
		}
		if m&markScarce != 0 && (c.kind >= cueRole || s.titled(i)) {
			s.scarceAt(i, to, c)
		}
		if m&markPrefix != 0 {
			s.prefixAt(i, to, c)
		}
		if i+2 < to && s.gentle(i+1) {
			s.strangerAt(i, to, c)
		}
		if i+1 < to && s.rec.vocab.mark(s.t.Units[i+1].Rune)&markKindred != 0 {
			s.kindred(i, to, c)
		}
		if c.kind >= cueIntro && c.at == i {
			s.wideAt(i, to, c)
		} else if c.kind == cueRole && c.at == i {
			s.foreignAt(i, to)
		}
	}
}

// surnameAt tries surname + title, and surname + given name, at unit i.
func (s *scan) surnameAt(i, to int, c cue) {
	if s.inHandle(i) && c.kind == cueNone {
		return
	}
	lex := s.rec.lex
	if info := lex.Surnames.Of(s.t.Rune(i)); info.Kind != surname.None {
		s.namesAt(i, i+1, to, info, c)
	}
	if i+1 < to {
		if info := lex.Surnames.Compound(s.t.Rune(i), s.t.Rune(i+1)); info.Kind != surname.None {
			s.namesAt(i, i+2, to, info, c)
		}
	}
}

// scarceAt is surnameAt for surnames that only a cue or a title makes believable.
func (s *scan) scarceAt(i, to int, c cue) {
	if s.inHandle(i) {
		return
	}
	lex := s.rec.lex
	if info := lex.Surnames.Scarce(s.t.Rune(i)); info.Kind != surname.None {
		s.namesAt(i, i+1, to, info, c)
	}
	if i+1 < to {
		if info := lex.Surnames.ScarceCompound(s.t.Rune(i), s.t.Rune(i+1)); info.Kind != surname.None {
			s.namesAt(i, i+2, to, info, c)
		}
	}
}

// titled says that a title stands one to three units behind unit i.
func (s *scan) titled(i int) bool {
	for j := i + 1; j <= i+3; j++ {
		if s.rec.vocab.mark(s.t.Rune(j))&markTitle != 0 {
			if n, _ := s.rec.vocab.titleAt(s.t, j); n > 0 {
				return true
			}
		}
	}
	return false
}

// inHandle says that unit i belongs to an account handle (@…), which is no
// person spoken of: handles name services and brands above all.
func (s *scan) inHandle(i int) bool {
	for k := i - 1; k >= 0 && i-k <= 16; k-- {
		r := s.t.Rune(k)
		switch {
		case r == '@':
			return true
		case s.t.Is(k, fold.Han|fold.Letter|fold.Digit) || r == '_' || r == '-':
		default:
			return false
		}
	}
	return false
}

func (s *scan) namesAt(i, g, to int, info surname.Info, c cue) {
	if s.masked(i, g, info, c) {
		return
	}
	if s.t.Rune(g) == '姓' && info.Kind == surname.Plain { // 李姓业务员
		if n, strong := s.rec.vocab.titleAt(s.t, g+1); n > 0 && strong {
			s.propose(proposal{start: i, end: g, rule: ruleSurname, confidence: 0.75, evidence: []string{"姓 and a title behind"}})
		}
	}
	s.surnameTitle(i, g, to, info, c)
	if g == to && (info.Kind != surname.Function || c.linked) {
		s.spacedName(i, g, c)
	}
	lex, logp := s.rec.lex, float32(anyName+info.LogP)
	switch {
	case g-i == 2 && compoundWords[s.text(i, g)]:
		info.Kind = surname.Mixed
	case g-i == 2:
		logp += compoundGain
	}
	shortLogp, longLogp := logp, logp
	if g+1 < to {
		longLogp += lex.GivenTwo(s.t.Rune(g), s.t.Rune(g+1))
		if g+2 == to && c.kind >= cueRole && s.t.Rune(g+1) == '和' {
			longLogp += andGain
		}
		s.fullName(i, g+2, to, longLogp, info, c)
	}
	if g < to {
		shortLogp += lex.GivenOne(s.t.Rune(g))
		if lexicon.Stock(s.t.Rune(i), s.t.Rune(g)) {
			shortLogp += stockGain
		}
		// Where the longer reading is likelier and was judged, the shorter is a
		// torn one: 张国 of 张国荣.
		torn := g+1 < to && c.kind < cueRole && s.lat.Margin(i, g+2, longLogp) > s.lat.Margin(i, g+1, shortLogp)+1
		if !torn {
			s.fullName(i, g+1, to, shortLogp, info, c)
		}
	}
	if g == i+1 && g+2 < to { // two surnames joined: 张陈美丽
		if second := lex.Surnames.Of(s.t.Rune(g)); second.Kind == surname.Plain && info.Kind == surname.Plain {
			s.fullName(i, g+3, to, logp+float32(second.LogP)-3+lex.GivenTwo(s.t.Rune(g+1), s.t.Rune(g+2)), info, c)
		}
	}
}

// fullName decides on units i to j as surname and given name of log probability logp.
func (s *scan) fullName(i, j, to int, logp float32, info surname.Info, c cue) {
	margin := s.lat.Margin(i, j, logp)
	if s.t.Rune(j-1) == '本' && s.t.Rune(j) == '人' || s.t.Rune(j-1) == '姓' || s.t.Rune(j-1) == '某' || s.t.Rune(j-2) == '总' { // 机主徐静|本人, 王姓, 黎总|黎
		return
	}
	if j+1 == to && strings.ContainsRune("和与及", s.t.Rune(j)) && !s.t.Is(to, fold.Digit|fold.Letter|fold.Placeholder) && c.kind >= cueRole { // 本人王清和, and nobody else behind
		return
	}
	if margin < -14 || margin < -4 && c.kind < cueRole {
		return
	}
	score := float64(margin)
	_, isWord := s.lat.Word(i, j)
	titleLen, strong := s.rec.vocab.titleAt(s.t, j)
	id := ruleBare
	var evidence []string
	switch {
	case c.kind == cueField && (c.linked || c.at == i && s.t.Rune(i-1) == ' '), c.kind == cueIntro:
		id, score = ruleCue, score+fieldGain
		evidence = append(evidence, "name field or introduction before")
		if j == to {
			score += 2
		}
	case c.kind == cueField, c.kind == cueRole:
		id, score = ruleCue, score+cueGain
		if c.kind == cueField {
			score += labelGain
		}
		evidence = append(evidence, "role before")
	case c.kind == cueVerb:
		score += 1.2
		evidence = append(evidence, "verb of dealing with a person before")
	}
	if titleLen > 0 && strong {
		if id == ruleBare {
			id = ruleTitle
		}
		score += titleGain
		evidence = append(evidence, "title behind")
	}
	side, sideEvidence := s.sides(i, j, to)
	score += side
	if s.explain {
		evidence = append(evidence, sideEvidence...)
		evidence = append(evidence, fmt.Sprintf("reads likelier as a name than as words by %.1f nats", margin))
	}
	p := proposal{start: i, end: j, rule: id, evidence: evidence}
	switch {
	case isWord && id == ruleBare:
		p.rejected = "a dictionary word"
	case isWord && c.kind < cueIntro && titleLen == 0 && !(c.kind == cueRole && s.rareWord(i, j) && s.rec.vocab.does(s.t, j)):
		p.rejected = "a dictionary word, and the cue is weak"
	case s.measured(i):
		p.rejected = "a count or measure word"
	case info.Kind == surname.Function && c.kind < cueIntro && !(c.kind == cueRole && j == to && j-i == 3):
		p.rejected = "the surname is a grammar word or a verb and no name field stands before"
	case id == ruleBare && s.rec.lex.Famous[s.text(i, j)] && !lexicon.Stock(s.t.Rune(i), s.t.Rune(j-1)):
		p.rejected = Public
	case id == ruleBare && (brands[s.text(i, j)] || brands[s.text(i, i+2)]):
		p.rejected = "the name of a place or a firm"
	case id == ruleBare && score < bareBar(info.Kind):
		p.rejected = ReadsAsWords
	case id != ruleTitle && c.kind < cueIntro && s.placeName(i, j):
		p.rejected = "the name of a place or a firm"
	case id != ruleBare && score < cuedBar(info.Kind):
		p.rejected = "reads better as words in spite of the cue"
	}
	switch {
	case id == ruleBare:
		p.confidence = min(0.78, 0.55+0.03*(score-bareBar(info.Kind)))
	case c.kind >= cueIntro || titleLen > 0:
		p.confidence = min(0.97, 0.85+0.012*score)
	default:
		p.confidence = min(0.95, 0.75+0.02*score)
	}
	if p.rejected != "" {
		if !s.explain || margin < -1 && id == ruleBare {
			return
		}
		p.confidence = min(p.confidence, 0.3)
	}
	s.propose(p)
}

// rareWord says that units i to j are a word that hardly anybody writes.
func (s *scan) rareWord(i, j int) bool {
	logp, _ := s.lat.Word(i, j)
	return logp < -12
}

// bareBar is the score at which a name without cue or title is believed.
func bareBar(k surname.Kind) float64 {
	if k == surname.Plain {
		return 5.5
	}
	return 9
}

// cuedBar is the score at which a name with a cue or a title is believed.
func cuedBar(k surname.Kind) float64 {
	switch k {
	case surname.Plain:
		return 1.5
	case surname.Mixed:
		return 3
	}
	return 6.5
}

// placeName says that units i to j are a division, or end like a place: 桂芳园.
func (s *scan) placeName(i, j int) bool {
	last := s.t.Rune(j - 1)
	if j-i >= 3 && (s.rec.vocab.place.has(last) || s.t.Rune(i+1) == '家' && strings.ContainsRune("坪坊角岩汇冲塘嘴咀渡河洼集", last)) {
		return true
	}
	return s.rec.places.Is(s.text(i, j))
}

// text returns units i to j as folded.
func (s *scan) text(i, j int) string {
	var b strings.Builder
	for ; i < j; i++ {
		b.WriteRune(s.t.Rune(i))
	}
	return b.String()
}
