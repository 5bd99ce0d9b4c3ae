package search

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"qingting/internal/document"
	"qingting/search/synonym"
)

const percolatorSynonyms = "话费, 账单, phone bill\n手机卡 => sim卡\n网速慢, 网慢\n宽带, 光纤\n"

// A Percolator says yes exactly when a search finds the document.
func TestPercolatorAgreesWithSearch(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	set, err := synonym.Parse("test", percolatorSynonyms)
	if err != nil {
		t.Fatal(err)
	}
	ix := open(t, t.TempDir())
	ix.SetSynonyms(set)
	docs := make([]*document.Document, 400)
	changes := make([]Change, len(docs))
	for i := range docs {
		docs[i] = randomDocument(rng, i)
		changes[i] = Change{Put: docs[i], Seq: uint64(i + 1)}
	}
	apply(t, ix, uint64(len(docs)), changes...)

	queries := make([]Query, 1500)
	for i := range queries {
		queries[i] = Query{Text: randomQuery(rng, 2), Now: now, Strict: true}
		if rng.IntN(4) == 0 {
			queries[i].Filters = []Filter{{Field: "channel", Values: []string{pick(rng, "APP", "电话", "store")}}}
		}
	}
	p := NewPercolator(plainSegmenter{}, set, queries)
	got := make([][]string, len(queries))
	for _, d := range docs {
		for _, i := range p.Match(d) {
			got[i] = append(got[i], d.Record)
		}
	}
	nonempty, held := 0, 0
	for i, q := range queries {
		q.Size = len(docs)
		res, err := ix.Search(t.Context(), q)
		if heldErr := p.Errors()[i]; err != nil || heldErr != nil {
			if (err == nil) != (heldErr == nil) || errors.Is(heldErr, ErrNotHeld) {
				t.Fatalf("%q: searching: %v; holding: %v", q.Text, err, heldErr)
			}
			continue
		}
		held++
		want := make([]string, 0, len(res.Hits))
		for _, h := range res.Hits {
			want = append(want, h.Document.Record)
		}
		slices.Sort(want)
		slices.Sort(got[i])
		if len(want) > 0 && len(want) < len(docs) {
			nonempty++
		}
		if !slices.Equal(got[i], want) {
			t.Fatalf("%q %v: the percolator says %d documents, the search %d\n%v\n%v", q.Text, q.Filters, len(got[i]), len(want), missing(got[i], want), missing(want, got[i]))
		}
	}
	if held < 1000 || nonempty < held/3 {
		t.Errorf("of %d queries %d could be read and %d find some documents: the test tests too little", len(queries), held, nonempty)
	}
}

func missing(have, want []string) []string {
	return slices.DeleteFunc(slices.Clone(want), func(s string) bool { return slices.Contains(have, s) })
}

func pick(rng *rand.Rand, list ...string) string { return list[rng.IntN(len(list))] }

var percolatorWords = append([]string{
	"慢", "太", "很", "的", "不", "网速慢", "光纤", "携号转网", "SIM卡", "手机卡", "phone", "bill", "bills", "charges", "charging",
	"5G", "⟦手机号⟧", "⟦手机号·kqzmwtbx⟧", "，", "。", " ", "９.９元", "話費", "data plan", "😡", "一", "a",
}, plainWords...)

func randomDocument(rng *rand.Rand, i int) *document.Document {
	var b strings.Builder
	for range 1 + rng.IntN(12) {
		b.WriteString(pick(rng, percolatorWords...))
		if rng.IntN(3) == 0 {
			b.WriteString(" ")
		}
	}
	d := doc(fmt.Sprintf("r%03d", i), b.String())
	d.Time = time.Date(2026, time.Month(1+rng.IntN(4)), 1+rng.IntN(28), rng.IntN(24), rng.IntN(60), 0, 0, time.UTC)
	d.Channel = pick(rng, "app", "电话", "Store", "")
	d.Region = pick(rng, "广东", "浙江", "")
	d.Customer = pick(rng, "c1", "c2", "c12", "")
	if rng.IntN(2) == 0 {
		r := float64(rng.IntN(6))
		d.Rating = &r
	}
	if rng.IntN(3) == 0 {
		d.Themes = []document.Tag{{ID: pick(rng, "billing", "slow-data")}}
		d.Redactions = []document.Redaction{{Type: pick(rng, "MOBILE", "ID_CARD")}}
	}
	d.Sentiment.Label = pick(rng, "negative", "neutral", "positive")
	return d
}

// randomQuery writes a query; a few cannot be read.
func randomQuery(rng *rand.Rand, depth int) string {
	text := func() string {
		var b strings.Builder
		for range 1 + rng.IntN(4) {
			b.WriteString(strings.TrimSpace(pick(rng, percolatorWords...)))
		}
		return b.String()
	}
	switch n := rng.IntN(17); {
	case depth > 0 && n < 3:
		return randomQuery(rng, depth-1) + " " + randomQuery(rng, depth-1)
	case depth > 0 && n < 5:
		return randomQuery(rng, depth-1) + " OR " + randomQuery(rng, depth-1)
	case depth > 0 && n < 6:
		return "(" + randomQuery(rng, depth-1) + ") NOT (" + randomQuery(rng, depth-1) + ")"
	case depth > 0 && n < 7:
		return "-" + pick(rng, percolatorWords...)
	case n < 9:
		return `"` + text() + `"`
	case n < 10:
		return pick(rng, "网*", "cha*", "b*", "营业*", "⟦手机号*", "=话费", `="账单"`)
	case n < 13:
		return pick(rng, "channel:APP", "region:广东,浙江", "region:广*", "theme:billing", "has:pii", "pii:mobile", "rating:>=3", "rating:1..2",
			"date:2026-02", "date:7d", "date:>=2026-02-10", "customer:c1", "customer:c1*", "record:r001,r002", "sentiment:negative", "date:2026-01-05T03:20..2026-02-07T11:40")
	}
	if rng.IntN(2) == 0 {
		return pick(rng, percolatorWords...)
	}
	return text()
}

func TestPercolatorTellsWhatItCannotHold(t *testing.T) {
	p := NewPercolator(plainSegmenter{}, nil, []Query{{Text: `"open`}, {Text: "话费"}, {Text: ""}})
	if got := p.Match(doc("r1", "话费太贵")); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("found by %v", got)
	}
	var mistake *SyntaxError
	if !errors.As(p.Errors()[0], &mistake) || p.Errors()[1] != nil {
		t.Errorf("errors %v", p.Errors())
	}
}

// A thousand queries over one document at a time.
func BenchmarkPercolate(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	set, err := synonym.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	w := newWriter(3)
	var queries []Query
	for range 1000 {
		var words []string
		for range 1 + rng.IntN(3) {
			words = append(words, w.text(2+rng.IntN(3)))
		}
		text := strings.Join(words, pick(rng, " ", " OR ", " channel:app "))
		queries = append(queries, Query{Text: text})
	}
	p := NewPercolator(benchSegmenter(b), set, queries)
	for i, err := range p.Errors() {
		if err != nil {
			b.Fatal(queries[i].Text, err)
		}
	}
	docs := make([]*document.Document, 1000)
	for i := range docs {
		docs[i] = w.doc(i)
	}
	n, found := 0, 0
	for b.Loop() {
		found += len(p.Match(docs[n%len(docs)]))
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "docs/s")
	b.ReportMetric(float64(found)/float64(n), "matches/doc")
}
