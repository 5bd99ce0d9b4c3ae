package address

import (
	"slices"
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise/internal/latin"
	"qingting/privacy/rule"
)

// Street words. The weak ones are everyday words too and need a capital.
const (
	strongStreets = "street st road rd avenue ave av boulevard blvd lane ln terrace ter parkway pkwy highway hwy crescent cres mews freeway expressway turnpike"
	weakStreets   = "drive dr court ct place pl square sq way circle cir trail trl close gardens grove row walk hill quay wharf loop alley plaza pike view rise green park parade path run ridge crossing point cove heights"
	unitWords     = "apt apartment suite ste unit flat floor fl room rm bldg building no"
	directions    = "n s e w ne nw se sw north south east west"
	// notStreet between the number and the street word make it running text.
	notStreet = "hours hour minutes minute mins min days day weeks week months month years year miles mile times time people percent of on in the to for and a an my your is was i it that this at from with " +
		"dollars bucks gb mb mbps st nd rd th am pm more calls different way star stars off per by or no not out left right down up"
	states = "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc ap ae aa " +
		"alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan " +
		"minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon pennsylvania tennessee texas utah vermont virginia washington wisconsin wyoming nsw vic qld wa sa tas on qc bc ab"
	countries    = "usa us uk england scotland wales ireland canada australia china netherlands germany france spain austria denmark sweden norway finland poland"
	livingPhrase = "live at|lives at|living at|reside at|address is|address|moved to|located at|ship to|deliver to|home at"
)

// englishTables are the lists above, ready to look up. Read-only.
type englishTables struct {
	strong, weak, unit, direction, not, state, country *latin.Set
	head, ending, particle, namedUnit                  *latin.Set // streets abroad
	endings                                            []string
	living                                             []string
}

func newEnglishTables() *englishTables {
	return &englishTables{
		latin.NewSet(strongStreets), latin.NewSet(weakStreets), latin.NewSet(unitWords), latin.NewSet(directions),
		latin.NewSet(notStreet), latin.NewSet(states), latin.NewSet(countries + " " + moreCountries),
		latin.NewSet(streetHeads), latin.NewSet(streetEndings), latin.NewSet(particles), latin.NewSet(unitsNamed),
		strings.Fields(streetEndings), strings.Split(livingPhrase, "|"),
	}
}

// highestInEnglish keeps the rules under the learnt addresses where a text has
// no Han characters: they find what those miss.
const highestInEnglish = 0.79

// english finds street addresses and PO boxes.
func (e *englishTables) english(t *fold.Text, explain bool, emit func(rule.Candidate)) {
	if t.Seen&fold.Digit == 0 {
		return
	}
	ws := latin.Words(t)
	for i := 0; i < len(ws); i++ {
		first, end := i, 0
		c := rule.Candidate{Type: rule.Address}
		switch {
		case ws[i].Kind == latin.Digits:
			if end = e.street(ws, i, &c); end == 0 || c.Rejected != "" {
				if n := e.abroad(ws, i, &c); n > 0 {
					end, c.Rejected = n, ""
				}
			}
		case ws[i].Lower == "po" || ws[i].Lower == "p" || ws[i].Lower == "psc":
			end = e.box(ws, i, &c)
		case ws[i].Lower == "apo" || ws[i].Lower == "fpo" || ws[i].Lower == "dpo":
			first, end = e.military(ws, i, &c)
		case ws[i].Kind == latin.Letters && (ws[i].Capital() || e.head.Has(ws[i].Lower)):
			if e.namedUnit.Has(ws[i].Lower) {
				end = e.unitFirst(ws, i, &c)
			} else {
				end = e.abroad(ws, i, &c)
			}
		}
		if end == 0 {
			continue
		}
		c.Start, c.End = ws[first].Start, ws[end-1].End
		c.Canonical = Canonical(t, c.Start, c.End)
		if t.Seen&fold.Han == 0 { // what was learnt knows better where it ends
			c.Confidence = min(c.Confidence, highestInEnglish)
		}
		if c.Rejected == "" || explain {
			emit(c)
		}
		if c.Rejected == "" {
			i = end - 1
		}
	}
}

// street reads "12 North Main St, Apt 4, Springfield, IL 62704" at word i.
// It returns the index past the last word, or 0.
func (e *englishTables) street(ws []latin.Word, i int, c *rule.Candidate) int {
	if len(ws[i].Text) > 6 || i > 0 && !ws[i].Gap && ws[i-1].Kind != latin.Mark {
		return 0
	}
	j := i + 1
	if j < len(ws) && !ws[j].Gap && len(ws[j].Text) == 1 && ws[j].Kind == latin.Letters {
		j++ // 12B
	}
	if j < len(ws) && ws[j].Kind == latin.Digits && ws[j].Gap && j+1 < len(ws) && ws[j+1].Gap {
		j++ // two numbers, as careless exports write them
	}
	capitals, words, at := 0, 0, -1
	for k := j; k < len(ws) && k < j+6; k++ {
		w := &ws[k]
		if w.Text == "." && k > j && !w.Gap && (e.direction.Has(ws[k-1].Lower) || ws[k-1].Lower == "st") {
			continue
		}
		if w.Kind == latin.Digits && k+1 < len(ws) && !ws[k+1].Gap && slices.Contains([]string{"st", "nd", "rd", "th"}, ws[k+1].Lower) {
			capitals, words = capitals+1, words+1
			k++
			continue
		}
		if w.Kind != latin.Letters || !w.Gap || w.Line && k > j {
			break
		}
		if words > 0 && (e.strong.Has(w.Lower) || e.weak.Has(w.Lower) && w.Capital()) {
			at = k // the last street word counts: Park Street
			if !(k+1 < len(ws) && ws[k+1].Gap && !ws[k+1].Line && (e.strong.Has(ws[k+1].Lower) || e.weak.Has(ws[k+1].Lower) && ws[k+1].Capital())) {
				break
			}
			continue
		}
		if e.not.Has(w.Lower) && !w.Capital() {
			return 0
		}
		if w.Capital() || e.direction.Has(w.Lower) {
			capitals++
		}
		words++
	}
	if at < 0 {
		return 0
	}
	end, parts := e.tail(ws, at+1)
	c.Rule, c.Evidence = ruleEnglish, []string{"number, name and street word"}
	c.Confidence = 0.45
	if capitals == words {
		c.Confidence = 0.75
	}
	if parts > 0 {
		c.Confidence += 0.1
		c.Evidence = append(c.Evidence, "unit, city, state or postcode behind")
	}
	if e.cued(ws, i) {
		c.Confidence += 0.15
		c.Evidence = append(c.Evidence, "address cue before")
	}
	c.Confidence = min(c.Confidence, 0.95)
	if c.Confidence < 0.5 {
		c.Rejected = "words in lower case and nothing else of an address"
	}
	return end
}

// cued says that the words before word i announce an address.
func (e *englishTables) cued(ws []latin.Word, i int) bool {
	var before []string
	for k := i - 1; k >= 0 && len(before) < 3; k-- {
		if ws[k].Kind == latin.Letters {
			before = append(before, ws[k].Lower)
		}
	}
	slices.Reverse(before)
	joined := " " + strings.Join(before, " ")
	for _, p := range e.living {
		if strings.HasSuffix(joined, " "+p) {
			return true
		}
	}
	return false
}

// tail reads what may follow the street at word i: unit, city, state,
// postcode, country. It returns the index past the last and how many there were.
func (e *englishTables) tail(ws []latin.Word, i int) (end, parts int) {
	end = i
	if i < len(ws) && ws[i].Text == "." && !ws[i].Gap {
		i++
		end = i
	}
	for {
		k := i
		if k < len(ws) && ws[k].Text == "," {
			k++
		}
		if k >= len(ws) {
			return end, parts
		}
		n := e.unitAt(ws, k)
		if n == 0 {
			n = e.cityAt(ws, k)
		}
		if n == 0 {
			n = postcodeAt(ws, k)
		}
		if n == 0 {
			return end, parts
		}
		i, end, parts = k+n, k+n, parts+1
		if parts == 5 {
			return end, parts
		}
	}
}

// unitAt reads "Apt. 4B" and "#12" and returns how many words it takes.
func (e *englishTables) unitAt(ws []latin.Word, k int) int {
	j := k
	if ws[j].Text == "#" {
		j++
	} else if e.unit.Has(ws[j].Lower) {
		j++
		if j < len(ws) && (ws[j].Text == "." || ws[j].Text == "#") {
			j++
		}
	} else {
		return 0
	}
	from := j
	for j < len(ws) && j-from < 3 && (ws[j].Kind == latin.Digits || ws[j].Kind == latin.Letters && len(ws[j].Text) == 1) && (j == from || !ws[j].Gap) {
		j++
	}
	if j == from {
		return 0
	}
	return j - k
}

// cityAt reads "Springfield, IL 62704", "London SW1A 1AA" and "Toronto, Canada".
func (e *englishTables) cityAt(ws []latin.Word, k int) int {
	j := k
	for j < len(ws) && j-k < 3 && ws[j].Kind == latin.Letters && ws[j].Capital() && !(j > k && e.state.Has(ws[j].Lower)) && postcodeAt(ws, j) == 0 {
		j++
	}
	if j == k && !e.state.Has(ws[k].Lower) && !e.country.Has(ws[k].Lower) {
		return 0
	}
	city := j
	comma := j
	for comma < len(ws) && comma-j < 1 && ws[comma].Text == "," {
		comma++
	}
	if comma < len(ws) && (e.state.Has(ws[comma].Lower) && (ws[comma].Upper() || len(ws[comma].Text) > 2) || e.country.Has(ws[comma].Lower) && ws[comma].Capital()) {
		j = comma + 1
		return j - k + postcodeAt(ws, j)
	}
	if n := postcodeAt(ws, comma); n > 0 {
		return comma + n - k
	}
	if city-k >= 1 && k > 0 && ws[k-1].Text == "," && city < len(ws) && (ws[city].Text == "." || ws[city].Text == ",") {
		return city - k
	}
	if city-k >= 1 && city == len(ws) {
		return city - k
	}
	return 0
}

// postcodeAt reads a ZIP, ZIP+4 or a UK postcode.
func postcodeAt(ws []latin.Word, k int) int {
	if k >= len(ws) {
		return 0
	}
	if ws[k].Kind == latin.Digits && len(ws[k].Text) == 5 {
		if k+2 < len(ws) && ws[k+1].Text == "-" && ws[k+2].Kind == latin.Digits && len(ws[k+2].Text) == 4 {
			return 3
		}
		return 1
	}
	// A UK outward code (SW1A) and inward code (1AA) are split at letters and digits.
	var shape strings.Builder
	for n := 0; n < 6 && k+n < len(ws) && (n == 0 || !ws[k+n].Line); n++ {
		w := &ws[k+n]
		switch w.Kind {
		case latin.Digits:
			shape.WriteString(strings.Repeat("9", len(w.Text)))
		case latin.Letters:
			if !w.Upper() && !(len(w.Text) == 1 && w.Capital()) {
				return 0
			}
			shape.WriteString(strings.Repeat("A", len(w.Text)))
		default:
			return 0
		}
		switch shape.String() {
		case "A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA":
			return n + 1
		}
	}
	return 0
}

// box reads "PO Box 123" and "PSC 12, Box 3456".
func (e *englishTables) box(ws []latin.Word, i int, c *rule.Candidate) int {
	j := i + 1
	skip := func(texts ...string) bool {
		if j < len(ws) && slices.Contains(texts, ws[j].Lower) {
			j++
			return true
		}
		return false
	}
	switch ws[i].Lower {
	case "p":
		if !skip(".") {
			return 0
		}
		if !skip("o") {
			return 0
		}
		skip(".")
	case "psc":
		if j >= len(ws) || ws[j].Kind != latin.Digits {
			return 0
		}
		j++
		skip(",")
	}
	if !skip("box") || j >= len(ws) || ws[j].Kind != latin.Digits {
		return 0
	}
	end, _ := e.tail(ws, j+1)
	c.Rule, c.Confidence, c.Evidence = rulePOBox, 0.9, []string{"post office box and number"}
	return end
}
