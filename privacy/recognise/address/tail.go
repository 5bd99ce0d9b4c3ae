package address

import (
	"strings"

	"qingting/privacy/fold"
)

// buildingWords end the name of a building that a bare room number may follow.
const buildingWords = "大厦 广场 写字楼 大楼 公寓 花园 家园 小区 国际 中心 城 苑 园 府 轩 阁 座 栋 幢"

// maxBuilding bounds the name of a building between a door and a room, in units.
const maxBuilding = 8

// tail carries an address on past its last segment, at unit end, over what the
// grammar has no segment for: 8号|甲, 5楼|东户, 7栋|B, 128号|恒力城1206, 3座|4A-12.
// It goes only where a letter, a number or a side of the house ends it.
func (p *parser) tail(end int) int {
	for range 3 {
		next := p.side(end)
		if next == end {
			next = p.rooms(end)
		}
		if next == end {
			next = p.building(end)
		}
		if next == end {
			return end
		}
		end = next
	}
	return end
}

// side reads 甲 乙 丙 丁, 东户 西户 中户 东侧, which tell one door from its neighbour.
func (p *parser) side(i int) int {
	switch r := p.t.Rune(i); r {
	case '甲', '乙', '丙', '丁':
		if i > 0 && (p.t.Rune(i-1) == '号' || p.t.Rune(i-1) == '栋' || p.t.Rune(i-1) == '楼') {
			return i + 1
		}
	case '东', '西', '南', '北', '中', '左', '右':
		if p.t.Rune(i+1) == '户' || p.t.Rune(i+1) == '厢' {
			return i + 2
		}
	}
	return i
}

// rooms reads a room right behind a door, a building or a floor: 3-6-1, 1506,
// 4A-12, B, Apt 12C.
func (p *parser) rooms(i int) int {
	if i == 0 || !strings.ContainsRune("号楼栋幢座层元甲乙丙丁厦院园苑城场寓", p.t.Rune(i-1)) {
		return i
	}
	from := i
	named := strings.ContainsRune("园苑城厦场寓", p.t.Rune(i-1)) // needs a joined room behind it: 创意产业园5-A2
	if p.t.Rune(from) == 'A' && p.t.Rune(from+1) == 'p' && p.t.Rune(from+2) == 't' {
		for from += 3; p.t.Rune(from) == ' ' || p.t.Rune(from) == '.'; {
			from++
		}
	}
	j, digits, letters, dashes := from, 0, 0, 0
	for j < len(p.t.Units) && j-from < 10 {
		r := p.t.Rune(j)
		switch {
		case p.t.Is(j, fold.Digit):
			digits++
		case letter(r):
			letters++
		case r == '-' && (p.t.Is(j+1, fold.Digit) || letter(p.t.Rune(j+1))):
			dashes++
		default:
			goto out
		}
		j++
	}
out:
	switch {
	case j == from || letters > 1 || digits > 6 || named && dashes == 0:
		return i
	case digits == 0 && (from == i && !p.t.Is(j, fold.Separator|fold.Stop) && j < len(p.t.Units)):
		return i
	case digits > 0 && (digits < 2 && letters == 0 && j-from < 3 || p.counts(j) || p.t.Is(j, fold.Numeral)):
		return i
	}
	return j
}

// building reads the name of a building and the room in it.
func (p *parser) building(end int) int {
	i := end
	j := i
	if p.soft(j) && p.t.Is(j+1, fold.Han) { // 祖庙路33号 百花广场1805
		j++
	}
	i = j
	for j < len(p.t.Units) && j-i <= maxBuilding && (p.t.Is(j, fold.Han) || letter(p.t.Rune(j))) && !p.vocab.stop(p.t, j) {
		j++
	}
	if j-i < 2 || j-i > maxBuilding || !p.t.Is(j, fold.Digit) {
		return end
	}
	named := false
	for _, w := range strings.Fields(buildingWords) {
		named = named || strings.HasSuffix(p.folded(i, j), w)
	}
	if !named {
		return end
	}
	if k := p.rooms(j); k > j {
		return k
	}
	k := j
	for p.t.Is(k, fold.Digit) && k-j < 5 {
		k++
	}
	if k-j < 1 || p.t.Is(k, fold.Digit) {
		return end
	}
	if letter(p.t.Rune(k)) && !letter(p.t.Rune(k+1)) && !p.t.Is(k+1, fold.Digit) { // 27D
		return k + 1
	}
	if e, ok := p.vocab.measure(p.t, k, false); ok && e.kind.doorLevel() {
		return k + len(e.runes)
	}
	if k-j < 3 || p.counts(k) {
		return end
	}
	return k
}

func (p *parser) folded(i, j int) string {
	var b strings.Builder
	for ; i < j; i++ {
		b.WriteRune(p.t.Rune(i))
	}
	return b.String()
}
