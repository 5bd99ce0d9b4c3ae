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

// news is what is new, what bursts, and what drifts, the most pressing first.
func (s *server) news(sc scope, page *overviewPage, went courses, warned []Alert) (list []newsItem) {
	var bursts, drifts []newsItem
	var days []time.Time
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
	for _, c := range went.list {
		name := link{say{c.ZH, c.EN}.in(sc.Lang), themeLink(sc, c.ID)}
		for _, b := range slices.Backward(c.Bursts) {
			if b.To.Before(page.Report.From) || !b.From.Before(page.Report.To) || said[c.ID] || b.Observed.Withheld() {
				continue
			}
			said[c.ID] = true
			bursts = append(bursts, newsItem{say{"突增", "burst"}.in(sc.Lang), true, name, s.burstText(b, sc.Lang)})
			days = append(days, b.Peak)
		}
		for _, d := range c.Drifts {
			if d.Sure.Before(page.Report.From) || !d.Sure.Before(page.Report.To) || said[c.ID] {
				continue
			}
			since := d.Since.Format(time.DateOnly)
			item := newsItem{say{"缓降", "drift"}.in(sc.Lang), false, name, say{"自 " + since + " 起缓慢下降", "slowly falling since " + since}.in(sc.Lang)}
			if d.Up {
				item.Kind, item.Sure, item.Text = say{"缓升", "drift"}.in(sc.Lang), true, say{"自 " + since + " 起缓慢上升", "slowly rising since " + since}.in(sc.Lang)
			}
			drifts = append(drifts, item)
		}
	}
	order := make([]int, len(bursts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return days[b].Compare(days[a]) })
	for _, i := range order[:min(len(order), burstsShown)] {
		list = append(list, bursts[i])
	}
	for _, t := range []lineTable{page.PainPoints, page.Themes, page.Risks} {
		for _, row := range t.Rows {
			name := link{row.Name, row.Link}
			switch {
			case said[row.ID]:
			case row.New:
				list = append(list, newsItem{say{"新出现", "new"}.in(sc.Lang), true, name, say{count(row.Documents) + " 条，上一时段没有", count(row.Documents) + ", none in the period before"}.in(sc.Lang)})
			case row.Significant && row.Change != nil && *row.Change > 0:
				list = append(list, newsItem{say{"显著上升", "rise"}.in(sc.Lang), true, name, change(row.Change) + say{"，" + count(row.Documents) + " 条", ", " + count(row.Documents)}.in(sc.Lang)})
			}
		}
	}
	return append(list, drifts...)
}

// burstText is a burst in words, with what most of it comes from.
func (s *server) burstText(b statistics.Episode, l language) string {
	day, n, usual := b.Peak.Format(time.DateOnly), count(b.Observed), decimal(b.Expected)
	text := say{day + "，" + n + " 条，平日约 " + usual + " 条", day + ": " + n + ", where about " + usual + " is usual"}.in(l)
	if b.Observed.Withheld() { // it may well be many: together with the days about it, it would tell of a few
		text = say{day + "，条数不显示，平日约 " + usual + " 条", day + ": the number is withheld, about " + usual + " is usual"}.in(l)
	}
	var why []string
	for _, cause := range b.Causes {
		why = append(why, clip(s.valueName(l, cause.Column, cause.Value)))
	}
	if len(why) > 0 {
		text += say{"；多出的主要来自 ", "; most of the excess from "}.in(l) + joinWords(why, l)
	}
	return text
}

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
			say{"未命名的主题", "unnamed theme"}.in(sc.Lang), t.Emerging != nil,
			link{t.Name, sc.url("/discover")},
			say{fmt.Sprintf("%s 条，%s 位客户", thousands(t.Size), thousands(t.Customers)), fmt.Sprintf("%s texts of %s customers", thousands(t.Size), thousands(t.Customers))}.in(sc.Lang),
		})
	}
	return list, nil
}

// severity orders alerts.
func severity(a Alert) int { return slices.Index([]string{"notice", "high", "severe"}, a.Severity) }
