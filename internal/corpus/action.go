package corpus

import (
	"slices"
	"time"
)

// Intervention is an action that is planted: from a day on, complaints about a
// theme become fewer in a region, and stay what they were in another.
type Intervention struct {
	Title  string
	Date   time.Time // first day it works
	Theme  string
	Region string
	// Control is a region where there is as much of it and nothing is done.
	Control string
	// Effect is the relative change of what is said of the theme: -0.65.
	Effect float64
}

const (
	actionEvent   = "dispatch"
	actionBlock   = "install-delay"
	actionTheme   = "installer-late"
	actionCity    = "成都"
	controlCity   = "郑州"
	actionPercent = 65 // of what is said of it, from the action on, is not said
)

// actionDay is the first day of the action.
func (o Options) actionDay() int { return o.Days * 19 / 30 }

// Interventions are the planted actions of a corpus of these options.
func Interventions(opts Options) []Intervention {
	o := opts.withDefaults()
	where, _ := findCity(actionCity)
	control, _ := findCity(controlCity)
	return []Intervention{{
		Title: "装维统一派单 One dispatch for installers", Date: o.End.AddDate(0, 0, o.actionDay()-o.Days), Theme: actionTheme,
		Region: where.name, Control: control.name, Effect: -actionPercent / 100.,
	}}
}

// dispatch makes a backlog of installations in two provinces, in one of which it
// is worked off from a day on.
func (g *generator) dispatch(n int) []*draft {
	where, c := findCity(actionCity)
	elsewhere, other := findCity(controlCity)
	first := g.opts.actionDay()
	treated, control := make([]int, g.opts.Days), make([]int, g.opts.Days)
	for day := range treated {
		treated[day], control[day] = 100, 100
		if day >= first {
			treated[day] -= actionPercent
		}
	}
	weights := slices.Concat(treated, control)
	out := make([]*draft, n)
	for i := range out {
		at := g.random.weighted(weights)
		region, city := where, c
		if at >= g.opts.Days {
			region, city = elsewhere, other
		}
		out[i] = g.event(1, actionEvent, actionBlock, func() int { return at % g.opts.Days }, func(english bool) *person {
			p := g.newPerson(english, region, city)
			g.people = append(g.people, p)
			return p
		})[0]
	}
	return out
}

// writeSpared writes a draft. Where the action works, who would have spoken of
// its theme speaks, in so many of 100 cases, of something else.
func (g *generator) writeSpared(d *draft) Item {
	item := g.write(d)
	where, _ := findCity(actionCity)
	first := g.opts.End.AddDate(0, 0, g.opts.actionDay()-g.opts.Days)
	about := func() bool { return slices.Contains(item.Truth.Themes, actionTheme) }
	if d.event != "" || d.person.region != where || d.time.Before(first) || !about() || !g.random.chance(actionPercent) {
		return item
	}
	for about() {
		if d.block.name == actionBlock {
			d.block = g.chooseBlock(d, 0)
		}
		item = g.write(d)
	}
	return item
}
