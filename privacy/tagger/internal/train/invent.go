package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"qingting/privacy/internal/lexicon"
	"qingting/privacy/internal/surname"
	"qingting/privacy/tagger/internal/sequence"
)

// inventor makes up names, so that what is learnt is how names are made and
// not which names the sets happen to hold.
type inventor struct {
	rnd              *rand.Rand
	common, rare     *urn // surnames by their share of the population, and all alike
	single, mid, end *urn // given names by place
}

// urn draws strings by weight.
type urn struct {
	values []string
	upto   []float64
}

func (u *urn) add(v string, weight float64) {
	last := 0.0
	if n := len(u.upto); n > 0 {
		last = u.upto[n-1]
	}
	u.values, u.upto = append(u.values, v), append(u.upto, last+weight)
}

func (u *urn) draw(rnd *rand.Rand) string {
	x := rnd.Float64() * u.upto[len(u.upto)-1]
	return u.values[sort.SearchFloat64s(u.upto, x)]
}

func newInventor() *inventor {
	v := &inventor{rand.New(rand.NewPCG(3, 5)), &urn{}, &urn{}, &urn{}, &urn{}, &urn{}}
	lex := lexicon.Shared()
	none := lex.GivenOf(0)
	for r := rune(0x4e00); r < 0xa000; r++ {
		if s := lex.Surnames.Of(r); s.Kind != surname.None {
			v.common.add(string(r), math.Exp(s.LogP))
			weight := 1.0
			if s.Kind == surname.Function {
				weight = 0.2
			}
			v.rare.add(string(r), weight)
		}
		g := lex.GivenOf(r)
		if g == none {
			continue
		}
		v.single.add(string(r), math.Exp(float64(g.Single)))
		v.mid.add(string(r), math.Exp(float64(g.Mid)))
		v.end.add(string(r), math.Exp(float64(g.Last)))
	}
	for _, s := range lex.Surnames.Compounds() {
		v.common.add(s, math.Exp(-7.8))
		v.rare.add(s, 1)
	}
	return v
}

func (v *inventor) name() string {
	family := v.common
	if v.rnd.IntN(2) == 0 {
		family = v.rare
	}
	if v.rnd.IntN(4) == 0 {
		return family.draw(v.rnd) + v.single.draw(v.rnd)
	}
	return family.draw(v.rnd) + v.mid.draw(v.rnd) + v.end.draw(v.rnd)
}

// renamed copies a row with other names in the place of its Chinese ones; ok
// says whether there was one.
func (v *inventor) renamed(r row) (out row, ok bool) {
	var b strings.Builder
	out = row{set: r.set, fold: r.fold}
	last := 0
	given := map[string]string{} // one person has one name
	for _, s := range r.spans {
		if s.from < last {
			return row{}, false
		}
		b.WriteString(r.text[last:s.from])
		value := r.text[s.from:s.to]
		if s.kind == sequence.Person && !s.maybe && chinese(value) {
			if given[value] == "" {
				given[value] = v.name()
			}
			value, ok = given[value], true
		}
		from := b.Len()
		b.WriteString(value)
		out.spans = append(out.spans, span{from, b.Len(), s.kind, s.maybe})
		last = s.to
	}
	b.WriteString(r.text[last:])
	out.text = b.String()
	return out, ok
}

// chinese says that a value is a surname and a given name.
func chinese(value string) bool {
	n := utf8.RuneCountInString(value)
	first, _ := utf8.DecodeRuneInString(value)
	return (n == 2 || n == 3) && lexicon.Shared().Surnames.Of(first).Kind != surname.None &&
		strings.IndexFunc(value, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) < 0
}

// forms are the lines of registers, lists and signatures: NAME, a telephone
// number and a word of business stand for the rest.
var forms = []string{
	"NAME PHONE", "NAME，PHONE", "NAMEPHONE", "客户NAME，PHONE，WORD", "联系人NAME WORD", "姓名：NAME\n电话：PHONE", "WORD：NAME PHONE；NAME PHONE", "NAME（PHONE）WORD",
	"1. NAME PHONE\n2. NAME PHONE", "WORD名单：NAME、NAME、NAME", "NAME WORD", "户名NAME，WORD", "经办人NAME，PHONE", "本人NAME，WORD", "此致 NAME", "NAME敬上", "NAME留", "WORD，NAME",
	"NAME说WORD", "给NAMEWORD", "找NAMEWORD", "NAME跟NAMEWORD", "NAME和NAME一起WORD", "感谢NAME", "工号8021NAMEWORD", "是NAME接的电话", "NAME的WORD", "让NAME回电", "我朋友NAME要WORD",
	"客户NAME要求WORD", "刚才NAME来过，WORD", "派单给NAME，WORD", "转给NAME处理", "NAME师傅WORD", "NAME经理没WORD", "名字是NAME", "收件人NAME PHONE", "WORD的是NAME",
}

// business are words that stand where a name might.
var business = strings.Fields("办理宽带 查询话费 退费 移机 上门安装 投诉处理 套餐变更 补卡 过户 携号转网 催修 开发票 停机保号 流量不够用 信号很差 光猫坏了 预约 回访 合约到期 积分兑换 " +
	"卡顿 提速 换号 报修 充值 销户 实名登记 开通国际漫游 装机 排班 值班 请假 签收 加班 培训 排队 收费 断网 掉线")

// filled fills the forms with invented names, times over.
func (v *inventor) filled(times int) []row {
	var rows []row
	for range times {
		for _, f := range forms {
			var b strings.Builder
			r := row{set: feedback, fold: 2}
			for f != "" {
				switch {
				case strings.HasPrefix(f, "NAME"):
					from := b.Len()
					b.WriteString(v.name())
					r.spans = append(r.spans, span{from, b.Len(), sequence.Person, false})
					f = f[4:]
				case strings.HasPrefix(f, "PHONE"):
					fmt.Fprintf(&b, "1%d%08d", 30+v.rnd.IntN(70), v.rnd.IntN(100_000_000))
					f = f[5:]
				case strings.HasPrefix(f, "WORD"):
					b.WriteString(business[v.rnd.IntN(len(business))])
					f = f[4:]
				default:
					_, n := utf8.DecodeRuneInString(f)
					b.WriteString(f[:n])
					f = f[n:]
				}
			}
			r.text = b.String()
			rows = append(rows, r)
		}
	}
	return rows
}
