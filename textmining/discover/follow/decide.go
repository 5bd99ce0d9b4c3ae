package follow

import (
	"fmt"
	"slices"
	"strings"
)

func (s *State) find(id string) (*Theme, error) {
	t := s.Theme(id)
	if t == nil {
		return nil, fmt.Errorf("there is no theme %q", id)
	}
	if t.Into != "" {
		return nil, fmt.Errorf("theme %s was merged into %s: decide about that", id, s.Root(id).ID)
	}
	return t, nil
}

func (s *State) decided(action, id, name string, with ...string) {
	s.Decisions = append(s.Decisions, Decision{Fit: s.Fits, Action: action, ID: id, With: with, Name: name})
}

// Rename gives a theme a name that fits do not change.
func (s *State) Rename(id, name string) error {
	t, err := s.find(id)
	if err != nil {
		return err
	}
	if name = strings.TrimSpace(name); name == "" {
		return fmt.Errorf("theme %s needs a name", id)
	}
	t.Name, t.Named = name, true
	s.decided("rename", id, name)
	return nil
}

// Merge shows others as part of id from now on, however later fits draw the
// line between them.
func (s *State) Merge(id string, others ...string) error {
	if _, err := s.find(id); err != nil {
		return err
	}
	if len(others) == 0 {
		return fmt.Errorf("name what is to be merged into %s", id)
	}
	for _, o := range others {
		t, err := s.find(o)
		if err != nil {
			return err
		}
		if o == id {
			return fmt.Errorf("theme %s cannot be merged into itself", id)
		}
		if t.Split {
			return fmt.Errorf("theme %s has been split: merge its parts", o)
		}
	}
	for _, o := range others {
		s.Theme(o).Into = id
	}
	s.decided("merge", id, "", others...)
	return nil
}

// Separate undoes the merger of a theme into another.
func (s *State) Separate(id string) error {
	t := s.Theme(id)
	if t == nil || t.Into == "" {
		return fmt.Errorf("theme %q is merged into nothing", id)
	}
	with := t.Into
	t.Into = ""
	s.decided("separate", id, "", with)
	return nil
}

// Part is what a theme is split into: a name, and terms that tell its documents
// from those of the other parts.
type Part struct {
	Name  string
	Terms []string
}

// Split divides a theme into two parts or more and returns their ids. From the
// next fit on each of its documents goes to the part most of whose terms it
// has; what has none stays with the theme.
func (s *State) Split(id string, parts ...Part) ([]string, error) {
	t, err := s.find(id)
	if err != nil {
		return nil, err
	}
	switch {
	case t.Of != "":
		return nil, fmt.Errorf("theme %s is a part itself: split %s anew", id, t.Of)
	case t.Split:
		return nil, fmt.Errorf("theme %s has been split before", id)
	case len(parts) < 2:
		return nil, fmt.Errorf("splitting %s needs two parts at least", id)
	}
	for _, p := range parts {
		if strings.TrimSpace(p.Name) == "" || len(p.Terms) == 0 {
			return nil, fmt.Errorf("each part of %s needs a name and terms", id)
		}
	}
	t.Split = true
	var ids []string
	for _, p := range parts {
		n := s.add()
		n.Name, n.Named, n.Of, n.Parts = p.Name, true, id, slices.Clone(p.Terms)
		n.Last, n.Terms, n.Sample = s.Fits, map[string]float64{}, Sample{Hashes: []string{}}
		for _, term := range n.Parts {
			n.Terms[term] = 1
		}
		n.Terms = heaviest(n.Terms)
		ids = append(ids, n.ID)
	}
	s.decided("split", id, "", ids...)
	return ids, nil
}

// Dismiss puts a theme out of sight until it is twice as large as now.
func (s *State) Dismiss(id string) error {
	t, err := s.find(id)
	if err != nil {
		return err
	}
	t.Status, t.Dismissed = Dismissed, max(1, s.size(id))
	s.decided("dismiss", id, "")
	return nil
}

// Promote notes that a theme is one of the taxonomy now.
func (s *State) Promote(id, theme string) error {
	t, err := s.find(id)
	if err != nil {
		return err
	}
	if theme == "" {
		return fmt.Errorf("name the theme of the taxonomy that %s became", id)
	}
	t.Status, t.Promoted = Promoted, theme
	s.decided("promote", id, theme)
	return nil
}

// Restore opens a dismissed or promoted theme again.
func (s *State) Restore(id string) error {
	t, err := s.find(id)
	if err != nil {
		return err
	}
	if t.Status != Dismissed && t.Status != Promoted {
		return fmt.Errorf("theme %s is %s: there is nothing to undo", id, t.Status)
	}
	t.Status, t.Dismissed, t.Promoted = Open, 0, ""
	s.decided("restore", id, "")
	return nil
}

// size is the documents that the last fit showed under id.
func (s *State) size(id string) int {
	n := 0
	for _, t := range s.Themes {
		if t.Last == s.Fits && s.Root(t.ID).ID == id {
			n += t.Size
		}
	}
	return n
}
