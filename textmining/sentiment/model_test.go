package sentiment

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"qingting/textmining/segment"
)

// judgedRows are invented: what 糯 and 柴 mean of a bun no general lexicon says,
// and 不错 and 差 are in it.
func judgedRows(n int, seed uint64) []Row {
	rng := rand.New(rand.NewPCG(seed, 1))
	subjects := []string{"包子", "馒头", "花卷", "烧饼", "油条", "饺子"}
	says := map[string][]string{
		Positive: {"很糯", "糯糯的", "够糯", "又糯又香", "不错", "口感糯"},
		Negative: {"很柴", "柴得咬不动", "发柴", "又柴又冷", "很差", "口感柴"},
		Neutral:  {"买了两个", "三块一个", "昨天到的", "早上去的", "排队的人不少", "还有别的"},
	}
	var rows []Row
	for i := range n {
		label := [...]string{Positive, Negative, Neutral}[i%3]
		rows = append(rows, Row{fmt.Sprintf("%s%s，%d号店", subjects[rng.IntN(len(subjects))], says[label][rng.IntN(6)], rng.IntN(90)), label})
	}
	return rows
}

func trained(t testing.TB, rows []Row) (*Model, *segment.Segmenter, *Analyzer) {
	t.Helper()
	seg, err := segment.New()
	if err != nil {
		t.Fatal(err)
	}
	a, err := New()
	if err != nil {
		t.Fatal(err)
	}
	m, err := Train(t.Context(), rows, TrainOptions{Segmenter: seg, Analyzer: a, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	return m, seg, a
}

func TestModelLearnsWhatTheLexiconLacks(t *testing.T) {
	m, seg, a := trained(t, judgedRows(240, 1))
	plain, learnt := 0, 0
	rows := judgedRows(120, 2)
	var sc Scratch
	for _, r := range rows {
		tokens := seg.AppendTokens(nil, r.Text)
		clauses := a.AppendClauses(nil, r.Text, tokens)
		if Overall(clauses).Label == r.Label {
			plain++
		}
		p := m.Judge(r.Text, tokens, clauses, &sc)
		if p.Label == r.Label {
			learnt++
		}
		if p.Label == Positive && p.Score <= 0 || p.Label == Negative && p.Score >= 0 || math.Abs(p.Score) > 1 {
			t.Errorf("the score %v does not go with %s", p.Score, p.Label)
		}
	}
	if learnt < 114 || plain > learnt-12 {
		t.Errorf("of 120 texts the lexicon has %d right and the model %d", plain, learnt)
	}
}

func TestModelFile(t *testing.T) {
	m, seg, _ := trained(t, judgedRows(90, 1))
	again, _, _ := trained(t, judgedRows(90, 1))
	var one, two bytes.Buffer
	if _, err := m.WriteTo(&one); err != nil {
		t.Fatal(err)
	}
	if _, err := again.WriteTo(&two); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("the same rows and seed gave two models")
	}
	read, err := ReadModel(bytes.NewReader(one.Bytes()), seg)
	if err != nil {
		t.Fatal(err)
	}
	var back bytes.Buffer
	if _, err := read.WriteTo(&back); err != nil || !bytes.Equal(back.Bytes(), one.Bytes()) {
		t.Errorf("what was read is not what was written: %v", err)
	}
	for _, at := range []int{0, len(modelMagic) + 1, len(modelMagic) + 12, one.Len() - 5} {
		bad := bytes.Clone(one.Bytes())
		bad[at] ^= 0x55
		if _, err := ReadModel(bytes.NewReader(bad), seg); err == nil {
			t.Errorf("byte %d was changed and nothing was said", at)
		}
	}
	if _, err := ReadModel(bytes.NewReader(one.Bytes()[:one.Len()/2]), seg); err == nil {
		t.Error("half a model was taken")
	}
}

func TestTrainRefuses(t *testing.T) {
	seg, err := segment.New()
	if err != nil {
		t.Fatal(err)
	}
	a, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for name, rows := range map[string][]Row{
		"an unknown label": append(judgedRows(60, 1), Row{"好", "great"}),
		"too few of one":   append(judgedRows(60, 1)[:0:0], Row{"好", Positive}, Row{"坏", Negative}),
		"nothing":          nil,
	} {
		if _, err := Train(t.Context(), rows, TrainOptions{Segmenter: seg, Analyzer: a}); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// TestStackFindsItsWeights draws cases from known weights.
func TestStackFindsItsWeights(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	truth := stack{Learned: 0.6, Heard: []float64{-1.5, 0, 1.5}, Bias: []float64{0.4, 0, -0.4}}
	var cases []stackCase
	for range 20_000 {
		c := stackCase{heard: 2*rng.Float64() - 1}
		sum := 0.0
		p := [3]float64{rng.Float64() + .05, rng.Float64() + .05, rng.Float64() + .05}
		for _, x := range p {
			sum += x
		}
		for _, x := range p {
			c.log = append(c.log, math.Log(x/sum))
		}
		draw := rng.Float64()
		for l, x := range truth.probabilities(c.log, c.heard, nil) {
			c.label = l
			if draw -= x; draw < 0 {
				break
			}
		}
		cases = append(cases, c)
	}
	got, err := fitStack(cases, 3)
	if err != nil {
		t.Fatal(err)
	}
	near := func(name string, got, want float64) {
		if math.Abs(got-want) > 0.1 {
			t.Errorf("%s is %.3f, want %.3f", name, got, want)
		}
	}
	near("the learnt voice", got.Learned, truth.Learned)
	near("the lexicon for praise", got.Heard[2]-got.Heard[0], truth.Heard[2]-truth.Heard[0])
	near("the bias of praise", got.Bias[2]-got.Bias[0], truth.Bias[2]-truth.Bias[0])
}

func FuzzReadModel(f *testing.F) {
	seg, err := segment.New()
	if err != nil {
		f.Fatal(err)
	}
	m, _, _ := trained(f, judgedRows(60, 1))
	var file bytes.Buffer
	if _, err := m.WriteTo(&file); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Add([]byte(modelMagic + "\x00\x00\x00\x02{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		read, err := ReadModel(bytes.NewReader(data), seg)
		if err != nil {
			return
		}
		var sc Scratch
		text := "包子很糯"
		if p := read.Judge(text, seg.AppendTokens(nil, text), nil, &sc); p.Label == "" {
			t.Error("a model that was taken says nothing")
		}
	})
}
