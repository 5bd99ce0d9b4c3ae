package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"qingting/search"
	"qingting/textmining/taxonomy"
)

type searchCmd struct {
	serverFlags
	Query []string `arg:"" optional:"" help:"Query; empty finds everything. See below."`
	synonymFlags
	Lexicon     string `placeholder:"FILE" help:"With --data: the lexicon that the server was started with."`
	Taxonomy    string `placeholder:"FILE" help:"Name themes by this taxonomy instead of the built-in one."`
	From        int    `help:"Skip this many results."`
	After       string `placeholder:"CURSOR" help:"Go on after a page: the cursor it ended with."`
	Size        int    `default:"20" help:"Results to show (default ${default}, at most 200)."`
	Facets      bool   `help:"Show counts by theme, channel, region and so on."`
	Collapse    bool   `help:"Show one of each group of near-duplicates, as collapse:on does."`
	Significant bool   `help:"Show the words that set the results apart from all feedback, instead of results." xor:"kind"`
	Similar     string `placeholder:"RECORD" help:"Show the feedback that is most like this one, instead of a query." xor:"kind"`
	JSON        bool   `name:"json" help:"Print JSON."`
}

func (c *searchCmd) Help() string {
	return `All words must occur. "words in quotes" follow each other; OR, NOT, -word and ( ) combine; field:value narrows:
theme, dimension, painpoint, channel, region, product, sentiment, risk, pii, grade, customer, record; rating:<3,
date:2026-10-01..2026-10-31, has:pii, sort:newest, collapse:on. For example:

  qingting search '乱扣费 region:广东 date:2026-10'
  qingting search '"cannot cancel" channel:app rating:<3'
  qingting search --significant 'theme:billing-opaque rating:1'
  qingting search --similar RECORD

Days begin at midnight of the server's zone; with --data, of this machine's.`
}

// Run prints what matches.
func (c *searchCmd) Run(ctx context.Context, con *console) error {
	text := strings.Join(c.Query, " ")
	if c.Similar != "" && text != "" {
		return usagef("--similar takes no query")
	}
	if c.Size < 1 || c.Size > 200 {
		return usagef("--size must be from 1 to 200")
	}
	tax, err := taxonomy.Load(c.Taxonomy)
	if err != nil {
		return err
	}
	o := hitOptions{reportOptions: reportOptionsFor(con.Out), From: c.From, Name: tax.Name}
	var answer any
	var draw func() error
	switch {
	case c.Significant:
		list, failed := c.significant(ctx, text)
		err, answer = failed, significantAnswer{list}
		draw = func() error { return writeSignificant(con.Out, list, o) }
	case c.Similar != "":
		list, failed := c.similar(ctx)
		err, answer = failed, similarAnswer{list}
		draw = func() error {
			return writeHits(con.Out, &search.Results{Total: uint64(len(list)), Hits: list}, o)
		}
	default:
		res, failed := c.find(ctx, text)
		err, answer = failed, res
		if res != nil && !c.Facets {
			res.Facets = nil
		}
		o.After = c.After != ""
		draw = func() error { return writeHits(con.Out, res, o) }
	}
	var mistake *search.SyntaxError
	if errors.As(err, &mistake) {
		return usagef("%v\n%s", mistake, mistake.Caret())
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return writeAnswerJSON(con.Out, answer)
	}
	return draw()
}

type significantAnswer struct {
	Terms []search.SignificantTerm `json:"terms"`
}

type similarAnswer struct {
	Hits []search.Hit `json:"hits"`
}

// query is the search that the flags ask for. Days are this machine's.
func (c *searchCmd) query(text string) search.Query {
	q := search.Query{
		Text: text, From: c.From, After: c.After, Size: c.Size, Collapse: c.Collapse, Location: time.Local,
	}
	if c.Facets {
		q.Facets = search.FacetNames()
	}
	return q
}

func (c *searchCmd) find(ctx context.Context, text string) (res *search.Results, err error) {
	if !c.local() {
		v := url.Values{"q": {text}, "from": {strconv.Itoa(c.From)}, "size": {strconv.Itoa(c.Size)}}
		if c.After != "" {
			v.Set("after", c.After)
		}
		if c.Collapse {
			v.Set("collapse", "on")
		}
		res = new(search.Results)
		return res, c.get(ctx, "/api/v1/search?"+v.Encode(), res)
	}
	err = c.open(func(ix *search.Index) error {
		res, err = ix.Search(ctx, c.query(text))
		return err
	})
	return res, err
}

func (c *searchCmd) significant(ctx context.Context, text string) (list []search.SignificantTerm, err error) {
	if !c.local() {
		var answer significantAnswer
		v := url.Values{"q": {text}, "size": {strconv.Itoa(c.Size)}}
		err := c.get(ctx, "/api/v1/significant?"+v.Encode(), &answer)
		return answer.Terms, err
	}
	err = c.open(func(ix *search.Index) error {
		list, err = ix.Significant(ctx, c.query(text), c.Size)
		return err
	})
	return list, err
}

func (c *searchCmd) similar(ctx context.Context) (list []search.Hit, err error) {
	if !c.local() {
		var answer similarAnswer
		v := url.Values{"record": {c.Similar}, "size": {strconv.Itoa(c.Size)}}
		err := c.get(ctx, "/api/v1/similar?"+v.Encode(), &answer)
		return answer.Hits, err
	}
	err = c.open(func(ix *search.Index) error {
		list, err = ix.Similar(ctx, c.Similar, c.Size)
		return err
	})
	return list, err
}

// open gives use the index of the data directory.
func (c *searchCmd) open(use func(*search.Index) error) error {
	set, err := c.set()
	if err != nil {
		return err
	}
	ix, err := openIndex(c.Data, c.Lexicon)
	if err != nil {
		return err
	}
	defer ix.Close()
	ix.SetSynonyms(set)
	return use(ix)
}

// openIndex opens the index of a data directory whose server is stopped.
func openIndex(dir, lexicon string) (*search.Index, error) {
	data := dataFlags{Data: dir}
	if !data.exists() {
		return nil, errors.New("there is no data directory " + dir)
	}
	seg, err := indexSegmenter(data.indexDir(), lexicon)
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
	return ix, nil
}
