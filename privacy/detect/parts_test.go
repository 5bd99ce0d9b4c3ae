package detect

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"qingting/privacy/fold"
	"qingting/privacy/internal/babble"
)

// apart is findings without those of names named before, which a part knows
// only as far as it reads.
func apart(fs []Finding) []Finding {
	return slices.DeleteFunc(fs, func(f Finding) bool { return f.Rule == "name.again" })
}

// TestPartsFindWhatTheWholeFinds reads texts in many small parts and at once:
// wherever the seams fall, the findings are the same to the byte.
func TestPartsFindWhatTheWholeFinds(t *testing.T) {
	d := newDetector(t)
	examples := everyRule()
	for i, text := range examples {
		examples[i] = strings.NewReplacer("«", "", "»", "").Replace(text)
	}
	g := babble.New(examples)
	for seed := range uint64(2) {
		rng := rand.New(rand.NewPCG(seed, 1))
		var b strings.Builder
		for n := 0; b.Len() < 80_000; n++ {
			if rng.IntN(2) == 0 {
				b.WriteString(examples[rng.IntN(len(examples))])
			} else {
				b.WriteString(g.Text(babble.Chance(seed<<32|uint64(n), 60)))
			}
			b.WriteString([]string{"\n", "。", "；", "！", "，", " ", "", "?", "\n\n", "\u200b"}[rng.IntN(10)])
		}
		text := b.String()
		whole, _ := d.read(fold.Borrow(text), false)
		for _, size := range []int{2500, 12_000} {
			list := parts(text, size, partReach)
			if len(list) < 4 {
				t.Fatalf("%d parts of %d bytes", len(list), size)
			}
			found, _ := d.inParts(text, list, false)
			if diff := cmp.Diff(apart(slices.Clone(whole)), apart(found)); diff != "" {
				t.Fatalf("seed %d, parts of %d bytes (-whole +parts):\n%s", seed, size, diff)
			}
		}
	}
}

// TestPartsCoverTheText holds parts to what they promise, in texts with and
// without sentences.
func TestPartsCoverTheText(t *testing.T) {
	for _, unit := range []string{"a", "电", "话。", "\n", "\xff", "😀", "1，2 ", "\xe4\xb8"} {
		text := strings.Repeat(unit, 30_000/len(unit)+1)
		at := 0
		for _, p := range parts(text, 1000, 300) {
			if p.start != at || p.end <= p.start || p.from > p.start || p.to < p.end || p.to > len(text) {
				t.Fatalf("%q: part %+v at %d", unit, p, at)
			}
			if p.to < min(len(text), p.end+300-utf8.UTFMax) || p.from > max(0, p.start-300) || p.to-p.from > 5000 {
				t.Fatalf("%q: part %+v reads too little or too much", unit, p)
			}
			if utf8.ValidString(text) && !(utf8.ValidString(text[p.from:p.to]) && utf8.ValidString(text[p.start:p.end])) {
				t.Fatalf("%q: part %+v cuts a rune", unit, p)
			}
			at = p.end
		}
		if at != len(text) {
			t.Fatalf("%q: parts end at %d of %d", unit, at, len(text))
		}
	}
}

// TestALongTextIsReadInParts holds the findings at the seams of a text of
// several parts, and Explain to Detect.
func TestALongTextIsReadInParts(t *testing.T) {
	d := newDetector(t)
	const line = "您好，宽带又断了，请回电13912345678，谢谢\n"
	text := strings.Repeat(line, 3*partSize/len(line))
	found, rejected := d.Explain(text)
	for i := range found {
		found[i].Evidence = nil
	}
	if len(found) != len(text)/len(line) {
		t.Fatalf("%d findings in %d lines", len(found), len(text)/len(line))
	}
	if !slices.IsSortedFunc(rejected, func(a, b Rejection) int { return a.Start - b.Start }) {
		t.Error("rejections are not sorted")
	}
	for i, f := range found {
		if want := i*len(line) + strings.Index(line, "139"); f.Start != want || f.End != want+11 {
			t.Fatalf("finding %d spans %d to %d, want %d", i, f.Start, f.End, want)
		}
	}
	if diff := cmp.Diff(found, d.Detect(text)); diff != "" {
		t.Errorf("Detect and Explain differ:\n%s", diff)
	}
}
