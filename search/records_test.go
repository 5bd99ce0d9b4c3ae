package search

import (
	"slices"
	"testing"
)

func TestRecords(t *testing.T) {
	ix := open(t, t.TempDir())
	var changes []Change
	for _, id := range []string{"a", "b", "c", "b"} {
		changes = append(changes, Change{Put: doc(id, "信号差")})
	}
	changes = append(changes, Change{Delete: "c"})
	if err := ix.Apply(t.Context(), changes, 5); err != nil {
		t.Fatal(err)
	}
	var got []string
	for id, err := range ix.Records(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, id)
	}
	slices.Sort(got)
	if want := []string{"a", "b"}; !slices.Equal(got, want) {
		t.Errorf("Records() = %q, want %q", got, want)
	}
}
