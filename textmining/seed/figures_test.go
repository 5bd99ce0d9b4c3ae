package seed

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"

	"qingting/textmining/learn"
	"qingting/textmining/learn/measure"
)

var update = flag.Bool("update", false, "write testdata/figures.json")

// developmentSets are public labelled texts, which are not part of the project:
// the directory QINGTING_DATA has them. floor is the accuracy below which a
// change broke something.
var developmentSets = []struct {
	name, file, field string
	floor             float64
}{
	{"bdci", "themes_zh/bdci_car_aspects.jsonl", "aspects", 0.80},
	{"thuc", "topics_zh/thucnews_titles.jsonl", "label", 0.75},
	{"shopping", "themes_zh/online_shopping_10cats.jsonl", "cat", 0.80},
	{"teddy", "themes_zh/teddy_citizen_labelled.jsonl", "label", 0.62},
}

// figures are accuracies and macro-F1 over all rows of a set: a text without a
// class counts as wrong.
type figures struct {
	Rows     int     `json:"rows"`
	Covered  float64 `json:"covered_by_words"`
	Words    score   `json:"words"`
	Trained  score   `json:"self_trained"`
	Model    score   `json:"model"`
	Unseen   score   `json:"model_unseen"` // trained on the even rows, asked about the odd ones
	Chosen   *score  `json:"model_200_labels_chosen,omitempty"`
	AtRandom *score  `json:"model_200_labels_at_random,omitempty"`
	// Alone are models of labels without seeds, on the other half of the texts.
	Alone *alone `json:"labels_alone,omitempty"`
}

type score struct {
	Accuracy float64 `json:"accuracy"`
	MacroF1  float64 `json:"macro_f1"`
}

func TestFigures(t *testing.T) {
	dir := os.Getenv("QINGTING_DATA")
	if dir == "" {
		t.Skip("set QINGTING_DATA to the directory of the development data to measure on it; TestSelfTraining and TestChosenLabels stand in on invented texts")
	}
	golden := filepath.Join("testdata", "figures.json")
	want, got := map[string]figures{}, map[string]figures{}
	if !*update {
		content, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(content, &want); err != nil {
			t.Fatal(err)
		}
	}
	for _, set := range developmentSets {
		texts, gold := developmentRows(t, filepath.Join(dir, set.file), set.field)
		data, err := os.ReadFile(filepath.Join("testdata", set.name+".seeds.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		seeds, err := Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		f := measured(t, texts, gold, seeds, *update)
		got[set.name] = f
		t.Logf("%s: words %.3f, self-trained %.3f, model %.3f, unseen %.3f", set.name, f.Words.Accuracy, f.Trained.Accuracy, f.Model.Accuracy, f.Unseen.Accuracy)
		if f.Trained.Accuracy < set.floor || f.Model.Accuracy < set.floor {
			t.Errorf("%s: accuracy %.3f, of the model %.3f, below %.2f", set.name, f.Trained.Accuracy, f.Model.Accuracy, set.floor)
		}
		if !*update && math.Abs(f.Model.Accuracy-want[set.name].Model.Accuracy) > 0.003 {
			t.Errorf("%s: accuracy of the model %.4f, it was %.4f; run with -update and say why", set.name, f.Model.Accuracy, want[set.name].Model.Accuracy)
		}
	}
	if !*update {
		return
	}
	content, err := json.MarshalIndent(got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(golden, append(content, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

func measured(t *testing.T, texts, gold []string, seeds Seeds, budget bool) figures {
	o := Options{Segmenter: testSegmenter(t), Seed: 1}
	f := figures{Rows: len(texts)}
	r, err := Train(t.Context(), texts, seeds, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range r.Hit {
		if h >= 0 {
			f.Covered++
		}
	}
	f.Covered = round4(f.Covered / float64(len(texts)))
	f.Words = tally(gold, func(i int) string {
		if r.Hit[i] < 0 {
			return ""
		}
		return r.Classes[r.Hit[i]]
	})
	f.Trained = tally(gold, func(i int) string { return r.Classes[r.Class[i]] })
	f.Model = answers(r.Model, texts, gold)
	var even, odd, oddGold []string
	for i := range texts {
		if i%2 == 0 {
			even = append(even, texts[i])
		} else {
			odd, oddGold = append(odd, texts[i]), append(oddGold, gold[i])
		}
	}
	half, err := Train(t.Context(), even, seeds, o)
	if err != nil {
		t.Fatal(err)
	}
	f.Unseen = answers(half.Model, odd, oddGold)
	if !budget {
		return f
	}
	label := func(i int) string { return gold[i] }
	chosen, asked, err := Spend(t.Context(), texts, seeds, o, 200, label)
	if err != nil {
		t.Fatal(err)
	}
	random, _, err := SpendAtRandom(t.Context(), texts, seeds, o, 200, label)
	if err != nil {
		t.Fatal(err)
	}
	if len(asked) != 200 {
		t.Errorf("%d labels were asked for", len(asked))
	}
	a, b := answers(chosen.Model, texts, gold), answers(random.Model, texts, gold)
	f.Chosen, f.AtRandom = &a, &b
	f.Alone = labelsAlone(t, texts, gold, o.Segmenter)
	return f
}

func answers(m *learn.Model, texts, gold []string) score {
	var sc learn.Scratch
	return tally(gold, func(i int) string { return m.Scores(texts[i], &sc)[0].Label })
}

// tally counts the classes given; "" is none.
func tally(gold []string, given func(i int) string) score {
	var m measure.Tally
	for i := range gold {
		var classes []string
		if name := given(i); name != "" {
			classes = []string{name}
		}
		m.Add([]string{gold[i]}, classes)
	}
	r := m.Report()
	return score{round4(r.Accuracy), round4(r.MacroF1)}
}

func round4(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// developmentRows reads the rows with exactly one class.
func developmentRows(t *testing.T, file, field string) (texts, gold []string) {
	t.Helper()
	f, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	in := bufio.NewScanner(bytes.NewReader(f))
	in.Buffer(nil, 1<<22)
	for in.Scan() {
		var row struct {
			Text, Title, Label, Cat string
			Aspects                 []struct{ Subject string }
		}
		if err := json.Unmarshal(in.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		label := row.Label
		switch {
		case field == "cat":
			label = row.Cat
		case field == "aspects" && len(row.Aspects) == 1:
			label = row.Aspects[0].Subject
		}
		if label == "" {
			continue
		}
		if row.Title != "" {
			row.Text = row.Title + "\n" + row.Text
		}
		texts, gold = append(texts, row.Text), append(gold, label)
	}
	return texts, gold
}
