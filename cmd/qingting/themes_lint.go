package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"qingting/internal/document"
	"qingting/privacy/score"
	"qingting/textmining/taxonomy"
)

// themesLintCmd checks a taxonomy, by itself and on feedback.
type themesLintCmd struct {
	File  string  `arg:"" help:"Taxonomy file; default is the built-in one."`
	On    string  `placeholder:"FEEDBACK" help:"JSONL with \"text\" a line, \"title\" and a label if you like: try the taxonomy on it; - is standard input."`
	Label string  `placeholder:"FIELD" help:"Field with the label or labels: ids or names of themes. Without it the first of label, labels and reason that the file has."`
	Broad float64 `default:"0.2" placeholder:"SHARE" help:"A cue that hits this share of the texts or more hits everything (default ${default})."`
	Show  int     `default:"10" help:"Lines to show of each list (default ${default}); JSON has all."`
	JSON  bool    `name:"json" help:"Write the result as JSON."`
}

func (c *themesLintCmd) Help() string {
	return `A mistake is told with its line or entry, and the exit code is 1. What is suspicious without being wrong is listed,
and the exit code is 0. With --on every text is tagged by the taxonomy: which cues never hit (of the languages that the
texts are in), which hit everything, which themes nothing hits, which always come together, and what share of the texts has a theme. Where rows have
labels, each cue's precision is the share of right ones among the texts it hits, with its 95 % interval; cues of
themes that no row is labelled with are not measured. Give it redacted texts: run "qingting redact" first.`
}

// lintReport is what themes lint says.
type lintReport struct {
	File     string             `json:"file"`
	Version  string             `json:"version"`
	Themes   int                `json:"themes"`
	Cues     int                `json:"cues"`
	Problems []taxonomy.Problem `json:"problems"`
	On       *lintTrial         `json:"on,omitempty"`
}

// lintTrial is what a taxonomy does on feedback.
type lintTrial struct {
	Documents     int              `json:"documents"`
	Covered       score.Proportion `json:"covered"` // texts with a theme
	Never         []lintCue        `json:"cues_never"`
	Broad         []lintCue        `json:"cues_everything"`
	Silent        []string         `json:"themes_never"`
	Together      []lintPair       `json:"themes_together"`
	Labelled      int              `json:"labelled"`
	UnknownLabels []string         `json:"unknown_labels"` // that name no theme
	Precision     []lintPrecision  `json:"precision"`      // the worst first
}

type lintCue struct {
	Entry     string `json:"entry"`
	Language  string `json:"language"`
	Field     string `json:"field"` // strong, cues, weak, praise or except
	Text      string `json:"text"`
	Documents int    `json:"documents"`
}

type lintPrecision struct {
	lintCue
	Right score.Proportion `json:"right"`
}

// lintPair is two themes that come together: both of A, B texts.
type lintPair struct {
	A     string `json:"a"`
	B     string `json:"b"`
	Both  int    `json:"both"`
	OnlyA int    `json:"only_a"`
	OnlyB int    `json:"only_b"`
}

// Run checks the taxonomy and, if asked, tries it.
func (c *themesLintCmd) Run(ctx context.Context, con *console) error {
	if c.Broad <= 0 || c.Broad > 1 || c.Show < 0 {
		return usagef("--broad must be above 0 and at most 1, and --show not below 0")
	}
	tax, err := loadTaxonomy(c.File)
	if err != nil {
		return err
	}
	r := lintReport{File: c.File, Version: tax.Version(), Themes: len(tax.Themes), Problems: append([]taxonomy.Problem{}, taxonomy.Lint(tax)...)}
	t, err := newCueTrial(tax)
	if err != nil {
		return err
	}
	r.Cues = len(t.cues)
	if c.On != "" {
		err := eachThemesRow(ctx, con, c.On, c.Label, []*taxonomy.Taxonomy{tax}, func(row feedbackRow, made []document.Annotation) {
			t.add(row, made[0].Language, tagged(made[0]))
		})
		if err != nil {
			return err
		}
		r.On = t.report(c.Broad)
	}
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	return r.write(con, c.Show)
}

func (r *lintReport) write(con *console, show int) error {
	fmt.Fprintf(con.Out, "taxonomy %s: good; %d themes, %d cues\n", r.Version, r.Themes, r.Cues)
	for _, p := range r.Problems {
		fmt.Fprintf(con.Out, "%s: %s\n", p.Severity, p)
	}
	if r.On == nil {
		return nil
	}
	t := r.On
	fmt.Fprintf(con.Out, "\n%d texts; with a theme %s\n", t.Documents, percent(t.Covered))
	section := func(title string, rows [][]string, n int) error {
		if n == 0 {
			return nil
		}
		fmt.Fprintf(con.Out, "\n%s: %d\n", title, n)
		return alignRows(con.Out, rows)
	}
	var silent, together, precise [][]string
	for _, id := range t.Silent[:min(len(t.Silent), show)] {
		silent = append(silent, []string{"  " + id})
	}
	for _, p := range t.Together[:min(len(t.Together), show)] {
		together = append(together, []string{"  " + p.A, p.B, fmt.Sprintf("both %d", p.Both), fmt.Sprintf("one alone %d and %d", p.OnlyA, p.OnlyB)})
	}
	for _, p := range t.Precision[:min(len(t.Precision), show)] {
		precise = append(precise, []string{"  " + p.Entry, p.Language + " " + p.Field, short(p.Text), share(p.Right), interval(p.Right), fmt.Sprintf("of %d", p.Right.Total)})
	}
	for _, s := range []struct {
		title string
		rows  [][]string
		n     int
	}{
		{"themes that nothing hits", silent, len(t.Silent)},
		{"themes that always come together", together, len(t.Together)},
		{"cues that hit everything", cueRows(t.Broad, show), len(t.Broad)},
		{"cues that never hit", cueRows(t.Never, show), len(t.Never)},
		{"precision of cues, the worst first", precise, len(t.Precision)},
	} {
		if err := section(s.title, s.rows, s.n); err != nil {
			return err
		}
	}
	if t.Labelled > 0 {
		fmt.Fprintf(con.Out, "\n%d texts have labels", t.Labelled)
		if len(t.UnknownLabels) > 0 {
			fmt.Fprintf(con.Out, "; %d of the labels name no theme: %q", len(t.UnknownLabels), t.UnknownLabels[:min(len(t.UnknownLabels), show)])
		}
		fmt.Fprintln(con.Out)
	}
	return nil
}

func cueRows(cues []lintCue, show int) [][]string {
	var rows [][]string
	for _, c := range cues[:min(len(cues), show)] {
		row := []string{"  " + c.Entry, c.Language + " " + c.Field, short(c.Text)}
		if c.Documents > 0 {
			row = append(row, strconv.Itoa(c.Documents))
		}
		rows = append(rows, row)
	}
	return rows
}

// short cuts a cue that fills the line.
func short(text string) string {
	const most = 40
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(slices.Concat(runes[:most-1], []rune{'…'}))
}
