package radar

import (
	"cmp"

	"qingting/textmining/discover/follow"
)

// events says what happened since the run before, of themes that may be shown.
func (w *work) events(events []follow.Event) {
	w.Run = w.state.Fits
	if w.Run == 1 {
		return // all is new, and that is no news
	}
	changed := map[string]Event{}
	for _, e := range events {
		was, now := w.before[e.ID], w.state.Theme(e.ID)
		_, known := w.before[e.ID]
		hidden := !known || was.Few
		if hidden && (now.Few || e.After == 0) {
			continue // never shown
		}
		out := Event{Kind: e.Kind, ID: e.ID, Name: cmp.Or(now.Name, was.Name), With: e.With}
		if !hidden && e.Before > 0 {
			out.Before = &e.Before
		}
		if !now.Few && e.After > 0 {
			out.After = &e.After
		}
		switch e.Kind {
		case follow.Split, follow.Merged:
			out.Before, out.After = nil, nil
		default:
			changed[e.ID] = out
		}
		if e.Kind != follow.Continued {
			w.Events = append(w.Events, out)
		}
	}
	for _, list := range [][]Theme{w.Themes, w.Loose} {
		for i := range list {
			if e, ok := changed[list[i].ID]; ok {
				list[i].Change, list[i].Before = e.Kind, e.Before
			}
		}
	}
}
