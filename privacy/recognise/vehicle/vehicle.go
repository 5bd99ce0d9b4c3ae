// Package vehicle recognises licence plates and vehicle identification numbers.
package vehicle

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/recognise/check"
	"qingting/privacy/rule"
)

// Rules returns the rules of the family.
func Rules() []recognise.Rule { return []recognise.Rule{plate, vin} }

const (
	provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
	special   = "挂学警港澳使领试超"
)

var plate = recognise.Rule{
	ID: "plate.ga36", Type: rule.LicensePlate,
	About: "province, letter and 5 characters, 6 for new energy; 挂 学 警 港 澳 使 领; WJ (GA 36-2018)",
	Need:  recognise.Need{Classes: fold.Digit},
	Find:  findPlate,
	True: []string{
		"车牌«京A12345»", "«沪AD12345»停在门口", "«粤B·1234D»", "«粤Z1234港»", "«苏E-05B69»", "«浙A1234学»", "«京ＡＤ１２３４５»", "«WJ京12345»", "«京A 12345»", "車牌«粵B12345»", "车牌«京 N 3H8K5»",
		"«使123456»车牌", "车牌«豫 A 7 K 2 3 9»，停在机房门口", "«鲁 B · 8 8 K 1 2»", "装维的车«粤AD·38721»占了车位",
	},
	False: []string{"川A套餐", "新A1套餐", "京A1234", "京A123456789", "苏宁易购B12345", "京ABCDEF", "云A5G套餐", "订单号浙A12345", "川 A 5 G 套 餐", "编号：京 A 1 2 3 4 5 6 7 8", "新A 12 套 34 元", "云 A 1 2 3 4"},
}

func findPlate(p *recognise.Page, emit func(rule.Candidate)) {
	for i := range p.Units {
		u := &p.Units[i]
		switch {
		case u.Class&fold.Han != 0 && (p.Is(i+1, fold.Letter) || p.Is(i+1, fold.Separator) && p.Is(i+2, fold.Letter|fold.Separator)) && strings.ContainsRune(provinces, u.Rune):
			tail := i + 2
			if p.Is(tail-1, fold.Separator) { // 京 N 3H8K5
				tail++
			}
			parted := p.Is(tail, fold.Separator)
			if parted {
				tail++
			}
			if (tail == i+2 || parted) && judgePlate(p, i, tail, false, emit) {
				continue
			}
			spacedPlate(p, i, emit)
		case (u.Rune == 'W' || u.Rune == 'w') && (p.Rune(i+1) == 'J' || p.Rune(i+1) == 'j') && !p.Alnum(i-1):
			tail := i + 2
			for tail < i+5 && (p.Is(tail, fold.Separator) || strings.ContainsRune(provinces, p.Rune(tail))) {
				tail++
			}
			judgePlate(p, i, tail, true, emit)
		case u.Rune == '使' && p.Is(i+1, fold.Digit):
			if w, ok := p.Reading(i+1, 6, 6); ok && w.Groups == 1 && p.After(w.End, 4)&recognise.Plate|p.Before(i, 6)&recognise.Plate != 0 {
				emit(rule.Candidate{Start: i, End: w.End, Canonical: "使" + w.Value, Confidence: 0.9, Evidence: []string{"plate of an embassy"}})
			}
		}
	}
}

// spacedPlate reads a plate from the province at unit start on, with a separator
// between some of its characters: 豫 A 7 K 2 3 9, 粤AD·38721.
func spacedPlate(p *recognise.Page, start int, emit func(rule.Candidate)) {
	var value [8]byte
	n, digits, gaps, end := 0, 0, 0, start+1
	energy := false // the only gap stands between two letters and five digits
	for at := start + 1; ; at++ {
		from := at
		for at-from < 3 && p.Is(at, fold.Separator) && strings.ContainsRune(" ·.-•‧", p.Rune(at)) {
			at++
		}
		if at > from {
			gaps++
			energy = gaps == 1 && n == 2 && p.Is(at, fold.Digit)
		}
		if !p.Alnum(at) {
			break
		}
		if n == len(value) {
			return
		}
		value[n] = p.Upper(at, at+1)[0]
		if p.Is(at, fold.Digit) {
			digits++
		}
		n, end = n+1, at+1
	}
	text := string(value[:n])
	c := rule.Candidate{Start: start, End: end, Canonical: string(p.Rune(start)) + text, Confidence: 0.75, Evidence: []string{"province and letter", "characters parted"}}
	label, impersonal := p.Labelled(start)
	labelled := (label|p.Before(start, 8)|p.After(end, 4))&recognise.Plate != 0
	energy = energy && n == 7 && digits == 5 && strings.ContainsAny(text[1:2], "ABCDEFGHJK")
	switch {
	case n != 6 && n != 7 || digits < 3 || gaps == 0 || recognise.AllDigits(text[:1]):
		return
	case n == 7 && !strings.ContainsAny(text[1:2], "ABCDEFGHJK") && !strings.ContainsAny(text[6:], "ABCDEFGHJK"):
		return
	case impersonal && !labelled:
		c.Rejected = recognise.OrderWins
	case labelled:
		c.Confidence = 0.93
	case !energy && gaps < n-1:
		return
	}
	emit(c)
}

// judgePlate reads a plate whose characters behind the letter start at unit tail,
// and says whether there is one.
func judgePlate(p *recognise.Page, start, tail int, armed bool, emit func(rule.Candidate)) bool {
	end, digits, lower := tail, 0, false
	for ; end < len(p.Units) && p.Alnum(end) && end-tail < 7; end++ {
		if p.Is(end, fold.Digit) {
			digits++
		}
		lower = lower || p.Rune(end) >= 'a'
	}
	if end-tail == 4 && strings.ContainsRune(special, p.Rune(end)) {
		end++
	}
	n := end - tail
	if n != 5 && n != 6 || p.Alnum(end) || n == 6 && armed {
		return false
	}
	value := p.Upper(tail, end)
	if last := p.Rune(end - 1); last > 0x7f {
		value = value[:len(value)-1] + string(last)
	}
	head := strings.ToUpper(p.Folded(start, tail))
	c := rule.Candidate{Start: start, End: end, Canonical: strings.Map(alnumOrHan, head+value), Confidence: 0.92, Evidence: []string{"province and letter"}}
	label, impersonal := p.Labelled(start)
	labelled := (label|p.Before(start, 8))&recognise.Plate != 0
	switch {
	case impersonal && !labelled:
		c.Rejected = recognise.OrderWins
	case digits < 2 && !labelled:
		c.Rejected = "too few digits for a plate"
	case n == 6 && !strings.ContainsAny(value[:1], "ABCDEFGHJK") && !strings.ContainsAny(value[5:], "ABCDEFGHJK"):
		c.Rejected = "six characters without the letter of a new-energy plate"
	case armed && !labelled && !strings.ContainsAny(head, provinces):
		c.Confidence = 0.55
	case lower || strings.ContainsAny(value, "IO"):
		c.Confidence = 0.7
	case labelled:
		c.Confidence = 0.97
	}
	emit(c)
	return true
}

func alnumOrHan(r rune) rune {
	if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r > 0x2fff {
		return r
	}
	return -1
}

var vin = recognise.Rule{
	ID: "vin.check", Type: rule.VIN,
	About: "17 characters without I O Q, the ninth a check digit mod 11 (ISO 3779, GB 16735)",
	Need:  recognise.Need{Classes: fold.Letter},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		for _, t := range p.Tokens {
			if t.End-t.Start != 17 {
				continue
			}
			text := p.Upper(t.Start, t.End)
			if strings.ContainsAny(text, "IOQ") {
				continue
			}
			c := rule.Candidate{Start: t.Start, End: t.End, Canonical: text, Confidence: 0.85, Evidence: []string{"check digit"}}
			label, impersonal := p.Labelled(t.Start)
			labelled := (label|p.Before(t.Start, 10))&recognise.VIN != 0
			switch valid := check.VIN(text); {
			case labelled && valid:
				c.Confidence = 0.98
			case labelled:
				c.Confidence = 0.85
				c.Evidence = []string{"check digit fails", "word for the number before"}
			case impersonal:
				c.Rejected = recognise.OrderWins
			case !valid:
				c.Rejected = "check digit fails"
			case p.Units[t.Start].Rune >= 'a':
				c.Confidence = 0.55
			}
			emit(c)
		}
	},
	True:  []string{"车架号«1M8GDM9AXKP042788»", "«1M8GDM9AXKP042788»", "VIN：«LSVAA49J132047371»"},
	False: []string{"LSVAA49J132047372", "订单号1M8GDM9AXKP042788", "1M8GDM9AXKP0427881"},
}
