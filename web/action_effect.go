package web

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"time"

	"qingting/internal/access"
	"qingting/internal/mark"
	"qingting/textmining/insight"
	"qingting/textmining/intervention"
	"qingting/web/chart"
)

// actionPage is one action: what was done, and what came of it.
type actionPage struct {
	scope
	ID      string
	Mark    mark.Mark
	Themes  []link
	Place   string
	Control string // what it is held against, in words
	Early   bool   // nothing came after it yet
	From    string
	To      string
	Parts   []effectPart
	Remove  string // where the form goes that removes it, or empty
	Reason  string // as it was typed
	Note    string // why removing was refused
	Done    string
}

// effectPart is one of the figures that an action may have changed.
type effectPart struct {
	Title   string
	Verdict string
	Facts   []string
	Caveats []string
	Figure  *figure
}

// List is the page of all actions.
func (p actionPage) List() string { return p.url("/actions") }

func (s *server) action(r *http.Request, lang language) (answer, error) {
	return s.actionWith(r, lang, "", say{}, http.StatusOK)
}

func (s *server) actionWith(r *http.Request, lang language, reason string, note say, status int) (answer, error) {
	sc, m, err := s.actionNamed(r, lang)
	if err != nil {
		return answer{}, err
	}
	page := actionPage{scope: sc, ID: m.ID, Mark: m, Place: s.placeName(lang, m.Place), Reason: reason, Note: note.in(lang)}
	for _, id := range m.Themes {
		page.Themes = append(page.Themes, link{s.valueName(lang, "theme", id), themeLink(sc, id)})
	}
	if s.cfg.Actions != nil && s.may(r, access.Mark) {
		page.Remove = sc.url("/actions/" + url.PathEscape(m.ID) + "/remove")
	}
	if r.URL.Query().Get("done") == "added" {
		page.Done = say{"已记下这项措施。之后的反馈到来时，比较会自动更新。", "The action is noted down. The comparison follows as feedback comes in."}.in(lang)
	}
	a, err := s.assess(m)
	if errors.Is(err, insight.ErrTooEarly) || errors.Is(err, insight.ErrNoDay) {
		page.Early = true
		return answer{"action", page, status}, nil
	}
	if err != nil {
		return answer{}, err
	}
	page.From, page.To = a.From, dayOf(a.To).AddDate(0, 0, -1).Format(time.DateOnly)
	page.Control = controlName(s, a, lang)
	file := "/charts/actions/" + url.PathEscape(m.ID) + "/"
	page.Parts = []effectPart{
		effectOfVolume(sc, a, file), effectOfRating(sc, a, file),
	}
	return answer{"action", page, status}, nil
}

// controlName says what an action is held against.
func controlName(s *server, a *insight.Assessment, l language) string {
	switch a.Control {
	case "place":
		return s.placeName(l, a.Mark.Control)
	case "elsewhere":
		return say{"其他各处的同类反馈", "the same feedback everywhere else"}.in(l)
	}
	return ""
}

func effectOfVolume(sc scope, a *insight.Assessment, file string) effectPart {
	p := effectPart{Title: say{"反馈量", "Volume"}.in(sc.Lang), Verdict: say{"反馈太少，没有结论。", "Too little feedback to say anything."}.in(sc.Lang)}
	c := a.Volume
	if c == nil {
		return p
	}
	p.Verdict = verdict(c, sc.Lang)
	if !c.Few {
		p.Facts = append(p.Facts, say{
			fmt.Sprintf("每天 %s 条 → %s 条；措施之后与预期相差 %s 条。", decimal(c.Before), decimal(c.After), signedText(c.Difference, 0)),
			fmt.Sprintf("%s a day → %s; after the action %s against what was to be expected.", decimal(c.Before), decimal(c.After), signedText(c.Difference, 0)),
		}.in(sc.Lang))
	}
	p.Facts = append(p.Facts, placeboText(c, sc.Lang))
	p.Caveats = caveats(c, sc.Lang)
	p.Figure = figureOf(sc, weeksChart(a, c, false, sc.Lang), file+"volume")
	return p
}

func effectOfRating(sc scope, a *insight.Assessment, file string) effectPart {
	p := effectPart{Title: say{"平均评分", "Mean rating"}.in(sc.Lang), Verdict: say{"有评分的反馈太少，没有结论。", "Too few ratings to say anything."}.in(sc.Lang)}
	c := a.Rating
	if c == nil {
		return p
	}
	size := signedText(c.Effect.Value, 2)
	interval := say{"（95% 区间 ", " (95% interval "}.in(sc.Lang) + signedText(c.Effect.Low, 2) + say{" 至 ", " to "}.in(sc.Lang) + signedText(c.Effect.High, 2) + say{"）", ")"}.in(sc.Lang)
	words := verdictWords(c.Verdict)
	switch c.Verdict {
	case intervention.Fell:
		words.ZH = "之后降低："
	case intervention.Rose:
		words.ZH = "之后升高："
	}
	p.Verdict = words.in(sc.Lang) + size + interval
	p.Facts = []string{decimal2(c.Before) + " → " + decimal2(c.After), placeboText(c, sc.Lang)}
	p.Caveats = caveats(c, sc.Lang)
	p.Figure = figureOf(sc, weeksChart(a, c, true, sc.Lang), file+"rating")
	return p
}

// verdictWords are a verdict in words, before its size.
func verdictWords(v intervention.Verdict) say {
	switch v {
	case intervention.Fell:
		return say{"之后减少：", "It fell afterwards: "}
	case intervention.Rose:
		return say{"之后增加：", "It rose afterwards: "}
	case intervention.Chance:
		return say{"看不出变化，可能只是偶然：", "No change can be told from chance: "}
	}
	return say{"有变化，但措施之前就不稳定，不足为凭：", "It changed, but was unsteady before, which gives reason for doubt: "}
}

func placeboText(c *insight.Change, l language) string {
	if c.Placebo.Dates == 0 {
		return say{"措施之前的时间太短，无法拿别的日子来对比检验。", "Too short a time before the action to try other days in its place."}.in(l)
	}
	return say{
		fmt.Sprintf("把措施之前的 %d 天逐一当作生效日来试，有 %d 天也显得“有效果”。", c.Placebo.Dates, c.Placebo.Strong),
		fmt.Sprintf("Taken for the day of the action, %d of %d days before it show an effect as well.", c.Placebo.Strong, c.Placebo.Dates),
	}.in(l)
}

// caveatWords are the reservations in both languages.
var caveatWords = map[intervention.Caveat]say{
	intervention.NotParallel:  {"措施之前，两边的走势就已分开。", "Series and control went apart before the action."},
	intervention.NotStraight:  {"措施之前的趋势不是一条直线。", "The trend before the action was no straight one."},
	intervention.PlaceboToo:   {"换成措施之前的别的日子，也会显得有效果。", "Other days before the action show effects as well."},
	intervention.FewPlacebos:  {"措施之前的时间太短，无法拿别的日子来对比检验。", "Too short a time before the action to try other days in its place."},
	intervention.NoControl:    {"没有对照：同期发生的其他事情也算在变化里。", "There is no control: what else happened then is part of the effect."},
	intervention.ShortAfter:   {"措施之后还不满四周，效果未必能持续。", "Under four weeks since the action: it may not last."},
	intervention.ManyAlike:    {"相邻几天的数量彼此很像，区间可能偏窄。", "Neighbouring days are much alike: the interval may be too narrow."},
	intervention.NothingAfter: {"措施之后没有这类反馈。", "Nothing was counted after the action."},
}

func caveats(c *insight.Change, l language) (list []string) {
	for _, caveat := range c.Caveats {
		if words, ok := caveatWords[caveat]; ok {
			list = append(list, words.in(l))
		}
	}
	return list
}

// leastOfWeek is of how many days a week that is not over is drawn.
const leastOfWeek = 3

// weeksChart draws what was counted a day, by weeks, and what was to be expected: as
// of a day, a week that is not over stands beside whole ones.
func weeksChart(a *insight.Assessment, c *insight.Change, rated bool, l language) *chart.Drawing {
	config := chart.LineConfig{
		Title: say{"平均每天的反馈，按周", "Feedback a day, by weeks"}.in(l), LabelHead: say{"自", "Week of"}.in(l),
		Around: &chart.Envelope{Name: say{"若无措施，95% 区间", "without the action, 95% interval"}.in(l)},
	}
	if rated {
		config.Title = say{"平均评分，按周", "Mean rating, by weeks"}.in(l)
	}
	seen := chart.Series{Name: say{"实际", "observed"}.in(l)}
	expected := chart.Series{Name: say{"若无措施", "without the action"}.in(l)}
	at := -1
	weeks := c.Weeks
	if n := len(weeks); n > 2 && weeks[n-1].Days < leastOfWeek { // too little of it is over
		weeks = weeks[:n-1]
	}
	for i, w := range weeks {
		config.Labels = append(config.Labels, w.From)
		if at < 0 && w.From >= a.Mark.Date {
			at = i
		}
		daily := 1 / float64(max(1, w.Days))
		v := chart.Value{N: daily * float64(w.Observed.N), Text: decimal(daily * float64(w.Observed.N)), Hidden: w.Observed.Withheld()}
		if v.Hidden {
			v.Text = count(w.Observed)
		}
		if rated && !v.Hidden {
			v = chart.Missing(unknown)
			if w.Mean != nil {
				v = chart.Value{N: *w.Mean, Text: decimal2(*w.Mean)}
			}
		}
		seen.Values = append(seen.Values, v)
		then := chart.Value{N: daily * w.Expected}
		low, high := daily*w.Low, daily*w.High
		text := decimal(then.N) + say{"（", " ("}.in(l) + decimal(low) + " – " + decimal(high) + say{"）", ")"}.in(l)
		if rated {
			then.N, low, high = w.Expected, w.Low, w.High
			text = decimal2(w.Expected) + say{"（", " ("}.in(l) + decimal2(w.Low) + " – " + decimal2(w.High) + say{"）", ")"}.in(l)
		}
		then.Text = text
		unrated := rated && w.Observed.N == 0 && !w.Observed.Withheld() // a mean of nothing
		if unrated {
			then = chart.Missing(unknown)
		}
		expected.Values = append(expected.Values, then)
		if unrated || math.IsInf(low, 0) || math.IsInf(high, 0) {
			low, high = math.NaN(), math.NaN()
		}
		config.Around.Low, config.Around.Top = append(config.Around.Low, low), append(config.Around.Top, high)
	}
	if at >= 0 {
		config.Marks = []chart.Mark{{At: at, Text: a.Mark.Title, Action: true}}
	}
	config.Series = []chart.Series{seen, expected}
	return chart.Line(config)
}

// assess compares before and after, or says what was worked out last.
func (s *server) assess(m mark.Mark) (*insight.Assessment, error) {
	a, _, err := s.assessing(m).get(nil) // without a deadline it is always known
	return a, err
}

// assessing has before and after compared.
func (s *server) assessing(m mark.Mark) pending[*insight.Assessment] {
	return begin(s, "assess\x00"+m.ID+"\x00"+m.Date+"\x00"+fmt.Sprint(m.Themes, m.Place, m.Control), func() (*insight.Assessment, error) {
		return insight.Assess(s.cfg.Statistics, m, insight.Options{})
	})
}

// actionFigures are the charts of an action's page, as files.
func (s *server) actionFigures(_ context.Context, r *http.Request, lang language) (figures, error) {
	sc, m, err := s.actionNamed(r, lang)
	if err != nil {
		return nil, err
	}
	a, err := s.assess(m)
	if errors.Is(err, insight.ErrTooEarly) || errors.Is(err, insight.ErrNoDay) {
		return figures{}, nil
	}
	if err != nil {
		return nil, err
	}
	out := figures{}
	for name, part := range map[string]effectPart{"volume": effectOfVolume(sc, a, ""), "rating": effectOfRating(sc, a, "")} {
		if part.Figure != nil {
			part.Figure.Title = m.Title + " · " + part.Figure.Title
			out[name] = part.Figure.Drawing
		}
	}
	return out, nil
}
