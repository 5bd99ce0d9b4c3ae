package web

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"

	"qingting/internal/mark"
	"qingting/textmining/driver"
	"qingting/textmining/insight"
)

// effectOf says what goes with the theme in ratings; nil when nothing can be said.
func effectOf(sc scope, d *insight.Drivers, id string) *effect {
	for _, e := range d.Effects {
		if e.Theme != id {
			continue
		}
		return &effect{e, effectText(e, d.Scale.High).in(sc.Lang), e.Significant}
	}
	return nil
}

// effectText says how feedback with a theme is rated beside other feedback, and what
// that makes of the mean of all; top is the best rating there is.
func effectText(e driver.Effect, top float64) say {
	than, rest := say{"低", "lower"}, say{"高", "higher"}
	if e.Points > 0 {
		than, rest = rest, than
	}
	interval := [2]string{signedText(e.Low, 2), signedText(e.High, 2)}
	return say{
		fmt.Sprintf("说到它的反馈，评分平均%s %s 分（满分 %s，95%% 区间 %s 至 %s）。如果没有人说到它，总平均分会%s %s 分。",
			than.ZH, decimal2(math.Abs(e.Points)), plainText(top), interval[0], interval[1], rest.ZH, decimal2(math.Abs(e.Cost))),
		fmt.Sprintf("Feedback that speaks of it is rated %s points %s, of %s (95%% interval %s to %s). Without it, the mean of all would be %s %s.",
			decimal2(math.Abs(e.Points)), than.EN, plainText(top), interval[0], interval[1], decimal2(math.Abs(e.Cost)), rest.EN),
	}
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

// actionOf says what came of an action, by its assessment or why there is none.
func actionOf(sc scope, m mark.Mark, a *insight.Assessment, err error) action {
	out := action{Mark: m, Link: sc.url("/actions/" + url.PathEscape(m.ID))}
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
