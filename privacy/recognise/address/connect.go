package address

import (
	"strings"

	"qingting/privacy/fold"
)

// grammarRunes are never part of the name of a place, not even right behind
// the division it lies in.
const grammarRunes = "的是我你您他她它们吗呢吧啊么没不也都就还很又再才只"

// glueWords may stand between a place and what is in it: 电子二路|那个|16号院.
const glueWords = "那边的 这边的 里面的 上面的 那里的 这里的 那个 这个 那边 这边 里面 上的 里的 内的 的"

// crossings close the name of a corner: 解放西街与民族街|交叉口.
const crossings = "交叉路口 交叉口处 交叉口 交汇处 交汇口 交界处 交口 路口 口"

// carries returns how many units before unit lo, the last of which ends a
// name, may stand within an address all the same: a word that leads from a place to what
// is in it, a mark between two divisions, the first character of a name right behind its
// division (儋州市|那大镇), the 与 of a corner. Else 0.
func (p *parser) carries(lo int) int {
	if p.vocab.flag(p.t.Rune(lo-1))&flagGlue != 0 {
		for _, w := range p.vocab.glue {
			for k, r := range w {
				if r == p.t.Rune(lo-1) && matchAt(p.t, lo-1-k, w) {
					return k + 1
				}
			}
		}
	}
	for k := 1; k <= 4 && lo-1-k >= 0 && p.t.Is(lo-1-k, fold.Han); k++ { // 昆|都|仑区
		if p.vocab.places.Begins(p.t.Rune(lo-1-k)) && p.place(lo-1-k).Length > k {
			return k + 1
		}
	}
	before := p.t.Rune(lo - 2)
	switch r := p.t.Rune(lo - 1); {
	case r == '、':
		if strings.ContainsRune("省市区县旗州镇乡村路街道号", before) {
			return 1
		}
	case r == '与' || r == '跟' || r == '及':
		if strings.ContainsRune("路街道巷", before) {
			return 1
		}
	case p.t.Is(lo-1, fold.Han) && strings.ContainsRune("省市区县旗州镇乡", before) && !strings.ContainsRune(grammarRunes, r):
		return 1
	}
	return 0
}

// glued returns how many units at i lead from the place before to what is in it.
func (p *parser) glued(i int) int {
	if len(p.chain) == 0 || p.vocab.flag(p.t.Rune(i))&flagGlue == 0 || p.chain[len(p.chain)-1].kind < district || p.chain[len(p.chain)-1].kind >= number {
		return 0
	}
	for _, w := range p.vocab.glue {
		if matchAt(p.t, i, w) {
			return len(w)
		}
	}
	return 0
}

// corner carries the road that ends at unit i on over the road it meets there,
// and returns where the name of the corner ends, or i.
func (p *parser) corner(i int) int {
	switch p.t.Rune(i) {
	case '与', '和', '跟', '及', '、', '/', '-':
	default:
		return i
	}
	s, ok := p.named(i + 1)
	if !ok || s.kind != road {
		return i
	}
	for _, w := range p.vocab.corners {
		if matchAt(p.t, s.end, w) {
			return s.end + len(w)
		}
	}
	return i
}

// within says that unit i follows right upon the division it lies in.
func (p *parser) within(i int) bool {
	n := len(p.chain)
	return n > 0 && p.chain[n-1].end == i && (p.chain[n-1].listed || p.chain[n-1].kind == town || p.chain[n-1].kind == district)
}

// suffixed carries a number that ends at unit j on over what tells it from its
// neighbour before the measure comes: 3|甲|号, 141|之3|号.
func (p *parser) suffixed(j int) int {
	switch p.t.Rune(j) {
	case '甲', '乙', '丙', '丁':
		if p.t.Rune(j+1) == '号' {
			return j + 1
		}
	case '之':
		k := j + 1
		for p.t.Is(k, fold.Digit) && k-j <= 3 {
			k++
		}
		if k > j+1 && p.t.Rune(k) == '号' {
			return k
		}
	}
	return j
}

// fits says that the measure before unit end, of the number at unit i, stands
// where its kind may: 三段 behind a road, 二条 before a door.
func (p *parser) fits(i, end int, e ending) bool {
	switch {
	case e.kind == building && len(e.runes) == 1 && end-i == 2 && (p.t.Rune(i) == '一' || p.t.Rune(i) == '两'): // 其中一座, but 一栋二单元
		s, ok := p.numbered(end)
		return ok && s.kind >= unit
	case e.kind == village, e.kind == town: // 阿热勒乡12村, 兵团|第八师|143团
		return p.within(i)
	case e.kind == room && e.runes[0] == '户': // a count of homes, but 2单元602户, 村东头第三户
		return p.t.Rune(i) == '第' || len(p.chain) > 0 && end-i < 6 && (p.chain[len(p.chain)-1].kind == unit || p.chain[len(p.chain)-1].kind == floor) && p.chain[len(p.chain)-1].end == i
	case e.kind == room && len(e.runes) == 1 && end-i == 2 && !p.t.Is(i, fold.Digit|fold.Letter): // 一房二卖, 两室一厅, but 三单元四室
		return len(p.chain) > 0 && p.chain[len(p.chain)-1].kind >= unit && p.chain[len(p.chain)-1].end == i
	case e.kind == room && (e.runes[0] == '商' || e.runes[0] == '档'):
		return p.t.Is(end-len(e.runes)-1, fold.Digit)
	case e.kind == road && e.runes[0] == '段':
		return p.behindRoad(i)
	case e.kind == road && e.runes[0] == '条':
		if p.t.Rune(end) == '胡' || p.t.Rune(end) == '巷' {
			return true
		}
		s, ok := p.numbered(end)
		return ok && s.kind == number && len(p.chain) > 0
	case e.kind == phase && e.runes[0] == '丁', e.kind == number && e.runes[0] == '番':
		return len(p.chain) > 0
	}
	return true
}

// year says that the four digits at unit i may be a year.
func (p *parser) year(i int) bool {
	a, b := p.t.Rune(i), p.t.Rune(i+1)
	return i >= 0 && p.t.Is(i+3, fold.Digit) && (a == '1' && b == '9' || a == '2' && b == '0')
}

// spelt says that units from to to are a room told digit by digit: 五零二.
func (p *parser) spelt(from, to int) bool {
	for i := from; i < to; i++ {
		if !p.t.Is(i, fold.Numeral) || p.t.Units[i].Value < 0 {
			return false
		}
	}
	return to-from > 2
}

// free reads a name without a known ending before a building, a unit or a floor.
func (p *parser) free(i, k int) (segment, bool) {
	if k-i > 8 || strings.ContainsRune("号码话机信有共约达", p.t.Rune(k-1)) { // 手机号1-3-0…: a label; 共有3栋: a count
		return segment{}, false
	}
	s, ok := p.numbered(k)
	if !ok || p.vocab.lead(p.t, i) >= k-i {
		return segment{}, false
	}
	last, joined := none, false
	if n := len(p.chain); n > 0 {
		last, joined = p.chain[n-1].kind, p.chain[n-1].end == i
	}
	switch {
	case s.kind == building, s.kind == unit, s.kind == floor && (joined || last == none),
		s.kind == room && last >= town,
		s.kind == dashed && (s.full || last >= district),
		s.kind == number && k-i <= 4 && (last == village || last == town),
		s.kind == number && joined && last == road && k-i <= 5 && !strings.ContainsRune("厅口站店部处", p.t.Rune(k-1)) && p.t.Rune(k) != '第' && p.closes(k, s.end),
		s.kind == number && p.within(i) && p.chain[len(p.chain)-1].full && p.t.Rune(k) != '第' && p.closes(k, s.end),
		s.kind == road && (p.within(i) || joined && last == road),
		s.kind == phase && (p.beforeBuilding(s.end) || p.t.Rune(s.end-1) == '目'):
		return segment{i, k, poi, false, false}, true
	}
	return segment{}, false
}

// trim returns where the name of units from to to begins, once the running
// text that sticks to its front is taken off, or from when too little is left.
func (p *parser) trim(from, to int) int {
	at := from
	for k := to - 2; k > from; k-- { // 楚雅附二后面|文艺新村
		for _, w := range p.vocab.relations {
			if k+len(w) < to-1 && matchAt(p.t, k, w) {
				at, k = k+len(w), from
				break
			}
		}
	}
	for {
		n := p.vocab.lead(p.t, at)
		if n == 0 && strings.ContainsRune(oneLeads, p.t.Rune(at)) && !p.vocab.words.Has(p.t.Rune(at), p.t.Rune(at+1)) {
			n = 1
		}
		if n == 0 || to-at-n < 2 {
			return at
		}
		at += n
	}
}

// dotted carries the start of a name back over the maker's name before a dot: 远洋·|天著.
func (p *parser) dotted(at int) int {
	if p.t.Rune(at-1) != '·' {
		return at
	}
	from := at - 1
	for at-1-from < 4 && from > 0 && p.t.Is(from-1, fold.Han) && !p.vocab.stop(p.t, from-1) {
		from--
	}
	if from == at-1 {
		return at
	}
	return from
}

// alone says that the joined numbers of segment s are a home told short and
// nothing else stands in the clause: building, unit and a room of that floor.
func (p *parser) alone(s segment) bool {
	if !p.edge(s.start-1) || !p.edge(s.end) {
		return false
	}
	parts, digits := [4]int{}, 0
	n := 0
	for i := s.start; i < s.end; i++ {
		if !p.t.Is(i, fold.Digit) {
			n, digits = n+1, 0
			continue
		}
		parts[n] = 10*parts[n] + int(p.t.Units[i].Value)
		digits++
	}
	door := parts[2] % 100
	return n == 2 && digits >= 3 && parts[0] > 0 && parts[0] < 100 && parts[1] > 0 && parts[1] < 10 && door > 0 && door < 13 && parts[2] < 4000
}

// edge says that unit i, or the text's end there, closes a clause.
func (p *parser) edge(i int) bool {
	switch p.t.Rune(i) {
	case 0, '\n', ',', '。', ';', '！', '!':
		return true
	}
	return false
}

// closes says that the door number of units from to to is no day of a month in
// running text: it is too large for one, or nothing but a part of an address or
// the end of the clause follows.
func (p *parser) closes(from, to int) bool {
	if !p.t.Is(to, fold.Han) || p.t.Rune(to) == '的' || p.t.Rune(to) == '附' || p.t.Rune(to) == '院' {
		return true
	}
	_, ok := p.numbered(to)
	return ok || to-from > 3
}

// beforeBuilding says that a building is counted at unit i.
func (p *parser) beforeBuilding(i int) bool {
	s, ok := p.numbered(i)
	return ok && (s.kind == building || s.kind == dashed)
}
