package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"qingting/textmining/learn"
	"qingting/textmining/learn/measure"
	"qingting/textmining/seed"
	"qingting/textmining/segment"
)

// readSeeds reads a file of seeds.
func readSeeds(name string) (seed.Seeds, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read the seeds: %w", err)
	}
	s, err := seed.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// seedsReport is what eval themes says of seeds.
type seedsReport struct {
	File    string       `json:"file"`
	Seeds   string       `json:"seeds"`
	Seed    uint64       `json:"seed"`
	Rows    int          `json:"rows"`
	LeftOut int          `json:"rows_left_out"`
	Lexicon string       `json:"lexicon"`
	Budget  int          `json:"labels"`
	Stages  []seedsStage `json:"stages"`
	Took    float64      `json:"cpu_seconds"`
}

// seedsStage is how far one has come; texts without a class count as wrong.
type seedsStage struct {
	Name     string  `json:"stage"`
	Coverage float64 `json:"coverage"`
	Accuracy float64 `json:"accuracy"`
	MacroF1  float64 `json:"macro_f1"`
}

// seeded measures what seeds come to on the labelled rows, which are used to
// judge, and as many of them as the budget has to answer what is asked.
func (c *evalThemesCmd) seeded(ctx context.Context, con *console) error {
	if c.Budget < 0 {
		return usagef("--budget must not be below 0")
	}
	seeds, err := readSeeds(c.Seeds)
	if err != nil {
		return err
	}
	c.Single = true
	set, err := c.read(c.File, con)
	if err != nil {
		return err
	}
	opts, err := lexiconOption(c.Lexicon)
	if err != nil {
		return err
	}
	seg, err := segment.New(opts...)
	if err != nil {
		return err
	}
	r := seedsReport{File: c.File, Seeds: c.Seeds, Seed: c.Seed, Rows: len(set.rows), LeftOut: set.leftOut, Lexicon: seg.Version(), Budget: c.Budget}
	texts := make([]string, len(set.rows))
	for i, row := range set.rows {
		texts[i] = row.Text
	}
	began := cpuTime()
	o := seed.Options{Segmenter: seg, Seed: c.Seed}
	if o.Corpus, err = learn.NewCorpus(ctx, texts, seg); err != nil {
		return err
	}
	first, err := seed.Train(ctx, texts, seeds, o)
	if err != nil {
		return err
	}
	class := func(at []int) func(int) string {
		return func(i int) string {
			if at[i] < 0 {
				return ""
			}
			return first.Classes[at[i]]
		}
	}
	r.stage("seed words alone", set.rows, class(first.Hit))
	r.stage("after self-training", set.rows, class(first.Class))
	r.stage("its model", set.rows, modelAnswers(first.Model, texts))
	if c.Budget > 0 {
		known := map[string]bool{}
		for _, name := range first.Classes {
			known[name] = true
		}
		label := func(i int) string {
			if name := set.rows[i].Labels[0]; known[name] {
				return name
			}
			return ""
		}
		chosen, _, err := seed.Spend(ctx, texts, seeds, o, c.Budget, label)
		if err != nil {
			return err
		}
		r.stage(fmt.Sprintf("model, %d labels chosen", c.Budget), set.rows, modelAnswers(chosen.Model, texts))
		random, _, err := seed.SpendAtRandom(ctx, texts, seeds, o, c.Budget, label)
		if err != nil {
			return err
		}
		r.stage(fmt.Sprintf("model, %d at random", c.Budget), set.rows, modelAnswers(random.Model, texts))
	}
	r.Took = (cpuTime() - began).Seconds()
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	return r.table(con)
}

func modelAnswers(m *learn.Model, texts []string) func(int) string {
	var sc learn.Scratch
	return func(i int) string { return m.Scores(texts[i], &sc)[0].Label }
}

func (r *seedsReport) stage(name string, rows []learn.Row, given func(int) string) {
	var t measure.Tally
	covered := 0
	for i, row := range rows {
		var classes []string
		if g := given(i); g != "" {
			covered++
			classes = []string{g}
		}
		t.Add(row.Labels, classes)
	}
	all := t.Report()
	r.Stages = append(r.Stages, seedsStage{name, float64(covered) / float64(max(1, len(rows))), all.Accuracy, all.MacroF1})
}

func (r *seedsReport) table(con *console) error {
	rows := [][]string{{"%", "coverage", "accuracy", "macro-F1"}}
	figure := func(v float64) string { return fmt.Sprintf("%.2f", 100*v) }
	for _, s := range r.Stages {
		rows = append(rows, []string{s.Name, figure(s.Coverage), figure(s.Accuracy), figure(s.MacroF1)})
	}
	if err := alignRows(con.Out, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintf(con.Err, "%d rows, %d left out; %.1f CPU-seconds\n", r.Rows, r.LeftOut, r.Took)
	return err
}
