package birth

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
)

// monthDay reads 03-12 as the month and day of a birthday, where nothing goes on behind it.
func monthDay(p *recognise.Page, at int) (date, bool) {
	m, next := read(p, at, false)
	sep := p.Rune(next)
	if !m.ok || !m.digits || m.n < 1 || m.n > 12 || sep != '-' && sep != '/' && sep != '.' {
		return date{}, false
	}
	d, end := read(p, next+1, false)
	if !d.ok || !d.digits || d.n < 1 || d.n > 31 || p.Alnum(end) || p.Is(end, fold.Han) || p.Rune(end) == sep || p.Rune(end) == '%' {
		return date{}, false
	}
	return date{at, end, canonical(value{}, m, d), 2, false}, true
}

// bareYear reads four digits as a year of birth.
func bareYear(p *recognise.Page, at int) (date, bool) {
	y, end := read(p, at, true)
	return date{at, end, canonical(y), 1, true}, y.ok && y.size == 4 && y.year() && !p.Alnum(end) && p.Rune(end) != '年'
}

var months = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// english reads 12 May 1988, May 12, 1988, 12th of May 1988, 5/12/1988.
func english(p *recognise.Page, start, at int) (date, bool) {
	var y, m, d value
	i := at
	for range 3 {
		switch {
		case p.Is(i, fold.Digit):
			v, next := read(p, i, true)
			if !v.ok {
				return date{}, false
			}
			switch {
			case v.size == 4 && v.year() && d.ok:
				y = v
			case v.size <= 2 && !d.ok && v.n >= 1 && v.n <= 31:
				d = v
			case v.size <= 2 && !m.ok && d.n <= 12 && v.n <= 31 && v.n >= 1: // 5/12/1988: either order
				m, d = d, v
			default:
				return date{}, false
			}
			i = next
			if s := p.Upper(i, i+2); s == "TH" || s == "ST" || s == "ND" || s == "RD" {
				i += 2
			}
		case p.Is(i, fold.Letter):
			end := i
			for p.Is(end, fold.Letter) {
				end++
			}
			word := strings.ToLower(p.Upper(i, end))
			for k, name := range months {
				if strings.HasPrefix(word, name) {
					m = value{k + 1, 2, false, true}
				}
			}
			if !m.ok {
				return date{}, false
			}
			i = end
		default:
			return date{}, false
		}
		if y.ok {
			return date{start, i, canonical(y, m, d), 3, true}, m.ok
		}
		for range 2 {
			if p.Is(i, fold.Separator) {
				i++
			}
		}
		if p.Upper(i, i+3) == "OF " {
			i += 3
		}
	}
	return date{}, false
}
