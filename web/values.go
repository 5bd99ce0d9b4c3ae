package web

import (
	"context"
	"slices"
	"strconv"
	"sync"

	"qingting/search"
)

// values remembers which channels, regions and products there are, for as long
// as the index stays as it is.
type values struct {
	mu         sync.Mutex
	checkpoint uint64
	facets     []search.Facet
}

// maxChoices is how many values a list offers; of fields with more, the value
// is typed, with these as suggestions.
const maxChoices = 200

// placeValues returns the values of placeFields, the most frequent first. The
// caller must not change them.
func (s *server) placeValues(ctx context.Context) ([]search.Facet, error) {
	at := s.cfg.Index.Checkpoint()
	s.values.mu.Lock()
	defer s.values.mu.Unlock()
	if s.values.facets != nil && s.values.checkpoint == at {
		return s.values.facets, nil
	}
	res, err := s.cfg.Index.Search(ctx, search.Query{Size: 1, Facets: placeFields, FacetSize: maxChoices})
	if err != nil {
		return nil, err
	}
	s.values.facets, s.values.checkpoint = res.Facets, at
	return res.Facets, nil
}

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
func (s *server) formOf(ctx context.Context, sc scope, isSearch bool) (form, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	f := form{Lang: sc.Lang, Hidden: []filter{{"lang", string(sc.Lang)}}}
	f.Pickers = append(f.Pickers, daysPicker(sc, isSearch))
	facets, err := s.placeValues(ctx)
	if err != nil {
		return f, err
	}
	for _, facet := range facets {
		p := picker{
			Field: facet.Name, Title: fieldName(facet.Name).in(sc.Lang), Value: sc.Value(facet.Name), Open: facet.More > 0,
			Choices: []choice{{"", say{"全部", "All"}.in(sc.Lang)}},
		}
		for _, cell := range facet.Cells {
			p.Choices = append(p.Choices, choice{cell.Value, s.valueName(sc.Lang, facet.Name, cell.Value)})
		}
		p.offer(p.Value, p.Value)
		f.Pickers = append(f.Pickers, p)
	}
	if !isSearch {
		return f, nil
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
	return f, nil
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
