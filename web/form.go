package web

import (
	"slices"
	"strconv"

	"qingting/search"
)

// maxChoices is how many values a list offers; of fields with more, the value
// is typed, with these as suggestions.
const maxChoices = 200

// picker is a list to choose from.
type picker struct {
	Field, Title string
	Value        string
	Choices      []choice
	Open         bool // other values than these may be typed
}

type choice struct {
	Value, Name string
}

// form is the filters of a page: what can be chosen, and what is carried along.
type form struct {
	Lang    language
	Pickers []picker
	Hidden  []filter
}

// formOf builds the filters of the page in sc; a search may cover all time.
func (s *server) formOf(sc scope, isSearch bool) form {
	f := form{Lang: sc.Lang, Hidden: []filter{{"lang", string(sc.Lang)}}, Pickers: []picker{daysPicker(sc, isSearch)}}
	known := s.cfg.Statistics.Values(maxChoices + 1)
	for i, list := range [][]string{known.Channels, known.Regions, known.Products} {
		field := placeFields[i]
		p := picker{Field: field, Title: fieldName(field).in(sc.Lang), Value: sc.Value(field), Open: len(list) > maxChoices}
		p.offer("", say{"全部", "All"}.in(sc.Lang))
		for _, value := range list[:min(len(list), maxChoices)] {
			if linkable(value) {
				p.offer(value, s.valueName(sc.Lang, field, value))
			}
		}
		p.offer(p.Value, s.valueName(sc.Lang, field, p.Value))
		f.Pickers = append(f.Pickers, p)
	}
	if !isSearch {
		return f
	}
	order := picker{Field: "sort", Title: say{"排序", "Order"}.in(sc.Lang), Value: sc.Sort}
	for _, o := range sorts {
		order.Choices = append(order.Choices, choice{o.id, o.name.in(sc.Lang)})
	}
	f.Pickers = append(f.Pickers, order)
	for _, other := range sc.Filters {
		if !slices.Contains(placeFields, other.Field) {
			f.Hidden = append(f.Hidden, other)
		}
	}
	return f
}

func daysPicker(sc scope, all bool) picker {
	p := picker{Field: "days", Title: say{"时间", "Period"}.in(sc.Lang)}
	if all {
		p.Choices = append(p.Choices, choice{"", say{"全部", "All"}.in(sc.Lang)})
	}
	for _, n := range []int{7, 30, 90, 365} {
		p.Choices = append(p.Choices, choice{strconv.Itoa(n), lastDays(n).in(sc.Lang)})
	}
	if sc.Days > 0 {
		p.Value = strconv.Itoa(sc.Days)
		p.offer(p.Value, lastDays(sc.Days).in(sc.Lang))
	}
	return p
}

// offer adds a choice that is not there yet.
func (p *picker) offer(value, name string) {
	if !slices.ContainsFunc(p.Choices, func(c choice) bool { return c.Value == value }) {
		p.Choices = append(p.Choices, choice{value, name})
	}
}

// sortOrder is an order of results.
type sortOrder struct {
	id   string
	name say
}

var sorts = []sortOrder{
	{"", say{"自动", "Automatic"}},
	{search.SortRelevance, say{"最相关", "Most relevant"}},
	{search.SortNewest, say{"最新", "Newest"}},
	{search.SortOldest, say{"最早", "Oldest"}},
	{search.SortRating, say{"评分最低", "Lowest rating"}},
	{search.SortRatingDown, say{"评分最高", "Highest rating"}},
}
