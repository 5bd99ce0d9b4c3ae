package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"qingting/internal/document"
	"qingting/search"
	"qingting/web/chart"
)

// searchPage is the page of results.
type searchPage struct {
	scope
	Form    form
	Narrow  []narrowed // the filters in force
	Mistake *mistake   // nil when the query can be read
	Found   bool       // the rest is there
	Total   uint64
	First   int // numbers of the first and last hit shown
	Last    int
	Hits    []hit
	Days    *figure
	Facets  []facet
	Next    string // URL of the next page, or empty
	Prev    string
}

// narrowed is a filter in force, and the URL of the page without it.
type narrowed struct {
	Title, Name, Without string
}

// Withheld is the word for a count that is not shown.
func (p searchPage) Withheld() string { return withheld.in(p.Lang) }

// hit is one document found.
type hit struct {
	Record string
	Facts  []string // day, channel, region, product, sentiment, rating: those that are known
	Pieces []piece
	Themes []link
	Risks  []link
}

// link leads to URL, or nowhere when that is empty.
type link struct{ Name, URL string }

// piece is a stretch of text, matched or not, or a gap where text was left out.
type piece struct {
	Text string
	Mark bool
	Gap  bool
}

// facet is the values of one field in the result.
type facet struct {
	Title string
	Cells []cell
	More  int
}

// cell is one value, with the URL of the page narrowed to it.
type cell struct {
	link
	Count string // empty when withheld
	Here  bool   // the page is narrowed to it
}

// withheld stands for a count of a facet that is not shown: because of few
// customers, or because it would give such a one away.
var withheld = say{"隐去", "withheld"}

// How much a page shows of a hit and of a facet.
const (
	fragmentsShown    = 2
	fragmentSize      = 90 // code points
	facetValues       = 8
	chartDays         = 92
	withheldCustomers = 5
)

func (s *server) search(r *http.Request, lang language) (answer, error) {
	sc, err := scopeOf(r, lang, 0)
	if err != nil {
		return answer{}, err
	}
	page := searchPage{scope: sc, Form: s.formOf(sc, true)}
	for _, f := range sc.Filters {
		page.Narrow = append(page.Narrow, narrowed{fieldName(f.Field).in(lang), s.valueName(lang, f.Field, f.Value), sc.without(f).SearchURL()})
	}
	res, err := s.find(r.Context(), sc)
	var wrong *search.SyntaxError
	if errors.As(err, &wrong) {
		page.Mistake = newMistake(wrong, lang)
		return answer{"search", page, http.StatusBadRequest}, nil
	}
	if err != nil {
		return answer{}, err
	}
	page.Found, page.Total, page.First, page.Last = true, res.Total, sc.From+1, sc.From+len(res.Hits)
	for _, h := range res.Hits {
		page.Hits = append(page.Hits, s.hit(sc, h))
	}
	for _, f := range res.Facets {
		if f.Name == search.FacetDay {
			page.Days = figureOf(sc, dayChart(f, lang), "")
		} else if len(f.Cells) > 0 {
			page.Facets = append(page.Facets, s.facet(sc, f))
		}
	}
	if next := sc.From + pageSize; uint64(next) < res.Total && next+pageSize <= search.MaxWindow {
		there := sc
		there.From = next
		page.Next = there.SearchURL()
	}
	if sc.From > 0 {
		there := sc
		there.From = max(0, min(sc.From, int(res.Total+pageSize-1)/pageSize*pageSize)-pageSize)
		page.Prev = there.SearchURL()
	}
	return answer{"search", page, http.StatusOK}, nil
}

// find searches within the scope, for no longer than the configured time.
func (s *server) find(ctx context.Context, sc scope) (*search.Results, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	return s.cfg.Index.Search(ctx, s.queryOf(sc))
}

// queryOf is the search that a scope stands for.
func (s *server) queryOf(sc scope) search.Query {
	loc := s.cfg.Statistics.Location()
	q := search.Query{
		Text: sc.Query, Sort: sc.Sort, From: sc.From, Size: pageSize, Location: loc,
		Facets: search.FacetNames(), FacetSize: facetValues, K: withheldCustomers, Fragments: fragmentsShown, FragmentSize: fragmentSize,
	}
	q.Since, q.Until = s.bounds(sc)
	for _, f := range sc.Filters {
		if f.Field != search.FacetDay {
			q.Filters = append(q.Filters, search.Filter{Field: f.Field, Values: []string{f.Value}})
			continue
		}
		day, err := time.ParseInLocation(time.DateOnly, f.Value, loc)
		if err != nil {
			continue // scopeOf has read it before
		}
		next := day.AddDate(0, 0, 1)
		if q.Since.Before(day) {
			q.Since = day
		}
		if q.Until.IsZero() || next.Before(q.Until) {
			q.Until = next
		}
	}
	return q
}

func (s *server) hit(sc scope, h search.Hit) hit {
	d := h.Document
	out := hit{Record: d.Record, Pieces: pieces(h)}
	fact := func(text string) {
		if text != "" {
			out.Facts = append(out.Facts, text)
		}
	}
	if !d.Time.IsZero() {
		fact(d.Time.In(s.cfg.Statistics.Location()).Format(time.DateOnly))
	}
	fact(s.valueName(sc.Lang, "channel", d.Channel))
	fact(s.valueName(sc.Lang, "region", d.Region))
	fact(s.valueName(sc.Lang, "product", d.Product))
	fact(s.valueName(sc.Lang, "sentiment", d.Sentiment.Label))
	if d.Rating != nil {
		fact(say{"评分\u00a0", "Rating\u00a0"}.in(sc.Lang) + strconv.FormatFloat(*d.Rating, 'g', 4, 64))
	}
	links := func(field string, tags []document.Tag) (list []link) {
		for _, t := range tags {
			list = append(list, link{s.valueName(sc.Lang, field, t.ID), sc.narrowed(field, t.ID)})
		}
		return list
	}
	out.Themes, out.Risks = links("theme", d.Themes), links("risk", d.Risks)
	return out
}

func (s *server) facet(sc scope, f search.Facet) facet {
	out := facet{Title: fieldName(f.Name).in(sc.Lang), More: f.More}
	for _, c := range f.Cells {
		shown := cell{link: link{Name: s.valueName(sc.Lang, f.Name, c.Value)}}
		if !c.Suppressed {
			shown.Count = thousands(c.Count)
		}
		if shown.Here = sc.Has(f.Name, c.Value); !shown.Here {
			shown.URL = sc.narrowed(f.Name, c.Value)
		}
		out.Cells = append(out.Cells, shown)
	}
	return out
}

// dayChart draws the last days of a result, those without feedback too.
func dayChart(f search.Facet, l language) *chart.Drawing {
	counts := make(map[string]chart.Value)
	var first, last time.Time
	for _, c := range f.Cells {
		day, err := time.Parse(time.DateOnly, c.Value)
		if err != nil {
			continue // beyond the year 9999
		}
		if first.IsZero() {
			first = day
		}
		last = day
		v := chart.Value{N: float64(c.Count), Text: thousands(c.Count), Hidden: c.Suppressed}
		if c.Suppressed { // it may be a large one: see search.Cell
			v.Text = withheld.in(l)
		}
		counts[c.Value] = v
	}
	if earliest := last.AddDate(0, 0, 1-chartDays); first.Before(earliest) {
		first = earliest
	}
	config := chart.StackedConfig{Title: dailyTitle(1, l), LabelHead: say{"日期", "Day"}.in(l), Series: []chart.Series{{Name: say{"条数", "Count"}.in(l)}}}
	for day := first; len(counts) > 0 && !day.After(last); day = day.AddDate(0, 0, 1) {
		name := day.Format(time.DateOnly)
		v, ok := counts[name]
		if !ok {
			v.Text = "0"
		}
		config.Labels, config.Series[0].Values = append(config.Labels, name), append(config.Series[0].Values, v)
	}
	if len(config.Labels) < 2 {
		return nil
	}
	d := chart.Stacked(config)
	if d != nil { // it stands in a column as narrow as a phone
		table := d.Table
		d = d.Narrow
		d.Table = table
	}
	return d
}

// pieces cuts the fragments of a hit into marked and plain text.
func pieces(h search.Hit) (list []piece) {
	end := 0 // of what is shown so far
	for _, f := range h.Fragments {
		text := []rune(f.Text)
		if f.Start > end {
			list = append(list, piece{Gap: true})
		}
		at := 0
		add := func(to int, mark bool) {
			if to > at {
				list = append(list, piece{Text: string(text[at:to]), Mark: mark})
				at = to
			}
		}
		for _, m := range f.Marks {
			if m.Start < at || m.End > len(text) || m.Start >= m.End {
				continue
			}
			add(m.Start, false)
			add(m.End, true)
		}
		add(len(text), false)
		end = f.Start + len(text)
	}
	if end < len([]rune(h.Document.Text)) {
		list = append(list, piece{Gap: true})
	}
	return list
}
