package driver_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"qingting/internal/corpus"
	"qingting/textmining/driver"
)

// table turns items into rows; mentions says what an item speaks of.
func table(items []corpus.Item, mentions func(corpus.Item) (themes map[string]float64, praises bool)) driver.Data {
	d := driver.Data{Scale: driver.Ten, Controls: []driver.Control{{Name: "channel"}, {Name: "region"}, {Name: "product"}}}
	themes, people := map[string]int{}, map[string]int{}
	levels := [3]map[string]int{{}, {}, {}}
	number := func(m map[string]int, key string) int {
		if _, ok := m[key]; !ok {
			m[key] = len(m)
		}
		return m[key]
	}
	for _, it := range items {
		if it.Rating == nil {
			continue
		}
		row := driver.Row{Rating: *it.Rating, Customer: number(people, it.Customer["phone"])}
		for c, value := range [3]string{it.Channel, it.Region, it.Product} {
			row.Levels = append(row.Levels, number(levels[c], value))
			d.Controls[c].Levels = len(levels[c])
		}
		said, praises := mentions(it)
		row.Praises = praises
		ids := make([]string, 0, len(said))
		for id := range said {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		for _, id := range ids {
			if _, ok := themes[id]; !ok {
				d.Themes = append(d.Themes, id)
			}
			row.Mentions = append(row.Mentions, driver.Mention{Theme: number(themes, id), Polarity: said[id]})
		}
		d.Rows = append(d.Rows, row)
	}
	return d
}

func truth(it corpus.Item) (map[string]float64, bool) {
	out := map[string]float64{}
	for _, id := range it.Truth.Themes {
		out[id] = map[string]float64{"negative": -1, "positive": 1}[it.Truth.Sentiment]
	}
	return out, it.Truth.Sentiment == "positive"
}

// recovery counts how many planted effects lie within the intervals.
type recovery struct{ in, n, bias, ratio, planted, sign, order, pairs float64 }

func (r *recovery) add(t *testing.T, d driver.Data) {
	t.Helper()
	res, err := driver.Analyse(d, driver.Options{Complaints: true})
	if err != nil {
		t.Fatal(err)
	}
	effects := corpus.Effects()
	for i, e := range res.Effects {
		for _, o := range res.Effects[:i] {
			if a, b := effects[e.Theme], effects[o.Theme]; a != 0 && b != 0 && math.Abs(a-b) >= 1 {
				r.pairs++
				if (a < b) == (e.Points < o.Points) {
					r.order++
				}
			}
		}
		want := effects[e.Theme]
		if want == 0 {
			continue
		}
		r.n++
		if e.Low <= want && want <= e.High {
			r.in++
		}
		if e.Points < 0 {
			r.sign++
		}
		r.bias += e.Points - want
		r.ratio += e.Points * want
		r.planted += want * want
	}
}

func (r recovery) String() string {
	return fmt.Sprintf("effects %.0f within %.1f%% bias %+.3f slope %.3f sign %.1f%% order %.1f%%", r.n, 100*r.in/r.n, r.bias/r.n, r.ratio/r.planted, 100*r.sign/r.n, 100*r.order/r.pairs)
}

// TestPlantedEffects finds the effects that the corpus was made with, given the
// true themes.
func TestPlantedEffects(t *testing.T) {
	var all recovery
	for seed := range uint64(24) {
		all.add(t, table(corpus.Generate(seed, corpus.Options{}), truth))
	}
	t.Log(all)
	if share := all.in / all.n; share < .9 || all.n < 24*20 {
		t.Errorf("%.1f %% of %g planted effects lie within their intervals, want 90", 100*share, all.n)
	}
	goldenLine(t, "recovery.txt", "themes of the truth: "+all.String()+"\n")
}

func goldenLine(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s: got %q, want %q; go test -update writes it", path, got, want)
	}
}
