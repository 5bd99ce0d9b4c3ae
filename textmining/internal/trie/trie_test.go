package trie

import "testing"

func TestTrie(t *testing.T) {
	tr := New(64)
	words := map[string]uint32{"宽": 1, "宽带": 2, "宽带慢": 3, "𫖮𫖮": 4, "not good": 5}
	for w, v := range words {
		tr.Add([]rune(w), v, byte(v+10))
	}
	tr.Add([]rune("宽带"), 9, 19)
	words["宽带"] = 9
	tr.Seal()
	for w, v := range words {
		if got := tr.Find([]rune(w)); got != v {
			t.Errorf("Find(%q) = %d, want %d", w, got, v)
		}
		s := Root()
		for _, r := range w {
			s = tr.Step(s, r)
		}
		if s.Dead() || s.Value != v || tr.Tag(s.Node()) != byte(v+10) {
			t.Errorf("%q: state %+v, tag %d", w, s, tr.Tag(s.Node()))
		}
	}
	for _, w := range []string{"", "带", "宽带慢慢", "not", "𫖮"} {
		if got := tr.Find([]rune(w)); got != 0 {
			t.Errorf("Find(%q) = %d, want none", w, got)
		}
	}
	if s := tr.Step(Root(), '宽'); s.Leaf() {
		t.Error("宽 is a leaf, but 宽带 goes on")
	}
}

// TestSorted fills by Grow, as from a sorted dictionary.
func TestSorted(t *testing.T) {
	tr := New(3)
	a := tr.Grow(tr.RootNode(), 'a')
	tr.Set(a, 7, 0)
	ab := tr.Grow(a, 'b')
	tr.Set(ab, 8, 0)
	if tr.Find([]rune("a")) != 7 || tr.Find([]rune("ab")) != 8 {
		t.Error("what Grow and Set put in is not found")
	}
}
