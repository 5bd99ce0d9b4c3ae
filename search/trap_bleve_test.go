package search

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"

	"qingting/search/synonym"
)

// Bleve's BM25 takes a wrong average length; its mapping adds fields nobody
// asked for, copies all into _all, and analyses what it does not know by default.
func TestTrapMapping(t *testing.T) {
	m, ok := newMapping().(*mapping.IndexMappingImpl)
	if !ok {
		t.Fatal("another kind of mapping")
	}
	if m.ScoringModel != index.TFIDFScoring {
		t.Errorf("scores by %q", m.ScoringModel)
	}
	if m.DefaultMapping.Dynamic || m.IndexDynamic || m.StoreDynamic || m.DocValuesDynamic {
		t.Error("fields are made as they come")
	}
	for name, p := range m.DefaultMapping.Properties {
		for _, f := range p.Fields {
			if f.IncludeInAll || f.Analyzer != "keyword" || m.AnalyzerNameForPath(name) != "keyword" {
				t.Errorf("field %s: %+v, analysed by %q", name, f, m.AnalyzerNameForPath(name))
			}
		}
	}
}

// Bleve's highlighter returns nothing near U+FFFD.
func TestTrapHighlightNearReplacement(t *testing.T) {
	ix := open(t, t.TempDir())
	fill(t, ix, "\uFFFD网速\xff慢\uFFFD了\uFFFD")
	res, err := ix.Search(t.Context(), Query{Text: "网速"})
	if err != nil {
		t.Fatal(err)
	}
	f := res.Hits[0].Fragments
	if len(f) != 1 || len(f[0].Marks) != 1 || string([]rune(f[0].Text)[f[0].Marks[0].Start:f[0].Marks[0].End]) != "网速" {
		t.Errorf("fragments %+v", f)
	}
}

// In Bleve a synonym of more than one token breaks every query of the field,
// and a phrase with a synonym finds nothing.
func TestTrapSynonymsOfSeveralTokens(t *testing.T) {
	set, err := synonym.Parse("test", "携号转网, 携转, number portability\n")
	if err != nil {
		t.Fatal(err)
	}
	ix := open(t, t.TempDir())
	fill(t, ix, "我要办理携号转网", "我要办理携转", "number portability refused", "网速慢")
	ix.SetSynonyms(set)
	for _, query := range []string{"携转", `"办理携转"`, "网速"} {
		got := strings.Fields(records(t, ix, query))
		want := map[string]int{"携转": 3, `"办理携转"`: 2, "网速": 1}[query]
		if len(got) != want {
			t.Errorf("%s found %q, want %d", query, got, want)
		}
	}
}

// The dictionary of a merged segment counts 1 for each term after the first that
// one document alone has: what is frequent is counted by postings.
func TestTrapDictionaryCounts(t *testing.T) {
	ix := open(t, filepath.Join(t.TempDir(), "index"))
	for seq := uint64(1); seq <= 12; seq++ {
		d := doc(fmt.Sprint("r", seq), fmt.Sprint("宽带很慢，第", seq, "次"))
		d.Customer = fmt.Sprint("c", seq)
		apply(t, ix, seq, Change{Put: d, Seq: seq})
	}
	apply(t, ix, 13, Change{Delete: "r12", Seq: 13})
	count := func() int {
		words, err := ix.Frequent(t.Context(), 5, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range words {
			if w.Text == "宽带" {
				return w.Documents
			}
		}
		return 0
	}
	if got := count(); got != 11 {
		t.Errorf("in many segments %d documents, want 11", got)
	}
	if err := ix.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := count(); got != 11 {
		t.Errorf("in a merged segment %d documents, want 11", got)
	}
}
