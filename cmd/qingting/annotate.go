package main

import (
	"bytes"
	"context"
	"encoding/json"

	"qingting/internal/document"
	"qingting/textmining"
	"qingting/textmining/taxonomy"
)

// annotateCmd reads JSONL and writes what each text is about.
type annotateCmd struct {
	File string `arg:"" optional:"" default:"-" help:"JSONL with \"id\" and \"text\" a line; - is standard input."`

	Taxonomy string `placeholder:"FILE" help:"Tag by this taxonomy and not by the default one."`
	Lexicon  string `placeholder:"FILE" help:"Further words for segmentation, one a line."`
	modelFlags
	DefaultTaxonomy bool `help:"Print the default taxonomy, to begin one of your own with, and stop."`
}

func (c *annotateCmd) Help() string {
	return `Each line {"id","text"} becomes {"id","language","themes","dimensions","pain_points","risks","sentiment",
"keywords","taxonomy","lexicon","model"}, in the order of the input. A theme has a score from 0 to 1, a polarity from -1
(complaint) to 1 (praise) and its evidence: spans in code points of the text, end exclusive. Give it redacted text:
run "qingting redact" first. A line that is no such JSON is told on standard error, the others go on, and the exit
code is 1.`
}

// annotateOut is a line of output.
type annotateOut struct {
	ID json.RawMessage `json:"id"`
	document.Annotation
}

func (c *annotateCmd) Run(ctx context.Context, con *console) error {
	if c.DefaultTaxonomy {
		_, err := con.Out.Write(taxonomy.DefaultYAML())
		return err
	}
	in, err := openInput(c.File, con)
	if err != nil {
		return err
	}
	defer in.Close()
	annotator, err := textmining.Load(engineFlags{Taxonomy: c.Taxonomy, Lexicon: c.Lexicon, modelFlags: c.modelFlags}.sources())
	if err != nil {
		return err
	}
	return eachLine(ctx, in, con, func(_ int, line []byte, out *bytes.Buffer) error {
		var row redactIn
		if err := row.parse(line); err != nil {
			return err
		}
		return json.NewEncoder(out).Encode(annotateOut{row.id, annotator.Annotate(row.text)})
	})
}
