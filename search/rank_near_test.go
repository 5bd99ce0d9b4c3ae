package search

import (
	"strings"
	"testing"

	"qingting/search/synonym"
)

// near has an index rank by everyday words that say nearly the same.
func near(t *testing.T, ix *Index, groups string) {
	t.Helper()
	set, err := synonym.Parse("groups", groups)
	if err != nil {
		t.Fatal(err)
	}
	ix.SetSynonyms(set)
}

// Among questions, what says a word of the query in another way comes before
// what does not say it at all, and after what says it as it was asked.
func TestNearWordsRank(t *testing.T) {
	ix := open(t, t.TempDir())
	fill(t, ix, "套餐退订成功", "如何退订套餐", "怎么退订套餐", "什么套餐能退订", "没有关系的话")
	near(t, ix, "~ 怎么, 如何, 怎样")
	if got := recordsOf(t, ix, Query{Text: "怎么退订套餐"}); !strings.HasPrefix(got, "r2 r1 ") {
		t.Errorf("ranked %q", got)
	}
	if got := recordsOf(t, ix, Query{Text: "怎样退订套餐"}); !strings.HasPrefix(got, "r1 r2 ") && !strings.HasPrefix(got, "r2 r1 ") {
		t.Errorf("ranked %q", got)
	}
}

// They find nothing by themselves.
func TestNearWordsFindNothing(t *testing.T) {
	ix := open(t, t.TempDir())
	fill(t, ix, "如何", "怎么", "便宜", "wifi慢")
	near(t, ix, "~ 怎么, 如何, 怎样\n~ 实惠, 便宜\n~ wlan, wifi")
	for query, want := range map[string]string{"怎么": "r1", "实惠": "", "wlan": "", "NOT 怎么": "r3 r2 r0"} {
		if got := recordsOf(t, ix, Query{Text: query}); got != want {
			t.Errorf("%s found %q, want %q", query, got, want)
		}
	}
}

// A near word counts between the boundaries of words, and where the query's own
// word is missing.
func TestNearWordsStandByThemselves(t *testing.T) {
	ix := open(t, t.TempDir())
	near(t, ix, "~ 公司, 单位\n~ pc, computer")
	r := newRanker(ix.analyzer, ix.synonyms.Load(), weights, []rankedText{{text: "哪家公司的pc好", weight: 1}})
	for text, want := range map[string]int{
		"哪个单位好": 1, "单位价格怎么算": 1, "哪家公司单位大": 0, "公司和单位的computers": 1, "没有": 0, "这家公司的pc": 0,
	} {
		var d docTerms
		r.read(&d, text)
		if len(d.near) != want {
			t.Errorf("%s has %d", text, len(d.near))
		}
	}
	if r.prepare([]string{"哪个单位的电脑好"}); len(r.nears.terms) == 0 {
		t.Error("what is nearly the same does not count among texts of the same length")
	}
	if r.prepare([]string{strings.Repeat("单位价格怎么算", 20)}); len(r.nears.terms) != 0 {
		t.Error("what is nearly the same is looked for in long texts")
	}
}
