package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"qingting/search"
)

type searchCmd struct {
	serverFlags
	Query   []string `arg:"" optional:"" help:"Query; empty finds everything. See below."`
	Lexicon string   `placeholder:"FILE" help:"With --data: the lexicon that the server was started with."`
	From    int      `help:"Skip this many results."`
	Facets  bool     `help:"Show counts by theme, channel, region and so on."`
	JSON    bool     `name:"json" help:"Print JSON."`
}

func (c *searchCmd) Help() string {
	return `All words must occur. "words in quotes" follow each other; OR, NOT, -word and ( ) combine; field:value narrows:
theme, dimension, painpoint, channel, region, product, sentiment, risk, pii, grade, customer, record; rating:<3,
date:2026-10-01..2026-10-31, has:pii, sort:newest. For example:

  qingting search '乱扣费 region:广东 date:2026-10'
  qingting search '"cannot cancel" channel:app rating:<3'`
}

// Run prints what matches.
func (c *searchCmd) Run(ctx context.Context, con *console) error {
	text := strings.Join(c.Query, " ")
	res, err := c.find(ctx, text)
	var mistake *search.SyntaxError
	if errors.As(err, &mistake) {
		return usagef("%v\n%s", mistake, mistake.Caret())
	}
	if err != nil {
		return err
	}
	if !c.Facets {
		res.Facets = nil
	}
	if c.JSON {
		return writeHitsJSON(con.Out, res)
	}
	return writeHits(con.Out, res, hitOptions{reportOptions: reportOptionsFor(con.Out), From: c.From})
}

func (c *searchCmd) find(ctx context.Context, text string) (*search.Results, error) {
	if !c.local() {
		var res search.Results
		v := url.Values{"q": {text}, "from": {strconv.Itoa(c.From)}}
		return &res, c.get(ctx, "/api/v1/search?"+v.Encode(), &res)
	}
	data := dataFlags{Data: c.Data}
	if !data.exists() {
		return nil, errors.New("there is no data directory " + c.Data)
	}
	seg, err := indexSegmenter(data.indexDir(), c.Lexicon)
	if err != nil {
		return nil, err
	}
	ix, err := search.Open(data.indexDir(), search.Config{Segmenter: words{seg}})
	switch {
	case errors.Is(err, search.ErrInUse):
		return nil, fmt.Errorf("%w; a server is running: leave --data out and ask it with --server", err)
	case errors.Is(err, search.ErrRebuild), errors.Is(err, search.ErrDamaged):
		return nil, fmt.Errorf("%w; start \"qingting serve\" once, which rebuilds it", err)
	case err != nil:
		return nil, err
	}
	defer ix.Close()
	return ix.Search(ctx, search.Query{Text: text, From: c.From, Facets: search.FacetNames()})
}
