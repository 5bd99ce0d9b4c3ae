// Package place recognises positions on the globe.
package place

import (
	"strconv"
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

// Rules returns the rules of the family.
func Rules() []recognise.Rule { return []recognise.Rule{pair, sexagesimal} }

var pair = recognise.Rule{
	ID: "gps.pair", Type: rule.GPS,
	About: "two decimals of at least four places, one a latitude and one a longitude (ISO 6709)",
	Need:  recognise.Need{Classes: fold.Digit},
	Find:  findPair,
	True: []string{
		"坐标«30.274084,120.155070»", "定位：«39.9042，116.4074»", "经度«120.155070 纬度30.274084»", "«30.2741°N, 120.1551°E»", "lat: «30.274084, lng: 120.155070»", "«-33.8688, 151.2093»", "lat=«30.274084&lng=120.155070»", "«N30.274084 E120.155070»", "«东经120.1551° 北纬30.2741°»",
	},
	False: []string{"12.5,13.8", "3.1415926", "价格12.1234元", "99.1234,99.5678,300.12345", "192.168.1.1", "30.274084"},
}

type decimal struct {
	start, end int
	value      float64
}

func findPair(p *recognise.Page, emit func(rule.Candidate)) {
	var last decimal
	have := false
	p.EachSign(func(i int, sign rune) {
		if sign != '.' || !p.Is(i-1, fold.Digit) || !p.Is(i+1, fold.Digit) {
			return
		}
		d, ok := decimalAt(p, i)
		if !ok {
			return
		}
		if have && d.start > last.end && connected(p, last.end, d.start) && globe(last.value, d.value) {
			c := rule.Candidate{Start: last.start, End: d.end, Canonical: p.Folded(last.start, last.end) + "," + p.Folded(d.start, d.end), Confidence: 0.85, Evidence: []string{"two decimals of at least four places"}}
			c.Start = bearing(p, c.Start)
			for range 2 { // 30.27°N
				if r := p.Rune(c.End); r == '°' || r == '度' || strings.ContainsRune("NSEWnsew", r) && r != 0 && !p.Is(c.End+1, fold.Letter) {
					c.End++
				}
			}
			if p.Before(c.Start, 8)&recognise.Geo != 0 {
				c.Confidence = 0.95
			}
			emit(c)
			have = false
			return
		}
		last, have = d, true
	})
}

// bearing returns where the word for the hemisphere before unit start begins: N30.27, 北纬30.27.
func bearing(p *recognise.Page, start int) int {
	switch w := p.Folded(start-2, start); w {
	case "北纬", "南纬", "东经", "西经":
		return start - 2
	}
	if r := p.Rune(start - 1); r != 0 && strings.ContainsRune("NSEW", r) && !p.Alnum(start-2) {
		return start - 1
	}
	return start
}

// decimalAt reads the decimal whose point is unit i.
func decimalAt(p *recognise.Page, i int) (decimal, bool) {
	start, end := i, i+1
	for start > 0 && p.Is(start-1, fold.Digit) && i-start < 4 {
		start--
	}
	for p.Is(end, fold.Digit) {
		end++
	}
	if i-start > 3 || end-i-1 < 4 || end-i-1 > 16 || p.Rune(end) == '.' && p.Is(end+1, fold.Digit) || p.Rune(start-1) == '.' || p.Rune(end) == '元' {
		return decimal{}, false
	}
	v, err := strconv.ParseFloat(p.Folded(start, end), 64)
	if err != nil {
		return decimal{}, false
	}
	if p.Rune(start-1) == '-' && !p.Alnum(start-2) {
		start--
		v = -v
	}
	return decimal{start, end, v}, true
}

// globe reports whether one of the values is a latitude and the other a longitude.
func globe(a, b float64) bool {
	return abs(a) <= 90 && abs(b) <= 180 || abs(b) <= 90 && abs(a) <= 180
}

func abs(v float64) float64 { return max(v, -v) }

// connected reports whether only what stands between two coordinates does.
func connected(p *recognise.Page, from, to int) bool {
	if to-from > 14 {
		return false
	}
	for i := from; i < to; i++ {
		r := p.Rune(i)
		if !p.Is(i, fold.Separator) && !strings.ContainsRune(":;=°度NSEWnsewlatogiudLATOGIUD\"'经纬东西南北度,+和&", r) {
			return false
		}
	}
	return true
}

var sexagesimal = recognise.Rule{
	ID: "gps.dms", Type: rule.GPS,
	About: "degrees, minutes and seconds of a latitude and a longitude (ISO 6709 annex D)",
	Need:  recognise.Need{Classes: fold.Digit},
	Find:  findDMS,
	True: []string{
		"定位«N30°16′27″ E120°09′18″»在山里",
		"«39°54′20″N 116°23′29″E»", "位于«北纬30度16分26秒，东经120度9分18秒»", "«30°16'26\"N,120°9'18\"E»", "«东经120°9′18″»",
	},
	False: []string{"气温39度", "30度15块", "39°54′", "转了180°"},
}

func findDMS(p *recognise.Page, emit func(rule.Candidate)) {
	start, end, count, marked := 0, 0, 0, false
	flush := func() {
		if count >= 2 || count == 1 && marked {
			emit(rule.Candidate{Start: start, End: end, Canonical: p.Folded(start, end), Confidence: 0.92, Evidence: []string{"degrees, minutes and seconds"}})
		}
		count = 0
	}
	next := 0
	p.EachSign(func(i int, sign rune) {
		if sign != '°' && sign != '度' || i < next || !p.Is(i-1, fold.Digit) {
			return
		}
		from, to, m, ok := dms(p, i)
		if !ok {
			return
		}
		if count > 0 && from >= end && connected(p, end, from) {
			end, count, marked = to, count+1, marked || m
		} else {
			flush()
			start, end, count, marked = from, to, 1, m
		}
		next = to
	})
	flush()
}

// dms reads the angle whose sign of degrees is unit i. Marked is true when it
// says which half of the globe.
func dms(p *recognise.Page, i int) (from, to int, marked, ok bool) {
	from = i
	for from > 0 && p.Is(from-1, fold.Digit) && i-from < 4 {
		from--
	}
	to = i + 1
	minutes, ok := number(p, &to)
	if !ok || i-from > 3 || minutes > 59 || !strings.ContainsRune("′'分’", p.Rune(to)) {
		return 0, 0, false, false
	}
	to++
	mark := to
	if seconds, ok := number(p, &to); ok && seconds < 60 && strings.ContainsRune("″\"秒”'′", p.Rune(to)) {
		if to++; p.Rune(to) == '\'' || p.Rune(to) == '′' {
			to++
		}
	} else {
		to = mark
	}
	if r := p.Rune(to); r != 0 && strings.ContainsRune("NSEWnsew", r) && !p.Is(to+1, fold.Letter) {
		to, marked = to+1, true
	}
	if from >= 2 && (p.Rune(from-1) == '纬' || p.Rune(from-1) == '经') && strings.ContainsRune("东西南北", p.Rune(from-2)) {
		from, marked = from-2, true
	} else if !marked && from >= 1 && strings.ContainsRune("NSEW", p.Rune(from-1)) && !p.Is(from-2, fold.Letter) {
		from, marked = from-1, true
	}
	return from, to, marked, true
}

// number reads digits with an optional fraction at *at and moves past them.
func number(p *recognise.Page, at *int) (float64, bool) {
	start := *at
	for p.Is(*at, fold.Digit) || p.Rune(*at) == '.' && *at > start {
		(*at)++
	}
	v, err := strconv.ParseFloat(p.Folded(start, *at), 64)
	return v, err == nil
}
