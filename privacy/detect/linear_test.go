package detect

import (
	"strings"
	"sync"
	"testing"
)

// hard are texts that invite a rule to look twice: runs of digits, repeated
// labels, chains of points, nested overlaps.
var hard = map[string]string{
	"digits":      strings.Repeat("1", 4000),
	"spaced":      strings.Repeat("1 3 8 0 ", 500),
	"mobiles":     strings.Repeat("13912345678", 400),
	"lines":       strings.Repeat("13912345678\n", 400),
	"labels":      strings.Repeat("密码pwd/", 500),
	"ats":         strings.Repeat("at.", 1300),
	"colons":      strings.Repeat("a:", 2000),
	"numerals":    strings.Repeat("一三", 700),
	"births":      strings.Repeat("1990年生", 400),
	"qq":          strings.Repeat("qq 1", 1000),
	"placeholder": strings.Repeat("⟦手机号⟧1", 300),
	"invalid":     strings.Repeat("\xff1", 2000),
}

func TestHardTextsKeepTheInvariants(t *testing.T) {
	d := newDetector(t)
	for name, text := range hard {
		t.Run(name, func(t *testing.T) { invariants(t, d, text) })
	}
}

// BenchmarkDetectHard shows whether time grows with the square of the text:
// the two sizes must run at about the same speed.
func BenchmarkDetectHard(b *testing.B) {
	for name, text := range hard {
		for _, n := range []int{1, 8} {
			b.Run(name+"/"+string(rune('0'+n)), func(b *testing.B) { bench(b, strings.Repeat(text, n)) })
		}
	}
}

// TestDetectorIsSafeForConcurrentUse is for the race detector, and for pooled
// space that leaks from one text into another.
func TestDetectorIsSafeForConcurrentUse(t *testing.T) {
	d := newDetector(t)
	want := marked(dense, d.Detect(dense))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if got := marked(dense, d.Detect(dense)); got != want {
					t.Errorf("got %s", got)
				}
				if got := d.Detect(clean); len(got) != 0 {
					t.Errorf("%d findings in a clean text", len(got))
				}
			}
		})
	}
	wg.Wait()
}
