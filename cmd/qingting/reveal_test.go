package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/ledger"
	"qingting/privacy/audit"
)

// TestReveal follows a record to the officer: through the running server, and
// from the data directory of a stopped one.
func TestReveal(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	token := s.officerToken(t)
	server := s.start(t, "--officer-token-file", token)
	nc := s.connect(t)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	const text = "我叫张建国，宽带断网三天，手机号" + badPhone + "，邮箱zhang.jg@example.com，请回电。"
	data, err := ingest.Feedback{
		ID: "T-1", Source: "crm", Text: text, Time: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC),
		Customer: map[string]string{"phone": badPhone}, Attributes: map[string]string{"note": "备用13987654321"},
	}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.Publish(t.Context(), "feedback.in.app", data); err != nil {
		t.Fatal(err)
	}
	s.processed(t, 1, 0)
	s.stop(t, server)
	st, err := openStreams(t.Context(), s.dataFlags())
	if err != nil {
		t.Fatal(err)
	}
	var record string
	for _, d := range latestDocuments(t, st) {
		record = d.Record
		if strings.Contains(d.Text, badPhone) || strings.Contains(d.Text, "张建国") {
			t.Error("the document is not redacted")
		}
	}
	st.close()
	server = s.start(t, "--officer-token-file", token)
	s.awaitCustody(t, 2)
	running := []string{"--nats", "nats://" + s.addr, "--token-file", token}
	s.checkReveal(t, running, record, text)
	s.checkRevealRefusals(t, running, record)
	s.stop(t, server)
	stopped := []string{"--data", s.data()}
	s.checkReveal(t, stopped, record, text)
	s.checkRevealRefusals(t, stopped, record)
	s.checkLedger(t, record)
	checkSilent(t, s)
}

func (s *site) checkReveal(t *testing.T, where []string, record, text string) {
	t.Helper()
	args := append([]string{"reveal", record, "-i", s.identity, "--purpose", "complaint", "--actor", "officer1", "--reason", "核实" + badPhone + "的投诉", "--ticket", "C-7"}, where...)
	out := s.run(t, args...)
	if !strings.Contains(out, text+"\n") || !strings.Contains(out, "13987654321") || !strings.Contains(out, "(says: officer1) as ledger entry") {
		t.Error("reveal does not restore the text")
	}
	cmd := s.command(t, append(args, "--json")...)
	stdout, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got revealed
	if err := json.Unmarshal(stdout, &got); err != nil {
		t.Fatal(err)
	}
	if got.Record != record || got.Text != text || got.Entry == 0 {
		t.Error("reveal --json does not restore the text")
	}
	values := map[string]string{}
	for _, v := range got.Values {
		values[v.Type+" "+v.Field] = v.Value
	}
	for key, want := range map[string]string{
		"PERSON_NAME ": "张建国", "MOBILE ": badPhone, "EMAIL ": "zhang.jg@example.com",
		"MOBILE customer.phone": badPhone, "MOBILE attributes.note": "13987654321",
	} {
		if values[key] != want {
			t.Errorf("the value of %q is not the one sent", key)
		}
	}
}

// checkRevealRefusals asks in ways that must not be answered.
func (s *site) checkRevealRefusals(t *testing.T, where []string, record string) {
	t.Helper()
	other := newSite(t) // an officer of another house
	for _, c := range []struct {
		name, want string
		args       []string
	}{
		{"without a reason", "--reason", []string{record, "-i", s.identity}},
		{"with a blank reason", "a reason is missing", []string{record, "-i", s.identity, "--reason", "  "}},
		{"with a personal name", "reads as personal data", []string{record, "-i", s.identity, "--reason", "x", "--actor", badPhone}},
		{"without an identity", "--identity", []string{record, "--reason", "x"}},
		{"a wildcard", "not a record id", []string{"*", "-i", s.identity, "--reason", "x"}},
		{"an unknown record", "nothing sealed", []string{strings.Repeat("a", 26), "-i", s.identity, "--reason", "x", "--actor", "officer1"}},
		{"with another's identity", "", []string{record, "-i", other.identity, "--reason", "x", "--actor", "stranger"}},
	} {
		out, err := s.command(t, append(append([]string{"reveal", "--purpose", "verify"}, c.args...), where...)...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), c.want) {
			t.Errorf("reveal %s: %v, and says %q", c.name, err, out)
		}
		if strings.Contains(string(out), "张建国") || strings.Contains(string(out), badPhone) {
			t.Errorf("reveal %s shows personal data", c.name)
		}
	}
}

// checkLedger reads the entries of all that was asked above.
func (s *site) checkLedger(t *testing.T, record string) {
	t.Helper()
	st, err := openStreams(t.Context(), s.dataFlags())
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	actors := map[string]int{}
	for leaf, err := range ledger.Entries(t.Context(), st.js, 0) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := audit.ParseEntry(leaf)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(leaf, []byte(badPhone)) {
			t.Error("the ledger holds a number")
		}
		if e.Actor == "server" {
			continue
		}
		if e.Action != audit.ActionReveal || (e.Record == record && strings.Contains(e.Actor, "officer1") && (e.Ticket != "C-7" || !strings.Contains(e.Reason, "的投诉"))) {
			t.Error("an entry does not say what was done")
		}
		if role := map[bool]string{true: "officer", false: "local"}[strings.HasPrefix(e.Actor, "officer ")]; e.Role != role {
			t.Errorf("entry of %q in role %q, want %q", e.Actor, e.Role, role)
		}
		actors[e.Actor]++
	}
	// Two places, each: two reveals, one unknown record; one by a stranger. What
	// one calls oneself does not count, but stands beside who one is.
	want := map[string]int{
		"officer (says: officer1)": 3, "officer (says: stranger)": 1,
		systemUser() + " (says: officer1)": 3, systemUser() + " (says: stranger)": 1,
	}
	if diff := cmp.Diff(want, actors); diff != "" {
		t.Errorf("entries by actor (-want +got):\n%s", diff)
	}
}
