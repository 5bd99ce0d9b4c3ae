package phone

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/recognise/check"
	"qingting/privacy/rule"
)

var split = recognise.Rule{
	ID: "mobile.split", Type: rule.Mobile,
	About: "a mobile number, or that of an identity card, told in parts: 前七位…后四位, 前六位…中间八位…后四位; each part is a candidate",
	Need:  recognise.Need{Runs: 3, Cues: recognise.Part},
	Find:  findSplit,
	True: []string{
		"前七位是«1391234»，后四位是«5678»", "号码前三位«139»中间四位«1234»后四位«5678»", "电话开头«139»，然后«1234»，最后«5678»", "前面是«1391234»后面是«5678»", "前七位«幺三九幺二三四»后四位«五六七八»",
		"身份证前六位«110105»，中间八位«19491231»，后四位«0021»",
	},
	False: []string{"后四位5678", "前三位139", "前七位1391234", "前六位110105，中间八位19491331，后四位0021", "订单前7位1391234，金额5678", "前三名100，后三名200"},
}

// part is a run of digits that a word such as 前七位 announces.
type part struct {
	start, end int
	value      string
}

func findSplit(p *recognise.Page, emit func(rule.Candidate)) {
	var parts []part
	flush := func() {
		value := ""
		for _, x := range parts {
			value += x.value
		}
		typ, what := rule.Type(""), ""
		switch {
		case len(parts) < 2:
		case allocated(value):
			typ, what = rule.Mobile, "parts that make up a mobile number"
		case len(value) == 18 && value[0] != '0' && check.DateDigits(value[6:14]):
			typ, what = rule.IDCard, "parts that make up the number of an identity card"
		}
		for _, x := range parts {
			if typ != "" {
				emit(rule.Candidate{Type: typ, Start: x.start, End: x.end, Canonical: value, Confidence: 0.85, Evidence: []string{what}})
			}
		}
		parts = nil
	}
	p.EachHit(recognise.Part, func(h recognise.Hit) {
		at := p.SkipGlue(h.End)
		for p.Is(at, fold.Separator) {
			at++
		}
		w, ok := p.Reading(at, 3, 8)
		if !ok || w.Groups > 2 {
			return
		}
		if len(parts) > 0 && (w.Start-parts[len(parts)-1].end > 24 || len(parts) == 4) {
			flush()
		}
		parts = append(parts, part{w.Start, w.End, w.Value})
		value := ""
		for _, x := range parts {
			value += x.value
		}
		if allocated(value) || len(value) >= 18 {
			flush()
		}
	})
	flush()
}

// maxScatter is how many characters may stand between two parts that no word announces.
const maxScatter = 8

var scattered = recognise.Rule{
	ID: "mobile.scattered", Type: rule.Mobile,
	About: "a mobile number told in two to four blocks of digits with words between them, behind a word for a telephone",
	Need:  recognise.Need{Runs: 3, Cues: recognise.Phone},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		var blocks []part
		for i := 0; i < len(p.Units); i++ {
			if !p.Is(i, fold.Digit) || p.Is(i-1, fold.Letter|fold.Mask) {
				continue
			}
			b := part{start: i}
			for ; p.Is(i, fold.Digit) && len(b.value) < 12; i++ {
				b.value += string(rune('0' + p.Units[i].Value))
			}
			if b.end = i; p.Is(i, fold.Letter|fold.Mask) {
				b.value = ""
			}
			blocks = append(blocks, b)
			for n := 2; n <= 4 && n <= len(blocks); n++ {
				told := blocks[len(blocks)-n:]
				if value, ok := tells(p, told); ok {
					for _, x := range told {
						emit(rule.Candidate{Start: x.start, End: x.end, Canonical: value, Confidence: 0.7, Evidence: []string{"blocks of digits that make up a mobile number", "word for a telephone before"}})
					}
				}
			}
		}
	},
	True:  []string{"我的号码 «139» 那个 «0021» 再加 «7763»，记下没", "电话为防泄漏拆开：«1369»…中间«552»…最后«0718»，收到请删"},
	False: []string{"号码139，共0021个，余7763元，不对", "139那个0021再加7763", "电话 139 0021", "手机139元套餐有0021分钟和7763兆"},
}

// tells reports whether blocks, words between them, make up a mobile number.
func tells(p *recognise.Page, blocks []part) (value string, ok bool) {
	for k, b := range blocks {
		if len(b.value) < 3 || strings.ContainsRune("元个分兆次年月日块条", p.Rune(b.end)) && p.Rune(b.end) != 0 {
			return "", false
		}
		value += b.value
		if k == 0 {
			continue
		}
		words := false
		for i := blocks[k-1].end; i < b.start; i++ {
			words = words || p.Is(i, fold.Han)
			if p.Is(i, fold.Digit|fold.Placeholder) && !p.Is(i, fold.Numeral) {
				return "", false
			}
		}
		if !words || b.start-blocks[k-1].end > maxScatter {
			return "", false
		}
	}
	return value, len(value) == 11 && allocated(value) && p.Before(blocks[0].start, 16)&recognise.Phone != 0
}
