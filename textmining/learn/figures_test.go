package learn

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"qingting/textmining/learn/baseline"
	"qingting/textmining/learn/measure"
)

var (
	update = flag.Bool("update", false, "write testdata/figures.json, with halves")
	ablate = flag.Bool("ablate", false, "with -update: cross-validate what each part of the recipe is worth, which takes as long again")
)

// developmentSets are public labelled texts. They are not part of the project:
// the directory QINGTING_DATA has them.
var developmentSets = []struct{ name, file, field string }{
	{"teddy", "themes_zh/teddy_citizen_labelled.jsonl", "label"},
	{"bdci", "themes_zh/bdci_car_aspects.jsonl", "aspects"},
	{"airline", "feedback_en/airline_tweets.jsonl", "reason"},
	{"banking77", "feedback_en/banking77.jsonl", "label"},
	{"thuc", "topics_zh/thucnews_titles.jsonl", "label"},
}

// figures are how well one set is done: two thirds train, one third tests.
type figures struct {
	Train            int                `json:"train"`
	Test             int                `json:"test"`
	Accuracy         float64            `json:"accuracy"`
	MacroF1          float64            `json:"macro_f1"`
	BaselineAccuracy float64            `json:"baseline_accuracy"`
	BaselineMacroF1  float64            `json:"baseline_macro_f1"`
	CalibrationError float64            `json:"calibration_error"`
	ModelBytes       int                `json:"model_bytes"`
	Shares           mixture            `json:"shares"`
	Halves           []half             `json:"halves,omitempty"`                   // trained on one half, tested on the other
	Ablation         map[string]float64 `json:"cross_validated_macro_f1,omitempty"` // on the training part
}

// half is one other parting of a set.
type half struct {
	MacroF1         float64 `json:"macro_f1"`
	BaselineMacroF1 float64 `json:"baseline_macro_f1"`
}

// ablations are recipes that lack something. They are compared on the training
// part alone, which is where the recipe was chosen.
var ablations = map[string]func(*recipe){
	"all":                      func(*recipe) {},
	"characters alone":         func(r *recipe) { r.weight[words] = 0 },
	"words alone":              func(r *recipe) { r.weight[characters] = 0 },
	"rare labels not favoured": func(r *recipe) { r.level = false },
	"vectors alone":            func(r *recipe) { r.use = using(func(p part) bool { return p.kind == vector }) },
	"no regression":            func(r *recipe) { r.use = using(func(p part) bool { return p.kind != regression }) },
	"no naive Bayes":           func(r *recipe) { r.use = using(func(p part) bool { return p.kind != bayes }) },
	"no part of characters":    func(r *recipe) { r.use = using(func(p part) bool { return p.kind == bayes || p.to == groups }) },
	"one cost": func(r *recipe) {
		r.use = using(func(p part) bool { return !p.mild() })
	},
	"no pairs": func(r *recipe) { r.window = 1 },
}

func TestFigures(t *testing.T) {
	dir := os.Getenv("QINGTING_DATA")
	if dir == "" {
		t.Skip("set QINGTING_DATA to the directory of the development data to measure on it; TestSeparableRowsAreLearnt and TestProbabilitiesAreHonest stand in on invented rows")
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
	got := map[string]figures{}
	for _, set := range developmentSets {
		rows := developmentRows(t, filepath.Join(dir, set.file), set.field)
		f := measured(t, rows, len(rows)*2/3)
		if *update {
			f.Halves = halves(t, rows)
		}
		// The ablations of 77 labels take long.
		if *update && *ablate && set.name != "banking77" {
			f.Ablation = ablated(t, rows[:f.Train])
		}
		got[set.name] = f
		t.Logf("%s: macro-F1 %.4f, baseline %.4f, accuracy %.4f, baseline %.4f", set.name, f.MacroF1, f.BaselineMacroF1, f.Accuracy, f.BaselineAccuracy)
		if f.MacroF1 < f.BaselineMacroF1+0.01 {
			t.Errorf("%s: macro-F1 %.4f is not a point above the baseline's %.4f", set.name, f.MacroF1, f.BaselineMacroF1)
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
	if err := os.WriteFile(golden, append(content, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// measured trains on the first n rows and tests on the rest.
func measured(t *testing.T, rows []Row, n int) figures {
	o := Options{Segmenter: testSegmenter(t), Seed: 1}
	m, tr, err := train(t.Context(), rows[:n], o, defaultRecipe())
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	var labels [][]string
	for _, row := range rows[:n] {
		texts, labels = append(texts, row.Text), append(labels, row.Labels)
	}
	base, err := baseline.Train(t.Context(), texts, labels, false)
	if err != nil {
		t.Fatal(err)
	}
	var ours, theirs measure.Tally
	var sc Scratch
	for _, row := range rows[n:] {
		scores := m.Scores(row.Text, &sc)
		ours.Add(row.Labels, []string{scores[0].Label})
		likeliest := scores[0]
		for _, s := range scores {
			if s.Probability > likeliest.Probability {
				likeliest = s
			}
		}
		ours.AddProbability(likeliest.Probability, likeliest.Label == row.Labels[0])
		theirs.Add(row.Labels, base.Predict(row.Text))
	}
	var file bytes.Buffer
	if _, err := m.WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	a, b := ours.Report(), theirs.Report()
	return figures{
		Train: n, Test: len(rows) - n,
		Accuracy: round(a.Accuracy), MacroF1: round(a.MacroF1), BaselineAccuracy: round(b.Accuracy), BaselineMacroF1: round(b.MacroF1),
		CalibrationError: round(*a.CalibrationError), ModelBytes: file.Len(), Shares: rounded(tr.shares),
	}
}

func round(v float64) float64 { return math.Round(v*1e4) / 1e4 }

func rounded(shares mixture) mixture {
	for part := range shares {
		shares[part] = round(shares[part])
	}
	return shares
}

// halves measures two other partings.
func halves(t *testing.T, rows []Row) (out []half) {
	for seed := range uint64(2) {
		rows := slices.Clone(rows)
		rng := rand.New(rand.NewPCG(seed, 5))
		rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		f := measured(t, rows, len(rows)/2)
		out = append(out, half{f.MacroF1, f.BaselineMacroF1})
	}
	return out
}

// ablated cross-validates every ablation.
func ablated(t *testing.T, rows []Row) map[string]float64 {
	out := map[string]float64{}
	for name, change := range ablations {
		r := defaultRecipe()
		change(&r)
		tr, err := chosen(t.Context(), rows, Options{Segmenter: testSegmenter(t), Seed: 1}, r)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = round(tr.macroF1(tr.probable(), tr.lean, tr.toll))
	}
	return out
}

// developmentRows reads and shuffles the rows with exactly one label.
func developmentRows(t *testing.T, file, field string) []Row {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []Row
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<22)
	for in.Scan() {
		var row struct {
			Text, Title, Label, Reason string
			Aspects                    []struct{ Subject string }
		}
		if err := json.Unmarshal(in.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		label := cmp.Or(row.Label, row.Reason)
		if field == "aspects" && len(row.Aspects) == 1 {
			label = row.Aspects[0].Subject
		}
		if label == "" {
			continue
		}
		if row.Title != "" {
			row.Text = row.Title + "\n" + row.Text
		}
		rows = append(rows, Row{Text: row.Text, Labels: []string{label}})
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 0))
	rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return rows
}
