package review

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/internal/document"
	"qingting/privacy/audit"
)

func same2(a, b string) bool { return a == b }

// reading is an entry of a review of record r1 of sample s.
func reading(index int64, actor, version, outcome string, verdicts ...audit.Verdict) Indexed {
	return Indexed{index, audit.Entry{
		Actor: actor, Action: audit.ActionReview, Object: Object("s"), Record: "r1", Before: version, Outcome: outcome, Verdicts: verdicts,
	}}
}

var (
	right = audit.Verdict{Start: 0, End: 5, Type: "MOBILE", Outcome: Right}
	wrong = audit.Verdict{Start: 0, End: 5, Type: "MOBILE", Outcome: NotPersonal}
	miss  = audit.Verdict{Start: 9, End: 12, Type: "PERSON_NAME", Outcome: Missed}
	near  = audit.Verdict{Start: 8, End: 12, Type: "PERSON_NAME", Outcome: Missed}
)

func oneItem() *Sample {
	return &Sample{ID: "s", Population: 10, Confidence: 0.95, Cells: []Cell{{Bands: Bands, Population: 10, Size: 1, Alpha: 0.05, Found: map[string]int{"MOBILE": 10}}}, Items: []Item{{Record: "r1", Version: "v1", Types: []string{"MOBILE"}, Second: true}}}
}

func TestState(t *testing.T) {
	for _, c := range []struct {
		name     string
		entries  []Indexed
		want     []audit.Verdict
		disagree bool
		twice    int
	}{
		{"nobody", nil, nil, false, 0},
		{"one", []Indexed{reading(1, "lin", "v1", Reviewed, right, miss)}, []audit.Verdict{right, miss}, false, 0},
		{"one, twice: the last counts", []Indexed{reading(1, "lin", "v1", Reviewed, right, miss), reading(2, "lin", "v1", Reviewed, wrong)}, []audit.Verdict{wrong}, false, 0},
		{"one, after it was redacted: the miss stays", []Indexed{reading(1, "lin", "v1", Reviewed, right, miss), reading(2, "lin", "v2", Reviewed, wrong)}, []audit.Verdict{miss, wrong}, false, 0},
		{"two who agree", []Indexed{reading(1, "lin", "v1", Reviewed, right), reading(2, "wang", "v1", Reviewed, right)}, []audit.Verdict{right}, false, 1},
		{"the second sees a miss", []Indexed{reading(1, "lin", "v1", Reviewed, right), reading(2, "wang", "v1", Reviewed, wrong, miss)}, []audit.Verdict{right, miss}, true, 1},
		{"one miss, two places", []Indexed{reading(1, "lin", "v1", Reviewed, right, miss), reading(2, "wang", "v1", Reviewed, right, near)}, []audit.Verdict{right, miss}, true, 1},
		{"a third does not count", []Indexed{reading(1, "lin", "v1", Reviewed, right), reading(2, "wang", "v1", Reviewed, right), reading(3, "zhao", "v1", Reviewed, miss)}, []audit.Verdict{right}, false, 1},
		{"decided", []Indexed{reading(1, "lin", "v1", Reviewed, right), reading(2, "wang", "v1", Reviewed, wrong, miss), reading(3, "zhao", "v1", Decided, right)}, []audit.Verdict{right}, false, 1},
		{"redacted between: no difference", []Indexed{reading(1, "lin", "v1", Reviewed, right, miss), reading(2, "wang", "v2", Reviewed, wrong)}, []audit.Verdict{right, miss}, false, 1},
		{"amendments are no verdicts", []Indexed{reading(1, "lin", "v1", "amended")}, nil, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := oneItem().State(c.entries, same2)
			if diff := cmp.Diff(c.want, st.Items[0].Counts()); diff != "" {
				t.Errorf("verdicts (-want +got):\n%s", diff)
			}
			if p := st.Progress(); p.Undecided == 1 != c.disagree || p.Twice != c.twice {
				t.Errorf("%+v", p)
			}
		})
	}
}

func TestDecide(t *testing.T) {
	st := oneItem().State([]Indexed{reading(1, "lin", "v1", Reviewed, right, miss), reading(2, "wang", "v1", Reviewed, wrong)}, same2)
	s := &st.Items[0]
	for first, want := range map[bool][]audit.Verdict{true: {right, miss}, false: {wrong}} {
		got := s.Decide(func(Difference) bool { return first })
		got, ok := s.Decided(got)
		if diff := cmp.Diff(want, got); diff != "" || !ok {
			t.Errorf("decided for %v (-want +got):\n%s", first, diff)
		}
	}
	for _, bad := range [][]audit.Verdict{{near}, {right, wrong}} {
		if _, ok := s.Decided(bad); ok {
			t.Error("a decision has what nobody said, or both")
		}
	}
	smuggled := wrong
	smuggled.Shape = "张三"
	if got, ok := s.Decided([]audit.Verdict{smuggled}); !ok || got[0].Shape != "" {
		t.Error("a decision brings something of its own")
	}
}

// Figures that are printed in many textbooks.
func TestAgree(t *testing.T) {
	both := func(yy, yn, ny, nn int) (a, b []string) {
		add := func(n int, x, y string) {
			for range n {
				a, b = append(a, x), append(b, y)
			}
		}
		add(yy, "y", "y")
		add(yn, "y", "n")
		add(ny, "n", "y")
		add(nn, "n", "n")
		return a, b
	}
	for _, c := range []struct {
		yy, yn, ny, nn int
		raw, kappa     float64
	}{
		{20, 5, 10, 15, 0.7, 0.4}, {45, 15, 25, 15, 0.6, 0.1304}, {25, 35, 5, 35, 0.6, 0.2593}, {10, 0, 0, 10, 1, 1}, {0, 10, 10, 0, 0, -1},
	} {
		got := Agree(both(c.yy, c.yn, c.ny, c.nn))
		if math.Abs(got.Raw-c.raw) > 1e-4 || math.Abs(got.Kappa-c.kappa) > 1e-4 || !got.Defined {
			t.Errorf("%+v: %+v", c, got)
		}
	}
	if got := Agree(both(10, 0, 0, 0)); got.Defined || got.Raw != 1 {
		t.Errorf("one category alone: %+v", got)
	}
	if got := Agree(nil, nil); got.Items != 0 || got.Defined {
		t.Errorf("nothing: %+v", got)
	}
}

func TestComplete(t *testing.T) {
	d := &document.Document{
		Text: "⟦手机号⟧，我叫张三丰，电话138 1234", Attributes: map[string]string{"note": "QQ 1234567"},
		Redactions: []document.Redaction{{Start: 0, End: 5, Type: "MOBILE", Action: "tag"}, {Start: 5, End: 6, Type: "IP", Action: "keep"}},
	}
	got, err := Complete(d, []audit.Verdict{
		{Start: 8, End: 11, Type: "PERSON_NAME", Outcome: Missed, Shape: "张三丰", Cues: []string{"张三丰"}},
		{Field: "attributes.note", Start: 3, End: 10, Type: "QQ", Outcome: Missed, As: "x"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []audit.Verdict{
		right,
		{Start: 8, End: 11, Type: "PERSON_NAME", Outcome: Missed, Shape: "han:1 numeral:1 han:1", Cues: []string{"…电话", "我叫…", "手机号…", "手机…"}},
		{Field: "attributes.note", Start: 3, End: 10, Type: "QQ", Outcome: Missed, Shape: "digits:7", Cues: []string{"QQ…", "qq…"}},
	}
	for i := range want {
		slices.Sort(want[i].Cues)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for name, v := range map[string]audit.Verdict{
		"beyond the text":      {Start: 8, End: 99, Type: "QQ", Outcome: Missed},
		"empty":                {Start: 8, End: 8, Type: "QQ", Outcome: Missed},
		"before the text":      {Start: -1, End: 8, Type: "QQ", Outcome: Missed},
		"no such type":         {Start: 8, End: 9, Type: "张三", Outcome: Missed},
		"no such field":        {Field: "attributes.x", Start: 0, End: 1, Type: "QQ", Outcome: Missed},
		"nothing hidden there": {Start: 1, End: 5, Type: "MOBILE", Outcome: NotPersonal},
		"kept on purpose":      {Start: 5, End: 6, Type: "IP", Outcome: NotPersonal},
		"no right type":        {Start: 0, End: 5, Type: "MOBILE", Outcome: WrongType},
		"the same type":        {Start: 0, End: 5, Type: "MOBILE", Outcome: WrongType, As: "MOBILE"},
		"no outcome":           {Start: 0, End: 5, Type: "MOBILE", Outcome: "张三"},
	} {
		if _, err := Complete(d, []audit.Verdict{v}); err == nil || strings.Contains(err.Error(), "张三") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Complete(d, []audit.Verdict{right, wrong}); err == nil {
		t.Error("two verdicts on one place were taken")
	}
}

// FuzzShape looks for anything of a text in what is kept of a miss.
func FuzzShape(f *testing.F) {
	f.Add("我叫张三丰，电话138 1234 5678。Call me: Ann-Marie O'Neil", 3, 6)
	f.Add("\x00\u202e①Ⅷ٣", 0, 3)
	f.Fuzz(func(t *testing.T, text string, start, end int) {
		runes := []rune(text)
		if start < 0 || end <= start || end > len(runes) {
			t.Skip()
		}
		for run := range strings.FieldsSeq(Shape(runes[start:end])) {
			class, n, _ := strings.Cut(run, ":")
			if !slices.Contains([]string{"han", "numeral", "digits", "latin", "letter", "space", "mark", "…"}, class) || strings.Trim(n, "0123456789") != "" {
				t.Errorf("the shape has %q", run)
			}
		}
		for _, cue := range Cues(runes, start, end) {
			if !slices.Contains(cueWords[:], strings.Trim(cue, "…")) {
				t.Errorf("cue %q is not of the list", cue)
			}
		}
	})
}
