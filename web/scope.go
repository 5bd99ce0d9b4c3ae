package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"qingting/search"
)

// Fields that pages and reports can be narrowed by. A search can be narrowed by
// any other facet as well.
var placeFields = []string{"channel", "region", "product"}

const (
	defaultDays = 30
	maxDays     = 3660
	maxFilters  = 20
	maxValue    = 200 // code points of a filter: a page repeats it in every link
	pageSize    = 20
)

// filter keeps what has Value in Field, which is the name of a facet.
type filter struct{ Field, Value string }

// scope is what a page is narrowed to. Every link on a page carries it.
type scope struct {
	Lang    language
	Days    int    // up to the last document; 0 is all time, of a search only
	Since   string // the first day of a period of one's own, "" for none; then Days does not count
	Until   string // its last day, "" for the last there is
	Compare string // what it is held against: "" or previous, two days, or a segment such as region:浙江
	Query   string
	Sort    string
	From    int
	Filters []filter
	look    // how the results of a search are looked at
}

// scopeOf reads a scope from the URL; days is what it is without days=.
func scopeOf(r *http.Request, lang language, days int) (scope, error) {
	q := r.URL.Query()
	sc := scope{Lang: lang, Days: days, Query: q.Get("q"), Sort: q.Get("sort")}
	bad := func(zh, en string) (scope, error) {
		return scope{}, &httpError{http.StatusBadRequest, say{zh, en}}
	}
	if v := q.Get("days"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > maxDays {
			return bad(fmt.Sprintf("days 应为 1 到 %d 之间的整数。", maxDays), fmt.Sprintf("days must be a whole number from 1 to %d.", maxDays))
		}
		sc.Days = n
	}
	if err := sc.readPeriod(q); err != nil {
		return scope{}, err
	}
	if err := sc.readLook(q); err != nil {
		return scope{}, err
	}
	if v := q.Get("from"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 || n+pageSize > search.MaxWindow && (sc.After == "" || n > mostFrom) {
			last := search.MaxWindow - pageSize
			return bad(fmt.Sprintf("from 应为 0 到 %d 之间的整数；更靠后的结果请缩小检索范围。", last),
				fmt.Sprintf("from must be a whole number from 0 to %d; narrow the search to see what lies beyond.", last))
		}
		sc.From = n
	}
	if !slices.ContainsFunc(sorts, func(s sortOrder) bool { return s.id == sc.Sort }) {
		return bad("sort 应为 relevance、newest、oldest、rating 或 -rating。", "sort must be relevance, newest, oldest, rating or -rating.")
	}
	for _, field := range search.FacetNames() {
		for _, v := range q[field] {
			if v == "" {
				continue
			}
			if !linkable(v) {
				return bad(fmt.Sprintf("筛选值太长（最多 %d 个字符）。", maxValue), fmt.Sprintf("A filter is too long (at most %d characters).", maxValue))
			}
			if _, err := time.Parse(time.DateOnly, v); field == search.FacetDay && err != nil {
				return bad("day 应为日期，如 2026-01-31。", "day must be a date such as 2026-01-31.")
			}
			if sc.Filters = append(sc.Filters, filter{field, v}); len(sc.Filters) > maxFilters {
				return bad(fmt.Sprintf("筛选条件最多 %d 个。", maxFilters), fmt.Sprintf("There can be at most %d filters.", maxFilters))
			}
		}
	}
	return sc, nil
}

// linkable reports whether a page can be narrowed to value.
func linkable(value string) bool { return utf8.RuneCountInString(value) <= maxValue }

// Value is the first value the scope is narrowed to in field, or empty.
func (sc scope) Value(field string) string {
	for _, f := range sc.Filters {
		if f.Field == field {
			return f.Value
		}
	}
	return ""
}

// Has reports whether the scope is narrowed to value in field.
func (sc scope) Has(field, value string) bool {
	return slices.Contains(sc.Filters, filter{field, value})
}

// narrowed is the URL of a search narrowed further, or empty when value is too
// long to be carried along.
func (sc scope) narrowed(field, value string) string {
	if !linkable(value) {
		return ""
	}
	return sc.with(field, value).SearchURL()
}

// with narrows the scope further, and goes back to the first result.
func (sc scope) with(field, value string) scope {
	sc = sc.first()
	if !sc.Has(field, value) {
		sc.Filters = append(slices.Clip(sc.Filters), filter{field, value})
	}
	return sc
}

// without drops one filter.
func (sc scope) without(f filter) scope {
	sc = sc.first()
	sc.Filters = slices.DeleteFunc(slices.Clone(sc.Filters), func(g filter) bool { return g == f })
	return sc
}

// places keeps the filters that both pages know.
func (sc scope) places() scope {
	sc.From, sc.Query, sc.Sort, sc.look = 0, "", "", look{}
	sc.Filters = slices.DeleteFunc(slices.Clone(sc.Filters), func(f filter) bool { return !slices.Contains(placeFields, f.Field) })
	return sc
}

// SearchURL is the search page in this scope.
func (sc scope) SearchURL() string { return sc.url("/search") }

// OverviewURL is the page of pain points in this scope.
func (sc scope) OverviewURL() string { return sc.places().url("/") }

func (sc scope) url(path string) string {
	v := url.Values{"lang": {string(sc.Lang)}}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("q", sc.Query)
	set("sort", sc.Sort)
	if sc.Days > 0 && sc.Since == "" {
		v.Set("days", strconv.Itoa(sc.Days))
	}
	set("since", sc.Since)
	set("until", sc.Until)
	set("compare", sc.Compare)
	if sc.From > 0 {
		v.Set("from", strconv.Itoa(sc.From))
	}
	sc.set(set)
	for _, f := range sc.Filters {
		v.Add(f.Field, f.Value)
	}
	return path + "?" + v.Encode()
}
