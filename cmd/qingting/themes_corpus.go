package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/ingest/settings"
	"qingting/internal/document"
	"qingting/textmining"
	"qingting/textmining/learn"
)

// corpusFlags say where the stored documents are.
type corpusFlags struct {
	Data string `placeholder:"DIR" help:"Learn from the documents of this data directory, whose server is stopped."`
	natsFlags
}

func (f corpusFlags) given() bool { return f.Data != "" || f.NATS != "" }

// storedCorpus is the latest documents, and what analysts said of them.
type storedCorpus struct {
	docs   []*document.Document // by their first appearance
	labels map[string][]string  // by record: themes
	// settings of words, themes; what the documents are to be read by
	taxonomy, lexicon []byte
}

// read reads all latest documents and corrections.
func (f corpusFlags) read(ctx context.Context, con *console) (*storedCorpus, error) {
	st, err := f.open(ctx, con)
	if err != nil {
		return nil, err
	}
	defer st.close()
	c := &storedCorpus{labels: map[string][]string{}}
	at := map[string]int{}
	err = st.eachDocument(ctx, func(d *document.Document) {
		if i, ok := at[d.Record]; ok {
			c.docs[i] = d
			return
		}
		at[d.Record] = len(c.docs)
		c.docs = append(c.docs, d)
	}, func(uint64, error) {})
	if err != nil {
		return nil, err
	}
	set, err := settings.Open(ctx, st.js)
	if err != nil {
		return nil, err
	}
	for v, err := range set.Below(ctx, settings.Labels) {
		if err != nil {
			return nil, err
		}
		var said custody.Label
		if json.Unmarshal(v.Data, &said) == nil {
			c.labels[strings.TrimPrefix(string(v.Key), settings.Labels+".")] = said.Themes
		}
	}
	for key, place := range map[settings.Key]*[]byte{settings.Taxonomy: &c.taxonomy, settings.Lexicon: &c.lexicon} {
		now, err := set.Get(ctx, key)
		if err != nil {
			return nil, err
		}
		*place = now.Data
	}
	if len(c.docs) == 0 {
		return nil, errors.New("there are no documents yet")
	}
	return c, nil
}

func (f corpusFlags) open(ctx context.Context, con *console) (st *streams, err error) {
	if f.NATS == "" {
		return openStreams(ctx, dataFlags{Data: f.Data})
	}
	inbox, err := f.userInbox()
	if err != nil {
		return nil, err
	}
	st = &streams{}
	if st.nc, err = f.connect(ctx, watchToAsk(con), inbox); err == nil {
		err = st.open(ctx, ingest.StreamLimits{}, ingest.StreamDocs)
	}
	if err != nil {
		st.close()
		return nil, err
	}
	return st, nil
}

// What a document counts for beside one with a correction.
const (
	correctedWeight = 1.0
	taggedWeight    = 0.4  // times the score of its themes
	untaggedWeight  = 0.15 // nothing was found: perhaps there is nothing
)

// rows are the documents as a training set: by their corrections, the others by
// what cues alone find in them, so that no model learns from itself.
func (c *storedCorpus) rows(cues textmining.Reader) (rows []learn.Row, corrected int) {
	for _, d := range c.docs {
		if said, ok := c.labels[d.Record]; ok {
			rows = append(rows, learn.Row{Text: d.Text, Labels: said, Weight: correctedWeight})
			corrected++
			continue
		}
		row := learn.Row{Text: d.Text, Weight: untaggedWeight}
		score := 0.0
		for _, t := range cues.Annotate(d.Text).Themes {
			row.Labels = append(row.Labels, t.ID)
			score += t.Score
		}
		if n := len(row.Labels); n > 0 {
			row.Weight = float32(taggedWeight * score / float64(n))
		}
		rows = append(rows, row)
	}
	return rows, corrected
}
