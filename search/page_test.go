package search

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"qingting/internal/document"
)

// many indexes documents with few different texts, times and ratings, so that
// orders have ties, in several segments.
func many(t testing.TB, ix *Index, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 5))
	texts := []string{"网速慢", "网速太慢了，客服也不管", "话费乱扣", "宽带断网，网速慢", "客服态度好"}
	var changes []Change
	for i := range n {
		d := doc(fmt.Sprintf("r%04d", i), texts[r.IntN(len(texts))]+strings.Repeat("，催了", r.IntN(4)))
		d.Time = time.Date(2026, 1, 1+r.IntN(40), 0, 0, 0, 0, time.UTC)
		if i%17 == 0 {
			d.Time = time.Time{}
		}
		if rating := float64(r.IntN(6)); rating > 0 {
			d.Rating = &rating
		}
		d.Customer = fmt.Sprintf("c%d", r.IntN(n))
		changes = append(changes, Change{Put: d, Seq: uint64(i + 1)})
		if len(changes) == n/3 || i == n-1 {
			apply(t, ix, uint64(i+1), changes...)
			changes = nil
		}
	}
}

// TestCursorsPageThroughAll in every order, each document once, in the order
// that one large page has.
func TestCursorsPageThroughAll(t *testing.T) {
	ix := open(t, t.TempDir())
	many(t, ix, 900)
	for _, text := range []string{"", "网速", `"网速慢" -客服`, "网速 collapse:on"} {
		for _, order := range []string{SortRelevance, SortNewest, SortOldest, SortRating, SortRatingDown} {
			whole, err := ix.Search(t.Context(), Query{Text: text, Sort: order, Size: 1000})
			if err != nil {
				t.Fatal(err)
			}
			q := Query{Text: text, Sort: order, Size: 37}
			var got []string
			for pages := 0; ; pages++ {
				res, err := ix.Search(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				for _, h := range res.Hits {
					got = append(got, h.Document.Record)
				}
				if q.After = res.Next; q.After == "" || pages > 100 {
					break
				}
			}
			if len(got) != len(whole.Hits) {
				t.Fatalf("%q by %s: %d hits in pages, %d at once", text, order, len(got), len(whole.Hits))
			}
			for i, h := range whole.Hits {
				if got[i] != h.Document.Record {
					t.Fatalf("%q by %s: hit %d is %s in pages, %s at once", text, order, i, got[i], h.Document.Record)
				}
			}
		}
	}
}

// TestCursorsHoldWhileDocumentsArrive: none shown twice, none of the old left out.
func TestCursorsHoldWhileDocumentsArrive(t *testing.T) {
	ix := open(t, t.TempDir())
	many(t, ix, 900)
	for _, order := range []string{SortRelevance, SortNewest, SortOldest, SortRating} {
		q := Query{Text: "网速 record:r*", Sort: order, Size: 50}
		first, err := ix.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		seen := make(map[string]bool)
		for page := 0; ; page++ {
			res, err := ix.Search(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range res.Hits {
				if seen[h.Document.Record] {
					t.Fatalf("%s: %s is shown twice", order, h.Document.Record)
				}
				seen[h.Document.Record] = true
			}
			if q.After = res.Next; q.After == "" {
				break
			}
			// What arrives is first, last or anywhere.
			d := doc(fmt.Sprintf("x%s%d", order, page), "网速慢，网速慢，网速慢")
			d.Time = time.Date(2025+page%3, 1, 20, 0, 0, 0, 0, time.UTC)
			apply(t, ix, ix.Checkpoint()+1, Change{Put: d, Seq: 1})
		}
		if uint64(len(seen)) != first.Total {
			t.Errorf("%s: %d shown of %d", order, len(seen), first.Total)
		}
	}
}

func TestCursorsThatAreNone(t *testing.T) {
	ix := open(t, t.TempDir())
	many(t, ix, 100)
	res, err := ix.Search(t.Context(), Query{Text: "网速", Size: 5})
	if err != nil || res.Next == "" {
		t.Fatalf("no cursor: %v", err)
	}
	flipped := []byte(res.Next)
	flipped[9] ^= 1
	for name, q := range map[string]Query{
		"nothing of the kind":     {Text: "网速", After: "weiter"},
		"cut off":                 {Text: "网速", After: res.Next[:len(res.Next)-3]},
		"changed":                 {Text: "网速", After: string(flipped)},
		"of another query":        {Text: "话费", After: res.Next},
		"of another order":        {Text: "网速", Sort: SortNewest, After: res.Next},
		"much too long to be one": {Text: "网速", After: strings.Repeat("A", 10_000)},
	} {
		if _, err := ix.Search(t.Context(), q); !errors.Is(err, ErrCursor) {
			t.Errorf("%s: %v, want ErrCursor", name, err)
		}
	}
}

func TestCollapse(t *testing.T) {
	ix := open(t, t.TempDir())
	template := "尊敬的客服，我的号码⟦手机号·%s⟧被无故停机三天，多次致电10086没有结果，要求赔偿并恢复通话"
	var changes []Change
	for i := range 30 {
		d := doc(fmt.Sprintf("r%02d", i), fmt.Sprintf(template, fmt.Sprintf("kqzmwt%c%c", 'a'+i%26, 'a'+i/26)))
		if i%5 == 0 {
			d.Text += "，谢谢"
		}
		changes = append(changes, Change{Put: d, Seq: 1})
	}
	for i, text := range []string{"宽带停机，三天没人修", "停机", "停机", "停机了"} {
		changes = append(changes, Change{Put: doc(fmt.Sprintf("s%d", i), text), Seq: 1})
	}
	apply(t, ix, 1, changes...)
	for _, q := range []Query{{Text: "停机 collapse:on"}, {Text: "停机 重复:折叠"}, {Text: "停机", Collapse: true}, {Text: "停机 sort:newest", Collapse: true}} {
		res, err := ix.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		more := map[int]int{}
		sum := 0
		for _, h := range res.Hits {
			more[h.Duplicates]++
			sum += 1 + h.Duplicates
		}
		if len(res.Hits) != 4 || more[29] != 1 || more[1] != 1 || uint64(sum) != res.Total {
			t.Errorf("%q: %d hits, with duplicates %v", q.Text, len(res.Hits), more)
		}
	}
	if res, err := ix.Search(t.Context(), Query{Text: "停机 collapse:off", Size: 50}); err != nil || len(res.Hits) != 34 {
		t.Errorf("collapse:off: %v", err)
	}
}

func TestBudget(t *testing.T) {
	ix := open(t, t.TempDir())
	many(t, ix, 200)
	_, err := ix.Search(t.Context(), Query{Text: "网速", Budget: time.Nanosecond})
	if !errors.Is(err, ErrBudget) || !strings.Contains(err.Error(), "narrow") {
		t.Errorf("with no time: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	if _, err := ix.Search(ctx, Query{Text: "网速"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("past the caller's own deadline: %v", err)
	}
}

func TestNotesOnUnknownValues(t *testing.T) {
	ix := open(t, t.TempDir())
	d := doc("r1", "网速慢")
	d.Channel, d.Themes = "hotline", []document.Tag{{ID: "network-speed"}}
	apply(t, ix, 1, Change{Put: d, Seq: 1})
	for text, want := range map[string]string{
		"channel:hotlne":                 `no feedback has channel:hotlne; did you mean "hotline"?`,
		"-theme:Network-Sped":            `no feedback has theme:Network-Sped; did you mean "network-speed"?`,
		"has:ratng":                      `no feedback has has:ratng; did you mean "rating"?`,
		"channel:qqqqqqqq":               "no feedback has channel:qqqqqqqq",
		"channel:HOTLINE theme:network*": "",
	} {
		res, err := ix.Search(t.Context(), Query{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, n := range res.Notes {
			got += n.String()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
