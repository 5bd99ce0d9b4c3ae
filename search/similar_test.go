package search

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestSignificantAndSimilar(t *testing.T) {
	ix := open(t, t.TempDir())
	var changes []Change
	add := func(record, customer, text string) {
		d := doc(record, text)
		d.Customer = customer
		changes = append(changes, Change{Put: d, Seq: 1})
	}
	for i := range 200 {
		text := "套餐资费不合理，客服没有解释"
		if i%4 == 0 {
			text = fmt.Sprintf("网速慢，基站信号弱，⟦手机号⟧第%d次", i)
		}
		if i%40 == 0 {
			text += "，路由器"
		}
		add(fmt.Sprintf("r%03d", i), fmt.Sprintf("c%d", i), text)
	}
	for i := range 20 { // one customer alone says so
		add(fmt.Sprintf("s%d", i), "c0", "网速慢，光猫坏了")
	}
	apply(t, ix, 1, changes...)
	terms, err := ix.Significant(t.Context(), Query{Text: "网速"}, 10)
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]bool)
	for _, term := range terms {
		got[term.Term] = true
		if term.Share <= term.Base || term.Share > 1 {
			t.Errorf("%+v", term)
		}
	}
	if !got["信号"] && !got["基站"] {
		t.Errorf("terms %+v, want 信号 or 基站", terms)
	}
	for _, no := range []string{"网速", "光猫", "套餐", "⟦手机号⟧"} {
		if got[no] {
			t.Errorf("%s is among the terms", no)
		}
	}
	hits, err := ix.Similar(t.Context(), "r004", 5)
	if err != nil || len(hits) != 5 {
		t.Fatalf("%d hits, %v", len(hits), err)
	}
	for _, h := range hits {
		if h.Document.Record == "r004" || h.Score <= 0 || h.Score > 1.0001 || h.Document.Subjects != nil {
			t.Errorf("%s, score %v", h.Document.Record, h.Score)
		}
		if want := !strings.Contains(h.Document.Text, "路由器"); h.NearDuplicate != want {
			t.Errorf("%q near-duplicate %v", h.Document.Text, h.NearDuplicate)
		}
	}
	if _, err := ix.Similar(t.Context(), "none", 5); !errors.Is(err, ErrNoRecord) {
		t.Errorf("of no record: %v", err)
	}
}
