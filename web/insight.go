package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"qingting/internal/mark"
	"qingting/textmining/driver"
	"qingting/textmining/insight"
)

// driverDays is the period that drivers are looked for in when none is given.
const driverDays = 180

// apiDrivers answers which themes move the rating.
func (s *server) apiDrivers(r *http.Request) (any, error) {
	sc, err := scopeOf(r, english, driverDays)
	if err != nil {
		return nil, err
	}
	d, err := insight.Drive(s.cfg.Statistics, reportQuery(sc), insight.Options{Mentions: r.URL.Query().Get("count") == "mentions"})
	switch {
	case errors.Is(err, driver.ErrFew):
		return nil, &httpError{http.StatusUnprocessableEntity, say{"有评分的客户太少，无法判断哪些主题影响评分。请延长时间范围。", "Too few customers rated to say what moves the rating. Choose a longer period."}}
	case errors.Is(err, driver.ErrFlat):
		return nil, &httpError{http.StatusUnprocessableEntity, say{"所有评分都相同，没有什么可以解释。", "All ratings are the same: nothing moves them."}}
	}
	return d, err
}

// marksAnswer lists the actions that were noted down.
type marksAnswer struct {
	Marks mark.List `json:"marks"`
}

func (s *server) apiMarks(r *http.Request) (any, error) {
	if s.cfg.Marks == nil {
		return marksAnswer{Marks: mark.List{}}, nil
	}
	marks, err := s.cfg.Marks(r.Context())
	if marks == nil {
		marks = mark.List{}
	}
	return marksAnswer{marks}, err
}

// apiAssess answers what an action changed: one that was noted down, by id=, or
// one that the request describes.
func (s *server) apiAssess(r *http.Request) (any, error) {
	q := r.URL.Query()
	bad := func(zh, en string) (any, error) {
		return nil, &httpError{http.StatusBadRequest, say{zh, en}}
	}
	o := insight.Options{Slope: q.Get("slope") == "true"}
	for name, to := range map[string]*int{"before": &o.Before, "after": &o.After} {
		if v := q.Get(name); v != "" {
			n, err := strconv.Atoi(v)
			if err != nil || n < 1 || n > maxDays {
				return bad("before 和 after 应为天数，1 到 3660。", "before and after are days, from 1 to 3660.")
			}
			*to = n
		}
	}
	m := mark.Mark{
		Title: "-", Date: q.Get("date"), Themes: slices.DeleteFunc(q["theme"], func(s string) bool { return s == "" }),
		Place:   mark.Place{Channel: q.Get("channel"), Region: q.Get("region"), Product: q.Get("product")},
		Control: mark.Place{Channel: q.Get("control_channel"), Region: q.Get("control_region"), Product: q.Get("control_product")},
	}
	if id := q.Get("id"); id != "" {
		answer, err := s.apiMarks(r)
		if err != nil {
			return nil, err
		}
		var ok bool
		if m, ok = answer.(marksAnswer).Marks.Find(id); !ok {
			return nil, &httpError{http.StatusNotFound, say{"没有这个编号的措施。", "There is no action of that id."}}
		}
	} else if err := m.Check(); err != nil {
		return bad("请给出 date（如 2026-05-03），以及 theme 或 channel、region、product；对照不能与措施的范围相同。",
			"Give date, such as 2026-05-03, and a theme or a channel, region or product; the control must be another place.")
	}
	a, err := insight.Assess(s.cfg.Statistics, m, o)
	if errors.Is(err, insight.ErrTooEarly) {
		return nil, &httpError{http.StatusUnprocessableEntity, say{"措施之后还没有反馈。", "There is no feedback after the action yet."}}
	}
	return a, err
}
