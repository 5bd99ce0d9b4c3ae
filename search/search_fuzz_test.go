package search

import (
	"errors"
	"testing"
	"time"
)

// FuzzSearch runs any query through all of Search: no panic, no error but a
// mistake, a search too broad or one out of time, and none over its time by
// more than a margin.
func FuzzSearch(f *testing.F) {
	ix := open(f, f.TempDir())
	many(f, ix, 600)
	for _, seed := range []string{
		"", "网速", `"网速慢" OR (客服 -态度) channel:a*,b`, "NOT 网速 sort:rating collapse:on", `-"网速 慢" has:pii`, "rating:>=2 date:..2026-01-20",
		"一 OR 二 OR 三", "a* b* c*", "网速慢网速慢网速慢网速慢网速慢", "⟦手机号⟧", "theme:\"x y\",z", "网 速", `"的" "了"`, `-("网速慢" OR NOT "客服态度")`,
	} {
		f.Add(seed, uint8(0))
		f.Add(seed, uint8(1))
	}
	const budget, margin = 2 * time.Second, 2 * time.Second
	f.Fuzz(func(t *testing.T, text string, order uint8) {
		orders := []string{SortRelevance, SortNewest, SortOldest, SortRating, SortRatingDown}
		q := Query{Text: text, Sort: orders[int(order)%len(orders)], Facets: FacetNames(), Size: 7, Budget: budget}
		begin := time.Now()
		res, err := ix.Search(t.Context(), q)
		if took := time.Since(begin); took > budget+margin {
			t.Errorf("took %v", took)
		}
		var mistake *SyntaxError
		if err != nil {
			if !errors.As(err, &mistake) && !errors.Is(err, ErrTooBroad) && !errors.Is(err, ErrBudget) {
				t.Fatal(err)
			}
			return
		}
		if uint64(len(res.Hits)) > res.Total || res.Next != "" && len(res.Hits) != q.Size {
			t.Errorf("%d hits of %d, next %q", len(res.Hits), res.Total, res.Next)
		}
		if q.After = res.Next; q.After != "" {
			next, err := ix.Search(t.Context(), q)
			if err != nil && !errors.Is(err, ErrBudget) {
				t.Fatal(err)
			}
			if err == nil && len(next.Hits) == 0 {
				t.Error("the next page is empty")
			}
		}
	})
}
