package discover

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func mustFit(t testing.TB, docs []Doc, o Options) *Result {
	t.Helper()
	o.Segmenter = segmenter(t)
	res, err := Fit(t.Context(), docs, o)
	if err != nil {
		t.Fatal(err)
	}
	check(t, docs, res)
	return res
}

// check holds what every result must fulfil.
func check(t testing.TB, docs []Doc, res *Result) {
	t.Helper()
	if len(res.Assign) != len(docs) || len(res.Margin) != len(docs) {
		t.Fatalf("%d clusters and %d margins for %d documents", len(res.Assign), len(res.Margin), len(docs))
	}
	sizes := make([]int, len(res.Clusters))
	none := 0
	for i, c := range res.Assign {
		if c == None {
			none++
			continue
		}
		sizes[c]++
		if again, margin := res.Model.Assign(docs[i].Text); again != c || margin != res.Margin[i] {
			t.Fatalf("document %d is in %d (%g), the model says %d (%g)", i, c, res.Margin[i], again, margin)
		}
	}
	if none != res.None {
		t.Errorf("%d documents without a cluster, the result says %d", none, res.None)
	}
	for c, cluster := range res.Clusters {
		if cluster.ID != c || cluster.Size != sizes[c] || len(cluster.Members) != sizes[c] || sizes[c] == 0 {
			t.Errorf("cluster %d: id %d, size %d, %d members, %d assigned", c, cluster.ID, cluster.Size, len(cluster.Members), sizes[c])
		}
		if !(cluster.Stability >= 0 && cluster.Stability <= 1.0000001) {
			t.Errorf("cluster %d: stability %g", c, cluster.Stability)
		}
		for _, m := range cluster.Members {
			if res.Assign[m] != c {
				t.Errorf("cluster %d has member %d of cluster %d", c, m, res.Assign[m])
			}
		}
	}
}

func TestPlantedTopicsAreFound(t *testing.T) {
	for _, test := range []struct {
		name   string
		topics [][]string
		filler []string
		glue   string
		n, k   int
	}{
		{"Chinese", chinese, chineseFiller, "，", 150, 3},
		{"English", english, englishFiller, " and ", 150, 3},
		{"Chinese, few", chinese, chineseFiller, "，", 17, 3},
		{"Chinese, counted", chinese, chineseFiller, "，", 150, 0},
		{"English, counted", english, englishFiller, " and ", 150, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			docs, class := planted(test.topics, test.filler, test.glue, test.n, 1)
			res := mustFit(t, docs, Options{K: test.k, Seed: 1})
			if res.None > 0 {
				t.Errorf("%d documents without a cluster", res.None)
			}
			if len(res.Clusters) < 3 || test.k > 0 && len(res.Clusters) != test.k || len(res.Clusters) > 12 {
				t.Fatalf("%d clusters", len(res.Clusters))
			}
			if p := Purity(res.Assign, class); p < .9 {
				t.Errorf("purity %.3f", p)
			}
			if n := Agreement(res.Assign, class); test.k > 0 && n < .7 {
				t.Errorf("NMI %.3f", n)
			}
			other := mustFit(t, docs, Options{K: test.k, Seed: 2})
			if n := Agreement(res.Assign, other.Assign); test.k > 0 && n < .85 {
				t.Errorf("two seeds agree by %.3f", n)
			}
			for _, c := range res.Clusters {
				if len(c.Terms) == 0 {
					t.Errorf("cluster %d has no terms", c.ID)
				}
			}
		})
	}
}

func TestSameOnAnyNumberOfCores(t *testing.T) {
	docs, _ := planted(chinese, chineseFiller, "，", 1000, 3)
	run := func(cores int) *Result {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		return mustFit(t, docs, Options{K: 5, Seed: 7, Runs: 3})
	}
	if diff := cmp.Diff(run(1), run(4), cmpopts.IgnoreFields(Result{}, "Model")); diff != "" {
		t.Error(diff)
	}
}

func TestIdenticalTextsCountOnce(t *testing.T) {
	docs, class := planted(chinese, chineseFiller, "，", 60, 4)
	alone := mustFit(t, docs, Options{K: 3, Seed: 1})
	// A campaign: one text five hundred times, numbers and placeholders varied.
	for i := range 500 {
		docs = append(docs, Doc{Text: fmt.Sprintf("宽带断网，网速太慢，⟦手机号⟧ %d", i)})
		class = append(class, 0)
	}
	res := mustFit(t, docs, Options{K: 3, Seed: 1})
	if res.Distinct > alone.Distinct+1 {
		t.Errorf("the campaign counts as %d texts", res.Distinct-alone.Distinct)
	}
	if p := Purity(res.Assign, class); p < .9 {
		t.Errorf("purity %.3f", p)
	}
	for _, c := range res.Assign[len(res.Assign)-500:] {
		if c != res.Assign[len(res.Assign)-1] {
			t.Fatal("the campaign is in several clusters")
		}
	}
}

func TestWhatIsNoFeature(t *testing.T) {
	r := reader{segmenter: segmenter(t), pairs: true}
	for text, want := range map[string]string{
		"⟦手机号·kqzmwtbx⟧ ⟦MOBILE⟧":               "",
		"http://example.com/router a@b.example": "",
		"@某某用户 宽带":                              "宽带 \x02宽带",
		"12345 10086":                           "",
		"宽⟦姓名⟧带":                                "",
		"Charges charged charging the":          "charg charg charg",
		"ＷｉＦｉ 太慢":                               "wifi 太慢 \x02太慢",
	} {
		var got []string
		r.read(text, func(f []byte) { got = append(got, string(f)) })
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q has the features %q, want %q", text, s, want)
		}
	}
}

func TestTiny(t *testing.T) {
	same := make([]Doc, 40)
	for i := range same {
		same[i].Text = "宽带断网了"
	}
	for _, test := range []struct {
		name     string
		docs     []Doc
		k        int
		clusters int
		none     int
	}{
		{"nothing", nil, 3, 0, 0},
		{"nothing, counted", nil, 0, 0, 0},
		{"empty texts", []Doc{{}, {Text: " 。"}, {Text: "123"}}, 2, 0, 3},
		{"one", []Doc{{Text: "宽带断网了"}}, 1, 1, 0},
		{"all identical", same, 5, 1, 0},
		{"more clusters than texts", []Doc{{Text: "宽带断网"}, {Text: "话费扣多"}, {}}, 9, 2, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			res := mustFit(t, test.docs, Options{K: test.k})
			if len(res.Clusters) != test.clusters || res.None != test.none {
				t.Errorf("%d clusters and %d documents without one, want %d and %d", len(res.Clusters), res.None, test.clusters, test.none)
			}
		})
	}
}

func TestMinSizeDissolves(t *testing.T) {
	docs, _ := planted(chinese, chineseFiller, "，", 40, 5)
	res := mustFit(t, docs, Options{K: 20, MinSize: 12})
	for _, c := range res.Clusters {
		if c.Size < 12 {
			t.Errorf("cluster %d has %d documents", c.ID, c.Size)
		}
	}
	if res.None > 0 {
		t.Errorf("%d documents are left out", res.None)
	}
}

func TestSampleSpreadsOverTime(t *testing.T) {
	docs, class := planted(chinese, chineseFiller, "，", 400, 6)
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range docs {
		docs[i].Time = day.AddDate(0, 0, i%30)
	}
	res := mustFit(t, docs, Options{K: 3, Sample: 300})
	if res.Fitted != 300 {
		t.Errorf("fitted on %d", res.Fitted)
	}
	if p := Purity(res.Assign, class); p < .9 {
		t.Errorf("purity %.3f with the rest assigned", p)
	}
}

func TestStops(t *testing.T) {
	docs, _ := planted(chinese, chineseFiller, "，", 40, 5)
	ctx, stop := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	_, err := Fit(ctx, docs, Options{Segmenter: segmenter(t), K: 3, Progress: func(done, _ int) {
		if done == 3 {
			stop(why)
		}
	}})
	if !errors.Is(err, why) {
		t.Errorf("error %v, want the cause of the end", err)
	}
	if _, err := Fit(t.Context(), docs, Options{}); err == nil {
		t.Error("no segmenter, no error")
	}
}

// TestFewCustomersMakeNoCluster: a topic of many texts and three customers is no
// cluster where five are asked for; its texts go to what is left.
func TestFewCustomersMakeNoCluster(t *testing.T) {
	docs, class := planted(chinese, chineseFiller, "，", 60, 5)
	for i := range docs {
		docs[i].Customer = fmt.Sprint("c", i)
		if class[i] == 2 {
			docs[i].Customer = fmt.Sprint("few", i%3)
		}
	}
	people := func(res *Result) (least int) {
		least = len(docs)
		for _, c := range res.Clusters {
			who := map[string]bool{}
			for _, m := range c.Members {
				who[docs[m].Customer] = true
			}
			least = min(least, len(who))
		}
		return least
	}
	with := mustFit(t, docs, Options{K: 3, Seed: 1, MinCustomers: 5})
	if n := people(with); n < 5 || len(with.Clusters) != 2 {
		t.Errorf("%d clusters, the smallest of %d customers, want two of five and more", len(with.Clusters), n)
	}
	if without := mustFit(t, docs, Options{K: 3, Seed: 1}); len(without.Clusters) != 3 {
		t.Errorf("%d clusters without the limit, want all three", len(without.Clusters))
	}
	for i := range docs {
		docs[i].Customer = "" // nobody knows: each is one
	}
	if unknown := mustFit(t, docs, Options{K: 3, Seed: 1, MinCustomers: 5}); len(unknown.Clusters) != 3 {
		t.Errorf("%d clusters of unknown customers, want all three", len(unknown.Clusters))
	}
}
