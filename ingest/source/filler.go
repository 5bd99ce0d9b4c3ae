package source

import (
	"errors"
	"slices"
	"strings"
	"time"

	"qingting/ingest"
)

// filler fills one Draft.
type filler struct {
	m     *mapper
	draft *ingest.Draft
}

// fill gives each field its surest value; what is left becomes attributes.
func (f *filler) fill(claims map[string][]claim, rest []cell) error {
	for _, field := range plainFields {
		left := claims[field]
		var err error
		switch field {
		case "time":
			left, err = f.time(left)
		case "rating":
			left, err = f.rating(left)
		default:
			left, err = f.first(field, left)
		}
		if err != nil {
			return err
		}
		for _, c := range left {
			rest = append(rest, c.cell)
		}
	}
	if err := f.groups(claims); err != nil {
		return err
	}
	for _, c := range rest {
		if err := f.attribute(c); err != nil {
			return err
		}
	}
	for field, value := range map[string]string{"channel": f.m.opts.Channel, "source": f.m.opts.Source} {
		if !f.draft.Has(field) && value != "" {
			if err := f.draft.Set(field, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// first sets a field to its surest value and returns the other claims.
func (f *filler) first(field string, claims []claim) ([]claim, error) {
	for i, c := range claims {
		if strings.TrimSpace(c.text) == "" && i < len(claims)-1 {
			continue
		}
		return slices.Delete(slices.Clone(claims), i, i+1), f.draft.Set(field, c.text)
	}
	return nil, nil
}

// groups sets the fields of customer and attributes that columns were given
// to. A second column for the same field keeps its own name within the group:
// a spare phone number is as personal as the first.
func (f *filler) groups(claims map[string][]claim) error {
	fields := make([]string, 0, len(claims))
	for field := range claims {
		if strings.Contains(field, ".") {
			fields = append(fields, field)
		}
	}
	slices.Sort(fields)
	for _, field := range fields {
		group, _, _ := strings.Cut(field, ".")
		for _, c := range claims[field] {
			name := field
			if f.draft.Has(name) {
				name = group + "." + attributeName(c.column, f.m.opts.Limits.Name)
			}
			if f.draft.Has(name) {
				f.m.notes.add("column %s repeats %s and is left out", shown(c.column), group)
				continue
			}
			if err := f.draft.Set(name, c.text); err != nil {
				return err
			}
		}
	}
	return nil
}

// attribute keeps a cell no field took, or the members of a native customer or
// attributes object.
func (f *filler) attribute(c cell) error {
	if c.nested {
		for _, inner := range c.inner {
			if inner.nested {
				f.m.notes.add("column %s holds lists or objects, which are left out", shown(c.column+"."+inner.column))
				continue
			}
			if err := f.draft.Set(c.column+"."+inner.column, inner.text); err != nil {
				return err
			}
		}
		if c.inner == nil {
			f.m.notes.add("column %s holds lists or objects, which are left out", shown(c.column))
		}
		return nil
	}
	if f.m.opts.OnlyMapped {
		f.m.notes.add("column %s is left out", shown(c.column))
		return nil
	}
	name := attributeName(c.column, f.m.opts.Limits.Name)
	if name == "" || f.draft.Has("attributes."+name) {
		f.m.notes.add("column %s has no name of its own and is left out", shown(c.column))
		return nil
	}
	return f.draft.Set("attributes."+name, c.text)
}

// time reads a date and a time of day in two columns, or the surest claim that
// is a time. When none is one, and the caller did not name the column, the
// claims stay attributes: losing them would be worse than not knowing when.
func (f *filler) time(claims []claim) ([]claim, error) {
	for i, day := range claims {
		for j, hour := range claims {
			if i == j {
				continue
			}
			both := claim{cell: cell{text: day.text + " " + hour.text}}
			if t, ok := f.parse(both); ok {
				left := slices.DeleteFunc(slices.Clone(claims), func(c claim) bool { return c.column == day.column || c.column == hour.column })
				return left, f.draft.SetTime(t)
			}
		}
	}
	for i, c := range claims {
		if t, ok := f.parse(c); ok {
			return slices.Delete(slices.Clone(claims), i, i+1), f.draft.SetTime(t)
		}
	}
	for _, c := range claims {
		if c.said {
			return nil, &ingest.Refusal{Reason: ingest.ReasonInvalid, Detail: "the time cannot be read: say how with --time-layout"}
		}
		f.m.notes.add("column %s looks like a time that cannot be read for certain; it is kept as an attribute, say how to read it with --time-layout", shown(c.column))
	}
	return claims, nil
}

// layouts are the written times a file may hold beyond those of the feedback
// contract. Day and month in figures with the year last are not among them:
// 02/03/2026 is February in one country and March in the next.
var layouts = []string{
	"2006/1/2 15:04:05", "2006/1/2 15:04", "2006/1/2",
	"2006-1-2 15:04:05", "2006-1-2 15:04", "2006-1-2",
	"2006.1.2 15:04:05", "2006.1.2 15:04", "2006.1.2",
	"2006年1月2日 15:04:05", "2006年1月2日 15:04", "2006年1月2日15:04:05", "2006年1月2日15:04",
	"2006年1月2日 15时04分05秒", "2006年1月2日15时04分05秒", "2006年1月2日15时04分", "2006年1月2日15时", "2006年1月2日",
	"20060102150405", "20060102 15:04:05", "20060102",
	"2-Jan-2006 15:04:05", "2-Jan-2006", "2-Jan-06 3:04:05 PM", "2-Jan-06 15:04:05", "2-Jan-06",
	"2 Jan 2006 15:04:05", "2 Jan 2006", "Jan 2, 2006 3:04 PM", "Jan 2, 2006", "2 January 2006", "January 2, 2006",
	time.RFC1123Z, time.RFC1123, time.RubyDate, time.UnixDate,
}

func (f *filler) parse(c claim) (time.Time, bool) {
	text := strings.TrimSpace(c.text)
	if layout := f.m.opts.TimeLayout; layout != "" {
		if t, err := time.ParseInLocation(layout, text, ingest.China); err == nil {
			return t, true
		}
	}
	if !c.date.IsZero() {
		return c.date, true
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, text, ingest.China); err == nil {
			return t, true
		}
	}
	return ingest.ParseTime(text)
}

// rating takes the surest claim that is a number. A word such as 满意 is no
// number on any scale we know and stays an attribute, unless the caller named
// the column.
func (f *filler) rating(claims []claim) ([]claim, error) {
	for i, c := range claims {
		err := f.draft.Set("rating", c.text)
		if err == nil {
			return slices.Delete(slices.Clone(claims), i, i+1), nil
		}
		var refused *ingest.Refusal
		if c.said || !errors.As(err, &refused) || refused.Detail != "rating is not a number" {
			return nil, err
		}
		f.m.notes.add("column %s is no number and is kept as an attribute", shown(c.column))
	}
	return claims, nil
}
