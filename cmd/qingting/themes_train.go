package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"qingting/internal/secrets"
	"qingting/textmining"
	"qingting/textmining/learn"
	"qingting/textmining/segment"
)

// themesTrainCmd learns a classifier from labelled texts.
type themesTrainCmd struct {
	File string `arg:"" optional:"" help:"JSONL with \"text\", \"title\" if you like, and \"label\" or \"labels\" a line; - is standard input."`
	labelledFlags
	corpusFlags
	Output   string `short:"o" required:"" placeholder:"MODEL" help:"File the model goes to."`
	Multi    bool   `help:"Let a text have any number of labels, also when each row has one."`
	Entries  int    `default:"0" placeholder:"N" help:"Weights that the model keeps at most, and so its size; 0 is 250,000, some 800 KB."`
	Taxonomy string `placeholder:"FILE" help:"With --data or --nats: the cues of this taxonomy; else those of the settings, or the built-in ones."`
	Lexicon  string `placeholder:"FILE" help:"Further words for segmentation, one a line: those the texts will be cut with later."`
	Seed     uint64 `default:"1" help:"Seed of the training (default ${default}): the same rows and seed give the same file."`
	JSON     bool   `name:"json" help:"Print what was trained as JSON."`
}

func (c *themesTrainCmd) Help() string {
	return `From a file of labelled texts; or, with --data or --nats, from what is stored: documents with a correction ("qingting themes
correct") by what it says, the others, with less weight, by what cues alone find in them. Such a model is for "qingting themes
apply". What cues never find it learns from corrections only: "qingting themes next" says which are worth the effort.

Give it redacted texts: run "qingting redact" first. A few dozen rows a label are a beginning, a few hundred are
better; "qingting eval themes" says how good they make it. The model holds the labels and hashes of what stands in the
texts, and none of the texts themselves.`
}

// trained is what themes train says.
type trained struct {
	Model   string   `json:"model"`
	Bytes   int      `json:"bytes"`
	Rows    int      `json:"rows"`
	LeftOut int      `json:"rows_left_out"`
	Multi   bool     `json:"multi_label"`
	Lexicon string   `json:"lexicon"`
	Labels  []string `json:"labels"`

	Corrected int `json:"corrected,omitempty"` // stored documents with a correction
}

// Run reads the rows, trains and puts the model in its place.
func (c *themesTrainCmd) Run(ctx context.Context, con *console) error {
	if (c.File == "") != c.given() {
		return usagef("give a file, or --data DIR, or --nats URL")
	}
	set, seg, corrected, err := c.rows(ctx, con)
	if err != nil {
		return err
	}
	model, err := learn.Train(ctx, set.rows, learn.Options{Segmenter: seg, Seed: c.Seed, Multi: c.Multi || c.given(), Entries: c.Entries})
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if _, err := model.WriteTo(&file); err != nil {
		return err
	}
	if err := secrets.Replace(c.Output, file.Bytes()); err != nil {
		return err
	}
	out := trained{c.Output, file.Len(), model.Rows(), set.leftOut, model.Multi(), model.Lexicon(), model.Labels(), corrected}
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		return enc.Encode(out)
	}
	_, err = fmt.Fprintf(con.Out, "%s: %d labels from %d rows, %d left out, %d KB\n", out.Model, len(out.Labels), out.Rows, out.LeftOut, (out.Bytes+999)/1000)
	return err
}

// rows are what is learnt from, the segmenter that cuts them, and how many of
// them analysts corrected.
func (c *themesTrainCmd) rows(ctx context.Context, con *console) (set labelledSet, seg *segment.Segmenter, corrected int, err error) {
	if !c.given() {
		if set, err = c.labelledFlags.read(c.File, con); err != nil {
			return set, nil, 0, err
		}
		seg, err = lexiconSegmenter(c.Lexicon, nil)
		return set, seg, 0, err
	}
	stored, err := c.corpusFlags.read(ctx, con)
	if err != nil {
		return set, nil, 0, err
	}
	sources := textmining.Sources{TaxonomyFile: c.Taxonomy, LexiconFile: c.Lexicon, Lexicon: stored.lexicon}
	if c.Taxonomy == "" {
		sources.Taxonomy = stored.taxonomy
	}
	cues, err := textmining.Load(sources)
	if err != nil {
		return set, nil, 0, err
	}
	set.rows, corrected = stored.rows(cues)
	return set, cues.Segmenter(), corrected, nil
}
