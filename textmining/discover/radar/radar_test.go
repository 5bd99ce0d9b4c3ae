package radar_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingting/textmining/discover/follow"
	"qingting/textmining/discover/name"
	"qingting/textmining/discover/radar"
	"qingting/textmining/segment"
)

// topics are invented; none shares a word with another.
var topics = map[string][]string{
	"market": {"社区菜场鱼摊腥味重", "社区菜场地面积水", "社区菜场缺斤短两", "社区菜场菜叶乱丢", "社区菜场活禽宰杀"},
	"maple":  {"路边枫树遮挡光线", "路边枫树落叶堵沟", "路边枫树枝条压顶", "路边枫树毛虫掉落", "路边枫树花粉过敏"},
	"kite":   {"草坪风筝缠住树梢", "草坪风筝放飞断线", "草坪风筝线轴割手", "草坪风筝彩带飘落", "草坪风筝看台太远"},
}

var begin = time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)

// spoken is n documents on a topic, by so many customers, on days from the first on.
func spoken(topic string, n, customers int, day func(i int) int) []radar.Document {
	rng := rand.New(rand.NewPCG(uint64(len(topic)), uint64(n)))
	var docs []radar.Document
	for i := range n {
		some := rng.Perm(5)
		said := topics[topic]
		docs = append(docs, radar.Document{
			ID: fmt.Sprintf("%s-%d", topic, i), Customer: fmt.Sprintf("%s-c%d", topic, i%customers),
			Text: strings.Join([]string{said[some[0]], said[some[1]], said[some[2]]}, "，"), Time: begin.AddDate(0, 0, day(i)),
		})
	}
	return docs
}

func daily(i int) int { return i % 100 }

func look(t *testing.T, docs []radar.Document, o radar.Options, s *follow.State) *radar.Found {
	t.Helper()
	seg, err := segment.New()
	if err != nil {
		t.Fatal(err)
	}
	o.Segmenter = seg
	found, err := radar.Find(t.Context(), docs, o, s)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestFollows: ids stay, what grows and what is new is told, and the same input
// gives the same report.
func TestFollows(t *testing.T) {
	state := new(follow.State)
	docs := slices.Concat(spoken("market", 60, 60, daily), spoken("maple", 40, 40, daily))
	first := look(t, docs, radar.Options{Clusters: 2}, state)
	if len(first.Themes) != 2 || first.Themes[0].ID != "d-1" || first.Themes[0].Size != 60 || len(first.Events) != 0 || first.Customers != 100 {
		t.Fatalf("the first run: %+v", first.Themes)
	}
	if first.Themes[0].Since != "2026-01-05" {
		t.Errorf("since %s, want the day of the fifth customer", first.Themes[0].Since)
	}
	later := slices.Concat(docs, spoken("kite", 50, 50, daily), spoken("maple", 130, 130, daily)[40:])
	before, err := state.Encode()
	if err != nil {
		t.Fatal(err)
	}
	second := look(t, later, radar.Options{Clusters: 3}, state)
	kinds := map[string]follow.Kind{}
	for _, e := range second.Events {
		kinds[e.ID] = e.Kind
	}
	if want := map[string]follow.Kind{"d-1": follow.Shrunk, "d-2": follow.Grown, "d-3": follow.New}; !cmp.Equal(kinds, want) {
		t.Errorf("events %v, want %v", kinds, want)
	}
	old, err := follow.Parse(before)
	if err != nil {
		t.Fatal(err)
	}
	if again := look(t, later, radar.Options{Clusters: 3}, old); !cmp.Equal(again.Themes, second.Themes, cmp.AllowUnexported(radar.Theme{})) {
		t.Error("the same documents and state give another report")
	}
}

// TestFewCustomers: twelve documents of four customers are told of in no way, nor
// how they change.
func TestFewCustomers(t *testing.T) {
	state := new(follow.State)
	docs := slices.Concat(spoken("market", 40, 40, daily), spoken("kite", 24, 4, daily))
	found := look(t, docs, radar.Options{Clusters: 2, Trends: true}, state)
	if len(found.Themes) != 1 || len(found.Loose) != 0 || found.Withheld != 1 {
		t.Fatalf("%d themes, %d loose, %d withheld", len(found.Themes), len(found.Loose), found.Withheld)
	}
	clusters, _ := found.Assigned()
	if id := found.ThemeOf(clusters[len(clusters)-1]); id != "" {
		t.Errorf("a withheld cluster has the id %s", id)
	}
	few := look(t, docs[:40], radar.Options{Clusters: 1}, state)
	for _, e := range few.Events {
		if e.ID != "d-1" {
			t.Errorf("the end of what was withheld is told: %+v", e)
		}
	}
	more := look(t, slices.Concat(docs[:40], spoken("kite", 24, 12, daily)), radar.Options{Clusters: 2}, state)
	for _, e := range more.Events {
		if e.Before != nil && *e.Before > 0 && e.ID != "d-1" {
			t.Errorf("what was withheld is counted afterwards: %+v", e)
		}
	}
	if len(more.Themes) != 2 {
		t.Errorf("%d themes, want both", len(more.Themes))
	}
}

// TestDecisions: merged themes are one, named and counted together; a split is
// dealt out by its words; a dismissed theme is apart.
func TestDecisions(t *testing.T) {
	state := new(follow.State)
	docs := slices.Concat(spoken("market", 60, 60, daily), spoken("maple", 40, 40, daily), spoken("kite", 30, 30, daily))
	look(t, docs, radar.Options{Clusters: 3}, state)
	if err := state.Merge("d-1", "d-3"); err != nil {
		t.Fatal(err)
	}
	if _, err := state.Split("d-2", follow.Part{Name: "毛虫", Terms: []string{"毛虫"}}, follow.Part{Name: "花粉", Terms: []string{"花粉"}}); err != nil {
		t.Fatal(err)
	}
	found := look(t, docs, radar.Options{Clusters: 3}, state)
	sizes := map[string]int{}
	for _, list := range [][]radar.Theme{found.Themes, found.Loose} {
		for _, th := range list {
			sizes[th.ID] = th.Size
		}
	}
	if sizes["d-1"] != 90 || sizes["d-4"]+sizes["d-5"]+sizes["d-2"] != 40 || sizes["d-4"] == 0 || sizes["d-5"] == 0 {
		t.Errorf("sizes %v", sizes)
	}
	if err := state.Dismiss("d-1"); err != nil {
		t.Fatal(err)
	}
	if found = look(t, docs, radar.Options{Clusters: 3}, state); len(found.Dismissed) != 1 || found.Dismissed[0].ID != "d-1" {
		t.Errorf("dismissed %+v", found.Dismissed)
	}
}

// TestAlarm: what bursts comes first, with the day; what goes on evenly has none.
func TestAlarm(t *testing.T) {
	burst := func(i int) int {
		if i < 30 {
			return i * 3
		}
		return 80 + i%2
	}
	docs := slices.Concat(spoken("market", 300, 300, daily), spoken("maple", 60, 60, burst))
	found := look(t, docs, radar.Options{Clusters: 2, Trends: true}, new(follow.State))
	first := found.Themes[0]
	if first.Size != 60 || first.Alarm == nil || first.Alarm.First < "2026-03-19" || first.Alarm.First > "2026-03-29" {
		t.Fatalf("first %+v, alarm %+v", first.Name, first.Alarm)
	}
	if found.Themes[1].Alarm != nil {
		t.Errorf("an even series bursts: %+v", found.Themes[1].Alarm)
	}
}

// TestDraft drafts from a theme, and from none.
func TestDraft(t *testing.T) {
	docs := slices.Concat(spoken("market", 60, 60, daily), spoken("maple", 40, 40, daily))
	found := look(t, docs, radar.Options{Clusters: 2}, new(follow.State))
	d, err := found.Draft("d-2", name.DraftConfig{ID: "maple"})
	if err != nil || d.Entry.ID != "maple" || d.Covered < 30 || d.Others > 0 {
		t.Errorf("%v: covers %d and %d others", err, d.Covered, d.Others)
	}
	if _, err := found.Draft("d-9", name.DraftConfig{}); err == nil {
		t.Error("a theme is drafted that is not there")
	}
}

// TestAnyInput: no text, no id, the same id twice, no time.
func TestAnyInput(t *testing.T) {
	for _, docs := range [][]radar.Document{
		nil, {{Text: ""}}, {{Text: "社区菜场"}, {Text: "社区菜场"}}, {{ID: "a", Text: "社区菜场"}, {ID: "a", Text: "路边枫树"}, {ID: "a", Text: "路边枫树"}},
	} {
		if found := look(t, docs, radar.Options{Trends: true}, new(follow.State)); found.Documents != len(docs) || len(found.Themes) != 0 {
			t.Errorf("of %d documents: %+v", len(docs), found)
		}
	}
	if _, err := radar.Find(t.Context(), nil, radar.Options{}, new(follow.State)); err == nil {
		t.Error("no segmenter, and no error")
	}
}
