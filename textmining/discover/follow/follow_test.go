package follow

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ids makes n document ids of a kind, from the first on.
func ids(kind string, first, n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("%s-%04d", kind, first+i))
	}
	return out
}

func terms(words ...string) map[string]float64 {
	out := map[string]float64{}
	for i, w := range words {
		out[w] = 1 / float64(i+1)
	}
	return out
}

var (
	bill   = terms("账单", "扣费", "话费", "看不懂")
	net    = terms("宽带", "断网", "光猫", "报修")
	hot    = terms("客服", "打不通", "排队", "热线")
	signal = terms("信号", "基站", "电梯", "没信号")
)

func update(t *testing.T, s *State, f Fit) Result {
	t.Helper()
	r, err := s.Update(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(data) // what a process that starts anew reads
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(s, again); d != "" {
		t.Fatalf("the state changes by being written: %s", d)
	}
	return r
}

// told writes events as "kind id+with before→after", sorted.
func told(events []Event) string {
	var out []string
	for _, e := range events {
		out = append(out, fmt.Sprintf("%s %s %d→%d", e.Kind, strings.Join(append([]string{e.ID}, e.With...), "+"), e.Before, e.After))
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

// shown writes themes as "id:size", the largest first.
func shown(views []View) string {
	var out []string
	for _, v := range views {
		out = append(out, fmt.Sprintf("%s:%d", v.ID, v.Size))
	}
	return strings.Join(out, " ")
}

func first(t *testing.T) *State {
	s := new(State)
	r := update(t, s, Fit{Clusters: []Cluster{
		{Name: "账单看不懂", Terms: bill, Documents: ids("bill", 0, 100)},
		{Name: "宽带断网", Terms: net, Documents: ids("net", 0, 80)},
		{Name: "客服打不通", Terms: hot, Documents: ids("hot", 0, 60)},
	}, Others: ids("other", 0, 60)})
	if got, want := told(r.Events), "new d-1 0→100; new d-2 0→80; new d-3 0→60"; got != want {
		t.Fatalf("events %q, want %q", got, want)
	}
	return s
}

func TestNumbersChangeAndIdsStay(t *testing.T) {
	s := first(t)
	r := update(t, s, Fit{Clusters: []Cluster{ // another order, a window that moved on
		{Name: "宽带老断网", Terms: net, Documents: ids("net", 20, 80)},
		{Name: "热线打不通", Terms: hot, Documents: ids("hot", 10, 130)},
		{Name: "电梯没信号", Terms: signal, Documents: ids("sig", 0, 40)},
	}, Others: ids("other", 20, 60)})
	if got, want := told(r.Events), "continued d-2 80→80; gone d-1 100→0; grown d-3 60→130; new d-4 0→40"; got != want {
		t.Errorf("events %q, want %q", got, want)
	}
	if got := s.Theme("d-3").Name; got != "热线打不通" {
		t.Errorf("the name of d-3 is %q: a fit may rename what nobody named", got)
	}
	if got := s.Theme("d-1").Status; got != Gone {
		t.Errorf("d-1 is %s", got)
	}
	r = update(t, s, Fit{Clusters: []Cluster{ // no document in common: terms alone
		{Terms: bill, Documents: ids("bill", 500, 50)},
		{Terms: net, Documents: ids("net", 500, 20)},
	}, Others: ids("other", 500, 180)})
	if got, want := told(r.Events), "gone d-3 130→0; gone d-4 40→0; returned d-1 0→50; shrunk d-2 80→20"; got != want {
		t.Errorf("events %q, want %q", got, want)
	}
}

func TestSplitAndMergeOfTheClustering(t *testing.T) {
	s := first(t)
	r := update(t, s, Fit{Clusters: []Cluster{
		{Name: "a", Terms: bill, Documents: ids("bill", 0, 60)},
		{Name: "b", Terms: terms("账单", "发票", "抬头", "开票"), Documents: ids("bill", 60, 40)},
		{Name: "c", Terms: net, Documents: append(ids("net", 0, 80), ids("hot", 0, 60)...)},
	}})
	if got, want := told(r.Events), "gone d-3+d-2 60→0; grown d-2 80→140; merged d-2+d-3 0→0; new d-4 0→40; shrunk d-1 100→60; split d-1+d-4 0→0"; got != want {
		t.Errorf("events %q, want %q", got, want)
	}
}

func TestDecisionsSurviveFits(t *testing.T) {
	s := first(t)
	for _, err := range []error{s.Rename("d-1", "账单"), s.Merge("d-1", "d-3"), s.Dismiss("d-2")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	r := update(t, s, Fit{Clusters: []Cluster{ // all three go on, the first in two pieces
		{Name: "x", Terms: hot, Documents: ids("hot", 0, 60)},
		{Name: "y", Terms: bill, Documents: ids("bill", 0, 55)},
		{Name: "z", Terms: terms("发票", "抬头"), Documents: ids("bill", 55, 45)},
		{Name: "w", Terms: net, Documents: ids("net", 0, 150)},
	}})
	if got, want := shown(r.Themes), "d-1:160 d-2:150"; got != want {
		t.Errorf("themes %q, want %q: merged stays merged", got, want)
	}
	if v := r.Themes[1]; v.Status != Dismissed {
		t.Errorf("d-2 is %s at 150 of 2 × 80", v.Status)
	}
	if got, want := told(r.Events), "continued d-1 160→160"; got != want {
		t.Errorf("events %q, want %q", got, want)
	}
	if got := s.Theme("d-1").Name; got != "账单" {
		t.Errorf("d-1 is called %q after a fit, want what the analyst called it", got)
	}
	r = update(t, s, Fit{Clusters: []Cluster{
		{Terms: bill, Documents: append(ids("hot", 0, 60), ids("bill", 0, 100)...)}, // now one cluster
		{Terms: net, Documents: ids("net", 0, 160)},
	}})
	if got, want := told(r.Events), "continued d-1 160→160; returned d-2 150→160"; got != want {
		t.Errorf("events %q, want %q: what is twice as large comes back", got, want)
	}
}

func TestSplitByTheAnalyst(t *testing.T) {
	s := first(t)
	parts, err := s.Split("d-1", Part{"乱扣费", []string{"扣费"}}, Part{"账单看不懂", []string{"看不懂", "账单"}})
	if err != nil {
		t.Fatal(err)
	}
	fit := Fit{Clusters: []Cluster{
		{Name: "x", Terms: bill, Documents: ids("bill", 0, 100)},
		{Name: "y", Terms: net, Documents: ids("net", 0, 80)},
	}}
	if _, err := s.Update(fit); err == nil || s.Fits != 1 {
		t.Fatalf("error %v, fits %d: without terms the split would be lost in silence", err, s.Fits)
	}
	fit.Terms = func(d string) []string {
		switch {
		case !strings.HasPrefix(d, "bill"):
			return nil
		case d < "bill-0030":
			return []string{"扣费", "话费"}
		case d < "bill-0090":
			return []string{"账单", "看不懂", "扣费"}
		}
		return nil
	}
	for range 2 { // and again
		r := update(t, s, fit)
		if got, want := shown(r.Themes), fmt.Sprintf("d-2:80 %s:60 %s:30 d-1:10", parts[1], parts[0]); got != want {
			t.Fatalf("themes %q, want %q", got, want)
		}
	}
	fit.Clusters[0].Documents = ids("bill", 30, 70) // the clustering draws the line itself
	fit.Clusters = append(fit.Clusters, Cluster{Terms: terms("扣费", "话费"), Documents: ids("bill", 0, 30)})
	if r := update(t, s, fit); !strings.Contains(shown(r.Themes), parts[0]+":30") {
		t.Errorf("themes %q, want %s with its 30", shown(r.Themes), parts[0])
	}
}

func TestCountsByPeriod(t *testing.T) {
	s := new(State)
	period := func(d string) string { return "2026-W0" + d[len(d)-3:len(d)-2] }
	fit := Fit{Period: period, Clusters: []Cluster{
		{Name: "x", Terms: bill, Documents: ids("bill", 100, 150)},
		{Name: "y", Terms: net, Documents: ids("net", 100, 20)},
	}}
	update(t, s, fit)
	fit.Clusters[0].Documents = ids("bill", 200, 130) // week 1 is out of the window and stays as it was
	fit.Clusters[1].Documents = ids("net", 200, 20)
	update(t, s, fit)
	if err := s.Merge("d-1", "d-2"); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"2026-W01": 120, "2026-W02": 120, "2026-W03": 30}
	if d := cmp.Diff(want, s.Counts("d-1")); d != "" {
		t.Error(d)
	}
}

func TestDecisionsThatMakeNoSense(t *testing.T) {
	s := first(t)
	if err := s.Merge("d-1", "d-2"); err != nil {
		t.Fatal(err)
	}
	_, split := s.Split("d-3", Part{"one", []string{"x"}})
	for want, err := range map[string]error{
		`no theme "d-9"`:      s.Dismiss("d-9"),
		"merged into d-1":     s.Rename("d-2", "x"),
		"needs a name":        s.Rename("d-1", " "),
		"into itself":         s.Merge("d-1", "d-1"),
		"two parts at least":  split,
		"nothing to undo":     s.Restore("d-3"),
		"merged into nothing": s.Separate("d-3"),
		"name the theme":      s.Promote("d-3", ""),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	if len(s.Decisions) != 1 {
		t.Errorf("%d decisions kept, want the one that was taken", len(s.Decisions))
	}
}

func TestStateIsStrict(t *testing.T) {
	s := first(t)
	if err := s.Merge("d-1", "d-2"); err != nil {
		t.Fatal(err)
	}
	good, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(good, []byte("bill-0")) {
		t.Error("the state holds ids of documents")
	}
	for old, change := range map[string]string{
		`"format": 1`:      `"format": 2`,
		`"fits"`:           `"feats"`,
		`"into": "d-1"`:    `"into": "d-2"`,
		`"next": 3`:        `"next": 2`,
		`"id": "d-3"`:      `"id": "d-1"`,
		`"status": "open"`: `"status": "shut"`,
		`"next": 3,`:       `"next": 3, "next": 3,`,
	} {
		bad := bytes.Replace(good, []byte(old), []byte(change), 1)
		if bytes.Equal(bad, good) {
			t.Fatalf("%s is not in the state", old)
		}
		if _, err := Parse(bad); err == nil {
			t.Errorf("%s is accepted", change)
		}
	}
}

func TestAssignIsBestInTotal(t *testing.T) {
	// Row by row the best first would give 9 + 0; in total 8 + 8 is more.
	if d := cmp.Diff([]int{1, 0}, assign([][]float64{{9, 8}, {8, 0}}, 2)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int{-1, 0, -1}, assign([][]float64{{1}, {2}, {0}}, 1)); d != "" {
		t.Error(d)
	}
	if got := assign(nil, 3); len(got) != 0 {
		t.Errorf("no rows: %v", got)
	}
}

func TestAlike(t *testing.T) {
	a := heaviest(terms("x", "y"))
	if got := alike(a, a); got < 0.999 {
		t.Errorf("a distribution is like itself by %v", got)
	}
	if got := alike(a, heaviest(terms("u", "v"))); got != 0 {
		t.Errorf("nothing in common: %v", got)
	}
}

func FuzzParse(f *testing.F) {
	s := new(State)
	if _, err := s.Update(Fit{Clusters: []Cluster{{Name: "a", Terms: bill, Documents: ids("x", 0, 3)}}}); err != nil {
		f.Fatal(err)
	}
	data, err := s.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse(data)
		if err != nil {
			return
		}
		if _, err := s.Update(Fit{Clusters: []Cluster{{Name: "a", Terms: net, Documents: ids("x", 0, 3)}}, Terms: func(string) []string { return nil }}); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkUpdate(b *testing.B) {
	var fit Fit
	for i := range 100 {
		fit.Clusters = append(fit.Clusters, Cluster{Terms: terms(fmt.Sprint("a", i), fmt.Sprint("b", i%10)), Documents: ids(fmt.Sprint("k", i), 0, 600)})
	}
	for b.Loop() {
		s := new(State)
		for range 2 {
			if _, err := s.Update(fit); err != nil {
				b.Fatal(err)
			}
		}
	}
}
