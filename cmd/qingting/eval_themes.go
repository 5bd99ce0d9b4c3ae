package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"qingting/textmining/learn"
	"qingting/textmining/learn/baseline"
	"qingting/textmining/learn/measure"
	"qingting/textmining/segment"
)

// evalThemesCmd measures how well themes are learnt from labelled texts.
type evalThemesCmd struct {
	File string `arg:"" help:"JSONL with \"text\", \"title\" if you like, and \"label\" or \"labels\" a line; - is standard input."`
	labelledFlags
	Train   string `placeholder:"FILE" help:"Train on this file and test on the whole other one."`
	Split   string `default:"2/3" placeholder:"2/3" help:"Shuffle the file, train on this share of it and test on the rest (default ${default})."`
	Seed    uint64 `default:"1" help:"Seed of the shuffle and of the training (default ${default})."`
	Lexicon string `placeholder:"FILE" help:"Further words for segmentation, one a line."`
	Seeds   string `placeholder:"FILE" help:"Measure what a few words a class come to, without labels: YAML, \"class: [word, word]\" a line."`
	Budget  int    `placeholder:"N" help:"With --seeds: then have as many texts labelled, chosen and, beside them, at random; the labels of the file answer."`
	JSON    bool   `name:"json" help:"Write the report as JSON."`
}

func (c *evalThemesCmd) Help() string {
	return `A classifier is trained on one part of the rows and asked about the other. Macro-F1 is the mean of F1 over the
labels. The calibration error is how far stated probabilities lie from how often they are right.

Beside it stands the baseline, trained and tested on the same rows: TF-IDF of characters, one to three, and a linear
support vector machine for each label against the rest, as scikit-learn's TfidfVectorizer(analyzer="char",
ngram_range=(1, 3)) and LinearSVC() do with their defaults.

Rows without a label are left out. Rows with several labels, or with an empty list of them, make it a question of any
number of labels for each text; then accuracy is the share of texts whose labels are all right. --single leaves them out.

A model is sure of a text when the best label reaches its threshold, learnt from rows it had not seen; of what it is
not sure, it can be asked to say "other".

With --seeds, nothing is trained on the labels: the words of each class are looked for, self-training spreads them, and
the labels say how right it is, of all rows with one label. A text that gets no class counts as wrong.`
}

// themesReport is the report of one run.
type themesReport struct {
	File      string         `json:"file"`
	TrainFile string         `json:"train_file,omitempty"`
	Split     string         `json:"split,omitempty"`
	Seed      uint64         `json:"seed"`
	Train     int            `json:"train_rows"`
	Test      int            `json:"test_rows"`
	LeftOut   int            `json:"rows_left_out"`
	Multi     bool           `json:"multi_label"`
	Lexicon   string         `json:"lexicon"`
	Ours      measure.Report `json:"qingting"`
	Baseline  measure.Report `json:"baseline"`
	Sure      int            `json:"sure_texts"` // the rest would be "other" where that is allowed
	SureRight int            `json:"sure_texts_right"`
	Model     int64          `json:"model_bytes"`
	Training  float64        `json:"training_cpu_seconds"`
	Micros    float64        `json:"cpu_microseconds_per_text"`
}

// Run trains, tests and prints.
func (c *evalThemesCmd) Run(ctx context.Context, con *console) error {
	if c.Seeds != "" {
		return c.seeded(ctx, con)
	}
	if c.Budget != 0 {
		return usagef("--budget needs --seeds")
	}
	r := themesReport{File: c.File, TrainFile: c.Train, Seed: c.Seed}
	train, test, err := c.rows(con, &r)
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
	r.Train, r.Test, r.Lexicon = len(train), len(test), seg.Version()
	if err := r.measure(ctx, train, test, seg); err != nil {
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
func (c *evalThemesCmd) rows(con *console, r *themesReport) (train, test []learn.Row, err error) {
	set, err := c.read(c.File, con)
	if err != nil {
		return nil, nil, err
	}
	r.LeftOut, r.Multi = set.leftOut, set.multi
	if c.Train != "" {
		other, err := c.read(c.Train, con)
		if err != nil {
			return nil, nil, err
		}
		r.LeftOut += other.leftOut
		r.Multi = r.Multi || other.multi
		return other.rows, set.rows, nil
	}
	share, err := parseShare(c.Split)
	if err != nil {
		return nil, nil, err
	}
	r.Split = c.Split
	rng := rand.New(rand.NewPCG(c.Seed, 0))
	rng.Shuffle(len(set.rows), func(i, j int) { set.rows[i], set.rows[j] = set.rows[j], set.rows[i] })
	n := int(float64(len(set.rows))*share + 1e-9)
	return set.rows[:n], set.rows[n:], nil
}

// parseShare reads 2/3 or 0.8.
func parseShare(s string) (float64, error) {
	above, below, fraction := strings.Cut(s, "/")
	share, err := strconv.ParseFloat(above, 64)
	if err == nil && fraction {
		var divisor float64
		divisor, err = strconv.ParseFloat(below, 64)
		share /= divisor
	}
	if err != nil || !(share > 0 && share < 1) {
		return 0, usagef("--split %q is not a share between 0 and 1, as 2/3 or 0.8 are", s)
	}
	return share, nil
}

// measure trains both classifiers and counts what they say of the test rows.
func (r *themesReport) measure(ctx context.Context, train, test []learn.Row, seg *segment.Segmenter) error {
	began := cpuTime()
	model, err := learn.Train(ctx, train, learn.Options{Segmenter: seg, Seed: r.Seed, Multi: r.Multi})
	if err != nil {
		return err
	}
	r.Training = (cpuTime() - began).Seconds()
	texts, labels := make([]string, len(train)), make([][]string, len(train))
	for i, row := range train {
		texts[i], labels[i] = row.Text, row.Labels
	}
	base, err := baseline.Train(ctx, texts, labels, r.Multi)
	if err != nil {
		return err
	}
	var ours, theirs measure.Tally
	for _, row := range test {
		if ctx.Err() != nil {
			return interrupted(ctx)
		}
		theirs.Add(row.Labels, base.Predict(row.Text))
	}
	var sc learn.Scratch
	for _, row := range test {
		scores := model.Scores(row.Text, &sc)
		addScores(&ours, row.Labels, scores, r.Multi)
		if scores[0].Sure {
			r.Sure++
			if slices.Contains(row.Labels, scores[0].Label) {
				r.SureRight++
			}
		}
	}
	began = cpuTime() // again, now that all is warm
	for _, row := range test {
		model.Scores(row.Text, &sc)
	}
	spent := cpuTime() - began
	r.Ours, r.Baseline = ours.Report(), theirs.Report()
	r.Micros = float64(spent.Microseconds()) / float64(max(1, len(test)))
	r.Model, err = model.WriteTo(io.Discard)
	return err
}

// addScores counts the scores of one text.
func addScores(t *measure.Tally, gold []string, scores []learn.Score, multi bool) {
	var given []string
	likeliest := 0
	for i, s := range scores {
		if s.Given {
			given = append(given, s.Label)
		}
		if s.Probability > scores[likeliest].Probability {
			likeliest = i
		}
		if multi {
			t.AddProbability(s.Probability, slices.Contains(gold, s.Label))
		}
	}
	if !multi {
		t.AddProbability(scores[likeliest].Probability, slices.Contains(gold, scores[likeliest].Label))
	}
	t.Add(gold, given)
}

// table writes figures to con.Out and notes to con.Err.
func (r *themesReport) table(con *console) error {
	rows := [][]string{{"label", "texts", "given", "precision", "recall", "F1", "baseline F1"}}
	base := map[string]measure.Label{}
	for _, l := range r.Baseline.Labels {
		base[l.Label] = l
	}
	figure := func(v float64) string { return fmt.Sprintf("%.3f", v) }
	for _, l := range r.Ours.Labels {
		rows = append(rows, []string{clip(l.Label, 40), strconv.Itoa(l.Gold), strconv.Itoa(l.Given), figure(l.Precision), figure(l.Recall), figure(l.F1), figure(base[l.Label].F1)})
	}
	if err := alignRows(con.Out, rows); err != nil {
		return err
	}
	percent := func(v float64) string { return fmt.Sprintf("%.2f", 100*v) }
	line := func(name string, ours, theirs float64) []string {
		return []string{name, percent(ours), percent(theirs), fmt.Sprintf("%+.2f", 100*(ours-theirs))}
	}
	sums := [][]string{
		{"%", "qingting", "baseline", "points"},
		line("macro-F1", r.Ours.MacroF1, r.Baseline.MacroF1),
		line("micro-F1", r.Ours.MicroF1, r.Baseline.MicroF1),
		line("accuracy", r.Ours.Accuracy, r.Baseline.Accuracy),
	}
	if r.Ours.CalibrationError != nil {
		sums = append(sums, []string{"calibration error", percent(*r.Ours.CalibrationError)})
	}
	if r.Sure > 0 {
		sums = append(sums, []string{"sure of", percent(float64(r.Sure) / float64(r.Test))}, []string{"right where sure", percent(float64(r.SureRight) / float64(r.Sure))})
	}
	fmt.Fprintln(con.Out)
	if err := alignRows(con.Out, sums); err != nil {
		return err
	}
	_, err := fmt.Fprintf(con.Err, "trained on %d rows, tested on %d; %d left out; model %d KB, trained in %.1f CPU-seconds, %.0f CPU-µs a text\n",
		r.Train, r.Test, r.LeftOut, (r.Model+999)/1000, r.Training, r.Micros)
	return err
}
