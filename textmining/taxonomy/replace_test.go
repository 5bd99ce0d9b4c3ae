package taxonomy

import (
	"slices"
	"strings"
	"testing"
)

// Every theme of the built-in file can be put in its own place, and then says the
// same; with a cue more, nothing outside it changes.
func TestReplace(t *testing.T) {
	data := DefaultYAML()
	tax, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range tax.Themes {
		out, err := Replace(data, e)
		if err != nil {
			t.Fatalf("%s: %v", e.ID, err)
		}
		again, err := Parse(out)
		if err != nil || again.Version() != tax.Version() {
			t.Fatalf("%s says something else: %v", e.ID, err)
		}
		if i > 2 {
			continue
		}
		e.ZH.Cues = append(slices.Clone(e.ZH.Cues), "全新的说法")
		if out, err = Replace(data, e); err != nil {
			t.Fatal(err)
		}
		if again, err = Parse(out); err != nil || again.Version() == tax.Version() || !slices.Contains(again.Entry(e.ID).ZH.Cues, "全新的说法") {
			t.Errorf("%s has no new cue: %v", e.ID, err)
		}
		head, _, _ := strings.Cut(string(data), "- id: "+e.ID)
		if !strings.HasPrefix(string(out), head) {
			t.Errorf("%s: what stands before has changed", e.ID)
		}
	}
	for name, e := range map[string]Entry{
		"no such theme": {ID: "none"},
		"a bad cue":     {ID: tax.Themes[0].ID, ZH: Wording{Name: "名", Cues: []string{"(没有"}}, EN: Wording{Name: "name"}},
		"no name":       {ID: tax.Themes[0].ID},
	} {
		if _, err := Replace(data, e); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := Replace([]byte("x: ["), tax.Themes[0]); err == nil {
		t.Error("what is no taxonomy is taken")
	}
}
