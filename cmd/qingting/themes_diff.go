package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingting/ingest"
	"qingting/internal/document"
	"qingting/privacy/score"
	"qingting/textmining/taxonomy"
)

// themesDiffCmd shows what another taxonomy would have made of past feedback.
type themesDiffCmd struct {
	Old     string `arg:"" help:"Taxonomy file in use; default is the built-in one."`
	New     string `arg:"" help:"Taxonomy file to compare with it; default is the built-in one."`
	On      string `required:"" placeholder:"FEEDBACK" help:"JSONL with \"id\" and \"text\" a line, \"title\" and \"time\" if you like; - is standard input."`
	By      string `enum:"none,day,week,month" default:"none" help:"Cast the counts back by day, week or month of \"time\" (${enum}; default ${default})."`
	Samples int    `default:"3" help:"Texts to name for each theme that gains or loses some."`
	JSON    bool   `name:"json" help:"Write the report as JSON."`
}

func (c *themesDiffCmd) Help() string {
	return `Every text is tagged by both taxonomies. Texts are named by id, or by their line, and never quoted. Counts before
and after are those the reports would have had all along, so that a trend does not jump on the day the taxonomy
changes. The exit code is 0 whether the taxonomies differ or not. Give it redacted texts.`
}

// diffReport is what themes diff says.
type diffReport struct {
	Old       string           `json:"old"`
	New       string           `json:"new"`
	Documents int              `json:"documents"`
	Changed   int              `json:"documents_changed"`
	Before    score.Proportion `json:"covered_before"`
	After     score.Proportion `json:"covered_after"`
	Themes    []diffTheme      `json:"themes"` // those that change the most first; then those that do not
	Undated   int              `json:"undated,omitempty"`
}

type diffTheme struct {
	ID      string       `json:"id"`
	Name    string       `json:"name"`
	Only    string       `json:"only,omitempty"` // "old" or "new": the other has no such theme
	Before  int          `json:"before"`
	After   int          `json:"after"`
	Gained  int          `json:"gained"`
	Lost    int          `json:"lost"`
	Gains   []string     `json:"gains"` // ids of texts
	Losses  []string     `json:"losses"`
	Periods []diffPeriod `json:"periods,omitempty"`

	gains, losses []feedbackRow
	periods       map[string]*diffPeriod
}

type diffPeriod struct {
	Period string `json:"period"`
	Before int    `json:"before"`
	After  int    `json:"after"`
}

// Run tags all texts twice and reports the difference.
func (c *themesDiffCmd) Run(ctx context.Context, con *console) error {
	if c.Samples < 0 {
		return usagef("--samples must not be below 0")
	}
	var taxes []*taxonomy.Taxonomy
	for _, file := range []string{c.Old, c.New} {
		t, err := loadTaxonomy(file)
		if err != nil {
			return err
		}
		taxes = append(taxes, t)
	}
	d := newThemesDiff(taxes[0], taxes[1], c.Samples, c.By)
	err := eachThemesRow(ctx, con, c.On, "", taxes, func(row feedbackRow, made []document.Annotation) {
		d.add(row, tagged(made[0]), tagged(made[1]))
	})
	if err != nil {
		return err
	}
	r := d.report()
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	return r.write(con)
}

// themesDiff counts the difference of two taxonomies.
type themesDiff struct {
	diffReport
	samples       int
	by            string
	before, after int // texts with a theme
	index         map[string]*diffTheme
	order         []string
}

func newThemesDiff(old, grown *taxonomy.Taxonomy, samples int, by string) *themesDiff {
	d := &themesDiff{diffReport: diffReport{Old: old.Version(), New: grown.Version()}, samples: samples, by: by, index: map[string]*diffTheme{}}
	for i, tax := range []*taxonomy.Taxonomy{old, grown} {
		for j := range tax.Themes {
			e := &tax.Themes[j]
			t := d.index[e.ID]
			if t == nil {
				t = &diffTheme{ID: e.ID, Only: [...]string{"old", "new"}[i], periods: map[string]*diffPeriod{}}
				d.index[e.ID] = t
				d.order = append(d.order, e.ID)
			} else {
				t.Only = ""
			}
			t.Name = e.ZH.Name
		}
	}
	return d
}

func (d *themesDiff) add(row feedbackRow, before, after []string) {
	d.Documents++
	d.before += min(1, len(before))
	d.after += min(1, len(after))
	period := ""
	switch at := row.Time.In(ingest.China); {
	case d.by == "none":
	case row.Time.IsZero():
		d.Undated++
	case d.by == "day":
		period = at.Format(time.DateOnly)
	case d.by == "week":
		year, week := at.ISOWeek()
		period = fmt.Sprintf("%d-W%02d", year, week)
	default:
		period = at.Format("2006-01")
	}
	changed := false
	cast := func(t *diffTheme, before, after int) {
		t.Before += before
		t.After += after
		if period == "" {
			return
		}
		p := t.periods[period]
		if p == nil {
			p = &diffPeriod{Period: period}
			t.periods[period] = p
		}
		p.Before += before
		p.After += after
	}
	for _, id := range before {
		t := d.index[id]
		cast(t, 1, 0)
		if !slices.Contains(after, id) {
			changed = true
			t.Lost++
			t.losses = firstRows(append(t.losses, row), d.samples)
		}
	}
	for _, id := range after {
		t := d.index[id]
		cast(t, 0, 1)
		if !slices.Contains(before, id) {
			changed = true
			t.Gained++
			t.gains = firstRows(append(t.gains, row), d.samples)
		}
	}
	if changed {
		d.Changed++
	}
}

// firstRows keeps the first rows of the file, in whatever order they come.
func firstRows(rows []feedbackRow, most int) []feedbackRow {
	slices.SortFunc(rows, func(a, b feedbackRow) int { return cmp.Compare(a.Line, b.Line) })
	return rows[:min(len(rows), most)]
}

func (d *themesDiff) report() *diffReport {
	r := &d.diffReport
	r.Before, r.After = score.Share(d.before, d.Documents), score.Share(d.after, d.Documents)
	r.Themes = []diffTheme{}
	for _, id := range d.order {
		t := d.index[id]
		t.Gains, t.Losses = rowNames(t.gains), rowNames(t.losses)
		for _, p := range t.periods {
			t.Periods = append(t.Periods, *p)
		}
		slices.SortFunc(t.Periods, func(a, b diffPeriod) int { return cmp.Compare(a.Period, b.Period) })
		r.Themes = append(r.Themes, *t)
	}
	slices.SortStableFunc(r.Themes, func(a, b diffTheme) int {
		return cmp.Or(cmp.Compare(b.Gained+b.Lost, a.Gained+a.Lost), cmp.Compare(b.After, a.After))
	})
	return r
}

func rowNames(rows []feedbackRow) []string {
	names := []string{}
	for _, r := range rows {
		names = append(names, r.name())
	}
	return names
}

// write lists the themes that change; the others have nothing to say.
func (r *diffReport) write(con *console) error {
	fmt.Fprintf(con.Out, "%s → %s: %d of %d texts change\n", r.Old, r.New, r.Changed, r.Documents)
	fmt.Fprintf(con.Out, "with a theme before  %s\nwith a theme after   %s\n", percent(r.Before), percent(r.After))
	if r.Changed == 0 {
		return nil
	}
	rows := [][]string{{"theme", "name", "before", "after", "gained", "lost", "such as"}}
	periods := [][]string{{"theme", "period", "before", "after"}}
	for _, t := range r.Themes {
		if t.Gained+t.Lost == 0 {
			continue
		}
		name := t.Name
		if t.Only != "" {
			name += " (" + t.Only + " alone)"
		}
		var such []string
		for _, id := range t.Gains {
			such = append(such, "+"+id)
		}
		for _, id := range t.Losses {
			such = append(such, "-"+id)
		}
		rows = append(rows, []string{t.ID, name, strconv.Itoa(t.Before), strconv.Itoa(t.After), strconv.Itoa(t.Gained), strconv.Itoa(t.Lost), strings.Join(such, ", ")})
		for _, p := range t.Periods {
			periods = append(periods, []string{t.ID, p.Period, strconv.Itoa(p.Before), strconv.Itoa(p.After)})
		}
	}
	fmt.Fprintln(con.Out)
	if err := alignRows(con.Out, rows); err != nil || len(periods) == 1 {
		return err
	}
	fmt.Fprintln(con.Out)
	if err := alignRows(con.Out, periods); err != nil {
		return err
	}
	if r.Undated > 0 {
		fmt.Fprintf(con.Out, "%d texts have no time and are in no period\n", r.Undated)
	}
	return nil
}
