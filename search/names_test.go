package search

import (
	"fmt"
	"path/filepath"
	"testing"

	"qingting/internal/document"
)

// What only one person's documents had, however many they were, leaves the files
// with them; what others have too stays, and is read as before.
func TestErasedNamesLeaveTheTable(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	ix := openSmall(t, dir, 100)
	made := func(i int) *document.Document {
		d := doc(fmt.Sprintf("r%03d", i), "网速太慢")
		d.Source, d.Channel, d.Epoch = "crm", "电话", "e1"
		if i%2 == 0 { // of one person
			d.Source, d.Channel, d.Region, d.Product = "zzsourcezz", "zzchannelzz", "zzregionzz", "zzproductzz"
			d.Attributes = map[string]string{"zzkeyzz": "值"}
			d.Redactions = []document.Redaction{{Field: "zzkeyzz", Type: "MOBILE", Action: "tag", Rule: "mobile"}}
		}
		return d
	}
	const n = 4 * often
	for i := range n {
		apply(t, ix, uint64(i+1), Change{Put: made(i), Seq: uint64(i + 1)})
	}
	planted := []string{"zzsourcezz", "zzchannelzz", "zzregionzz", "zzproductzz"}
	for _, s := range planted {
		if _, ok := ix.store.names.ids[chosen+s]; !ok {
			t.Fatalf("%s is not in the table: the test shows nothing", s)
		}
	}
	var erased []Change
	for i := 0; i < n; i += 2 {
		erased = append(erased, Change{Delete: fmt.Sprintf("r%03d", i), Purge: true})
	}
	apply(t, ix, n+1, erased...)
	if err := ix.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ix.MustPurge() {
		t.Error("it is still due")
	}
	check := func() {
		t.Helper()
		for _, s := range append(planted, "zzkeyzz") {
			if inFiles(t, dir, s) {
				t.Errorf("the files hold %s", s)
			}
		}
		for d, err := range ix.Stored(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if d.Source != "crm" || d.Channel != "电话" || d.Epoch != "e1" {
				t.Fatalf("%s reads %q %q %q", d.Record, d.Source, d.Channel, d.Epoch)
			}
		}
		if n, _ := ix.Count(); n != 2*often {
			t.Errorf("%d documents", n)
		}
	}
	check()
	// What comes after is numbered anew, and is there after the next start.
	for i := range n / 2 {
		d := made(2*i + 1)
		d.Product = "校园卡"
		apply(t, ix, uint64(n+2+i), Change{Put: d, Seq: uint64(n + 2 + i)})
	}
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	ix = openSmall(t, dir, 100)
	check()
	if got := len(ofCampus(t, ix)); got != n/2 {
		t.Errorf("%d documents of the product, want %d", got, n/2)
	}
}

func ofCampus(t *testing.T, ix *Index) (found []string) {
	t.Helper()
	for h, err := range ix.Each(t.Context(), Query{Text: "product:校园卡"}) {
		if err != nil {
			t.Fatal(err)
		}
		if h.Document.Product != "校园卡" {
			t.Errorf("%s reads product %q", h.Document.Record, h.Document.Product)
		}
		found = append(found, h.Document.Record)
	}
	return found
}
