package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEvalSearch(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pairs := filepath.Join(dir, "pairs.jsonl")
	if err := os.WriteFile(pairs, []byte(`{"a":"宽带一直断网怎么办","b":"家里宽带一直断网","label":1}
{"a":"宽带一直断网怎么办","b":"话费为什么多扣了","label":0}
{"a":"多扣的话费什么时候退","b":"多扣的话费何时退","label":1}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(c evalSearchCmd) (string, string) {
		t.Helper()
		var out, talk bytes.Buffer
		if err := c.Run(t.Context(), &console{Out: &out, Err: &talk}); err != nil {
			t.Fatal(err)
		}
		return out.String(), talk.String()
	}
	out, _ := run(evalSearchCmd{Files: []string{pairs}, Seed: 1, JSON: true})
	var reports []searchReport
	if err := json.Unmarshal([]byte(out), &reports); err != nil {
		t.Fatal(err)
	}
	r := reports[0]
	if len(reports) != 1 || r.Documents != 3 || r.Queries != 2 || len(r.Engines) != 3 || r.Engines[0].Engine != engineOurs {
		t.Fatalf("report %+v", reports)
	}
	for _, e := range r.Engines {
		if e.Recall != 1 || e.Engine == engineOurs && e.NDCG != 1 {
			t.Errorf("%s: %+v", e.Engine, e)
		}
	}
	if r.NDCGRatio.Value < 1 || r.RecallRatio.Value != 1 {
		t.Errorf("ratio %+v", r.NDCGRatio)
	}

	texts := filepath.Join(dir, "texts.txt")
	if err := os.WriteFile(texts, []byte("宽带报修三次师傅才上门结果还是断网\n月租平白多扣二十块客服说系统出错让我等\n流量明明没用完就限速打游戏根本没法玩了\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	table, talk := run(evalSearchCmd{Files: []string{texts}, KnownItem: true, Queries: 5, Seed: 1})
	for _, want := range []string{"fragments", "glued", "noisy", engineCJK, engineGSE, "recall@50"} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %s:\n%s", want, table)
		}
	}
	if !strings.Contains(talk, "3 documents") {
		t.Errorf("said %q", talk)
	}
	if err := (&evalSearchCmd{Files: []string{pairs}, Queries: -1}).Run(t.Context(), &console{}); err == nil {
		t.Error("a negative number of queries is taken")
	}
}
