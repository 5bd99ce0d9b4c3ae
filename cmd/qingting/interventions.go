package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"qingting/ingest/settings"
	"qingting/internal/mark"
	"qingting/textmining/insight"
	"qingting/textmining/intervention"
)

type interventionsCmd struct {
	Add    interventionsAddCmd    `cmd:"" help:"Note an action down: what was done, when, and for what."`
	Remove interventionsRemoveCmd `cmd:"" help:"Take a note back."`
	List   interventionsListCmd   `cmd:"" help:"List the actions."`
	Show   interventionsShowCmd   `cmd:"" help:"Compare before and after: of an action that was noted down, or of any day."`
}

// markFlags describe an action.
type markFlags struct {
	Date           string   `placeholder:"2026-05-03" help:"First day it works."`
	Theme          []string `placeholder:"ID" help:"Theme it is meant for, as annotate names it; may be repeated."`
	Channel        string   `help:"Channel where it works."`
	Region         string   `help:"Region where it works."`
	Product        string   `help:"Product it is of."`
	ControlChannel string   `help:"Channel to hold it against; everywhere else when no control is given."`
	ControlRegion  string   `help:"Region to hold it against."`
	ControlProduct string   `help:"Product to hold it against."`
}

func (f markFlags) mark(title string) mark.Mark {
	return mark.Mark{
		Title: title, Date: f.Date, Themes: f.Theme,
		Place:   mark.Place{Channel: f.Channel, Region: f.Region, Product: f.Product},
		Control: mark.Place{Channel: f.ControlChannel, Region: f.ControlRegion, Product: f.ControlProduct},
	}
}

type interventionsAddCmd struct {
	custodyFlags
	markFlags
	Title  string `arg:"" help:"What was done, such as \"new bill layout\"."`
	Reason string `help:"Why it is noted down, for the ledger."`
	Actor  string `help:"What you call yourself, beside the user you connect as, which is the one that counts (default: the user of this machine)."`
	JSON   bool   `name:"json" help:"Print the note as JSON."`
}

// Run notes an action down.
func (c *interventionsAddCmd) Run(ctx context.Context, con *console) error {
	m := c.mark(c.Title)
	if err := m.Check(); err != nil {
		return usageError{err}
	}
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	if m, err = client.Mark(ctx, officerFlags{Reason: c.Reason, Actor: c.Actor}.request(), m); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(con.Out, m)
	}
	fmt.Fprintf(con.Out, "%s\n", m.ID)
	fmt.Fprintf(con.Err, "Noted down. \"qingting interventions show %s\" compares before and after.\n", m.ID)
	return nil
}

type interventionsRemoveCmd struct {
	custodyFlags
	ID     string `arg:"" help:"Id, as list shows it."`
	Reason string `help:"Why, for the ledger."`
	Actor  string `help:"What you call yourself, beside the user you connect as, which is the one that counts (default: the user of this machine)."`
}

// Run takes a note back.
func (c *interventionsRemoveCmd) Run(ctx context.Context, con *console) error {
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	return client.Unmark(ctx, officerFlags{Reason: c.Reason, Actor: c.Actor}.request(), c.ID)
}

type interventionsListCmd struct {
	serverFlags
	JSON bool `name:"json" help:"Print JSON."`
}

// Run lists the notes of a running server or a data directory.
func (c *interventionsListCmd) Run(ctx context.Context, con *console) error {
	var answer struct {
		Marks mark.List `json:"marks"`
	}
	var err error
	if c.local() {
		st, err := openStreams(ctx, dataFlags{Data: c.Data})
		if err != nil {
			return err
		}
		defer st.close()
		answer.Marks, err = marksOf(ctx, st.settings)
		if err != nil {
			return err
		}
	} else if err = c.get(ctx, "/api/v1/interventions", &answer); err != nil {
		return err
	}
	if c.JSON {
		if answer.Marks == nil {
			answer.Marks = mark.List{}
		}
		return printJSON(con.Out, answer)
	}
	if len(answer.Marks) == 0 {
		fmt.Fprintln(con.Err, "Nothing is noted down: begin with \"qingting interventions add\".")
		return nil
	}
	t := newGrid(con.Out)
	fmt.Fprintln(t, "ID\tDATE\tTHEMES\tPLACE\tCONTROL\tTITLE")
	for _, m := range answer.Marks {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", m.ID, m.Date, orDash(strings.Join(m.Themes, ",")), orDash(placeText(m.Place)), orDash(placeText(m.Control)), plain(m.Title))
	}
	return t.Flush()
}

// marksOf reads the notes of the settings.
func marksOf(ctx context.Context, s *settings.Settings) (mark.List, error) {
	v, err := s.Get(ctx, settings.Interventions)
	if err != nil {
		return nil, err
	}
	return mark.Parse(v.Data)
}

func placeText(p mark.Place) string {
	var parts []string
	for _, s := range []string{p.Channel, p.Region, p.Product} {
		if s != "" {
			parts = append(parts, plain(s))
		}
	}
	return strings.Join(parts, "/")
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

type interventionsShowCmd struct {
	observedFlags
	markFlags
	ID     string `arg:"" optional:"" help:"Id, as list shows it; without one say --date and what it is meant for."`
	Before int    `default:"90" help:"Days before the action that are looked at (default ${default})."`
	After  int    `default:"60" help:"Days after it (default ${default})."`
	Slope  bool   `help:"The action may have changed the trend, too, and not the level alone."`
	JSON   bool   `name:"json" help:"Print JSON."`
}

func (c *interventionsShowCmd) Help() string {
	return `The change in volume is held against a control: the same themes everywhere else, or in the place that is given. What
meets both alike, such as weekdays, holidays and growth, cancels. Without a place there is no control, and whatever else
happened is part of the change. Pseudo dates before the action say how often such a change comes by itself.`
}

// Run compares before and after.
func (c *interventionsShowCmd) Run(ctx context.Context, con *console) error {
	if c.ID == "" {
		if err := c.mark("-").Check(); err != nil {
			return usagef("give the id of an action, or --date with --theme, --region, --channel or --product: %v", err)
		}
	}
	if c.Before < 1 || c.After < 1 {
		return usagef("--before and --after must be at least 1")
	}
	a, err := c.assess(ctx, con)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(con.Out, a)
	}
	return writeAssessment(con.Out, a)
}

func (c *interventionsShowCmd) assess(ctx context.Context, con *console) (*insight.Assessment, error) {
	m := c.mark("-")
	if c.remote() {
		v := url.Values{
			"id": {c.ID}, "date": {m.Date}, "theme": m.Themes, "before": {strconv.Itoa(c.Before)}, "after": {strconv.Itoa(c.After)}, "slope": {strconv.FormatBool(c.Slope)},
			"channel": {m.Place.Channel}, "region": {m.Place.Region}, "product": {m.Place.Product},
			"control_channel": {m.Control.Channel}, "control_region": {m.Control.Region}, "control_product": {m.Control.Product},
		}
		a := new(insight.Assessment)
		return a, c.get(ctx, "/api/v1/assessment?"+v.Encode(), a)
	}
	if c.ID != "" && c.File != "" {
		return nil, usagef("a file has no actions noted down: say --date and what it is meant for")
	}
	stats, err := c.store(ctx, con, func(st *streams) error {
		if c.ID == "" {
			return nil
		}
		marks, err := marksOf(ctx, st.settings)
		if err != nil {
			return err
		}
		var ok bool
		if m, ok = marks.Find(c.ID); !ok {
			return fmt.Errorf("there is no action %q: see \"qingting interventions list\"", c.ID)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return insight.Assess(stats, m, insight.Options{Before: c.Before, After: c.After, Slope: c.Slope})
}

// verdictsZH are the verdicts in Chinese.
var verdictsZH = map[intervention.Verdict]string{
	intervention.Fell: "下降", intervention.Rose: "上升", intervention.Chance: "与偶然波动无法区分", intervention.Doubt: "有变化，但措施之前的数据令人存疑",
}

func writeAssessment(w io.Writer, a *insight.Assessment) error {
	names := make([]string, 0, len(a.Mark.Themes))
	for _, id := range a.Mark.Themes {
		names = append(names, a.Names[id].ZH+" "+a.Names[id].EN)
	}
	fmt.Fprintf(w, "%s · %s · %s · %s\n", a.Mark.Date, plain(a.Mark.Title), orDash(strings.Join(names, ", ")), orDash(placeText(a.Mark.Place)))
	control := map[string]string{"none": "无 none", "elsewhere": "其他各处 everywhere else", "place": placeText(a.Mark.Control)}[a.Control]
	fmt.Fprintf(w, "%s – %s · 对照 control: %s\n", a.From, a.To, control)
	volume := func(c *insight.Change) string {
		if c.Few {
			return fmt.Sprintf("至少 at least %+.0f %% · 每天 a day %.2f → 少于 %d 位客户 under %d customers", 100*c.Effect.High, c.Before, a.K, a.K)
		}
		return fmt.Sprintf("%+.0f %% (95 %%: %+.0f … %+.0f) · 每天 a day %.2f → %.2f · 相差 difference %+.0f", 100*c.Effect.Value, 100*c.Effect.Low, 100*c.Effect.High, c.Before, c.After, c.Difference)
	}
	rating := func(c *insight.Change) string {
		return fmt.Sprintf("%+.2f (95 %%: %+.2f … %+.2f) · %.2f → %.2f", c.Effect.Value, c.Effect.Low, c.Effect.High, c.Before, c.After)
	}
	writeChange(w, "反馈量 Volume", a.Volume, a.NoVolume, volume)
	writeChange(w, "平均评分 Mean rating", a.Rating, a.NoRating, rating)
	if a.Volume == nil {
		return nil
	}
	fmt.Fprintln(w, "\n周 WEEK OF\t")
	t := newRightGrid(w)
	fmt.Fprintln(t, "\t实际 OBSERVED\t若无措施 EXPECTED\t95 %\t")
	for _, week := range a.Volume.Weeks {
		after := ""
		if week.From >= a.Mark.Date {
			after = "*"
		}
		fmt.Fprintf(t, "%s%s\t%s\t%.1f\t%.1f … %.1f\t\n", week.From, after, week.Observed, week.Expected, week.Low, week.High)
	}
	return t.Flush()
}

func writeChange(w io.Writer, title string, c *insight.Change, why string, effect func(*insight.Change) string) {
	if c == nil {
		fmt.Fprintf(w, "\n%s: 没有结论 nothing to be said: %s\n", title, why)
		return
	}
	fmt.Fprintf(w, "\n%s: %s %s\n  %s\n", title, verdictsZH[c.Verdict], c.Verdict, effect(c))
	fmt.Fprintf(w, "  假日期 pseudo dates: %d，其中显著 strong %d · 此前趋势 pre-trend p = %.2f\n", c.Placebo.Dates, c.Placebo.Strong, c.PreTrend.P)
	for _, caveat := range c.Caveats {
		fmt.Fprintf(w, "  注意 note: %s\n", caveat)
	}
}

// marks are the notes, for the pages.
func (n *node) marks(ctx context.Context) (mark.List, error) {
	s := n.streams.settings
	if s == nil { // a role that uses some streams only
		var err error
		if s, err = settings.Open(ctx, n.streams.js); err != nil {
			return nil, err
		}
	}
	return marksOf(ctx, s)
}
