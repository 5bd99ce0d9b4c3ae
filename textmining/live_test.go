package textmining

import (
	"strings"
	"sync"
	"testing"
)

// TestLive swaps while texts are read: each is read by one Annotator alone.
func TestLive(t *testing.T) {
	const text = "霁和宝扣费太快，宽带又断网"
	one, err := DefaultAnnotator()
	if err != nil {
		t.Fatal(err)
	}
	other, err := Load(Sources{Lexicon: []byte("霁和宝\n")})
	if err != nil {
		t.Fatal(err)
	}
	live := NewLive(one)
	was, is := one.Annotate(text), other.Annotate(text)
	if was.Lexicon == is.Lexicon || strings.Join(was.Keywords, " ") == strings.Join(is.Keywords, " ") {
		t.Fatalf("the lexicon changes nothing: %v, %v", was.Keywords, is.Keywords)
	}
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for range 300 {
				got := live.Annotate(text)
				want := was
				if got.Lexicon == is.Lexicon {
					want = is
				}
				if strings.Join(got.Keywords, " ") != strings.Join(want.Keywords, " ") {
					t.Errorf("lexicon %s, keywords %v", got.Lexicon, got.Keywords)
				}
			}
		})
	}
	for i := range 200 {
		live.Swap([]*Annotator{one, other}[i%2])
	}
	readers.Wait()
	if live.Annotator() != other || live.Annotate(text).Lexicon != is.Lexicon {
		t.Error("the last one is not in place")
	}
}

// TestLoad: a taxonomy of the settings counts before a file's; a word must read
// as one.
func TestLoad(t *testing.T) {
	if _, err := Load(Sources{Lexicon: []byte("⟦手机号⟧")}); err == nil {
		t.Error("a placeholder is taken for a word")
	}
	if _, err := Load(Sources{Taxonomy: []byte("themes: 3")}); err == nil {
		t.Error("no taxonomy is taken for one")
	}
}
