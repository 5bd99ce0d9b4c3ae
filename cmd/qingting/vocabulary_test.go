package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qingting/ingest"
	"qingting/search"
)

// TestLexiconAtRunTime: an analyst accepts a word, the running server reads by
// it at once, the ledger has both, and the index is made anew with it.
func TestLexiconAtRunTime(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	proc := s.start(t)
	s.connect(t)
	s.awaitCustody(t, 1)
	as := func(token string) []string { return []string{"--nats", "nats://" + s.addr, "--token-file", token} }
	operator := as(filepath.Join(s.data()+"-secrets", operatorTokenFile))
	for user, role := range map[string]string{"ma": "analyst", "lin": "officer"} {
		s.run(t, slices.Concat([]string{"users", "add", user, "--role", role, "-o", filepath.Join(s.dir, user+".token")}, operator)...)
	}
	analyst, officer := as(filepath.Join(s.dir, "ma.token")), as(filepath.Join(s.dir, "lin.token"))
	const text = "霁和宝扣费太快，霁和宝怎么退订"
	s.publishOf(t, ingest.Feedback{ID: "1", Source: "crm", Text: text})
	s.processed(t, 1, 0)

	s.fails(t, 2, "--reason", slices.Concat([]string{"lexicon", "accept", "霁和宝"}, analyst)...)
	s.fails(t, 1, "personal data", slices.Concat([]string{"lexicon", "accept", badPhone, "--reason", "新套餐"}, analyst)...)
	s.fails(t, 1, "does not let this user", slices.Concat([]string{"lexicon", "accept", "霁和宝", "--reason", "新套餐"}, officer)...)
	s.run(t, slices.Concat([]string{"lexicon", "accept", "霁和宝", "彩蝶星包 300 n", "--reason", "新套餐"}, analyst)...)
	waitFor(t, s, "another vocabulary", func() bool { return strings.Contains(s.output.String(), "another vocabulary") })
	waitFor(t, s, "the index with the word", func() bool { return strings.Contains(s.output.String(), "is rebuilt and answers") })
	s.publishOf(t, ingest.Feedback{ID: "2", Source: "crm", Text: text})
	s.processed(t, 2, 0)
	s.run(t, slices.Concat([]string{"lexicon", "remove", "彩蝶星包", "--reason", "不再卖"}, analyst)...)
	s.fails(t, 1, "not in the lexicon", slices.Concat([]string{"lexicon", "remove", "彩蝶星包", "--reason", "不再卖"}, analyst)...)
	if list := s.prints(t, append([]string{"lexicon", "list"}, analyst...)...); list != "霁和宝\n" {
		t.Errorf("lexicon list says %q", list)
	}
	s.stop(t, proc)

	// The index was made without the word, and made anew with it beside.
	kept, ok := search.LexiconOf(s.dataFlags().indexDir())
	if !ok || !strings.Contains(string(kept), "霁和宝") {
		t.Errorf("the index has the lexicon %q", kept)
	}
	proc = s.start(t)
	s.awaitCustody(t, 2)
	s.stop(t, proc)
	if out := s.prints(t, "search", "--data", s.data(), "--json", "退订"); strings.Count(out, `"record"`) != 2 {
		t.Errorf("the search finds %s", out)
	}
	seg, err := indexSegmenter(s.dataFlags().indexDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	ix, err := search.Open(s.dataFlags().indexDir(), search.Config{Segmenter: words{seg}})
	if err != nil {
		t.Fatal(err)
	}
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}

	st, err := openStreams(t.Context(), s.dataFlags())
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	byKeyword := map[bool]int{}
	lexicons := map[string]bool{}
	for _, d := range latestDocuments(t, st) {
		byKeyword[slices.Contains(d.Keywords, "霁和宝")]++
		lexicons[d.Lexicon] = true
	}
	if byKeyword[true] != 1 || byKeyword[false] != 1 || len(lexicons) != 2 {
		t.Errorf("with the word %d, without %d, lexicons %d; want one each, by two lexicons", byKeyword[true], byKeyword[false], len(lexicons))
	}
	st.close()
	told := map[string]int{}
	for _, e := range s.entries(t, []string{"--data", s.data()}) {
		if e.Object == "lexicon" {
			told["lexicon "+string(e.Role)]++
		}
		if e.Reason == "a setting changed" {
			told["running"]++
		}
	}
	if told["lexicon analyst"] != 2 || told["running"] < 1 {
		t.Errorf("the ledger has %v", told)
	}
}
