package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// alertsPage lists alerts.
type alertsPage struct {
	Lang   language
	Nobody bool
	Days   int
	Tabs   []option
	Rows   []alertRow
	More   int // that are not shown
	Finds  string
}

// alertRow is one alert in words.
type alertRow struct {
	link
	Kind, State string
	Severe      bool
	Over        bool
	Falling     bool
	Days        string
	Text        string
	Notes       []string
	Causes      []link
	At          string
	Search      string // URL of what it is about, or empty
}

// mostAlerts is how many a page shows.
const mostAlerts = 100

var (
	alertStates = map[string]say{"open": {"新", "New"}, "grown": {"加剧", "Worse"}, "closed": {"已结束", "Over"}}
	severities  = map[string]say{"notice": {"一般", "notice"}, "high": {"较重", "high"}, "severe": {"严重", "severe"}}
)

func (s *server) alerts(r *http.Request, lang language) (answer, error) {
	page := alertsPage{Lang: lang, Nobody: s.cfg.AlertLog == nil, Days: defaultDays, Finds: scope{Lang: lang}.url("/discover")}
	if page.Nobody {
		return answer{"alerts", page, http.StatusOK}, nil
	}
	if v := r.URL.Query().Get("days"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > maxDays {
			return answer{}, &httpError{http.StatusBadRequest, say{"days 应为 1 到 3660 之间的整数。", "days must be a whole number from 1 to 3660."}}
		}
		page.Days = n
	}
	only := r.URL.Query().Get("state")
	tabs := []struct {
		id   string
		name say
	}{{"", say{"全部", "All"}}, {"going", say{"未结束", "Not over"}}, {"clusters", say{"新话题", "New subjects"}}}
	here := scope{Lang: lang, Days: page.Days}.url("/alerts")
	for _, t := range tabs {
		u := here
		if t.id != "" {
			u += "&state=" + t.id
		}
		page.Tabs = append(page.Tabs, option{link{t.name.in(lang), u}, only == t.id})
	}
	if !slices.ContainsFunc(page.Tabs, func(o option) bool { return o.Here }) {
		return answer{}, &httpError{http.StatusBadRequest, say{"state 应为 going 或 clusters。", "state must be going or clusters."}}
	}
	list, err := s.cfg.AlertLog(r.Context(), time.Now().AddDate(0, 0, -page.Days))
	if err != nil {
		return answer{}, err
	}
	slices.SortStableFunc(list, func(x, y Alert) int { return y.At.Compare(x.At) })
	for _, a := range list {
		switch {
		case only == "going" && a.State == "closed", only == "clusters" && a.ThemeKind != "cluster":
		case len(page.Rows) == mostAlerts:
			page.More++
		default:
			page.Rows = append(page.Rows, s.alertRow(a, lang))
		}
	}
	return answer{"alerts", page, http.StatusOK}, nil
}

func (s *server) alertRow(a Alert, l language) alertRow {
	falling := a.Direction == "down"
	row := alertRow{
		link: link{say{a.ZH, a.EN}.in(l), ""}, State: alertStates[a.State].in(l), Over: a.State == "closed", Falling: falling,
		Severe: a.Severity == "severe", Days: a.Since, At: a.At.In(s.cfg.Statistics.Location()).Format("2006-01-02 15:04"),
	}
	if row.Name == "" {
		row.Name = a.Theme
	}
	if a.Day > a.Since {
		row.Days = spanText(dayOf(a.Since), dayOf(a.Day)).in(l)
	}
	sc := scope{Lang: l, Since: a.Since, Until: a.Day}
	switch {
	case a.ThemeKind == "cluster":
		row.URL = scope{Lang: l}.url("/discover")
	default:
		row.URL = themeLink(scope{Lang: l, Days: themeDays}, a.Theme)
		row.Search = sc.narrowed(a.ThemeKind, a.Theme)
	}
	switch {
	case a.Kind == "burst":
		row.Kind = say{"突增", "Burst"}.in(l)
		if name, ok := severities[a.Severity]; ok {
			row.Kind += say{"·", ", "}.in(l) + name.in(l)
		}
	case a.Kind == "drift" && falling:
		row.Kind = say{"缓降", "Slow fall"}.in(l)
	case a.Kind == "drift":
		row.Kind = say{"缓升", "Slow rise"}.in(l)
	default:
		row.Kind = say{"新话题", "New subject"}.in(l)
	}
	if a.Observed != nil && a.Expected != nil {
		row.Text = countText(count(*a.Observed), *a.Expected).in(l)
		const hardly = 0.5 // of next to nothing anything is many times
		if a.Factor != nil && *a.Expected >= hardly {
			factor := decimal(*a.Factor)
			if *a.Factor >= 10 {
				factor = thousands(int(*a.Factor + 0.5))
			}
			row.Text += say{"（" + factor + " 倍）", " (" + factor + " times)"}.in(l)
		}
	}
	if a.Provisional {
		row.Notes = append(row.Notes, say{"数据尚未收齐", "not all of it is in yet"}.in(l))
	}
	if a.Shift {
		row.Notes = append(row.Notes, say{"此后水平未回落", "the level has stayed up"}.in(l))
	}
	for _, c := range a.Causes {
		lift := "×" + decimal(c.Lift)
		if c.AtLeast {
			lift = "≥" + lift
		}
		name := s.valueName(l, c.Column, c.Value) + " " + lift
		cause := link{name, ""}
		if a.ThemeKind != "cluster" && slices.Contains(placeFields, c.Column) && linkable(a.Theme) {
			cause.URL = sc.with(a.ThemeKind, a.Theme).narrowed(c.Column, c.Value)
		}
		row.Causes = append(row.Causes, cause)
	}
	return row
}
