package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"qingting/search/synonym"
)

func withSynonyms(t *testing.T, ix *Index, text string) {
	t.Helper()
	set, err := synonym.Parse("test", text)
	if err != nil {
		t.Fatal(err)
	}
	ix.SetSynonyms(set)
}

// Bleve's own synonyms break a field when a term is not one token, and a phrase
// with one finds nothing. Here all of these find what they say.
func TestSynonymsInQueries(t *testing.T) {
	ix := open(t, t.TempDir())
	texts := []string{
		"话费太贵了",                     // r0
		"这个月的账单太贵了",                 // r1
		"My Phone Bill is too high", // r2
		"想办理携号转网业务",                 // r3
		"携转被拒绝",                     // r4
		"补一张ＳＩＭ卡",                   // r5
		"手机卡丢了",                     // r6
		"data plan is expensive",    // r7
		"套餐不够用",                     // r8
		"我的話費很高",                    // r9
		"投资费用很高",                    // ra → r10
		"plan your data",            // r11
	}
	fill(t, ix, texts...)
	withSynonyms(t, ix, "话费, 账单, phone bill\n携号转网, 携转\n手机卡 => sim卡\n套餐, data plan\n资费, 收费\n")
	for _, c := range []struct{ query, want string }{
		{"话费", "r0 r1 r2 r9"},
		{"账单", "r0 r1 r2 r9"},
		{"bill", "r2"}, // no term of a group
		{"話費", "r0 r1 r2 r9"},
		{"phone bill", "r0 r1 r2 r9"},
		{`"phone bill"`, "r0 r1 r2 r9"},
		{"携转", "r3 r4"},
		{`"携转"`, "r3 r4"},
		{`"携号转网业务"`, "r3"},
		{"手机卡", "r5 r6"},
		{"sim卡", "r5"}, // one way
		{"ＳＩＭ卡", "r5"},
		{"套餐", "r7 r8"}, // in order, as a phrase
		{"data plan", "r7 r8 r11"},
		{"资费", "r10"}, // as a pair of characters, and not as the word
		{"话费太贵", "r0 r1"},
		{`"话费太贵"`, "r0 r1"},
		{`"账单太贵"`, "r0 r1"},
		{"=话费", "r0 r9"},
		{`="话费"`, "r0 r9"},
		{`="话费太贵"`, "r0"},
		{"话费 太贵", "r0 r1"},
		{"太贵 NOT 话费", ""},
		{"太贵 NOT =话费", "r1"},
		{"很高 -账单", "r10"},
		{"话费*", "r0 r9"},
		{"(话费 OR 携转) 太贵", "r0 r1"},
		{"channel:话费", ""},
	} {
		if got := sortedRecords(t, ix, c.query); got != c.want {
			t.Errorf("%s found %q, want %q", c.query, got, c.want)
		}
	}
	ix.SetSynonyms(nil)
	if got := sortedRecords(t, ix, "话费"); got != "r0 r9" {
		t.Errorf("without synonyms 话费 found %q", got)
	}
}

// What was asked for comes before what stands for it, and a word with many
// synonyms weighs no less beside its neighbours.
func TestSynonymsWeighLess(t *testing.T) {
	ix := open(t, t.TempDir())
	fill(t, ix, "账单", "话费", "月租", "资费", "这里说网速")
	withSynonyms(t, ix, "话费, 账单, 月租, 资费")
	for _, word := range []string{"账单", "话费", "月租", "资费"} {
		res, err := ix.Search(t.Context(), Query{Text: word})
		if err != nil {
			t.Fatal(err)
		}
		if len(res.Hits) != 4 || res.Hits[0].Document.Text != word || res.Hits[0].Score <= res.Hits[1].Score {
			t.Errorf("%s: %d hits, first %q", word, len(res.Hits), res.Hits[0].Document.Text)
		}
	}
}

// However long and rare an alternative is: it comes after the word itself.
func TestLongSynonymsComeAfterTheWord(t *testing.T) {
	ix := open(t, t.TempDir())
	withSynonyms(t, ix, "断网, 网络中断")
	texts := []string{"网络中断，没法上网课了", "又断网了，没法上网课了"}
	for i := range 30 {
		texts = append(texts, fmt.Sprint("账单看不懂，第", i, "次来问"))
	}
	fill(t, ix, texts...)
	if got := recordsOf(t, ix, Query{Text: "断网"}); got != "r1 r0" {
		t.Errorf("found %s", got)
	}
}

func TestSynonymsAreMarked(t *testing.T) {
	ix := open(t, t.TempDir())
	fill(t, ix, "这个月的账单太贵了，賬單！")
	withSynonyms(t, ix, "话费, 账单")
	res, err := ix.Search(t.Context(), Query{Text: "话费"})
	if err != nil || len(res.Hits) != 1 {
		t.Fatal(res, err)
	}
	if got := fmt.Sprint(res.Hits[0].Fragments[0].Marks); got != "[{4 6} {10 12}]" {
		t.Errorf("marked %s", got)
	}
}

// A query finds every document that holds any alternative of its words, of all
// built-in groups.
func TestBuiltinSynonymsFindEachOther(t *testing.T) {
	set, err := synonym.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	ix := open(t, t.TempDir())
	var texts []string
	at := map[string]string{} // term → record
	finding := slices.DeleteFunc(slices.Clone(set.Rules()), func(r synonym.Rule) bool { return r.Near })
	for _, r := range finding {
		for _, term := range r.Terms() {
			if at[term] == "" {
				at[term] = fmt.Sprintf("r%d", len(texts))
				texts = append(texts, term)
			}
		}
	}
	fill(t, ix, texts...)
	ix.SetSynonyms(set)
	for _, r := range finding {
		for _, from := range r.From {
			found := " " + recordsOf(t, ix, Query{Text: from, Size: 500}) + " "
			for _, to := range r.To {
				if !strings.Contains(found, " "+at[to]+" ") {
					t.Errorf("line %d: %q does not find %q", r.Line, from, to)
				}
			}
		}
	}
}

// Alternatives are bounded: a query of nothing but synonyms ends.
func TestSynonymsAreBounded(t *testing.T) {
	ix := open(t, t.TempDir())
	fill(t, ix, "话费")
	var group []string
	for i := range 30 {
		group = append(group, fmt.Sprintf("话费%c", '一'+rune(i)))
	}
	withSynonyms(t, ix, strings.Join(append(group, "话费"), ", "))
	if got := records(t, ix, strings.Repeat("话费 ", 60)); got != "r0" {
		t.Errorf("found %q", got)
	}
}

func sortedRecords(t *testing.T, ix *Index, text string) string {
	t.Helper()
	res, err := ix.Search(t.Context(), Query{Text: text, Size: 500, Strict: true})
	if err != nil {
		t.Fatal(text, err)
	}
	found := map[string]bool{}
	for _, h := range res.Hits {
		found[h.Document.Record] = true
	}
	var out []string
	for i := range 1000 {
		if r := fmt.Sprintf("r%d", i); found[r] {
			out = append(out, r)
		}
	}
	return strings.Join(out, " ")
}
