package idcard

import (
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

var ssn = recognise.Rule{
	ID: "ssn.us", Type: rule.SSN,
	About: "ddd-dd-dddd without the areas 000, 666 and 9dd (US Social Security Administration)",
	Need:  recognise.Need{Runs: 9},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		for _, r := range p.Runs {
			p.Starts(r, func(k int) {
				w, ok := p.Window(r, k, 9)
				if !ok || w.Kinds != recognise.Plain || w.Letter || w.Masked {
					return
				}
				d := w.Value
				if d[:3] == "000" || d[:3] == "666" || d[0] == '9' || d[3:5] == "00" || d[5:] == "0000" {
					return
				}
				c := rule.Candidate{Start: w.Start, End: w.End, Canonical: d, Confidence: 0.65, Evidence: []string{"grouped as a social security number"}}
				label, impersonal := p.Labelled(w.Start)
				cued := (label|p.Before(w.Start, 25))&recognise.SSN != 0
				dashed := w.Shape == recognise.ShapeOf(3, 2, 4) && p.Rune(w.Start+3) == '-' && w.Seps == 1
				switch {
				case cued:
					c.Confidence = 0.95
				case !dashed:
					return
				case impersonal, label&recognise.Version != 0:
					c.Rejected = recognise.OrderWins
				}
				emit(c)
			})
		}
	},
	True:  []string{"SSN: «423-71-8834»", "my social security number is «423718834»", "«423-71-8834»"},
	False: []string{"423718834", "000-12-3456", "version 423-71-8834", "order 423-71-8834", "900-12-3456"},
}
