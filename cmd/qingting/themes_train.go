package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"qingting/internal/secrets"
	"qingting/textmining/learn"
	"qingting/textmining/segment"
)

// themesTrainCmd learns a classifier from labelled texts.
type themesTrainCmd struct {
	File string `arg:"" help:"JSONL with \"text\", \"title\" if you like, and \"label\" or \"labels\" a line; - is standard input."`
	labelledFlags
	Output  string `short:"o" required:"" placeholder:"MODEL" help:"File the model goes to."`
	Multi   bool   `help:"Let a text have any number of labels, also when each row has one."`
	Lexicon string `placeholder:"FILE" help:"Further words for segmentation, one a line: those the texts will be cut with later."`
	Seed    uint64 `default:"1" help:"Seed of the training (default ${default}): the same rows and seed give the same file."`
	JSON    bool   `name:"json" help:"Print what was trained as JSON."`
}

func (c *themesTrainCmd) Help() string {
	return `Give it redacted texts: run "qingting redact" first. A few dozen rows a label are a beginning, a few hundred are
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
}

// Run reads the rows, trains and puts the model in its place.
func (c *themesTrainCmd) Run(ctx context.Context, con *console) error {
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
	model, err := learn.Train(ctx, set.rows, learn.Options{Segmenter: seg, Seed: c.Seed, Multi: c.Multi})
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
	out := trained{c.Output, file.Len(), model.Rows(), set.leftOut, model.Multi(), model.Lexicon(), model.Labels()}
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		return enc.Encode(out)
	}
	_, err = fmt.Fprintf(con.Out, "%s: %d labels from %d rows, %d left out, %d KB\n", out.Model, len(out.Labels), out.Rows, out.LeftOut, (out.Bytes+999)/1000)
	return err
}
