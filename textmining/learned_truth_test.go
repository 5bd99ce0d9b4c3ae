package textmining

import (
	"slices"
	"testing"
	"time"

	"qingting/internal/corpus"
	"qingting/textmining/learn"
)

// TestModelBesideCuesOnTheCorpus: a model learnt as "themes train" learns it,
// from cues and some hundred corrections, finds more of what the built-in corpus
// says its texts are about, and is no less right about texts that cues tag.
func TestModelBesideCuesOnTheCorpus(t *testing.T) {
	if testing.Short() {
		t.Skip("trains on 2,000 texts")
	}
	seg, err := plainSegmenter()
	if err != nil {
		t.Fatal(err)
	}
	cues, err := New(Config{Segmenter: seg})
	if err != nil {
		t.Fatal(err)
	}
	type item struct {
		text  string
		truth []string
	}
	var items []item
	seen := map[string]bool{}
	for _, it := range corpus.Generate(1, corpus.Options{Items: 5000, End: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}) {
		if len(items) == 4000 {
			break
		}
		if !seen[it.Text] {
			seen[it.Text] = true
			items = append(items, item{it.Text, it.Truth.Themes})
		}
	}
	var rows []learn.Row
	for i := 0; i < len(items); i += 2 {
		row := learn.Row{Text: items[i].text, Weight: 0.15}
		if i%10 == 0 { // 400 corrections
			row.Labels, row.Weight = items[i].truth, 1
		} else if themes := cues.Annotate(items[i].text).Themes; len(themes) > 0 {
			row.Weight = 0.3
			for _, tag := range themes {
				row.Labels = append(row.Labels, tag.ID)
			}
		}
		rows = append(rows, row)
	}
	m, err := learn.Train(t.Context(), rows, learn.Options{Segmenter: seg, Seed: 1, Multi: true})
	if err != nil {
		t.Fatal(err)
	}
	both, err := New(Config{Segmenter: seg, Themes: m})
	if err != nil {
		t.Fatal(err)
	}
	var tagged, all [2]struct{ given, right, gold float64 }
	for i := 1; i < len(items); i += 2 {
		before := cues.Annotate(items[i].text).Themes
		for n := range 2 {
			themes := before
			if n == 1 {
				themes = both.Annotate(items[i].text).Themes
			}
			given, right := float64(len(themes)), 0.0
			for _, tag := range themes {
				if slices.Contains(items[i].truth, tag.ID) {
					right++
				}
			}
			all[n].given, all[n].right, all[n].gold = all[n].given+given, all[n].right+right, all[n].gold+float64(len(items[i].truth))
			if len(before) > 0 {
				tagged[n].given, tagged[n].right = tagged[n].given+given, tagged[n].right+right
			}
		}
	}
	precision := [2]float64{tagged[0].right / tagged[0].given, tagged[1].right / tagged[1].given}
	recall := [2]float64{all[0].right / all[0].gold, all[1].right / all[1].gold}
	t.Logf("precision where cues tag %.4f, with the model %.4f; everywhere %.4f and %.4f; recall %.4f and %.4f",
		precision[0], precision[1], all[0].right/all[0].given, all[1].right/all[1].given, recall[0], recall[1])
	if precision[1] < precision[0] || recall[1] < recall[0] {
		t.Error("the model makes it worse")
	}
}
