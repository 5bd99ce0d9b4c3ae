package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/internal/secrets"
	"qingting/privacy/vault/unseal"
)

const maxMemory = 600 << 20 // of the server, at its worst, in bytes

// TestBadInput sends every kind of bad message into a running server, good ones
// between them, and follows the bad ones to the officer and back.
func TestBadInput(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	token := s.officerToken(t)
	server := s.start(t, "--officer-token-file", token)
	nc := s.connect(t)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	intake, err := secrets.LoadRecipients(filepath.Join(s.dataFlags().secretsDir(), "intake.pub"))
	if err != nil {
		t.Fatal(err)
	}
	other, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	repairable, err := ingest.NewSealedPayload(ingest.Feedback{ID: "repairable", Text: badText}, other.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	cases := append(badMessages(t, intake[0]), badMessage{"sealed for another key", nil, string(repairable), ingest.ReasonSealed})
	if len(cases) < 36 {
		t.Fatalf("only %d kinds", len(cases))
	}
	publish := func(header nats.Header, body string) (uint64, error) {
		ack, err := js.PublishMsg(t.Context(), &nats.Msg{Subject: "feedback.in.app", Header: header, Data: []byte(body)})
		if err != nil {
			return 0, err
		}
		return ack.Sequence, nil
	}
	bad := make(map[uint64]badMessage)
	for i, c := range cases {
		seq, err := publish(c.header, c.body)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		bad[seq] = c
		if _, err := publish(nil, fmt.Sprintf(`{"id":"good-%d","text":"第%d件\ud83d，信号差"}`, i, i)); err != nil {
			t.Fatal(err)
		}
	}
	// What the stream or the server refuses, its publisher hears of.
	for _, size := range []int{ingest.MaxMessage + 1, 8 << 20, 9 << 20} {
		if _, err := publish(nil, badText+strings.Repeat("x", size-len(badText))); err == nil {
			t.Errorf("%d bytes were taken", size)
		}
	}
	if _, err := publish(manyHeaders(20_000), badText); err == nil {
		t.Error("20,000 headers were taken")
	}
	s.sendBrokenHeader(t)
	good := len(cases) + 1 // a header that cannot be read is none
	s.processed(t, good, len(cases))
	if peak := peakOf(t, server.Process.Pid); peak > maxMemory*raceFactor {
		t.Errorf("the server held %d MiB", peak>>20)
	} else {
		t.Logf("%d kinds; the server held %d MiB at most", len(cases), peak>>20)
	}

	running := s.deadLetters(t, bad, "--nats", "nats://"+s.addr, "--token-file", token)
	s.stop(t, server)
	stopped := s.deadLetters(t, bad, "--data", s.data())
	if diff := cmp.Diff(running, stopped); diff != "" {
		t.Errorf("the list of the stopped server differs\n%s", diff)
	}
	checkBadStreams(t, s, bad, good)

	// The officer puts two back: one that the missing key repairs, one that
	// stays what it is.
	addIdentity(t, filepath.Join(s.dataFlags().secretsDir(), "intake.key"), other)
	indexed := strings.Count(s.output.String(), "msg=indexed")
	server = s.start(t, "--officer-token-file", token)
	s.awaitCustody(t, 2)
	retried := 0
	for _, l := range running {
		if name := bad[l.Sequence].name; name == "sealed for another key" || name == "year 0" {
			retried++
			out := s.run(t, "dead", "retry", "--nats", "nats://"+s.addr, "--token-file", token, "-i", s.identity, "--reason", "key is there now", "--actor", "officer1", strconv.FormatUint(l.ID, 10))
			if !strings.Contains(out, "is back in the queue") || strings.Contains(out, badWord) {
				t.Errorf("retry of %s said %q", name, out)
			}
		}
	}
	waitFor(t, s, "the retried messages", func() bool {
		return retried == 2 && strings.Count(s.output.String(), "dead letter") > len(cases) && strings.Count(s.output.String(), "msg=indexed") > indexed
	})
	s.stop(t, server)
	after := s.listDead(t, "--data", s.data())
	if len(after) != len(cases)-1 || after[len(after)-1].ID <= running[len(running)-1].ID || after[len(after)-1].Reason != ingest.ReasonInvalid {
		t.Errorf("%d dead letters after the retry, want %d, the last a new one", len(after), len(cases)-1)
	}
	st, err := openStreams(t.Context(), s.dataFlags())
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	if n := len(latestDocuments(t, st)); n != good+1 {
		t.Errorf("%d documents after the repair, want %d", n, good+1)
	}
	checkSilent(t, s)
}

// deadLetters lists the dead letters and checks each against what was sent.
func (s *site) deadLetters(t *testing.T, bad map[uint64]badMessage, where ...string) []ingest.ParkedLetter {
	t.Helper()
	list := s.listDead(t, where...)
	if len(list) != len(bad) {
		t.Errorf("%d dead letters, want %d", len(list), len(bad))
	}
	for _, l := range list {
		c, ok := bad[l.Sequence]
		if !ok {
			t.Errorf("message %d was good, and is a dead letter: %s: %s", l.Sequence, l.Reason, l.Detail)
			continue
		}
		if l.Reason != c.reason || l.Size != len(c.body) || l.Deliveries != 1 {
			t.Errorf("%s: parked as %s (%s) of %d bytes after %d deliveries, want %s", c.name, l.Reason, l.Detail, l.Size, l.Deliveries, c.reason)
		}
	}
	text := s.run(t, append([]string{"dead", "list"}, where...)...)
	if strings.Count(text, "\n") != len(list)+1 || strings.Contains(text, badWord) || strings.Contains(text, badPhone) {
		t.Errorf("the list for people has %d lines, or shows content", strings.Count(text, "\n"))
	}
	return list
}

func (s *site) listDead(t *testing.T, where ...string) (list []ingest.ParkedLetter) {
	t.Helper()
	out := s.run(t, append([]string{"dead", "list", "--json"}, where...)...)
	if strings.Contains(out, badWord) || strings.Contains(out, badPhone) {
		t.Error("the list shows content")
	}
	for line := range strings.Lines(out) {
		var l ingest.ParkedLetter
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		list = append(list, l)
	}
	return list
}

// run runs a command to its end and returns all it said.
func (s *site) run(t testing.TB, args ...string) string {
	t.Helper()
	out, err := s.command(t, args...).CombinedOutput()
	if err != nil {
		t.Errorf("qingting %s: %v: %s", args[0], err, out)
	}
	return string(out)
}

// checkBadStreams opens every dead letter as the officer and compares it with
// what was sent, byte for byte.
func checkBadStreams(t *testing.T, s *site, bad map[uint64]badMessage, good int) {
	t.Helper()
	st, err := openStreams(t.Context(), s.dataFlags())
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	in, err := st.js.Stream(t.Context(), ingest.StreamIn)
	if err != nil || in.CachedInfo().State.Msgs != 0 {
		t.Errorf("the queue is not empty (%v)", err)
	}
	if n := len(latestDocuments(t, st)); n != good {
		t.Errorf("%d documents, want %d", n, good)
	}
	ids, err := secrets.LoadIdentities(s.identity, nil)
	if err != nil {
		t.Fatal(err)
	}
	for l, err := range ingest.Letters(t.Context(), st.js, 0) {
		if err != nil {
			t.Fatal(err)
		}
		c := bad[l.Sequence]
		sealed, err := ingest.SealedLetter(t.Context(), st.js, l.ID)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(sealed, []byte(badWord)) || strings.Contains(l.Detail, badWord) || strings.Contains(l.Detail, badPhone) {
			t.Errorf("%s: content in the clear", c.name)
		}
		plain, err := unseal.OpenDirect(sealed, ids...)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got, err := ingest.ParseLetter(plain)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		same := len(got.Header) == len(c.header)
		for name, values := range c.header {
			same = same && slices.Equal(values, got.Header[name])
		}
		if got.Subject != "feedback.in.app" || string(got.Data) != c.body || !same {
			t.Errorf("%s: the letter is not what was sent", c.name)
		}
	}
}

// checkSilent looks for content in all that the site's processes said.
func checkSilent(t *testing.T, s *site) {
	t.Helper()
	for line := range strings.Lines(s.output.String()) {
		if strings.Contains(line, badWord) || strings.Contains(line, badPhone) {
			t.Error("the server's output shows content")
			return
		}
	}
}

// sendBrokenHeader publishes a message as no client library would: its header
// block cannot be read.
func (s *site) sendBrokenHeader(t *testing.T) {
	t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	head, body := "NATS/1.0\r\n"+badText+" without a colon\r\n\r\n", "断网三天"
	fmt.Fprintf(conn, "CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true}\r\n"+
		"HPUB feedback.in.app %d %d\r\n%s%s\r\nPING\r\n", len(head), len(head)+len(body), head, body)
	for r := bufio.NewReader(conn); ; {
		line, err := r.ReadString('\n')
		if err != nil || strings.HasPrefix(line, "-ERR") {
			t.Fatalf("the server said %q (%v)", line, err)
		}
		if strings.HasPrefix(line, "PONG") {
			return
		}
	}
}

// officerToken writes a token for officers and returns its file.
func (s *site) officerToken(t testing.TB) string {
	t.Helper()
	path := filepath.Join(s.dir, "officer.token")
	if err := os.WriteFile(path, []byte("an-officers-token-0001\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// awaitCustody waits until the nth server of the site answers officers: it says
// where publishers connect only after that.
func (s *site) awaitCustody(t testing.TB, nth int) {
	t.Helper()
	waitFor(t, s, "server", func() bool { return strings.Count(s.output.String(), "publishers connect") >= nth })
}

func addIdentity(t *testing.T, path string, id *age.HybridIdentity) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintln(f, id)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// peakOf is the most memory a process has held, in bytes.
func peakOf(t *testing.T, pid int) (bytes uint64) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Logf("the bound on memory is not checked: %v", err)
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	if _, err := fmt.Sscan(rest, &bytes); err != nil {
		t.Fatal(err)
	}
	return bytes << 10
}
