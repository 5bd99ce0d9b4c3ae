package search

import (
	"fmt"
	"testing"
)

func TestFrequentWordsAreOfManyCustomers(t *testing.T) {
	ix := open(t, t.TempDir())
	var changes []Change
	put := func(text, customer string) {
		d := doc(fmt.Sprintf("r%d", len(changes)), text)
		d.Customer = customer
		changes = append(changes, Change{Put: d, Seq: uint64(len(changes) + 1)})
	}
	for i := range 6 {
		put("话费 charges ⟦手机号⟧ 13号", fmt.Sprint("c", i)) // of six customers
		put("流量 refund", fmt.Sprint("c", i%2))          // of two
		put("套餐", "")                                   // of unknown ones
	}
	apply(t, ix, uint64(len(changes)), changes[:9]...)
	apply(t, ix, uint64(len(changes)), changes[9:]...) // another segment
	got, err := ix.Frequent(t.Context(), 5, 100)
	if err != nil {
		t.Fatal(err)
	}
	if s := fmt.Sprint(got); s != "[{charges 6} {套餐 6} {话费 6}]" {
		t.Errorf("frequent are %s", s)
	}
	if got, err = ix.Frequent(t.Context(), 5, 1); err != nil || len(got) != 1 {
		t.Errorf("the first: %v %v", got, err)
	}
}
