package corpus

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// draft is an item that is decided and not yet written.
type draft struct {
	time       time.Time
	channel    string
	kind       byte // c complaint, p praise, q question
	block      *block
	person     *person
	event      string
	complainer int
	visit      int // how often this complainer came before
	copyOf     *draft
	text       *written // of a pasted text
}

// written is a finished text.
type written struct {
	text   string
	spans  []Span
	themes []string
}

var (
	channels       = []string{"hotline", "app", "wechat", "store", "survey"}
	channelWeights = []int{34, 22, 18, 10, 16}
	// complaint, praise, question
	kinds       = []byte{'c', 'p', 'q'}
	kindWeights = map[string][]int{
		"hotline": {78, 8, 14}, "app": {68, 24, 8}, "wechat": {70, 14, 16}, "store": {66, 22, 12}, "survey": {48, 44, 8},
	}
)

const (
	languagePercent = 15 // English
	growing         = "vas-unsubscribed"
)

// plan decides everything but the words.
func (g *generator) plan() []*draft {
	n := g.opts.Items
	var drafts []*draft
	drafts = append(drafts, g.billingChange(n*5/100)...)
	drafts = append(drafts, g.outage(n*22/1000)...)
	drafts = append(drafts, g.harassment(n*3/100)...)
	drafts = append(drafts, g.copyPaste(n*9/1000)...)
	drafts = append(drafts, g.complainers(n*10/100)...)
	drafts = append(drafts, g.dispatch(n*6/100)...)
	for len(drafts) < n {
		drafts = append(drafts, g.everyday())
	}
	return drafts
}

// everyday is an item of no event, save that one theme grows all along.
func (g *generator) everyday() *draft {
	r := g.random
	day := r.n(g.opts.Days)
	d := &draft{time: g.moment(day), channel: channels[r.weighted(channelWeights)]}
	d.kind = kinds[r.weighted(kindWeights[d.channel])]
	d.person = g.someone(r.chance(languagePercent))
	d.block = g.chooseBlock(d, day)
	if d.block.name == growing && d.kind == 'c' {
		d.event = "vas-growth"
	}
	return d
}

// chooseBlock draws what it is about, among the blocks with words for it.
func (g *generator) chooseBlock(d *draft, day int) *block {
	kind := d.kind
	if kind == 'q' {
		kind = 'c' // a question needs no clause of its block, only its product
	}
	if d.person.english() {
		kind -= 'a' - 'A'
	}
	weights := make([]int, len(g.grammar.blocks))
	for i, b := range g.grammar.blocks {
		if len(b.clauses[kind]) == 0 {
			continue
		}
		weights[i] = b.weight * 10
		if b.name == growing {
			weights[i] = b.weight * (3 + 22*day/g.opts.Days)
		}
	}
	return g.grammar.blocks[g.random.weighted(weights)]
}

// hours is how much people write at each hour of the day.
var hours = []int{2, 1, 1, 1, 1, 2, 4, 9, 18, 26, 28, 24, 18, 18, 22, 24, 24, 22, 18, 20, 24, 20, 12, 6}

// moment is a time on a day of the corpus, 0 being the first.
func (g *generator) moment(day int) time.Time {
	r := g.random
	return g.opts.End.AddDate(0, 0, day-g.opts.Days).
		Add(time.Duration(r.weighted(hours))*time.Hour + time.Duration(r.n(3600))*time.Second)
}

// event makes n complaints of a planted event.
func (g *generator) event(n int, name, blockName string, day func() int, who func(english bool) *person) []*draft {
	out := make([]*draft, n)
	for i := range out {
		out[i] = &draft{
			time: g.moment(day()), kind: 'c', event: name, block: g.grammar.byName[blockName],
			channel: channels[g.random.weighted([]int{40, 22, 24, 6, 8})],
			person:  who(g.random.chance(languagePercent / 2)),
		}
	}
	return out
}

func (g *generator) billingChange(n int) []*draft {
	where, _ := findCity("武汉")
	first := max(g.opts.Days-21, 0)
	return g.event(n, "billing-change", "unexpected-charge",
		func() int { return min(first+g.random.weighted([]int{4, 10, 14, 16, 14, 10, 6, 3}), g.opts.Days-1) },
		func(english bool) *person {
			p := g.newPerson(english, where, pick(g.random, where.cities))
			g.people = append(g.people, p)
			return p
		})
}

func (g *generator) outage(n int) []*draft {
	where, c := findCity("佛山")
	first := max(g.opts.Days-6, 0)
	return g.event(n, "outage", "network-outage",
		func() int { return min(first+g.random.weighted([]int{65, 35}), g.opts.Days-1) },
		func(english bool) *person {
			p := g.newPerson(english, where, c)
			g.people = append(g.people, p)
			return p
		})
}

func (g *generator) harassment(n int) []*draft {
	first := max(g.opts.Days-60, 0)
	return g.event(n, "harassment", "spam-call",
		func() int { return min(first+g.random.n(14), g.opts.Days-1) },
		g.someone)
}

// copyPaste makes one text and its pasted copies, each with small changes.
func (g *generator) copyPaste(n int) []*draft {
	if n == 0 {
		return nil
	}
	first := max(g.opts.Days-27, 0)
	out := g.event(n, "copypaste", "throttling",
		func() int { return min(first+g.random.n(3), g.opts.Days-1) },
		func(bool) *person { return g.someone(false) })
	slices.SortStableFunc(out, func(a, b *draft) int { return a.time.Compare(b.time) })
	source := out[0]
	w := &writer{g: g, d: source, block: source.block}
	w.clause(g.grammar.events["copypaste c"])
	original := w.done()
	for i, d := range out {
		d.channel = pick(g.random, []string{"app", "wechat", "wechat"})
		text := original
		if i > 0 {
			d.copyOf = source
			text = edit(g.random, original)
		}
		d.text = &written{text: text, themes: w.themes}
	}
	return out
}

// edit changes a pasted text a little, or not at all.
func edit(r *random, text string) string {
	switch r.n(6) {
	case 0:
		return text
	case 1:
		return pick(r, []string{"转发：", "转：", "支持！", "同求，"}) + text
	case 2:
		return text + pick(r, []string{"顶", "支持", "求扩散", "已投诉"}) + fmt.Sprint(r.between(1, 9))
	case 3:
		return strings.Replace(text, "强烈", pick(r, []string{"坚决", "一致", "再次", "严正"}), 1)
	case 4:
		return strings.Replace(text, "，", " ", r.between(1, 3))
	default:
		return strings.Replace(text, "欺骗消费者", pick(r, []string{"欺诈", "虚假宣传", "忽悠老百姓", "骗人"}), 1)
	}
}

// complainers make about n items of customers whose problem is never solved.
func (g *generator) complainers(n int) []*draft {
	r := g.random
	lasting := []string{
		"unexpected-charge", "mobile-signal", "broadband-fault", "broadband-speed", "complaint-loop", "refund-delay", "vas-unsubscribed",
		"contract-penalty", "real-name-suspension", "cancel-account", "install-delay", "spam-call",
	}
	var out []*draft
	for number := 1; len(out) < n; number++ {
		p := g.anyone(r.chance(languagePercent))
		b := g.grammar.byName[pick(r, lasting)]
		for b.name == actionBlock && p.city.name == actionCity {
			b = g.grammar.byName[pick(r, lasting)] // theirs is solved, see dispatch
		}
		days := []int{0}
		for range r.between(1, 5) {
			days = append(days, days[len(days)-1]+r.between(2, 9))
		}
		// Around a day of the corpus, so that complainers grow neither more nor fewer.
		last := days[len(days)-1]
		first := max(min(r.n(g.opts.Days)-last/2, g.opts.Days-1-last), 0)
		for visit, day := range days {
			out = append(out, &draft{
				time: g.moment(min(first+day, g.opts.Days-1)), kind: 'c', block: b, person: p,
				channel: channels[r.weighted([]int{50, 15, 20, 10, 5})], complainer: number, visit: visit,
			})
		}
	}
	return out
}

// special are the clauses of the draft's event, where it has its own wording.
func (d *draft) special(g *grammar, kind byte) []clause { return g.events[d.event+" "+string(kind)] }

// write turns a draft into an item.
func (g *generator) write(d *draft) Item {
	r := g.random
	text := d.text
	if text == nil {
		text = g.compose(d)
	}
	item := Item{
		Text: text.text, Channel: d.channel, Time: d.time, Region: d.person.region.name, Product: pick(r, d.block.products),
		Customer: g.customer(d), Attributes: map[string]string{"city": d.person.city.name},
		Truth: Truth{
			Themes: text.themes, Spans: text.spans, Event: d.event, Complainer: d.complainer, Language: "zh",
			Sentiment: map[byte]string{'c': "negative", 'p': "positive", 'q': "neutral"}[d.kind],
		},
	}
	if d.person.english() {
		item.Truth.Language = "en"
	}
	if d.person.tenure > 0 {
		item.Attributes["tenure_years"] = fmt.Sprint(d.person.tenure)
	}
	item.Rating = g.rate(d, text.themes)
	if d.kind == 'c' && r.chance(4) {
		g.note(d, &item)
	}
	return item
}

// note is an attribute with personal data in it, as agents leave them.
func (g *generator) note(d *draft, item *Item) {
	w := &writer{g: g, d: d, block: d.block}
	w.expand("[回访|回电|联系人]{MOBILE}")
	item.Attributes["note"] = w.done()
	for _, s := range w.spans {
		s.Field = "attributes.note"
		item.Truth.Spans = append(item.Truth.Spans, s)
	}
}

// compose finds the words.
func (g *generator) compose(d *draft) *written {
	w := &writer{g: g, d: d, block: d.block}
	kind := d.kind
	if w.english() {
		kind -= 'a' - 'A'
	}
	switch d.channel {
	case "app", "wechat":
		w.noise = 22
	case "survey":
		w.noise = 8
	}
	if d.visit > 0 {
		w.themes = append(w.themes, "repeated-complaint")
		if w.english() {
			w.expand("{enagain} ")
		} else {
			w.expand(fmt.Sprintf("第%d次[反映|投诉|来说这个事]了，", d.visit+1))
		}
	}
	w.expand(pick(g.random, g.grammar.frames[d.channel+" "+string(kind)]))
	if d.visit > 0 && len(w.themes) > 1 { // the matter itself is the main theme
		w.themes = append(w.themes[1:], w.themes[0])
	}
	return &written{text: w.done(), spans: w.spans, themes: w.themes}
}

// customer is what the channel knows of who speaks.
func (g *generator) customer(d *draft) map[string]string {
	p := d.person
	out := map[string]string{"phone": p.mobile}
	name := p.name()
	if p.english() {
		name = p.enName
	}
	more := map[string]map[string]string{
		"hotline": {"name": name}, "store": {"name": name, "id_card": p.idCard}, "wechat": {"wechat": p.wechat},
	}
	maps.Copy(out, more[d.channel])
	return out
}
