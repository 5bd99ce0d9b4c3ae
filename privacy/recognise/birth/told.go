package birth

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

var told = recognise.Rule{
	ID: "dob.told", Type: rule.DOB,
	About: "a year up to 2005, or a year and a month up to 2012, that somebody says of a person before a 的 which closes the clause: 我1985年12月的",
	Need:  recognise.Need{Classes: fold.Han},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		for i := 2; i < len(p.Units); i++ {
			if p.Rune(i) != '年' || !p.Is(i-1, fold.Digit|fold.Numeral) || !p.Is(i-2, fold.Digit|fold.Numeral) {
				continue
			}
			start := i - 2
			if p.Is(i-3, fold.Digit|fold.Numeral) && p.Is(i-4, fold.Digit|fold.Numeral) {
				start = i - 4
			}
			d, ok := dateAt(p, start)
			if !ok || p.Rune(d.end) != '的' || !person(p, d.start) || !closed(p, d.end+1) {
				continue
			}
			if year := d.canonical[:4]; year > "2012" || year < "1915" || d.parts == 1 && year > "2005" {
				continue
			}
			emit(rule.Candidate{Start: d.start, End: d.end, Canonical: d.canonical, Confidence: 0.65, Evidence: []string{"said of a person"}})
		}
	},
	True:  []string{"哈哈，我«1985年12月»的", "我是«85年3月»的，能办吗", "老人«1938年»的，走不动", "孩子«2010年6月1日»的", "他是«六八年»的人"},
	False: []string{"我是2015年的老用户", "我的卡是2008年的，", "我2019年的，", "合同1985年3月的，", "我85年的老号", "我是2008年的套餐"},
}

// persons are words for somebody, right before a date of birth.
var persons = [...]string{"我", "他", "她", "俺", "咱", "老人", "老伴", "老公", "老婆", "爸", "妈", "孩子", "儿子", "女儿", "父亲", "母亲", "奶奶", "爷爷", "本人", "爱人", "先生", "女士", "客户", "机主"}

// person reports that a word for somebody, and at most 是 and the like, end right before unit at.
func person(p *recognise.Page, at int) bool {
	for range 2 {
		if r := p.Rune(at - 1); r == '是' || r == '都' || r == '也' || r == '就' {
			at--
		}
	}
	for _, w := range persons {
		n := 1
		if len(w) > 3 {
			n = 2
		}
		if p.Folded(at-n, at) == w {
			return true
		}
	}
	return false
}

// closed reports that the clause ends at unit i, or says 人 今 属 or a particle.
func closed(p *recognise.Page, i int) bool {
	r := p.Rune(i)
	return r == 0 || p.Is(i, fold.Separator|fold.Stop) || strings.ContainsRune("人今属呀啊嘛哈呢了", r)
}
