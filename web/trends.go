package web

import (
	"net/http"

	"qingting/textmining/statistics"
)

// apiTrends answers how a label goes on: label= its id or name (all feedback
// without), days=, since=, until=, channel=, region= and product= as of a report,
// compare=previous, two days or a segment, by=channel, region, product or weekday.
func (s *server) apiTrends(r *http.Request) (any, error) {
	sc, err := scopeOf(r, english, defaultDays)
	if err != nil {
		return nil, err
	}
	q := statistics.TrendsQuery{Query: reportQuery(sc), Kind: statistics.Theme}
	q.TopN = -1 // who asks by program sees every theme
	v := r.URL.Query()
	stats := s.cfg.Statistics
	if name := v.Get("label"); name != "" {
		kind, id, ok := stats.Resolve(name)
		if !ok {
			return nil, &httpError{http.StatusNotFound, say{"没有反馈属于这个主题；qingting themes 列出全部主题。", "No feedback carries such a theme; qingting themes lists them all."}}
		}
		q.Kind, q.Label = kind, id
	}
	if sc.Compare != "" {
		if q.Against, err = s.against(sc); err != nil {
			return nil, err
		}
		q.Against.TopN = q.TopN
	}
	if name := v.Get("by"); name != "" {
		column, err := statistics.ParseColumn(name)
		if err != nil {
			return nil, &httpError{http.StatusBadRequest, say{"by 应为 channel、region、product 或 weekday。", "by must be channel, region, product or weekday."}}
		}
		q.By = &column
	}
	return stats.Trends(q)
}
