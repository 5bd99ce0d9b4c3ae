package privacy

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"qingting/privacy/detect"
	"qingting/privacy/rule"
)

func TestRedact(t *testing.T) {
	for _, c := range []struct{ name, policy, text, want string }{
		{"nothing", "", "信号很好。", "信号很好。"},
		{
			"default", "", "我叫张三，电话13812345678，住：四川省成都市天府路12号，1985年3月12日生。",
			"我叫⟦姓名·NAME⟧，电话⟦手机号·MOBILE⟧，住：成都市，1985年生。",
		},
		{"english", "", "I am John Smith, +86 138-1234-5678.", "I am ⟦PERSON_NAME·LATIN⟧, ⟦MOBILE·MOBILE⟧."},
		{"english with a Chinese name", "", "My name is 张三, please call me back.", "My name is ⟦PERSON_NAME·NAME⟧, please call me back."},
		{"no words but a mail address", "", "张三 zhang.san@example.com", "⟦姓名·NAME⟧ ⟦邮箱·MAIL⟧"},
		{"no words", "", "13812345678", "⟦手机号·MOBILE⟧"},
		{"labels en", "policy: 1\nlabels: en", "电话13812345678。", "电话⟦MOBILE⟧。"},
		{"labels zh", "policy: 1\nlabels: zh", "call 13812345678.", "call ⟦手机号⟧."},
		{"mask", "policy: 1\ndefault: mask", "张三 138-1234-5678 11010519491231002X a.b@c.com 密码123456", "张* 138****5678 1****************X a***@c.com ******"},
		{"mask that is found again", "policy: 1\ndefault: mask\ndeny: [{value: 138****5678, type: QQ}]", "13812345678。", "⟦手机号⟧。"},
		{"drop", "policy: 1\ndefault: drop", "电话13812345678。", "电话。"},
		{"drop that joins", "policy: 1\ndefault: drop", "138张三12345678", "⟦手机号⟧"},
		{"generalise without a city", "", "幸福市天府路12号", "⟦地址⟧"},
		{"generalise that is found again", "policy: 1\ntypes: {ADDRESS: generalise}\ndeny: [{value: 成都市, type: GPS}]", "四川省成都市天府路12号", "⟦地址⟧"},
		{"coarse already", "policy: 1\ntypes: {DOB: generalise, ADDRESS: mask}", "1985年3月12日，1985年生", "1985年，1985年生"},
		{"keep", "policy: 1\ntypes: {MOBILE: keep}", "张三13812345678", "⟦姓名⟧13812345678"},
		{"threshold", "policy: 1\ntypes: {PERSON_NAME: {action: tag, threshold: 0.61}, MOBILE: {action: tag, threshold: 0.9}}", "张三13812345678", "张三⟦手机号⟧"},
		{"allow", "policy: 1\nallow: [１３８ 1234 5678]", "138-1234-5678和13812345679", "138-1234-5678和⟦手机号⟧"},
		{"deny", "policy: 1\ndeny: [{value: 听雨轩, type: ADDRESS}, {value: vip9, type: EMPLOYEE_ID}]", "在聽·雨軒，工号VIP9，不是vip99，也不是avip9", "在⟦地址⟧，工号⟦工号⟧，不是vip99，也不是avip9"},
		{"deny over keep", "policy: 1\ntypes: {MOBILE: keep}\ndeny: [{value: '13812345678', type: MOBILE}]", "13812345678", "⟦手机号⟧"},
		{"deny within a finding", "policy: 1\ndeny: [{value: 天府, type: QQ}]", "成都市天府路12号", "⟦地址⟧"},
		{"deny across a finding", "policy: 1\ndeny: [{value: 你好张, type: QQ}]", "你好张三", "⟦QQ号⟧"},
		{"deny not in a label", "policy: 1\ndeny: [{value: 手机号, type: QQ}]", "手机号13812345678", "⟦QQ号⟧⟦手机号⟧"},
		{"placeholders stay", "", "⟦手机号·kqzmwtbx⟧和⟦MOBILE⟧", "⟦手机号·kqzmwtbx⟧和⟦MOBILE⟧"},
		{"bad UTF-8", "", "a\xff\xfe张三\xe4\xb8", "a\uFFFD\uFFFD⟦姓名·NAME⟧\uFFFD\uFFFD"},
		{"control characters", "", "好\x00b\u0085c\td\r\n张三", "好 b c\td\r\n⟦姓名·NAME⟧"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRedactor(t, telecom(), c.policy)
			want := strings.NewReplacer(
				"·NAME", "·"+r.names.Token(rule.PersonName, "张三", "2026"),
				"·MAIL", "·"+r.names.Token(rule.Email, "zhang.san@example.com", "2026"),
				"·LATIN", "·"+r.names.Token(rule.PersonName, "john smith", "2026"),
				"·MOBILE", "·"+r.names.Token(rule.Mobile, "13812345678", "2026"),
			).Replace(c.want)
			if got := r.Redact(c.text, spoken).Text; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			checkRedaction(t, r, c.text)
		})
	}
}

// checkRedaction checks what holds for every text and policy.
func checkRedaction(t interface{ Errorf(string, ...any) }, r *Redactor, text string) {
	res := r.Redact(text, spoken)
	source := Sanitise(text)
	if !utf8.ValidString(res.Text) {
		t.Errorf("the output is no UTF-8: %q", res.Text)
	}
	if utf8.RuneCountInString(source) != utf8.RuneCountInString(text) {
		t.Errorf("sanitising changes the number of code points of %q", text)
	}
	if again := r.Redact(res.Text, spoken); again.Text != res.Text {
		t.Errorf("redacted %q\nonce  %q\ntwice %q", text, res.Text, again.Text)
	}
	back, err := Restore(res.Text, res.Values)
	if err != nil || back != source {
		t.Errorf("restored %q, %v, want %q", back, err, source)
	}
	in, out := []rune(source), []rune(res.Text)
	values := res.Values
	at, outAt := 0, 0
	for _, s := range res.Spans {
		if s.SourceStart < at || s.SourceEnd <= s.SourceStart || s.SourceEnd > len(in) || s.Start < outAt || s.End < s.Start || s.End > len(out) {
			t.Errorf("span %+v does not fit %q and %q", s, source, res.Text)
			return
		}
		if got, want := string(out[outAt:s.Start]), string(in[at:s.SourceStart]); got != want {
			t.Errorf("between spans stands %q, want %q", got, want)
		}
		at, outAt = s.SourceEnd, s.End
		plain := string(in[s.SourceStart:s.SourceEnd])
		if s.Action == Keep {
			if got := string(out[s.Start:s.End]); got != plain {
				t.Errorf("kept %q as %q", plain, got)
			}
			continue
		}
		if len(values) == 0 {
			t.Errorf("no value for span %+v", s)
			return
		}
		if got, _ := values[0].Open(); got != plain || values[0].Start != s.Start || values[0].End != s.End || values[0].Type != s.Type {
			t.Errorf("value %v holds %q, want that of span %+v, %q", values[0], got, s, plain)
		}
		values = values[1:]
	}
	if string(out[outAt:]) != string(in[at:]) || len(values) > 0 {
		t.Errorf("after the last span stands %q and %d values are left, want %q", string(out[outAt:]), len(values), string(in[at:]))
	}
}

func TestRedactSpans(t *testing.T) {
	r := newRedactor(t, telecom(), "policy: 1\ntypes: {EMAIL: keep, PERSON_NAME: drop}")
	res := r.Explain("😀张三，13812345678，a@b.c", spoken)
	want := Result{
		Text: "😀，⟦手机号⟧，a@b.c",
		Spans: []Span{
			{Start: 1, End: 1, SourceStart: 1, SourceEnd: 3, Type: rule.PersonName, Action: Drop, Rule: "test", Confidence: 0.6},
			{Start: 2, End: 7, SourceStart: 4, SourceEnd: 15, Type: rule.Mobile, Action: Tag, Rule: "test", Confidence: 0.9},
			{Start: 8, End: 13, SourceStart: 16, SourceEnd: 21, Type: rule.Email, Action: Keep, Rule: "test", Confidence: 0.9},
		},
		Rejected: []Rejected{{SourceStart: 1, SourceEnd: 3, Type: rule.PersonName, Rule: "test", Why: "also this"}},
	}
	if diff := cmp.Diff(want, res, cmpopts.IgnoreFields(Result{}, "Values")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if plain, canonical := res.Values[1].Open(); plain != "13812345678" || canonical != plain {
		t.Errorf("the value is %q, %q", plain, canonical)
	}
}

func TestRedactTyped(t *testing.T) {
	for _, c := range []struct {
		policy, value string
		typ           rule.Type
		want          string
	}{
		{"", " 138 1234 5678 ", rule.Mobile, "⟦手机号·MOBILE⟧"},
		{"", "+8613812345678", rule.Mobile, "⟦手机号·MOBILE⟧"},
		{"", "call me", rule.Mobile, "⟦MOBILE·OTHER⟧"},
		{"", " \t", rule.Mobile, " \t"},
		{"", "⟦手机号·kqzmwtbx⟧", rule.Mobile, "⟦手机号·kqzmwtbx⟧"},
		{"policy: 1\ndefault: mask", "13812345678", rule.Mobile, "138****5678"},
		{"policy: 1\ndefault: mask", "138****5678", rule.Mobile, "138****5678"},
		{"policy: 1\ndefault: mask", "1381234567", rule.Mobile, "**********"},
		{"policy: 1\ndefault: drop", "13812345678", rule.Mobile, ""},
		{"", "成都市天府路12号", rule.Address, "成都市"},
		{"", "成都市", rule.Address, "成都市"},
		{"", "born 1985-03-12 in Springfield", rule.DOB, "1985"},
		{"", "1985", rule.DOB, "1985"},
		{"policy: 1\ntypes: {QQ: keep}", "13812345678", rule.QQ, "⟦手机号⟧"},
		{"policy: 1\nallow: ['10000']", "1-0000", rule.Mobile, "1-0000"},
	} {
		r := newRedactor(t, telecom(), c.policy)
		want := strings.NewReplacer(
			"·MOBILE", "·"+r.names.Token(rule.Mobile, "13812345678", "2026"),
			"·OTHER", "·"+r.names.Token(rule.Mobile, Canonical(rule.Mobile, "call me"), "2026"),
		).Replace(c.want)
		res := r.RedactTyped(c.value, c.typ, spoken)
		if res.Text != want {
			t.Errorf("%s %q is %q, want %q", c.typ, c.value, res.Text, want)
		}
		if back, err := Restore(res.Text, res.Values); err != nil || back != c.value {
			t.Errorf("%s %q restores to %q, %v", c.typ, c.value, back, err)
		}
		if again := r.RedactTyped(res.Text, c.typ, spoken); again.Text != res.Text {
			t.Errorf("%s %q is %q the second time", c.typ, res.Text, again.Text)
		}
	}
}

// TestRedactEnds: of a text in which something new is always found, first the
// lines go, then all; and the finder is asked a bounded number of times.
func TestRedactEnds(t *testing.T) {
	g := &greedy{}
	r := newRedactor(t, g, "policy: 1")
	for _, c := range []struct{ text, want string }{
		{strings.Repeat("a", 100), "⟦QQ⟧"},
		{"b\n" + strings.Repeat("a", 100) + "\nb", "b\n⟦QQ⟧\nb"},
		{"b\n" + strings.Repeat("aa\n", 9), "b\n" + strings.Repeat("⟦QQ⟧\n", 5) + strings.Repeat("⟦QQ⟧⟦QQ⟧\n", 4)},
		{"b\n" + strings.Repeat("a\n", 100), "⟦QQ⟧"},
	} {
		g.asked = 0
		if got := r.Redact(c.text, spoken).Text; got != c.want || g.asked > 2*maxRounds+2 {
			t.Errorf("%q: got %q after %d readings", c.text, got, g.asked)
		}
		checkRedaction(t, r, c.text)
	}
}

// TestReadings: texts as people write them settle at once: the second reading
// may find what the first one's findings hid, the third finds nothing.
func TestReadings(t *testing.T) {
	r := newRedactor(t, nil, "")
	counted := &counting{finder: r.detector}
	r.detector = counted
	files, err := filepath.Glob("testdata/*/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no labelled files: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(data) {
			var row struct{ ID, Text string }
			if err := json.Unmarshal(line, &row); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			counted.asked = 0
			r.Redact(row.Text, spoken)
			if counted.asked > 3 {
				t.Errorf("%s is read %d times", row.ID, counted.asked)
			}
		}
	}
}

// counting counts readings.
type counting struct {
	finder
	asked int
}

func (c *counting) Detect(text string) []detect.Finding {
	c.asked++
	return c.finder.Detect(text)
}

// greedy finds the last letter a, whatever follows it.
type greedy struct{ asked int }

func (g *greedy) Detect(text string) []detect.Finding {
	g.asked++
	if i := strings.LastIndexByte(text, 'a'); i >= 0 {
		return []detect.Finding{{Type: rule.QQ, Start: i, End: i + 1, Rule: "greedy"}}
	}
	return nil
}

func (g *greedy) Explain(text string) ([]detect.Finding, []detect.Rejection) {
	return g.Detect(text), nil
}

func TestRestoreRefuses(t *testing.T) {
	for name, values := range map[string][]Value{
		"past the end": {NewValue(rule.QQ, 2, 4, "x", "")},
		"overlap":      {NewValue(rule.QQ, 0, 2, "x", ""), NewValue(rule.QQ, 1, 3, "x", "")},
		"reversed":     {NewValue(rule.QQ, 2, 1, "x", "")},
		"negative":     {NewValue(rule.QQ, -1, 1, "x", "")},
		"empty":        {{Type: rule.QQ, Start: 0, End: 1}},
	} {
		if got, err := Restore("abc", values); err == nil || got != "" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestNewRedactorRefuses(t *testing.T) {
	d, err := detect.New()
	if err != nil {
		t.Fatal(err)
	}
	ps := newPseudonymizer(t)
	_, noDetector := NewRedactor(nil, DefaultPolicy(), ps)
	_, noPolicy := NewRedactor(d, nil, ps)
	_, noKey := NewRedactor(d, DefaultPolicy(), nil)
	if noDetector == nil || noPolicy == nil || noKey == nil {
		t.Error(errors.Join(noDetector, noPolicy, noKey))
	}
	if _, err := NewRedactor(d, mustParse(t, "policy: 1"), nil); err != nil {
		t.Errorf("a policy without pseudonyms: %v", err)
	}
}

// TestRedactSame: the same text gives the same result from any Redactor, on any
// number of goroutines.
func TestRedactSame(t *testing.T) {
	one, two := newRedactor(t, nil, ""), newRedactor(t, nil, "")
	want := one.Redact(denseFeedback, spoken)
	if len(want.Values) == 0 {
		t.Fatal("nothing is found")
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for _, r := range []*Redactor{one, two} {
				got := r.Explain(denseFeedback, spoken)
				if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Result{}, "Values", "Rejected"), cmpopts.IgnoreFields(Span{}, "Evidence")); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
		})
	}
	group.Wait()
}
