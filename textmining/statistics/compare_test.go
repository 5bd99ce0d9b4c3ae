package statistics

import (
	"fmt"
	"testing"

	"qingting/internal/document"
)

// TestCompareWithSilence: against days without any feedback nothing differs;
// against days with feedback of something else, what is new does.
func TestCompareWithSilence(t *testing.T) {
	s := New(Config{})
	for day := range 14 {
		for i := range 20 {
			s.Put(doc(fmt.Sprint("r", day, "-", i), fmt.Sprint("c", day, "-", i), 60+day, "bill"))
		}
	}
	q := Query{Days: 14}
	before, err := s.Against(q, "previous")
	if err != nil {
		t.Fatal(err)
	}
	for _, sides := range [][2]Query{{q, *before}, {*before, q}} {
		c := s.Compare(sides[0], sides[1])
		if len(c.Lines) == 0 {
			t.Fatal("no lines")
		}
		for _, l := range c.Lines {
			if l.Difference != nil {
				t.Errorf("%s differs from days without feedback: %+v", l.ID, l.Difference)
			}
		}
	}
	for day := range 14 {
		for i := range 20 {
			s.Put(doc(fmt.Sprint("o", day, "-", i), fmt.Sprint("d", day, "-", i), 46+day, "signal"))
		}
	}
	for _, l := range s.Compare(q, *before).Lines {
		if l.Difference == nil || !l.Significant {
			t.Errorf("%s does not differ from days with feedback of something else: %+v", l.ID, l.Difference)
		}
	}
}

// TestScores: a tag's score and polarity stay with their document through
// replacing, deleting and compacting.
func TestScores(t *testing.T) {
	s := New(Config{})
	put := func(i, n int) {
		d := doc(fmt.Sprint("r", i), fmt.Sprint("c", i), i%20)
		d.Themes = []document.Tag{{ID: "bill", Score: float64(n%100+1) / 100, Polarity: -.5}}
		if n%3 == 0 {
			d.Themes = append(d.Themes, document.Tag{ID: "signal"}) // a tag made by hand, without a score
		}
		s.Put(d)
	}
	const docs = 6000
	for i := range docs {
		put(i, i)
	}
	for i := range docs {
		put(i, i+7)
	}
	for i := 0; i < docs; i += 2 {
		s.Delete(fmt.Sprint("r", i))
	}
	o := s.Observations(Query{Days: 60}, Theme)
	if o.Len() != docs/2 || len(s.rows) > docs {
		t.Fatalf("%d documents, %d rows", o.Len(), len(s.rows))
	}
	for i := range docs {
		got, here := s.Look(o, Theme, fmt.Sprint("r", i))
		if here != (i%2 == 1) {
			t.Fatalf("document %d is there: %v", i, here)
		}
		if !here {
			continue
		}
		n := i + 7
		if len(got.Themes) != 1+(3-n%3)/3 || got.Themes[0] != (Said{0, -.5, float64(n%100+1) / 100}) || len(got.Themes) == 2 && got.Themes[1] != (Said{1, 0, 1}) {
			t.Fatalf("document %d: %+v", i, got.Themes)
		}
	}
}
