package learn

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
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

func TestReadGivesBackWhatWasWritten(t *testing.T) {
	m := trained(t, invented(120, 0.1, 1), Options{})
	var file bytes.Buffer
	if _, err := m.WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	back, err := Read(&file, testSegmenter(t))
	if err != nil {
		t.Fatal(err)
	}
	var a, b Scratch
	for _, row := range invented(50, 0, 3) {
		if diff := cmp.Diff(m.Scores(row.Text, &a), back.Scores(row.Text, &b)); diff != "" {
			t.Fatal(diff)
		}
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
