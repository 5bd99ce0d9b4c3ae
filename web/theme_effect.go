package web

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"qingting/internal/mark"
	"qingting/textmining/insight"
)

// effectOf says what goes with the theme in ratings; nil when nothing can be said.
func effectOf(sc scope, d *insight.Drivers, id string) *effect {
	for _, e := range d.Effects {
		if e.Theme != id {
			continue
		}
		signed := func(x float64) string { return signedText(x, 2) }
		return &effect{e, say{
			fmt.Sprintf("提到它的反馈，评分相差 %s 分（95%% 区间 %s 至 %s，满分 %s）；没有它，总平均分会高 %s 分", signed(e.Points), signed(e.Low), signed(e.High), plainText(d.Scale.High), decimal2(e.Cost)),
			fmt.Sprintf("Feedback that speaks of it is rated %s points apart (95%% interval %s to %s, of %s); without it the mean would be %s higher", signed(e.Points), signed(e.Low), signed(e.High), plainText(d.Scale.High), decimal2(e.Cost)),
		}.in(sc.Lang), e.Significant}
	}
	return nil
}

// drive is insight.Drive over at least half a year, as it was worked out last.
func (s *server) drive(sc scope, painPoints bool) (*insight.Drivers, error) {
	return kept(s, sc.keptAs("drive", painPoints), func() (*insight.Drivers, error) { return s.driveNow(sc, painPoints) })
}

func (s *server) driveNow(sc scope, painPoints bool) (*insight.Drivers, error) {
	q := reportQuery(sc)
	if q.Days = max(q.Days, driverDays); !q.From.IsZero() {
		to := q.To
		if to.IsZero() {
			to = s.cfg.Statistics.End()
		}
		if least := to.AddDate(0, 0, -driverDays); least.Before(q.From) {
			q.From = least
		}
	}
	return insight.Drive(s.cfg.Statistics, q, insight.Options{PainPoints: painPoints})
}

func decimal2(x float64) string  { return strconv.FormatFloat(x, 'f', 2, 64) }
func plainText(x float64) string { return strconv.FormatFloat(x, 'g', 4, 64) }
func signedText(x float64, digits int) string {
	s := strconv.FormatFloat(x, 'f', digits, 64)
	if strings.Trim(s, "-0.") == "" { // rounded away
		return strings.TrimPrefix(s, "-")
	}
	if x > 0 {
		return "+" + s
	}
	if len(s) > 0 && s[0] == '-' {
		return "−" + s[1:]
	}
	return s
}

// marks are the actions that were noted down.
func (s *server) marks(ctx context.Context) (mark.List, error) {
	if s.cfg.Marks == nil {
		return nil, nil
	}
	return s.cfg.Marks(ctx)
}

// actionOf says what came of an action.
func (s *server) actionOf(sc scope, m mark.Mark) action {
	out := action{Mark: m, Link: sc.url("/actions/" + url.PathEscape(m.ID))}
	a, err := s.assess(m)
	switch {
	case errors.Is(err, insight.ErrTooEarly):
		out.Text = say{"之后还没有反馈", "no feedback after it yet"}.in(sc.Lang)
	case err != nil:
		out.Text = say{"无法比较", "cannot be compared"}.in(sc.Lang)
	case a.Volume == nil:
		out.Text = say{"反馈太少，无法比较", "too little feedback to compare"}.in(sc.Lang)
	default:
		out.Text = verdict(a.Volume, sc.Lang)
	}
	return out
}

// verdict says a change of volume in words.
func verdict(c *insight.Change, l language) string {
	percent := func(x float64) string { return signedText(100*x, 0) + "%" }
	size := percent(c.Effect.Value) + say{"（95% 区间 ", " (95% interval "}.in(l) + percent(c.Effect.Low) + say{" 至 ", " to "}.in(l) + percent(c.Effect.High) + say{"）", ")"}.in(l)
	if c.Few {
		size = say{"至少减少到 ", "down to at least "}.in(l) + percent(c.Effect.High)
	}
	return verdictWords(c.Verdict).in(l) + size
}
