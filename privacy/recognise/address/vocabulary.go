package address

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/internal/lexicon"
	"qingting/privacy/internal/place"
)

// ending is one word of the grammar.
type ending struct {
	runes []rune
	kind  kind
}

// vocabulary is the grammar, ready to match. Read-only.
type vocabulary struct {
	places    *place.Gazetteer
	names     map[rune][]ending // by first rune, longest first
	measures  map[rune][]ending // by first rune
	refuse    map[rune][][]rune // notAfterNumber by first rune
	deny      map[rune][][]rune // notEndings by first rune
	leads     map[rune][][]rune // by first rune
	keep      map[rune][][]rune // keepWords by every rune they hold
	cues      map[rune][][]rune // by last rune
	glue      [][]rune          // longest first
	roomCues  [][]rune
	corners   [][]rune // longest first
	relations [][]rune
	words     *lexicon.WordTable
	abroad    map[rune][][]rune // countries by first rune
	flags     [0x10000]runeFlag
}

type runeFlag uint8

const (
	flagStop    runeFlag = 1 << iota
	flagEnding           // may begin the ending of a name
	flagMeasure          // may begin a measure
	flagNumeral          // a Chinese numeral that counts houses
	flagGlue             // part of a word that leads from a place to what is in it
	flagAbroad           // begins a country's name
	flagAnchor           // may begin a measure that ends an address
)

func newVocabulary() *vocabulary {
	v := &vocabulary{
		places: place.Shared(), names: map[rune][]ending{}, measures: map[rune][]ending{},
		refuse: map[rune][][]rune{}, deny: map[rune][][]rune{}, leads: map[rune][][]rune{}, keep: map[rune][][]rune{}, cues: map[rune][][]rune{},
		glue: words(glueWords), roomCues: words(roomCues), corners: words(crossings), relations: words(relations), words: &lexicon.Shared().Words, abroad: map[rune][][]rune{},
	}
	for _, w := range words(leads) {
		v.leads[w[0]] = append(v.leads[w[0]], w)
	}
	for _, w := range v.glue {
		for _, r := range w {
			v.flags[r] |= flagGlue
		}
	}
	for _, w := range words(abroad) {
		v.abroad[w[0]] = append(v.abroad[w[0]], w)
		v.flags[w[0]] |= flagAbroad
	}
	for _, e := range nameEndings {
		for _, w := range words(e.words) {
			v.names[w[0]] = insertLongest(v.names[w[0]], ending{w, e.kind})
			v.flags[w[0]] |= flagEnding
		}
	}
	for _, m := range measures {
		for _, w := range words(m.words) {
			v.measures[w[0]] = insertLongest(v.measures[w[0]], ending{w, m.kind})
			v.flags[w[0]] |= flagMeasure
			if m.kind.doorLevel() || m.kind == floor {
				v.flags[w[0]] |= flagAnchor
			}
		}
	}
	for _, w := range words(notAfterNumber) {
		v.refuse[w[0]] = append(v.refuse[w[0]], w)
	}
	for _, w := range words(notEndings) {
		v.deny[w[0]] = append(v.deny[w[0]], w)
	}
	for _, w := range words(keepWords) {
		for _, r := range w {
			v.keep[r] = append(v.keep[r], w)
		}
	}
	for _, w := range words(cues) {
		v.cues[w[len(w)-1]] = append(v.cues[w[len(w)-1]], w)
	}
	for _, r := range stopRunes {
		v.flags[r] |= flagStop
	}
	for _, r := range "零〇一二三四五六七八九十百两壹贰叁肆伍陆柒捌玖拾" {
		v.flags[r] |= flagNumeral
	}
	return v
}

// country returns the length of a country's name at unit i that an address follows, or 0.
func (v *vocabulary) country(t *fold.Text, i int) int {
	if v.flag(t.Rune(i))&flagAbroad == 0 {
		return 0
	}
	for _, w := range v.abroad[t.Rune(i)] {
		if matchAt(t, i, w) && t.Is(i+len(w), fold.Han) {
			return len(w)
		}
	}
	return 0
}

func insertLongest(list []ending, e ending) []ending {
	at := len(list)
	for at > 0 && len(list[at-1].runes) < len(e.runes) {
		at--
	}
	list = append(list, ending{})
	copy(list[at+1:], list[at:])
	list[at] = e
	return list
}

func (v *vocabulary) flag(r rune) runeFlag {
	if r >= 0 && r < 0x10000 {
		return v.flags[r]
	}
	return 0
}

func matchAt(t *fold.Text, i int, w []rune) bool {
	if i < 0 || i+len(w) > len(t.Units) {
		return false
	}
	for k, r := range w {
		if t.Units[i+k].Rune != r {
			return false
		}
	}
	return true
}

// stop says that no name of a place goes across unit i.
func (v *vocabulary) stop(t *fold.Text, i int) bool {
	r := t.Rune(i)
	switch r {
	case '家': // 我家, but 张家村
		switch t.Rune(i + 1) {
		case '园', '属', '乐', '居', '湾', '沟', '庄', '村':
			return false
		}
		switch t.Rune(i - 1) {
		case '我', '你', '他', '她', '咱', '们', '大', '全', '回', '在', '搬':
			return true
		}
		return !t.Is(i-1, fold.Han)
	}
	if t.Units[i].Class&fold.Placeholder != 0 {
		return true
	}
	if v.flag(r)&flagStop == 0 {
		return false
	}
	switch next := t.Rune(i + 1); { // 洪都大道: the character before a street word is its name's
	case next == '路' || next == '街' || next == '巷' || next == '苑' || next == '大' && t.Rune(i+2) == '道':
		if _, ok := v.nameEnding(t, i+1); ok && t.Is(i-1, fold.Han) {
			return false
		}
	}
	for _, w := range v.keep[r] {
		for k, x := range w {
			if x == r && matchAt(t, i-k, w) {
				return false
			}
		}
	}
	return true
}

// nameEnding returns the longest ending of a name at unit i.
func (v *vocabulary) nameEnding(t *fold.Text, i int) (ending, bool) {
	if v.flag(t.Rune(i))&flagEnding == 0 {
		return ending{}, false
	}
	for _, e := range v.names[t.Rune(i)] {
		if matchAt(t, i, e.runes) && !v.denied(t, i, e) {
			return e, true
		}
	}
	return ending{}, false
}

// denied says that the ending at unit i is part of another word: 路由, 走路.
func (v *vocabulary) denied(t *fold.Text, i int, e ending) bool {
	for _, w := range v.deny[e.runes[0]] {
		if len(w) > len(e.runes) && matchAt(t, i, w) && !(w[1] == '上' && t.Rune(i+2) == '的' && t.Is(i+3, fold.Digit)) { // 建设路上的89号院
			return true
		}
	}
	if len(e.runes) == 1 && e.runes[0] == '路' {
		switch t.Rune(i - 1) {
		case '走', '半', '网', '线', '电', '思', '出', '迷', '套', '修', '绕', '堵', '引':
			return true
		}
	}
	return false
}

// lead returns how many units at i are running text stuck to a name.
func (v *vocabulary) lead(t *fold.Text, i int) int {
	n := 0
	for again := true; again; {
		again = false
		for _, w := range v.leads[t.Rune(i+n)] {
			if matchAt(t, i+n, w) {
				n, again = n+len(w), true
			}
		}
	}
	return n
}

// measure returns the longest measure at unit i, unless a longer word denies
// it. Behind a road a 号 is a door whatever comes next: 桃子湖路36号就行.
func (v *vocabulary) measure(t *fold.Text, i int, behindRoad bool) (ending, bool) {
	if v.flag(t.Rune(i))&flagMeasure == 0 {
		return ending{}, false
	}
	for _, e := range v.measures[t.Rune(i)] {
		if !matchAt(t, i, e.runes) || e.kind == unit && len(e.runes) > 1 && strings.ContainsRune("店市诊口前外", t.Rune(i+len(e.runes))) { // 39号|门店
			continue
		}
		if behindRoad && e.kind == number && t.Rune(i+1) != '线' && t.Rune(i+1) != '码' && t.Rune(i+1) != '地' && t.Rune(i+1) != '出' && t.Rune(i+1) != '口' {
			return e, true
		}
		for _, w := range v.refuse[e.runes[0]] {
			if len(w) > len(e.runes) && matchAt(t, i, w) && !(w[1] == '线' && t.Rune(i+2) == '路') { // 19号|线路老化
				return ending{}, false
			}
		}
		return e, true
	}
	return ending{}, false
}

// roomCue says that the words right before unit i announce a room told as
// joined numbers: 房号8-1502; full is for more than two numbers: 住址3-2-501.
func (v *vocabulary) roomCue(t *fold.Text, i int, full bool) bool {
	for n := 0; n < 2 && i > 0 && (t.Rune(i-1) == ':' || t.Rune(i-1) == ' ' || t.Rune(i-1) == '是' || t.Rune(i-1) == '为'); n++ {
		i--
	}
	for _, w := range v.roomCues {
		if matchAt(t, i-len(w), w) {
			return true
		}
	}
	return full && v.cueBefore(t, i)
}

// cueBefore says that the words before unit i announce an address.
func (v *vocabulary) cueBefore(t *fold.Text, i int) bool {
	for n := 0; n < 3 && i > 0; n++ {
		switch t.Rune(i - 1) {
		case ':', ' ', '是', '为', '在', '"', '“', '-', '=', '\n', '于':
			for _, w := range v.cues[t.Rune(i-1)] {
				if matchAt(t, i-len(w), w) {
					return true
				}
			}
			i--
			continue
		}
		break
	}
	for _, w := range v.cues[t.Rune(i-1)] {
		if matchAt(t, i-len(w), w) {
			return true
		}
	}
	return false
}
