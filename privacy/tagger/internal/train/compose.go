package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"qingting/privacy/internal/lexicon"
	"qingting/privacy/internal/surname"
	"qingting/privacy/tagger/internal/sequence"
)

// composer makes texts by the grammar.
type composer struct {
	*inventor
	words *urn // words that begin like names
	any   *urn // words
	mixed *urn // surnames that are words as well
	roots *urn // characters that names of streets and firms are made of
	row   row
	text  strings.Builder
}

func newComposer(v *inventor) *composer {
	c := &composer{inventor: v, words: &urn{}, any: &urn{}, mixed: &urn{}, roots: &urn{}}
	lex := lexicon.Shared()
	none := lex.GivenOf(0)
	var often []rune
	for a := rune(0x4e00); a < 0xa000; a++ {
		if g := lex.GivenOf(a); g != none {
			c.roots.add(string(a), math.Sqrt(math.Exp(float64(g.Mid))))
		}
		if p := lex.Words.Get(uint64(a)); p < 0 && p > -13 {
			often = append(often, a)
		}
		if k := lex.Surnames.Of(a).Kind; k == surname.Mixed || k == surname.Function {
			c.mixed.add(string(a), 1)
		}
	}
	for _, a := range often {
		family := lex.Surnames.Of(a).Kind != surname.None
		for _, b := range often {
			w := string([]rune{a, b})
			// What hardly anybody writes as a word may be somebody's name.
			p := lex.Words.Get(uint64(a)<<16 | uint64(b))
			if p >= 0 || p < -13 || lex.Famous[w] {
				continue
			}
			c.any.add(w, math.Exp(float64(p)/2))
			if family {
				c.words.add(w, math.Exp(float64(p)/2))
			}
		}
	}
	return c
}

// compose makes so many rows of a symbol. The same inventor makes the same rows.
func (c *composer) compose(symbol string, rows int) []row {
	out := make([]row, 0, rows)
	for range rows {
		c.row = row{set: feedback, fold: 2}
		c.text.Reset()
		c.put("{" + symbol + "}")
		c.row.text = c.text.String()
		out = append(out, c.row)
	}
	return out
}

// put writes a form.
func (c *composer) put(form string) {
	for {
		before, rest, more := strings.Cut(form, "{")
		c.text.WriteString(before)
		if !more {
			return
		}
		symbol, behind, _ := strings.Cut(rest, "}")
		form = behind
		if lines := grammar[symbol]; lines != nil {
			c.put(pick(c.rnd, lines))
			continue
		}
		c.terminal(symbol)
	}
}

func pick(rnd *rand.Rand, of []string) string { return of[rnd.IntN(len(of))] }

// mark writes a span.
func (c *composer) mark(value string, kind sequence.Kind, maybe bool) {
	from := c.text.Len()
	c.text.WriteString(value)
	c.row.spans = append(c.row.spans, span{from, c.text.Len(), kind, maybe})
}

func (c *composer) terminal(symbol string) {
	rnd, b := c.rnd, &c.text
	switch symbol {
	case "N":
		c.mark(c.anyName(), sequence.Person, false)
	case "family":
		// 老王 and 小李 are names whole: the form of address stands already.
		family := c.common.draw(rnd)
		from := b.Len() - len("老")
		b.WriteString(family)
		c.row.spans = append(c.row.spans, span{from, b.Len(), sequence.Person, false})
	case "pet": // 小丽, 阿强, 丽丽
		given := c.end.draw(rnd)
		c.mark(pick(rnd, []string{"小", "小", "阿", given})+given, sequence.Person, false)
	case "single":
		c.mark(c.common.draw(rnd), sequence.Person, true)
	case "phone":
		fmt.Fprintf(b, "1%d%08d", 30+rnd.IntN(70), rnd.IntN(100_000_000))
	case "id":
		fmt.Fprintf(b, "%06d%d%02d%02d%04d", 110000+rnd.IntN(540000), 1940+rnd.IntN(80), 1+rnd.IntN(12), 1+rnd.IntN(28), rnd.IntN(10000))
	case "code":
		b.WriteString(pick(rnd, []string{"", "", "A", "WZ", "HD", "SZ", "YY-"}))
		for range 3 + rnd.IntN(9) {
			b.WriteByte(byte('0' + rnd.IntN(10)))
		}
	case "door":
		c.mark(c.door(), sequence.Address, true)
	case "village":
		c.mark(c.village(), sequence.Address, true)
	case "word":
		b.WriteString(c.words.draw(rnd))
	case "any":
		b.WriteString(c.any.draw(rnd))
	case "mixed":
		b.WriteString(c.mixed.draw(rnd))
	case "titled": // the sets disagree whether the title belongs to the name
		c.mark(c.common.draw(rnd)+pick(rnd, grammar["title"]), sequence.Person, true)
	case "place":
		c.mark(c.root()+pick(rnd, placeEnds), sequence.Place, true)
	case "firm":
		c.mark(c.root()+pick(rnd, firmEnds), sequence.Organisation, true)
	default:
		panic("train: the grammar has no symbol " + symbol)
	}
}

// Endings of places and firms, whose beginnings are made like names.
var (
	placeEnds = strings.Fields("路 街 大街 大道 北路 南路 中路 东街 巷 小区 花园 花苑 新村 村 镇 家园 广场 大厦 公寓 湾 桥 里 府 国际 名城 新城 社区 家属院 体育场 中学 医院 火车站 地铁站")
	firmEnds  = strings.Fields("公司 有限公司 超市 饭店 酒店 物业 药房 网吧 宾馆 幼儿园 工厂 电子 通讯 数码 手机店 旗舰店 专卖店 火锅 家具城 汽修 科技有限公司 商贸 快递 银行 集团 保险")
)

// root is what a street or a firm is called, often like a person.
func (c *composer) root() string {
	switch c.rnd.IntN(4) {
	case 0:
		return c.common.draw(c.rnd) + "家"
	case 1:
		return c.name()
	}
	return c.roots.draw(c.rnd) + c.roots.draw(c.rnd)
}

func (c *composer) door() string {
	rnd := c.rnd
	s := c.roots.draw(rnd) + c.roots.draw(rnd) + pick(rnd, []string{"路", "街", "大道", "巷", "小区", "花园", "新村"})
	if rnd.IntN(2) == 0 {
		s = c.roots.draw(rnd) + c.roots.draw(rnd) + pick(rnd, []string{"区", "县", "市"}) + s
	}
	return s + fmt.Sprint(1+rnd.IntN(200)) + pick(rnd, []string{"号", "栋", "号楼", "幢", "号院"}) + pick(rnd, []string{"", "2单元301", "1203室", "三楼", "5-2"})
}

func (c *composer) village() string {
	s := ""
	for _, end := range []string{"省", "市", "县", "镇"} {
		if c.rnd.IntN(3) > 0 {
			s += c.roots.draw(c.rnd) + c.roots.draw(c.rnd) + end
		}
	}
	return s + c.roots.draw(c.rnd) + c.roots.draw(c.rnd) + "村" + pick(c.rnd, []string{"", "3组", "5社", "12号", "七组", "东头"})
}

// anyName is a name in any shape in which customers write theirs.
func (c *composer) anyName() string {
	rnd := c.rnd
	switch rnd.IntN(24) {
	case 0: // of a minority, transliterated
		n := 2 + rnd.IntN(3)
		var s strings.Builder
		for range n {
			s.WriteString(c.foreign())
		}
		if rnd.IntN(2) == 0 {
			s.WriteString("·")
			for range 2 + rnd.IntN(3) {
				s.WriteString(c.foreign())
			}
		}
		return s.String()
	case 1: // a word of the dictionary that may be a name
		if w := c.words.draw(rnd); rnd.IntN(2) == 0 {
			return w
		}
		return c.common.draw(rnd) + string([]rune(c.words.draw(rnd)))
	case 2: // two surnames
		return c.common.draw(rnd) + c.name()
	case 3:
		return strings.Join(strings.Split(c.name(), ""), " ")
	}
	return c.name()
}

func (c *composer) foreign() string {
	rs := []rune(lexicon.Translit)
	return string(rs[c.rnd.IntN(len(rs))])
}
