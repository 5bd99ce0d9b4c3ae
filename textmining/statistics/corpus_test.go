package statistics

import (
	"maps"
	"slices"
	"testing"
	"time"

	"qingting/internal/corpus"
	"qingting/internal/document"
)

// read enters the built-in corpus as a perfect reader would.
func read(items []corpus.Item) *Store {
	s := New(Config{})
	for _, item := range items {
		d := &document.Document{
			Record: item.ID, Customer: customer(item), Time: item.Time, Channel: item.Channel, Region: item.Region, Product: item.Product, Text: item.Text,
		}
		for _, id := range item.Truth.Themes {
			d.Themes = append(d.Themes, document.Tag{ID: id, Score: 0.9, Polarity: -1})
		}
		s.Put(d)
	}
	return s
}

// customer is who said it, by any of the identifiers that came with it.
func customer(item corpus.Item) string {
	for _, key := range slices.Sorted(maps.Keys(item.Customer)) {
		return item.Customer[key]
	}
	return ""
}

// TestPlantedCampaign looks for the text that was pasted again and again in the
// built-in corpus, and counts the feedback without it.
func TestPlantedCampaign(t *testing.T) {
	for seed := range uint64(5) {
		items := corpus.Generate(seed+1, corpus.Options{})
		pasted, again := 0, 0
		people := map[string]bool{}
		var first, last time.Time
		for _, item := range items {
			if item.Truth.DuplicateOf != "" {
				again++
			}
			if item.Truth.Event == "copypaste" {
				pasted++
				people[customer(item)] = true
				if first.IsZero() {
					first = item.Time
				}
				last = item.Time
			}
		}
		r := read(items).Report(Query{Days: 90, K: 1})
		if len(r.Campaigns) != 1 {
			t.Errorf("seed %d: %d campaigns, want 1: %+v", seed+1, len(r.Campaigns), r.Campaigns)
			continue
		}
		c := r.Campaigns[0]
		t.Logf("seed %d: %d pasted by %d: found %+v; %d documents, %d distinct, %d repeats, %d copies", seed+1, pasted, len(people), c, r.Documents.N, r.Distinct.N, r.Repeats.N, r.Copies.N)
		if c.Documents < pasted*95/100 || c.Documents > pasted || c.Customers > len(people) || c.Template == "" {
			t.Errorf("seed %d: the campaign is %+v, want %d documents of %d customers", seed+1, c, pasted, len(people))
		}
		if c.First.After(first) || last.Sub(c.Last) > 24*time.Hour {
			t.Errorf("seed %d: from %v to %v, want %v to %v", seed+1, c.First, c.Last, first, last)
		}
		// One short sentence in twenty comes up twice in the corpus by itself.
		if off := r.Distinct.N - (len(items) - again); off < -len(items)*6/100 || off > 0 {
			t.Errorf("seed %d: %d documents without those that repeat others, want about %d", seed+1, r.Distinct.N, len(items)-again)
		}
	}
}

// TestPlantedDrift: the harassment that goes on for weeks is no burst of a day,
// but a change of level that the watch is sure of while it goes on.
func TestPlantedDrift(t *testing.T) {
	found := 0
	for seed := range uint64(5) {
		items := corpus.Generate(seed+1, corpus.Options{})
		theme := mostOf(items, "harassment")
		var first, last time.Time
		for _, item := range items {
			if item.Truth.Event == "harassment" {
				if first.IsZero() {
					first = item.Time
				}
				last = item.Time
			}
		}
		c, err := read(items).Series(Theme, theme, Query{Days: 90, K: 1})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("seed %d: %s from %s to %s: drifts %+v, bursts %d", seed+1, theme, first.Format(time.DateOnly), last.Format(time.DateOnly), c.Drifts, len(c.Bursts))
		if slices.ContainsFunc(c.Drifts, func(d Drift) bool { return d.Up && !d.Sure.Before(first.AddDate(0, 0, -1)) && d.Since.Before(last) }) {
			found++
		}
	}
	if found < 4 {
		t.Errorf("the drift is found in %d of 5", found)
	}
}
