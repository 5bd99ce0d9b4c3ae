package main

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"

	"qingting/textmining/statistics"
	"qingting/textmining/taxonomy"
)

type trendsCmd struct {
	serverFlags
	Theme    string `arg:"" optional:"" help:"Id or name of a theme, pain point, dimension or risk; without it, all feedback and what moves."`
	Days     int    `default:"30" help:"Days the report covers, up to the last feedback (default ${default})."`
	Compare  string `placeholder:"previous|FROM..TO" help:"Compare with the period before, or with these days, such as 2026-01-01..2026-01-31."`
	By       string `placeholder:"COLUMN" help:"Tell apart by channel, region, product or weekday."`
	Channel  string `help:"Only this channel."`
	Region   string `help:"Only this region."`
	Product  string `help:"Only this product."`
	Taxonomy string `placeholder:"FILE" help:"With --data: name the themes by this taxonomy."`
	JSON     bool   `name:"json" help:"Print as JSON."`
}

// Run prints how a theme, or all feedback, went and is likely to go on.
func (c *trendsCmd) Run(ctx context.Context, con *console) error {
	if c.Days < 1 {
		return usagef("--days must be at least 1")
	}
	if c.By != "" {
		if _, err := statistics.ParseColumn(c.By); err != nil {
			return usagef("--by: %v", err)
		}
	}
	var t statistics.Trends
	var err error
	if c.local() {
		t, err = c.fromStreams(ctx)
	} else {
		v := url.Values{
			"days": {strconv.Itoa(c.Days)}, "channel": {c.Channel}, "region": {c.Region}, "product": {c.Product},
			"label": {c.Theme}, "compare": {c.Compare}, "by": {c.By},
		}
		err = c.get(ctx, "/api/v1/trends?"+v.Encode(), &t)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		return enc.Encode(t)
	}
	return writeTrends(con.Out, t, reportOptionsFor(con.Out))
}

// fromStreams counts the documents of a data directory that no server uses.
func (c *trendsCmd) fromStreams(ctx context.Context) (statistics.Trends, error) {
	st, err := openStreams(ctx, dataFlags{Data: c.Data})
	if err != nil {
		return statistics.Trends{}, err
	}
	defer st.close()
	tax, err := taxonomy.Load(c.Taxonomy)
	if err != nil {
		return statistics.Trends{}, err
	}
	stats := statistics.New(statistics.Config{Taxonomy: tax})
	if err := st.eachDocument(ctx, stats.Put, func(uint64, error) {}); err != nil {
		return statistics.Trends{}, err
	}
	q := statistics.TrendsQuery{
		Query: statistics.Query{Days: c.Days, TopN: -1, Channel: c.Channel, Region: c.Region, Product: c.Product}, Kind: statistics.Theme,
	}
	if c.Theme != "" {
		var found bool
		if q.Kind, q.Label, found = stats.Resolve(c.Theme); !found {
			return statistics.Trends{}, usagef("no feedback carries a theme %q; qingting themes --data DIR lists them all", c.Theme)
		}
	}
	if c.Compare != "" {
		if q.Against, err = stats.Against(q.Query, c.Compare); err != nil {
			return statistics.Trends{}, usagef("--compare: %v", err)
		}
	}
	if c.By != "" {
		column, err := statistics.ParseColumn(c.By)
		if err != nil {
			return statistics.Trends{}, usagef("--by: %v", err)
		}
		q.By = &column
	}
	return stats.Trends(q)
}
