package duplicate

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTemplate(t *testing.T) {
	for _, c := range []struct {
		texts []string
		want  string
	}{
		{nil, ""},
		{[]string{"宽带断网", "宽带断网"}, "宽带断网"},
		{[]string{"我在朝阳区，宽带断网三天", "我在海淀区，宽带断网三天", "我在丰台区，宽带断网三天"}, "我在…区，宽带断网三天"},
		{
			[]string{"号码⟦手机号·kqzmwtbx⟧被乱扣费10元", "号码⟦手机号·abcdefgh⟧被乱扣费25元", "號碼⟦手机号⟧被乱扣费30元"},
			"号码⟦手机号⟧被乱扣费…元",
		},
		{[]string{"no signal in Hall A today", "No signal in Hall B today", "no signal in Hall 4 today"}, "No signal in Hall … today"},
		{[]string{"退订彩铃", "退订彩铃，请尽快", "退订彩铃，谢谢"}, "退订彩铃…"},
		// One of six has another word: what five share stays.
		{[]string{"抵制乱收费", "抵制乱收费", "抵制乱收费", "抵制乱收费", "抵制乱收费", "反对乱收费"}, "抵制乱收费"},
		{[]string{"甲乙丙丁", "戊己庚辛"}, "…"},
	} {
		if got := Template(c.texts, 0); got != c.want {
			t.Errorf("%q: %q, want %q", c.texts, got, c.want)
		}
	}
}

func TestSurvey(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 9, 0, 0, 0, time.UTC) }
	var documents []Document
	add := func(text, customer string, at time.Time) {
		documents = append(documents, Document{ID: uint64(len(documents) + 1), Text: text, Customer: customer, Time: at})
	}
	for i := range 6 {
		add(fmt.Sprintf("我是%d号楼的业主，强烈要求恢复宽带接入，不要强制换运营商", i), fmt.Sprintf("c%d", i), day(1+i))
	}
	for i := range 3 {
		add("投诉工单没有人处理，我已经打了好几次电话", "loner", day(10+i))
	}
	for i := range 5 { // the same text over months is no campaign
		add("营业厅排队太久，窗口开得太少，等了两个小时", fmt.Sprintf("d%d", i), day(1).AddDate(0, i, 0))
	}
	add("只说了一次的话，跟谁都不一样", "e", day(3))
	add("匿名的重复内容，没有客户标识", "", time.Time{})
	add("匿名的重复内容，没有客户标识", "", time.Time{})
	ix := New(Config{})
	for _, d := range documents {
		ix.Add(d.ID, d.Text)
	}
	of := func(id uint64) Group { g, _ := ix.Group(id); return g }
	got := Survey(documents, of, Rules{})
	want := []Summary{
		{Group: of(1), Kind: Campaign, Size: 6, Customers: 6, Texts: 6, First: day(1), Last: day(6), Peak: 6, PeakFrom: day(1), Template: "我是…号楼的业主，强烈要求恢复宽带接入，不要强制换运营商"},
		{Group: of(10), Kind: Copies, Size: 5, Customers: 5, Texts: 1, First: day(1), Last: day(1).AddDate(0, 4, 0), Peak: 1, PeakFrom: day(1), Template: "营业厅排队太久，窗口开得太少，等了两个小时"},
		{Group: of(7), Kind: Repeat, Size: 3, Customers: 1, Texts: 1, First: day(10), Last: day(12), Peak: 1, PeakFrom: day(10), Template: "投诉工单没有人处理，我已经打了好几次电话"},
		{Group: of(16), Kind: Copies, Size: 2, Texts: 1, Template: "匿名的重复内容，没有客户标识"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for i := range documents {
		documents[i].Time = time.Time{}
	}
	if got := Survey(documents, of, Rules{}); got[0].Kind != Campaign || got[1].Kind != Campaign {
		t.Errorf("without times: %s, %s; want campaigns", got[0].Kind, got[1].Kind)
	}
	if got := Survey(documents, of, Rules{Customers: 7}); got[0].Kind != Copies {
		t.Errorf("six customers of seven: %s", got[0].Kind)
	}
}

func FuzzTemplate(f *testing.F) {
	f.Add("我在朝阳区，宽带断网", "我在海淀区，宽带断网", "⟦手机号·kqzmwtbx⟧")
	f.Add("\xff⟦a", "a b", "")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		Template([]string{a, b, c}, 0)
		if got := Template([]string{a, a}, 0); len(a) < 200 && got == slot && len(split(a)) > 1 {
			t.Errorf("a text shares nothing with itself")
		}
	})
}

func BenchmarkTemplate(b *testing.B) {
	var texts []string
	for i := range 24 {
		texts = append(texts, fmt.Sprintf("我是%d号楼的业主，强烈要求恢复宽带接入，不要强制换运营商，电话一直占线%d次", i, i*3))
	}
	for b.Loop() {
		Template(texts, 0)
	}
}
