package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"qingting/ingest/custody"
)

// themesApplyCmd puts a model or a taxonomy into the settings.
type themesApplyCmd struct {
	themesFlags
	File   string `arg:"" optional:"" help:"A taxonomy, or a model as \"qingting themes train\" or \"qingting sentiment train\" makes it."`
	Kind   string `enum:",themes,sentiment,taxonomy" default:"" help:"What it is: a model of themes or sentiment, or a taxonomy; told by its first bytes when not given. With --remove, themes when not given."`
	Remove bool   `help:"Take it out: cues and lexicon count alone again; without a taxonomy, the one that the server was started with."`
	Reason string `help:"Why; written to the ledger first. Required."`
	Ticket string `help:"The case it belongs to."`
	Actor  string `help:"What you call yourself, beside the user you connect as."`
	JSON   bool   `name:"json" help:"Print the version as JSON."`
}

func (c *themesApplyCmd) Help() string {
	return `A running server reads by it at once, without a restart; each document says by its versions what it was read by.
What is stored stays as it is: "qingting themes relabel" reads it anew. At most 1 MiB; a server of NATS other than the built-in
one must carry messages of 2 MB (max_payload).`
}

// maxModel is what a setting may hold.
const maxModel = 1 << 20

// Run puts the model in place, or takes it out.
func (c *themesApplyCmd) Run(ctx context.Context, con *console) error {
	if (c.File == "") != c.Remove {
		return usagef("give a model or a taxonomy, or --remove")
	}
	if strings.TrimSpace(c.Reason) == "" {
		return usagef("say why with --reason, for the ledger")
	}
	var data []byte
	kind := cmp.Or(c.Kind, "themes")
	if c.File != "" {
		var err error
		if data, err = os.ReadFile(c.File); err != nil {
			return fmt.Errorf("cannot read what is to be applied: %w", err)
		}
		if kind = kindOf(data); c.Kind != "" && c.Kind != kind {
			return usagef("%s is no %s file", c.File, c.Kind)
		}
		if len(data) == 0 || len(data) > maxModel {
			return fmt.Errorf("%s has %d bytes, a setting holds 1 to %d: train a model with fewer --entries", c.File, len(data), maxModel)
		}
	}
	key, err := modelKey(kind)
	if err != nil {
		return err
	}
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	now, err := client.Model(ctx, key)
	if err != nil {
		return err
	}
	v, err := client.ChangeModel(ctx, reasonFlags{Reason: c.Reason, Ticket: c.Ticket, Actor: c.Actor}.request(), key, data, now.Revision)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(con.Out).Encode(v)
	}
	_, err = fmt.Fprintf(con.Out, "%s is version %s\n", key, v.Hash)
	return err
}

// kindOf tells models by their first bytes from a taxonomy, which is text.
func kindOf(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("qingting.learn/")):
		return "themes"
	case bytes.HasPrefix(data, []byte("qingting.sentiment/")):
		return "sentiment"
	}
	return "taxonomy"
}

// themesCorrectCmd keeps what an analyst says of a document.
type themesCorrectCmd struct {
	themesFlags
	Record string   `arg:"" help:"The record."`
	Themes []string `help:"Themes it is about, by id, with commas; none with --none."`
	None   bool     `help:"It is about no theme."`
	Reason string   `help:"Why; written to the ledger first. Required."`
	Ticket string   `help:"The case it belongs to."`
	Actor  string   `help:"What you call yourself, beside the user you connect as."`
	JSON   bool     `name:"json" help:"Print the correction as JSON."`
}

func (c *themesCorrectCmd) Help() string {
	return `A correction is kept beside the document, by its record, without a word of its text; it is erased with the record. The
document itself stays as it was read: "qingting themes train" learns from corrections.`
}

// Run keeps the correction.
func (c *themesCorrectCmd) Run(ctx context.Context, con *console) error {
	if (len(c.Themes) == 0) != c.None {
		return usagef("give --themes a,b, or --none")
	}
	if strings.TrimSpace(c.Reason) == "" {
		return usagef("say why with --reason, for the ledger")
	}
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	r := reasonFlags{Reason: c.Reason, Ticket: c.Ticket, Actor: c.Actor}.request()
	r.Record = c.Record
	made, err := client.Label(ctx, r, c.Themes)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(con.Out).Encode(made)
	}
	_, err = fmt.Fprintf(con.Out, "%s: %s\n", made.Record, strings.Join(made.Themes, ", "))
	return err
}

// themesRelabelCmd has stored documents read anew.
type themesRelabelCmd struct {
	custodyFlags
	engineFlags `group:"How feedback is read, of a stopped server: as it was started"`

	Reason string  `help:"Why; written to the ledger. Required without --dry-run."`
	Ticket string  `help:"The case it belongs to."`
	DryRun bool    `help:"Only say how many documents each theme would gain and lose."`
	Again  bool    `help:"Begin anew, where an interrupted run could be gone on with."`
	Rate   float64 `default:"500" placeholder:"N" help:"Documents a second, at most; 0 is no limit (default ${default})."`
	JSON   bool    `name:"json" help:"Print JSON."`
}

func (c *themesRelabelCmd) Help() string {
	return `Reads every stored document by the taxonomy, the lexicon and the models that the server reads by now, so that trends over
past months speak of the same themes: after a change of one of them, with --dry-run first. A document that is read as before stays
as it is. Personal data that the present policy finds is taken out on the way, as by "qingting rescan". Interrupted, it goes on
where it was when it is run again; intake goes first.`
}

// Run has the server do it, and looks on.
func (c *themesRelabelCmd) Run(ctx context.Context, con *console) error {
	if !c.DryRun && strings.TrimSpace(c.Reason) == "" {
		return usagef("a reason is missing: give --reason, or look first with --dry-run")
	}
	if c.Rate < 0 {
		return usagef("--rate %g: want 0 or more", c.Rate)
	}
	local := &localRescan{data: c.dataFlags, engine: c.engineFlags}
	client, closeClient, err := c.clientAnd(ctx, con, func(st *streams, cfg *custody.Config) (func(), error) { return local.add(ctx, st, cfg) })
	if err != nil {
		return err
	}
	defer closeClient()
	run, err := client.Relabel(ctx, custody.Request{Actor: systemUser(), Reason: c.Reason, Ticket: c.Ticket},
		custody.RescanOptions{Dry: c.DryRun, Again: c.Again, Rate: c.Rate})
	if err != nil {
		return err
	}
	done, _, err := followRun(ctx, con, "relabel", func(ctx context.Context, from int, stop bool) (custody.Rescan, error) {
		return client.RelabelRun(ctx, run.ID, from, stop)
	})
	if err != nil {
		return err
	}
	if done.Done && !c.DryRun {
		if err := local.index(ctx, con); err != nil {
			return err
		}
	}
	if err := c.print(con, done); err != nil {
		return err
	}
	return ended(done, "relabelling")
}

func (c *themesRelabelCmd) print(con *console, run custody.Rescan) error {
	if c.JSON {
		return json.NewEncoder(con.Out).Encode(run.Progress)
	}
	fmt.Fprintf(con.Err, "%s.\n", run.Describe())
	rows := [][]string{{"theme", "gained", "lost"}}
	for _, t := range run.Themes {
		rows = append(rows, []string{t.ID, fmt.Sprint(t.Gained), fmt.Sprint(t.Lost)})
	}
	if len(rows) == 1 {
		return nil
	}
	return alignRows(con.Out, rows)
}
