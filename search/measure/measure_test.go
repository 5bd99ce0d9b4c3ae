package measure

import (
	"context"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// Figures worked out by hand: relevant are 3 (grade 2) and 5 (grade 1).
func TestMetrics(t *testing.T) {
	relevant := map[int]float64{3: 2, 5: 1, 8: 0}
	ranked := []int{8, 5, 1, 3}
	best := 3/math.Log2(2) + 1/math.Log2(3)
	if got, want := NDCG(ranked, relevant, 10), (1/math.Log2(3)+3/math.Log2(5))/best; math.Abs(got-want) > 1e-12 {
		t.Errorf("nDCG@10 %v, want %v", got, want)
	}
	if got, want := NDCG(ranked, relevant, 2), (1/math.Log2(3))/best; math.Abs(got-want) > 1e-12 {
		t.Errorf("nDCG@2 %v, want %v", got, want)
	}
	if got := NDCG([]int{3, 5}, relevant, 10); got != 1 {
		t.Errorf("the best ranking has nDCG %v", got)
	}
	if got := Recall(ranked, relevant, 3); got != .5 {
		t.Errorf("recall@3 %v", got)
	}
	if got := MRR(ranked, relevant, 10); got != .5 {
		t.Errorf("MRR %v", got)
	}
	if NDCG(nil, nil, 10) != 0 || Recall(nil, nil, 5) != 0 || MRR(ranked, relevant, 1) != 0 {
		t.Error("figures of nothing are not 0")
	}
}

func TestCompare(t *testing.T) {
	theirs := Scores{.1, .9, .5, .3, .7, .2, .8, .4}
	var ours Scores
	for _, s := range theirs {
		ours = append(ours, s*1.1)
	}
	// Paired, a constant ratio has no spread, however the queries differ.
	if got := Compare(ours, theirs, 1); math.Abs(got.Low-1.1) > 1e-9 || math.Abs(got.High-1.1) > 1e-9 || math.Abs(got.Value-1.1) > 1e-9 {
		t.Errorf("a tenth more everywhere: %+v", got)
	}
	ours[0], ours[1] = .9, .1
	a, b := Compare(ours, theirs, 1), Compare(ours, theirs, 1)
	if a != b || a.Low >= a.Value || a.High <= a.Value {
		t.Errorf("intervals %+v and %+v", a, b)
	}
	if got := Compare(ours, make(Scores, len(ours)), 1); got != (Ratio{}) {
		t.Errorf("a ratio to nothing: %+v", got)
	}
}

func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		rows   string
		fields Fields
		want   Set
	}{
		"pairs": {
			rows: "\uFEFF" + `{"a":"一","b":"甲","label":"1"}` + "\n\n" + `{"a":"一","b":"乙","label":0}` + "\n" + `{"a":"二","b":"甲","label":true}`,
			want: Set{Documents: []string{"甲", "乙"}, Queries: []Query{{"一", map[int]float64{0: 1}}, {"二", map[int]float64{0: 1}}}},
		},
		"graded": {
			rows: `{"query":"q","text":"d","label":2}` + "\n" + `{"query":"q","text":"e","label":1}`,
			want: Set{Documents: []string{"d", "e"}, Queries: []Query{{"q", map[int]float64{0: 2, 1: 1}}}},
		},
		"replies": {
			rows: `{"title":"t","text":"m","reply":"r"}`,
			want: Set{Documents: []string{"r"}, Queries: []Query{{"m", map[int]float64{0: 1}}}},
		},
		"questions": {
			rows: `{"doc":"d","title":"t","questions":["p","q"]}`,
			want: Set{Documents: []string{"d"}, Queries: []Query{{"p", map[int]float64{0: 1}}, {"q", map[int]float64{0: 1}}}},
		},
		"named": {
			rows: `{"title":"t","text":"m","reply":"r","ok":1}`, fields: Fields{Query: "title", Document: "text", Label: "ok"},
			want: Set{Documents: []string{"m"}, Queries: []Query{{"t", map[int]float64{0: 1}}}},
		},
	} {
		got, err := Read(strings.NewReader(c.rows), c.fields)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(&c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for _, bad := range []string{"", "{", `{"a":"秘密","b":"甲","label":"maybe"}`, `{"a":"秘密","b":1}`, `{"a":"秘密","b":"甲","label":0}`, `{"x":"秘密"}`} {
		if _, err := Read(strings.NewReader(bad), Fields{}); err == nil {
			t.Errorf("%s is taken", bad)
		} else if strings.Contains(err.Error(), "秘密") {
			t.Errorf("the error repeats the text: %v", err)
		}
	}
	_, err := Read(strings.NewReader(`{"text":"秘密","label":"甲"}`), Fields{})
	if err == nil || strings.Contains(err.Error(), "text") || !strings.Contains(err.Error(), "--query-field") {
		t.Errorf("a text alone is the document, and no query: %v", err)
	}
}

func TestReadTexts(t *testing.T) {
	for _, c := range []struct{ in, field string }{
		{"\uFEFF一\n二\n一\n", ""}, {`{"text":"一"}` + "\n" + `{"text":"二"}`, ""}, {`{"t":"一"}` + "\n" + `{"t":"二"}`, "t"},
	} {
		got, err := ReadTexts(strings.NewReader(c.in), c.field)
		if err != nil || !cmp.Equal(got, []string{"一", "二"}) {
			t.Errorf("%q: %q, %v", c.in, got, err)
		}
	}
	if _, err := ReadTexts(strings.NewReader("\n"), ""); err == nil {
		t.Error("no text is taken")
	}
}

// pairWords cuts every two characters.
type pairWords struct{}

func (pairWords) Tokens(text string, emit func(start, end int)) {
	runes := []rune(text)
	at := 0
	for i := 0; i+1 < len(runes); i += 2 {
		end := at + len(string(runes[i:i+2]))
		emit(at, end)
		at = end
	}
}
func (pairWords) Version() string { return "pairs" }

var knownTexts = []string{"宽带报修三次师傅才上门结果还是断网", "短", "月租平白多扣二十块客服说系统出错让我等", "流量明明没用完就限速打游戏根本没法玩了"}

func TestKnown(t *testing.T) {
	for _, kind := range KnownKinds() {
		queries := Known(kind, knownTexts, 50, pairWords{}, 7)
		if len(queries) != 50 {
			t.Errorf("%s: %d queries", kind, len(queries))
		}
		if diff := cmp.Diff(queries, Known(kind, knownTexts, 50, pairWords{}, 7)); diff != "" {
			t.Errorf("%s: the same seed gives others:\n%s", kind, diff)
		}
		for _, q := range queries {
			var text string
			for d := range q.Relevant {
				text = knownTexts[d]
			}
			switch kind {
			case KnownFragments:
				parts := strings.Split(q.Text, " ")
				for _, p := range parts {
					if utf8.RuneCountInString(p) != knownPiece || !strings.Contains(text, p) {
						t.Errorf("%s: %q of %q", kind, q.Text, text)
					}
				}
				if len(parts) != 2 || strings.Index(text, parts[0]) == strings.Index(text, parts[1]) {
					t.Errorf("%s: %q of %q", kind, q.Text, text)
				}
			case KnownGlued:
				if utf8.RuneCountInString(q.Text) != 2*knownWords {
					t.Errorf("%s: %q", kind, q.Text)
				}
			case KnownNoisy:
				if n := leastErrors(q.Text, text); n != knownErrors {
					t.Errorf("%s: %q of %q has %d errors", kind, q.Text, text, n)
				}
			}
		}
	}
	if got := Known(KnownNoisy, []string{"短"}, 5, pairWords{}, 1); len(got) != 0 {
		t.Errorf("short texts give %v", got)
	}
}

// leastErrors is how many characters of piece are wrong where it fits text best.
func leastErrors(piece, text string) int {
	p, s := []rune(piece), []rune(text)
	least := len(p)
	for i := 0; i+len(p) <= len(s); i++ {
		n := 0
		for j := range p {
			if p[j] != s[i+j] {
				n++
			}
		}
		least = min(least, n)
	}
	return least
}

// All three engines find what is there, and by the numbers of the documents.
func TestEngines(t *testing.T) {
	ctx := t.Context()
	for name, make := range map[string]func(ctx context.Context, dir string) (Engine, error){
		"ours": func(ctx context.Context, dir string) (Engine, error) {
			return NewIndex(ctx, dir, knownTexts, pairWords{})
		},
		"cjk": func(ctx context.Context, dir string) (Engine, error) { return NewCJK(ctx, dir, knownTexts) },
		"words": func(ctx context.Context, dir string) (Engine, error) {
			return NewWords(ctx, dir, knownTexts, pairWords{})
		},
	} {
		e, err := make(ctx, t.TempDir())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		run, err := Rank(ctx, e, []Query{{"宽带报修", map[int]float64{0: 1}}, {"多扣（二十", map[int]float64{2: 1}}, {"？", map[int]float64{1: 1}}})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if run.MRR[0] != 1 || run.MRR[1] != 1 || run.NDCG[0] != 1 || run.Recall[1] != 1 {
			t.Errorf("%s: %+v", name, run)
		}
		if run.Quantile(.5) <= 0 {
			t.Errorf("%s takes no time", name)
		}
		if err := e.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
