package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"qingting/internal/secrets"
	"qingting/textmining/segment"
	"qingting/textmining/sentiment"
)

// sentimentCmd groups what is done about polarity.
type sentimentCmd struct {
	Train sentimentTrainCmd `cmd:"" help:"Learn praise and complaint from judged texts."`
}

// sentimentTrainCmd learns a model of polarity.
type sentimentTrainCmd struct {
	File string `arg:"" help:"JSONL with \"text\" and its polarity a line; - is standard input."`
	judgedFlags
	Output  string `short:"o" required:"" placeholder:"MODEL" help:"File the model goes to."`
	Lexicon string `placeholder:"FILE" help:"Further words for segmentation, one a line: those the texts will be cut with later."`
	Seed    uint64 `default:"1" help:"Seed of the training (default ${default}): the same rows and seed give the same file."`
	JSON    bool   `name:"json" help:"Print what was trained as JSON."`
}

func (c *sentimentTrainCmd) Help() string {
	return `The model joins what it learns with what the lexicon hears. Give it redacted texts of the field it is for, some
hundred of each polarity at least; "qingting eval sentiment --split 2/3" says how good they make it. Then:

  qingting annotate --sentiment MODEL FILE
  qingting serve --sentiment MODEL …

` + judgedHelp
}

// sentimentTrained is what sentiment train says.
type sentimentTrained struct {
	Model   string   `json:"model"`
	Bytes   int      `json:"bytes"`
	Rows    int      `json:"rows"`
	LeftOut int      `json:"rows_left_out"`
	Lexicon string   `json:"lexicon"`
	Labels  []string `json:"labels"`
}

// Run reads the rows, trains and puts the model in its place.
func (c *sentimentTrainCmd) Run(ctx context.Context, con *console) error {
	set, err := c.readJudged(c.File, con)
	if err != nil {
		return err
	}
	j, err := newJudge(c.Lexicon)
	if err != nil {
		return err
	}
	model, err := sentiment.Train(ctx, set.rows, sentiment.TrainOptions{Segmenter: j.segmenter, Analyzer: j.analyzer, Seed: c.Seed})
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
	out := sentimentTrained{c.Output, file.Len(), model.Rows(), set.leftOut, model.Lexicon(), model.Labels()}
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		return enc.Encode(out)
	}
	_, err = fmt.Fprintf(con.Out, "%s: %d judged texts, %d left out, %d KB\n", out.Model, out.Rows, out.LeftOut, (out.Bytes+999)/1000)
	return err
}

// readSentimentModel reads the model in the file name. One trained with another
// lexicon is used, and that is told.
func readSentimentModel(name string, seg *segment.Segmenter, con *console) (*sentiment.Model, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read the sentiment model: %w", err)
	}
	defer f.Close()
	m, err := sentiment.ReadModel(f, seg)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if m.Lexicon() != seg.Version() {
		fmt.Fprintf(con.Err, "qingting: %s was trained with lexicon %s and is used with %s; train it anew\n", name, m.Lexicon(), seg.Version())
	}
	return m, nil
}
