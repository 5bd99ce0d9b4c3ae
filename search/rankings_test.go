package search

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	demo "qingting/internal/corpus"
	"qingting/internal/document"
	"qingting/search/synonym"
)

var update = flag.Bool("update", false, "write the golden rankings anew")

// ranking is what one query finds in the built-in corpus: the first hits with
// their grades, 2 where the theme looked for is the main one of a text, 1 where
// it is another one, 0 where the generator wrote of something else.
type ranking struct {
	Query string  `json:"query"`
	Theme string  `json:"theme"`
	NDCG  float64 `json:"ndcg_10"`
	Found uint64  `json:"found"`
	Loose bool    `json:"loose,omitempty"`
	Hits  string  `json:"hits"`

	mrr, recall float64
}

// TestGoldenRankings has each change of the ranking show in the diff of
// testdata/golden and testdata/rank_stats.txt, which -update writes.
func TestGoldenRankings(t *testing.T) {
	items := demo.Generate(1, demo.Options{})
	ix, err := Open(filepath.Join(t.TempDir(), "index"), Config{Segmenter: benchSegmenter(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	builtin, err := synonym.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	ix.SetSynonyms(builtin)
	themes := make(map[string][]string, len(items))
	var changes []Change
	for i, item := range items {
		themes[item.ID] = item.Truth.Themes
		changes = append(changes, Change{Seq: uint64(i + 1), Put: &document.Document{
			Schema: document.Schema, Record: item.ID, Month: item.Time.Format("200601"), Time: item.Time, Intake: item.Time, Text: item.Text,
		}})
	}
	for part := range slices.Chunk(changes, 1000) {
		apply(t, ix, part[len(part)-1].Seq, part...)
	}
	list, err := os.ReadFile("testdata/golden/queries.tsv")
	if err != nil {
		t.Fatal(err)
	}
	byTheme := make(map[string][]ranking)
	var order []string
	var all []ranking
	for line := range strings.Lines(string(list)) {
		text, theme, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			t.Fatalf("malformed line %q", line)
		}
		r := rankOf(t, ix, text, theme, themes)
		if byTheme[theme] == nil {
			order = append(order, theme)
		}
		byTheme[theme] = append(byTheme[theme], r)
		all = append(all, r)
	}
	if len(all) != 100 {
		t.Errorf("%d queries, want 100", len(all))
	}
	for _, theme := range order {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(byTheme[theme]); err != nil {
			t.Fatal(err)
		}
		golden(t, filepath.Join("testdata", "golden", theme+".json"), b.String())
	}
	golden(t, filepath.Join("testdata", "rank_stats.txt"), rankStats(all))
}

// rankOf asks one query and judges what it finds.
func rankOf(t *testing.T, ix *Index, text, theme string, themes map[string][]string) ranking {
	t.Helper()
	const deep = 50
	res, err := ix.Search(t.Context(), Query{Text: text, Size: deep, Now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	grade := func(record string) int {
		switch slices.Index(themes[record], theme) {
		case -1:
			return 0
		case 0:
			return 2
		}
		return 1
	}
	answers := make([]int, 3)
	for record := range themes {
		answers[grade(record)]++
	}
	if answers[1]+answers[2] == 0 {
		t.Errorf("%s: no text of the corpus is about %s", text, theme)
	}
	r := ranking{Query: text, Theme: theme, Found: res.Total, Loose: res.Loose}
	gain, best, right := 0.0, 0.0, 0
	for i := range 10 {
		switch {
		case i < answers[2]:
			best += discounted(2, i)
		case i < answers[2]+answers[1]:
			best += discounted(1, i)
		}
	}
	var hits []string
	for i, h := range res.Hits {
		g := grade(h.Document.Record)
		if g > 0 {
			right++
			if r.mrr == 0 && i < 10 {
				r.mrr = 1 / float64(i+1)
			}
		}
		if i < 10 {
			gain += discounted(g, i)
			hits = append(hits, fmt.Sprintf("%s=%d", h.Document.Record, g))
		}
	}
	r.Hits = strings.Join(hits, " ")
	if best > 0 {
		r.NDCG = float64(int(1000*gain/best+.5)) / 1000
	}
	r.recall = float64(right) / float64(min(deep, max(1, answers[1]+answers[2])))
	return r
}

// rankStats is the means of all, and the weights they came of.
func rankStats(all []ranking) string {
	var ndcg, mrr, recall, found float64
	loose := 0
	for _, r := range all {
		ndcg += r.NDCG
		mrr += r.mrr
		recall += r.recall
		found += float64(r.Found)
		if r.Loose {
			loose++
		}
	}
	n := float64(len(all))
	return fmt.Sprintf("queries %d\nnDCG@10 %.4f\nMRR@10 %.4f\nright of the first 50 %.4f\nmean candidates %.1f\nloose %d\nweights %+v\n",
		len(all), ndcg/n, mrr/n, recall/n, found/n, loose, weights)
}

// golden compares with a file, or writes it.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s has changed; look whether for the better, and write it anew by go test ./search -run GoldenRankings -update:\n%s", path, got)
	}
}

// discounted is what a hit of a grade is worth at a rank, from 0.
func discounted(grade, rank int) float64 {
	return (math.Exp2(float64(grade)) - 1) / math.Log2(float64(rank)+2)
}
