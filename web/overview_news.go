package web

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingting/textmining/statistics"
)

// toldIn reads what was warned of and is not over, of the days of a report, the
// newest first; the answer is had like that of a pending. Alerts are of all feedback:
// a page that is narrowed to a place has none.
func (s *server) toldIn(ctx context.Context, sc scope, rep statistics.Report) func(late <-chan struct{}) ([]Alert, bool) {
	if s.cfg.AlertLog == nil || len(sc.Filters) > 0 {
		return func(<-chan struct{}) ([]Alert, bool) { return nil, true }
	}
	read := make(chan []Alert, 1)
	go func() {
		list, err := s.cfg.AlertLog(ctx, rep.From)
		if err != nil && ctx.Err() == nil {
			s.cfg.Log.WarnContext(ctx, "alerts cannot be read", "error", err) // the page does without
		}
		if ctx.Err() == nil {
			read <- list
		}
	}()
	return func(late <-chan struct{}) ([]Alert, bool) {
		select {
		case list := <-read:
			from, to := rep.From.Format(time.DateOnly), rep.To.Format(time.DateOnly)
			list = slices.DeleteFunc(slices.Clone(list), func(a Alert) bool { return a.State == "closed" || a.Day < from || a.Since >= to })
			slices.SortStableFunc(list, func(x, y Alert) int {
				return cmp.Or(strings.Compare(y.Day, x.Day), severity(y)-severity(x), y.At.Compare(x.At))
			})
			return list, true
		case <-late:
			return nil, false
		}
	}
}

// surge is a burst of a label, as it is told.
type surge struct {
	kind     statistics.Kind
	from, to time.Time
	peak     time.Time
	size     float64 // pieces above what was to be expected, 0 when that is withheld
	text     string
}

// surges are the largest bursts of the labels in the days of a report.
func (s *server) surges(page *overviewPage, went courses) map[string]surge {
	days := map[string]*statistics.Burst{} // which may be told where all of its days may not
	for _, t := range []lineTable{page.PainPoints, page.Themes, page.Risks} {
		for _, row := range t.Rows {
			days[row.ID] = row.Burst
		}
	}
	found := map[string]surge{}
	for i, c := range went.list {
		for _, b := range slices.Backward(c.Bursts) {
			if b.To.Before(page.Report.From) || !b.From.Before(page.Report.To) {
				continue
			}
			it := surge{went.kind[i], b.From, b.To, b.Peak, 0, s.burstText(b, page.Lang)}
			if day := days[c.ID]; b.Size != nil {
				it.size = *b.Size
			} else if day != nil {
				it.size, it.text = float64(day.Observed)-day.Expected, burstWords(day.Day, day.Day, thousands(day.Observed), day.Expected, page.Lang)
			}
			if known, ok := found[c.ID]; !ok || it.size > known.size {
				found[c.ID] = it
			}
		}
	}
	return found
}

// pressing are the bursts worth a line of what is new, the latest first: the largest,
// and of a pain point none that is one of a theme at the same time. Of a day, themes come first.
func pressing(surges map[string]surge, said map[string]bool) (ids []string) {
	for id, x := range surges {
		themes := x.kind == statistics.PainPoint
		for other, y := range surges {
			if themes && other != id && y.kind == statistics.Theme && !y.to.Before(x.from) && !y.from.After(x.to) {
				x.size, themes = -1, false
			}
		}
		if !said[id] && x.size >= 0 {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(cmp.Compare(surges[b].size, surges[a].size), strings.Compare(a, b))
	})
	ids = ids[:min(len(ids), burstsShown)]
	of := []statistics.Kind{statistics.Theme, statistics.Risk, statistics.PainPoint}
	slices.SortStableFunc(ids, func(a, b string) int {
		x, y := surges[a], surges[b]
		return cmp.Or(y.peak.Compare(x.peak), slices.Index(of, x.kind)-slices.Index(of, y.kind))
	})
	return ids
}

// news is what is new, what bursts, and what drifts, the most pressing first.
func (s *server) news(sc scope, page *overviewPage, went courses, surges map[string]surge, warned []Alert) (list []newsItem) {
	said := map[string]bool{}
	for _, a := range warned {
		if said[a.Theme] || len(list) == alertsShown {
			continue
		}
		said[a.Theme] = true
		row := s.alertRow(a, sc.Lang)
		text := row.Days
		if row.Text != "" {
			text += say{"，", ": "}.in(sc.Lang) + row.Text
		}
		list = append(list, newsItem{row.Kind, !row.Falling, row.link, text})
	}
	names := map[string]link{}
	for _, c := range went.list {
		names[c.ID] = link{say{c.ZH, c.EN}.in(sc.Lang), themeLink(sc, c.ID)}
	}
	for _, id := range pressing(surges, said) {
		list = append(list, newsItem{say{"突增", "Burst"}.in(sc.Lang), true, names[id], surges[id].text})
	}
	for id := range surges {
		said[id] = true
	}
	for _, t := range []lineTable{page.PainPoints, page.Themes, page.Risks} {
		for _, row := range t.Rows {
			name := link{row.Name, row.Link}
			switch {
			case said[row.ID]:
			case row.New:
				list = append(list, newsItem{say{"新出现", "New"}.in(sc.Lang), true, name, say{count(row.Documents) + " 条，上一时段没有", count(row.Documents) + ", none in the period before"}.in(sc.Lang)})
			case row.Significant && row.Change != nil && *row.Change > 0:
				list = append(list, newsItem{say{"显著上升", "Rise"}.in(sc.Lang), true, name, change(row.Change) + say{"，" + count(row.Documents) + " 条", ", " + count(row.Documents)}.in(sc.Lang)})
			default:
				continue
			}
			said[row.ID] = true
		}
	}
	for _, c := range went.list {
		for _, d := range slices.Backward(c.Drifts) {
			if said[c.ID] || d.Sure.Before(page.Report.From) || !d.Sure.Before(page.Report.To) {
				continue
			}
			said[c.ID] = true
			kind := say{"缓降", "Slow fall"}
			if d.Up {
				kind = say{"缓升", "Slow rise"}
			}
			list = append(list, newsItem{kind.in(sc.Lang), d.Up, names[c.ID], driftText(d, page.Report.From, sc.Lang)})
		}
	}
	return list
}

// driftText is a drift in words; from is the first day that was looked at.
func driftText(d statistics.Drift, from time.Time, l language) string {
	since := d.Since.Format(time.DateOnly)
	text := say{"自 " + since + " 起", "Since " + since + " "}
	if !d.Since.After(from) {
		text = say{"这段时间里", "Over this period "}
	}
	way := say{"缓慢下降", "slowly fewer"}
	if d.Up {
		way = say{"缓慢上升", "slowly more"}
	}
	out := text.in(l) + way.in(l)
	if d.Observed != nil && d.Expected != nil && !d.Observed.Withheld() {
		n, level := count(*d.Observed), strings.TrimSuffix(decimal(*d.Expected), ".0")
		out += say{"：" + n + " 条，按原来的水平约 " + level + " 条", ": " + n + ", at the level before about " + level}.in(l)
	}
	return out
}

// burstText is a burst in words, with what most of it comes from.
func (s *server) burstText(b statistics.Episode, l language) string {
	n := count(b.Observed)
	if b.Observed.Withheld() { // it may well be many: together with the days about it, it would tell of a few
		n = ""
	}
	text := burstWords(b.From, b.To, n, b.Expected, l)
	var why []string
	for _, cause := range b.Causes {
		why = append(why, clip(s.valueName(l, cause.Column, cause.Value)))
	}
	if len(why) > 0 {
		text += say{"；主要来自", "; mostly from "}.in(l) + joinWords(why, l)
	}
	return text
}

// burstWords says on which days there was how much, and how much is usual; an empty
// number is withheld.
func burstWords(from, to time.Time, n string, expected float64, l language) string {
	return spanText(from, to).in(l) + say{"，", ": "}.in(l) + countText(n, expected).in(l)
}

// countText says how much there was, and how much is usual; an empty number is withheld.
func countText(n string, expected float64) say {
	number := say{n + " 条", n}
	if n == "" {
		number = say{"条数不显示", "the number is withheld"}
	}
	if expected < hardly {
		return say{number.ZH + "，平日几乎没有", number.EN + ", usually hardly any"}
	}
	about := strings.TrimSuffix(decimal(expected), ".0")
	return say{number.ZH + "，平日约 " + about + " 条", number.EN + ", usually about " + about}
}

// spanText is one day, or the first and the last; of the last the month and the day,
// where the year is the same.
func spanText(from, to time.Time) say {
	first, last := from.Format(time.DateOnly), to.Format(time.DateOnly)
	if first == last {
		return say{first, first}
	}
	if from.Year() == to.Year() {
		last = to.Format("01-02")
	}
	return say{first + " 至 " + last, first + " to " + last}
}

// hardly is what rounds to nothing.
const hardly = 0.05

// newClusters are discovered themes that are new, and grow.
func (s *server) newClusters(ctx context.Context, sc scope) (list []newsItem, err error) {
	if s.cfg.Discovery == nil {
		return nil, nil
	}
	found, _, err := s.cfg.Discovery.Found(ctx)
	if err != nil || found == nil {
		return nil, err
	}
	for _, t := range standing(found) {
		if t.State != "new" && t.State != "grown" && t.State != "returned" || t.Customers < withheldCustomers || len(list) == clustersShown {
			continue
		}
		list = append(list, newsItem{
			say{"新话题", "New subject"}.in(sc.Lang), t.Emerging != nil,
			link{t.Name, sc.url("/discover")},
			say{fmt.Sprintf("%s 条，%s 位客户", thousands(t.Size), thousands(t.Customers)), fmt.Sprintf("%s texts of %s customers", thousands(t.Size), thousands(t.Customers))}.in(sc.Lang),
		})
	}
	return list, nil
}

// severity orders alerts.
func severity(a Alert) int { return slices.Index([]string{"notice", "high", "severe"}, a.Severity) }
