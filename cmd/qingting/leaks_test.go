package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"qingting/ingest"
)

// Every form that the tests search the disk for is one that the command knows.
func TestValueForms(t *testing.T) {
	for _, c := range canaries(3) {
		mine := make(map[string]bool)
		for _, f := range valueForms(c.core) {
			mine[string(f.bytes)] = true
		}
		for i, form := range forms(t, c.core) {
			if len(form) >= minValue && !mine[form] {
				t.Errorf("%s: form %d of the tests is not searched for", c.typ, i)
			}
		}
	}
}

// A form is found wherever a file is cut into pieces.
func TestFilesAreSearchedWhole(t *testing.T) {
	dir := t.TempDir()
	value := canaries(0)[3].core
	for i, at := range []int{0, 7, fileChunk - 5, fileChunk, 2*fileChunk + 3} {
		data := strings.Repeat("x", at) + value + strings.Repeat("y", fileChunk/2)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint("f", i)), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := &leakScan{con: &console{Out: &lockedBuffer{}, Err: &lockedBuffer{}}, counts: map[string]int{}}
	if err := s.files(t.Context(), []leakValue{{1, valueForms(value)}}, dir); err != nil {
		t.Fatal(err)
	}
	if s.leaks != 5 {
		t.Errorf("found in %d of 5 files", s.leaks)
	}
}

// Fingerprints and times in the headers of epoch keys are made here: one that begins
// like a name in letters is none. What another header says is judged.
func TestHeadersMadeHere(t *testing.T) {
	con := &console{Out: &lockedBuffer{}, Err: &lockedBuffer{}}
	var judged []string
	s := &leakScan{con: con, seen: map[string]bool{}, counts: map[string]int{}, bar: progressOf(con.Err, 1, "leaks"), judge: func(text string) []leak {
		judged = append(judged, text)
		return nil
	}}
	header := nats.Header{ingest.HeaderOfficers: {"dadee1badfade000"}, ingest.HeaderBorn: {"2026-03-01T08:00:00Z"}, "X-Clerk": {"somebody"}}
	s.message(ingest.StreamKeys, 1, ingest.KeySubject("e"), header, []byte("sealed"), false)
	if len(judged) != 1 || judged[0] != "somebody" {
		t.Errorf("judged: %q", judged)
	}
	judged = nil
	s.message(ingest.StreamKeys, 1, ingest.KeySubject("e"), header, nil, true)
	if len(judged) != len(header)+1 {
		t.Errorf("by value, %d of %d headers and the subject are looked at", len(judged), len(header))
	}
}

// TestLeaks looks at a site into which numbers were let on purpose, and again
// when they were taken out.
func TestLeaks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	server := s.start(t, "--policy", s.laxPolicy(t))
	all := s.misses(t, 10)
	s.stop(t, server)
	list := filepath.Join(s.dir, "values.txt")
	if err := os.WriteFile(list, []byte(all[0].core+"\n"+all[15].core+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"by detection": {"leaks", "--data", s.data(), "--json"},
		"by value":     {"leaks", "--data", s.data(), "--json", "--values", list},
	} {
		cmd := s.command(t, args...)
		out, err := cmd.Output()
		if err == nil || cmd.ProcessState.ExitCode() != 1 {
			t.Errorf("%s: exit code %d", name, cmd.ProcessState.ExitCode())
		}
		stores := map[string]int{}
		for line := range strings.Lines(string(out)) {
			var l leak
			if err := json.Unmarshal([]byte(line), &l); err != nil {
				t.Fatal(err)
			}
			stores[l.Store]++
		}
		for _, c := range all {
			if strings.Contains(string(out), c.core) {
				t.Errorf("%s: it tells what it found", name)
			}
		}
		if stores["FEEDBACK_DOCS"] == 0 || stores["index"] == 0 {
			t.Errorf("%s: found in %v", name, stores)
		}
	}
	s.run(t, "rescan", "--data", s.data(), "--reason", "新策略", "--rate", "0")
	s.run(t, "leaks", "--data", s.data())
	s.run(t, "leaks", "--data", s.data(), "--values", list)
	s.fails(t, 2, "there is no value", "leaks", "--data", s.data(), "--values", os.DevNull)
}
