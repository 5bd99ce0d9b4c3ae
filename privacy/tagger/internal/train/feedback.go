package main

import (
	"path/filepath"
	"slices"
	"strings"

	"qingting/internal/corpus"
	"qingting/privacy/tagger/internal/sequence"
)

// generated returns feedback from the built-in corpus, names and addresses known.
func generated(seed uint64, items int) []row {
	var rows []row
	kinds := map[string]sequence.Kind{"PERSON_NAME": sequence.Person, "ADDRESS": sequence.Address}
	for _, it := range corpus.Generate(seed, corpus.Options{Items: items}) {
		if it.Truth.Language != "zh" || it.Truth.DuplicateOf != "" {
			continue
		}
		l := labelled{Text: it.Text}
		for _, s := range it.Truth.Spans {
			if s.Field == "" {
				l.Spans = append(l.Spans, struct {
					Start int    `json:"start"`
					End   int    `json:"end"`
					Type  string `json:"type"`
				}{s.Start, s.End, s.Type})
			}
		}
		rows = append(rows, makeRow(l, feedback, kinds, nil))
	}
	return rows
}

// carriers are words around an address, as feedback puts them.
var carriers = []string{
	"%s", "我家住%s，宽带又断了", "地址：%s", "装机地址是%s，一直没人来", "%s，请尽快派师傅上门", "收货地址%s，电话打不通", "我在%s，手机完全没信号",
	"请寄到%s", "住在%s的用户都反映网速慢", "移机到%s要多久", "联系地址为%s。", "派人来%s看看光猫",
}

// addresses puts the addresses of a set that goes down to the door into words.
func addresses(dir string) ([]row, error) {
	var rows []row
	n := 0
	err := eachLine(filepath.Join(dir, "ner_zh/address_parsing.jsonl"), func(l labelled) {
		at := make([]int, 0, len(l.Text)+1)
		for i := range l.Text {
			at = append(at, i)
		}
		at = append(at, len(l.Text))
		first, last := -1, -1
		for i, s := range l.Spans {
			switch s.Type {
			case "redundant", "assist", "person", "otherinfo", "country":
				continue
			case "roadno", "subroadno", "subRoadno", "houseno", "cellno", "floorno", "roomno":
				last = i
			}
			if first < 0 {
				first = i
			}
		}
		if last < 0 || first < 0 || l.Spans[last].End >= len(at) {
			return
		}
		from, to := at[l.Spans[first].Start], at[l.Spans[last].End]
		before, behind, _ := strings.Cut(carriers[n%len(carriers)], "%s")
		n++
		r := row{text: before + l.Text[from:to] + behind, set: feedback, fold: foldOf(l.Text)}
		r.spans = []span{{len(before), len(before) + to - from, sequence.Address, false}}
		rows = append(rows, r)
	})
	return rows, err
}

// thin keeps every nth row of those that train.
func thin(rows []row, n int) []row {
	i := 0
	return slices.DeleteFunc(rows, func(r row) bool {
		if r.fold < 2 {
			return false
		}
		i++
		return i%n != 0
	})
}
