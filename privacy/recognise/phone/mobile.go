package phone

import (
	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

// Rules returns the rules of the family.
func Rules() []recognise.Rule {
	return []recognise.Rule{mobile, landline, local, services, abroad, taiwan, nanp, split, labelled, national}
}

var mobile = recognise.Rule{
	ID: "mobile.segment", Type: rule.Mobile,
	About: "11 digits by allocated segment, 13 for the Internet of things, with the prefixes +86 0086 (86) 0 (MIIT numbering plan)",
	Need:  recognise.Need{Runs: 11},
	Find:  findMobile,
	True: []string{
		"«13800138000»", "我的手机号是«13912345678»，请回电", "«+8613912345678»", "«0086-139-1234-5678»", "«(86)13912345678»", "«+86 139 1234 5678»",
		"电话«１３９１２３４５６７８»谢谢", "«一三九一二三四五六七八»", "打«幺三九幺两三四五六拐八»找我", "«①③⑨①②③④⑤⑥⑦⑧»", "«139\u200b1234\u200b5678»",
		"«139-1234-5678»", "«139 1234 5678»", "«139.1234.5678»", "«139/1234/5678»", "«139\n1234\n5678»", "联系我«１3九-1二3 4.五678»", "手机«I39l2345678»", "«139123456O8»",
		"«1️⃣3️⃣9️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣»", "物联网卡号«1440012345678»停机", "物联卡«1064812345678»", "停机：«1440 0123 4567 8»", "打了«13912345678»两次", "vx«13912345678»", "虚拟号«13912345678转1234»", "«13912345678-8001»", "«13912345678»-«13812345678»", "«139…1234…5678»",
		"«13912345678»、«13812345678»都打不通", "订单20230001的联系电话«13912345678»", "«１７０５１２３４５６７»", "«1 3 9 1 2 3 4 5 6 7 8»", "1.某某 «1 3 9 1 2 3 4 5 6 7 8» 2.某某 «1 3 8 1 2 3 4 5 6 7 8»",
		"手机号:«12345678901»", "电话«13912345678»«13812345678»", "号码«13912345678»充了100元",
	},
	False: []string{
		"订单号13912345678", "工单号：13912345678", "流水号 13912345678901", "快递单号13912345678", "139123456789", "913912345678", "10086", "10012345678",
		"138****5678", "1391234567元", "13912345678元", "￥13912345678", "价格 13912345678 元", "一二三四五六七八九十一", "13号至15号", "12.5,13.8,19.2,15", "2019-12-13 15:28:36",
		"一一", "三五成群", "万一", "1391234567", "合同编号为13912345678", "受理编号「13912345678」", "0571138001380001",
	},
}

func findMobile(p *recognise.Page, emit func(rule.Candidate)) {
	for _, r := range p.Runs {
		if r.Hi-r.Lo < 11 {
			continue
		}
		for k := r.Lo; k+11 <= r.Hi; k++ {
			if p.Reads[k].Value != '1' {
				continue
			}
			if w, ok := p.Window(r, k, 13); ok && iot(w.Value) {
				judgeMobile(p, r, k, w, "13-digit segment of the Internet of things", 0.7, emit)
			}
			w, ok := p.Window(r, k, 11)
			if !ok {
				w, ok = joined(p, r, k)
			}
			if !ok {
				w, ok = inChain(p, r, k)
			}
			switch {
			case !ok:
			case allocated(w.Value):
				judgeMobile(p, r, k, w, "allocated segment", 0.97, emit)
			default:
				label, _ := p.Label(w.Start)
				if label&recognise.Phone != 0 && w.Groups <= 3 {
					judgeMobile(p, r, k, w, "label of a telephone before, segment not allocated", 0.7, emit)
				}
			}
		}
	}
}

// joined is the window of a number which its country or trunk prefix touches:
// 8613…, 008613…, 013….
func joined(p *recognise.Page, r recognise.Run, k int) (recognise.Window, bool) {
	for _, prefix := range []string{"0086", "86", "0"} {
		n := len(prefix)
		if k-n < r.Lo || p.Digits(r, k-n, n) != prefix || p.Reads[k].Gap > 0 {
			continue
		}
		if w, ok := p.Window(r, k-n, n+11); ok {
			w.Value = w.Value[n:]
			w.Start = p.Reads[k].At
			return w, true
		}
	}
	return recognise.Window{}, false
}

// inChain is the window of one of several numbers written without a break: all
// of the touching digits are mobile numbers, the one at k being any of them.
func inChain(p *recognise.Page, r recognise.Run, k int) (recognise.Window, bool) {
	if !allocated(p.Digits(r, k, 11)) {
		return recognise.Window{}, false
	}
	from, to := k, k
	for from > r.Lo && p.Reads[from].Gap == 0 && k-from < 44 {
		from--
	}
	for to < r.Hi && (to == k || p.Reads[to].Gap == 0) && to-k < 55 {
		to++
	}
	if n := to - from; n == 11 || n%11 != 0 || n > 44 || (k-from)%11 != 0 {
		return recognise.Window{}, false
	}
	for i := from; i < to; i += 11 {
		if !allocated(p.Digits(r, i, 11)) {
			return recognise.Window{}, false
		}
	}
	w := recognise.Window{Start: p.Reads[k].At, End: p.Reads[k+10].At + 1, Value: p.Digits(r, k, 11), Groups: 1}
	return w, true
}

func judgeMobile(p *recognise.Page, r recognise.Run, k int, w recognise.Window, why string, conf float64, emit func(rule.Candidate)) {
	c := rule.Candidate{Start: prefix(p, r, k), End: w.End, Canonical: w.Value, Confidence: conf, Evidence: []string{why}}
	defer func() { emit(c) }()
	if ext, end := extension(p, w.End); len(ext) > 2 || ext != "" && p.Rune(w.End) != '-' { // numbers that hide another: 139…转1234
		c.End = end
		c.Canonical += "-" + ext
		c.Evidence = append(c.Evidence, "extension")
	}
	label, _ := p.Label(c.Start)
	cued := (label|p.Before(c.Start, 12)|p.After(w.End, 6))&recognise.Phone != 0
	if cued {
		c.Evidence = append(c.Evidence, "word for a telephone nearby")
	}
	switch {
	case label&recognise.Order != 0 && label&recognise.Phone == 0:
		c.Rejected = recognise.OrderWins
		return
	case w.Torn:
		c.Rejected = "part of a longer number, every digit of which stands alone"
		return
	case w.Masked:
		c.Rejected = "a mask touches it"
		return
	case money(p, c.Start, w.End):
		c.Rejected = "an amount"
		return
	}
	if w.Groups > 1 {
		switch {
		case regular(w):
			c.Confidence = min(c.Confidence, 0.93)
			c.Evidence = append(c.Evidence, "usual grouping")
		case w.Spread():
			c.Confidence = min(c.Confidence, 0.75)
			c.Evidence = append(c.Evidence, "every digit stands alone")
		case w.Seps == 1 && w.Groups >= 9 && w.Kinds == recognise.Plain && r.Hi-r.Lo == 11: // 18·3·0·…
			c.Confidence = min(c.Confidence, 0.7)
			c.Evidence = append(c.Evidence, "almost every digit stands alone")
		case cued && w.Groups <= 11:
			c.Confidence = min(c.Confidence, 0.85)
			c.Evidence = append(c.Evidence, "odd grouping")
		case w.Seps == 1 && w.Groups <= 3 && !w.Decimal && w.Shape&15 > 1 && w.Shape>>(4*(w.Groups-1)) > 1:
			c.Confidence = min(c.Confidence, 0.6)
			c.Evidence = append(c.Evidence, "odd grouping")
		default:
			c.Rejected = "odd grouping and no word for a telephone nearby"
			return
		}
	}
	if w.Kinds&recognise.Numeral != 0 {
		c.Confidence = min(c.Confidence, 0.9)
		c.Evidence = append(c.Evidence, "numerals read as digits")
	}
	if w.Looks > 0 {
		c.Confidence = min(c.Confidence, 0.85)
		c.Evidence = append(c.Evidence, "letters read as digits")
	}
	if w.Letter && !cued && label == 0 {
		c.Confidence = min(c.Confidence, 0.6)
		c.Evidence = append(c.Evidence, "a letter touches it")
	}
	if cued && conf < 0.9 {
		c.Confidence = min(1, c.Confidence+0.2)
	}
}

// regular reports a grouping in which people write mobile numbers.
func regular(w recognise.Window) bool {
	switch w.Shape {
	case recognise.ShapeOf(3, 4, 4), recognise.ShapeOf(4, 4, 3), recognise.ShapeOf(4, 3, 4), recognise.ShapeOf(3, 3, 5), recognise.ShapeOf(3, 8),
		recognise.ShapeOf(7, 4), recognise.ShapeOf(3, 5, 3), recognise.ShapeOf(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1),
		recognise.ShapeOf(3, 4, 6), recognise.ShapeOf(5, 4, 4), recognise.ShapeOf(5, 8), recognise.ShapeOf(4, 4, 5), recognise.ShapeOf(4, 4, 4, 1):
		return !(w.Shape == recognise.ShapeOf(4, 4, 3) && w.Value[:2] == "19")
	case recognise.ShapeOf(6, 5), recognise.ShapeOf(5, 6), recognise.ShapeOf(3, 2, 2, 2, 2), recognise.ShapeOf(1, 2, 2, 2, 2, 2), recognise.ShapeOf(2, 3, 3, 3),
		recognise.ShapeOf(3, 2, 2, 4), recognise.ShapeOf(3, 2, 3, 3), recognise.ShapeOf(5, 3, 3):
		return w.Seps == 1 && !w.Decimal
	}
	return false
}

// prefix returns where the span of the number whose first digit is Reads[k]
// starts, with its country code and its marks.
func prefix(p *recognise.Page, r recognise.Run, k int) int {
	start := p.Reads[k].At
	for _, code := range []string{"0086", "86", "0"} {
		n := len(code)
		if k-n < r.Lo || p.Digits(r, k-n, n) != code {
			continue
		}
		if code == "0" && p.Reads[k].Gap > 0 {
			continue
		}
		for i := k - n + 1; i < k; i++ {
			if p.Reads[i].Gap > 0 {
				n = 0
			}
		}
		if n == 0 || k-n > r.Lo && p.Reads[k-n].Gap == 0 && p.Reads[k-n-1].Kind == p.Reads[k-n].Kind {
			continue
		}
		start = p.Reads[k-n].At
		break
	}
	if start == p.Reads[k].At {
		return start
	}
	for range 2 { // +86 (86) (+86) ＋86 +(86)
		if r := p.Rune(start - 1); r == '+' || r == '(' && closes(p, start) {
			start--
		}
	}
	return start
}

// closes reports whether a bracket closes right after the country code.
func closes(p *recognise.Page, at int) bool {
	for i := at; i < at+7; i++ {
		if p.Rune(i) == ')' {
			return true
		}
		if p.Rune(i) != '+' && !p.Is(i, fold.Digit|fold.Numeral|fold.Separator) {
			return false
		}
	}
	return false
}

// money reports whether a unit of money or of data follows, or a currency sign precedes.
func money(p *recognise.Page, start, end int) bool {
	switch p.Rune(start - 1) {
	case '¥', '￥', '$', '€':
		return true
	}
	if p.Rune(end) == ' ' && p.Rune(end+1) == '元' {
		end++
	}
	switch p.Rune(end) {
	case '元', '块', '万', '亿', '%', '¥':
		return true
	}
	return false
}
