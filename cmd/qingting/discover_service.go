package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/ingest/settings"
	"qingting/internal/document"
	"qingting/textmining/discover/follow"
	"qingting/textmining/discover/radar"
)

// settledVocabulary is what a server would read by.
func settledVocabulary(ctx context.Context, f engineFlags, s *settings.Settings) (*vocabulary, error) {
	v, err := newVocabulary(f, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	return v, v.settle(ctx, s)
}

// discoverer finds themes in what is stored, for the custody service.
type discoverer struct {
	streams    *streams
	vocabulary *vocabulary
}

// serverK is the least number of customers that what an analyst sees is of.
const serverK = 5

// order carries an order out.
func (d discoverer) order(ctx context.Context, r custody.DiscoverOrder, kept []byte) (out custody.DiscoverOutcome, err error) {
	state, err := unpackState(kept)
	if err != nil {
		return out, err
	}
	switch r.Action {
	case custody.DiscoverList:
		out.Answer = themesKept(state)
		return out, nil
	case custody.DiscoverFind:
		o, err := optionsFor(r.Options, state)
		if err != nil {
			return out, err
		}
		found, err := d.find(ctx, o, state)
		if err != nil {
			return out, err
		}
		out.Answer, out.Counts = found, map[string]int{"documents": found.Documents, "themes": len(found.Themes)}
	case custody.DiscoverPromote:
		return d.promote(ctx, r, state)
	default:
		if err := decideTheme(state, r); err != nil {
			return out, err
		}
		out.Answer = themesKept(state)
	}
	out.State, err = packState(state)
	return out, err
}

// optionsFor are those that an order has; or of the run before, so that themes
// stay what they are.
func optionsFor(asked json.RawMessage, state *follow.State) (discoverOptions, error) {
	o := discoverOptions{Again: true}
	if asked != nil {
		o = discoverOptions{}
		if json.Unmarshal(asked, &o) != nil {
			return o, errors.New("malformed request")
		}
	}
	if !o.Again {
		return o, nil
	}
	before := discoverOptions{Customers: serverK, Seed: 1, Sample: 20_000, Days: 120, Trends: true}
	if state.Fits > 0 {
		var err error
		if before, err = optionsOf(state); err != nil {
			return o, err
		}
	}
	if asked != nil {
		before.All = o.All
	}
	return before, nil
}

// find looks at what is stored.
func (d discoverer) find(ctx context.Context, o discoverOptions, state *follow.State) (*radar.Found, error) {
	if o.Days < 1 || o.K < 0 || o.MinSize < 0 || o.Sample < 1 {
		return nil, errors.New("malformed request")
	}
	o.Customers = max(o.Customers, serverK)
	docs, err := d.stored(ctx, o.Days)
	if err != nil {
		return nil, err
	}
	found, err := o.look(ctx, radarOf(docs, o.All), o.radar(d.vocabulary.live.Annotator().Segmenter()), state)
	if found != nil {
		found.All = o.All
	}
	return found, err
}

// storedText is what is looked at of a document.
type storedText struct {
	record, text, customer string
	time                   time.Time
	themed                 bool // by the present taxonomy
}

// radarOf leaves out what themes cover, unless all is wanted.
func radarOf(docs []storedText, all bool) []radar.Document {
	out := []radar.Document{}
	for _, d := range docs {
		if all || !d.themed {
			out = append(out, radar.Document{ID: d.record, Text: d.text, Customer: d.customer, Time: d.time})
		}
	}
	return out
}

// sweepEvery is after how many documents those are let go that turned out too old.
const sweepEvery = 10_000

// stored reads the documents of the last days, up to that of the last feedback:
// whole days, the last version of each record, without those that are restricted.
func (d discoverer) stored(ctx context.Context, days int) ([]storedText, error) {
	now := d.vocabulary.live.Annotator()
	read := now.Annotate("")
	last := map[string]storedText{}
	var latest, from time.Time
	end, err := d.streams.lastDocument(ctx)
	if err != nil || end == 0 {
		return nil, err
	}
	n := 0
	err = ingest.ReadKept(ctx, d.streams.js, end, func(doc *document.Document, restricted bool) {
		if doc.Time.After(latest) {
			latest = doc.Time
			y, m, day := latest.In(ingest.China).Date()
			from = time.Date(y, m, day-days+1, 0, 0, 0, 0, ingest.China)
		}
		if restricted || doc.Time.Before(from) {
			delete(last, doc.Record)
			return
		}
		said := doc.Annotation
		if said.Taxonomy != read.Taxonomy || said.Lexicon != read.Lexicon || said.Model != read.Model {
			said = now.Annotate(doc.Text)
		}
		last[doc.Record] = storedText{doc.Record, doc.Text, doc.Customer, doc.Time, len(said.Themes) > 0}
		if n++; n%sweepEvery == 0 {
			for record, t := range last {
				if t.time.Before(from) {
					delete(last, record)
				}
			}
		}
	}, func(uint64, error) {})
	if err != nil {
		return nil, err
	}
	out := make([]storedText, 0, len(last))
	for _, t := range last {
		if !t.time.Before(from) {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b storedText) int {
		return cmp.Or(a.time.Compare(b.time), strings.Compare(a.record, b.record))
	})
	return out, nil
}
