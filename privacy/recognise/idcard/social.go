package idcard

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/recognise/check"
	"qingting/privacy/rule"
)

var social = recognise.Rule{
	ID: "social_security.label", Type: rule.SocialSecurity,
	About: "6 to 20 letters and digits, most of them digits, right after a word for social or medical insurance",
	Need:  recognise.Need{Cues: recognise.Social},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		p.EachHit(recognise.Social, func(h recognise.Hit) {
			start := p.SkipGlue(h.End)
			end, digits := start, 0
			for end < len(p.Units) && end-start < 40 && (p.Alnum(end) || end > start && (p.Rune(end) == ' ' || p.Rune(end) == '-') && p.Alnum(end+1)) {
				if p.Is(end, fold.Digit) {
					digits++
				}
				end++
			}
			text := strings.NewReplacer(" ", "", "-", "").Replace(p.Upper(start, end))
			if w, ok := p.Reading(start, 9, 18); ok && w.End > end && !w.Masked { // in numerals, or parted
				end, text, digits = w.End, w.Value, len(w.Value)
			}
			if len(text) < 6 || len(text) > 20 || digits < len(text)-3 || len(text) == 8 && check.DateDigits(text) {
				return
			}
			emit(rule.Candidate{Start: start, End: end, Canonical: text, Confidence: 0.9, Evidence: []string{"right after a word for social insurance"}})
		})
	},
	True:  []string{"社保号«3301234567»", "社会保障卡号：«A12345678»", "医保卡号是«330102 12345678»", "社保号«三三〇一二三四五六七»", "社保卡«3.3.0.1.2.3.4.5.6»"},
	False: []string{"社保缴费20190105", "社保号20190105办理", "社保卡丢了，单号3301234567", "社保号12345"},
}

var uscc = recognise.Rule{
	ID: "uscc.check", Type: rule.USCC,
	About: "18 of 0-9 A-H J-N P Q R T U W X Y with both check characters (GB 32100-2015, GB 11714-1997)",
	Find:  findUSCC,
	True:  []string{"«91350100M000100Y43»", "税号：«91350100m000100y43»", "统一社会信用代码«91350100M000100Y44»"},
	False: []string{"91350100M000100Y44", "订单号91350100M000100Y44", "91350100M000100Y431", "440524188001010014"},
}

func findUSCC(p *recognise.Page, emit func(rule.Candidate)) {
	for _, t := range p.Tokens {
		if t.End-t.Start == 18 {
			judgeUSCC(p, t.Start, t.End, p.Upper(t.Start, t.End), emit)
		}
	}
	for _, r := range p.Runs {
		if r.Hi-r.Lo < 18 {
			continue
		}
		p.Starts(r, func(k int) {
			if w, ok := p.Window(r, k, 18); ok && w.Groups == 1 && !w.Letter && (w.Value[0] == '9' || w.Value[0] == '1' || w.Value[0] == '5') {
				judgeUSCC(p, w.Start, w.End, w.Value, emit)
			}
		})
	}
}

func judgeUSCC(p *recognise.Page, start, end int, text string, emit func(rule.Candidate)) {
	if strings.Count(text, text[:1]) == len(text) || strings.ContainsAny(text, "IOSVZ") || !recognise.AllDigits(text[2:8]) || strings.IndexByte("123456789ANY", text[0]) < 0 {
		return
	}
	c := rule.Candidate{Start: start, End: end, Canonical: text, Confidence: 0.97, Evidence: []string{"check character"}}
	label, _ := p.Label(start)
	first, second := check.USCC(text), check.Organisation(text[8:17])
	switch {
	case first && second:
	case label&recognise.USCC != 0:
		c.Confidence = 0.85
		c.Evidence = []string{"check character fails", "label of the code before"}
	case first:
		c.Confidence = 0.8
	default:
		c.Rejected = "check character fails"
	}
	if c.Rejected == "" && label&recognise.Order != 0 && label&recognise.USCC == 0 && !(first && second) {
		c.Rejected = recognise.OrderWins
	}
	emit(c)
}
