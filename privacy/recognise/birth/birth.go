// Package birth recognises dates of birth: a date, Gregorian or lunar, in
// digits or numerals, with a word for birth beside it.
package birth

import (
	"strconv"
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/recognise/check"
	"qingting/privacy/rule"
)

// Rules returns the rules of the family.
func Rules() []recognise.Rule { return []recognise.Rule{after, before, beside, told} }

var after = recognise.Rule{
	ID: "dob.after_label", Type: rule.DOB,
	About: "a date right after a word for birth",
	Need:  recognise.Need{Cues: recognise.Birth},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		p.EachHit(recognise.Birth, func(h recognise.Hit) {
			at := p.SkipGlue(h.End)
			for range 3 { // on, in, at
				if p.Is(at, fold.Letter) && p.Is(at+1, fold.Letter) && p.Rune(at+2) == ' ' && !p.Is(at+3, fold.Placeholder) {
					at += 3
				}
			}
			d, ok := dateAt(p, at)
			if !ok {
				d, ok = monthDay(p, at)
			}
			if !ok && p.Rune(h.End-1) == '份' {
				d, ok = bareYear(p, at)
			}
			if ok {
				emit(rule.Candidate{Start: d.start, End: d.end, Canonical: d.canonical, Confidence: 0.93, Evidence: []string{"word for birth before"}})
			}
		})
	},
	True: []string{
		"出生日期：«1990-01-23»", "生日«1990年1月23日»", "生于«一九八五年三月二号»", "出生«19900123»", "生日是«八五年三月初二»", "农历生日«腊月廿三»", "爸的生日«1958年农历腊月初八»，对不上", "生日：«03-12»", "出生年份«1976»", "出生于«民国三十八年五月»", "生日：«3月5日»", "DOB: «1990/01/23»",
		"born on «12 May 1988»", "出生年月«1990年1月»", "生日«９０．０１．２３»", "出生于«85年»", "date of birth «May 12, 1988»", "生日是«农历八月十五»", "生日是«一九八五零三一二»", "出生日期«一九九零一二零五»", "生日«1958年农历腊月初八»",
	},
	False: []string{"生日快乐", "生日送流量100M", "出生证办理", "2023年1月5日办理", "生日优惠5折", "出生2人", "先生于4月9日来电", "生日3-5折", "出生年份不详", "生于80年代"},
}

var before = recognise.Rule{
	ID: "dob.before_label", Type: rule.DOB,
	About: "a date right before 出生 生 生人 生日",
	Need:  recognise.Need{Cues: recognise.Birth | recognise.BirthDate},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		p.EachHit(recognise.Birth|recognise.BirthDate, func(h recognise.Hit) {
			end := h.Start
			annual := p.Rune(end) == '年' // 1990|年生
			if annual {
				end++
				h.Start++
			}
			for end > 0 && h.Start-end < 3 && strings.ContainsRune(" 的是,我过", p.Rune(end-1)) {
				end--
			}
			bare := h.End-h.Start == 1 || annual // 生 alone begins many words: 生产 生效 生活
			if bare && (end != h.Start || p.Is(h.End, fold.Han) && !strings.ContainsRune("的人,，在属今现，", p.Rune(h.End))) {
				return
			}
			for start := max(0, end-18); start < end-2; start++ {
				d, ok := dateAt(p, start)
				if !ok || d.end != end {
					continue
				}
				if bare && d.parts < 2 && !d.year || d.parts == 1 && p.Rune(h.End) != 0 && strings.ContainsRune("率人缺", p.Rune(h.End)) && p.Rune(h.End-1) == '生' && !bare { // 2023年出生率
					continue
				}
				emit(rule.Candidate{Start: d.start, End: d.end, Canonical: d.canonical, Confidence: 0.9, Evidence: []string{"word for birth after"}})
				return
			}
		})
	},
	True:  []string{"我是«1990年1月23日»出生的", "«八五年三月二号»生人", "«1985-03-02»生", "«1990年»出生", "我«85年3月»生的", "«农历八月十五»是我生日", "他«1990年»生的", "我是«72年»生，走不动"},
	False: []string{"2023年1月5日生效", "5月1日生产", "2023年生活费", "3日生成账单", "2023年出生率"},
}

var beside = recognise.Rule{
	ID: "dob.beside_papers", Type: rule.DOB,
	About: "a whole date of 1920 to 2018 that stands alone in its clause, where an identity card, a passport, a birth or a guardian is named nearby",
	Need:  recognise.Need{Classes: fold.Digit},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		for i := 0; i < len(p.Units); i++ {
			if p.Units[i].Class&fold.Digit == 0 || p.Is(i-1, fold.Digit|fold.Letter|fold.Numeral) || p.Rune(i-1) == '-' || p.Rune(i-1) == '.' || p.Rune(i-1) == '/' {
				continue
			}
			d, ok := dateAt(p, i)
			if !ok || d.start != i || d.parts != 3 || len(d.canonical) < 10 || d.canonical[:4] < "1920" || d.canonical[:4] > "2018" || !alone(p, d) {
				continue
			}
			const papers = recognise.ID | recognise.Passport | recognise.Birth
			near := (p.Before(d.start, 40) | p.After(d.end, 30)) & papers
			if near == 0 && !strings.Contains(p.Folded(d.start-16, d.end+12), "监护人") {
				continue
			}
			emit(rule.Candidate{Start: d.start, End: d.end, Canonical: d.canonical, Confidence: 0.65, Evidence: []string{"papers, a birth or a guardian nearby"}})
			i = d.end - 1
		}
	},
	True:  []string{"身份证号110105194912310021，«1949-12-31»，请登记", "姓名张三，护照E12345678，«1986-01-20»，", "开卡：张三，«2011-09-03»，监护人到场", "张三（«2009.4.18»）、李四（2015/12/02出生）", "身份证上是«1959.1.16»，对不上"},
	False: []string{"身份证2010-05-01到期", "身份证有效期2005.01.02-2025.01.02", "1986-01-20，请登记", "护照签发日期2015年3月2日", "身份证2015年3月2日办的", "身份证，2023年1月5日，补办"},
}

// alone reports that a date is a clause of its own, and no term of validity.
func alone(p *recognise.Page, d date) bool {
	left, right := p.Rune(d.start-1), p.Rune(d.end)
	for _, w := range [...]string{"有效期", "签发", "到期", "期限", "日期"} {
		if strings.Contains(p.Folded(d.start-8, d.start), w) {
			return false
		}
	}
	return (left == 0 || strings.ContainsRune(",(;:、 \n是", left)) && (right == 0 || strings.ContainsRune(",);。、 \n的", right))
}

type date struct {
	start, end int
	canonical  string
	parts      int
	year       bool
}

// dateAt reads a date that begins at unit start, with at least a year, or a
// month and a day.
func dateAt(p *recognise.Page, start int) (date, bool) {
	if start > 0 && p.Is(start, fold.Digit) && p.Is(start-1, fold.Digit) {
		return date{}, false
	}
	if p.Is(start, fold.Numeral) && p.Is(start-1, fold.Numeral) {
		return date{}, false
	}
	at := start
	if !opens(p, start) {
		return date{}, false
	}
	if p.Rune(at+1) == '历' {
		for _, w := range []string{"农历", "阴历", "旧历", "阳历", "公历", "新历"} {
			if p.Folded(at, at+2) == w {
				at += 2
			}
		}
	}
	if d, ok := packed(p, start, at); ok {
		return d, true
	}
	if d, ok := english(p, start, at); ok {
		return d, true
	}
	var y, m, d value
	v, next := read(p, at, true)
	if p.Rune(at) == '民' && p.Rune(at+1) == '国' { // 民国三十八年: 1949
		if v, next = read(p, at+2, false); v.n < 1 || v.n > 99 || p.Rune(next) != '年' {
			return date{}, false
		}
		v = value{1911 + v.n, 4, false, v.ok}
	}
	switch sep := p.Rune(next); {
	case !v.ok:
		return date{}, false
	case sep == '年':
		if y = v; !y.year() {
			return date{}, false
		}
		at = next + 1
		if r := p.Rune(at); (r == '农' || r == '阴') && p.Rune(at+1) == '历' {
			at += 2
		}
		if m, next = read(p, at, false); !m.ok || p.Rune(next) != '月' || m.n < 1 || m.n > 12 {
			return date{start, at, canonical(y), 1, true}, p.Rune(at) != '代'
		}
		at = next + 1
	case sep == '月':
		if m = v; m.n < 1 || m.n > 12 {
			return date{}, false
		}
		at = next + 1
	case (sep == '-' || sep == '/' || sep == '.') && v.digits:
		if y = v; !y.year() {
			return date{}, false
		}
		m, next = read(p, next+1, false)
		if !m.ok || m.n < 1 || m.n > 12 {
			return date{}, false
		}
		at = next
		if p.Rune(next) == sep {
			if d, next = read(p, next+1, false); d.ok && d.n >= 1 && d.n <= 31 {
				return date{start, next, canonical(y, m, d), 3, true}, !p.Is(next, fold.Digit)
			}
		}
		return date{start, at, canonical(y, m), 2, true}, y.n > 1000 && !p.Is(at, fold.Digit)
	default:
		return date{}, false
	}
	parts := 1
	if y.ok {
		parts = 2
	}
	d, next = read(p, at, false)
	if d.ok && d.n >= 1 && d.n <= 31 {
		if r := p.Rune(next); r == '日' || r == '号' {
			next++
		} else if d.digits && !y.ok {
			return date{}, false
		}
		return date{start, next, canonical(y, m, d), parts + 1, y.ok}, true
	}
	return date{start, at, canonical(y, m), parts, y.ok}, y.ok
}

// opens reports whether a date may begin at unit i.
func opens(p *recognise.Page, i int) bool {
	return p.Is(i, fold.Digit|fold.Numeral|fold.Letter) || strings.ContainsRune("正腊冬初十廿卅农阴旧阳公新民", p.Rune(i)) && p.Rune(i) != 0
}

// value is one number of a date.
type value struct {
	n      int
	size   int
	digits bool // in digits, not numerals
	ok     bool
}

// year reports a number that may be a year of birth: 1990, 90, 八五.
func (v value) year() bool {
	return v.size == 4 && v.n >= 1900 && v.n <= 2079 || v.size == 2 && v.n >= 0
}

// read reads a number at unit i: digits, numerals one a digit, or numerals
// with tens (二十三, 廿三, 初二, 正月, 腊月).
func read(p *recognise.Page, i int, year bool) (v value, next int) {
	switch p.Rune(i) {
	case '正':
		return value{1, 1, false, true}, i + 1
	case '腊':
		return value{12, 1, false, true}, i + 1
	case '冬':
		return value{11, 1, false, true}, i + 1
	case '初':
		i++
	}
	start := i
	if p.Is(i, fold.Digit) {
		for ; p.Is(i, fold.Digit) && i-start < 5; i++ {
			v.n = v.n*10 + int(p.Units[i].Value)
		}
		v.size, v.digits = i-start, true
		v.ok = v.size <= 4 && (year || v.size <= 2)
		return v, i
	}
	if year {
		for ; p.Is(i, fold.Numeral) && i-start < 5; i++ {
			v.n = v.n*10 + int(p.Units[i].Value)
		}
		if v.size = i - start; v.size == 2 || v.size == 4 || v.size == 1 && p.Rune(i) == '月' {
			v.ok = true
			return v, i
		}
		i, v = start, value{}
	}
	tens := 0
	for ; i-start < 4; i++ {
		switch r := p.Rune(i); {
		case r == '十':
			tens, v.n, v.ok = max(1, v.n), 0, true
		case r == '廿':
			tens, v.ok = 2, true
		case r == '卅':
			tens, v.ok = 3, true
		case p.Is(i, fold.Numeral) && (i == start || tens > 0) && v.n == 0:
			v.n, v.ok = int(p.Units[i].Value), true
		default:
			v.n += tens * 10
			v.size = i - start
			return v, i
		}
	}
	v.n += tens * 10
	v.size = i - start
	return v, i
}

func canonical(parts ...value) string {
	var out []string
	for i, v := range parts {
		switch {
		case !v.ok:
			out = append(out, "-")
		case i == 0 && v.size == 2 && v.n >= 30:
			out = append(out, strconv.Itoa(1900+v.n))
		case i == 0 && v.size == 2:
			out = append(out, strconv.Itoa(2000+v.n))
		case v.n < 10:
			out = append(out, "0"+strconv.Itoa(v.n))
		default:
			out = append(out, strconv.Itoa(v.n))
		}
	}
	return strings.Join(out, "-")
}

// packed reads yyyymmdd, in numerals too.
func packed(p *recognise.Page, start, at int) (date, bool) {
	end := at
	var b [9]byte
	for p.Is(end, fold.Digit|fold.Numeral) && end-at < len(b) {
		b[end-at] = '0' + byte(p.Units[end].Value)
		end++
	}
	if s := string(b[:end-at]); end-at == 8 && check.DateDigits(s) {
		return date{start, end, s[:4] + "-" + s[4:6] + "-" + s[6:], 3, true}, true
	}
	return date{}, false
}
