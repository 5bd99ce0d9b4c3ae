package web

import (
	"slices"
	"strings"

	"qingting/internal/mark"
	"qingting/textmining/insight"
)

// effort is an action whose effect is being worked out.
type effort struct {
	mark.Mark
	work pending[*insight.Assessment]
}

// placed are the actions that may have changed something in a scope: those of
// everywhere, and of the places that it is narrowed to.
func placed(sc scope, marks mark.List) mark.List {
	return slices.DeleteFunc(slices.Clone(marks), func(m mark.Mark) bool {
		for i, value := range []string{m.Place.Channel, m.Place.Region, m.Place.Product} {
			if here := sc.Value(placeFields[i]); here != "" && value != "" && here != value {
				return true
			}
		}
		return false
	})
}

// latest are the last actions that were taken, the newest first.
func latest(marks mark.List) mark.List {
	list := slices.Clone(marks)
	slices.SortStableFunc(list, func(a, b mark.Mark) int { return strings.Compare(b.Date, a.Date) })
	return list[:min(len(list), effortsShown)]
}

// begun has what came of actions worked out.
func (s *server) begun(marks mark.List) (list []effort) {
	for _, m := range marks {
		list = append(list, effort{m, s.assessing(m)})
	}
	return list
}
