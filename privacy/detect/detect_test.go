package detect

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"qingting/privacy/fold"
	"qingting/privacy/rule"
)

func newDetector(t testing.TB, opts ...Option) *Detector {
	t.Helper()
	d, err := New(opts...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// marked writes findings into the text as «TYPE value».
func marked(text string, fs []Finding) string {
	var b strings.Builder
	at := 0
	for _, f := range fs {
		b.WriteString(text[at:f.Start] + "«" + string(f.Type) + " " + text[f.Start:f.End] + "»")
		at = f.End
	}
	return b.String() + text[at:]
}

func redact(text string, fs []Finding) string {
	var b strings.Builder
	at := 0
	for _, f := range fs {
		zh, _ := rule.Labels(f.Type)
		b.WriteString(text[at:f.Start] + "⟦" + zh + "⟧")
		at = f.End
	}
	return b.String() + text[at:]
}

func TestThresholdsAreChecked(t *testing.T) {
	for _, by := range []map[rule.Type]float64{{"NO_SUCH": 0.5}, {rule.Mobile: 1.5}, {rule.Mobile: -1}} {
		if _, err := New(WithThreshold(by)); err == nil {
			t.Errorf("threshold %v is accepted", by)
		}
	}
	d := newDetector(t, WithThreshold(map[rule.Type]float64{rule.Mobile: 0.999}))
	if got := d.Detect("13912345678"); len(got) != 0 {
		t.Errorf("found %v under the threshold", got)
	}
	_, rejected := d.Explain("13912345678")
	if len(rejected) == 0 || rejected[0].Why != "confidence below the type's threshold" {
		t.Errorf("rejections = %+v", rejected)
	}
}

func TestExplainNamesWhatBeatIt(t *testing.T) {
	d := newDetector(t)
	found, rejected := d.Explain("订单号13912345678")
	if len(found) != 0 {
		t.Fatalf("found %v", found)
	}
	var why []string
	for _, r := range rejected {
		why = append(why, string(r.Type)+": "+r.Why)
	}
	if diff := cmp.Diff([]string{"MOBILE: label of an order, ticket or flow number wins"}, why); diff != "" {
		t.Errorf("rejections (-want +got):\n%s", diff)
	}
}

func invariants(t interface {
	Helper()
	Fatalf(string, ...any)
}, d *Detector, text string,
) {
	t.Helper()
	fs := d.Detect(text)
	end := 0
	for _, f := range fs {
		if f.Start < end || f.End <= f.Start || f.End > len(text) {
			t.Fatalf("finding of %s spans %d to %d after %d in %d bytes", f.Type, f.Start, f.End, end, len(text))
		}
		if utf8.ValidString(text) && (!utf8.RuneStart(text[f.Start]) || f.End < len(text) && !utf8.RuneStart(text[f.End])) {
			t.Fatalf("finding of %s splits a rune", f.Type)
		}
		if f.Confidence < 0 || f.Confidence > 1 || f.Rule == "" || !f.Type.Valid() {
			t.Fatalf("finding %s %s %v", f.Type, f.Rule, f.Confidence)
		}
		end = f.End
	}
	if diff := cmp.Diff(fs, d.Detect(text)); diff != "" {
		t.Fatalf("two runs differ:\n%s", diff)
	}
	explained, _ := d.Explain(text)
	for i := range explained {
		explained[i].Evidence = nil
	}
	if diff := cmp.Diff(fs, explained); diff != "" {
		t.Fatalf("Detect and Explain differ:\n%s", diff)
	}
	if !utf8.ValidString(text) {
		return
	}
	// What was redacted is never found again. A neighbour may be, once: it reads
	// better when what touched it is gone.
	for left := len(text); len(fs) > 0; left-- {
		if left == 0 {
			t.Fatalf("redacting comes to no end: %s", marked(text, fs))
		}
		text = redact(text, fs)
		fs = d.Detect(text)
		for _, f := range fs {
			if strings.Contains(text[f.Start:f.End], "⟧") {
				t.Fatalf("finding of %s covers a placeholder: %s", f.Type, marked(text, fs))
			}
		}
	}
}

func FuzzDetect(f *testing.F) {
	for _, r := range Rules() {
		for _, text := range append(r.True, r.False...) {
			f.Add(strings.NewReplacer("«", "", "»", "").Replace(text))
		}
	}
	f.Add("打⟦手机号⟧或⟦手机号·kqzmwtbx⟧，13912345678")
	d := newDetector(f)
	f.Fuzz(func(t *testing.T, text string) { invariants(t, d, text) })
}

const (
	clean = "您好，我家的宽带从上周开始就一直掉线，打了客服三次都说在处理，到现在也没人上门，太让人失望了，希望你们尽快解决。"
	dense = "我叫客户，手机１３９-1234-5678，身份证11010519491231002X，卡号6222 0212 3456 7890 128，座机0571-87654321转801。"
)

func bench(b *testing.B, s string) {
	d := newDetector(b)
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		d.Detect(s)
	}
}

// BenchmarkRecognisers times each recogniser alone over the dense text.
func BenchmarkRecognisers(b *testing.B) {
	all, err := builtin()
	if err != nil {
		b.Fatal(err)
	}
	for _, r := range all {
		b.Run(strings.TrimPrefix(fmt.Sprintf("%T", r), "*"), func(b *testing.B) {
			t := fold.New(dense)
			b.SetBytes(int64(len(dense)))
			b.ReportAllocs()
			for b.Loop() {
				r.Recognise(t, false, func(rule.Candidate) {})
			}
		})
	}
}
