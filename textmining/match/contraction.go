package match

import "strings"

// contractions are the other ways of writing what a cue writes with an apostrophe.
// "we're" and "I'll" are left out: without it they are other words.
var contractions = [...]struct {
	from string
	to   []string
}{
	{"can't", []string{"cant", "cannot", "can not"}},
	{"won't", []string{"wont", "will not"}},
	{"n't", []string{"nt", " not"}},
	{"i'm", []string{"im", "i am"}},
	{"'ve", []string{"ve", " have"}},
	{"it's", []string{"its", "it is"}},
}

// spellings returns text and how else its contractions are written: as people
// type them (dont, cant) and in full (do not, cannot). One that occurs more than
// once is written alike everywhere.
func spellings(text string) []string {
	if strings.IndexByte(text, '\'') < 0 {
		return []string{text}
	}
	out := []string{text}
	for _, c := range contractions {
		for _, s := range out {
			if !strings.Contains(s, c.from) || c.from == "n't" && (strings.Contains(s, "can't") || strings.Contains(s, "won't")) {
				continue
			}
			for _, to := range c.to {
				out = append(out, strings.ReplaceAll(s, c.from, to))
			}
		}
	}
	return out
}
