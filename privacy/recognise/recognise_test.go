package recognise

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/privacy/fold"
	"qingting/privacy/rule"
)

// page reads a text as the rules see it.
func page(text string) *Page {
	p := new(Page)
	p.read(fold.New(text))
	return p
}

func runs(p *Page) []string {
	var out []string
	for _, r := range p.Runs {
		var b strings.Builder
		for _, rd := range p.Reads[r.Lo:r.Hi] {
			if rd.Gap > 0 {
				b.WriteByte(' ')
			}
			b.WriteByte(rd.Value)
		}
		out = append(out, b.String())
	}
	return out
}

func TestRunsGatherDigits(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"139-1234 5678", []string{"139 1234 5678"}},
		{"139：1234", []string{"139", "1234"}},
		{"139----1234", []string{"139", "1234"}},
		{"I39l2 OOO1", []string{"13912 0001"}},
		{"138 OOOO 1234", []string{"138 0000 1234"}},
		{"138 BOSS 1234", []string{"138", "1234"}},
		{"abc139def", []string{"139"}},
		{"一三九两百", []string{"1392"}},
		{"11010519491231002X", []string{"11010519491231002"}},
		{"12", nil},
		{"1⟦手机号⟧23", nil},
	} {
		if diff := cmp.Diff(c.want, runs(page(c.in))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.in, diff)
		}
	}
}

func TestWindowStandsAlone(t *testing.T) {
	for _, c := range []struct {
		in   string
		k, n int
		ok   bool
	}{
		{"13912345678", 0, 11, true},
		{"139123456789", 0, 11, false},
		{"139123456789", 1, 11, false},
		{"13912345678 9", 0, 11, true},
		{"13912345678两次", 0, 11, true}, // the numeral is a word's
		{"一三九12345678九", 0, 11, false},
	} {
		p := page(c.in)
		w, ok := p.Window(p.Runs[0], c.k, c.n)
		if ok != c.ok {
			t.Errorf("%q: window of %d at %d: %v, %v", c.in, c.n, c.k, w, ok)
		}
	}
	p := page("139 1234-5678")
	w, _ := p.Window(p.Runs[0], 0, 11)
	if w.Shape != ShapeOf(3, 4, 4) || w.Seps != 2 || w.Groups != 3 || w.Value != "13912345678" {
		t.Errorf("window = %+v", w)
	}
}

func TestLabelIsTheNearest(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Cue
	}{
		{"订单号是：13912345678", Order},
		{"订单的手机号：13912345678", Phone},
		{"order number is 13912345678", Order},
		{"合同号HT13912345678", Order},
		{"手机丢了。13912345678", 0},
		{"手机⟦手机号⟧13912345678", 0},
	} {
		p := page(c.in)
		got, _ := p.Label(p.Reads[0].At)
		if got != c.want {
			t.Errorf("%q: label %b, want %b", c.in, got, c.want)
		}
	}
}

func TestNewRefusesIncompleteRules(t *testing.T) {
	good := Rule{
		ID: "x", Type: rule.QQ, About: "x", True: []string{"«1»"}, False: []string{"2"},
		Find: func(*Page, func(rule.Candidate)) {},
	}
	if _, err := New([]Rule{good}); err != nil {
		t.Fatal(err)
	}
	for name, breakIt := range map[string]func(r *Rule){
		"id":       func(r *Rule) { r.ID = "" },
		"type":     func(r *Rule) { r.Type = "NO_SUCH" },
		"about":    func(r *Rule) { r.About = "" },
		"finder":   func(r *Rule) { r.Find = nil },
		"examples": func(r *Rule) { r.True = nil },
		"counter":  func(r *Rule) { r.False = nil },
	} {
		r := good
		breakIt(&r)
		if _, err := New([]Rule{r}); err == nil {
			t.Errorf("a rule with no %s is accepted", name)
		}
	}
	if _, err := New([]Rule{good, good}); err == nil {
		t.Error("an id is accepted twice")
	}
}

func TestCheckRefusesARuleThatBreaksItsExamples(t *testing.T) {
	every := Rule{ID: "every", Type: rule.QQ, Find: func(p *Page, emit func(rule.Candidate)) {
		for _, r := range p.Runs {
			emit(rule.Candidate{Start: p.Reads[r.Lo].At, End: p.Reads[r.Hi-1].At + 1, Confidence: 0.9})
		}
	}}
	every.True, every.False = []string{"a «12345» b"}, []string{"none"}
	if err := Check(every, nil, 0.5); err != nil {
		t.Error(err)
	}
	for _, bad := range []Rule{
		{True: []string{"a «1234»5"}},
		{True: []string{"«none»"}},
		{False: []string{"12345"}},
	} {
		bad.ID, bad.Type, bad.Find = every.ID, every.Type, every.Find
		if Check(bad, nil, 0.5) == nil {
			t.Errorf("examples %v %v are accepted", bad.True, bad.False)
		}
	}
}

func TestReleaseForgetsTheText(t *testing.T) {
	p := page("手机13912345678 abc123")
	reads := p.Reads[:cap(p.Reads)]
	p.release()
	for _, r := range reads {
		if r.Value != 0 {
			t.Fatal("a digit stays in the pool")
		}
	}
	if p.Text != nil || p.cues != 0 || p.longest != 0 {
		t.Error("the page keeps its text")
	}
}
