package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingting/internal/access"
	"qingting/textmining/discover/radar"
	"qingting/textmining/statistics"
	"qingting/web/chart"
)

// discoveriesPage is the page of themes that nobody has named yet.
type discoveriesPage struct {
	Lang     language
	Nobody   bool // this process does not look
	None     bool // nobody has looked yet
	At       string
	From, To string
	Found    string // documents
	All      bool   // those that themes cover are among them
	First    bool   // nothing was looked at before: nothing is known to be new
	Total    int
	Withheld int
	Tabs     []option
	Cards    []card
	Prev     string
	Next     string
	May      bool // whoever asks may decide
	Done     string
	Looking  string // since when a look is under way
	Failed   string // why the last look did not end well
	awaited  bool   // whoever asks waits for it
	Why      string // why something was not done
	Typed    Decision
	Action   string // where forms go
	themes   []choice
}

// card is one theme found.
type card struct {
	Lang      language
	ID, Name  string
	State     string // its name for readers
	Key       string // its id
	Size      string
	Customers string
	Change    string // against the run before
	Since     string
	Phrases   []link // each with the search of it
	Quotes    []quoteLink
	Spark     *chart.Spark
	Burst     string // what alarmed
	Others    []choice
	May       bool
	Open      bool // the form that was refused
	Typed     Decision
	Promoted  string
	Promote   string   // URL of the page where it becomes a theme of the taxonomy, or empty
	Known     []choice // the themes that it may be one of
	Action    string
}

// splitRow is a line of the form that splits.
type splitRow struct {
	Number      int
	Name, Terms string
}

// mostParts is how many parts the form splits into; the command line takes more.
const mostParts = 3

// Adopted is the theme that was chosen in a form that was refused.
func (c card) Adopted() string {
	if c.Typed.Action != "promote" {
		return ""
	}
	return c.Typed.Name
}

// PartRows are the lines of the form, as they were typed.
func (c card) PartRows() (rows []splitRow) {
	for i := range mostParts {
		row := splitRow{Number: i + 1}
		if i < len(c.Typed.Parts) {
			row.Name, row.Terms = c.Typed.Parts[i].Name, strings.Join(c.Typed.Parts[i].Terms, " ")
		}
		rows = append(rows, row)
	}
	return rows
}

// quoteLink is a redacted text, and the search that finds its document.
type quoteLink struct{ Text, URL string }

// stateNames are what readers call the states of themes.
var stateNames = map[string]say{
	"first": {"首次列出", "Listed first"}, "new": {"新出现", "New"}, "grown": {"增长", "Grown"}, "shrunk": {"减少", "Shrunk"}, "returned": {"再次出现", "Returned"},
	"continued": {"持续", "Continued"}, "dismissed": {"已忽略", "Dismissed"}, "promoted": {"已采纳", "Adopted"}, "loose": {"说法不一", "Loose"},
}

// discoverTabs are the states that the page can be narrowed to.
var discoverTabs = []struct {
	id     string
	states []string // none: all but dismissed and loose ones
	name   say
}{
	{"", nil, say{"全部", "All"}},
	{"new", []string{"new", "returned"}, say{"新出现", "New"}},
	{"grown", []string{"grown"}, say{"增长", "Grown"}},
	{"shrunk", []string{"shrunk"}, say{"减少", "Shrunk"}},
	{"promoted", []string{"promoted"}, say{"已采纳", "Adopted"}},
	{"dismissed", []string{"dismissed"}, say{"已忽略", "Dismissed"}},
	{"loose", []string{"loose"}, say{"说法不一", "Loose"}},
}

// Refresh has the page asked for again by who waits for a look.
func (p *discoveriesPage) Refresh() int {
	if p.awaited && p.Looking != "" {
		return 3
	}
	return 0
}

func (s *server) discoveries(r *http.Request, lang language) (answer, error) {
	page, err := s.discoveriesOf(r, lang)
	if err != nil {
		return answer{}, err
	}
	done := r.URL.Query().Get("done")
	if page.awaited = done == "look"; page.awaited && (page.Looking != "" || page.Failed != "") {
		return answer{"discover", page, http.StatusOK}, nil
	}
	page.Done, page.Failed = discoverDone[done].in(lang), ""
	return answer{"discover", page, http.StatusOK}, nil
}

const discoverCards = 12

func (s *server) discoveriesOf(r *http.Request, lang language) (*discoveriesPage, error) {
	page := &discoveriesPage{Lang: lang, Nobody: s.cfg.Discovery == nil, May: mayToo(r, access.Themes)}
	if page.Nobody {
		return page, nil
	}
	tab, from := r.URL.Query().Get("state"), 0
	at := slices.IndexFunc(discoverTabs, func(t struct {
		id     string
		states []string
		name   say
	},
	) bool {
		return t.id == tab
	})
	if n, err := strconv.Atoi(r.URL.Query().Get("from")); err == nil && n >= 0 && n <= 10_000 {
		from = n
	} else if r.URL.Query().Get("from") != "" {
		at = -1
	}
	if at < 0 {
		return nil, &httpError{http.StatusBadRequest, say{"没有这个页面：请从发现页重新进入。", "There is no such page: begin at the page of discoveries."}}
	}
	here := func(tab string, from int) string {
		v := url.Values{"lang": {string(lang)}}
		if tab != "" {
			v.Set("state", tab)
		}
		if from > 0 {
			v.Set("from", strconv.Itoa(from))
		}
		return "/discover?" + v.Encode()
	}
	page.Action = here(tab, from)
	zone := s.cfg.Statistics.Location()
	switch since, failed := s.cfg.Discovery.Looking(r.Context()); {
	case !since.IsZero():
		page.Looking = since.In(zone).Format(time.TimeOnly)
	case failed != "":
		page.Failed = say{"查找未能完成：" + inChinese(failed), "The look did not end well: " + failed}.in(lang)
	}
	found, when, err := s.cfg.Discovery.Found(r.Context())
	if err != nil {
		return nil, err
	}
	if page.None = found == nil; page.None {
		return page, nil
	}
	page.At, page.Found, page.Withheld = when.In(zone).Format("2006-01-02 15:04"), thousands(found.Documents), found.Withheld
	page.All, page.First = found.All, found.Run == 1
	if !found.From.IsZero() {
		page.From, page.To = found.From.In(zone).Format(time.DateOnly), found.To.In(zone).Format(time.DateOnly)
	}
	all := standing(found)
	states := discoverTabs[at].states
	if states == nil {
		states = foundStates[:7]
	}
	var shown []foundTheme
	for _, t := range all {
		if slices.Contains(states, t.State) && t.Customers >= found.K {
			shown = append(shown, t)
		}
	}
	for _, t := range discoverTabs {
		if page.First && slices.Contains([]string{"new", "grown", "shrunk"}, t.id) {
			continue // there is nothing to compare with
		}
		page.Tabs = append(page.Tabs, option{link{t.name.in(lang), here(t.id, 0)}, t.id == tab})
	}
	page.Total = len(shown)
	if from+discoverCards < len(shown) {
		page.Next = here(tab, from+discoverCards)
	}
	if from > 0 {
		page.Prev = here(tab, max(0, from-discoverCards))
	}
	shown = slices.Clone(shown[min(from, len(shown)):min(from+discoverCards, len(shown))])
	if err := s.quotable(r.Context(), shown); err != nil {
		return nil, err
	}
	if page.May && s.cfg.Taxonomies != nil {
		if tax := s.taxonomy(r.Context()); tax != nil {
			for i := range tax.Themes {
				page.themes = append(page.themes, choice{tax.Themes[i].ID, tax.Name(tax.Themes[i].ID, string(lang))})
			}
		}
	}
	for _, t := range shown {
		page.Cards = append(page.Cards, s.card(t, all, page))
	}
	return page, nil
}

// mostOthers is how many themes one can be merged with by the form.
const mostOthers = 60

func (s *server) card(t foundTheme, all []foundTheme, page *discoveriesPage) card {
	lang := page.Lang
	c := card{
		Lang: lang, ID: t.ID, Name: t.Name, Key: t.State, State: stateNames[t.State].in(lang), Size: thousands(t.Size), Customers: thousands(t.Customers),
		Since: t.Since, May: page.May, Promoted: t.Promoted, Action: page.Action, Spark: growth(t.Series, lang),
	}
	if !linkable(c.Name) {
		c.Name = clip(c.Name)
	}
	if c.Name == "" {
		c.Name = say{"未命名", "No name yet"}.in(lang)
	}
	if t.Before != nil {
		c.Change = say{"上次 ", "before: "}.in(lang) + thousands(*t.Before)
	}
	sc := scope{Lang: lang}
	for _, p := range t.Phrases {
		there := link{Name: p.Text}
		if linkable(p.Text) {
			sc.Query = quoted(p.Text)
			there.URL = sc.SearchURL()
		}
		c.Phrases = append(c.Phrases, there)
	}
	for _, q := range t.Quotes {
		c.Quotes = append(c.Quotes, quoteLink{shortened(q.Text), scope{Lang: lang}.url(documentPath(q.ID))})
	}
	if t.Alarm != nil && len(t.Alarm.Bursts) > 0 {
		b := t.Alarm.Bursts[len(t.Alarm.Bursts)-1]
		days := b.From
		if b.To != b.From {
			days += say{" 至 ", " to "}.in(lang) + b.To
		}
		c.Burst = say{
			"突增 " + days + "：" + thousands(b.Documents) + " 条，平日约 " + decimal(b.Expected) + " 条",
			"burst " + days + ": " + thousands(b.Documents) + ", where about " + decimal(b.Expected) + " is usual",
		}.in(lang)
	}
	if r := t.Rising; r != nil && c.Burst == "" {
		c.Burst = say{
			"增多 " + r.From + " 至 " + r.To + "：" + thousands(r.Documents) + " 条，按平日约 " + decimal(r.Expected) + " 条",
			"more of it " + r.From + " to " + r.To + ": " + thousands(r.Documents) + ", where about " + decimal(r.Expected) + " is usual",
		}.in(lang)
	}
	for _, o := range all {
		if o.ID != t.ID && o.State != "dismissed" && len(c.Others) < mostOthers {
			c.Others = append(c.Others, choice{o.ID, o.Name})
		}
	}
	if page.Typed.ID == t.ID {
		c.Typed, c.Open = page.Typed, true
	}
	if c.May && s.cfg.Taxonomies != nil {
		c.Promote, c.Known = "/taxonomy/new?lang="+string(lang)+"&found="+url.QueryEscape(t.ID), page.themes
	}
	return c
}

// quoteLength is how much of a quote a card shows, in characters.
const quoteLength = 160

func shortened(text string) string {
	if runes := []rune(text); len(runes) > quoteLength {
		return string(runes[:quoteLength]) + "…"
	}
	return text
}

// growth draws the days of a theme; nil when most of them are withheld.
func growth(points []radar.Point, l language) *chart.Spark {
	if len(points) < 2 {
		return nil
	}
	series := make([]statistics.Count, len(points))
	for i, p := range points {
		if series[i].Below = withheldCustomers; p.Documents != nil {
			series[i] = statistics.Count{N: *p.Documents}
		}
	}
	if !legible(series) {
		return nil
	}
	return sparkOf(series, max(1, points[0].Days), l)
}

// has says that a route is answered.
func (s *server) has(pattern string) bool {
	return slices.ContainsFunc(s.routes(), func(r route) bool { return r.pattern == pattern })
}
