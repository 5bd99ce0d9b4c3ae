package segment

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-ego/gse"
)

// reference is gse itself over the dictionary of the module in the module cache.
func reference(t testing.TB) *gse.Segmenter {
	t.Helper()
	seg := &gse.Segmenter{NotLoadHMM: true, SkipLog: true}
	if err := seg.LoadDictEmbed("zh_s"); err != nil {
		t.Fatal(err)
	}
	return seg
}

// agreement counts the boundaries inside text that both segmentations make or
// leave out alike. Boundaries inside or beside tokens that we read by rules of
// our own (numbers with points, addresses, placeholders, emoji) do not count.
func agreement(ours *Segmenter, theirs *gse.Segmenter, text string) (same, all int) {
	folded := string(AppendFold(nil, text))
	theirEnds := make([]bool, len(folded)+1)
	for _, seg := range theirs.Segment([]byte(folded)) {
		theirEnds[seg.End()] = true
	}
	ourEnds := make([]bool, len(folded)+1)
	skip := make([]bool, len(folded)+1)
	for _, tok := range ours.AppendTokens(nil, folded) {
		ourEnds[tok.End] = true
		if tok.Kind != Word && tok.Kind != Punct {
			for i := tok.Start + 1; i < tok.End; i++ {
				skip[i] = true
			}
		}
	}
	for i := range folded {
		if i == 0 || skip[i] {
			continue
		}
		if theirEnds[i] || ourEnds[i] {
			all++
			if theirEnds[i] == ourEnds[i] {
				same++
			}
		}
	}
	return same, all
}

// TestAgreesWithGSE holds the walk to gse's own Segment over gse's dictionary:
// at least 99.5 % of the boundaries that either makes are made by both.
func TestAgreesWithGSE(t *testing.T) {
	ours, err := New(Plain())
	if err != nil {
		t.Fatal(err)
	}
	theirs := reference(t)
	data, err := os.ReadFile(filepath.Join("testdata", "sentences.txt"))
	if err != nil {
		t.Fatal(err)
	}
	same, all := 0, 0
	for line := range strings.Lines(string(data)) {
		s, a := agreement(ours, theirs, strings.TrimSpace(line))
		if s != a {
			t.Logf("differs: %s", cutWords(ours, strings.TrimSpace(line)))
		}
		same, all = same+s, all+a
	}
	if all < 2000 {
		t.Fatalf("only %d boundaries in the sample, want 2000 or more", all)
	}
	if share := float64(same) / float64(all); share < .995 {
		t.Errorf("%d of %d boundaries agree: %.4f, want at least .995", same, all, share)
	}
}
