package name

import (
	"fmt"
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/internal/surname"
)

// besideDigits is how long a number must be for what stands alone beside it to
// be its owner's name: shorter ones count or date.
const besideDigits = 8

// fieldLeast is how much worse a name field's value may read as a name than as words.
const fieldLeast = -12

// columnGap is how far apart, in units, two entries of one list stand at most.
const columnGap = 40

// notOwners end what stands beside a number and is no name: labels and times.
const notOwners = "号码卡费元日月年时分单证价额据址机线款名称户类型量"

// beside finds names that are a clause of their own beside a long number, as
// lists and forms have them: 张三 13812345678；李四（138…）, and those that a list,
// a cue or the end of the text tells.
func (s *scan) beside() {
	units := s.t.Units
	s.owners, s.doubts = 0, s.doubts[:0]
	entry := 0 // where the last one beside a number ended
	for i := 0; i < len(units); i++ {
		if units[i].Class&fold.Han == 0 || s.t.Is(i-1, fold.Han) {
			continue
		}
		j := i
		for j < len(units) && units[j].Class&fold.Han != 0 {
			j++
		}
		n := j - i
		if isDot(s.t.Rune(i-1)) && s.t.Is(i-2, fold.Han) || s.inHandle(i) { // 上海·银乐, @张三: where from, and who is called
			i = j - 1
			continue
		}
		switch {
		case n >= 2 && n <= 4 && (s.number(j, 1) || s.number(i-1, -1)):
			if i-entry > columnGap {
				s.column()
			}
			entry = j
			if s.owner(i, j, -14, "a clause of its own beside a long number") {
				s.owners++
			} else {
				s.doubts = append(s.doubts, [2]int{i, j})
			}
		case n >= 2 && n <= 4 && s.listed(i, j):
			s.owner(i, j, -6, "in a list of clauses that could all be names")
		case n >= 2 && n <= 4 && i > 0 && s.signed(i, j):
			s.owner(i, j, -2*float32(n), "a line of its own at the end")
		case n >= 2 && n <= 3 && i > 0 && s.last(j):
			s.owner(i, j, -3*float32(n-1), "the last clause, and no word")
		}
		if n >= 2 && n <= 4 && s.nearNumber(i, j) {
			s.owner(i, j, s.aloneLeast(i, j), "a clause of its own near a long number")
		}
		near := s.number(j, 1) || s.number(i-1, -1) || s.last(j)
		if (s.t.Rune(i) == '我' || s.t.Rune(i) == '找') && n >= 3 && n <= 4 && near { // 我汤圆圆，13668490694
			s.owner(i+1, j, -6, "我 or 找 before, and the clause ends beside a number")
		}
		if (s.t.Rune(j-1) == '收' || s.t.Rune(j-1) == '留') && n >= 3 && n <= 5 && near { // 容素心收，19808200935
			s.owner(i, j-1, -9, "who receives or leaves it, beside a number")
		}
		for k := max(i+1, j-4); k <= j-2; k++ { // 客户井松年，
			switch c := s.cueFor(k); {
			case c.at != k && !c.linked || s.t.Is(k, fold.Digit):
			case c.kind >= cueIntro:
				s.owner(k, j, fieldLeast, "name field before, and the clause ends")
			case c.kind == cueRole:
				s.owner(k, j, s.roleLeast(k, j), "role before, and the clause ends")
			}
		}
		i = j - 1
	}
	s.column()
}

// roleLeast is how much worse as a name than as words what fills the clause
// behind a role may read: much where neither its end nor its start is a word.
func (s *scan) roleLeast(i, j int) float32 {
	words := &s.rec.lex.Words
	if j-i == 3 && !words.Has(s.t.Rune(i), s.t.Rune(i+1)) && !words.Has(s.t.Rune(i+1), s.t.Rune(i+2)) && s.givenLike(i+1, j) {
		return -9
	}
	return -5
}

// aloneLeast is the same for what is a clause of its own near a long number.
func (s *scan) aloneLeast(i, j int) float32 {
	words := &s.rec.lex.Words
	for k := i; k+1 < j; k++ {
		if words.Has(s.t.Rune(k), s.t.Rune(k+1)) && s.rec.lex.Surnames.Compound(s.t.Rune(k), s.t.Rune(k+1)).Kind == surname.None {
			return 3
		}
	}
	if j-i == 2 {
		return 0
	}
	return -4
}

// column takes what stands in the column of owners of a list that has two
// others and more, though it is a dictionary word or a place by itself.
func (s *scan) column() {
	owners, known := s.owners, s.doubts[:0]
	for _, d := range s.doubts {
		if g, kind := s.family(d[0], d[1]); kind != surname.None && d[1]-g >= 1 && d[1]-g <= 2 && !s.label(d[1]) {
			known = append(known, d)
		}
	}
	all := len(s.doubts)
	s.owners, s.doubts = 0, s.doubts[:0]
	if len(known) == 0 || !(owners >= 2 && all <= 2*owners || owners == 1 && all == len(known) && all >= 2) {
		return
	}
	for _, d := range known {
		s.propose(proposal{start: d[0], end: d[1], rule: ruleBeside, confidence: 0.6, evidence: []string{"in a column of names beside numbers"}})
	}
}

// family returns where the surname at unit i ends, scarce ones too, and what it
// is besides; a name of units i to j needs more than the surname.
func (s *scan) family(i, j int) (int, surname.Kind) {
	names := s.rec.lex.Surnames
	if j-i > 2 {
		a, b := s.t.Rune(i), s.t.Rune(i+1)
		if k := max(names.Compound(a, b).Kind, names.ScarceCompound(a, b).Kind); k != surname.None {
			return i + 2, k
		}
	}
	return i + 1, max(names.Of(s.t.Rune(i)).Kind, names.Scarce(s.t.Rune(i)).Kind)
}

// label says that units up to j end like a label or a time and no name.
func (s *scan) label(j int) bool { return strings.ContainsRune(notOwners, s.t.Rune(j-1)) }

// signed says that units i to j are the last line, or the one before a date.
func (s *scan) signed(i, j int) bool {
	k := i - 1
	for s.t.Rune(k) == ' ' || s.t.Rune(k) == '\u3000' || s.t.Rune(k) == '\t' {
		k--
	}
	if r := s.t.Rune(k); r != '\n' && r != '—' && r != '\r' {
		return false
	}
	digits := 0
	for ; j < len(s.t.Units); j++ {
		switch {
		case s.t.Is(j, fold.Digit|fold.Numeral):
			if digits++; digits > 8 {
				return false
			}
		case s.t.Is(j, fold.Han) && !strings.ContainsRune("年月日号时分", s.t.Rune(j)), s.t.Is(j, fold.Letter|fold.Placeholder):
			return false
		}
	}
	return true
}

// number says that a long number begins at unit i, going by step, behind at
// most two separators, brackets or colons.
func (s *scan) number(i, step int) bool {
	for range 3 {
		if s.t.Is(i, fold.Digit) || s.t.Is(i, fold.Letter) && s.t.Rune(i) < 0x80 {
			break
		}
		if !s.t.Is(i, fold.Separator) && s.t.Rune(i) != ':' && s.t.Rune(i) != '>' && s.t.Rune(i) != '→' {
			return false
		}
		i += step
	}
	if s.code(i, step) {
		return true
	}
	n := 0
	for n < besideDigits && (s.t.Is(i, fold.Digit) || n > 0 && (s.t.Rune(i) == '-' || s.t.Rune(i) == ' ' || s.t.Rune(i) == 'X') && s.t.Is(i+step, fold.Digit)) {
		if s.t.Is(i, fold.Digit) {
			n++
		}
		i += step
	}
	return n == besideDigits
}

// listed says that the clause at units i to j is joined by 、 to another that
// has a surname and the length of a name: 东方烁、令狐聪、尉迟俭.
func (s *scan) listed(i, j int) bool {
	if s.t.Rune(j) == '、' && s.shaped(j+1, 1) {
		return true
	}
	return s.t.Rune(i-1) == '、' && s.shaped(i-2, -1)
}

// shaped says that two to four Han units from unit i on, going by step, begin
// with a plain or a compound surname and are no word.
func (s *scan) shaped(i, step int) bool {
	j := i
	for s.t.Is(j, fold.Han) && (j-i)*step < 5 {
		j += step
	}
	from, to := i, j
	if step < 0 {
		from, to = j+1, i+1
	}
	if n := to - from; n < 2 || n > 4 {
		return false
	}
	compound := s.rec.lex.Surnames.Compound(s.t.Rune(from), s.t.Rune(from+1)).Kind != surname.None && to-from > 2
	if !compound && (s.rec.lex.Surnames.Of(s.t.Rune(from)).Kind != surname.Plain || to-from > 3) {
		return false
	}
	s.lat.Read(s.t.Units, from, to)
	_, isWord := s.lat.Word(from, to)
	return !isWord
}

// last says that nothing but marks comes from unit j on, in a text that holds a number.
func (s *scan) last(j int) bool {
	for ; j < len(s.t.Units); j++ {
		if s.t.Is(j, fold.Han|fold.Letter|fold.Digit|fold.Placeholder) {
			return false
		}
	}
	return s.t.Seen&fold.Digit != 0
}

// rareOwners are surnames too much of a word to be believed elsewhere than
// beside a number.
const rareOwners = "车束应查相连占从"

// code says that a block of five and more letters and digits, three of them
// digits and its letters capitals, begins at unit i, going by step: A20391, ZW1120.
func (s *scan) code(i, step int) bool {
	n, digits := 0, 0
	for ; n < 20 && s.t.Is(i, fold.Digit|fold.Letter) && s.t.Rune(i) < 0x80; i += step {
		n++
		switch r := s.t.Rune(i); {
		case s.t.Is(i, fold.Digit):
			digits++
		case r >= 'a':
			return false
		}
	}
	return n >= 5 && n < 20 && digits >= 3 && digits < n
}

// owner decides on units i to j, a clause whose place says that it is a name,
// if it reads at most least nats worse as one than as words.
func (s *scan) owner(i, j int, least float32, why string) bool {
	lex := s.rec.lex
	g, info := i+1, lex.Surnames.Of(s.t.Rune(i))
	if info.Kind == surname.None {
		info = lex.Surnames.Scarce(s.t.Rune(i))
	}
	if two := lex.Surnames.Compound(s.t.Rune(i), s.t.Rune(i+1)); two.Kind != surname.None && j-i > 2 {
		g, info = i+2, two
	} else if two := lex.Surnames.ScarceCompound(s.t.Rune(i), s.t.Rune(i+1)); two.Kind != surname.None && j-i > 2 {
		g, info = i+2, two
	}
	busy := info.Kind == surname.Function && !strings.ContainsRune(rareOwners, s.t.Rune(i))
	if info.Kind == surname.None || busy || j-g < 1 || j-g > 2 || s.measured(i) || s.label(j) {
		return false
	}
	s.lat.Read(s.t.Units, i, j)
	margin := s.lat.Margin(i, j, s.nameLogP(i, g, j))
	p := proposal{
		start: i, end: j, rule: ruleBeside, confidence: 0.68,
		evidence: []string{why, fmt.Sprintf("margin %.1f nats", margin)},
	}
	if info.LogP < -10 { // above what its given name alone reads like
		p.confidence = 0.79
	}
	_, isWord := s.lat.Word(i, j)
	switch {
	case isWord && margin < -5 && least != fieldLeast:
		p.rejected, p.confidence = "a dictionary word", 0.3
	case margin < least:
		p.rejected, p.confidence = "reads far better as words", 0.3
	case s.rec.places.Is(s.text(i, j)) || brands[s.text(i, j)] || least > -14 && least != fieldLeast && s.placeName(i, j):
		p.rejected, p.confidence = "the name of a place or a firm", 0.3
	}
	s.propose(p)
	return p.rejected == ""
}
