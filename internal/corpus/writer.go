package corpus

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// writer composes one text. It counts code points as it goes, so that each
// personal value has its exact place.
type writer struct {
	g      *generator
	d      *draft
	text   []rune
	spans  []Span
	themes []string
	block  *block
	noise  int // chance of a slip of the pen in a stretch of text, in percent
}

func (w *writer) english() bool { return w.d.person.english() }

// expand writes a template.
func (w *writer) expand(template string) {
	for template != "" {
		at := strings.IndexAny(template, "{[")
		if at < 0 {
			w.literal(template)
			return
		}
		if at > 0 {
			w.literal(template[:at])
		}
		end := at + matching(template[at:])
		inner := template[at+1 : end]
		if template[at] == '{' {
			w.slot(inner)
		} else {
			w.expand(pick(w.g.random, splitChoices(inner)))
		}
		template = template[end+1:]
	}
}

// matching is the index of the bracket that closes the one s starts with.
func matching(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	panic(fmt.Sprintf("corpus: unclosed bracket in %q", s))
}

// literal writes words of the grammar, with a slip of the pen now and then.
func (w *writer) literal(s string) {
	if w.noise > 0 && w.g.random.chance(w.noise) {
		slip := pick(w.g.random, slips)
		s = strings.Replace(s, slip[0], slip[1], 1)
	}
	for _, c := range s {
		switch c {
		case '‹': // stands for a bracket, which templates use themselves
			c = '['
		case '›':
			c = ']'
		}
		w.rune(c)
	}
}

// slips are what an input method gets wrong, and what haste leaves out.
var slips = [][2]string{
	{"账", "帐"},
	{"的", "得"},
	{"在", "再"},
	{"扣费", "口费"},
	{"客服", "可服"},
	{"套餐", "套参"},
	{"流量", "流亮"},
	{"宽带", "宽代"},
	{"什么", "神马"},
	{"没有", "木有"},
	{"怎么", "咋"},
	{"这样", "酱紫"},
	{"，", " "},
	{"，", ""},
	{"。", ""},
	{"了", "啦"},
	{"信号", "信好"},
	{"退", "腿"},
	{"你们", "泥萌"},
	{"不知道", "不造"},
	{" the ", " teh "},
	{"and ", "an "},
	{"service", "servise"},
}

const stops = "，。！？；,.!?"

// rune writes one character; a stop after a stop, or at the start, is dropped.
func (w *writer) rune(c rune) {
	if len(w.text) == 0 && (strings.ContainsRune(stops, c) || c == ' ') {
		return
	}
	if len(w.text) > 0 {
		last := &w.text[len(w.text)-1]
		switch {
		case c == ' ' && *last == ' ', strings.ContainsRune(stops, c) && w.justAfterColon():
			return
		case strings.ContainsRune(stops, c) && strings.ContainsRune(stops, *last) && c != *last:
			// The stronger of two stops stays; the place stays the same.
			if strings.ContainsRune("，,", *last) {
				*last = c
			}
			return
		case (c == '，' || c == '。' || c == '.' || c == ',') && c == *last:
			return
		}
	}
	w.text = append(w.text, c)
}

func (w *writer) justAfterColon() bool {
	text := strings.TrimRight(string(w.text[max(0, len(w.text)-2):]), " ")
	return strings.HasSuffix(text, ":") || strings.HasSuffix(text, "：")
}

// personal writes a value and marks it.
func (w *writer) personal(kind, value string) {
	start := len(w.text)
	w.text = append(w.text, []rune(value)...)
	w.spans = append(w.spans, Span{Start: start, End: len(w.text), Type: kind})
}

// clause writes one of the clauses and takes up its themes.
func (w *writer) clause(list []clause) {
	c := pick(w.g.random, list)
	for _, id := range c.themes {
		if !slices.Contains(w.themes, id) {
			w.themes = append(w.themes, id)
		}
	}
	w.sentence(c.template)
}

// sentence writes a template, with a capital in English where one starts.
func (w *writer) sentence(template string) {
	capital, at := w.english() && w.startsSentence(), len(w.text)
	w.expand(template)
	if capital && at < len(w.text) {
		w.text[at] = unicode.ToUpper(w.text[at])
	}
}

func (w *writer) startsSentence() bool {
	text := strings.TrimRight(string(w.text[max(0, len(w.text)-2):]), " ")
	return text == "" || strings.ContainsAny(text[len(text)-1:], ".!?")
}

// optional writes what may be there, closed by a stop in Chinese.
func (w *writer) optional(percent int, write func()) {
	if !w.g.random.chance(percent) {
		return
	}
	at := len(w.text)
	write()
	if len(w.text) > at && !w.english() {
		w.rune('。')
	}
}

// key picks the clause kind of the writer's language.
func (w *writer) key(kind byte) byte {
	if w.english() {
		return kind - ('a' - 'A')
	}
	return kind
}

// list is the slot of the writer's language.
func (w *writer) list(name string) string {
	if w.english() {
		name = "en" + name
	}
	return pick(w.g.random, w.g.grammar.slots[name])
}

// composite writes the slots that stand for whole clauses; it tells whether
// name is one.
func (w *writer) composite(name string) bool {
	clauses := w.block.clauses
	switch name {
	case "C":
		if special := w.d.special(w.g.grammar, w.key('c')); special != nil {
			w.clause(special)
		} else {
			w.clause(clauses[w.key('c')])
		}
	case "P":
		w.clause(clauses[w.key('p')])
	case "D", "W":
		kind, other := byte('d'), "more"
		if name == "W" {
			kind, other = 'w', "wish"
		}
		if list := clauses[w.key(kind)]; len(list) > 0 {
			w.sentence(pick(w.g.random, list).template)
		} else {
			w.sentence(w.list(other))
		}
	case "Q":
		w.themes = append(w.themes, "service-enquiry")
		w.expand(w.list("question"))
	case "S":
		w.optional(28, func() {
			side := w.g.grammar.byName[pick(w.g.random, sideBlocks)]
			if side == w.block {
				return
			}
			if list := side.clauses[w.key('c')]; len(list) > 0 {
				w.clause(list)
			}
		})
	case "X":
		w.optional(35, func() { w.expand(w.list("decoy")) })
	case "ID":
		w.identity(map[byte]int{'c': 52, 'p': 18, 'q': 30}[w.d.kind])
	case "ID!":
		w.optional(100, func() { w.expand(w.list("answer")) })
	default:
		return false
	}
	return true
}

// sideBlocks are what people complain about on top of their own matter.
var sideBlocks = []string{"robot-service", "hotline-wait", "staff-attitude", "complaint-loop", "app-usability", "store-service"}

// identity writes who is speaking, in percent of the cases: people say it more
// often when something is wrong.
func (w *writer) identity(percent int) {
	switch {
	case w.english():
		w.optional(percent, func() { w.expand(w.list("identity")) })
	case w.d.channel == "store": // written by an agent, in brackets behind the customer
		if w.g.random.chance(percent) {
			w.rune('（')
			w.expand(w.list("noteid"))
			w.rune('）')
		}
	case w.d.channel == "hotline" && w.g.random.chance(45):
		w.optional(percent, func() { w.expand(w.list("noteid")) })
	default:
		w.optional(percent, func() { w.expand(w.list("identity")) })
	}
}

// slot writes what stands for {name}.
func (w *writer) slot(name string) {
	if w.composite(name) || w.value(name) || w.number(name) {
		return
	}
	list, ok := w.g.grammar.slots[name]
	if !ok {
		panic(fmt.Sprintf("corpus: the grammar uses {%s}, which nothing fills", name))
	}
	w.expand(pick(w.g.random, list))
}

// number writes the slots that are amounts, dates and other plain facts.
func (w *writer) number(name string) bool {
	r := w.g.random
	when := w.d.time.In(zone)
	var text string
	switch name {
	case "amount":
		text = fmt.Sprint(pick(r, []int{r.between(12, 99), r.between(30, 300), r.between(100, 899)}))
	case "small":
		text = fmt.Sprint(pick(r, []int{3, 5, 6, 8, 9, 10, 12, 15, 18, 19, 20, 25, 29, 30}))
	case "fee":
		text = fmt.Sprint(pick(r, []int{39, 49, 58, 59, 69, 79, 99, 109, 129, 139, 159, 169, 199, 239, 299}))
	case "gb":
		text = fmt.Sprint(pick(r, []int{20, 30, 40, 50, 60, 80, 100, 120, 150, 200}))
	case "less":
		text = fmt.Sprint(r.between(2, 19))
	case "mbps":
		text = fmt.Sprint(pick(r, []int{100, 200, 300, 500, 600, 1000, 2000}))
	case "days":
		text = fmt.Sprint(r.between(2, 20))
	case "months":
		text = fmt.Sprint(pick(r, []int{2, 3, 4, 5, 6, 8, 10, 12, 18, 24}))
	case "years":
		text = fmt.Sprint(r.between(3, 18))
	case "hours":
		text = fmt.Sprint(r.between(2, 9))
	case "mins":
		text = fmt.Sprint(pick(r, []int{10, 15, 20, 25, 30, 35, 40, 45, 50}))
	case "n":
		text = fmt.Sprint(r.between(2, 9))
	case "month":
		text = fmt.Sprint(int(when.Month()))
	case "year":
		text = fmt.Sprint(when.Year() - r.n(2))
	case "day", "day2":
		text = fmt.Sprint(r.between(1, 28))
	case "d2":
		text = r.digits(2)
	case "d4":
		text = r.digits(4)
	case "order":
		text = when.Format("20060102") + r.digits(r.between(4, 8))
	case "city":
		text = w.d.person.city.name
	default:
		return false
	}
	w.text = append(w.text, []rune(text)...)
	return true
}

// value writes the slots that are personal data.
func (w *writer) value(name string) bool {
	r, p := w.g.random, w.d.person
	switch name {
	case "MOBILE":
		w.personal("MOBILE", writeMobile(r, p.mobile))
	case "OTHER":
		w.personal("MOBILE", writeMobile(r, newMobile(r)))
	case "SPLITA":
		w.personal("MOBILE", p.mobile[:7])
	case "SPLITB":
		w.personal("MOBILE", p.mobile[7:])
	case "NAME":
		w.personal("PERSON_NAME", p.name())
	case "NAME2":
		w.personal("PERSON_NAME", pick(r, surnames)+pick(r, givens)+pick(r, givens))
	case "SURNAME":
		w.personal("PERSON_NAME", p.surname)
	case "ENNAME":
		w.personal("PERSON_NAME", p.enName)
	case "IDCARD":
		w.personal("ID_CARD", writeIDCard(r, p.idCard))
	case "BANK":
		w.personal("BANK_CARD", writeBankCard(r, newBankCard(r)))
	case "ADDRESS":
		w.personal("ADDRESS", p.address)
	case "LANDLINE":
		w.personal("LANDLINE", p.landline)
	case "WECHAT":
		w.personal("WECHAT", p.wechat)
	case "QQ":
		w.personal("QQ", string(byte('1'+r.n(9)))+r.digits(r.between(6, 9)))
	case "EMAIL":
		w.personal("EMAIL", writeEmail(r, newEmail(r)))
	case "BBAND":
		w.personal("BROADBAND_ACCOUNT", pick(r, []string{"AD", "LA", "FTTH", "KD"})+p.city.dial+r.digits(8))
	case "MAC":
		w.personal("MAC", newMAC(r))
	case "IMEI":
		w.personal("IMEI", newIMEI(r))
	case "ICCID":
		w.personal("ICCID", newICCID(r))
	case "EMPLOYEE":
		w.personal("EMPLOYEE_ID", r.digits(r.between(4, 6)))
	case "CREDENTIAL":
		w.personal("CREDENTIAL", r.digits(6))
	case "PLATE":
		w.personal("LICENSE_PLATE", newPlate(r, p.region.plate))
	case "PASSPORT":
		w.personal("PASSPORT", "E"+pick(r, []string{"A", "B", "C", "D", "E"})+r.digits(7))
	case "DOB":
		birth := newBirth(r)
		w.personal("DOB", pick(r, []string{birth.Format("2006年1月2日"), birth.Format("2006-01-02"), birth.Format("2006.1.2")}))
	case "IP":
		w.personal("IP", fmt.Sprintf("%d.%d.%d.%d", pick(r, []int{58, 61, 113, 119, 183, 218, 222}), r.n(256), r.n(256), r.between(1, 254)))
	case "SOCIAL":
		w.personal("SOCIAL_SECURITY", r.from("ABCDEFGHJK", 1)+r.digits(8))
	case "HKMO":
		w.personal("HKMO_PERMIT", pick(r, []string{"H", "M"})+r.digits(8))
	case "HKID":
		w.personal("HKID", newHKID(r))
	default:
		return false
	}
	return true
}

// done gives the text without blanks at its end.
func (w *writer) done() string {
	text := strings.TrimRight(string(w.text), " ，")
	for len(w.spans) > 0 && w.spans[len(w.spans)-1].End > utf8.RuneCountInString(text) {
		panic("corpus: trimming reached a personal value")
	}
	return text
}
