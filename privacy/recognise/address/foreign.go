package address

import (
	"slices"
	"strings"

	"qingting/privacy/recognise/internal/latin"
	"qingting/privacy/rule"
)

// Streets of the continent: words that end in one of the endings, or begin
// with one of the heads, before a house number.
const (
	streetEndings = "vej vejen gade gata gatan gaten veien vägen vagen gränd straat laan weg strasse straße platz allee gasse katu kuja polku raitti utca tér ulice rinne terrasse kaari brekka vegur stræti"
	streetHeads   = "via viale piazza corso vicolo rua avenida travessa calle carrer paseo rue quai impasse ul ulica aleja osiedle strada bulevardul"
	particles     = "de da do di du del della dei des la le las los el den der van von und och og i ul al os dos das św"
	moreCountries = "norway sweden denmark finland iceland netherlands belgium germany austria switzerland france spain portugal italy greece cyprus poland czechia hungary slovakia slovenia croatia serbia romania bulgaria russia " +
		"ukraine estonia latvia lithuania turkey israel egypt tunisia morocco kenya nigeria ghana brazil argentina chile uruguay peru mexico colombia ecuador venezuela japan korea taiwan thailand vietnam singapore malaysia " +
		"indonesia philippines india pakistan greenland luxembourg ireland"
	unitsNamed = "apt apartment suite ste unit flat"
)

// abroad reads, at word i, "91215 Harjukuja 54\nSuite 318\nSeinäjoki\nFinland 38524",
// "Via Roma 131" and "Vesterskovvej 79". It returns the index past the last word, or 0.
func (e *englishTables) abroad(ws []latin.Word, i int, c *rule.Candidate) int {
	j := i
	for j < len(ws) && j-i < 2 && ws[j].Kind == latin.Digits && len(ws[j].Text) <= 6 && (j == i || ws[j].Gap) {
		j++
	}
	numbered, street, capitals, words := j > i, false, 0, 0
	for ; j < len(ws) && words < 5 && ws[j].Kind == latin.Letters && (j == i || ws[j].Gap) && !(ws[j].Line && words > 0); j++ {
		w := &ws[j]
		head := e.head.Has(w.Lower) && j+1 < len(ws) && (w.Capital() || w.Lower == "ul" || w.Lower == "rua" || w.Lower == "calle") // but not: via WiFi 5
		switch {
		case e.namedUnit.Has(w.Lower) && words > 0:
		case head || slices.ContainsFunc(e.endings, func(s string) bool { return strings.HasSuffix(w.Lower, s) && len(w.Text) > len(s)+2 }) && w.Capital():
			street = true
			capitals++
		case w.Capital():
			capitals++
		case e.particle.Has(w.Lower) || e.ending.Has(w.Lower) && words > 0:
			street = street || e.ending.Has(w.Lower)
		default:
			return 0
		}
		if e.namedUnit.Has(w.Lower) && words > 0 {
			break
		}
		words++
		if head && j+1 < len(ws) && ws[j+1].Text == "." && !ws[j+1].Gap {
			j++
		}
	}
	if capitals == 0 {
		return 0
	}
	house := j < len(ws) && ws[j].Kind == latin.Digits && ws[j].Gap && !ws[j].Line && len(ws[j].Text) <= 4
	if house {
		j++
		if j < len(ws) && ws[j].Text == "." && !ws[j].Gap && j+1 < len(ws) && (e.namedUnit.Has(ws[j+1].Lower) || ws[j+1].Line) {
			j++
		}
	}
	unit := 0
	k := j
	if k < len(ws) && ws[k].Text == "," {
		k++
	}
	if k < len(ws) && e.namedUnit.Has(ws[k].Lower) {
		unit = e.unitAt(ws, k)
	}
	switch {
	case unit > 0 && numbered, street && house, street && numbered && unit > 0:
	default:
		return 0
	}
	if unit > 0 {
		j = k + unit
		for again := true; again; { // Suite 620 Apt. 581
			again = false
			if j < len(ws) && e.namedUnit.Has(ws[j].Lower) {
				if n := e.unitAt(ws, j); n > 0 {
					j, again = j+n, true
				}
			}
		}
	}
	end := e.cityLines(ws, j)
	c.Rule, c.Confidence, c.Evidence = ruleAbroad, 0.7, []string{"street and number as they are written abroad"}
	if unit > 0 || end > j {
		c.Confidence = 0.83
		c.Evidence = append(c.Evidence, "unit, city, country or postcode behind")
	}
	return end
}

// cityLines reads city, region, country and postcode from word i on, over
// lines; it stays at i unless a postcode or a country ends them.
func (e *englishTables) cityLines(ws []latin.Word, i int) int {
	end, capitals := i, 0
	for k := i; k < len(ws) && k-i < 12; k++ {
		w := &ws[k]
		switch {
		case w.Text == ",":
		case (w.Text == "(" || w.Text == ")" || w.Text == ">") && capitals+k-i > 0, w.Text == ">" && w.Line:
		case w.Kind == latin.Letters && w.Capital():
			capitals++
			if e.country.Has(w.Lower) {
				end = k + 1
			}
		case w.Kind == latin.Digits && w.Gap && len(w.Text) >= 3 && len(w.Text) <= 6 && (capitals > 0 || ws[k].Line):
			return k + 1
		default:
			return end
		}
	}
	return end
}

// military reads "PSC 12, Box 3456\nAPO AE 09012" and "USS Lorenzen\nFPO AE 25990"
// around the post office at word at, and returns its first and last word.
func (e *englishTables) military(ws []latin.Word, at int, c *rule.Candidate) (first, end int) {
	if at+2 >= len(ws) || !slices.Contains([]string{"aa", "ae", "ap"}, ws[at+1].Lower) || ws[at+2].Kind != latin.Digits || len(ws[at+2].Text) != 5 {
		return 0, 0
	}
	first = at
	for k := at - 1; k >= 0 && at-k < 8; k-- {
		if slices.Contains([]string{"psc", "unit", "cmr", "uss", "usns", "usnv", "uscgc", "usnm"}, ws[k].Lower) {
			first = k
			break
		}
	}
	c.Rule, c.Confidence, c.Evidence = rulePOBox, 0.95, []string{"military post office, state and ZIP"}
	return first, at + 3
}

// unitFirst reads "Flat 3, 28 Camden Road, London" and "Apt 9C, 350 West 50th Street".
func (e *englishTables) unitFirst(ws []latin.Word, i int, c *rule.Candidate) int {
	n := e.unitAt(ws, i)
	if n == 0 {
		return 0
	}
	k := i + n
	if k < len(ws) && ws[k].Text == "," {
		k++
	}
	if k >= len(ws) || ws[k].Kind != latin.Digits {
		return 0
	}
	end := e.street(ws, k, c)
	if end > 0 && c.Rejected != "" {
		c.Rejected, c.Confidence = "", 0.6
	}
	return end
}
