package textmining

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"qingting/internal/document"
	"qingting/textmining/learn"
	"qingting/textmining/segment"
	"qingting/textmining/sentiment"
	"qingting/textmining/taxonomy"
)

const twoThemes = `format: 1
dimensions:
  - id: network
    zh: {name: 网络, definition: 网络}
    en: {name: Network, definition: network}
pain_points:
  - id: cut-off
    zh: {name: 断线, definition: 断线}
    en: {name: Cut off, definition: cut off}
themes:
  - id: outage
    dimensions: [network]
    pain_points: [cut-off]
    zh: {name: 断网, definition: 断网, strong: [断网]}
    en: {name: Outage, definition: outage, strong: [outage]}
  - id: bill
    zh: {name: 账单, definition: 账单, strong: [乱扣费]}
    en: {name: Bill, definition: bill, strong: [overcharged]}
`

var (
	plainSegmenter = sync.OnceValues(func() (*segment.Segmenter, error) { return segment.New() })
	// Words that only customers of one theme say, none of them a cue.
	outageWords = []string{"路由器", "光猫", "红灯", "网页", "转圈", "掉线"}
	billWords   = []string{"月租", "余额", "发票", "话费", "明细", "退款"}
	noWords     = []string{"天气", "公园", "散步", "电影", "周末", "早饭"}
)

func invented(rng *rand.Rand, words []string) string {
	var b strings.Builder
	for range 3 {
		fmt.Fprintf(&b, "%s%s，", []string{"昨天", "今天", "一直", "还是", "怎么"}[rng.IntN(5)], words[rng.IntN(len(words))])
	}
	return b.String()
}

// learnt is a model of the two themes, and of a label that is no theme.
func learnt(t testing.TB, seg *segment.Segmenter) *learn.Model {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 1))
	var rows []learn.Row
	for range 150 {
		rows = append(rows,
			learn.Row{Text: invented(rng, outageWords), Labels: []string{"outage"}},
			learn.Row{Text: invented(rng, billWords), Labels: []string{"账单"}},
			learn.Row{Text: invented(rng, noWords)},
		)
	}
	m, err := learn.Train(t.Context(), rows, learn.Options{Segmenter: seg, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func withModel(t testing.TB) (cues, both *Annotator, m *learn.Model) {
	t.Helper()
	seg, err := plainSegmenter()
	if err != nil {
		t.Fatal(err)
	}
	tax, err := taxonomy.Parse([]byte(twoThemes))
	if err != nil {
		t.Fatal(err)
	}
	m = learnt(t, seg)
	if cues, err = New(Config{Segmenter: seg, Taxonomy: tax}); err != nil {
		t.Fatal(err)
	}
	if both, err = New(Config{Segmenter: seg, Taxonomy: tax, Themes: m}); err != nil {
		t.Fatal(err)
	}
	return cues, both, m
}

// TestModelFindsWhatNoCueNames: with its evidence, its parents and a score of a
// tag without a cue; what is about nothing stays without a theme.
func TestModelFindsWhatNoCueNames(t *testing.T) {
	cues, both, m := withModel(t)
	const text = "昨天路由器红灯，今天光猫掉线，网页还是转圈"
	if got := cues.Annotate(text); len(got.Themes) > 0 || got.Model != "" {
		t.Fatalf("cues alone find %+v", got.Themes)
	}
	got := both.Annotate(text)
	if len(got.Themes) != 1 || got.Themes[0].ID != "outage" {
		t.Fatalf("themes %+v, want outage", got.Themes)
	}
	tag := got.Themes[0]
	if tag.Score < 0.5 || tag.Score > 0.8 || tag.Polarity >= 0 || len(tag.Evidence) == 0 {
		t.Errorf("the tag is %+v", tag)
	}
	runes := []rune(text)
	for _, s := range tag.Evidence {
		if s.Start < 0 || s.End > len(runes) || s.Start >= s.End {
			t.Errorf("evidence %+v is not in the text", s)
		}
	}
	if len(got.Dimensions) != 1 || len(got.PainPoints) != 1 {
		t.Errorf("dimensions %v, pain points %v; want one each", got.Dimensions, got.PainPoints)
	}
	if want := m.Version() + "-none"; got.Model != want {
		t.Errorf("model %q, want %q", got.Model, want)
	}
	for _, text := range []string{"今天天气很好，公园散步", "周末电影", "", "⟦手机号⟧"} {
		if got := both.Annotate(text); len(got.Themes) > 0 {
			t.Errorf("%q has %+v, want no theme", text, got.Themes)
		}
	}
}

// TestModelTakesNothingAway: every tag of cues stays, with its evidence, and
// scores no less; where the model agrees, more.
func TestModelTakesNothingAway(t *testing.T) {
	cues, both, _ := withModel(t)
	rng := rand.New(rand.NewPCG(2, 2))
	rose := 0
	for i := range 200 {
		text := invented(rng, [][]string{outageWords, billWords, noWords}[i%3]) + []string{"断网了", "乱扣费", ""}[rng.IntN(3)]
		before, after := cues.Annotate(text), both.Annotate(text)
		for _, b := range before.Themes {
			kept := false
			for _, a := range after.Themes {
				if a.ID == b.ID {
					kept = a.Score >= b.Score && len(a.Evidence) == len(b.Evidence)
					if a.Score > b.Score {
						rose++
					}
				}
			}
			if !kept {
				t.Fatalf("%q: %+v with the model, %+v without", text, after.Themes, before.Themes)
			}
		}
		for _, a := range after.Themes {
			if len(a.Evidence) == 0 {
				t.Fatalf("%q: %s has no evidence", text, a.ID)
			}
		}
	}
	if rose == 0 {
		t.Error("the model never agreed with a cue")
	}
}

func TestForeignModelIsRefused(t *testing.T) {
	seg, err := plainSegmenter()
	if err != nil {
		t.Fatal(err)
	}
	tax, err := taxonomy.Default()
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	var rows []learn.Row
	for range 20 {
		rows = append(rows, learn.Row{Text: invented(rng, outageWords), Labels: []string{"甲"}}, learn.Row{Text: invented(rng, billWords), Labels: []string{"乙"}})
	}
	m, err := learn.Train(t.Context(), rows, learn.Options{Segmenter: seg})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(Config{Segmenter: seg, Taxonomy: tax, Themes: m}); err == nil || !strings.Contains(err.Error(), "none of the 2 labels") {
		t.Errorf("a model of other labels: %v", err)
	}
	if _, err := Load(Sources{Themes: []byte("no model")}); err == nil {
		t.Error("what is no model is taken for one")
	}
}

// TestToneModelDecides: a learnt tone is the text's, and is named.
func TestToneModelDecides(t *testing.T) {
	seg, err := plainSegmenter()
	if err != nil {
		t.Fatal(err)
	}
	heard, err := sentiment.New()
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 3))
	var rows []sentiment.Row
	for range 60 {
		rows = append(rows, sentiment.Row{Text: invented(rng, outageWords), Label: sentiment.Negative}, sentiment.Row{Text: invented(rng, noWords), Label: sentiment.Positive})
	}
	tone, err := sentiment.Train(context.Background(), rows, sentiment.TrainOptions{Segmenter: seg, Analyzer: heard, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if _, err := tone.WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	a, err := Load(Sources{Tone: file.Bytes()})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"今天路由器红灯，光猫掉线": sentiment.Negative, "周末公园散步，电影": sentiment.Positive} {
		if got := a.Annotate(text); got.Sentiment.Label != want || got.Model != "none-"+tone.Version() {
			t.Errorf("%q: %+v by %q, want %s", text, got.Sentiment, got.Model, want)
		}
	}
}

// BenchmarkAnnotateWithModel is BenchmarkAnnotate by a model of 44 themes, on
// one text of 100 characters.
func BenchmarkAnnotateWithModel(b *testing.B) {
	seg, err := plainSegmenter()
	if err != nil {
		b.Fatal(err)
	}
	tax, err := taxonomy.Default()
	if err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(4, 4))
	common := []rune("我的是不了在有这个每月扣五块钱打等半小时都机器人找到工客服去营业厅又说归管再解决投诉然后携号转网用十年老户真很失望希尽快给法")
	var rows []learn.Row
	labels := min(44, len(tax.Themes))
	for i := range 60 * labels {
		l := i % labels
		var t strings.Builder
		for t.Len() < 300 {
			t.WriteRune(common[rng.IntN(len(common))])
			if rng.IntN(5) == 0 {
				t.WriteRune(rune(0x5000 + 40*l + rng.IntN(40)))
			}
		}
		rows = append(rows, learn.Row{Text: t.String(), Labels: []string{tax.Themes[l].ID}})
	}
	m, err := learn.Train(context.Background(), rows, learn.Options{Segmenter: seg, Seed: 1, Multi: true, Folds: 2})
	if err != nil {
		b.Fatal(err)
	}
	a, err := New(Config{Segmenter: seg, Taxonomy: tax, Themes: m})
	if err != nil {
		b.Fatal(err)
	}
	const text = "我从来没订过这个彩铃业务，可是每个月都扣我五块钱，打10086等了半个小时都是机器人，找不到人工客服，去营业厅又说不归他们管，再不解决我就去工信部投诉，然后携号转网，用了十年的老用户真的很失望，希望尽快给个说法。"
	var got document.Annotation
	b.ReportAllocs()
	for b.Loop() {
		got = a.Annotate(text)
	}
	if got.Model == "" {
		b.Fatal("no model was asked")
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "docs/s")
}
