package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"qingting/search"
	"qingting/textmining/statistics"
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
	Day          bool // a day is typed
}

type choice struct {
	Value, Name string
}

// form is the filters of a page: what can be chosen, and what is carried along.
type form struct {
	Lang    language
	Pickers []picker
	More    []picker // days of one's own, and what to compare with; folded away while they are not used
	// MoreName heads More; InUse says that some of it is used.
	MoreName string
	InUse    bool
	Hidden   []filter
}

// formOf builds the filters of the page in sc; a search may cover all time.
func (s *server) formOf(sc scope, isSearch bool) form {
	f := form{Lang: sc.Lang, Hidden: []filter{{"lang", string(sc.Lang)}}, Pickers: []picker{daysPicker(sc, isSearch)}}
	known := s.values()
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
	f.More = append(f.More,
		picker{Field: "since", Title: say{"自（日期）", "From (day)"}.in(sc.Lang), Value: sc.Since, Day: true},
		picker{Field: "until", Title: say{"至（日期）", "To (day)"}.in(sc.Lang), Value: sc.Until, Day: true})
	f.InUse = sc.Since != "" || sc.Until != "" || sc.Compare != ""
	if f.MoreName = (say{"自定日期", "Days of your own"}).in(sc.Lang); !isSearch {
		f.MoreName = say{"自定日期与比较", "Days of your own, comparison"}.in(sc.Lang)
		f.More = append(f.More, s.comparePicker(sc, known))
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

// segmentsOffered is how many values of each field a comparison is offered with.
const segmentsOffered = 12

// comparePicker offers what the page can be held against.
func (s *server) comparePicker(sc scope, known statistics.Values) picker {
	p := picker{Field: "compare", Title: say{"相比", "Compared with"}.in(sc.Lang), Value: sc.Compare}
	p.offer("", say{"上一时段", "The period before"}.in(sc.Lang))
	if sc.Compare == previous {
		p.Value = ""
	}
	if since, until := s.bounds(sc); !since.IsZero() {
		p.offer(since.AddDate(-1, 0, 0).Format(time.DateOnly)+".."+until.AddDate(-1, 0, -1).Format(time.DateOnly), say{"去年同期", "A year before"}.in(sc.Lang))
	}
	for i, list := range [][]string{known.Channels, known.Regions, known.Products} {
		field := placeFields[i]
		for _, value := range list[:min(len(list), segmentsOffered)] {
			if linkable(value) && value != sc.Value(field) {
				p.offer(field+":"+value, s.segmentName(sc.Lang, field, value))
			}
		}
	}
	if field, value := sc.segment(); field != "" {
		p.offer(sc.Compare, s.segmentName(sc.Lang, field, value))
	}
	p.offer(p.Value, strings.ReplaceAll(p.Value, "..", say{" 至 ", " to "}.in(sc.Lang)))
	return p
}

func (s *server) segmentName(l language, field, value string) string {
	return fieldName(field).in(l) + say{"：", ": "}.in(l) + s.valueName(l, field, value)
}

func daysPicker(sc scope, all bool) picker {
	p := picker{Field: "days", Title: say{"时间", "Period"}.in(sc.Lang)}
	if all {
		p.Choices = append(p.Choices, choice{"", say{"全部", "All"}.in(sc.Lang)})
	}
	for _, n := range []int{7, 30, 90, 365} {
		p.Choices = append(p.Choices, choice{strconv.Itoa(n), lastDays(n).in(sc.Lang)})
	}
	if sc.Since != "" { // its own days count
		p.offer("", sc.periodName().in(sc.Lang))
		return p
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
