package idcard

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/recognise/check"
	"qingting/privacy/rule"
)

var hkid = recognise.Rule{
	ID: "hkid.check", Type: rule.HKID,
	About: "one or two letters, six digits, the check character in brackets or not; mod 11 (HK Immigration Department)",
	Need:  recognise.Need{Classes: fold.Letter},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		for _, r := range p.Runs {
			for k := r.Lo; k+6 <= r.Hi; k++ {
				at := p.Reads[k].At
				n := 0
				for n < 3 && p.Is(at-1-n, fold.Letter) {
					n++
				}
				if n == 0 || n == 3 || p.Is(at-1-n, fold.Digit) {
					continue
				}
				judgeHKID(p, r, k, n, emit)
			}
		}
	},
	True:  []string{"香港身份证«A123456(3)»", "«C668668（9）»", "香港身份证号«AB9876543»，带括号«AB987654(3)»", "HKID:«A1234563»"},
	False: []string{"A123456(4)", "型号A1234563", "订单号A123456(3)", "ABC123456(3)"},
}

func judgeHKID(p *recognise.Page, r recognise.Run, k, n int, emit func(rule.Candidate)) {
	at := p.Reads[k].At
	for i := range 6 { // the six digits touch
		if p.Reads[k+i].At != at+i || p.Reads[k+i].Kind != recognise.Plain {
			return
		}
	}
	i, bracket := at+6, false
	if p.Rune(i) == '(' {
		bracket = true
		i++
	}
	value := p.Upper(at-n, at+6) + p.Upper(i, i+1)
	end := i + 1
	if bracket {
		if p.Rune(end) != ')' {
			return
		}
		end++
	}
	if p.Alnum(end) || !p.Alnum(i) {
		return
	}
	c := rule.Candidate{Start: at - n, End: end, Canonical: value, Confidence: 0.92, Evidence: []string{"check character"}}
	label, _ := p.Label(c.Start)
	cued := (label|p.Before(c.Start, 12))&(recognise.HKID|recognise.ID) != 0
	switch valid := check.HKID(value); {
	case label&recognise.Order != 0:
		c.Rejected = recognise.OrderWins
	case !valid && label&recognise.HKID != 0 && bracket:
		c.Confidence = 0.8
		c.Evidence = []string{"check character fails", "label of the card before"}
	case !valid:
		c.Rejected = "check character fails"
	case !bracket && !cued:
		c.Rejected = "no brackets and no word for the card before"
	}
	emit(c)
}

// permitForms are the shapes of travel papers that are letters and digits:
// the letters, how many digits follow, what it is, and whether it needs a label.
var permitForms = []struct {
	letters string // one of these
	digits  []int
	typ     rule.Type
	cue     recognise.Cue
}{
	{"H", []int{8, 10}, rule.HKMOPermit, recognise.HKMO},
	{"M", []int{8, 10}, rule.HKMOPermit, recognise.HKMO},
	{"C", []int{8}, rule.EEP, recognise.EEP},
	{"W", []int{8}, rule.EEP, recognise.EEP},
	{"L", []int{8}, rule.EEP, recognise.EEP},
	{"T", []int{8}, rule.EEP, recognise.EEP | recognise.TW},
}

var permit = recognise.Rule{
	ID: "permit.travel", Type: rule.HKMOPermit,
	About: "H or M and 8 digits (10 in old ones), C W L T and 8 digits, C letter and 7; 8 or 10 digits with a Taiwan label (National Immigration Administration)",
	Find:  findPermit,
	True: []string{
		"回乡证«H12345678»", "港澳居民来往内地通行证：«M1234567801»", "港澳通行证«C12345678»", "通行证号«CA1234567»", "台胞证号«12345678»", "台胞证：«0123456701»",
		"证件«W12345678»过期", "往来台湾通行证«T12345678»",
	},
	False: []string{"订单号H12345678", "T20190105", "型号XH12345678", "H1234567", "台胞证办理12345678", "H123456789012", "台胞证20190105"},
}

func findPermit(p *recognise.Page, emit func(rule.Candidate)) {
	for _, t := range p.Tokens {
		text := p.Upper(t.Start, t.End)
		for _, f := range permitForms {
			for _, n := range f.digits {
				if len(text) == 1+n && strings.HasPrefix(text, f.letters) && recognise.AllDigits(text[1:]) {
					judgePermit(p, t, text, f.typ, f.cue, emit)
				}
			}
		}
		if len(text) == 9 && text[0] == 'C' && text[1] >= 'A' && text[1] <= 'Z' && recognise.AllDigits(text[2:]) {
			judgePermit(p, t, text, rule.EEP, recognise.EEP, emit)
		}
	}
	for _, r := range p.Runs {
		p.Starts(r, func(k int) {
			for _, n := range []int{10, 8} {
				w, ok := p.Window(r, k, n)
				if !ok || w.Letter || w.Masked || w.Groups > 2 {
					continue
				}
				label, _ := p.Label(w.Start)
				if label&recognise.TW == 0 {
					continue
				}
				c := rule.Candidate{Type: rule.TWPermit, Start: w.Start, End: w.End, Canonical: w.Value, Confidence: 0.85, Evidence: []string{"label of the permit before"}}
				if n == 8 && check.DateDigits(w.Value) {
					c.Rejected = "a date"
				}
				emit(c)
			}
		})
	}
}

func judgePermit(p *recognise.Page, t recognise.Token, text string, typ rule.Type, cue recognise.Cue, emit func(rule.Candidate)) {
	c := rule.Candidate{Type: typ, Start: t.Start, End: t.End, Canonical: text, Confidence: 0.6, Evidence: []string{"letter and digits"}}
	label, _ := p.Label(t.Start)
	switch {
	case (label|p.Before(t.Start, 12))&(cue|recognise.ID) != 0:
		c.Confidence = 0.93
		c.Evidence = append(c.Evidence, "word for the permit before")
	case label&(recognise.Order|recognise.Version) != 0:
		c.Rejected = recognise.OrderWins
	case check.DateDigits(text[1:min(9, len(text))]), p.Units[t.Start].Rune >= 'a':
		c.Rejected = "no word for the permit before"
	case label != 0:
		c.Rejected = "another label before"
	}
	emit(c)
}
