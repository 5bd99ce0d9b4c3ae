package pack

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRoundTrip(t *testing.T) {
	words := []Word{{"宽带", 259, "n"}, {"宽", 2, "a"}, {"4s店", 3, "n"}, {"𫖮", 2, "zg"}, {"宽限期", 7, "n"}}
	data, err := Encode(words)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Word{}
	var h Header
	var before []rune
	decode := func(data []byte) error {
		return Decode(data, func(head Header) { h = head }, func(keep int, rest []rune, freq uint32, tag byte) {
			before = append(before[:keep:keep], rest...)
			got[string(before)] = Word{string(before), freq, h.Tags[tag]}
		})
	}
	if err := decode(data); err != nil {
		t.Fatal(err)
	}
	want := map[string]Word{}
	for _, w := range words {
		want[w.Text] = w
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if h.Words != 5 || h.Nodes != 8 || h.Total != 273 {
		t.Errorf("header %+v: want 5 words, 8 nodes, total 273", h)
	}
	for n := range data {
		if decode(data[:n]) == nil {
			t.Errorf("the first %d of %d bytes pass for a dictionary", n, len(data))
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	for _, words := range [][]Word{{{"好", 2, "a"}, {"好", 3, "a"}}, {{"", 2, "a"}}} {
		if _, err := Encode(words); err == nil {
			t.Errorf("%v: no error", words)
		}
	}
}

func FuzzDecode(f *testing.F) {
	data, err := Encode([]Word{{"宽带", 259, "n"}, {"宽限期", 7, "n"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		_ = Decode(data, func(Header) {}, func(int, []rune, uint32, byte) {})
	})
}
