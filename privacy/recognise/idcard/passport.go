package idcard

import (
	"slices"
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/recognise/check"
	"qingting/privacy/rule"
)

var passport = recognise.Rule{
	ID: "passport.series", Type: rule.Passport,
	About: "series of Chinese passports: E+8, E+letter+7, G+8, 14/15+7, PE SE DE+7, P S+7, S+8, K+8 (HK), MA+7 (Macau)",
	Find:  findPassport,
	True: []string{
		"护照«E12345678»", "护照号码：«EA1234567»", "«G12345678»是我的护照", "护照号«141234567»", "公务护照«SE1234567»", "«PE1234567»", "港澳护照«K12345678»", "«MA1234567»护照",
	},
	False: []string{"141234567", "订单号E12345678", "型号G12345678", "EI1234567", "E1234567", "E20190105", "ME12345678", "版本K12345678"},
}

// series reports whether text has the shape of a Chinese passport number, and
// whether that shape is told apart without a label.
func series(text string) (shape, plain bool) {
	if len(text) != 8 && len(text) != 9 {
		return false, false
	}
	head := strings.TrimRight(text, "0123456789")
	n := len(text) - len(head)
	switch head {
	case "E", "G", "S", "K":
		return n == 8 || head == "S" && n == 7, n == 8
	case "P":
		return n == 7, false
	case "PE", "SE", "DE", "MA":
		return n == 7, true
	case "":
		return n == 9 && (text[:2] == "14" || text[:2] == "15"), false
	}
	return len(head) == 2 && head[0] == 'E' && n == 7 && head[1] != 'I' && head[1] != 'O', true
}

func findPassport(p *recognise.Page, emit func(rule.Candidate)) {
	for _, t := range p.Tokens {
		text := p.Upper(t.Start, t.End)
		if shape, plain := series(text); shape {
			judgePassport(p, t.Start, t.End, text, plain, emit)
		}
	}
	for _, r := range p.Runs { // 14 and 15 series have no letter
		p.Starts(r, func(k int) {
			if w, ok := p.Window(r, k, 9); ok && w.Groups == 1 && !w.Letter && !w.Masked {
				if shape, _ := series(w.Value); shape {
					judgePassport(p, w.Start, w.End, w.Value, false, emit)
				}
			}
		})
	}
}

func judgePassport(p *recognise.Page, start, end int, text string, plain bool, emit func(rule.Candidate)) {
	c := rule.Candidate{Start: start, End: end, Canonical: text, Confidence: 0.6, Evidence: []string{"series of a passport"}}
	label, _ := p.Label(start)
	switch {
	case (label|p.Before(start, 12)|p.After(end, 8))&recognise.Passport != 0:
		c.Confidence = 0.94
		c.Evidence = append(c.Evidence, "word for a passport nearby")
	case label&(recognise.Order|recognise.Version) != 0:
		c.Rejected = recognise.OrderWins
	case !plain, check.DateDigits(text[len(text)-8:]), p.Units[start].Rune >= 'a', label != 0 && label&recognise.ID == 0:
		c.Rejected = "no word for a passport nearby"
	}
	emit(c)
}

var passportLabelled = recognise.Rule{
	ID: "passport.label", Type: rule.Passport,
	About: "up to two letters and 6 to 9 digits, 2 digits, 2 letters and 5 digits, or 8 to 9 letters and digits, right after a word for a passport, a space within or not: other countries' series (ICAO 9303)",
	Need:  recognise.Need{Cues: recognise.Passport},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		p.EachHit(recognise.Passport, func(h recognise.Hit) {
			start := p.SkipGlue(behindBracket(p, h.End))
			end := start
			for end < len(p.Units) && end-start < 12 && (p.Alnum(end) || p.Rune(end) == '.' && end == start+1 && p.Is(end+1, fold.Digit)) {
				end++
			}
			text := strings.Replace(p.Upper(start, end), ".", "", 1)
			stated := p.Latin(h.Start, h.End) || start > h.End || strings.HasSuffix(p.Folded(h.Start, h.End), "号") || strings.HasSuffix(p.Folded(h.Start, h.End), "码")
			if !elsewhere(text, stated && p.Folded(start, end) == p.Upper(start, end)) {
				if text, end = inTwo(p, start, end); text == "" {
					return
				}
			}
			emit(rule.Candidate{Start: start, End: end, Canonical: text, Confidence: 0.85, Evidence: []string{"right after a word for a passport"}})
		})
	},
	True:  []string{"护照号码是«AB1234567»", "passport no: «123456789»", "外交护照«P.1234567»", "passport «19AB12345»", "护照号«E 12345678»", "护照«14 1234567»", "护照«AB 123456»过期了", "德国护照号«C01X00T47»", "passport «C3JL8KX2P»", "护照（加拿大）«GA302922»"},
	False: []string{"护照20190105到期", "护照办理123456789", "护照12345", "护照 2 寸照片 1234567 张", "护照：A4纸复印", "护照 5 20190105", "passport OFFICE12 is shut", "passport AB 12 34"},
}

// behindBracket skips Han characters in brackets at unit at: 护照（加拿大）.
func behindBracket(p *recognise.Page, at int) int {
	if p.Rune(at) != '(' || !p.Is(at+1, fold.Han) {
		return at
	}
	for i := at + 1; i < at+8; i++ {
		if p.Rune(i) == ')' {
			return i + 1
		}
		if !p.Is(i, fold.Han) {
			break
		}
	}
	return at
}

// elsewhere reports the shape of a passport of any country. Letters and digits
// in any order are believed where mixed says so.
func elsewhere(text string, mixed bool) bool {
	digits := len(text) - len(strings.TrimRight(text, "0123456789"))
	count := 0
	for _, c := range text {
		if c >= '0' && c <= '9' {
			count++
		}
	}
	switch n := len(text); {
	case n < 7 || n > 10:
		return false
	case digits >= 6 && n-digits <= 2:
		return digits != 8 || !check.DateDigits(text[n-8:])
	case n == 9 && recognise.AllDigits(text[:2]+text[4:]) && !strings.ContainsAny(text[2:4], "0123456789"): // France
		return true
	default: // Germany, Italy, the specimens of ICAO 9303
		return mixed && (n == 8 || n == 9) && count >= 3 && n > count && text[n-1] <= 'Z' && !strings.HasPrefix(text, "20")
	}
}

// inTwo reads a passport with a space behind its series: E 12345678, 14 1234567.
func inTwo(p *recognise.Page, start, end int) (text string, to int) {
	if n := end - start; n < 1 || n > 2 || p.Rune(end) != ' ' && p.Rune(end) != '-' || !p.Is(end+1, fold.Digit) {
		return "", end
	}
	to = end + 1
	for to < len(p.Units) && to-end < 11 && p.Alnum(to) {
		to++
	}
	text = p.Upper(start, end) + p.Upper(end+1, to)
	shape, _ := series(text)
	letters := p.Latin(start, end) && to-end-1 >= 6 && elsewhere(text, false) && recognise.AllDigits(text[end-start:])
	if !shape && !letters {
		return "", end
	}
	return text, to
}

// foreignWords are what a text on foreigners says.
var foreignWords = [...]string{"外籍", "留学生", "护照", "外国", "境外", "跨境", "来访", "国际"}

var passportForeign = recognise.Rule{
	ID: "passport.foreign", Type: rule.Passport,
	About: "one or two letters and 7 or 8 digits, or 9 digits, right behind a name in Latin letters, where foreigners or their students are the subject (ICAO 9303)",
	Need:  recognise.Need{Runs: 7},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		for i := 3; i < len(p.Units); i++ {
			if !p.Alnum(i) || p.Rune(i-1) != ' ' || !p.Latin(i-3, i-1) || p.Units[i-2].Rune < 'a' {
				continue
			}
			end := i
			for p.Alnum(end) {
				end++
			}
			text := p.Upper(i, end)
			digits := len(strings.TrimLeft(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
			if head := len(text) - digits; !recognise.AllDigits(text[head:]) || head > 2 || head > 0 && (digits < 7 || digits > 8) || head == 0 && (digits < 8 || digits > 9 || check.DateDigits(text)) {
				continue
			}
			if label, impersonal := p.Labelled(i); impersonal || label != 0 {
				continue
			}
			if !slices.ContainsFunc(foreignWords[:], p.Says) {
				return
			}
			emit(rule.Candidate{Start: i, End: end, Canonical: text, Confidence: 0.6, Evidence: []string{"behind a name in Latin letters, in a text on foreigners"}})
		}
	},
	True:  []string{"外籍登记：Erik Lindqvist «91313539» 1968", "留学生名册：Amara Diallo «A07888290»；Ivan Petrov «751531391»"},
	False: []string{"Erik Lindqvist 91313539", "外籍用户买了 iPhone 15", "境外漫游 order 91313539", "外籍：EP 20190105"},
}
