package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
)

// TestThemesOverNATS learns from what a running server has stored, as a user of
// the cluster whom the guide's permissions let read documents and settings: the
// model is that of any other reader, and names texts that are worth a label.
// Who may not read is told what to grant.
func TestThemesOverNATS(t *testing.T) {
	t.Parallel()
	keys := map[string]string{}
	public := map[string]string{}
	for _, user := range []string{"admin", "miner", "nobody"} {
		public[user], keys[user] = newUser(t)
	}
	srv := natsServer(t, withJetStream+`authorization { users: [
  { nkey: `+public["admin"]+` }
  { nkey: `+public["miner"]+`, permissions: {
      publish: { allow: [
        "$JS.API.STREAM.INFO.FEEDBACK_DOCS", "$JS.API.STREAM.INFO.KV_FEEDBACK_SETTINGS",
        "$JS.API.CONSUMER.CREATE.FEEDBACK_DOCS.>", "$JS.API.CONSUMER.DELETE.FEEDBACK_DOCS.>", "$JS.API.CONSUMER.MSG.NEXT.FEEDBACK_DOCS.>",
        "$JS.API.DIRECT.GET.KV_FEEDBACK_SETTINGS.>", "$JS.API.CONSUMER.CREATE.KV_FEEDBACK_SETTINGS.>", "$JS.API.CONSUMER.DELETE.KV_FEEDBACK_SETTINGS.>"
      ] }
      subscribe: { allow: [ "_USER.`+public["miner"]+`.>" ] } } }
  { nkey: `+public["nobody"]+`, permissions: { publish: { allow: [ "feedback.in.>" ] }, subscribe: { allow: [ "_USER.`+public["nobody"]+`.>" ] } } }
] }`)
	option, err := nats.NkeyOptionFromSeed(keys["admin"])
	if err != nil {
		t.Fatal(err)
	}
	js := administrator(t, srv.ClientURL(), option)
	as := func(user string) []string { return []string{"--nats", srv.ClientURL(), "--nkey", keys[user]} }
	s := outside(t, srv.ClientURL(), as("admin")[2:]...)
	s.start(t)
	s.awaitStreams(t, js)
	const records = 60
	var lines strings.Builder
	for i := range records {
		text := []string{"家里%s断网%s，急用，电话%s", "话费被乱扣费%s，%s请查明细，电话%s"}[i%2]
		place, day := []string{"客厅", "书房", "卧室"}[i/2%3], []string{"昨天", "今天", "上周", "刚才"}[i/6%4]
		fmt.Fprintf(&lines, `{"id":"r%d","source":"crm","text":%q}`+"\n", i, fmt.Sprintf(text, place, day, mobile(i)))
	}
	cmd := s.command(t, append([]string{"publish", "-"}, s.nats...)...)
	cmd.Stdin = strings.NewReader(lines.String())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("publishing: %v\n%s", err, out)
	}
	s.expectOnce(t, js, records)

	taxonomy := filepath.Join(s.dir, "themes.yaml")
	if err := os.WriteFile(taxonomy, []byte(`format: 1
themes:
  - id: outage
    zh: {name: 断网, definition: 断网, strong: [断网]}
    en: {name: Outage, definition: outage, strong: [outage]}
  - id: bill
    zh: {name: 账单, definition: 账单, strong: [乱扣费]}
    en: {name: Bill, definition: bill, strong: [overcharged]}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	var models [][]byte
	for _, user := range []string{"admin", "miner"} {
		file := filepath.Join(s.dir, user+".model")
		out := s.prints(t, slices.Concat([]string{"themes", "train", "--taxonomy", taxonomy, "-o", file, "--json"}, as(user))...)
		var said trained
		if err := json.Unmarshal([]byte(out), &said); err != nil || said.Rows != records || !said.Multi || !slices.Equal(said.Labels, []string{"bill", "outage"}) {
			t.Errorf("to %s, train says %s, %v", user, out, err)
		}
		model, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		models = append(models, model)
	}
	if !bytes.Equal(models[0], models[1]) {
		t.Error("two users learn two models from the same documents")
	}
	model := filepath.Join(s.dir, "miner.model")
	next := strings.Split(strings.TrimSpace(s.prints(t, slices.Concat([]string{"themes", "next", "-n", "3", "--model", model, "--json"}, as("miner"))...)), "\n")
	seen := map[string]bool{}
	for _, line := range next {
		var said nextText
		if err := json.Unmarshal([]byte(line), &said); err != nil || said.ID == "" || said.Text == "" || len(said.Likely) == 0 || said.Why == "" {
			t.Errorf("next says %s, %v", line, err)
		}
		seen[said.ID] = true
	}
	if len(seen) != 3 {
		t.Errorf("%d texts are asked about, want 3", len(seen))
	}
	for _, args := range [][]string{{"themes", "next", "--model", model}, {"themes", "train", "-o", filepath.Join(s.dir, "none.model")}, {"lexicon", "propose"}} {
		s.fails(t, 1, "$JS.API.STREAM.INFO.FEEDBACK_DOCS", slices.Concat(args, as("nobody"))...)
	}
}
