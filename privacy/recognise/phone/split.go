package phone

import (
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
