package statistics

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingting/textmining/taxonomy"
)

func TestValues(t *testing.T) {
	s := New(Config{})
	if diff := cmp.Diff(Values{Channels: []string{}, Regions: []string{}, Products: []string{}}, s.Values(10)); diff != "" {
		t.Errorf("of an empty store (-want +got):\n%s", diff)
	}
	put := func(channel string, documents, customers int) {
		for i := range documents {
			d := doc(fmt.Sprint(channel, i), fmt.Sprint(channel, i%customers), 0, "bill")
			d.Channel, d.Region, d.Product = channel, "", "5g"
			s.Put(d)
		}
	}
	put("app", 9, 9)
	put("hotline", 20, 9)
	put("zz", 3, 3)
	put("email", 50, 4) // many documents, but of few customers
	put("gone", 30, 30)
	for i := range 30 {
		s.Delete(fmt.Sprint("gone", i))
	}
	want := Values{Channels: []string{"hotline", "app", "email", "zz"}, Regions: []string{}, Products: []string{"5g"}}
	if diff := cmp.Diff(want, s.Values(10)); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if got := s.Values(2).Channels; !cmp.Equal(got, []string{"hotline", "app"}) {
		t.Errorf("the first two are %q", got)
	}
}

func TestEndAndDays(t *testing.T) {
	s := New(Config{})
	if end := s.End(); !end.IsZero() {
		t.Errorf("an empty store ends %v", end)
	}
	for i := range 40 {
		s.Put(doc(fmt.Sprint("a", i), fmt.Sprint("c", i), i, "bill"))
	}
	s.Put(doc("later", "c", 90, "bill"))
	s.Delete("later")
	end := time.Date(2026, 4, 11, 0, 0, 0, 0, s.Location())
	if !s.End().Equal(end) {
		t.Errorf("ends %v, want %v", s.End(), end)
	}
	for _, q := range []Query{{Days: 7}, {From: end.AddDate(0, 0, -7), Days: 20}, {To: end.AddDate(0, 0, -10), Days: 7}} {
		if r := s.Report(q); r.Documents.N != 7 || r.To.Sub(r.From) != 7*24*time.Hour {
			t.Errorf("%+v: %v documents from %v to %v", q, r.Documents, r.From, r.To)
		}
	}
	if r := s.Report(Query{}); r.Documents.N != 30 {
		t.Errorf("by default %v documents", r.Documents)
	}
}

func TestName(t *testing.T) {
	tax, err := taxonomy.Default()
	if err != nil {
		t.Fatal(err)
	}
	s := New(Config{Taxonomy: tax})
	for _, c := range [][3]string{{"robot-human", "zh", "智能化与人工的平衡"}, {"robot-human", "en", "Robot against human"}, {"none", "zh", "none"}} {
		if got := s.Name(c[0], c[1]); got != c[2] {
			t.Errorf("%s in %s is %q, want %q", c[0], c[1], got, c[2])
		}
	}
	if got := New(Config{}).Name("robot-human", "zh"); got != "robot-human" {
		t.Errorf("without a taxonomy: %q", got)
	}
}
