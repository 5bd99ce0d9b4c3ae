package sentiment

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"qingting/textmining/learn/measure"
	"qingting/textmining/segment"
)

var update = flag.Bool("update", false, "write testdata/figures.json")

// developmentSets are public judged texts. They are not part of the project: the
// directory QINGTING_DATA has them. Below least no figure may fall.
var developmentSets = []struct {
	name, file string
	least      float64 // accuracy, trained
}{
	{"takeaway", "sentiment_zh/waimai_10k.jsonl", 0.895},
	{"hotel", "sentiment_zh/chnsenticorp_hotel.jsonl", 0.89},
	{"shopping", "themes_zh/online_shopping_10cats.jsonl", 0.93},
}

// figures are how well one set is done, over five folds.
type figures struct {
	Texts             int       `json:"texts"`
	Accuracy          float64   `json:"accuracy"`
	MacroF1           float64   `json:"macro_f1"`
	AccuracyByFold    []float64 `json:"accuracy_by_fold"`
	UntrainedAccuracy float64   `json:"untrained_accuracy"`
	UntrainedMacroF1  float64   `json:"untrained_macro_f1"`
}

const figureFolds = 5

func TestFigures(t *testing.T) {
	dir := os.Getenv("QINGTING_DATA")
	if dir == "" {
		t.Skip("set QINGTING_DATA to the directory of the development data to measure on it; TestModelLearnsWhatTheLexiconLacks stands in on invented rows")
	}
	golden := filepath.Join("testdata", "figures.json")
	var want map[string]figures
	if !*update {
		content, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(content, &want); err != nil {
			t.Fatal(err)
		}
	}
	seg, err := segment.New()
	if err != nil {
		t.Fatal(err)
	}
	analyzer, err := New()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]figures{}
	for _, set := range developmentSets {
		f := measured(t, developmentRows(t, filepath.Join(dir, set.file)), TrainOptions{Segmenter: seg, Analyzer: analyzer, Seed: 1})
		got[set.name] = f
		t.Logf("%s: accuracy %.4f, macro-F1 %.4f; untrained %.4f, %.4f", set.name, f.Accuracy, f.MacroF1, f.UntrainedAccuracy, f.UntrainedMacroF1)
		if f.Accuracy < set.least || f.UntrainedMacroF1 < 0.72 {
			t.Errorf("%s: accuracy %.4f, below %.3f, or untrained macro-F1 %.4f below .72", set.name, f.Accuracy, set.least, f.UntrainedMacroF1)
		}
		if !*update && math.Abs(f.MacroF1-want[set.name].MacroF1) > 0.002 {
			t.Errorf("%s: macro-F1 %.4f, it was %.4f; run with -update and say why", set.name, f.MacroF1, want[set.name].MacroF1)
		}
	}
	if !*update {
		return
	}
	content, err := json.MarshalIndent(got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll("testdata", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(golden, append(content, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// measured shuffles and deals rows as "qingting eval sentiment --folds 5" does.
func measured(t *testing.T, rows []Row, o TrainOptions) figures {
	rng := rand.New(rand.NewPCG(o.Seed, 0))
	rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	f := figures{Texts: len(rows)}
	var ours, theirs measure.Tally
	var sc Scratch
	for fold := range figureFolds {
		var seen, unseen []Row
		for i, row := range rows {
			if i%figureFolds == fold {
				unseen = append(unseen, row)
			} else {
				seen = append(seen, row)
			}
		}
		m, err := Train(t.Context(), seen, o)
		if err != nil {
			t.Fatal(err)
		}
		var part measure.Tally
		for _, row := range unseen {
			tokens := o.Segmenter.AppendTokens(nil, row.Text)
			clauses := o.Analyzer.AppendClauses(nil, row.Text, tokens)
			label := Negative
			if Overall(clauses).Score > 0 {
				label = Positive
			}
			theirs.Add([]string{row.Label}, []string{label})
			part.Add([]string{row.Label}, []string{m.Judge(row.Text, tokens, clauses, &sc).Label})
		}
		f.AccuracyByFold = append(f.AccuracyByFold, round4(part.Report().Accuracy))
		ours.Merge(&part)
	}
	a, b := ours.Report(), theirs.Report()
	f.Accuracy, f.MacroF1, f.UntrainedAccuracy, f.UntrainedMacroF1 = round4(a.Accuracy), round4(a.MacroF1), round4(b.Accuracy), round4(b.MacroF1)
	return f
}

func round4(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// developmentRows reads rows whose polarity is 1 or 0.
func developmentRows(t *testing.T, file string) []Row {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows []Row
	in := bufio.NewScanner(bytes.NewReader(content))
	in.Buffer(nil, 1<<22)
	for in.Scan() {
		var row struct {
			Text             string
			Label, Sentiment *int
		}
		if err := json.Unmarshal(in.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		value := row.Label
		if value == nil {
			value = row.Sentiment
		}
		if value == nil {
			t.Fatal("a row has no polarity")
		}
		rows = append(rows, Row{row.Text, map[int]string{0: Negative, 1: Positive}[*value]})
	}
	return rows
}
