package main

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"

	"qingting/textmining/statistics"
	"qingting/textmining/taxonomy"
)

// themesCmd shows the pain points, and keeps what finds them.
type themesCmd struct {
	Show    themesShowCmd    `cmd:"" default:"withargs" help:"Show the pain points of a running server or a data directory; the word show may be left out."`
	Train   themesTrainCmd   `cmd:"" help:"Learn from labelled texts which themes another has."`
	Seed    themesSeedCmd    `cmd:"" help:"Make a classifier of a few words a class, without labels."`
	Judged  themesJudgedCmd  `cmd:"" help:"Make of verdicts on a sample how right a classifier is, with its interval."`
	Next    themesNextCmd    `cmd:"" help:"Say which texts are worth a label, and why."`
	Apply   themesApplyCmd   `cmd:"" help:"Have a server read by a taxonomy or a learnt model, or no more."`
	Correct themesCorrectCmd `cmd:"" help:"Say what a stored document is about, to learn from."`
	Relabel themesRelabelCmd `cmd:"" help:"Read what is stored anew, by the present taxonomy, lexicon and models."`
	Lint    themesLintCmd    `cmd:"" help:"Check a taxonomy, by itself and on feedback."`
	Diff    themesDiffCmd    `cmd:"" help:"Show what another taxonomy would have made of past feedback."`
}

type themesShowCmd struct {
	serverFlags
	Days     int    `default:"30" help:"Days the report covers, up to the last feedback (default ${default})."`
	Channel  string `help:"Only this channel."`
	Region   string `help:"Only this region."`
	Product  string `help:"Only this product."`
	Taxonomy string `placeholder:"FILE" help:"With --data: name the themes by this taxonomy."`
	JSON     bool   `name:"json" help:"Print the report as JSON."`
}

// Run prints the pain points, of a running server or of a data directory.
func (c *themesShowCmd) Run(ctx context.Context, con *console) error {
	if c.Days < 1 {
		return usagef("--days must be at least 1")
	}
	var r statistics.Report
	var err error
	if c.local() {
		r, err = c.fromStreams(ctx)
	} else {
		v := url.Values{"days": {strconv.Itoa(c.Days)}, "channel": {c.Channel}, "region": {c.Region}, "product": {c.Product}}
		err = c.get(ctx, "/api/v1/report?"+v.Encode(), &r)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		return enc.Encode(r)
	}
	return writeReport(con.Out, r, reportOptionsFor(con.Out))
}

// fromStreams counts the documents of a data directory that no server uses.
func (c *themesShowCmd) fromStreams(ctx context.Context) (statistics.Report, error) {
	st, err := openStreams(ctx, dataFlags{Data: c.Data})
	if err != nil {
		return statistics.Report{}, err
	}
	defer st.close()
	tax, err := taxonomy.Load(c.Taxonomy)
	if err != nil {
		return statistics.Report{}, err
	}
	stats := statistics.New(statistics.Config{Taxonomy: tax})
	if err := st.eachDocument(ctx, stats.Put, func(uint64, error) {}); err != nil {
		return statistics.Report{}, err
	}
	return stats.Report(statistics.Query{Days: c.Days, TopN: -1, Channel: c.Channel, Region: c.Region, Product: c.Product}), nil
}
