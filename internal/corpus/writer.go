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
	w.about(c.themes)
	w.sentence(c.template)
}

// about takes up themes.
func (w *writer) about(themes []string) {
	for _, id := range themes {
		if !slices.Contains(w.themes, id) {
			w.themes = append(w.themes, id)
		}
	}
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

// done gives the text without blanks at its end.
func (w *writer) done() string {
	text := strings.TrimRight(string(w.text), " ，")
	for len(w.spans) > 0 && w.spans[len(w.spans)-1].End > utf8.RuneCountInString(text) {
		panic("corpus: trimming reached a personal value")
	}
	return text
}
