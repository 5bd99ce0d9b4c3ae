package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"qingting/textmining/statistics"
)

// previous compares with the period of the same length before.
const previous = "previous"

// readPeriod reads since=, until= and compare=. The page of comparisons sends two
// days as compare_since= and compare_until=.
func (sc *scope) readPeriod(q url.Values) error {
	bad := func(zh, en string) error { return &httpError{http.StatusBadRequest, say{zh, en}} }
	sc.Since, sc.Until, sc.Compare = q.Get("since"), q.Get("until"), q.Get("compare")
	if a, b := q.Get("compare_since"), q.Get("compare_until"); a != "" || b != "" {
		sc.Compare = a + ".." + b
	}
	for name, day := range map[string]string{"since": sc.Since, "until": sc.Until} {
		if day != "" && dayOf(day).IsZero() {
			return bad(name+" 应为日期，如 2026-01-31。", name+" must be a day such as 2026-01-31.")
		}
	}
	if sc.Since != "" && sc.Until != "" && sc.Until < sc.Since {
		return bad("until 早于 since：请把较早的日期填在前面。", "until is before since: give the earlier day first.")
	}
	if days := dayOf(sc.Until).Sub(dayOf(sc.Since)).Hours() / 24; sc.Since != "" && sc.Until != "" && days >= maxDays {
		return bad("时间范围最多 3660 天。", "A period has at most 3660 days.")
	}
	if sc.Compare != "" && sc.Compare != previous {
		from, to, days := strings.Cut(sc.Compare, "..")
		field, value := sc.segment()
		isSegment := field != "" && value != "" && linkable(value)
		if !isSegment && (!days || dayOf(from).IsZero() || dayOf(to).IsZero() || to < from) {
			return bad("compare 应为 previous（上一时段）、两个日期（如 2026-01-01..2026-01-31），或一个分组（如 region:浙江、channel:app、product:broadband）。",
				"compare must be previous, two days such as 2026-01-01..2026-01-31, or a segment such as region:North, channel:app or product:broadband.")
		}
	}
	return nil
}

// segment is the part of the feedback that the scope is held against, or "".
func (sc scope) segment() (field, value string) {
	field, value, _ = strings.Cut(sc.Compare, ":")
	if !slices.Contains(placeFields, field) {
		return "", ""
	}
	return field, value
}

// dayOf reads a day; the zero time when it is none. It is before noon of that day
// wherever days may begin, so that whoever counts days takes it for that one.
func dayOf(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1970 {
		return time.Time{}
	}
	return t.Add(11 * time.Hour)
}

// reportQuery is what the statistics are asked in a scope.
func reportQuery(sc scope) statistics.Query {
	q := statistics.Query{
		Days: sc.Days, TopN: labelsShown,
		Channel: sc.Value("channel"), Region: sc.Value("region"), Product: sc.Value("product"),
	}
	if sc.Since != "" {
		q.From = dayOf(sc.Since)
	}
	if sc.Until != "" {
		q.To = dayOf(sc.Until).AddDate(0, 0, 1)
	}
	return q
}

// against is what a scope is held against: the period before unless it says
// otherwise.
func (s *server) against(sc scope) (*statistics.Query, error) {
	q := reportQuery(sc)
	if field, value := sc.segment(); field != "" {
		switch field {
		case "channel":
			q.Channel = value
		case "region":
			q.Region = value
		default:
			q.Product = value
		}
		return &q, nil
	}
	spec := sc.Compare
	if spec == "" {
		spec = previous
	}
	return s.cfg.Statistics.Against(q, spec)
}

// bounds are the first instant of a search's period and the one after it; zero is
// open.
func (s *server) bounds(sc scope) (since, until time.Time) {
	in := func(day string) time.Time {
		t, err := time.ParseInLocation(time.DateOnly, day, s.cfg.Statistics.Location())
		if err != nil {
			return time.Time{}
		}
		return t
	}
	end := s.cfg.Statistics.End()
	if sc.Until != "" {
		end = in(sc.Until).AddDate(0, 0, 1)
	}
	switch {
	case sc.Since != "":
		return in(sc.Since), end
	case end.IsZero():
		return end, end
	case sc.Days > 0:
		return end.AddDate(0, 0, -sc.Days), end
	case sc.Until != "":
		return time.Time{}, end
	}
	return time.Time{}, time.Time{}
}

// periodName is the period of a scope for readers.
func (sc scope) periodName() say {
	switch {
	case sc.Since != "" && sc.Until != "":
		return say{sc.Since + " 至 " + sc.Until, sc.Since + " to " + sc.Until}
	case sc.Since != "":
		return say{sc.Since + " 起", "since " + sc.Since}
	case sc.Until != "" && sc.Days > 0:
		name := lastDays(sc.Days)
		return say{"至 " + sc.Until + "，" + name.ZH, name.EN + " up to " + sc.Until}
	case sc.Until != "":
		return say{"至 " + sc.Until, "up to " + sc.Until}
	}
	return lastDays(sc.Days)
}
