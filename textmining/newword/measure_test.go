package newword

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qingting/textmining/segment"
)

// texts reads the field "text" of a JSONL file.
func texts(t testing.TB, path string) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []string
	in := bufio.NewScanner(f)
	in.Buffer(nil, 16<<20)
	for in.Scan() {
		var row struct {
			Text string `json:"text"`
		}
		if err := json.Unmarshal(in.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		all = append(all, row.Text)
	}
	return all
}

// whole says which terms stand for whole words of the lexicons: those that a
// lexicon holds, and those whose ends lie on the ends of words where they occur,
// in half of the places at least.
func whole(seg *segment.Segmenter, all []string, terms []Term) (words, uncut map[string]bool) {
	words, uncut = map[string]bool{}, map[string]bool{}
	on, off := map[string]int{}, map[string]int{}
	for _, t := range terms {
		if _, ok := seg.Bits(t.Text); ok {
			words[t.Text] = true
		}
	}
	var tokens []segment.Token
	for _, text := range all {
		text = segment.Fold(text)
		tokens = seg.AppendTokens(tokens[:0], text)
		ends := map[int]bool{0: true}
		for _, t := range tokens {
			ends[t.End] = true
		}
		for _, t := range terms {
			for at := 0; ; {
				i := strings.Index(text[at:], t.Text)
				if i < 0 {
					break
				}
				if at += i; ends[at] && ends[at+len(t.Text)] {
					on[t.Text]++
				} else {
					off[t.Text]++
				}
				at += len(t.Text)
			}
		}
	}
	for _, t := range terms {
		uncut[t.Text] = words[t.Text] || on[t.Text] > 0 && on[t.Text] >= off[t.Text]
	}
	return words, uncut
}

// TestMeasured mines the development texts, whose directory QINGTING_DATA names,
// with the dictionary's words hidden, and asks the dictionary about the best 200.
func TestMeasured(t *testing.T) {
	dir := os.Getenv("QINGTING_DATA")
	if dir == "" {
		t.Skip("QINGTING_DATA does not name the development data; TestPlanted needs none")
	}
	seg, err := segment.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"themes_zh/online_shopping_10cats", "sentiment_zh/chnsenticorp_hotel", "sentiment_zh/waimai_10k",
		"topics_zh/thucnews_titles", "telecom_zh/stc3_weibo_helpdesk", "themes_zh/teddy_citizen_stream", "themes_zh/bdci_car_aspects",
		"ner_zh/cluener", "ner_zh/msra", "ner_zh/weibo_ner", "pii_zh/privacy_bdci2020", "topics_zh/fewclue_tnews", "topics_zh/fewclue_csldcp",
		"retrieval_zh/teddy_message_reply",
	} {
		all := texts(t, filepath.Join(dir, name+".jsonl"))
		m := New(Config{Segmenter: seg, All: true})
		for _, text := range all {
			m.Add(Document{Text: text})
		}
		terms := m.Terms(200)
		words, uncut := whole(seg, all, terms)
		good := 0
		for _, ok := range uncut {
			if ok {
				good++
			}
		}
		t.Logf("%-36s of %d terms %.3f are in the dictionary, %.3f cut no word", name, len(terms), float64(len(words))/float64(len(terms)), float64(good)/float64(len(terms)))
		if os.Getenv("SHOW") != "" {
			var unknown []string
			for _, x := range terms {
				if !words[x.Text] {
					unknown = append(unknown, fmt.Sprintf("%s(%d %.1f %.1f)", x.Text, x.Count, x.Cohesion, min(x.Left, x.Right)))
				}
			}
			t.Logf("not in the dictionary: %s", strings.Join(unknown, " "))
		}
	}
}
