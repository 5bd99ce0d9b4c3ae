package risk

import (
	"strings"
	"testing"

	"qingting/textmining/match"
	"qingting/textmining/taxonomy"
)

func TestFlag(t *testing.T) {
	tax, err := taxonomy.Default()
	if err != nil {
		t.Fatal(err)
	}
	d := New(tax)
	set, err := match.Compile(d.Cues(0))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ text, want string }{
		{"再这样我就打12315", "escalation"},
		{"走法律途径解决", "escalation"},
		{"I will file a complaint with the FCC", "escalation"},
		{"下个月就携号转网", "churn"},
		{"再也不用你们家了", "churn"},
		{"I'm switching to another carrier", "churn"},
		{"我妈八十多岁了，住院", "vulnerable"},
		{"my elderly mother is in hospital", "vulnerable"},
		{"电线掉下来，差点触电", "safety"},
		{"打了无数次电话", "repeated-contact"},
		{"this is the third time I call", "repeated-contact"},
		{"等了半个月了还没装", "waiting"},
		{"说好今天来，结果没人来", ""}, // the promise and its breach are two clauses
		{"说好今天上门却没人来", "promise-broken"},
		{"出尔反尔", "promise-broken"},
		{"怎么办理携号转网", ""},
		{"曝光率很高", ""},
		{"我不会去工信部投诉的", ""},
		{"套餐挺好", ""},
	} {
		var w match.Weigher
		var got []string
		for _, tag := range d.Flag(w.Weigh(set.Find(tt.text, new(match.Scratch))), func(i int) int { return i }) {
			got = append(got, tag.ID)
			if len(tag.Evidence) == 0 {
				t.Errorf("%q: %s has no evidence", tt.text, tag.ID)
			}
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, s, tt.want)
		}
	}
}
