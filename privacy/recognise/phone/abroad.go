package phone

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

// countries are the lengths of whole numbers, country code included, by country
// code, for the codes that feedback has; other codes take 9 to 14 digits (ITU-T E.164).
var countries = []struct {
	code     string
	min, max int
}{
	{"852", 11, 11},
	{"853", 11, 11},
	{"886", 11, 12},
	{"1", 11, 11},
	{"44", 11, 12},
	{"81", 11, 12},
	{"82", 10, 12},
	{"65", 10, 10},
	{"60", 10, 12},
	{"61", 11, 11},
	{"91", 12, 12},
	{"49", 10, 14},
	{"33", 11, 11},
	{"7", 11, 11},
}

var abroad = recognise.Rule{
	ID: "phone.abroad", Type: rule.Phone,
	About: "+ or 00 and a country code; 886, 852, 853 with brackets, a break or a label (ITU-T E.164)",
	Need:  recognise.Need{Runs: 8},
	Find:  findAbroad,
	True: []string{
		"«+886-936-123-456»", "電話«886-2-2345-6789»", "香港«（852）91234567»", "«+1 (415) 555-0198»", "«00852 9123 4567»", "«+44 20 7946 0321»", "Tel:«+886223456789»", "«(+886) 2-2345-6789»",
		"«+65 6123 4567»", "«+44 (0)20 7946 0321»", "«+44 (0) 7700 900307»", "«+49 (0)30 901820»",
	},
	False: []string{"+100元", "订单+85291234567", "+86 10086", "88621234567", "3+4=7", "0.0250.020.02两", "+8613912345678901234"},
}

func findAbroad(p *recognise.Page, emit func(rule.Candidate)) {
	for _, r := range p.Runs {
		p.Starts(r, func(k int) {
			at := p.Reads[k].At
			head := p.Digits(r, k, 3)
			plus, skip := p.Rune(at-1) == '+', 0
			switch {
			case plus && head[0] != '0':
			case strings.HasPrefix(head, "00") && r.Hi-k > 10:
				skip = 2
			case head == "886" || head == "852" || head == "853":
			default:
				return
			}
			code := p.Digits(r, k+skip, min(3, r.Hi-k-skip))
			if strings.HasPrefix(code, "86") || strings.HasPrefix(code, "0") {
				return
			}
			least, most := 9, 14
			for _, c := range countries {
				if strings.HasPrefix(code, c.code) {
					least, most = c.min, c.max
					break
				}
			}
			trunk := trunkZero(p, r, k+skip, code)
			if trunk > 0 {
				least, most = least+1, most+1
			}
			for n := most; n >= least; n-- {
				if w, ok := p.Window(r, k, n+skip); ok {
					value := w.Value[skip:]
					if trunk > 0 {
						value = value[:trunk] + value[trunk+1:]
					}
					judgeAbroad(p, w, plus || skip > 0, value, emit)
					return
				}
			}
		})
	}
}

// trunkZero returns how many digits of the country code stand before a zero in
// brackets, which is dialled within the country only: +44 (0)20. 0 when there is none.
func trunkZero(p *recognise.Page, r recognise.Run, k int, code string) int {
	for n := 1; n <= 3 && n <= len(code) && k+n < r.Hi; n++ {
		if d := &p.Reads[k+n]; d.Gap > 0 {
			if d.Value == '0' && p.Rune(d.At-1) == '(' && p.Rune(d.At+1) == ')' {
				return n
			}
			return 0
		}
	}
	return 0
}

func judgeAbroad(p *recognise.Page, w recognise.Window, marked bool, value string, emit func(rule.Candidate)) {
	c := rule.Candidate{Start: w.Start, End: w.End, Canonical: "+" + value, Confidence: 0.85, Evidence: []string{"country code"}}
	for range 2 {
		if r := p.Rune(c.Start - 1); r == '+' || r == '(' && closes(p, c.Start) {
			c.Start--
		}
	}
	if ext, end := extension(p, c.End); ext != "" {
		c.End = end
	}
	typ := rule.Phone
	switch {
	case strings.HasPrefix(value, "8869"), (strings.HasPrefix(value, "852") || strings.HasPrefix(value, "853")) && strings.ContainsAny(value[3:4], "569"):
		typ = rule.Mobile
	case strings.HasPrefix(value, "886"), strings.HasPrefix(value, "852"), strings.HasPrefix(value, "853"):
		typ = rule.Landline
	}
	c.Type = typ
	label, impersonal := p.Labelled(c.Start)
	cued := (label|p.Before(c.Start, 12)|p.After(c.End, 6))&(recognise.Phone|recognise.Line) != 0
	switch {
	case impersonal:
		c.Rejected = recognise.OrderWins
	case w.Masked:
		c.Rejected = "a mask touches it"
	case w.Groups > 1 && w.Shape&15 == 1 && value[0] != '1' && value[0] != '7', w.Shape&15 == 1 && w.Value[0] == '0':
		c.Rejected = "odd grouping"
	case money(p, c.Start, c.End):
		c.Rejected = "an amount"
	case w.Letter && !cued && !marked:
		c.Rejected = "a letter touches it"
	case !marked && w.Groups == 1 && !cued && c.Start == w.Start:
		c.Rejected = "country code without a mark"
	case cued:
		c.Confidence = 0.93
	}
	emit(c)
}

var taiwan = recognise.Rule{
	ID: "mobile.taiwan", Type: rule.Mobile,
	About: "09 and 8 digits, grouped 4-3-3 or beside a word for a telephone (NCC numbering plan)",
	Need:  recognise.Need{Runs: 10},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		for _, r := range p.Runs {
			p.Starts(r, func(k int) {
				if p.Digits(r, k, 2) != "09" {
					return
				}
				w, ok := p.Window(r, k, 10)
				if !ok || w.Masked || w.Letter || w.Decimal && w.Seps > 1 {
					return
				}
				c := rule.Candidate{Start: w.Start, End: w.End, Canonical: "+886" + w.Value[1:], Confidence: 0.8, Evidence: []string{"mobile prefix of Taiwan"}}
				label, impersonal := p.Labelled(w.Start)
				cued := (label|p.Before(w.Start, 12)|p.After(w.End, 6))&recognise.Phone != 0
				switch {
				case impersonal:
					c.Rejected = recognise.OrderWins
				case w.Shape == recognise.ShapeOf(4, 3, 3), w.Shape == recognise.ShapeOf(4, 6):
				case cued:
				default:
					c.Confidence = 0.55
				}
				emit(c)
			})
		}
	},
	True:  []string{"«0936-123-456»", "電話«0936123456»", "手機 «0936 123456»"},
	False: []string{"工单0936123456", "订单号0936-123-456", "0936-1234"},
}

var nanp = recognise.Rule{
	ID: "phone.nanp", Type: rule.Phone,
	About: "(ddd) ddd-dddd, ddd-ddd-dddd, ddd.ddd.dddd, area and exchange from 2; toll-free numbers are nobody's (NANP)",
	Need:  recognise.Need{Runs: 10},
	Find:  findNANP,
	True:  []string{"call «(415) 555-0198»", "«415-555-0198»", "«415.555.0198»", "my phone is «4155550198»", "«1-415-555-0198»", "reach me at «(415)555-0198»", "Fax: «415-555-0198x4587»", "desk «(415)155-0198x012»"},
	False: []string{"800-555-0198", "4155550198", "115-555-0198", "order 415-555-0198", "415-055-0198", "A415-555-0198x12", "400-820-8820", "2023-10-0512"},
}

func findNANP(p *recognise.Page, emit func(rule.Candidate)) {
	for _, r := range p.Runs {
		p.Starts(r, func(k int) {
			skip := 0
			if p.Reads[k].Value == '1' {
				skip = 1
			}
			w, ok := p.Window(r, k, 10+skip)
			if !ok || w.Kinds != recognise.Plain || w.Masked {
				return
			}
			ext, end := "", w.End
			if r := p.Rune(w.End); r|0x20 == 'x' && p.Is(w.End+1, fold.Digit) || r|0x20 == 'e' {
				ext, end = extension(p, w.End)
			}
			if w.Letter && (ext == "" || p.Is(w.Start-1, fold.Letter)) {
				return
			}
			d := w.Value[skip:]
			if d[0] < '2' || d[3] < '2' && ext == "" || service(d) || d[0] == '8' && d[1] == d[2] {
				return
			}
			groups := recognise.ShapeOf(3, 3, 4)
			if skip > 0 {
				groups = recognise.ShapeOf(1, 3, 3, 4)
			}
			start := w.Start
			if p.Rune(start-1) == '(' && closes(p, start) {
				start--
			}
			c := rule.Candidate{Start: start, End: end, Canonical: "+1" + d, Confidence: 0.75, Evidence: []string{"area and exchange of North America"}}
			label, impersonal := p.Labelled(start)
			cued := (label|p.Before(start, 25)|p.After(end, 6))&recognise.Phone != 0 || ext != ""
			plain := w.Groups == 1 && skip == 0 && cued && p.Seen&fold.Han == 0
			switch {
			case w.Shape != groups && !plain:
				return
			case impersonal:
				c.Rejected = recognise.OrderWins
			case plain:
				c.Confidence = 0.65
			case cued || start < w.Start:
				c.Confidence = 0.92
			case p.Seen&fold.Han != 0:
				c.Confidence = 0.6
			}
			emit(c)
		})
	}
}
