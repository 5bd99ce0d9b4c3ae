package segment

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed data/stop_zh.txt
var stopChinese string

//go:embed data/stop_en.txt
var stopEnglish string

// stopWords is the union of both lists, built at first use.
var stopWords = sync.OnceValue(func() map[string]struct{} {
	set := map[string]struct{}{}
	for _, text := range []string{stopChinese, stopEnglish} {
		for l := range strings.Lines(text) {
			if strings.HasPrefix(l, "#") {
				continue
			}
			for _, w := range strings.Fields(l) {
				set[w] = struct{}{}
			}
		}
	}
	return set
})

// Stop says whether word, Chinese or English, is too common to tell one text
// from another: particles, pronouns, auxiliaries, politeness. Negations and
// degree words are among them: sentiment reads them on its own. Width, case and
// traditional forms are folded.
func Stop(word string) bool {
	set := stopWords()
	if _, ok := set[word]; ok {
		return true
	}
	folded := Fold(word)
	if folded == word {
		return false
	}
	_, ok := set[folded]
	return ok
}
