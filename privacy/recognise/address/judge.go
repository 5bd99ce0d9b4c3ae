package address

import (
	"fmt"
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/rule"
)

// publicBehind are places whose door is no one's home.
var publicBehind = words("营业厅 营业部 网点 专营店 旗舰店 服务厅 服务站 派出所 公交站 地铁站 车站 路口")

// judge weighs the chain.
func (p *parser) judge() (rule.Candidate, bool) {
	last := -1
	for k, s := range p.chain {
		if s.kind.doorLevel() && p.supported(k) || s.kind == floor && last >= 0 {
			last = k
		}
	}
	if last < 0 {
		last = p.homeVillage()
	}
	first := p.firstOf(last)
	if last < 0 || first > last || !p.mayStart(first) {
		return rule.Candidate{}, false
	}
	if first, last = p.plain(first, last); last < first {
		return rule.Candidate{}, false
	}
	if p.generic(first, last) {
		return rule.Candidate{}, false
	}
	if s := &p.chain[first]; !s.listed && s.kind < number {
		s.start = p.dotted(p.trim(s.start, s.end))
	}
	score, kinds := 0.0, make([]string, 0, 4)
	listed := 0
	for k := first; k <= last; k++ {
		s := p.chain[k]
		score += p.weight(k)
		if s.listed {
			listed++
		}
	}
	c := rule.Candidate{Type: rule.Address, Start: p.chain[first].start, End: p.tail(p.chain[last].end), Rule: ruleChinese}
	if listed > 0 {
		kinds = append(kinds, fmt.Sprintf("%d divisions of the gazetteer", listed))
	}
	kinds = append(kinds, fmt.Sprintf("a chain of %d segments down to %s", last-first+1, p.chain[last].kind))
	if p.chain[first].kind == dashed || p.vocab.cueBefore(p.t, c.Start) {
		score += 0.8
		kinds = append(kinds, "address cue before")
	}
	c.Evidence, c.Canonical = kinds, Canonical(p.t, c.Start, c.End)
	c.Confidence = min(0.97, 0.3+0.17*score)
	if p.public(c.End) || listed == 0 && matchAt(p.t, c.End, []rune("门店")) {
		c.Rejected = "the door of a public place"
	}
	switch {
	case c.Rejected != "":
	case c.Confidence < 0.5:
		c.Rejected = "too little of an address"
	}
	return c, true
}

var hamlet = []rune("自然村")

// homeVillage returns the village that ends the chain when division after
// division leads to it and the words before announce an address, or it is the
// hamlet of a village: in the country that is all the address there is. Else −1.
func (p *parser) homeVillage() int {
	listed, inVillage := 0, false
	for k, s := range p.chain {
		if s.listed || s.kind == town {
			listed++
		}
		if s.kind == village && listed >= 3 && p.vocab.cueBefore(p.t, p.chain[0].start) {
			return k
		}
		if s.kind == village && listed >= 2 && inVillage && matchAt(p.t, s.end-3, hamlet) {
			return k
		}
		inVillage = inVillage || s.kind == village
	}
	return -1
}

// firstOf returns where the address that ends with segment last begins: at the
// chain's first segment that may.
func (p *parser) firstOf(last int) int {
	first := 0
	for first < last && !p.mayStart(first) {
		first++
	}
	return first
}

// public says that a public place is named behind unit end.
func (p *parser) public(end int) bool {
	for _, w := range publicBehind {
		if matchAt(p.t, end, w) || matchAt(p.t, end+1, w) || matchAt(p.t, end+2, w) {
			return true
		}
	}
	return false
}

// supported says that the door-level segment k stands where the grammar wants it.
func (p *parser) supported(k int) bool {
	if k == 0 {
		return p.chain[0].kind == building && p.t.Rune(p.chain[0].end-1) != '#' && len(p.chain) > 1 && p.chain[1].kind.doorLevel() ||
			p.chain[0].kind == dashed && (p.vocab.roomCue(p.t, p.chain[0].start, p.chain[0].full) || p.alone(p.chain[0]))
	}
	prev, joined := p.chain[k-1].kind, p.chain[k-1].end == p.chain[k].start
	if p.t.Rune(p.chain[k].end-1) == '#' && !(joined && (prev == road || prev == village || prev == estate && p.chain[k-1].full)) {
		return false
	}
	switch p.chain[k].kind {
	case number:
		if prev == estate && !joined {
			return false
		}
		return prev == road || prev == estate || prev == village || prev == group || prev == phase || prev == number || prev == building || prev == floor || prev == unit || prev == poi || prev == town && p.chain[k-1].full
	case group:
		if p.t.Is(p.chain[k].start, fold.Han) && !p.digit(p.chain[k].start) && !p.groupName(p.chain[k]) {
			return false
		}
		return prev == village || prev == town || prev == group || prev == district && p.chain[k-1].listed && k > 1
	case dashed:
		return (joined || p.chain[k].full && p.soft(p.chain[k].start-1)) && (prev == road || prev == estate || prev == village || prev == phase || prev == number || prev == poi)
	case room:
		if p.t.Rune(p.chain[k].end-1) == '档' {
			return prev == floor || prev == phase || prev == estate || prev == building || prev == number
		}
		return prev != province && prev != city
	case unit:
		if p.gate(k) {
			return false
		}
		fallthrough
	case building:
		if prev == phase && p.t.Rune(p.chain[k-1].end-1) == '排' { // 7排8座
			return false
		}
		return prev != province && prev != city && (prev != district || joined)
	}
	return true
}

// publicGrounds have gates with numbers: 人民公园2号门.
var publicGrounds = words("公园 广场 园区 工业园 产业园 科技园 站 机场 码头 体育场 体育馆 体育中心 会展中心 大学 学院 学校 医院 景区 动物园 植物园 市场 商场 商城")

// generics say what a place is and name none.
var generics = words("医院 学校 公司 单位 小区 工厂 商场 酒店 宾馆 宿舍 公寓 食堂 校区 厂区 园区 大楼 楼盘 项目")

// generic says that the address from first to last is the building or floor of
// a place which has no name: 医院3号楼5层.
func (p *parser) generic(first, last int) bool {
	s := p.chain[first]
	if s.end-s.start != 2 || p.chain[last].kind == room || p.chain[last].kind == dashed {
		return false
	}
	for _, w := range generics {
		if matchAt(p.t, s.start, w) {
			return true
		}
	}
	return false
}

// gate says that the unit k of the chain is a gate of public grounds.
func (p *parser) gate(k int) bool {
	if p.t.Rune(p.chain[k].end-1) != '门' {
		return false
	}
	for _, w := range publicGrounds {
		if matchAt(p.t, p.chain[k-1].end-len(w), w) {
			return true
		}
	}
	return false
}

// mayStart says that an address may begin with segment k of the chain.
func (p *parser) mayStart(k int) bool {
	next := none
	if k+1 < len(p.chain) {
		next = p.chain[k+1].kind
	}
	switch p.chain[k].kind {
	case number, floor, room, group:
		return false
	case unit: // 二单元五零二
		return next == room
	case phase: // 三期19栋2902
		return next == building && k+2 < len(p.chain) && p.chain[k+2].kind.doorLevel()
	case dashed:
		return p.supported(k)
	}
	return true
}

// plain narrows an address that begins with a building which nothing names: it
// holds numbers alone, and the buildings of a list (9栋、14栋) are none. last is
// under first when nothing is left.
func (p *parser) plain(first, last int) (int, int) {
	if p.chain[first].kind != building {
		return first, last
	}
	for first < last && p.chain[first+1].kind == building && !p.block(first+1) {
		first++
	}
	end := first
	for k := first + 1; k <= last && p.chain[k].kind >= number && (p.chain[k].kind != building || p.block(k)); k++ {
		end = k
	}
	if end == first {
		end--
	}
	return first, end
}

// block says that the building k of the chain is a part of the one before: 23栋B座.
func (p *parser) block(k int) bool {
	a, b := p.chain[k-1], p.chain[k]
	return a.end == b.start && p.t.Rune(a.end-1) != p.t.Rune(b.end-1)
}

// groupName says that a group named by characters is one of a village, and no
// party that works there: 荷花村|工作组.
func (p *parser) groupName(s segment) bool {
	if s.end-s.start > 8 {
		return false
	}
	for i := s.start; i < s.end-1; i++ {
		if strings.ContainsRune("作查家导检项维班施党调专改督巡审人员备体济合法部各个每两整全连接", p.t.Rune(i)) {
			return false
		}
	}
	return true
}

// weight is what segment k adds to the belief in the chain.
func (p *parser) weight(k int) float64 {
	s := p.chain[k]
	switch s.kind {
	case province, city, district:
		switch {
		case s.listed && s.full:
			return 1
		case s.listed:
			return 0.6
		}
		return 0.4
	case town, village, road:
		return 0.8
	case estate:
		if s.full {
			return 0.7
		}
		return 0.4
	case number:
		if k > 0 && p.chain[k-1].kind == estate {
			return 0.6
		}
		return 1.2
	case building, unit, group, dashed:
		return 0.8
	case room:
		return 0.8
	case floor:
		return 0.3
	case phase:
		if k > 0 && (p.chain[k-1].kind == poi || p.chain[k-1].kind == estate) {
			return 0.4
		}
	}
	return 0.1
}

// String names the kind for evidence.
func (k kind) String() string {
	return [...]string{
		"nothing", "a province", "a city", "a district", "a town", "a village", "a road", "a compound", "a named place",
		"a phase", "a door number", "a village group", "a building", "a unit", "a floor", "a room", "a joined room number",
	}[k]
}
