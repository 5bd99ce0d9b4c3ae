package follow

import (
	"fmt"
	"slices"
	"testing"
)

func known(s *State) (ids []string) {
	for _, t := range s.Themes {
		ids = append(ids, t.ID)
	}
	return ids
}

func TestPruneForgets(t *testing.T) {
	s := &State{Format: Format, Next: 6, Fits: 9, Themes: []*Theme{
		{ID: "d-1", Status: Gone, Last: 3, Seen: "2026-01-10", Counts: map[string]int{"2026-01-01": 3}},
		{ID: "d-2", Status: Open, Last: 9, Seen: "2026-06-10", Counts: map[string]int{"2026-01-01": 3, "2026-06-01": 2}},
		{ID: "d-3", Status: Promoted, Promoted: "x", Last: 3, Seen: "2026-01-10"},
		{ID: "d-4", Status: Gone, Last: 3, Seen: "2026-01-10"}, // d-5 is shown under it
		{ID: "d-5", Status: Open, Into: "d-4", Last: 9, Seen: "2026-06-10"},
		{ID: "d-6", Status: Gone, Last: 8, Seen: "2026-06-01"},
	}}
	s.Prune("2026-03-01", "2026-03-01")
	if want := []string{"d-2", "d-3", "d-4", "d-5", "d-6"}; !slices.Equal(known(s), want) {
		t.Errorf("left are %v, want %v", known(s), want)
	}
	if n := len(s.Theme("d-2").Counts); n != 1 {
		t.Errorf("%d periods are left, want one", n)
	}
	data, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Parse(data); err != nil {
		t.Errorf("what is left cannot be read: %v", err)
	}
}

func TestPruneIsBounded(t *testing.T) {
	s := &State{Format: Format, Next: 400, Fits: 100}
	for i := range 400 {
		s.Themes = append(s.Themes, &Theme{ID: fmt.Sprintf("d-%d", i+1), Status: Gone, Last: i / 4})
	}
	s.Decisions = make([]Decision, 1500)
	s.Prune("", "")
	if len(s.Themes) != mostThemes || s.Theme("d-400") == nil || s.Theme("d-1") != nil {
		t.Errorf("%d themes are left", len(s.Themes))
	}
	if len(s.Decisions) != mostDecisions {
		t.Errorf("%d decisions are left", len(s.Decisions))
	}
}
