package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"qingting/internal/secrets"
	"qingting/textmining/discover/name"
	"qingting/textmining/seed"
	"qingting/textmining/segment"
	"qingting/textmining/taxonomy"
)

// themesSeedCmd makes a model of seed words and texts without labels.
type themesSeedCmd struct {
	Seeds    string `arg:"" help:"YAML, \"class: [word, word]\" a line: four or five words that only this class uses."`
	File     string `arg:"" help:"JSONL with \"text\" a line, and \"title\", \"id\" if you like; - is standard input."`
	Output   string `short:"o" placeholder:"MODEL" help:"File the model goes to."`
	Taxonomy string `placeholder:"FILE" help:"Write a draft of a taxonomy: for each class the words and phrases that tell it from the others."`
	Sample   string `placeholder:"FILE" help:"Write texts to judge, drawn from each class at random: fill in \"right\", then run \"qingting themes judged\"."`
	PerClass int    `default:"20" placeholder:"N" help:"How many texts of each class to judge (default ${default})."`
	Lexicon  string `placeholder:"FILE" help:"Further words for segmentation, one a line."`
	Seed     uint64 `default:"1" help:"Seed of the training and of the sample (default ${default})."`
	JSON     bool   `name:"json" help:"Print the report as JSON."`
}

func (c *themesSeedCmd) Help() string {
	return `From a few words a class to a classifier, without labels: texts with the words are the first examples, and self-training
spreads their classes to the others. Give it redacted texts, some hundred of each class at least. Each text gets one class.

How right it is, you find out by judging a sample: --sample writes one, and "qingting themes judged" makes of your
verdicts the share that is right, with its 95 % interval. Where it is not right enough, change the words, or give labels to
the texts that "qingting themes next" names, and train with "qingting themes train".

With --taxonomy the classes become a taxonomy with cues, which an analyst can read and change; its entries are called
class-1, class-2 and so on, in the order of the report.`
}

// seeded is what themes seed says.
type seeded struct {
	Texts    int           `json:"texts"`
	Lexicon  string        `json:"lexicon"`
	Covered  float64       `json:"covered_by_words"`
	Classes  []seededClass `json:"classes"`
	Model    string        `json:"model,omitempty"`
	Bytes    int           `json:"bytes,omitempty"`
	Taxonomy string        `json:"taxonomy,omitempty"`
	Sample   string        `json:"sample,omitempty"`
}

type seededClass struct {
	Class   string `json:"class"`
	ByWords int    `json:"by_words"`
	Texts   int    `json:"texts"`
	Changed int    `json:"changed"` // had another class by words
	Cues    int    `json:"cues,omitempty"`
}

// toJudge is a line of the sample.
type toJudge struct {
	ID    json.RawMessage `json:"id,omitempty"`
	Label string          `json:"label"`
	Text  string          `json:"text"`
	Right *bool           `json:"right"`
	Of    int             `json:"of"` // texts of the class
}

// Run trains and writes what was asked for.
func (c *themesSeedCmd) Run(ctx context.Context, con *console) error {
	if c.PerClass < 1 {
		return usagef("--per-class must be at least 1")
	}
	seeds, err := readSeeds(c.Seeds)
	if err != nil {
		return err
	}
	rows, err := readFeedback(ctx, c.File, con)
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
	texts := make([]string, len(rows))
	for i := range rows {
		texts[i] = rows[i].Text
	}
	r, err := seed.Train(ctx, texts, seeds, seed.Options{Segmenter: seg, Seed: c.Seed, NoModel: c.Output == ""})
	if err != nil {
		return err
	}
	out := newSeeded(r, seg)
	if c.Output != "" {
		var file bytes.Buffer
		if _, err := r.Model.WriteTo(&file); err != nil {
			return err
		}
		if err := secrets.Replace(c.Output, file.Bytes()); err != nil {
			return err
		}
		out.Model, out.Bytes = c.Output, file.Len()
	}
	if c.Taxonomy != "" {
		if err := c.draft(con, &out, rows, r, seg); err != nil {
			return err
		}
	}
	if c.Sample != "" {
		if err := c.sample(&out, rows, r); err != nil {
			return err
		}
	}
	return c.print(con, out)
}

// readFeedback reads all rows of a file.
func readFeedback(ctx context.Context, file string, con *console) ([]feedbackRow, error) {
	in, err := openInput(file, con)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	var rows []feedbackRow
	err = eachRow(ctx, in, con, func(row feedbackRow) error {
		rows = append(rows, row)
		return nil
	})
	if err == nil && len(rows) == 0 {
		err = fmt.Errorf("%s has no texts", file)
	}
	return rows, err
}

func newSeeded(r *seed.Result, seg *segment.Segmenter) seeded {
	out := seeded{Texts: len(r.Class), Lexicon: seg.Version(), Classes: make([]seededClass, len(r.Classes))}
	covered := 0
	for l, name := range r.Classes {
		out.Classes[l].Class = name
	}
	for i, l := range r.Class {
		out.Classes[l].Texts++
		if h := r.Hit[i]; h >= 0 {
			covered++
			out.Classes[h].ByWords++
			if h != l {
				out.Classes[l].Changed++
			}
		}
	}
	out.Covered = float64(covered) / float64(max(1, len(r.Class)))
	return out
}

// draftTexts bounds the texts that a draft is made of.
const draftTexts = 6000

// draft writes a taxonomy whose themes are the classes.
func (c *themesSeedCmd) draft(con *console, out *seeded, rows []feedbackRow, r *seed.Result, seg *segment.Segmenter) error {
	order := rand.New(rand.NewPCG(c.Seed, 2)).Perm(len(rows))
	order = order[:min(len(order), draftTexts)]
	slices.Sort(order)
	docs := make([]name.Document, len(order))
	for n, i := range order {
		docs[n] = name.Document{Cluster: r.Class[i], Text: rows[i].Text, Tokens: seg.AppendTokens(nil, rows[i].Text), Customer: cmp.Or(rows[i].Customer, strconv.Itoa(i))}
	}
	file := []byte("format: 1\nthemes: []\n")
	for l, class := range r.Classes {
		d, err := name.NewDraft(docs, l, name.DraftConfig{ID: "class-" + strconv.Itoa(l+1), ZH: class, EN: class})
		if err != nil {
			fmt.Fprintf(con.Err, "qingting: %s: no cues: %v\n", class, err)
			continue
		}
		d.Entry.ZH.Definition, d.Entry.EN.Definition = "由种子词提出，待分析员改写。", "Proposed from seed words; to be written by the analyst."
		if file, err = taxonomy.Insert(file, d.Entry); err != nil {
			return err
		}
		out.Classes[l].Cues = len(d.Cues)
	}
	out.Taxonomy = c.Taxonomy
	return secrets.Replace(c.Taxonomy, file)
}

// sample writes texts of each class, drawn at random and mixed.
func (c *themesSeedCmd) sample(out *seeded, rows []feedbackRow, r *seed.Result) error {
	rng := rand.New(rand.NewPCG(c.Seed, 3))
	taken := make([]int, len(r.Classes))
	var file bytes.Buffer
	enc := json.NewEncoder(&file)
	enc.SetEscapeHTML(false)
	for _, i := range rng.Perm(len(rows)) {
		l := r.Class[i]
		if taken[l] == c.PerClass {
			continue
		}
		taken[l]++
		if err := enc.Encode(toJudge{rows[i].ID, r.Classes[l], rows[i].Text, nil, out.Classes[l].Texts}); err != nil {
			return err
		}
	}
	out.Sample = c.Sample
	return secrets.Replace(c.Sample, file.Bytes())
}

func (c *themesSeedCmd) print(con *console, out seeded) error {
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		return enc.Encode(out)
	}
	rows := [][]string{{"class", "by words", "texts", "share %", "changed"}}
	for _, l := range out.Classes {
		rows = append(rows, []string{clip(l.Class, 40), strconv.Itoa(l.ByWords), strconv.Itoa(l.Texts), fmt.Sprintf("%.1f", 100*float64(l.Texts)/float64(max(1, out.Texts))), strconv.Itoa(l.Changed)})
	}
	if err := alignRows(con.Out, rows); err != nil {
		return err
	}
	fmt.Fprintf(con.Err, "%d texts, %.1f %% of them with the words of one class.\n", out.Texts, 100*out.Covered)
	if out.Model != "" {
		fmt.Fprintf(con.Err, "%s: model, %d KB\n", out.Model, (out.Bytes+999)/1000)
	}
	if out.Sample != "" {
		fmt.Fprintf(con.Err, "%s: texts to judge; write true or false for \"right\", then: qingting themes judged %s\n", out.Sample, out.Sample)
	}
	return nil
}
