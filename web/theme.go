package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"qingting/internal/access"
	"qingting/internal/mark"
	"qingting/search"
	"qingting/textmining/driver"
	"qingting/textmining/insight"
	"qingting/textmining/statistics"
	"qingting/web/chart"
)

// themePage is all about one label: a theme, a pain point, a dimension or a risk.
type themePage struct {
	scope
	Form    form
	Places  []string
	ID      string
	Field   string // of the label, as a search names it
	Kind    string // in the reader's language
	Name    string
	From    time.Time
	To      time.Time
	None    bool // no feedback of it in this scope
	Line    statistics.Line
	Course  *figure
	Events  []string // bursts and drifts, in words
	Parts   []*figure
	Phrases []link // words that set its feedback apart, and the search for them within it
	Quotes  []themeQuote
	Related []related
	Effect  *effect
	Actions []action
	K       int
	All     string // URL of the search for its feedback
	Note    string // where an action is noted down for it, or empty
	Edit    string // where its cues are, or empty
	Wrong   bool   // labels can be corrected
}

// themeQuote is a quote, with where its label is corrected.
type themeQuote struct {
	hit
	Look, NotThis, Other string
}

// places are what a label is told by, as placeFields names them.
var places = [...]statistics.Column{statistics.Channel, statistics.Region, statistics.Product}

// phrasesShown is how many words set a theme apart on its page.
const phrasesShown = 14

// Up is the overview in the same scope, and Here this page without one.
func (p themePage) Up() string   { return p.OverviewURL() }
func (p themePage) Here() string { return themePath(p.ID) }

// themePath is the page of a label.
func themePath(id string) string { return "/theme/" + url.PathEscape(id) }

// related is a theme that often comes with this one.
type related struct {
	link
	Count string
}

// effect is what goes with the theme in ratings.
type effect struct {
	driver.Effect
	Text string
	Sure bool
}

// action is something that was done, and what came of it.
type action struct {
	mark.Mark
	Text string
	Link string
}

const (
	themeDays   = 90
	quotesShown = 8
)

func (s *server) theme(r *http.Request, lang language) (answer, error) {
	sc, kind, id, err := s.labelOf(r, lang)
	if err != nil {
		return answer{}, err
	}
	page := themePage{
		scope: sc, Form: s.formOf(sc, false), ID: id, Field: kind.String(), Kind: fieldName(kind.String()).in(lang),
		Name: s.cfg.Statistics.Name(id, string(lang)), K: withheldCustomers, All: sc.narrowed(kind.String(), id),
	}
	for _, f := range sc.Filters {
		page.Places = append(page.Places, s.valueName(lang, f.Field, f.Value))
	}
	course, drawn, err := s.courseOf(sc, kind, id)
	if err != nil {
		return answer{}, err
	}
	page.From, page.To = course.From, course.To
	if page.None = course.Documents.N == 0 && !course.Documents.Withheld(); page.None {
		return answer{page: "theme", data: page, status: http.StatusOK}, nil
	}
	soon, cancel := context.WithTimeout(r.Context(), soonWait)
	defer cancel()
	phrases := begin(s, sc.keptAs("phrases", kind, id), func() ([]search.SignificantTerm, error) {
		return s.phrases(context.WithoutCancel(r.Context()), sc, kind.String(), id)
	})
	var drivers pending[*insight.Drivers]
	if kind == statistics.Theme {
		drivers = begin(s, sc.keptAs("drive", false), func() (*insight.Drivers, error) { return s.driveNow(sc, false) })
	}
	var parts [3]*chart.Drawing
	var work sync.WaitGroup
	work.Go(func() { page.Line = s.lineOf(sc, kind, id) })
	for i, column := range places {
		work.Go(func() { parts[i] = s.partsChart(sc, kind, id, column) })
	}
	defer work.Wait() // whatever becomes of the rest
	marks, err := s.marks(r.Context())
	if err != nil {
		return answer{}, err
	}
	marks = slices.DeleteFunc(slices.Clone(marks), func(m mark.Mark) bool { return len(m.Themes) > 0 && !slices.Contains(m.Themes, id) })
	path := "/charts/theme/" + url.PathEscape(id) + "/"
	if drawn {
		page.Course = figureOf(sc, courseChart(course, marks, lang), path+"course")
	}
	page.Events = s.events(course, lang)
	var quotes []hit
	if quotes, page.Related, err = s.quotes(r.Context(), sc, kind.String(), id); err != nil {
		return answer{}, err
	}
	work.Wait()
	for i, d := range parts {
		if d != nil {
			page.Parts = append(page.Parts, figureOf(sc, d, path+places[i].String()))
		}
	}
	for _, q := range quotes {
		at := sc.url(documentPath(q.Record))
		page.Quotes = append(page.Quotes, themeQuote{q, at, at + "&not=" + url.QueryEscape(id) + "#correct", at + "#correct"})
	}
	if terms, known, err := phrases.get(soon.Done()); known && err == nil { // else the page does without
		within := sc.with(kind.String(), id)
		for _, t := range terms {
			within.Query = strconv.Quote(t.Term)
			page.Phrases = append(page.Phrases, link{t.Term, within.SearchURL()})
		}
	}
	if kind == statistics.Theme {
		page.Wrong = s.cfg.Corrections != nil && s.may(r, access.Themes)
		if s.cfg.Actions != nil && s.may(r, access.Mark) {
			page.Note = sc.url("/actions") + "&theme=" + url.QueryEscape(id) + "#add"
		}
		if tax := s.taxonomy(r.Context()); s.cfg.Taxonomies != nil && tax != nil && tax.Entry(id) != nil {
			page.Edit = sc.url(taxonomyPath(id))
		}
	}
	if kind == statistics.Theme {
		if d, known, err := drivers.get(soon.Done()); known && err == nil { // else too few are rated, or it is being worked out
			page.Effect = effectOf(sc, d, id)
		}
	}
	for _, m := range marks {
		a, err := s.assess(m)
		page.Actions = append(page.Actions, actionOf(sc, m, a, err))
	}
	return answer{page: "theme", data: page, status: http.StatusOK}, nil
}

// labelOf reads the scope of a page about one label, and the label.
func (s *server) labelOf(r *http.Request, lang language) (scope, statistics.Kind, string, error) {
	sc, err := scopeOf(r, lang, themeDays)
	if err != nil {
		return scope{}, 0, "", err
	}
	kind, id, ok := s.cfg.Statistics.Resolve(r.PathValue("id"))
	if !ok {
		return scope{}, 0, "", &httpError{http.StatusNotFound, say{"没有反馈属于这个主题。", "No feedback carries such a theme."}}
	}
	sc = sc.places()
	sc.Query, sc.Sort, sc.From = "", "", 0
	return sc, kind, id, nil
}

// lineOf is the label's line of a report.
func (s *server) lineOf(sc scope, kind statistics.Kind, id string) statistics.Line {
	q := reportQuery(sc)
	q.TopN, q.Quotes = -1, -1
	rep := s.report(q)
	for _, l := range map[statistics.Kind][]statistics.Line{
		statistics.Theme: rep.Themes, statistics.PainPoint: rep.PainPoints, statistics.Dimension: rep.Dimensions, statistics.Risk: rep.Risks,
	}[kind] {
		if l.ID == id {
			l.Significant = l.Significant && l.Change != nil // against no feedback at all
			return l
		}
	}
	return statistics.Line{ID: id}
}

// courseOf is how a label went, in steps so long that most of them can be shown; drawn
// is false when no step is long enough.
func (s *server) courseOf(sc scope, kind statistics.Kind, id string) (c statistics.Course, drawn bool, err error) {
	q := reportQuery(sc)
	if c, err = s.cfg.Statistics.Series(kind, id, q); err != nil {
		return c, false, err
	}
	days := int(c.To.Sub(c.From).Hours()/24 + 0.5)
	for _, step := range []int{7, 14, 30, 91} {
		if legible(c.Series) || fewestSteps*step > days {
			break
		}
		if step <= c.StepDays {
			continue
		}
		q.Step = step
		if c, err = s.cfg.Statistics.Series(kind, id, q); err != nil {
			return c, false, err
		}
	}
	return c, legible(c.Series), nil
}

// fewestSteps is of how many steps a line is at least.
const fewestSteps = 3

// legible says that hardly more than every third point is withheld.
func legible(series []statistics.Count) bool {
	withheld := 0
	for _, c := range series {
		if c.Withheld() {
			withheld++
		}
	}
	return 3*withheld <= len(series)+1
}

// courseChart draws how a label went, with bursts, actions and the forecast.
func courseChart(c statistics.Course, marks mark.List, l language) *chart.Drawing {
	config := chart.LineConfig{Title: dailyTitle(c.StepDays, l), LabelHead: say{"日期", "Day"}.in(l)}
	at := func(day time.Time) int { return int(day.Sub(c.From).Hours()/24+0.5) / max(1, c.StepDays) }
	for i := range c.Series {
		config.Labels = append(config.Labels, c.From.AddDate(0, 0, i*c.StepDays).Format(time.DateOnly))
	}
	config.Series = []chart.Series{{Name: say{c.ZH, c.EN}.in(l), Values: values(c.Series)}}
	for _, b := range c.Bursts {
		if i := at(b.Peak); !b.Peak.Before(c.From) && i < len(c.Series) {
			config.Marks = append(config.Marks, chart.Mark{At: i, Text: say{"突增", "Burst"}.in(l)})
		}
	}
	for _, m := range marks {
		if day, err := m.Day(c.From.Location()); err == nil && !day.Before(c.From) && day.Before(c.To) {
			config.Marks = append(config.Marks, chart.Mark{At: at(day), Text: m.Title, Action: true})
		}
	}
	if c.StepDays == 1 && len(c.Forecast) > 0 && !c.Forecast[0].Day.Before(c.To) {
		band := &chart.Band{Name: say{"预测，八成的可能落在带内", "forecast; four times of five within the band"}.in(l)}
		for _, p := range c.Forecast {
			band.Labels = append(band.Labels, p.Day.Format(time.DateOnly))
			band.Mean, band.Low, band.Top = append(band.Mean, p.Mean), append(band.Low, float64(p.Low80)), append(band.Top, float64(p.High80))
		}
		config.Band = band
	}
	return chart.Line(config)
}

// events says in words what a course did.
func (s *server) events(c statistics.Course, l language) (list []string) {
	for _, b := range slices.Backward(c.Bursts) {
		if b.To.Before(c.From) {
			continue
		}
		list = append(list, say{"突增 ", "Burst "}.in(l)+s.burstText(b, l))
	}
	for _, d := range c.Drifts {
		if slices.ContainsFunc(c.Bursts, func(b statistics.Episode) bool { return d.Up && !b.To.Before(d.Since) && !b.From.After(d.Sure) }) {
			continue // what burst did not rise slowly
		}
		list = append(list, driftText(d, c.From, l))
	}
	return list
}

func joinWords(words []string, l language) string {
	out := ""
	for i, w := range words {
		if i > 0 {
			out += say{"、", ", "}.in(l)
		}
		out += w
	}
	return out
}

// partsChart draws where a label comes up, by the share of each place's feedback.
func (s *server) partsChart(sc scope, kind statistics.Kind, id string, column statistics.Column) *chart.Drawing {
	heat := s.heat(reportQuery(sc), kind, column)
	field := column.String()
	c := chart.BarsConfig{Title: say{"按" + fieldName(field).ZH, "By " + strings.ToLower(fieldName(field).EN)}.in(sc.Lang), NameHead: fieldName(field).in(sc.Lang), Head: say{"条数", "Count"}.in(sc.Lang)}
	for _, row := range heat.Rows {
		if row.ID != id {
			continue
		}
		for i, cell := range row.Cells {
			if cell.Documents.N == 0 && !cell.Documents.Withheld() || heat.Values[i] == "" {
				continue
			}
			c.Bars = append(c.Bars, chart.Bar{
				Name: s.valueName(sc.Lang, field, heat.Values[i]), Link: sc.with(field, heat.Values[i]).url(themePath(id)),
				Value: values([]statistics.Count{cell.Documents})[0],
			})
		}
	}
	slices.SortStableFunc(c.Bars, func(a, b chart.Bar) int { return cmp.Compare(b.Value.N, a.Value.N) })
	c.Bars = c.Bars[:min(len(c.Bars), 10)]
	if len(c.Bars) < 2 {
		return nil
	}
	d := chart.Bars(c)
	if d != nil { // three stand side by side
		table := d.Table
		d = d.Narrow
		d.Table = table
	}
	return d
}

// themeFigures are the charts of a label's page, as files.
func (s *server) themeFigures(ctx context.Context, r *http.Request, lang language) (figures, error) {
	sc, kind, id, err := s.labelOf(r, lang)
	if err != nil {
		return nil, err
	}
	course, drawn, err := s.courseOf(sc, kind, id)
	if err != nil {
		return nil, err
	}
	marks, err := s.marks(ctx)
	if err != nil {
		return nil, err
	}
	out := figures{}
	if drawn {
		out["course"] = courseChart(course, marks, lang)
	}
	for _, column := range places {
		out[column.String()] = s.partsChart(sc, kind, id, column)
	}
	for name, d := range out {
		if d != nil {
			d.Title = s.cfg.Statistics.Name(id, string(lang)) + " · " + d.Title
		} else {
			delete(out, name)
		}
	}
	return out, nil
}
