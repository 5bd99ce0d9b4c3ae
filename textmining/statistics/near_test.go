package statistics

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"qingting/internal/document"
	"qingting/textmining/duplicate"
)

// edited is a text with some of its characters changed.
func edited(r *rand.Rand, base string, most int) string {
	out := []rune(base)
	for range r.IntN(most + 1) {
		out[r.IntN(len(out))] = rune(0x4e00 + r.IntN(2000))
	}
	return string(out)
}

// entered is a document and when it was entered.
type entered struct {
	*document.Document
	at int
}

// threeLines counts by hand the documents of a period, those of each theme, by
// whether they say something new, again or after another, in order of entry;
// groups are those of an index that saw these documents alone.
func threeLines(r *rand.Rand, all map[string]entered, in func(*document.Document) bool) map[string]*[3]int {
	ix := duplicate.New(duplicate.Config{Bands: nearBands, Threshold: nearEnough})
	var order []entered
	for _, d := range all {
		order = append(order, d)
	}
	slices.SortFunc(order, func(a, b entered) int { return a.at - b.at })
	for _, i := range r.Perm(len(order)) {
		ix.Add(uint64(i), order[i].Text)
	}
	said := map[duplicate.Group]map[string]bool{}
	lines := map[string]*[3]int{}
	for i, d := range order {
		if !in(d.Document) {
			continue
		}
		g, _ := ix.Group(uint64(i))
		line := 2
		switch {
		case said[g] == nil:
			said[g] = map[string]bool{}
			line = 0
		case said[g][d.Customer]:
			line = 1
		}
		said[g][d.Customer] = true
		for _, id := range []string{"", d.Themes[0].ID} {
			if lines[id] == nil {
				lines[id] = &[3]int{}
			}
			lines[id][line]++
		}
	}
	return lines
}

// TestThreeLinesAgreeWithCounting compares with counting by hand after random
// entries, replacements, late arrivals and deletions, through compactions.
func TestThreeLinesAgreeWithCounting(t *testing.T) {
	for seed := range uint64(3) {
		r := rand.New(rand.NewPCG(seed, 11))
		s := New(Config{})
		all := map[string]entered{}
		bases := make([]string, 25)
		for i := range bases {
			bases[i] = text(fmt.Sprint("base", i))
		}
		compacted := false
		for step := range 14000 {
			record := fmt.Sprint("r", r.IntN(900))
			if r.IntN(5) < 2 {
				s.Delete(record)
				delete(all, record)
			} else {
				d := doc(record, fmt.Sprint("c", r.IntN(60)), r.IntN(20), fmt.Sprint("t", r.IntN(3)))
				d.Channel = fmt.Sprint("channel", r.IntN(2))
				if r.IntN(2) == 0 {
					d.Text = edited(r, bases[r.IntN(len(bases))], 3)
				} else {
					d.Text = text(fmt.Sprint(seed, step))
				}
				s.Put(d)
				all[record] = entered{d, step}
			}
			compacted = compacted || len(s.rows) < step/2
			if step%500 != 499 {
				continue
			}
			q := Query{From: day0.AddDate(0, 0, 5), To: day0.AddDate(0, 0, 15), Channel: "channel1", TopN: -1, K: 1}
			rep := s.Report(q)
			in := func(d *document.Document) bool {
				return d.Channel == q.Channel && !d.Time.Before(q.From) && d.Time.Before(q.To)
			}
			want := threeLines(r, all, in)
			if got := [3]int{rep.Distinct.N, rep.Repeats.N, rep.Copies.N}; got != *want[""] {
				t.Fatalf("seed %d step %d: new, again, copied are %v, want %v", seed, step, got, *want[""])
			}
			for _, l := range rep.Themes {
				got := [3]int{l.Distinct.N, l.Repeats.N, l.Copies.N}
				if got != *want[l.ID] || got[0]+got[1]+got[2] != l.Documents.N {
					t.Fatalf("seed %d step %d %s: new, again, copied are %v of %d, want %v", seed, step, l.ID, got, l.Documents.N, *want[l.ID])
				}
			}
		}
		if !compacted {
			t.Error("nothing was compacted")
		}
	}
}

// TestNothingOfAnErasedTextIsLeft erases all documents of a campaign.
func TestNothingOfAnErasedTextIsLeft(t *testing.T) {
	s := New(Config{})
	r := rand.New(rand.NewPCG(2, 2))
	for i := range 40 {
		d := doc(fmt.Sprint("a", i), fmt.Sprint("c", i%30), i%4, "bill")
		d.Text = edited(r, text("campaign"), 1)
		s.Put(d)
	}
	if len(s.Campaigns(period(7))) != 1 || len(s.near.texts) != 1 {
		t.Fatal("no campaign to erase")
	}
	for i := range 40 {
		s.Delete(fmt.Sprint("a", i))
	}
	if n := s.near.index.Len(); n != 0 || len(s.near.texts) != 0 || len(s.Campaigns(period(7))) != 0 {
		t.Errorf("%d texts in the index, %d samples are left", n, len(s.near.texts))
	}
	if slices.ContainsFunc(s.near.group, func(g duplicate.Group) bool { return g != 0 }) {
		t.Error("a row is still in a group")
	}
	for _, l := range s.labels[Theme] {
		for _, list := range l.quotes {
			for _, c := range list[:cap(list)] {
				if c.quote != nil {
					t.Error("a quote is left")
				}
			}
		}
	}
}

// TestCampaigns: many customers within days make one; its template is of what
// five of them wrote at least.
func TestCampaigns(t *testing.T) {
	s := New(Config{})
	n := 0
	put := func(text, customer string, day int) {
		n++
		d := doc(fmt.Sprint("r", n), customer, day, "bill")
		d.Text = text
		s.Put(d)
	}
	const campaign = "强烈要求公开说明为什么达量限速不提前告知用户，尾号%d的用户受够了，这是欺骗消费者"
	for i := range 9 {
		put(fmt.Sprintf(campaign, 1000+37*i), fmt.Sprint("a", i), i%3)
	}
	for i := range 12 { // one customer again and again
		put("宽带又断了，从上个月到现在修了四次都没有修好，师傅来了就走", "nagger", i%5)
	}
	for i := range 9 { // many customers, but over months
		put("营业厅排队太久了，三个窗口只开了一个，等了一个多小时都没轮到", fmt.Sprint("b", i), 10*i)
	}
	for i := range 4 { // too few customers
		put("国际漫游费太贵了，出国一个星期话费花了两千多块钱，没有人提醒", fmt.Sprint("d", i), 1)
	}
	all := s.Campaigns(Query{From: day0, To: day0.AddDate(0, 0, 100)})
	if len(all) != 1 {
		t.Fatalf("%d campaigns: %+v", len(all), all)
	}
	c := all[0]
	if c.Documents != 9 || c.Customers != 9 || c.Template != "强烈要求公开说明为什么达量限速不提前告知用户，尾号…的用户受够了，这是欺骗消费者" {
		t.Errorf("the campaign is %+v", c)
	}
	if !c.First.Equal(s.dateOf(int(s.dayOf(day0)))) || c.Last.Sub(c.First) != 48*time.Hour || len(c.Themes) != 1 || c.Themes[0].ID != "bill" {
		t.Errorf("the campaign is %+v", c)
	}
	// Of exactly as many customers as must be, the text of the first is not kept.
	if got := s.Campaigns(Query{From: day0, To: day0.AddDate(0, 0, 100), K: 9}); len(got) != 1 || got[0].Template != c.Template {
		t.Errorf("of nine customers at least: %+v", got)
	}
	if got := s.Campaigns(Query{From: day0, To: day0.AddDate(0, 0, 100), K: 10}); len(got) != 0 {
		t.Errorf("with ten customers at least: %+v", got)
	}
	if got := s.Campaigns(Query{From: day0, To: day0.AddDate(0, 0, 1)}); len(got) != 0 {
		t.Errorf("of a day with three of its customers: %+v", got)
	}
	r := s.Report(Query{From: day0, To: day0.AddDate(0, 0, 100)})
	if r.Documents.N != 34 || len(r.Campaigns) != 1 {
		t.Errorf("the report has %v documents, %d campaigns", r.Documents, len(r.Campaigns))
	}
	if !r.Repeats.Withheld() { // all of one customer
		t.Errorf("%v repeats, want them withheld", r.Repeats)
	}
	if strings.Contains(fmt.Sprint(r), "国际漫游") && len(r.Themes[0].Quotes) == 0 {
		t.Error("a text of four customers is shown as a template")
	}
}

// TestThreeLinesAreWithheld takes the lines that are shown from the whole.
func TestThreeLinesAreWithheld(t *testing.T) {
	shown, withheld := 0, 0
	for trial := range 300 {
		r := rand.New(rand.NewPCG(uint64(trial), 4))
		s := New(Config{})
		for i := range 15 + r.IntN(30) {
			record := fmt.Sprint("r", i)
			d := doc(record, fmt.Sprint("c", r.IntN(8+r.IntN(20))), 1, "t")
			if r.IntN(2) == 0 {
				d.Text = text(fmt.Sprint("base", r.IntN(3)))
			}
			s.Put(d)
		}
		rep := s.Report(period(7))
		sum, hidden := 0, 0
		for _, c := range []Count{rep.Distinct, rep.Repeats, rep.Copies} {
			sum += c.N
			if c.Withheld() {
				hidden++
			} else if c.N > 0 && c.N < 5 {
				t.Errorf("trial %d: %d of a line are shown", trial, c.N)
			}
		}
		if hidden == 1 && !rep.Documents.Withheld() && sum < rep.Documents.N {
			t.Errorf("trial %d: the one line withheld must be %d", trial, rep.Documents.N-sum)
		}
		if hidden > 0 {
			withheld++
		} else {
			shown++
		}
	}
	if shown == 0 || withheld == 0 {
		t.Errorf("%d shown, %d withheld: nothing is tested", shown, withheld)
	}
}

// TestOlderThanRecent: what fell out of the index stays where it was counted.
func TestOlderThanRecent(t *testing.T) {
	s := New(Config{Recent: 50})
	r := rand.New(rand.NewPCG(9, 9))
	for i := range 20 {
		d := doc(fmt.Sprint("a", i), fmt.Sprint("c", i), 0, "bill")
		d.Text = edited(r, text("campaign"), 1)
		s.Put(d)
	}
	before := s.Report(period(7))
	for i := range 300 {
		s.Put(doc(fmt.Sprint("b", i), fmt.Sprint("e", i), 10, "bill"))
	}
	after := s.Report(period(7))
	if before.Distinct.N != 0 || !before.Distinct.Withheld() {
		t.Errorf("distinct of one text is %v", before.Distinct)
	}
	if len(before.Campaigns) != 1 || len(after.Campaigns) != 1 || after.Campaigns[0].Documents != 20 || after.Copies != before.Copies {
		t.Errorf("before %+v %v, after %+v %v", before.Campaigns, before.Copies, after.Campaigns, after.Copies)
	}
	if n := s.near.index.Len(); n != 50 {
		t.Errorf("%d texts in the index", n)
	}
	for i := range 20 {
		s.Delete(fmt.Sprint("a", i))
	}
	if len(s.near.texts) != 0 {
		t.Errorf("%d samples are left", len(s.near.texts))
	}
}
