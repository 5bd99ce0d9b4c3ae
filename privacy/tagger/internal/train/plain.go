package main

import (
	"path/filepath"
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise/name"
	"qingting/privacy/rule"
	"qingting/privacy/tagger/internal/sequence"
)

// plain are sets of feedback without labels of names, and how many rows of each
// are read. Others of their rows are never seen.
var plain = []struct {
	file string
	rows int
}{
	{"telecom_zh/stc3_weibo_helpdesk.jsonl", 2300},
	{"themes_zh/online_shopping_10cats.jsonl", 6000},
	{"themes_zh/teddy_citizen_stream.jsonl", 1000},
	{"themes_zh/bdci_car_aspects.jsonl", 2500},
	{"sentiment_zh/waimai_10k.jsonl", 3000},
	{"sentiment_zh/chnsenticorp_hotel.jsonl", 1500},
}

// unlabelled reads feedback that nobody labelled, with what the rules of names
// say of it: what they find is a name, what they doubt may be one, and the rest
// is none. It teaches how people write feedback, not what a name is.
func unlabelled(dir string) ([]row, error) {
	names := name.New()
	var rows []row
	for _, src := range plain {
		n := 0
		err := eachLine(filepath.Join(dir, src.file), func(l labelled) {
			if l.Cat == "书籍" || foldOf(l.Text) < 2 || n >= src.rows {
				return
			}
			n++
			texts := []string{l.Text}
			for _, t := range l.Turns {
				if t.Text != l.Text {
					texts = append(texts, t.Text)
				}
			}
			for _, text := range texts {
				rows = append(rows, row{text: text, spans: byRules(names, text), set: feedback, fold: foldOf(l.Text)})
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// byRules are the names that the rules find or doubt.
func byRules(names *name.Recogniser, text string) []span {
	var spans []span
	t := fold.New(text)
	names.Recognise(t, true, func(c rule.Candidate) {
		doubted := c.Rejected == name.Public || c.Rejected == name.ReadsAsWords && c.End-c.Start > 2
		if c.Rejected != "" && !doubted || strings.Contains(c.Rule, "latin") {
			return
		}
		from, to := t.Span(c.Start, c.End)
		spans = append(spans, span{from, to, sequence.Person, doubted || c.Confidence < 0.6})
	})
	return spans
}
