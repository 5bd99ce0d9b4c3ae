package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"time"

	"qingting/textmining/learn/measure"
	"qingting/textmining/sentiment"
)

// evalSentimentCmd measures polarity on judged texts.
type evalSentimentCmd struct {
	File string `arg:"" help:"JSONL with \"text\" and its polarity a line; - is standard input."`
	judgedFlags
	Train   string `placeholder:"FILE" xor:"how" help:"Train on this file and test on the whole other one."`
	Split   string `placeholder:"2/3" xor:"how" help:"Shuffle the file, train on this share of it and test on the rest."`
	Model   string `placeholder:"FILE" xor:"how" help:"Test a model that \"qingting sentiment train\" made."`
	Seed    uint64 `default:"1" help:"Seed of the shuffle and of the training (default ${default})."`
	Lexicon string `placeholder:"FILE" help:"Further words for segmentation, one a line."`
	JSON    bool   `name:"json" help:"Write the report as JSON."`
}

func (c *evalSentimentCmd) Help() string {
	return `Without --train, --split or --model the lexicon and its rules are measured, which need no training. Where the file
knows no neutral texts, a text that the lexicon calls neutral counts by the sign of its score, and as complaint at 0.
` + judgedHelp
}

// sentimentReport is the report of one run.
type sentimentReport struct {
	File      string         `json:"file"`
	TrainFile string         `json:"train_file,omitempty"`
	Split     string         `json:"split,omitempty"`
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
}

// Run tests, after training if asked to, and prints.
func (c *evalSentimentCmd) Run(ctx context.Context, con *console) error {
	r := sentimentReport{File: c.File, TrainFile: c.Train, Split: c.Split, Model: c.Model, Seed: c.Seed}
	train, test, err := c.rows(con, &r)
	if err != nil {
		return err
	}
	j, err := newJudge(c.Lexicon)
	if err != nil {
		return err
	}
	r.Train, r.Test, r.Lexicon = len(train), len(test.rows), j.segmenter.Version()
	var model *sentiment.Model
	trained := &trainedReport{}
	switch {
	case c.Model != "":
		if model, err = readSentimentModel(c.Model, j.segmenter, con); err != nil {
			return err
		}
	case len(train) > 0:
		began := cpuTime()
		model, err = sentiment.Train(ctx, train, sentiment.TrainOptions{Segmenter: j.segmenter, Analyzer: j.analyzer, Seed: c.Seed})
		if err != nil {
			return err
		}
		trained.Training = (cpuTime() - began).Seconds()
	}
	if err := r.measure(ctx, test, j, model, trained); err != nil {
		return err
	}
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
	case c.Split != "":
		share, err := parseShare(c.Split)
		if err != nil {
			return nil, test, err
		}
		rng := rand.New(rand.NewPCG(c.Seed, 0))
		rng.Shuffle(len(test.rows), func(i, j int) { test.rows[i], test.rows[j] = test.rows[j], test.rows[i] })
		n := int(float64(len(test.rows))*share + 1e-9)
		train, test.rows = test.rows[:n], test.rows[n:]
	}
	return train, test, nil
}

// measure counts what is said of the test rows.
func (r *sentimentReport) measure(ctx context.Context, test judgedSet, j *judge, model *sentiment.Model, trained *trainedReport) error {
	var ours, theirs measure.Tally
	var spent time.Duration
	for _, row := range test.rows {
		if ctx.Err() != nil {
			return interrupted(ctx)
		}
		began := time.Now()
		plain, heard := j.hear(row.Text, model)
		spent += time.Since(began)
		if plain.Label == sentiment.Neutral && !test.neutral {
			plain.Label = sentiment.Negative
			if plain.Score > 0 {
				plain.Label = sentiment.Positive
			}
		}
		theirs.Add([]string{row.Label}, []string{plain.Label})
		if model != nil {
			ours.Add([]string{row.Label}, []string{heard.Label})
		}
	}
	r.Untrained = theirs.Report()
	if model == nil {
		return nil
	}
	trained.Report = ours.Report()
	trained.Micros = float64(spent.Microseconds()) / float64(max(1, len(test.rows)))
	r.Trained = trained
	var err error
	trained.Bytes, err = model.WriteTo(io.Discard)
	return err
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
	if _, err := io.WriteString(con.Out, out); err != nil {
		return err
	}
	fmt.Fprintf(con.Err, "%d texts tested, %d rows left out, lexicon %s\n", r.Test, r.LeftOut, r.Lexicon)
	return nil
}
