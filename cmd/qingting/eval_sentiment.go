package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"

	"qingting/textmining/learn/measure"
	"qingting/textmining/sentiment"
)

// evalSentimentCmd measures polarity on judged texts.
type evalSentimentCmd struct {
	File string `arg:"" help:"JSONL with \"text\" and its polarity a line; - is standard input."`
	judgedFlags
	Train   string `placeholder:"FILE" xor:"how" help:"Train on this file and test on the whole other one."`
	Split   string `placeholder:"2/3" xor:"how" help:"Shuffle the file, train on this share of it and test on the rest."`
	Folds   int    `placeholder:"5" xor:"how" help:"Shuffle the file, cut it into as many parts, and test each with what is trained on the others."`
	Model   string `placeholder:"FILE" xor:"how" help:"Test a model that \"qingting sentiment train\" made."`
	Seed    uint64 `default:"1" help:"Seed of the shuffle and of the training (default ${default})."`
	Lexicon string `placeholder:"FILE" help:"Further words for segmentation, one a line."`
	JSON    bool   `name:"json" help:"Write the report as JSON."`
}

func (c *evalSentimentCmd) Help() string {
	return `Without --train, --split, --folds or --model the lexicon and its rules are measured, which need no training. Where the file
knows no neutral texts, a text that the lexicon calls neutral counts by the sign of its score, and as complaint at 0.
` + judgedHelp
}

// sentimentReport is the report of one run.
type sentimentReport struct {
	File      string         `json:"file"`
	TrainFile string         `json:"train_file,omitempty"`
	Split     string         `json:"split,omitempty"`
	Folds     int            `json:"folds,omitempty"`
	Model     string         `json:"model,omitempty"`
	Seed      uint64         `json:"seed"`
	Train     int            `json:"train_rows"`
	Test      int            `json:"test_rows"`
	LeftOut   int            `json:"rows_left_out"`
	Lexicon   string         `json:"lexicon"`
	Untrained measure.Report `json:"untrained"` // the lexicon and its rules
	Trained   *trainedReport `json:"trained,omitempty"`
}

// trainedReport is how well a trained model does.
type trainedReport struct {
	measure.Report
	Bytes    int64   `json:"model_bytes"`
	Training float64 `json:"training_cpu_seconds,omitempty"`
	Micros   float64 `json:"cpu_microseconds_per_text"` // words, clauses and model
	// Folds is the accuracy on each part; training time and size are means over them.
	Folds []float64 `json:"accuracy_by_fold,omitempty"`
}

// Run tests, after training if asked to, and prints.
func (c *evalSentimentCmd) Run(ctx context.Context, con *console) error {
	r := sentimentReport{File: c.File, TrainFile: c.Train, Split: c.Split, Folds: c.Folds, Model: c.Model, Seed: c.Seed}
	if c.Folds != 0 && (c.Folds < 2 || c.Folds > 50) {
		return usagef("--folds must be between 2 and 50")
	}
	train, test, err := c.rows(con, &r)
	if err != nil {
		return err
	}
	j, err := newJudge(c.Lexicon)
	if err != nil {
		return err
	}
	r.Train, r.Test, r.Lexicon = len(train), len(test.rows), j.segmenter.Version()
	e := sentimentTrial{seed: c.Seed, judge: j, neutral: test.neutral}
	switch {
	case c.Folds > 0:
		r.Train = len(test.rows) - len(test.rows)/c.Folds
		err = e.folds(ctx, test.rows, c.Folds)
	case c.Model != "":
		var model *sentiment.Model
		if model, err = readSentimentModel(c.Model, j.segmenter, con); err == nil {
			err = e.test(ctx, test.rows, model)
		}
	case len(train) > 0:
		err = e.train(ctx, train, test.rows)
	default:
		err = e.test(ctx, test.rows, nil)
	}
	if err != nil {
		return err
	}
	e.report(&r)
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	return r.table(con)
}

// rows reads the file or files and parts them.
func (c *evalSentimentCmd) rows(con *console, r *sentimentReport) (train []sentiment.Row, test judgedSet, err error) {
	if test, err = c.readJudged(c.File, con); err != nil {
		return nil, test, err
	}
	r.LeftOut = test.leftOut
	switch {
	case c.Train != "":
		other, err := c.readJudged(c.Train, con)
		if err != nil {
			return nil, test, err
		}
		r.LeftOut += other.leftOut
		train = other.rows
	case c.Folds > 0:
		shuffleRows(test.rows, c.Seed)
	case c.Split != "":
		share, err := parseShare(c.Split)
		if err != nil {
			return nil, test, err
		}
		shuffleRows(test.rows, c.Seed)
		n := int(float64(len(test.rows))*share + 1e-9)
		train, test.rows = test.rows[:n], test.rows[n:]
	}
	return train, test, nil
}

// table writes figures to con.Out and notes to con.Err.
func (r *sentimentReport) table(con *console) error {
	rows := [][]string{{"label", "texts", "untrained F1"}}
	figure := func(v float64) string { return fmt.Sprintf("%.3f", v) }
	given := map[string]measure.Label{}
	if r.Trained != nil {
		rows[0] = append(rows[0], "precision", "recall", "F1")
		for _, l := range r.Trained.Labels {
			given[l.Label] = l
		}
	}
	line := func(name string, n int, untrained float64, trained ...float64) {
		cells := []string{name, strconv.Itoa(n), figure(untrained)}
		for _, v := range trained {
			cells = append(cells, figure(v))
		}
		rows = append(rows, cells)
	}
	for _, l := range r.Untrained.Labels {
		if r.Trained == nil {
			line(l.Label, l.Gold, l.F1)
			continue
		}
		t := given[l.Label]
		line(l.Label, l.Gold, l.F1, t.Precision, t.Recall, t.F1)
	}
	if err := alignRows(con.Out, rows); err != nil {
		return err
	}
	out := fmt.Sprintf("\nuntrained  macro-F1 %.3f, accuracy %.3f\n", r.Untrained.MacroF1, r.Untrained.Accuracy)
	if t := r.Trained; t != nil {
		out += fmt.Sprintf("trained    macro-F1 %.3f, accuracy %.3f, on %d texts; model of %d KB, %.0f µs a text\n", t.MacroF1, t.Accuracy, r.Train, t.Bytes/1000, t.Micros)
	}
	if t := r.Trained; t != nil && len(t.Folds) > 0 {
		out += fmt.Sprintf("%d parts, accuracy %.3f to %.3f; each trained in %.1f CPU-seconds\n", len(t.Folds), slices.Min(t.Folds), slices.Max(t.Folds), t.Training)
	}
	if _, err := io.WriteString(con.Out, out); err != nil {
		return err
	}
	fmt.Fprintf(con.Err, "%d texts tested, %d rows left out, lexicon %s\n", r.Test, r.LeftOut, r.Lexicon)
	return nil
}
