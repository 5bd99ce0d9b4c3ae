package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"qingting/search"
)

// look is how the results of a search are looked at.
type look struct {
	Collapse bool   // near-duplicates once
	Step     string // of the course: "" is by day, else week or month
	More     bool   // facets that are seldom asked for, and more values of each
	Terms    bool   // with the words that set the result apart
	After    string // the cursor of this page, "" where From says enough
	Trail    string // cursors of the pages before it, the last at the end
}

const (
	mostFrom   = 100_000_000 // how far results are numbered where they are paged by cursor
	mostCursor = 1000        // bytes
	mostTrail  = 6           // pages back that a link remembers where From cannot lead
)

// readLook reads collapse=, histogram=, facets=, terms=, after= and trail=.
func (l *look) readLook(q url.Values) error {
	bad := func(zh, en string) error { return &httpError{http.StatusBadRequest, say{zh, en}} }
	for name, set := range map[string]*bool{"collapse": &l.Collapse, "terms": &l.Terms} {
		switch q.Get(name) {
		case "", "off":
		case "on":
			*set = true
		default:
			return bad(name+" 应为 on 或 off。", name+" must be on or off.")
		}
	}
	switch v := q.Get("histogram"); v {
	case "", search.FacetDay:
	case search.FacetWeek, search.FacetMonth:
		l.Step = v
	default:
		return bad("histogram 应为 day、week 或 month。", "histogram must be day, week or month.")
	}
	switch q.Get("facets") {
	case "":
	case "all":
		l.More = true
	default:
		return bad("facets 只能是 all。", "facets can only be all.")
	}
	l.After, l.Trail = q.Get("after"), q.Get("trail")
	if len(l.After) > mostCursor || len(l.Trail) > mostTrail*(mostCursor+1) {
		return search.ErrCursor
	}
	return nil
}

// set writes what differs from what is usual.
func (l look) set(set func(name, value string)) {
	for name, on := range map[string]bool{"collapse": l.Collapse, "terms": l.Terms} {
		if on {
			set(name, "on")
		}
	}
	set("histogram", l.Step)
	if l.More {
		set("facets", "all")
	}
	set("after", l.After)
	set("trail", l.Trail)
}

// first is the scope at its first result.
func (sc scope) first() scope {
	sc.From, sc.After, sc.Trail = 0, "", ""
	return sc
}

// nextURL is the page after this one, which shows n results; "" after the last.
func (sc scope) nextURL(cursor string, n int) string {
	if cursor == "" {
		return ""
	}
	there := sc
	there.From, there.After = sc.From+n, cursor
	if sc.From+n+pageSize <= search.MaxWindow { // From leads back
		there.Trail = ""
		return there.SearchURL()
	}
	trail := strings.FieldsFunc(sc.Trail, func(r rune) bool { return r == ' ' })
	if sc.After != "" {
		trail = append(trail, sc.After)
	}
	there.Trail = strings.Join(trail[max(0, len(trail)-mostTrail):], " ")
	return there.SearchURL()
}

// prevURL is the page before this one; "" before the first. total is how many
// results there are.
func (sc scope) prevURL(total int) string {
	if sc.From == 0 {
		return ""
	}
	there := sc.first()
	if at := max(0, min(sc.From, (total+pageSize-1)/pageSize*pageSize)-pageSize); at+pageSize <= search.MaxWindow {
		there.From = at
		return there.SearchURL()
	}
	trail := strings.Fields(sc.Trail)
	if len(trail) == 0 { // further back than links remember
		return there.SearchURL()
	}
	there.From, there.After = sc.From-pageSize, trail[len(trail)-1]
	there.Trail = strings.Join(trail[:len(trail)-1], " ")
	return there.SearchURL()
}

// The facets that a page of results shows, and those it shows when it is asked for
// more.
var (
	usualFacets  = []string{"theme", "painpoint", "sentiment", "risk", "channel", "region", "product", "pii"}
	seldomFacets = []string{"dimension", "source", "language", "grade"}
)

// facets are what the page asks the index for: what it shows, and nothing else.
func (sc scope) facets() []string {
	list := append([]string{search.FacetDay}, usualFacets...)
	if sc.Step != "" {
		list[0] = sc.Step
	}
	for _, f := range seldomFacets {
		if sc.More || sc.Value(f) != "" {
			list = append(list, f)
		}
	}
	return list
}

// option is one way to look at results, among several.
type option struct {
	link
	Here bool
}

// looks are the ways to look at the results: orders, near-duplicates, and steps of
// the course.
func (sc scope) looks(l language) (orders, steps []option, collapse option) {
	for _, o := range sorts {
		there := sc.first()
		there.Sort = o.id
		orders = append(orders, option{link{o.name.in(l), there.SearchURL()}, sc.Sort == o.id})
	}
	for _, step := range []struct {
		id   string
		name say
	}{{"", say{"日", "Day"}}, {search.FacetWeek, say{"周", "Week"}}, {search.FacetMonth, say{"月", "Month"}}} {
		there := sc
		there.Step = step.id
		steps = append(steps, option{link{step.name.in(l), there.SearchURL()}, sc.Step == step.id})
	}
	there := sc.first()
	there.Collapse = !sc.Collapse
	return orders, steps, option{link{say{"折叠相似的", "Collapse near-duplicates"}.in(l), there.SearchURL()}, sc.Collapse}
}

// filtersOf are the filters of a search: several values of one field are any of
// them, several fields all of them. Days are no filter of the index.
func filtersOf(sc scope) (list []search.Filter) {
	for _, f := range sc.Filters {
		if f.Field == search.FacetDay {
			continue
		}
		i := slices.IndexFunc(list, func(g search.Filter) bool { return g.Field == f.Field })
		if i < 0 {
			i, list = len(list), append(list, search.Filter{Field: f.Field})
		}
		list[i].Values = append(list[i].Values, f.Value)
	}
	return list
}
