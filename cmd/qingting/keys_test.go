package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/privacy/audit"
)

// newKey makes an identity and returns its file and its recipient.
func (s *site) newKey(t testing.TB, name string) (identity, recipient string) {
	t.Helper()
	identity = filepath.Join(s.dir, name+".key")
	return identity, strings.TrimSpace(s.prints(t, "keys", "new", "-o", identity, "--no-passphrase"))
}

// send publishes feedback with a number in it, and waits for its documents.
func (s *site) send(t testing.TB, js jetstream.JetStream, from, to int, where []string) (records []string) {
	t.Helper()
	for i := from; i < to; i++ {
		body := fmt.Sprintf(`{"id":"k%d","source":"t","text":"我的电话是%s，断网第%d天"}`, i, mobile(i), i)
		if _, err := js.Publish(t.Context(), "feedback.in.app", []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	waitFor(t, s, "intake", func() bool {
		records = nil
		for _, e := range s.entries(t, where) {
			for _, d := range e.Documents {
				records = append(records, d.Record)
			}
		}
		return len(records) >= to
	})
	return records[from:]
}

// checked is what keys check reports, whatever its exit code.
func (s *site) checked(t testing.TB, identity string, where []string) (r keysReport) {
	t.Helper()
	cmd := s.command(t, append([]string{"keys", "check", "-i", identity, "--reason", "检查", "--json"}, where...)...)
	out, err := cmd.Output()
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("keys check prints %q (%v)", out, err)
	}
	if (err != nil) != (len(r.Failed) > 0) {
		t.Errorf("keys check ends with %v, and %d epochs failed", err, len(r.Failed))
	}
	return r
}

// inEffect counts how often a server said that it seals to other officers.
func (s *site) inEffect(t testing.TB, where []string) (n int) {
	t.Helper()
	for _, e := range s.entries(t, where) {
		if e.Action == audit.ActionKey && e.Outcome == "in effect" {
			n++
		}
	}
	return n
}

func (s *site) opens(t testing.TB, identity, record string, where []string) bool {
	t.Helper()
	out, err := s.command(t, append([]string{"reveal", record, "--purpose", "verify", "-i", identity, "--reason", "核实", "--actor", "officer1"}, where...)...).CombinedOutput()
	if err != nil && !strings.Contains(string(out), "sealed to other officers") {
		t.Errorf("reveal: %v, %s", err, out)
	}
	return err == nil
}

// TestKeys lives through the life of officers: a second one comes, the first one
// goes, epoch keys are sealed anew, on a running server and a stopped one.
func TestKeys(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	token := s.officerToken(t)
	server := s.start(t, "--officer-token-file", token)
	s.awaitCustody(t, 1)
	where := []string{"--nats", "nats://" + s.addr, "--token-file", token}
	why := append([]string{"--reason", "换人，" + badPhone, "--ticket", "K-1", "--actor", "officer1"}, where...)
	js, err := jetstream.New(s.connect(t))
	if err != nil {
		t.Fatal(err)
	}
	lin, recipient := s.newKey(t, "lin")
	safe, safeRecipient := s.newKey(t, "safe")
	first := s.send(t, js, 0, 3, where)

	s.fails(t, 2, "--reason", append([]string{"keys", "add", "lin", "--recipient", recipient}, where...)...)
	s.fails(t, 1, "last officer", append([]string{"keys", "retire", "officer1"}, why...)...)
	s.fails(t, 1, "malformed", append([]string{"keys", "add", "lin", "--recipient", recipient + "x"}, why...)...)
	s.fails(t, 1, "name of an officer", append([]string{"keys", "add", badPhone, "--recipient", recipient}, why...)...)
	out := s.run(t, append([]string{"keys", "add", "lin", "--recipient", recipient}, why...)...)
	if !strings.Contains(out, "1 of 1 epoch keys are sealed to the officers of before") || !strings.Contains(out, "no recovery key") {
		t.Errorf("keys add says %q", out)
	}
	s.fails(t, 1, `that of "lin"`, append([]string{"keys", "add", "lin2", "--recipient", recipient}, why...)...)
	if err := os.WriteFile(filepath.Join(s.dir, "safe.pub"), []byte(safeRecipient+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.run(t, append([]string{"keys", "add", "safe", "--recovery", "--recipient-file", filepath.Join(s.dir, "safe.pub")}, why...)...)
	waitFor(t, s, "officers in effect", func() bool { return s.inEffect(t, where) == 2 })
	second := s.send(t, js, 3, 6, where)
	if s.opens(t, lin, first[0], where) || !s.opens(t, lin, second[0], where) || !s.opens(t, safe, second[0], where) {
		t.Error("who was added opens what was sealed before, or not what was sealed after")
	}
	if r := s.checked(t, lin, where); r.Epochs != 2 || r.Opened != 1 || r.Records != 1 || len(r.Failed) != 1 || r.Failed[0].Why != "sealed to other officers" {
		t.Errorf("keys check of who was added: %+v", r)
	}

	rotate := append([]string{"keys", "rotate", "-i", s.identity}, why...)
	if out := s.run(t, rotate...); !strings.Contains(out, "1 epoch keys were sealed to the 3 officers of now; 1 were before") {
		t.Errorf("keys rotate says %q", out)
	}
	if r := s.checked(t, lin, where); r.Epochs != 2 || r.Opened != 2 || r.Records != 2 {
		t.Errorf("keys check after the rotation: %+v", r)
	}
	if out := s.run(t, rotate...); !strings.Contains(out, "0 epoch keys were sealed") {
		t.Errorf("a second rotation says %q", out)
	}

	// The first officer goes.
	s.run(t, append([]string{"keys", "retire", "officer1"}, why...)...)
	waitFor(t, s, "officers in effect", func() bool { return s.inEffect(t, where) == 3 })
	third := s.send(t, js, 6, 9, where)
	if s.opens(t, s.identity, third[0], where) || !s.opens(t, lin, third[0], where) {
		t.Error("TestRetired: who was retired opens what was sealed after, or who stays does not")
	}
	if !s.opens(t, s.identity, first[0], where) {
		t.Error("before the rotation, who was retired still opens what was sealed before")
	}
	if err := js.Conn().Publish("feedback.in.app", []byte(`{"text":`)); err != nil {
		t.Fatal(err)
	}
	waitFor(t, s, "dead letter", func() bool {
		return strings.Contains(s.run(t, append([]string{"dead", "list"}, where...)...), "malformed")
	})
	s.fails(t, 1, "sealed to other officers", append([]string{"dead", "retry", "1", "-i", s.identity}, why...)...)
	s.stop(t, server)

	// The rest in the data directory of the stopped server.
	where = []string{"--data", s.data()}
	why = append([]string{"--reason", "换人，" + badPhone}, where...)
	rotate = append([]string{"keys", "rotate", "-i", lin}, why...)
	if out := s.run(t, rotate...); !strings.Contains(out, "2 epoch keys were sealed to the 2 officers of now; 1 were before") {
		t.Errorf("keys rotate says %q", out)
	}
	for _, record := range []string{first[0], second[0], third[0]} {
		if s.opens(t, s.identity, record, where) || !s.opens(t, lin, record, where) {
			t.Error("after the rotation, who was retired opens a record, or who stays does not")
		}
	}
	if r := s.checked(t, s.identity, where); r.Opened != 0 || len(r.Failed) != 3 {
		t.Errorf("keys check of who was retired: %+v", r)
	}
	s.fails(t, 1, "do not open with this identity", append([]string{"keys", "rotate", "-i", s.identity}, s.withNew(t, why)...)...)
	s.checkKeysList(t, where)
	s.checkKeysLedger(t, where)
	s.checkFileDiffers(t, token)
	checkSilent(t, s)
}

// withNew adds one more officer, so that there is something to rotate.
func (s *site) withNew(t testing.TB, why []string) []string {
	t.Helper()
	_, recipient := s.newKey(t, "wang")
	s.run(t, append([]string{"keys", "add", "wang", "--recipient", recipient}, why...)...)
	return why
}

func (s *site) checkKeysList(t testing.TB, where []string) {
	t.Helper()
	got := map[string]string{}
	for line := range strings.Lines(s.prints(t, append([]string{"keys", "list", "--all", "--json"}, where...)...)) {
		var l listedOfficer
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		got[l.Name] = fmt.Sprintf("%s active %v epochs %d", l.Kind, l.Active(), l.Epochs)
	}
	for name, want := range map[string]string{
		"officer1": "officer active false epochs 0", "lin": "officer active true epochs 3",
		"safe": "recovery active true epochs 3", "wang": "officer active true epochs 0",
	} {
		if got[name] != want {
			t.Errorf("%s: %s, want %s", name, got[name], want)
		}
	}
}

// checkKeysLedger: each change and each rotation has its entries, without
// personal data, and the rotation's say the state before and after.
func (s *site) checkKeysLedger(t testing.TB, where []string) {
	t.Helper()
	var changes, begun, ended, samples int
	var state string
	for _, e := range s.entries(t, where) {
		if e.Action != audit.ActionKey {
			continue
		}
		if strings.Contains(e.Reason, badPhone) {
			t.Error("the ledger holds a number")
		}
		switch {
		case e.Outcome == "rotation begun":
			begun++
			if state != "" && begun == 2 && e.Before != state {
				t.Error("the state before the second rotation is not that after the first")
			}
			state = e.Before
		case e.Outcome == "rotation ended":
			ended++
			if (e.Counts["rewrapped"] > 0) == (e.After == state) {
				t.Errorf("rotation %d: %d rewrapped, before %s, after %s", ended, e.Counts["rewrapped"], state, e.After)
			}
			state = e.After
		case e.Outcome == "checked whether it opens":
			samples++
		case strings.HasPrefix(e.Object, "officers:"):
			changes++
		}
	}
	if changes != 4 || begun != 4 || ended != 4 || samples != 3 {
		t.Errorf("%d changes, %d begun, %d ended, %d samples", changes, begun, ended, samples)
	}
}

// checkFileDiffers starts once with the recipients file of the first day, and
// once without any: the register counts.
func (s *site) checkFileDiffers(t testing.TB, token string) {
	t.Helper()
	server := s.start(t, "--officer-token-file", token)
	s.awaitCustody(t, 2)
	s.stop(t, server)
	if !strings.Contains(s.output.String(), "differs from the register of officers") {
		t.Error("a recipients file that differs is not told of")
	}
	for i, f := range s.flags {
		if f == "--recipients" {
			s.flags = append(s.flags[:i:i], s.flags[i+2:]...)
			break
		}
	}
	server = s.start(t, "--officer-token-file", token)
	s.awaitCustody(t, 3)
	s.stop(t, server)
}
