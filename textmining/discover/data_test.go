package discover

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/figures.json anew")

// figures is what discovery reaches on a development set: numbers only.
type figures struct {
	Texts, K                     int
	NMI, Purity, RunToRun, NoneP float64 // means over the seeds; NoneP in percent
}

// figureSeeds is the number of seeds behind each figure.
const figureSeeds = 5

// TestFigures clusters the development sets and compares with
// testdata/figures.json. It needs the directory QINGTING_DATA;
// TestPlantedTopicsAreFound is what can fail everywhere.
func TestFigures(t *testing.T) {
	dir := os.Getenv("QINGTING_DATA")
	if dir == "" {
		t.Skip("QINGTING_DATA names no directory of development data")
	}
	file := filepath.Join("testdata", "figures.json")
	want := map[string]figures{}
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, &want)
	}
	if err != nil && !*update {
		t.Fatal(err)
	}
	for name, set := range map[string]struct {
		file  string
		label func(row map[string]any) (string, bool)
	}{
		"car aspects": {"themes_zh/bdci_car_aspects.jsonl", func(row map[string]any) (string, bool) {
			list, _ := row["aspects"].([]any)
			if len(list) != 1 {
				return "", false
			}
			l, ok := list[0].(map[string]any)["subject"].(string)
			return l, ok
		}},
		"news titles": {"topics_zh/thucnews_titles.jsonl", labelOf},
		"shopping complaints": {"themes_zh/online_shopping_10cats.jsonl", func(row map[string]any) (string, bool) {
			l, ok := row["cat"].(string)
			return l, ok && row["sentiment"] == 0.0
		}},
		"bank intents": {"feedback_en/banking77.jsonl", labelOf},
	} {
		t.Run(name, func(t *testing.T) {
			docs, class, k := labelled(t, filepath.Join(dir, set.file), set.label)
			got := measured(t, docs, class, k)
			t.Logf("%+v", got)
			if *update {
				want[name] = got
				return
			}
			w := want[name]
			if got.Texts != w.Texts || got.K != w.K {
				t.Errorf("%d texts and %d classes, the figures are of %d and %d", got.Texts, got.K, w.Texts, w.K)
			}
			for what, pair := range map[string][2]float64{"NMI": {got.NMI, w.NMI}, "purity": {got.Purity, w.Purity}, "run to run": {got.RunToRun, w.RunToRun}} {
				if math.Abs(pair[0]-pair[1]) > .005 {
					t.Errorf("%s %.3f, the figures say %.3f; -update when that is meant", what, pair[0], pair[1])
				}
			}
		})
	}
	if *update {
		data, err := json.MarshalIndent(want, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, append(data, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func labelOf(row map[string]any) (string, bool) { l, ok := row["label"].(string); return l, ok }

func labelled(t *testing.T, file string, label func(map[string]any) (string, bool)) (docs []Doc, class []int, k int) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	numbers := map[string]int{}
	s := bufio.NewScanner(bytes.NewReader(data))
	s.Buffer(nil, 1<<22)
	for s.Scan() {
		var row map[string]any
		if json.Unmarshal(s.Bytes(), &row) != nil {
			t.Fatal("a line that is no such JSON")
		}
		l, ok := label(row)
		if !ok {
			continue
		}
		if _, known := numbers[l]; !known {
			numbers[l] = len(numbers)
		}
		text, _ := row["text"].(string)
		docs, class = append(docs, Doc{Text: text}), append(class, numbers[l])
	}
	return docs, class, len(numbers)
}

func measured(t *testing.T, docs []Doc, class []int, k int) figures {
	f := figures{Texts: len(docs), K: k}
	var all [][]int
	for seed := range uint64(figureSeeds) {
		res := mustFit(t, docs, Options{K: k, Seed: seed + 1})
		f.NMI += Agreement(res.Assign, class) / figureSeeds
		f.Purity += Purity(res.Assign, class) / figureSeeds
		f.NoneP += 100 * float64(res.None) / float64(len(docs)) / figureSeeds
		all = append(all, res.Assign)
	}
	pairs := 0.0
	for i := range all {
		for j := range i {
			f.RunToRun += Agreement(all[i], all[j])
			pairs++
		}
	}
	f.RunToRun /= pairs
	for _, x := range []*float64{&f.NMI, &f.Purity, &f.RunToRun, &f.NoneP} {
		*x = math.Round(*x*1e4) / 1e4
	}
	return f
}
