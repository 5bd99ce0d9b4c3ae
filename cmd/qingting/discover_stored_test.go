package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"qingting/ingest"
	"qingting/privacy/audit"
)

// The invented topics, which the built-in taxonomy does not have.
var unheardOf = [3][6]string{
	{"鱼摊腥味重", "菜场积水", "摊主缺斤短两", "菜叶乱丢", "活禽宰杀", "地面湿滑"},
	{"枫树遮光", "落叶堵水沟", "树枝压屋顶", "毛虫掉落", "树根拱砖", "花粉过敏"},
	{"风筝缠树", "放飞断线", "风筝节拥挤", "线轴割手", "彩带飘落", "看台太远"},
}

// publishUnheardOf has customers speak of a topic, n times in all.
func (s *site) publishUnheardOf(t *testing.T, topic, n, customers int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(uint64(topic), 1))
	for i := range n {
		said, some := unheardOf[topic], rng.Perm(6)
		s.publishOf(t, ingest.Feedback{
			ID: fmt.Sprintf("t%d-%d", topic, i), Source: "crm", Customer: map[string]string{"id": fmt.Sprintf("k%d-%d", topic, i%customers)},
			Text: fmt.Sprintf("%[1]s%[2]s，%[1]s%[3]s，%[1]s%[4]s", [...]string{"社区菜场", "路边枫树", "草坪风筝"}[topic], said[some[0]], said[some[1]], said[some[2]]),
			Time: time.Date(2026, 3, 1+i%20, 9, i, topic, 0, ingest.China),
		})
	}
}

// TestDiscoverStored: an analyst has a running server look for themes, which
// keeps them over a restart and puts one into its taxonomy. Of three customers
// nothing is told; the ledger has all that changed.
func TestDiscoverStored(t *testing.T) {
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
	analyst := as(filepath.Join(s.dir, "ma.token"))
	s.publishUnheardOf(t, 0, 30, 30)
	s.publishUnheardOf(t, 1, 24, 24)
	s.publishUnheardOf(t, 2, 15, 3)
	s.publishOf(t, ingest.Feedback{ID: "bill", Source: "crm", Text: "宽带网速太慢，经常断网", Time: time.Date(2026, 3, 20, 9, 0, 0, 0, ingest.China)})
	s.publishOf(t, ingest.Feedback{ID: "old", Source: "crm", Text: "鱼摊腥味重，菜场积水", Time: time.Date(2025, 12, 1, 9, 0, 0, 0, ingest.China)})
	s.processed(t, 71, 0)

	find := func(where []string, more ...string) (d discovery) {
		t.Helper()
		out := s.prints(t, slices.Concat([]string{"discover", "-k", "3", "--customers", "1", "--json"}, where, more)...)
		if err := json.Unmarshal([]byte(out), &d); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		for _, said := range unheardOf[2] {
			if strings.Contains(out, said) {
				t.Errorf("what three customers say is told: %s", out)
			}
		}
		return d
	}
	first := find(analyst)
	if first.Texts != 69 || first.Withheld != 1 || len(first.Clusters) != 2 || first.Clusters[0].Size != 30 || first.Clusters[0].Followed != "d-1" || first.K != serverK {
		t.Fatalf("found %+v", first)
	}
	s.fails(t, 1, "does not let this user", slices.Concat([]string{"discover"}, as(filepath.Join(s.dir, "lin.token")))...)
	s.fails(t, 2, "--reason", slices.Concat([]string{"discover", "rename", "d-1", "菜场"}, analyst)...)
	s.fails(t, 1, "personal data", slices.Concat([]string{"discover", "rename", "d-1", badPhone, "--reason", "试"}, analyst)...)
	s.run(t, slices.Concat([]string{"discover", "rename", "d-1", "菜场脏乱", "--reason", "名字不清"}, analyst)...)
	s.stop(t, proc)

	// The themes are those of before, of a stopped server as of one that was
	// started again.
	if d := find([]string{"--data", s.data()}); d.Run != 2 || d.Clusters[0].Followed != "d-1" || d.Clusters[0].Name != "菜场脏乱" || len(d.Events) != 0 {
		t.Errorf("of the data directory: %+v", d)
	}
	proc = s.start(t)
	s.awaitCustody(t, 2)
	if d := find(analyst); d.Run != 3 || d.Clusters[1].Followed != first.Clusters[1].Followed {
		t.Errorf("after a restart: %+v", d)
	}
	if d := find(analyst, "--days", "150", "--all"); d.Texts != 71 {
		t.Errorf("all of it: %d texts, want 71", d.Texts)
	}
	find(analyst)

	file := filepath.Join(s.dir, "draft.yaml")
	s.run(t, slices.Concat([]string{"discover", "promote", "d-1", "--as", "market", "--reason", "先看看", "-o", file}, analyst)...)
	if list := s.prints(t, slices.Concat([]string{"discover", "list"}, analyst)...); strings.Contains(list, "promoted") {
		t.Errorf("a draft in a file counts as promoted: %s", list)
	}
	out := s.run(t, slices.Concat([]string{"discover", "promote", "d-1", "--as", "market", "--reason", "反复出现"}, analyst)...)
	if !strings.Contains(out, "market") || !strings.Contains(out, "new alone") {
		t.Errorf("promote says %s", out)
	}
	waitFor(t, s, "another vocabulary", func() bool { return strings.Contains(s.output.String(), "another vocabulary") })
	if d := find(analyst); d.Texts >= 55 {
		t.Errorf("%d texts are without a theme, though one was promoted", d.Texts)
	}
	s.run(t, slices.Concat([]string{"themes", "apply", "--remove", "--kind", "taxonomy", "--reason", "撤回"}, analyst)...)
	s.run(t, slices.Concat([]string{"themes", "apply", file, "--reason", "审过"}, analyst)...)
	s.stop(t, proc)

	told := map[string]int{}
	for _, e := range s.entries(t, []string{"--data", s.data()}) {
		if e.Action == audit.ActionTaxonomy && e.Role == "analyst" {
			told[e.Object]++
		}
	}
	if told["discover.state"] < 4 || told["discover:d-1"] != 2 || told["taxonomy"] != 3 {
		t.Errorf("the ledger has %v", told)
	}
}
