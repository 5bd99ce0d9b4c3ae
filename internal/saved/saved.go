// Package saved is the searches that people save, to run them again and to be
// told of new feedback that they find.
//
//	data, s, err := saved.Add(data, saved.Search{Name: "退费慢", Query: "退费 慢", Owner: "lin", Alert: true})
//	list, err := saved.Parse(data)
//
// It knows their JSON form, their limits and whose they are; it neither stores
// nor searches, and whether a query can be read is for who calls it.
package saved

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Search is one saved search.
type Search struct {
	ID      string   `json:"id"` // "s1", "s2" …; none is given twice
	Name    string   `json:"name"`
	Query   string   `json:"query"`
	Filters []Filter `json:"filters,omitempty"`
	Owner   string   `json:"owner"`
	Alert   bool     `json:"alert"` // new matches are published
	// After is the last document that was there when the alert was turned on:
	// what came later is new.
	After   uint64    `json:"after,omitempty"`
	Created time.Time `json:"created,omitzero"`
}

// Filter keeps documents with any of Values in a field.
type Filter struct {
	Field  string   `json:"field"`
	Values []string `json:"values"`
}

// Limits.
const (
	Max      = 1000
	MaxOwner = 100 // of one user
	maxName  = 80  // code points
	maxQuery = 1000
	maxParts = 16 // filters, and values of one
)

// Check refuses a search that nobody could save.
func (s Search) Check() error {
	if n := utf8.RuneCountInString(s.Name); strings.TrimSpace(s.Name) == "" || n > maxName || strings.ContainsFunc(s.Name, unicode.IsControl) {
		return fmt.Errorf("a name of 1 to %d characters is needed, on one line", maxName)
	}
	if strings.TrimSpace(s.Query) == "" && len(s.Filters) == 0 {
		return errors.New("a query is needed: an empty one finds everything")
	}
	if utf8.RuneCountInString(s.Query) > maxQuery {
		return fmt.Errorf("the query has more than %d characters", maxQuery)
	}
	if len(s.Filters) > maxParts {
		return fmt.Errorf("%d filters, at most %d", len(s.Filters), maxParts)
	}
	for _, f := range s.Filters {
		if f.Field == "" || len(f.Values) == 0 || len(f.Values) > maxParts {
			return fmt.Errorf("a filter has a field, and 1 to %d values", maxParts)
		}
		for _, v := range f.Values {
			if v == "" || utf8.RuneCountInString(v) > maxName {
				return fmt.Errorf("the value of a filter has 1 to %d characters", maxName)
			}
		}
	}
	return nil
}

// List is the saved searches, in the order they were made.
type List []Search

// Find is the search of that id, or of that name when only one has it.
func (l List) Find(id string) (Search, bool) {
	if i := slices.IndexFunc(l, func(s Search) bool { return s.ID == id }); i >= 0 {
		return l[i], true
	}
	var found []Search
	for _, s := range l {
		if s.Name == id {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		return Search{}, false
	}
	return found[0], true
}

// file is the JSON form.
type file struct {
	Searches List `json:"searches"`
	Last     int  `json:"last"` // number of the last id
}

// Parse reads the JSON form; nothing is no searches.
func Parse(data []byte) (List, error) {
	f, err := parse(data)
	return f.Searches, err
}

func parse(data []byte) (f file, err error) {
	if len(data) == 0 {
		return f, nil
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return f, fmt.Errorf("malformed saved searches: %w", err)
	}
	for _, s := range f.Searches {
		if err := s.Check(); err != nil {
			return f, fmt.Errorf("saved search %s: %w", s.ID, err)
		}
	}
	return f, nil
}

// Add enters a search into the JSON form and returns it with its new id.
func Add(data []byte, s Search) ([]byte, Search, error) {
	if err := s.Check(); err != nil {
		return nil, s, err
	}
	f, err := parse(data)
	if err != nil {
		return nil, s, err
	}
	own := 0
	for _, other := range f.Searches {
		if other.Owner != s.Owner {
			continue
		}
		if own++; other.Name == s.Name {
			return nil, s, fmt.Errorf("you have a saved search of this name: %s; remove it, or take another name", other.ID)
		}
	}
	switch {
	case own >= MaxOwner:
		return nil, s, fmt.Errorf("you have %d saved searches, which is the most: remove some", own)
	case len(f.Searches) >= Max:
		return nil, s, fmt.Errorf("there are %d saved searches, which is the most: remove some", Max)
	}
	f.Last++
	s.ID = fmt.Sprint("s", f.Last)
	f.Searches = append(f.Searches, s)
	out, err := json.Marshal(f)
	return out, s, err
}

// Change has the search of an id changed by how, for who may: its owner, and
// anybody when owner is empty. A search that how makes nothing of is removed.
func Change(data []byte, id, owner string, how func(Search) *Search) ([]byte, error) {
	f, err := parse(data)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(f.Searches, func(s Search) bool { return s.ID == id })
	switch {
	case i < 0:
		return nil, fmt.Errorf("there is no saved search %q: see \"qingting saved list\"", id)
	case owner != "" && f.Searches[i].Owner != owner:
		return nil, fmt.Errorf("saved search %s belongs to %s, who alone may change it", id, f.Searches[i].Owner)
	}
	if after := how(f.Searches[i]); after == nil {
		f.Searches = slices.Delete(f.Searches, i, i+1)
	} else if err := after.Check(); err != nil {
		return nil, err
	} else if j := slices.IndexFunc(f.Searches, func(s Search) bool { return s.ID != id && s.Owner == after.Owner && s.Name == after.Name }); j >= 0 {
		return nil, fmt.Errorf("you have a saved search of this name: %s; remove it, or take another name", f.Searches[j].ID)
	} else {
		f.Searches[i] = *after
	}
	return json.Marshal(f)
}
