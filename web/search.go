package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"qingting/internal/access"
	"qingting/search"
)

// searchPage is the page of results.
type searchPage struct {
	scope
	Form     form
	Narrow   []narrowed // the filters in force
	Mistake  *mistake   // nil when the query can be read
	Like     *hit       // what the results are like, of a page of similar ones
	Found    bool       // the rest is there
	Total    uint64
	AtLeast  bool
	Loose    bool
	First    int // numbers of the first and last hit shown
	Last     int
	Seconds  string
	Meant    *link // the query that was probably meant
	Notes    []searchNote
	Orders   []option
	Steps    []option
	Collapse option
	Terms    []link // words that set the result apart, each narrowing it further
	TermsURL string // to see them, or ""
	Hits     []hit
	Days     *figure
	Facets   []facet
	MoreURL  string // more facets, or fewer
	Next     string // URL of the next page, or empty
	Prev     string
	Save     *saveForm // nil where searches cannot be saved
	Export   string    // URL of the page to export from, or empty
}

// Itself is what the results are like, as a list of one.
func (p searchPage) Itself() []hit { return []hit{*p.Like} }

// narrowed is a filter in force, and the URL of the page without it.
type narrowed struct {
	Title, Name, Without string
}

// Withheld is the word for a count that is not shown.
func (p searchPage) Withheld() string { return withheld.in(p.Lang) }

// facet is the values of one field in the result.
type facet struct {
	Title string
	Cells []cell
	More  int
	Open  bool // some of its values are chosen
}

// cell is one value, with the URL of the page that has it too, or has it no more.
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
	moreValues        = 30 // of a facet, when more were asked for
	withheldCustomers = 5
)

func (s *server) search(r *http.Request, lang language) (answer, error) {
	sc, err := scopeOf(r, lang, 0)
	if err != nil {
		return answer{}, err
	}
	if record := r.URL.Query().Get("similar"); record != "" {
		return s.similar(r, sc, record)
	}
	page := searchPage{scope: sc, Form: s.formOf(sc, true)}
	for _, f := range sc.Filters {
		page.Narrow = append(page.Narrow, narrowed{fieldName(f.Field).in(lang), s.valueName(lang, f.Field, f.Value), sc.without(f).SearchURL()})
	}
	res, err := s.find(r.Context(), sc)
	var wrong *search.SyntaxError
	if errors.As(err, &wrong) {
		page.Mistake = newMistake(wrong, lang)
		page.Mistake.Fixed = fixed(sc, wrong)
		return answer{"search", page, http.StatusBadRequest}, nil
	}
	if err != nil {
		return answer{}, err
	}
	page.Found, page.Total, page.AtLeast, page.Loose = true, res.Total, res.TotalAtLeast, res.Loose
	page.First, page.Last = sc.From+1, sc.From+len(res.Hits)
	page.Seconds = seconds2(res.Took)
	page.Orders, page.Steps, page.Collapse = sc.looks(lang)
	page.Meant = s.meant(sc, res)
	page.Notes = s.searchNotes(sc, res.Notes)
	for _, h := range res.Hits {
		page.Hits = append(page.Hits, s.hit(sc, h))
	}
	for _, f := range res.Facets {
		switch f.Name {
		case search.FacetDay, search.FacetWeek, search.FacetMonth:
			page.Days = figureOf(sc, courseOf(f, lang), "")
		default:
			if len(f.Cells) > 0 {
				page.Facets = append(page.Facets, s.facet(sc, f))
			}
		}
	}
	page.Next, page.Prev = sc.nextURL(res.Next, len(res.Hits)), sc.prevURL(int(res.Total))
	more := sc
	more.More = !sc.More
	page.MoreURL = more.SearchURL()
	if page.Terms, page.TermsURL, err = s.telling(r, sc, len(res.Hits)); err != nil {
		return answer{}, err
	}
	page.Save = s.saveFormOf(r, sc)
	if s.cfg.Exports != nil && res.Total > 0 && mayToo(r, access.Saved) {
		page.Export = sc.first().url("/export")
	}
	return answer{"search", page, http.StatusOK}, nil
}

// find searches within the scope for what the page shows, for no longer than the
// configured time.
func (s *server) find(ctx context.Context, sc scope) (*search.Results, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	q := s.queryOf(sc)
	q.Facets, q.Multi = sc.facets(), true
	if sc.More {
		q.FacetSize = moreValues
	}
	return s.cfg.Index.Search(ctx, q)
}

// queryOf is the search that a scope stands for, with every facet.
func (s *server) queryOf(sc scope) search.Query {
	loc := s.cfg.Statistics.Location()
	q := search.Query{
		Text: sc.Query, Sort: sc.Sort, From: sc.From, After: sc.After, Collapse: sc.Collapse, Size: pageSize, Location: loc, Filters: filtersOf(sc),
		Facets: search.FacetNames(), FacetSize: facetValues, K: withheldCustomers, Fragments: fragmentsShown, FragmentSize: fragmentSize,
	}
	if q.After != "" {
		q.From = 0
	}
	if sc.Step != "" {
		q.Facets[slices.Index(q.Facets, search.FacetDay)] = sc.Step
	}
	q.Since, q.Until = s.bounds(sc)
	for _, f := range sc.Filters {
		if f.Field != search.FacetDay {
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

func (s *server) facet(sc scope, f search.Facet) facet {
	out := facet{Title: fieldName(f.Name).in(sc.Lang), More: f.More}
	for _, c := range f.Cells {
		shown := cell{link: link{Name: s.valueName(sc.Lang, f.Name, c.Value)}}
		if !c.Suppressed {
			shown.Count = thousands(c.Count)
		}
		if shown.Here = sc.Has(f.Name, c.Value); shown.Here {
			shown.URL, out.Open = sc.without(filter{f.Name, c.Value}).SearchURL(), true
		} else {
			shown.URL = sc.narrowed(f.Name, c.Value)
		}
		out.Cells = append(out.Cells, shown)
	}
	return out
}

// seconds2 is how long a search took, as readers are told.
func seconds2(d time.Duration) string {
	return strconv.FormatFloat(max(d.Seconds(), 0.01), 'f', 2, 64)
}
