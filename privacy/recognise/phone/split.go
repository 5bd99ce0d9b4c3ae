package phone

import (
	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

var split = recognise.Rule{
	ID: "mobile.split", Type: rule.Mobile,
	About: "a mobile number told in parts: 前七位…后四位, 前三位…中间四位…后四位; each part is a candidate",
	Need:  recognise.Need{Runs: 3, Cues: recognise.Part},
	Find:  findSplit,
	True: []string{
		"前七位是«1391234»，后四位是«5678»", "号码前三位«139»中间四位«1234»后四位«5678»", "电话开头«139»，然后«1234»，最后«5678»", "前面是«1391234»后面是«5678»", "前七位«幺三九幺二三四»后四位«五六七八»",
	},
	False: []string{"后四位5678", "前三位139", "前七位1391234", "订单前7位1391234，金额5678", "前三名100，后三名200"},
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
		if len(parts) > 1 && allocated(value) {
			for _, x := range parts {
				emit(rule.Candidate{Start: x.start, End: x.end, Canonical: value, Confidence: 0.85, Evidence: []string{"parts that make up a mobile number"}})
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
		if len(parts) == 0 && w.Value[0] != '1' {
			return
		}
		parts = append(parts, part{w.Start, w.End, w.Value})
		total := 0
		for _, x := range parts {
			total += len(x.value)
		}
		if total >= 11 {
			flush()
		}
	})
}
