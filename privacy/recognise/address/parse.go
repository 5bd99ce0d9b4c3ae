package address

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/internal/place"
)

// maxReach bounds how far before its first door-level segment an address starts, in units.
const maxReach = 60

// segment is one part of an address, units start to end.
type segment struct {
	start, end int
	kind       kind
	listed     bool // in the gazetteer
	full       bool // a place written with its kind, or an ending of two and more characters
}

// parser reads segments of one text. It holds scratch space and serves one goroutine.
type parser struct {
	vocab *vocabulary
	t     *fold.Text
	runes []rune
	chain []segment
}

// region returns where the search for an address around the number at unit i
// starts: behind the last hard stop before it.
func (p *parser) region(i, floor int) int {
	lo := i
	for lo > floor && i-lo < maxReach && p.t.Rune(lo-1) != 0xfffd {
		n := 1
		if p.vocab.stop(p.t, lo-1) {
			if n = p.carries(lo); n == 0 || lo-n < floor {
				break
			}
		}
		lo -= n
	}
	return lo
}

// soft says that unit i may stand between two segments.
func (p *parser) soft(i int) bool {
	switch p.t.Rune(i) {
	case ' ', ',', '-', '.', '·', '/', '\t', '、', '\n', '\r', '_':
		return true
	}
	return false
}

// next reads the segment at unit i, with what came before it in the chain.
func (p *parser) next(i int) (segment, bool) {
	if i >= len(p.t.Units) {
		return segment{}, false
	}
	if n := p.vocab.country(p.t, i); n > 0 {
		return segment{i, i + n, province, true, true}, true
	}
	if m := p.place(i); m.Length > 0 {
		// 吉林路, 南京路: a place's name that a road carries on.
		if e, ok := p.vocab.nameEnding(p.t, i+m.Length); !ok || m.Full || e.kind == district || e.kind == town {
			k := [...]kind{none, province, city, district}[m.Level]
			return segment{i, i + m.Length, k, true, m.Full}, true
		}
	}
	if s, ok := p.numbered(i); ok {
		return s, true
	}
	return p.named(i)
}

func (p *parser) place(i int) place.Match {
	n := 0
	for ; n < 12 && p.t.Is(i+n, fold.Han); n++ {
		p.runes[n] = p.t.Rune(i + n)
	}
	return p.vocab.places.Match(p.runes[:n])
}

// digit says that unit i counts: a digit or a Chinese numeral.
func (p *parser) digit(i int) bool {
	return p.t.Is(i, fold.Digit) || p.vocab.flag(p.t.Rune(i))&flagNumeral != 0
}

func letter(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }

// numbered reads 120号, 5栋, A座, 二单元, 501, 3-2-501 at unit i.
func (p *parser) numbered(i int) (segment, bool) {
	j := i
	switch p.t.Rune(j) {
	case '第', '附':
		j++
	case '甲', '乙', '丙', '丁': // 甲22号
		if p.t.Is(j+1, fold.Digit) {
			j++
		}
	}
	from := j
	for j-from < 6 && p.digit(j) {
		j++
	}
	switch {
	case j == from && j+1 < len(p.t.Units) && letter(p.t.Rune(j)) && !letter(p.t.Rune(j+1)) && p.t.Rune(j+1) != '#':
		j++ // A座, B区
		for p.t.Is(j, fold.Digit) && j-from < 4 {
			j++
		}
		if p.t.Rune(j) == '-' && letter(p.t.Rune(j+1)) && !letter(p.t.Rune(j+2)) { // R2-B栋
			j += 2
		}
	case j == from && p.direction(j): // 东栋, 南座
		j++
	case j == from:
		return segment{}, false
	case letter(p.t.Rune(j)) && !letter(p.t.Rune(j+1)): // 3B座
		if _, ok := p.vocab.measure(p.t, j, p.behindRoad(i)); !ok {
			j++
		}
	}
	if s, ok := p.joined(i, from, j); ok {
		return s, true
	}
	j = p.suffixed(j)
	if p.t.Rune(j) == ' ' && j+1 < len(p.t.Units) {
		if e, ok := p.vocab.measure(p.t, j+1, false); ok && e.kind != number && e.kind != road {
			j++
		}
	}
	e, ok := p.vocab.measure(p.t, j, p.behindRoad(i))
	if !ok || !p.fits(i, j+len(e.runes), e) {
		return p.bareRoom(i, from, j)
	}
	end := j + len(e.runes)
	switch {
	case e.kind == road && p.t.Is(from, fold.Numeral) && !p.t.Is(from, fold.Digit) && j-from > 2:
		return segment{}, false
	case (e.kind == number || e.kind == floor) && p.t.Rune(end) == '之' && p.digit(end+1): // 12号之3, 5楼之2
		if end++; p.t.Is(end, fold.Digit) {
			for end++; p.t.Is(end, fold.Digit); end++ {
			}
		} else {
			end++
		}
	case e.kind == number && p.service(from, j):
		return segment{}, false
	}
	return segment{i, end, e.kind, false, len(e.runes) > 1}, true
}

// behindRoad says that a road ends right before unit i.
func (p *parser) behindRoad(i int) bool {
	n := len(p.chain)
	return n > 0 && p.chain[n-1].kind == road && p.chain[n-1].end == i
}

func (p *parser) direction(i int) bool {
	switch p.t.Rune(i) {
	case '东', '南', '西', '北', '甲', '乙', '丙', '丁':
		switch p.t.Rune(i + 1) {
		case '栋', '幢', '座', '楼', '单', '区':
			return true
		}
	}
	return false
}

// service says that the number is a carrier's or a public line: 10000号.
func (p *parser) service(from, to int) bool {
	var digits []byte
	for i := from; i < to; i++ {
		if v := p.t.Units[i].Value; v >= 0 && p.t.Is(i, fold.Digit) {
			digits = append(digits, '0'+byte(v))
		}
	}
	switch string(digits) {
	case "10000", "10010", "10086", "10099", "12300", "12315", "12345", "12381", "114", "110", "119", "120", "10050", "10015", "10080":
		return len(digits) > 3
	}
	return len(digits) > 5
}

// joined reads 3-2-501 and 115-8 at unit i; the first number is from to j.
func (p *parser) joined(i, from, j int) (segment, bool) {
	parts, end, width := 1, j, j-from
	for parts < 4 && (p.t.Rune(end) == '-' || p.t.Rune(end) == '#' || p.t.Rune(end) == '—' || p.t.Rune(end) == '/' || p.t.Rune(end) == '_') && p.t.Is(end+1, fold.Digit) {
		k := end + 1
		for k-end <= 5 && p.t.Is(k, fold.Digit) {
			k++
		}
		if k-end-1 > 4 {
			return segment{}, false
		}
		parts, end = parts+1, k
	}
	if parts == 1 || width > 4 || strings.ContainsRune("-#—/_", p.t.Rune(end)) && p.t.Is(end+1, fold.Digit) { // 1/8/5/3/8…: a number told digit by digit
		return segment{}, false
	}
	if parts == 2 && p.year(from) && p.year(end-4) { // 2016—2017
		return segment{}, false
	}
	if parts == 3 && width == 4 || parts > 2 && width > 3 || end-from-parts+1 > 9 { // a date, a phone number
		return segment{}, false
	}
	if e, ok := p.vocab.measure(p.t, end, p.behindRoad(i)); ok { // 12-3号, 1-2栋
		return segment{i, end + len(e.runes), e.kind, false, true}, true
	}
	if p.counts(end) {
		return segment{}, false
	}
	return segment{i, end, dashed, false, parts > 2}, true
}

// counts says that the number before unit i is a quantity or a time.
func (p *parser) counts(i int) bool {
	if p.t.Rune(i) == ' ' {
		i++
	}
	switch p.t.Rune(i) {
	case '天', '个', '次', '月', '年', '日', '点', '分', '元', '块', '兆', 'M', 'm', 'G', 'g', '%', '秒', '小', '人', '条', '张', '倍', '米', '公', '万', '千', '钱', 'K', 'k', '周', '折', ':', '级', '通', '遍', '台', '部', '位', '岁', '只', '把', '平', '-', '多', '几', '左', '户', '家':
		return true
	}
	if p.t.Rune(i) == '.' && p.t.Is(i+1, fold.Digit) {
		return true
	}
	return p.t.Is(i, fold.Digit) || letter(p.t.Rune(i)) && letter(p.t.Rune(i+1))
}

// bareRoom reads 501 behind a building, unit or floor, or behind a house number.
func (p *parser) bareRoom(i, from, j int) (segment, bool) {
	if len(p.chain) == 0 || j-from < 2 || j-from > 4 || p.counts(j) || !p.t.Is(from, fold.Digit) && !p.spelt(from, j) {
		return segment{}, false
	}
	switch last := p.chain[len(p.chain)-1]; last.kind {
	case building, unit, floor:
		return segment{i, j, room, false, false}, true
	case road: // 海滨中路568: only where more of an address came before
		if len(p.chain) > 1 && last.end == i {
			return segment{i, j, number, false, false}, true
		}
	}
	return segment{}, false
}

// named reads the name of a district, town, village, road or compound at unit i.
func (p *parser) named(i int) (segment, bool) {
	const longest = 12
	t := p.t
	if t.Rune(i) == '和' && len(p.chain) > 0 && !p.harmony(i+1) || !t.Is(i, fold.Han) && !letter(t.Rune(i)) {
		return segment{}, false
	}
	if p.digit(i-1) && (t.Rune(i) == '日' || t.Rune(i) == '月' || t.Rune(i) == '号') { // 30日社区
		return segment{}, false
	}
	within, odd := p.within(i), false
	for k := i; k < i+longest && k < len(t.Units); k++ {
		if p.soft(k) || k > i && p.fullPlace(k) {
			return segment{}, false
		}
		if p.vocab.stop(t, k) {
			if !within || k-i > 2 || !t.Is(k, fold.Han) || strings.ContainsRune(grammarRunes, t.Rune(k)) {
				return segment{}, false
			}
			odd = true
		}
		e, ok := p.vocab.nameEnding(t, k)
		if odd && (k-i > 4 || ok && e.kind > road || !t.Is(k, fold.Han)) {
			return segment{}, false
		}
		if k > i && ok && p.longEnough(i, k-i, e) {
			return p.extend(segment{i, k + len(e.runes), e.kind, false, len(e.runes) > 1}), true
		}
		if t.Is(k, fold.Digit) || k-i >= 2 && letter(t.Rune(k)) && !letter(t.Rune(k-1)) {
			if k-i < 2 && t.Is(i, fold.Han) {
				return segment{}, false
			}
			if k-i >= 2 {
				return p.free(i, k)
			}
		}
		if k-i >= 2 && t.Rune(k) == '第' && p.digit(k+1) { // 村东头|第三户
			return p.free(i, k)
		}
		if k-i >= 2 && len(p.chain) > 0 && p.vocab.flag(t.Rune(k))&flagNumeral != 0 {
			if s, ok := p.free(i, k); ok {
				return s, true
			}
		}
	}
	return segment{}, false
}

// harmony says that 和 before unit i begins a name (和平路) and joins nothing.
func (p *parser) harmony(i int) bool {
	switch p.t.Rune(i) {
	case '平', '谐', '睦', '美', '顺', '苑', '园', '家', '兴', '昌', '义', '县', '田', '庄', '院', '润', '泰':
		return true
	}
	return false
}

// fullPlace says that the name of a province or a city begins at unit i.
func (p *parser) fullPlace(i int) bool {
	m := p.place(i)
	return m.Length > 0 && m.Full && m.Level <= place.City
}

func (p *parser) longEnough(i, n int, e ending) bool {
	switch e.kind {
	case village:
		return n > 1 || !strings.ContainsRune("农乡全本各该个", p.t.Rune(i))
	case town, group:
		return true
	case road:
		return n >= 2 || len(e.runes) > 1 || len(p.chain) > 0
	case district:
		return n >= 2
	}
	return n >= 2 || len(e.runes) > 1
}

// extend carries a name on while another ending follows at once: 学院 → 学院路, 公园 → 公园街.
func (p *parser) extend(s segment) segment {
	if strings.ContainsRune("中东西南北", p.t.Rune(s.end)) && p.t.Rune(s.end-1) == '道' && p.t.Is(s.end+1, fold.Digit) { // 皇后大道中|99号
		s.end++
	}
	for range 3 {
		if _, ok := p.numbered(s.end); ok {
			return s
		}
		k := s.end
		e, ok := p.vocab.nameEnding(p.t, k)
		if !ok && k+1 < len(p.t.Units) && !p.vocab.stop(p.t, k) {
			// 新村东街: a name of one character is no road of its own.
			if e, ok = p.vocab.nameEnding(p.t, k+1); ok && e.kind != road || s.kind == district || s.kind == town || s.kind == road {
				ok = false
			}
			k++
		}
		if !ok {
			return s
		}
		if (s.kind == district || s.kind == town) && e.kind == estate && len(e.runes) == 1 {
			return s
		}
		s.end, s.kind, s.full = k+len(e.runes), e.kind, len(e.runes) > 1
	}
	return s
}
