package follow

import (
	"maps"
	"slices"
)

// Limits of a state, so that it does not grow for ever.
const (
	mostThemes    = 250
	mostDecisions = 1000
)

// Prune forgets what is of no use any more: counts of periods before oldest, and
// themes that no fit has held since forgotten, as periods that sort by time
// ("2026-01-31"). A theme stays while it is part of a decision that still counts:
// promoted, merged with one that stays, or split from it. Of more than 250 themes,
// those go first that were gone longest; of more than 1,000 decisions, the oldest.
// An empty oldest or forgotten forgets nothing by age.
func (s *State) Prune(oldest, forgotten string) {
	for _, t := range s.Themes {
		maps.DeleteFunc(t.Counts, func(period string, _ int) bool { return period < oldest })
	}
	over := len(s.Themes) - mostThemes
	byAge := slices.Clone(s.Themes)
	slices.SortStableFunc(byAge, func(a, b *Theme) int { return a.Last - b.Last })
	drop := map[string]bool{}
	for _, t := range byAge {
		old := t.Last < s.Fits && t.Seen != "" && t.Seen < forgotten
		if !old && (over <= 0 || t.Last == s.Fits) {
			continue
		}
		if t.Status == Promoted {
			continue
		}
		drop[t.ID] = true
		over--
	}
	for again := true; again; { // what something that stays leads to stays
		again = false
		for _, t := range s.Themes {
			if drop[t.ID] {
				continue
			}
			for _, id := range [2]string{t.Into, t.Of} {
				if id != "" && drop[id] {
					delete(drop, id)
					again = true
				}
			}
		}
	}
	s.Themes = slices.DeleteFunc(s.Themes, func(t *Theme) bool { return drop[t.ID] })
	if n := len(s.Decisions); n > mostDecisions {
		s.Decisions = slices.Clone(s.Decisions[n-mostDecisions:])
	}
}

// Day says on which day the last fit was made: themes that it holds were seen
// then, and those that it was the first to hold were born.
func (s *State) Day(day string) {
	for _, t := range s.Themes {
		if t.Last != s.Fits {
			continue
		}
		t.Seen = day
		if t.First == s.Fits {
			t.Born = day
		}
	}
}
