package statistics

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingting/internal/document"
)

var day0 = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC) // a Monday noon at UTC+8

// doc invents a document of that day with those themes.
func doc(record, customer string, day int, themes ...string) *document.Document {
	d := &document.Document{
		Record: record, Customer: customer, Time: day0.AddDate(0, 0, day), Channel: "hotline", Region: "杭州",
		Text: text(record),
	}
	for _, t := range themes {
		d.Themes = append(d.Themes, document.Tag{ID: t, Score: 0.9, Polarity: -1})
	}
	return d
}

// text invents a sentence that is like no other, the same for the same seed.
func text(seed string) string {
	h := fnv.New64a()
	h.Write([]byte(seed))
	r := rand.New(rand.NewPCG(h.Sum64(), 1))
	out := make([]rune, 24+r.IntN(20))
	for i := range out {
		out[i] = rune(0x4e00 + r.IntN(2000))
	}
	return string(out)
}

func theme(t *testing.T, r Report, id string) Line {
	t.Helper()
	for _, l := range r.Themes {
		if l.ID == id {
			return l
		}
	}
	t.Fatalf("no theme %q in the report", id)
	return Line{}
}

func period(days int) Query { return Query{From: day0, To: day0.AddDate(0, 0, days), TopN: -1} }

func TestCountsPeopleAndDocuments(t *testing.T) {
	s := New(Config{})
	for i := range 12 {
		s.Put(doc(fmt.Sprint("a", i), fmt.Sprint("customer", i%8), i%7, "bill"))
	}
	s.Put(doc("rare", "someone", 1, "leak"))
	r := s.Report(period(7))
	bill := theme(t, r, "bill")
	if bill.Documents.N != 12 || bill.Customers.N != 8 {
		t.Errorf("bill: %v documents, %v customers, want 12 and 8", bill.Documents, bill.Customers)
	}
	if !bill.Repeaters.Withheld() { // four customers came twice: fewer than five
		t.Errorf("repeaters = %v, want withheld", bill.Repeaters)
	}
	if len(bill.Quotes) != 1 {
		t.Errorf("%d quotes, want 1", len(bill.Quotes))
	}
	if r.Documents.N != 13 {
		t.Errorf("documents = %v, want 13", r.Documents)
	}
}

func TestSmallNumbersAreWithheld(t *testing.T) {
	s := New(Config{})
	for i := range 40 { // many documents of few customers
		s.Put(doc(fmt.Sprint("x", i), fmt.Sprint("c", i%4), i%7, "leak"))
	}
	for i := range 10 {
		s.Put(doc(fmt.Sprint("y", i), fmt.Sprint("d", i), 3, "bill"))
	}
	leak := theme(t, s.Report(period(7)), "leak")
	few := Count{Below: 5}
	want := Line{ID: "leak", ZH: "leak", EN: "leak", Documents: few, Customers: few, Distinct: few, Repeats: few, Copies: few, Repeaters: few}
	if diff := cmp.Diff(want, leak); diff != "" {
		t.Errorf("a theme of four customers shows (-want +got):\n%s", diff)
	}
	data, err := json.Marshal(leak)
	if err != nil || !strings.Contains(string(data), `"documents":"\u003c5"`) {
		t.Errorf("JSON %s, %v", data, err)
	}
	var back Line
	if err := json.Unmarshal(data, &back); err != nil || back.Documents != leak.Documents {
		t.Errorf("read back %v, %v", back.Documents, err)
	}
}

func TestPutReplacesAndDeleteLeavesNothing(t *testing.T) {
	s := New(Config{})
	for i := range 10 {
		s.Put(doc(fmt.Sprint("a", i), fmt.Sprint("c", i), 0, "bill"))
	}
	for i := range 10 { // the same feedback, read anew as something else
		s.Put(doc(fmt.Sprint("a", i), fmt.Sprint("c", i), 0, "signal"))
	}
	r := s.Report(period(7))
	if len(r.Themes) != 1 || r.Themes[0].ID != "signal" || r.Documents.N != 10 {
		t.Fatalf("after replacing: %d themes, %v documents", len(r.Themes), r.Documents)
	}
	for i := range 10 {
		if !s.Delete(fmt.Sprint("a", i)) {
			t.Errorf("a%d was not there", i)
		}
	}
	if s.Delete("a0") {
		t.Error("a0 was deleted twice")
	}
	if r = s.Report(period(7)); s.Len() != 0 || len(r.Themes) != 0 || r.Documents.N != 0 {
		t.Errorf("after deleting: %d documents, report %+v", s.Len(), r)
	}
	for _, labels := range s.labels {
		for id, l := range labels {
			for _, list := range l.quotes {
				if len(list) > 0 {
					t.Errorf("%s still quotes deleted feedback", id)
				}
			}
		}
	}
}

// TestAgreesWithCounting compares with counting by hand after many random
// entries, replacements and deletions, through a compaction.
func TestAgreesWithCounting(t *testing.T) {
	s := New(Config{})
	r := rand.New(rand.NewPCG(7, 7))
	truth := map[string]*document.Document{}
	for range 30000 {
		record := fmt.Sprint("r", r.IntN(6000))
		if r.IntN(4) == 0 {
			if _, was := truth[record]; s.Delete(record) != was {
				t.Fatalf("Delete(%q) disagrees", record)
			}
			delete(truth, record)
			continue
		}
		d := doc(record, fmt.Sprint("c", r.IntN(1500)), r.IntN(28), fmt.Sprint("t", r.IntN(6)), fmt.Sprint("t", 6+r.IntN(3)))
		d.Channel = fmt.Sprint("channel", r.IntN(3))
		truth[record] = d
		s.Put(d)
	}
	q := Query{From: day0.AddDate(0, 0, 14), To: day0.AddDate(0, 0, 28), Channel: "channel1", TopN: -1, K: 1}
	got := s.Report(q)
	documents, people := map[string]int{}, map[string]map[string]int{}
	for _, d := range truth {
		if d.Channel != q.Channel || d.Time.Before(q.From) {
			continue
		}
		for _, tag := range d.Themes {
			documents[tag.ID]++
			if people[tag.ID] == nil {
				people[tag.ID] = map[string]int{}
			}
			people[tag.ID][d.Customer]++
		}
	}
	if len(got.Themes) != len(documents) {
		t.Fatalf("%d themes, want %d", len(got.Themes), len(documents))
	}
	for _, l := range got.Themes {
		repeaters := 0
		for _, n := range people[l.ID] {
			if n > 1 {
				repeaters++
			}
		}
		if l.Documents.N != documents[l.ID] || l.Customers.N != len(people[l.ID]) || l.Repeaters.N != repeaters {
			t.Errorf("%s: %v documents %v customers %v repeaters, want %d %d %d", l.ID, l.Documents, l.Customers, l.Repeaters, documents[l.ID], len(people[l.ID]), repeaters)
		}
		sum := 0
		for _, c := range l.Series {
			sum += c.N
		}
		if sum != l.Documents.N {
			t.Errorf("%s: the series adds up to %d, not %v", l.ID, sum, l.Documents)
		}
		if len(l.Quotes) == 1 {
			if q := truth[l.Quotes[0].Record]; q == nil || q.Text != l.Quotes[0].Text {
				t.Errorf("%s quotes what is not there", l.ID)
			}
		}
	}
}

func TestChangeAndSignificance(t *testing.T) {
	s := New(Config{})
	n := 0
	put := func(day, times int, id string) {
		for range times {
			n++
			s.Put(doc(fmt.Sprint("r", n), fmt.Sprint("c", n), day, id))
		}
	}
	for day := range 14 {
		put(day, 10, "steady")
		put(day, 5+20*(day/7), "growing")
	}
	r := s.Report(Query{From: day0.AddDate(0, 0, 7), To: day0.AddDate(0, 0, 14)})
	growing, steady := theme(t, r, "growing"), theme(t, r, "steady")
	if growing.Change == nil || *growing.Change != 4 || !growing.Significant {
		t.Errorf("growing: change %v, significant %v", growing.Change, growing.Significant)
	}
	if steady.Change == nil || *steady.Change != 0 || steady.Significant {
		t.Errorf("steady: change %v, significant %v", steady.Change, steady.Significant)
	}
}

func TestQuotesDiffer(t *testing.T) {
	s := New(Config{})
	for i := range 10 {
		d := doc(fmt.Sprint("a", i), fmt.Sprint("c", i), 0, "bill", "refund")
		d.Text = "这个月的账单怎么看都看不懂，多出来的费用也没有人说得清楚" + fmt.Sprint(i) // all but the same
		s.Put(d)
	}
	for i := range 2 {
		d := doc(fmt.Sprint("b", i), fmt.Sprint("e", i), 0, "refund")
		d.Text = "退费申请交上去两个月了，一分钱都没有见到"
		s.Put(d)
	}
	q := period(7)
	q.Quotes = 3
	r := s.Report(q)
	bill, refund := theme(t, r, "bill"), theme(t, r, "refund")
	if len(bill.Quotes)+len(refund.Quotes) != 2 {
		t.Errorf("%d and %d quotes, want two in all: the texts are of two kinds", len(bill.Quotes), len(refund.Quotes))
	}
}
