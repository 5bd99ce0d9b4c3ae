package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qingting/ingest"
	"qingting/ingest/settings"
)

// TestThemesLearn goes the whole way: feedback that no cue finds comes in, an
// analyst says what it is about, a model is trained on that and put in place of
// the running server, which reads by it at once and reads anew what is stored;
// erasing a record takes its correction away.
func TestThemesLearn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
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
	proc := s.start(t, "--taxonomy", taxonomy)
	s.connect(t)
	s.awaitCustody(t, 1)
	as := func(token string) []string { return []string{"--nats", "nats://" + s.addr, "--token-file", token} }
	operator := as(filepath.Join(s.data()+"-secrets", operatorTokenFile))
	for user, role := range map[string]string{"ma": "analyst", "lin": "officer"} {
		s.run(t, slices.Concat([]string{"users", "add", user, "--role", role, "-o", filepath.Join(s.dir, user+".token")}, operator)...)
	}
	analyst, officer := as(filepath.Join(s.dir, "ma.token")), as(filepath.Join(s.dir, "lin.token"))

	const each = 30
	words := [][]string{{"路由器", "光猫", "红灯", "网页"}, {"月租", "余额", "发票", "明细"}, {"天气", "公园", "散步", "电影"}}
	for i := range 3 * each {
		w := words[i%3]
		text := fmt.Sprintf("昨天%s还是%s，今天%s", w[i/3%4], w[(i/3+1)%4], w[(i/3+2)%4])
		s.publishOf(t, ingest.Feedback{ID: fmt.Sprint(i), Source: "crm", Text: text})
	}
	s.processed(t, 3*each, 0)
	s.stop(t, proc)

	st, err := openStreams(t.Context(), s.dataFlags())
	if err != nil {
		t.Fatal(err)
	}
	about := map[string]string{}
	for _, d := range latestDocuments(t, st) {
		if len(d.Themes) > 0 {
			t.Fatalf("cues find %v", d.Themes)
		}
		switch {
		case strings.ContainsAny(d.Text, "路猫红网"):
			about[d.Record] = "outage"
		case strings.ContainsAny(d.Text, "租额票细"):
			about[d.Record] = "bill"
		default:
			about[d.Record] = ""
		}
	}
	st.close()
	proc = s.start(t, "--taxonomy", taxonomy)
	s.connect(t)
	s.awaitCustody(t, 2)
	correct := func(record, themes string) []string {
		say := []string{"--themes", themes}
		if themes == "" {
			say = []string{"--none"}
		}
		return slices.Concat([]string{"themes", "correct", record, "--reason", "人工核对 " + badPhone}, say, analyst)
	}
	var one string
	for record, themes := range about {
		s.run(t, correct(record, themes)...)
		if themes == "outage" {
			one = record
		}
	}
	s.fails(t, 1, "not in the taxonomy", correct(one, "nothing")...)
	s.fails(t, 1, "no document", correct(strings.Repeat("a", 26), "bill")...)
	s.fails(t, 1, "does not let this user", slices.Concat([]string{"themes", "correct", one, "--themes", "bill", "--reason", "r"}, officer)...)
	s.fails(t, 2, "--reason", slices.Concat([]string{"themes", "correct", one, "--themes", "bill"}, analyst)...)
	s.stop(t, proc)

	model := filepath.Join(s.dir, "themes.model")
	out := s.prints(t, "themes", "train", "--data", s.data(), "--taxonomy", taxonomy, "-o", model, "--json")
	var said trained
	if err := json.Unmarshal([]byte(out), &said); err != nil || said.Corrected != 3*each || !said.Multi || !slices.Equal(said.Labels, []string{"bill", "outage"}) {
		t.Fatalf("train says %s, %v", out, err)
	}
	if next := s.prints(t, "themes", "next", "--data", s.data(), "--model", model, "--json"); next != "" {
		t.Errorf("labelled documents are asked about: %s", next)
	}

	proc = s.start(t, "--taxonomy", taxonomy)
	s.connect(t)
	s.awaitCustody(t, 3)
	// Nobody reads streams of the server's own NATS; what is stored is learnt from when it is stopped.
	s.fails(t, 1, "does not let this user", slices.Concat([]string{"themes", "train", "--taxonomy", taxonomy, "-o", model}, analyst)...)
	s.fails(t, 1, "does not let this user", slices.Concat([]string{"themes", "next", "--model", model}, analyst)...)
	apply := slices.Concat([]string{"themes", "apply", model, "--reason", "第一版"}, analyst)
	s.fails(t, 1, "does not let this user", slices.Concat([]string{"themes", "apply", model, "--reason", "r"}, officer)...)
	s.fails(t, 2, "is no themes file", slices.Concat([]string{"themes", "apply", taxonomy, "--kind", "themes", "--reason", "r"}, analyst)...)
	s.run(t, apply...)
	waitFor(t, s, "another vocabulary", func() bool { return strings.Contains(s.output.String(), "another vocabulary") })
	s.publishOf(t, ingest.Feedback{ID: "new", Source: "crm", Text: "今天光猫红灯，路由器也红灯"})
	s.processed(t, 1, 0) // of this start
	relabel := slices.Concat([]string{"themes", "relabel", "--json", "--rate", "0"}, analyst)
	dry := s.prints(t, append(relabel, "--dry-run")...)
	if !strings.Contains(dry, `"gained":30`) {
		t.Errorf("the dry run says %s", dry)
	}
	if done := s.prints(t, append(relabel, "--reason", "新模型")...); !strings.Contains(done, fmt.Sprintf(`"relabelled":%d`, 3*each)) {
		t.Errorf("the run says %s", done)
	}
	if again := s.prints(t, append(relabel, "--reason", "再来")...); strings.Contains(again, `"relabelled"`) {
		t.Errorf("the second run changes documents: %s", again)
	}
	s.stop(t, proc)

	st, err = openStreams(t.Context(), s.dataFlags())
	if err != nil {
		t.Fatal(err)
	}
	right, versions := 0, map[string]bool{}
	for _, d := range latestDocuments(t, st) {
		versions[d.Model] = true
		want, known := about[d.Record]
		if !known {
			want = "outage"
		}
		ids := []string{}
		for _, tag := range d.Themes {
			ids = append(ids, tag.ID)
			if len(tag.Evidence) == 0 {
				t.Errorf("record %s: %s has no evidence", d.Record, tag.ID)
			}
		}
		if strings.Join(ids, " ") == want {
			right++
		}
	}
	if right < 3*each || len(versions) != 1 {
		t.Errorf("%d of %d documents are right, by %d models", right, 3*each+1, len(versions))
	}
	v, err := st.settings.Get(t.Context(), settings.LabelsOf(one))
	if err != nil || !strings.Contains(string(v.Data), "outage") || strings.Contains(string(v.Data), "人工") {
		t.Errorf("the correction is %s, %v", v.Data, err)
	}
	st.close()
	told := map[string]int{}
	for _, e := range s.entries(t, []string{"--data", s.data()}) {
		if strings.Contains(e.Reason, badPhone) {
			t.Error("a number is in the ledger")
		}
		switch object, _, _ := strings.Cut(e.Object, ":"); object {
		case "labels", "model.themes":
			told[object+" "+string(e.Role)]++
		case "relabel":
			told[object+" "+e.Outcome]++
		}
	}
	if told["labels analyst"] != 3*each || told["model.themes analyst"] != 1 || told["relabel begun"] != 2 || told["relabel done"] != 2 || told["relabel relabelled"] != 3*each {
		t.Errorf("the ledger has %v", told)
	}
}
