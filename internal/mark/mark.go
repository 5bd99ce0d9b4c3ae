// Package mark is the notes that people take of actions – a new bill layout, a
// mended exchange – so that figures before and after can be compared.
//
//	data, m, err := mark.Add(data, mark.Mark{Title: "new bill layout", Date: "2026-05-03", Themes: []string{"billing-opaque"}})
//	marks, err := mark.Parse(data)
//
// It knows their JSON form and what makes sense; it neither stores nor analyses.
package mark

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

// Mark is an action as people note it down: what was done, when, and for what.
type Mark struct {
	ID      string    `json:"id"` // "m1", "m2" …
	Title   string    `json:"title"`
	Date    string    `json:"date"`             // 2026-05-03: the first day it works
	Themes  []string  `json:"themes,omitempty"` // it is meant for, by id; none is all feedback
	Place   Place     `json:"place"`            // where it works
	Control Place     `json:"control"`          // where it does not; empty is everywhere else
	Actor   string    `json:"actor,omitempty"`  // who noted it down
	Added   time.Time `json:"added,omitzero"`
}

// Place narrows feedback; an empty field is everywhere.
type Place struct {
	Channel string `json:"channel,omitempty"`
	Region  string `json:"region,omitempty"`
	Product string `json:"product,omitempty"`
}

// Everywhere says that the place is all places.
func (p Place) Everywhere() bool { return p == Place{} }

// Day is the mark's date in a location.
func (m Mark) Day(where *time.Location) (time.Time, error) {
	return time.ParseInLocation(time.DateOnly, m.Date, where)
}

// Limits of marks.
const (
	Max       = 1000
	maxTitle  = 200 // code points
	maxThemes = 50
)

// Check refuses a mark that nobody could analyse.
func (m Mark) Check() error {
	if _, err := m.Day(time.UTC); err != nil {
		return fmt.Errorf("%q is no date: give one such as 2026-05-03", m.Date)
	}
	if m.Title == "" || utf8.RuneCountInString(m.Title) > maxTitle {
		return fmt.Errorf("a title of 1 to %d characters is needed", maxTitle)
	}
	if len(m.Themes) > maxThemes {
		return fmt.Errorf("%d themes, at most %d", len(m.Themes), maxThemes)
	}
	for _, s := range append([]string{m.Place.Channel, m.Place.Region, m.Place.Product, m.Control.Channel, m.Control.Region, m.Control.Product}, m.Themes...) {
		if utf8.RuneCountInString(s) > maxTitle {
			return fmt.Errorf("themes and places have at most %d characters", maxTitle)
		}
	}
	if !m.Control.Everywhere() && m.Control == m.Place {
		return errors.New("the control is the place of the action itself: give another")
	}
	if m.Place.Everywhere() && len(m.Themes) == 0 {
		return errors.New("say what the action is meant for: a theme, or a place")
	}
	return nil
}

// List is the actions that were noted down, in order of their dates.
type List []Mark

// marksFile is the JSON form.
type marksFile struct {
	Marks List `json:"marks"`
	Last  int  `json:"last"` // number of the last id, so that none is given twice
}

// Parse reads the JSON form; nothing is no marks.
func Parse(data []byte) (List, error) {
	f, err := parseFile(data)
	return f.Marks, err
}

func parseFile(data []byte) (f marksFile, err error) {
	if len(data) == 0 {
		return f, nil
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return f, fmt.Errorf("malformed marks: %w", err)
	}
	for _, m := range f.Marks {
		if err := m.Check(); err != nil {
			return f, fmt.Errorf("mark %s: %w", m.ID, err)
		}
	}
	return f, nil
}

// Add enters a mark into the JSON form and returns it with its new id.
func Add(data []byte, m Mark) ([]byte, Mark, error) {
	if err := m.Check(); err != nil {
		return nil, m, err
	}
	f, err := parseFile(data)
	if err != nil {
		return nil, m, err
	}
	if len(f.Marks) >= Max {
		return nil, m, fmt.Errorf("there are %d marks already: remove some", Max)
	}
	f.Last++
	m.ID = fmt.Sprint("m", f.Last)
	f.Marks = append(f.Marks, m)
	slices.SortStableFunc(f.Marks, func(a, b Mark) int {
		switch {
		case a.Date < b.Date:
			return -1
		case a.Date > b.Date:
			return 1
		}
		return 0
	})
	out, err := json.Marshal(f)
	return out, m, err
}

// Remove takes a mark out of the JSON form.
func Remove(data []byte, id string) ([]byte, error) {
	f, err := parseFile(data)
	if err != nil {
		return nil, err
	}
	n := len(f.Marks)
	f.Marks = slices.DeleteFunc(f.Marks, func(m Mark) bool { return m.ID == id })
	if len(f.Marks) == n {
		return nil, fmt.Errorf("there is no mark %q", id)
	}
	return json.Marshal(f)
}

// Find is the mark of that id.
func (l List) Find(id string) (Mark, bool) {
	i := slices.IndexFunc(l, func(m Mark) bool { return m.ID == id })
	if i < 0 {
		return Mark{}, false
	}
	return l[i], true
}
