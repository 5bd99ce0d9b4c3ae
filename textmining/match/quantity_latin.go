package match

// numberWords are the English words for numbers, and how many they say.
var numberWords = map[string]float64{
	"a": 1, "an": 1, "another": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
	"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "half": 0.5, "several": vague, "few": vague, "couple": 2,
	"many": 5, "multiple": vague, "numerous": 5, "countless": 99, "umpteen": 9, "dozen": 12, "dozens": 24, "hundred": 100, "hundreds": 100, "various": vague,
}

// unitWords are the English units: minutes, or 0 for occasions.
var unitWords = map[string]float64{
	"minute": 1, "minutes": 1, "min": 1, "mins": 1, "hour": 60, "hours": 60, "hr": 60, "hrs": 60, "day": 1440, "days": 1440, "night": 720, "nights": 1440,
	"week": 10080, "weeks": 10080, "wk": 10080, "wks": 10080, "fortnight": 20160, "month": 43200, "months": 43200, "mth": 43200, "mths": 43200,
	"year": 525600, "years": 525600, "yr": 525600, "yrs": 525600, "times": 0, "x": 0,
}

// lightWords may stand between a number and its unit.
var lightWords = map[string]bool{
	"of": true, "more": true, "than": true, "plus": true, "full": true, "whole": true, "long": true, "different": true, "separate": true, "business": true,
	"working": true, "solid": true, "straight": true, "and": true, "half": true, "or": true, "to": true, "other": true, "consecutive": true,
}

// What makes a time a date, a term or a habit; and what makes "a month" a time
// that passed rather than "each month".
var (
	fixedBefore = map[string]bool{"every": true, "each": true, "next": true, "first": true, "within": true, "under": true, "per": true, "only": true, "just": true}
	fixedAfter  = map[string]bool{
		"ago": true, "old": true, "contract": true, "notice": true, "plan": true, "warranty": true, "trial": true, "free": true, "before": true, "early": true,
		"layover": true, "prior": true, "pass": true, "deal": true, "agreement": true, "term": true, "promotion": true, "promo": true, "special": true,
	}
	// lasting is what makes a unit without a number a length of time: for weeks.
	lasting = map[string]bool{"for": true, "took": true, "takes": true, "take": true, "taking": true, "taken": true, "waited": true, "waiting": true, "wait": true, "spent": true, "lasted": true, "wasted": true}
	passing = map[string]bool{
		"for": true, "over": true, "about": true, "almost": true, "nearly": true, "than": true, "been": true, "took": true, "takes": true, "taken": true, "waiting": true,
		"waited": true, "wait": true, "after": true, "quite": true, "spent": true, "spend": true, "hold": true, "waste": true, "wasted": true, "in": true,
	}
)

// word reads the letters at symbol k into buf; it returns them and their end.
func (r *symbols) word(k int, buf *[12]byte) ([]byte, int) {
	n := 0
	for ; letter(r.at(k)); k++ {
		if n < len(buf) {
			buf[n] = byte(r.at(k))
			n++
		}
	}
	return buf[:n], k
}

// before reads the word that ends before symbol k, a blank aside.
func (r *symbols) before(k int, buf *[12]byte) []byte {
	if r.at(k-1) == ' ' {
		k--
	}
	from := k
	for letter(r.at(from - 1)) {
		from--
	}
	w, _ := r.word(from, buf)
	return w
}

// spelt reads five, a couple of and twice at symbol k.
func (r *symbols) spelt(k int) (quantity, bool) {
	var buf [12]byte
	w, end := r.word(k, &buf)
	switch string(w) {
	case "twice", "thrice":
		return quantity{from: k, number: k, unit: end, value: 2}, true
	}
	v, ok := numberWords[string(w)]
	if !ok {
		return r.unnumbered(k, w, end)
	}
	q := quantity{from: k, number: end, value: v}
	article := string(w) == "a" || string(w) == "an"
	if next, to := r.word(end+1, &buf); article && r.at(end) == ' ' { // a few, a dozen
		if v, ok := numberWords[string(next)]; ok && string(next) != "half" {
			q.value, q.number, article = v, to, false
		}
	}
	q = r.latin(q)
	if article && q.unit == 0 {
		return quantity{}, false // no number, an article
	}
	if article && q.minutes >= 1440 && !passing[string(r.before(k, &buf))] {
		q.unit = 0 // sixty a month
	}
	return q, true
}

// unnumbered reads the unit w at symbol k, where it says how long something went
// on: for weeks, took months. Without such a word before it, it says nothing.
func (r *symbols) unnumbered(k int, w []byte, end int) (quantity, bool) {
	q := quantity{from: k, number: k, unit: end, value: vague, minutes: unitWords[string(w)]}
	if q.minutes < 60 || w[len(w)-1] != 's' {
		return quantity{}, false
	}
	var buf [12]byte
	if !lasting[string(r.before(k, &buf))] {
		return quantity{}, false
	}
	next, _ := r.word(end+1, &buf)
	q.fixed = fixedAfter[string(next)]
	return q, true
}

// latin reads the unit that follows a number, light words between them aside.
func (r *symbols) latin(q quantity) quantity {
	var buf [12]byte
	k := q.number
	linked := q.value == 0.5 // an article may follow: half an hour, 2 and a half hours
	for range 4 {
		for c := r.at(k); c == ' ' || c == '+' || c == '/'; c = r.at(k) {
			k++
		}
		if digit(r.at(k)) { // 2-3 hours
			further := r.digits(k)
			if q.value, k = max(q.value, further.value), further.number; r.at(k) == ' ' {
				k++
			}
		}
		w, end := r.word(k, &buf)
		if minutes, ok := unitWords[string(w)]; ok {
			q.unit, q.minutes = end, minutes
			break
		}
		article := linked && (string(w) == "a" || string(w) == "an")
		if !article && !lightWords[string(w)] {
			return q
		}
		linked = string(w) == "and"
		k = end
	}
	if q.unit == 0 {
		return q
	}
	k = q.unit
	if r.at(k) == ' ' {
		k++
	}
	next, _ := r.word(k, &buf)
	q.fixed = fixedAfter[string(next)]
	q.fixed = q.fixed || fixedBefore[string(r.before(q.from, &buf))]
	return q
}
