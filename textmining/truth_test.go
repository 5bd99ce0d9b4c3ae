package textmining

import (
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/internal/corpus"
)

var update = flag.Bool("update", false, "write the golden figures")

// counted is what is right, too much and missing of one theme.
type counted struct{ right, extra, missing int }

func (c counted) precision() float64 { return share(c.right, c.right+c.extra) }
func (c counted) recall() float64    { return share(c.right, c.right+c.missing) }
func (c counted) f1() float64        { return share(2*c.right, 2*c.right+c.extra+c.missing) }

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// bin is the tags whose scores lie in one range.
type bin struct {
	tags, right int
	sum         float64
}

// scored holds the annotator against a corpus.
type scored struct {
	themes map[string]*counted
	all    counted
	pairs  map[string]int // what is said → what is heard in its place
	bins   [10]bin
}

func score(a *Annotator, seeds ...uint64) *scored {
	s := &scored{themes: map[string]*counted{}, pairs: map[string]int{}}
	theme := func(id string) *counted {
		if s.themes[id] == nil {
			s.themes[id] = &counted{}
		}
		return s.themes[id]
	}
	for _, seed := range seeds {
		for _, item := range corpus.Generate(seed, corpus.Options{}) {
			var heard, extra []string
			for _, tag := range a.Annotate(item.Text).Themes {
				right := slices.Contains(item.Truth.Themes, tag.ID)
				b := &s.bins[min(int(tag.Score*10), 9)]
				b.tags++
				b.sum += tag.Score
				heard = append(heard, tag.ID)
				if right {
					b.right++
					theme(tag.ID).right++
					s.all.right++
				} else {
					extra = append(extra, tag.ID)
					theme(tag.ID).extra++
					s.all.extra++
				}
			}
			for _, id := range item.Truth.Themes {
				if slices.Contains(heard, id) {
					continue
				}
				theme(id).missing++
				s.all.missing++
				if len(extra) == 0 {
					s.pairs[id+" → nothing"]++
				}
				for _, other := range extra {
					s.pairs[id+" → "+other]++
				}
			}
		}
	}
	return s
}

// calibration is the expected calibration error: how far scores lie from how
// often they are right, weighted by how many there are.
func (s *scored) calibration() float64 {
	n, sum := 0, 0.0
	for _, b := range s.bins {
		n += b.tags
		sum += math.Abs(b.sum - float64(b.right))
	}
	return sum / float64(max(n, 1))
}

func (s *scored) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "micro precision %.3f recall %.3f f1 %.3f\n", s.all.precision(), s.all.recall(), s.all.f1())
	for _, id := range slices.Sorted(maps.Keys(s.themes)) {
		c := s.themes[id]
		fmt.Fprintf(&b, "theme %s precision %.2f recall %.2f f1 %.2f of %d\n", id, c.precision(), c.recall(), c.f1(), c.right+c.missing)
	}
	pairs := slices.SortedFunc(maps.Keys(s.pairs), func(x, y string) int {
		if s.pairs[x] != s.pairs[y] {
			return s.pairs[y] - s.pairs[x]
		}
		return strings.Compare(x, y)
	})
	for _, p := range pairs[:min(25, len(pairs))] {
		fmt.Fprintf(&b, "pair %s %d\n", p, s.pairs[p])
	}
	for i, n := range s.bins {
		if n.tags > 0 {
			fmt.Fprintf(&b, "score %.1f tags %d mean %.3f right %.3f\n", float64(i)/10, n.tags, n.sum/float64(n.tags), share(n.right, n.tags))
		}
	}
	fmt.Fprintf(&b, "calibration error %.3f\n", s.calibration())
	return b.String()
}

// TestThemesOfCorpus holds the default taxonomy against the truth of the built-in
// corpus. Whoever wrote its grammar knows the themes: the figures show that nothing
// is lost from one day to the next, and say nothing of real feedback.
func TestThemesOfCorpus(t *testing.T) {
	a, err := DefaultAnnotator()
	if err != nil {
		t.Fatal(err)
	}
	s := score(a, 1, 2, 3)
	if p, r := s.all.precision(), s.all.recall(); p < 0.90 || r < 0.90 {
		t.Errorf("micro precision %.3f and recall %.3f, want 0.90 of both", p, r)
	}
	if e := s.calibration(); e > 0.05 {
		t.Errorf("scores lie %.3f from how often they are right, at most 0.05 is stated", e)
	}
	const path = "testdata/corpus.txt"
	if *update {
		if err := os.WriteFile(path, []byte(s.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), s.String()); diff != "" {
		t.Errorf("run go test ./textmining -update if this is better (-want +got):\n%s", diff)
	}
}
