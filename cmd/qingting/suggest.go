package main

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"qingting/search"
	"qingting/search/suggest"
	"qingting/textmining"
	"qingting/textmining/taxonomy"
)

type suggestCmd struct {
	serverFlags
	Text    []string `arg:"" help:"What was typed: characters, pinyin, initials, or a mixture: 资费, zifei, zf, 资f."`
	Lexicon string   `placeholder:"FILE" help:"With --data: the lexicon that the server was started with."`
	Size    int      `short:"n" default:"10" help:"How many (default ${default})."`
	Correct bool     `help:"Say what was probably meant, of a query that finds nothing."`
	JSON    bool     `name:"json" help:"Print JSON."`
}

func (c *suggestCmd) Help() string {
	return `Completes to names of themes and pain points, fields and their values, and frequent words: values and words of five customers
at least. The most frequent come first; those that a mended letter leads to last, with a question mark.`
}

// suggestAnswer is what /api/v1/suggest answers.
type suggestAnswer struct {
	Suggestions []suggest.Suggestion `json:"suggestions"`
	Correction  string               `json:"correction,omitempty"`
}

// Run prints completions.
func (c *suggestCmd) Run(ctx context.Context, con *console) error {
	if c.Size < 1 || c.Size > maxSuggestions {
		return usagef("-n must be from 1 to %d", maxSuggestions)
	}
	typed := strings.Join(c.Text, " ")
	var a suggestAnswer
	if c.local() {
		s, err := c.read(ctx)
		if err != nil {
			return err
		}
		a.Suggestions = s.Complete(typed, c.Size)
		a.Correction, _ = s.Correct(typed)
	} else {
		v := url.Values{"q": {typed}, "n": {strconv.Itoa(c.Size)}}
		if err := c.get(ctx, "/api/v1/suggest?"+v.Encode(), &a); err != nil {
			return err
		}
	}
	switch {
	case c.JSON:
		return printJSON(con.Out, a)
	case c.Correct:
		if a.Correction == "" || a.Correction == typed {
			fmt.Fprintln(con.Err, "Nothing better is known.")
			return nil
		}
		_, err := fmt.Fprintln(con.Out, a.Correction)
		return err
	}
	rows := [][]string{{"TEXT", "KIND", "QUERY"}}
	for _, s := range a.Suggestions {
		text := s.Text
		if s.Typo {
			text += "?"
		}
		rows = append(rows, []string{text, s.Kind, s.Query})
	}
	if len(rows) == 1 {
		fmt.Fprintln(con.Err, "Nothing begins like that.")
		return nil
	}
	return alignRows(con.Out, rows)
}

// read makes completions of a data directory whose server is stopped.
func (c *suggestCmd) read(ctx context.Context) (*suggest.Suggester, error) {
	ix, err := openIndex(c.Data, c.Lexicon)
	if err != nil {
		return nil, err
	}
	defer ix.Close()
	a, err := textmining.Load(textmining.Sources{LexiconFile: c.Lexicon})
	if err != nil {
		return nil, err
	}
	return suggester(ctx, ix, a)
}

const (
	maxSuggestions  = 100
	suggestedWords  = 20_000
	suggestedValues = 2000
	suggestedOf     = 5 // customers at least
)

// suggester gathers what searches can be completed to. What is counted is of as
// many customers as a cell of a facet.
func suggester(ctx context.Context, ix *search.Index, a *textmining.Annotator) (*suggest.Suggester, error) {
	var entries []suggest.Entry
	t := a.Taxonomy()
	res, err := ix.Search(ctx, search.Query{
		Size: 1, Facets: []string{"theme", "painpoint", "dimension", "risk", "channel", "region", "product", "source", "sentiment"},
		FacetSize: suggestedValues, K: suggestedOf,
	})
	if err != nil {
		return nil, err
	}
	counts := make(map[string]int) // by field and value
	for _, f := range res.Facets {
		for _, cell := range f.Cells {
			if !cell.Suppressed {
				counts[f.Name+":"+cell.Value] = cell.Count
			}
		}
	}
	for _, kind := range []struct {
		field string
		list  []taxonomy.Entry
	}{{"theme", t.Themes}, {"painpoint", t.PainPoints}, {"dimension", t.Dimensions}, {"risk", t.Risks}} {
		for _, e := range kind.list {
			query := kind.field + ":" + e.ID
			for _, name := range []string{e.ZH.Name, e.EN.Name} {
				entries = append(entries, suggest.Entry{Text: name, Kind: kind.field, Query: query, Weight: counts[query]})
			}
		}
	}
	for _, f := range res.Facets {
		if f.Name == "theme" || f.Name == "painpoint" || f.Name == "dimension" || f.Name == "risk" {
			continue
		}
		for _, cell := range f.Cells {
			if !cell.Suppressed {
				entries = append(entries, suggest.Entry{Text: cell.Value, Kind: "value", Query: f.Name + ":" + quotedValue(cell.Value), Weight: cell.Count})
			}
		}
	}
	for _, field := range search.Fields() {
		entries = append(entries, suggest.Entry{Text: field, Kind: "field", Query: field + ":"})
	}
	words, err := ix.Frequent(ctx, suggestedOf, suggestedWords)
	if err != nil {
		return nil, err
	}
	known := make(map[string]bool)
	for _, w := range words {
		known[w.Text] = true
		entries = append(entries, suggest.Entry{Text: w.Text, Kind: "word", Weight: w.Documents})
	}
	if set := ix.Synonyms(); set != nil { // terms of the trade, which may be several words
		for _, r := range set.Rules() {
			if r.Near { // everyday words
				continue
			}
			for _, term := range r.Terms() {
				if folded := search.Fold(term); !known[folded] {
					known[folded] = true
					entries = append(entries, suggest.Entry{Text: term, Kind: "term"})
				}
			}
		}
	}
	return suggest.New(entries, search.Fold), nil
}

// quotedValue is a value as a query takes it.
func quotedValue(value string) string {
	if strings.ContainsAny(value, " ,，、()（）*\"“”＂：:") {
		return `"` + strings.NewReplacer(`"`, "", "“", "", "”", "", "＂", "").Replace(value) + `"`
	}
	return value
}
