package main

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/textmining/segment"
)

func TestReadCut(t *testing.T) {
	lines, err := readCut(strings.NewReader("\uFEFF宽带  又  断网  了\n\n{\"words\":[\"call\",\"the\",\"客服\"]}\n{\"text\":\"没有切分\"}\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []cutLine{
		{"宽带又断网了", []segment.Span{{Start: 0, End: 6}, {Start: 6, End: 9}, {Start: 9, End: 15}, {Start: 15, End: 18}}},
		{"call the客服", []segment.Span{{Start: 0, End: 4}, {Start: 5, End: 8}, {Start: 8, End: 14}}},
		{"没有切分", nil},
	}
	if diff := cmp.Diff(want, lines, cmp.AllowUnexported(cutLine{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, bad := range []string{"", "\n \n", "{\"text\":\"\"}", "{", "{\"words\":\"宽带 断网\"}"} {
		if _, err := readCut(strings.NewReader(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		} else if strings.Contains(err.Error(), "宽带") {
			t.Errorf("the error repeats the text: %v", err)
		}
	}
}

// TestSegmentScore counts by hand: 宽带|又|断网|了 cut as 宽带|又断|网|了 has two
// words of four right.
func TestSegmentScore(t *testing.T) {
	gold := joinWords([]string{"宽带", "又", "断网", "了"}).words
	found := joinWords([]string{"宽带", "又断", "网", "了"}).words
	var s segmentScore
	s.add(gold, found)
	s.add(joinWords([]string{"很", "慢"}).words, joinWords([]string{"很慢"}).words)
	s.finish()
	if s.right != 2 || s.Words != 5 || s.gold != 6 {
		t.Errorf("right %d, words %d, gold %d", s.right, s.Words, s.gold)
	}
	if p, r := 2./5, 2./6; s.Precision != p || s.Recall != r || math.Abs(s.F1-2*p*r/(p+r)) > 1e-12 {
		t.Errorf("P %v R %v F1 %v", s.Precision, s.Recall, s.F1)
	}
	same, either := agree("宽带又断网了", gold, found, 0, 0)
	if same != 2 || either != 4 { // after 宽带 and 断网; 又 and 又断 are one's own
		t.Errorf("agreement %d of %d", same, either)
	}
}
