package phone

import (
	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/recognise/check"
	"qingting/privacy/rule"
)

var landline = recognise.Rule{
	ID: "landline.area", Type: rule.Landline,
	About: "area code 010 02x 0[3-9]xx and 7 or 8 digits, extension included (MIIT numbering plan)",
	Need:  recognise.Need{Runs: 10},
	Find:  findLandline,
	True: []string{
		"座机«010-62345678»", "«0571-87654321»", "«(0755)26543210»", "«021 5432 1098»", "«057187654321»找我", "«0571－8765432»", "«010-62345678转8001»",
		"«010-62345678-801»", "«+86-10-62345678»", "«+86-0571-87654321»", "«86 571 87654321»", "«零五七一八七六五四三二一»", "家里电话«０２８－８７６５４３２１»", "«0571-87654321 转 12»",
		"«02062345678»", "«010-6234 5678 ext. 12»", "固话拆机：«0，1，0，8，2，3，1，8，2，3，7»、«0，1，0，8，2，3，1，3，2，5，2»",
	},
	False: []string{
		"010-10086", "021-10000", "0571-12345", "订单号057187654321", "0571876543210", "工单编号：02187654321", "2021-08-12345678", "02112345", "0.57187654321",
		"0138-0013800", "金额0571元",
	},
}

func findLandline(p *recognise.Page, emit func(rule.Candidate)) {
	for _, r := range p.Runs {
		if r.Hi-r.Lo < 10 {
			continue
		}
		for k := r.Lo; k+9 <= r.Hi; k++ {
			code, skip := 0, 0
			switch d := p.Digits(r, k, 4); {
			case d != "" && d[0] == '0':
				code = areaCode(d)
			case len(d) == 4 && d[:2] == "86" && d[2] != '1': // +86 571 …: the trunk prefix falls away
				if code = areaCode("0" + p.Digits(r, k+2, 3)); code > 0 {
					code, skip = code-1, 2
				}
			case len(d) == 4 && d[:3] == "861" && d[3] == '0':
				code, skip = 2, 2
			}
			if code == 0 {
				continue
			}
			sizes := []int{8, 7}
			if code-boolInt(skip == 0) == 2 { // three-digit area codes have eight digits only
				sizes = sizes[:1]
			}
			for _, n := range sizes {
				w, ok := p.Window(r, k, skip+code+n)
				if ok && judgeLandline(p, r, k, skip, code, w, emit) {
					break
				}
			}
		}
	}
}

func judgeLandline(p *recognise.Page, r recognise.Run, k, skip, code int, w recognise.Window, emit func(rule.Candidate)) bool {
	local := w.Value[skip+code:]
	if local[0] == '0' {
		return false
	}
	c := rule.Candidate{Start: w.Start, End: w.End, Canonical: w.Value, Confidence: 0.9, Evidence: []string{"area code"}}
	if skip > 0 {
		c.Canonical = "0" + w.Value[skip:]
		if p.Rune(c.Start-1) == '+' {
			c.Start--
		}
	}
	if skip == 0 {
		c.Start = prefix(p, r, k)
	}
	if p.Rune(c.Start-1) == '(' && p.Rune(p.Reads[k+skip+code-1].At+1) == ')' {
		c.Start--
	}
	parted := p.Reads[k+skip+code].Gap > 0
	label, _ := p.Label(c.Start)
	cued := (label|p.Before(c.Start, 12)|p.After(w.End, 6))&(recognise.Phone|recognise.Line) != 0
	if ext, end := extension(p, c.End); ext != "" {
		c.Canonical += "-" + ext
		c.End = end
		c.Evidence = append(c.Evidence, "extension")
	}
	switch {
	case label&recognise.Order != 0 && label&(recognise.Phone|recognise.Line) == 0:
		c.Rejected = recognise.OrderWins
	case w.Masked:
		c.Rejected = "a mask touches it"
	case w.Torn:
		c.Rejected = "part of a longer number, every digit of which stands alone"
	case money(p, c.Start, c.End), w.Decimal && w.Shape&15 == 1, p.Rune(c.Start-1) == '.' && p.Is(c.Start-2, fold.Digit):
		c.Rejected = "an amount"
	case skip > 0 && !parted && !cued && p.Rune(c.Start) != '+':
		c.Rejected = "country code without a mark"
	case (local[0] == '1' || local[0] == '9') && !cued && !parted: // no local number begins so, but what else begins with an area code
		c.Confidence = 0.55
	case w.Groups > 1 && w.Groups < 5 && w.Shape>>(4*(w.Groups-1)) < 3:
		c.Rejected = "the end of another number"
	case w.Groups > 1 && w.Groups < 7 && skip == 0 && int(w.Shape&15) < code && !cued:
		c.Rejected = "a date or another number"
	case w.Spread() && w.Kinds == recognise.Plain:
		c.Confidence = 0.7
	case w.Groups > 4 && !cued:
		c.Rejected = "odd grouping and no word for a telephone nearby"
	case w.Groups > 4:
		c.Confidence = 0.75
	case w.Groups == 1 && !cued && w.Kinds&recognise.Numeral != 0:
		c.Confidence = 0.7
	case w.Groups == 1 && !cued:
		c.Confidence = 0.75
	}
	if cued {
		c.Evidence = append(c.Evidence, "word for a telephone nearby")
		c.Confidence = min(0.96, c.Confidence+0.06)
	}
	if w.Letter && !cued {
		c.Confidence = 0.45
	}
	emit(c)
	return c.Rejected == ""
}

// extension reads 转 801, -801, 分机801, ext. 801 from unit at on: one to six
// digits that nothing continues.
func extension(p *recognise.Page, at int) (digits string, end int) {
	i, mark := at, false
	for ; i < at+6 && i < len(p.Units); i++ {
		r := p.Units[i].Rune
		switch {
		case r == '转' || r == '分' || r == '机' || r == '#' || r == '-' || r == '—' || r == '–':
			mark = true
			continue
		case (r == 'e' || r == 'x' || r == 't' || r == 'E' || r == 'X' || r == 'T'):
			mark = true
			continue
		case r == ' ' || r == '.' || r == ':':
			continue
		}
		break
	}
	start := i
	for i < len(p.Units) && p.Units[i].Class&(fold.Digit|fold.Numeral) != 0 {
		i++
	}
	if n := i - start; !mark || n == 0 || n > 6 || p.Rune(at) == ' ' && p.Rune(at+1) == '-' || p.Is(i, fold.Letter) || p.Is(i, fold.Separator) && p.Rune(i) == '-' {
		return "", at
	}
	b := make([]byte, 0, 6)
	for _, u := range p.Units[start:i] {
		b = append(b, '0'+byte(u.Value))
	}
	return string(b), i
}

var local = recognise.Rule{
	ID: "landline.local", Type: rule.Landline,
	About: "7 or 8 digits, first 2 to 8 (9 in Hong Kong), right after a word for a telephone",
	Need:  recognise.Need{Runs: 7, Cues: recognise.Line | recognise.Tel},
	Find:  findLocal,
	True:  []string{"座机«87654321»没有声音", "家里固话号码是«6543 2109»", "固定电话：«8765432»", "传真«62345678»", "電話:«69010858»"},
	False: []string{"座机20230105报修", "我的座机坏了，工单87654321", "固话订单号87654321", "传真123"},
}

func findLocal(p *recognise.Page, emit func(rule.Candidate)) {
	for _, r := range p.Runs {
		p.Starts(r, func(k int) {
			for _, n := range []int{8, 7} {
				w, ok := p.Window(r, k, n)
				if !ok || w.Value[0] < '2' || w.Value[0] > '8' && n == 7 || w.Groups > 3 || w.Masked || w.Letter {
					continue
				}
				label, _ := p.Label(w.Start)
				if label&(recognise.Line|recognise.Tel) == 0 {
					continue
				}
				c := rule.Candidate{Start: w.Start, End: w.End, Canonical: w.Value, Confidence: 0.75, Evidence: []string{"label of a telephone before"}}
				if label&recognise.Line == 0 {
					c.Confidence = 0.65
				}
				if ext, end := extension(p, c.End); ext != "" {
					c.Canonical, c.End = c.Canonical+"-"+ext, end
				}
				if n == 8 && check.DateDigits(w.Value) {
					c.Rejected = "a date"
				}
				emit(c)
				return
			}
		})
	}
}

var labelled = recognise.Rule{
	ID: "phone.label", Type: rule.Phone,
	About: "9 to 13 digits right after a word for a telephone, in no plan known here",
	Need:  recognise.Need{Runs: 9, Cues: recognise.Tel},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		p.EachHit(recognise.Tel, func(h recognise.Hit) {
			w, ok := p.Reading(p.SkipGlue(h.End), 9, 13)
			if !ok || w.Masked || w.Letter || w.Decimal || w.Seps > 1 || w.Groups > 5 || listed(p, w) || service(w.Value) || money(p, w.Start, w.End) || w.Kinds&recognise.Numeral != 0 {
				return
			}
			emit(rule.Candidate{Start: w.Start, End: w.End, Canonical: w.Value, Confidence: 0.6, Evidence: []string{"label of a telephone before"}})
		})
	},
	True:  []string{"Phone: «0494 92 82 32»", "tel «699956915»"},
	False: []string{"电话4008208820", "电话费100200300元", "Phone: 12345", "电话106901234567", "电话 95188、95533"},
}

// listed reports that a comma stands within: the digits are a list of numbers.
func listed(p *recognise.Page, w recognise.Window) bool {
	for i := w.Start; i < w.End; i++ {
		if r := p.Rune(i); r == ',' || r == '、' || r == '\n' {
			return true
		}
	}
	return false
}

var services = recognise.Rule{
	ID: "phone.service", Type: rule.Landline,
	About: "numbers of services, which are not personal: emitted as rejections only",
	Need:  recognise.Need{Runs: 3, Cues: recognise.Phone | recognise.Line | recognise.Agent},
	Find:  findService,
	Mute:  true,
	False: []string{"拨打10086", "客服热线400-800-8888", "电话95588", "12315投诉电话", "短信1069012345678"},
}

func findService(p *recognise.Page, emit func(rule.Candidate)) {
	for _, r := range p.Runs {
		p.Starts(r, func(k int) {
			for _, n := range []int{10, 5, 6, 7, 8, 3, 4} {
				if w, ok := p.Window(r, k, n); ok && service(w.Value) && (n != 10 || w.Groups <= 4) && (n == 10 || w.Groups == 1) {
					emit(rule.Candidate{
						Start: w.Start, End: w.End, Confidence: 0, Canonical: w.Value,
						Rejected: "the number of a service, not a person's",
					})
					return
				}
			}
		})
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
