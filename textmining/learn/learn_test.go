package learn

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/textmining/segment"
)

var segmenter = sync.OnceValues(func() (*segment.Segmenter, error) { return segment.New() })

func testSegmenter(t testing.TB) *segment.Segmenter {
	t.Helper()
	seg, err := segmenter()
	if err != nil {
		t.Fatal(err)
	}
	return seg
}

// phrases of invented feedback, by theme.
var phrases = map[string][]string{
	"资费": {"话费扣多了", "套餐资费不透明", "月租乱扣费", "账单看不懂", "流量超出扣钱", "退费一直没到"},
	"宽带": {"宽带断网", "光猫红灯", "网速很慢", "装维师傅没来", "路由器掉线", "宽带报修"},
	"服务": {"客服态度差", "热线打不通", "营业厅排队太久", "转人工太难", "投诉没人管", "回访敷衍"},
}

var fillers = []string{"请尽快处理", "已经一个星期了", "太失望了", "家里老人也急", "希望给个说法", "昨天下午开始"}

// invented makes n rows, of which noise in 1 are labelled at random.
func invented(n int, noise float64, seed uint64) []Row {
	rng := rand.New(rand.NewPCG(seed, 7))
	labels := []string{"宽带", "服务", "资费"}
	rows := make([]Row, n)
	for i := range rows {
		label := labels[rng.IntN(len(labels))]
		list := phrases[label]
		text := list[rng.IntN(len(list))] + "，" + fillers[rng.IntN(len(fillers))] + "，" + list[rng.IntN(len(list))]
		if rng.Float64() < noise {
			label = labels[rng.IntN(len(labels))]
		}
		rows[i] = Row{Text: text, Labels: []string{label}}
	}
	return rows
}

func trained(t testing.TB, rows []Row, o Options) *Model {
	t.Helper()
	o.Segmenter = testSegmenter(t)
	m, err := Train(t.Context(), rows, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSeparableRowsAreLearnt(t *testing.T) {
	m := trained(t, invented(200, 0, 1), Options{})
	var sc Scratch
	for _, row := range invented(200, 0, 2) {
		if got := m.Scores(row.Text, &sc)[0]; got.Label != row.Labels[0] || !got.Given || got.Probability < 0.8 {
			t.Errorf("got %+v, want %v", got, row.Labels)
		}
	}
}

func TestSameModelWhateverTheWorkers(t *testing.T) {
	var files [2]bytes.Buffer
	for i, workers := range []int{1, 3} {
		if _, err := trained(t, invented(120, 0.1, 1), Options{Workers: workers}).WriteTo(&files[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0].Bytes(), files[1].Bytes()) {
		t.Error("the models differ")
	}
}

func TestProbabilitiesSumToOne(t *testing.T) {
	m := trained(t, invented(120, 0.1, 1), Options{})
	var sc Scratch
	for _, text := range []string{"", "⟦手机号⟧", "宽带断网", strings.Repeat("话费", 5000), "\xff\xfe"} {
		sum := 0.0
		for _, s := range m.Scores(text, &sc) {
			sum += s.Probability
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("they sum to %g", sum)
		}
	}
}

func TestSeveralLabelsEachOnItsOwn(t *testing.T) {
	one, two := phrases["资费"], phrases["宽带"]
	var rows []Row
	rng := rand.New(rand.NewPCG(1, 8))
	for i := range 240 {
		a, b := one[rng.IntN(len(one))], two[rng.IntN(len(two))]
		switch i % 4 {
		case 0:
			rows = append(rows, Row{Text: a + "，" + b, Labels: []string{"资费", "宽带"}})
		case 1:
			rows = append(rows, Row{Text: a, Labels: []string{"资费"}})
		case 2:
			rows = append(rows, Row{Text: b, Labels: []string{"宽带"}})
		default:
			rows = append(rows, Row{Text: fillers[i%len(fillers)]})
		}
	}
	m := trained(t, rows, Options{})
	if !m.Multi() {
		t.Fatal("rows with two labels make no model for several")
	}
	var sc Scratch
	for text, want := range map[string][]string{
		"月租乱扣费，光猫红灯": {"宽带", "资费"}, "账单看不懂": {"资费"}, "路由器掉线": {"宽带"}, "太失望了": nil,
	} {
		var given []string
		for _, s := range m.Scores(text, &sc) {
			if s.Given {
				given = append(given, s.Label)
			}
		}
		slices.Sort(given)
		if diff := cmp.Diff(want, given); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

// What a model has never seen, it is not sure of.
func TestForeignTextIsOther(t *testing.T) {
	m := trained(t, invented(200, 0.05, 1), Options{})
	var sc Scratch
	for _, s := range m.Scores("xyzzy plugh", &sc) {
		if s.Sure {
			t.Errorf("sure of %s with %g", s.Label, s.Probability)
		}
	}
}

func TestScoringFoldsAndKeepsPlaceholders(t *testing.T) {
	rows := invented(200, 0, 1)
	for i := range rows {
		if rows[i].Labels[0] == "服务" {
			rows[i].Text += "⟦手机号·kqzmwtbx⟧"
		}
	}
	m := trained(t, rows, Options{})
	var a, b Scratch
	for _, pair := range [][2]string{
		{"寬帶斷網，WIFI很慢", "宽带断网，ｗｉｆｉ很慢"},
		{"⟦手机号·aaaaaaaa⟧太慢", "⟦手机号·bbbbbbbb⟧太慢"},
		{"⟦手机号⟧太慢", "⟦手机号·bbbbbbbb⟧太慢"},
	} {
		if diff := cmp.Diff(m.Scores(pair[0], &a), m.Scores(pair[1], &b)); diff != "" {
			t.Errorf("%q and %q differ: %s", pair[0], pair[1], diff)
		}
	}
	if got := m.Scores("⟦手机号·aaaaaaaa⟧", &a)[0].Label; got != "服务" {
		t.Errorf("a placeholder that only one label has says %s", got)
	}
}

func TestExplainNamesTheWords(t *testing.T) {
	m := trained(t, invented(200, 0, 1), Options{})
	text := "昨天下午开始，😀光猫红灯，请尽快处理"
	spans := m.Explain(text, "宽带", 1)
	if len(spans) != 1 {
		t.Fatalf("%d spans, want 1", len(spans))
	}
	if got := string([]rune(text)[spans[0].Start:spans[0].End]); got != "光猫红灯" || spans[0].Weight < 0.5 {
		t.Errorf("%q with %g speaks for it", got, spans[0].Weight)
	}
	if got := m.Explain(text, "没有", 3); got != nil {
		t.Errorf("a label that is not there has spans %v", got)
	}
}

func TestExplainJoinsEnglishWords(t *testing.T) {
	var rows []Row
	for i := range 40 {
		rows = append(rows,
			Row{Text: []string{"they lost luggage again", "my bag, lost luggage"}[i%2], Labels: []string{"luggage"}},
			Row{Text: []string{"they were late again", "my flight, delayed"}[i%2], Labels: []string{"late"}})
	}
	m := trained(t, rows, Options{})
	text := "So, lost luggage, they said"
	spans := m.Explain(text, "luggage", 1)
	if len(spans) != 1 || text[spans[0].Start:spans[0].End] != "lost luggage" {
		t.Errorf("got %v", spans)
	}
}

func TestTrainRefuses(t *testing.T) {
	ok := invented(20, 0, 1)
	with := func(r Row) []Row { return append([]Row{r}, ok...) }
	seg := testSegmenter(t)
	for name, c := range map[string]struct {
		rows []Row
		o    Options
	}{
		"no segmenter":    {ok, Options{}},
		"no rows":         {nil, Options{Segmenter: seg}},
		"few rows":        {ok[:5], Options{Segmenter: seg}},
		"one label":       {[]Row{ok[0], ok[0], ok[0], ok[0], ok[0], ok[0], ok[0], ok[0], ok[0], ok[0], ok[0]}, Options{Segmenter: seg}},
		"empty label":     {with(Row{Text: "a", Labels: []string{""}}), Options{Segmenter: seg}},
		"long label":      {with(Row{Text: "a", Labels: []string{strings.Repeat("a", 257)}}), Options{Segmenter: seg}},
		"negative weight": {with(Row{Text: "a", Labels: []string{"a"}, Weight: -1}), Options{Segmenter: seg}},
		"folds":           {ok, Options{Segmenter: seg, Folds: 1}},
		"entries":         {ok, Options{Segmenter: seg, Entries: -1}},
	} {
		if _, err := Train(t.Context(), c.rows, c.o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := Train(ended, ok, Options{Segmenter: seg}); !errors.Is(err, context.Canceled) {
		t.Errorf("ended: %v", err)
	}
}

func TestScoringAllocatesNothing(t *testing.T) {
	m := trained(t, invented(200, 0, 1), Options{})
	seg := testSegmenter(t)
	text := invented(1, 0, 9)[0].Text
	tokens := seg.AppendTokens(nil, text)
	var sc Scratch
	m.ScoreTokens(text, tokens, &sc)
	if n := testing.AllocsPerRun(100, func() { m.ScoreTokens(text, tokens, &sc) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

func ExampleTrain() {
	seg, err := segmenter()
	if err != nil {
		panic(err)
	}
	model, err := Train(context.Background(), invented(200, 0, 1), Options{Segmenter: seg})
	if err != nil {
		panic(err)
	}
	var sc Scratch
	fmt.Println(model.Scores("网速很慢，光猫老是红灯", &sc)[0].Label)
	// Output: 宽带
}

// What is shared out among the characters is the score, no more and no less.
func TestHeatSumsToTheScore(t *testing.T) {
	m := trained(t, invented(200, 0.1, 1), Options{})
	text := "话费扣多了，话费又扣多了，光猫红灯，网速很慢，网速很慢"
	tokens := testSegmenter(t).AppendTokens(nil, text)
	var sc Scratch
	m.add(text, tokens, &sc)
	want := slices.Clone(sc.score)
	for l := range m.labels {
		sum := float64(m.bias[l])
		for _, h := range m.heat(text, tokens, uint16(l), &sc) {
			sum += h
		}
		if math.Abs(sum-want[l]) > 1e-4 {
			t.Errorf("%s: the heat sums to %g, the score is %g", m.labels[l], sum, want[l])
		}
	}
}
