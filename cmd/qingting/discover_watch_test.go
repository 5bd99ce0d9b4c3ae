package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/textmining/discover/follow"
	"qingting/textmining/discover/radar"
)

// TestDecided: what was decided after a look shows in its report at once: names,
// what is put out of sight and what comes back, and what went with another.
func TestDecided(t *testing.T) {
	found := &radar.Found{
		Themes:    []radar.Theme{{ID: "d-1", Name: "停车", Size: 9}, {ID: "d-2", Name: "落叶", Size: 8}, {ID: "d-3", Name: "风筝", Size: 7}, {ID: "d-9", Name: "早忘了"}},
		Loose:     []radar.Theme{{ID: "d-4", Size: 6}, {ID: "d-5", Size: 5}},
		Dismissed: []radar.Theme{{ID: "d-6", Name: "广告", Status: follow.Dismissed}, {ID: "d-7", Name: "灌水", Status: follow.Dismissed}},
	}
	kept := keptThemes{Themes: []keptTheme{
		{ID: "d-1", Name: "停车难", Named: true, Status: follow.Open},
		{ID: "d-2", Status: follow.Promoted, Promoted: "leaves"},
		{ID: "d-3", Name: "风筝", Status: follow.Open, Into: "d-1"},
		{ID: "d-4", Name: "菜场", Named: true, Status: follow.Open},
		{ID: "d-5", Status: follow.Dismissed},
		{ID: "d-6", Name: "广告", Status: follow.Dismissed},
		{ID: "d-7", Name: "灌水", Status: follow.Open},
	}}
	got := decided(found, kept)
	type line struct {
		ID, Name, Promoted string
		Status             follow.Status
		Size               int
	}
	lines := func(list []radar.Theme) (out []line) {
		for _, t := range list {
			out = append(out, line{t.ID, t.Name, t.Promoted, t.Status, t.Size})
		}
		return out
	}
	want := [][]line{
		{{"d-1", "停车难", "", follow.Open, 9}, {"d-2", "落叶", "leaves", follow.Promoted, 8}, {"d-4", "菜场", "", follow.Open, 6}, {"d-7", "灌水", "", follow.Open, 0}},
		nil,
		{{"d-5", "", "", follow.Dismissed, 5}, {"d-6", "广告", "", follow.Dismissed, 0}},
	}
	if diff := cmp.Diff(want, [][]line{lines(got.Themes), lines(got.Loose), lines(got.Dismissed)}); diff != "" {
		t.Errorf("themes, loose and dismissed (-want +got):\n%s", diff)
	}
	if found.Themes[0].Name != "停车" || len(found.Dismissed) != 2 {
		t.Error("the report that was read is changed: others are reading it")
	}
}
