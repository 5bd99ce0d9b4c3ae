package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/custody"
)

// laxPolicy lets mobile numbers through.
const laxPolicy = "policy: 1\ndefault: tag\ntypes:\n  MOBILE: {action: keep}\n"

func (s *site) laxPolicy(t testing.TB) string {
	t.Helper()
	path := filepath.Join(s.dir, "lax.yaml")
	if err := os.WriteFile(path, []byte(laxPolicy), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// misses publishes feedback with numbers that the lax policy lets through, and
// the same again with other text: two versions of each.
func (s *site) misses(t *testing.T, records int) (all []canary) {
	t.Helper()
	js, err := jetstream.New(s.connect(t))
	if err != nil {
		t.Fatal(err)
	}
	for version := range 2 {
		for i := range records {
			number := mobile(version*records + i)
			all = append(all, canary{"MOBILE", "", number})
			data, err := ingest.Feedback{
				ID: fmt.Sprint("m", i), Source: "crm", Text: fmt.Sprintf("第%d版，宽带断网，电话%s，请回电", version, number),
				Time: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), Attributes: map[string]string{"note": "备用" + number},
			}.Encode()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := js.Publish(t.Context(), "feedback.in.app", data); err != nil {
				t.Fatal(err)
			}
		}
		s.processed(t, (version+1)*records, 0)
	}
	return all
}

// clearDocuments counts the document messages that hold a value, of a stopped site.
func (s *site) clearDocuments(t testing.TB, all []canary) (n int) {
	t.Helper()
	st, err := openStreams(t.Context(), s.dataFlags())
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	docs, err := st.js.Stream(t.Context(), ingest.StreamDocs)
	if err != nil {
		t.Fatal(err)
	}
	for seq := uint64(1); seq <= docs.CachedInfo().State.LastSeq; seq++ {
		msg, err := docs.GetMsg(t.Context(), seq)
		if err != nil {
			continue // deleted
		}
		for _, c := range all {
			if strings.Contains(string(msg.Data), c.core) {
				n++
				break
			}
		}
	}
	return n
}

// TestRescan lets numbers through on purpose, looks, and has a server of a
// stricter policy take them out: they are nowhere on disk any more, and the
// officer gets them back.
func TestRescan(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	token := s.officerToken(t)
	server := s.start(t, "--policy", s.laxPolicy(t))
	all := s.misses(t, 20)
	s.stop(t, server)
	if n := s.clearDocuments(t, all); n != 40 {
		t.Fatalf("%d documents hold a number, want 40: the test shows nothing", n)
	}
	server = s.start(t, "--officer-token-file", token)
	s.awaitCustody(t, 2)
	where := []string{"--nats", "nats://" + s.addr, "--token-file", token}
	var dry rescanned
	if err := json.Unmarshal([]byte(s.prints(t, append([]string{"rescan", "--dry-run", "--json"}, where...)...)), &dry); err != nil {
		t.Fatal(err)
	}
	if dry.Found != 20 || dry.Amended != 0 || dry.Types["MOBILE"] != 80 || len(dry.Differences) != 20 || len(dry.Differences[0].Spans) != 2 {
		t.Errorf("dry run: %+v", dry.Progress)
	}
	s.fails(t, 2, "--reason", append([]string{"rescan"}, where...)...)
	out := s.run(t, append([]string{"rescan", "--reason", "新策略"}, where...)...)
	if !strings.Contains(out, "20 amended") || !strings.Contains(out, "40 older versions deleted") {
		t.Errorf("rescan says %q", out)
	}
	waitFor(t, s, "compaction of the index", func() bool { return strings.Contains(s.output.String(), "compacted the search index") })
	scanForCanaries(t, s, "after the rescan", all)
	restored := s.run(t, "reveal", dry.Differences[0].Record, "-i", s.identity, "--reason", "核实", "--purpose", custody.Purposes[0].Code, "--nats", "nats://"+s.addr, "--token-file", token)
	if !strings.Contains(restored, "第1版，宽带断网，电话139") {
		t.Error("reveal does not restore the text")
	}
	s.stop(t, server)
	if n := s.clearDocuments(t, all); n != 0 {
		t.Errorf("%d documents hold a number still", n)
	}
	scanForCanaries(t, s, "stopped", all)
	s.run(t, "doctor", "--data", s.data())
}

// documentBytes is the size of the files that hold documents.
func (s *site) documentBytes(t testing.TB) (n int64) {
	t.Helper()
	err := filepath.WalkDir(s.data(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".blk" || !strings.Contains(path, ingest.StreamDocs) {
			return nil // what goes while it is looked at does not count
		}
		if info, err := d.Info(); err == nil {
			n += info.Size()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// awaitWrite returns when a document was written since the files had so many
// bytes, or the process has ended: on a loaded machine it takes seconds to start.
func (s *site) awaitWrite(t testing.TB, before int64, ended <-chan struct{}) {
	t.Helper()
	waitUntil(t, "a document is amended", func() bool {
		select {
		case <-ended:
			return true
		default:
			return s.documentBytes(t) != before
		}
	})
}

// TestRescanKilled kills the process again and again in the middle, and goes on.
func TestRescanKilled(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	server := s.start(t, "--policy", s.laxPolicy(t))
	all := s.misses(t, 150)
	s.stop(t, server)
	kills := 0
	for try := range 8 {
		cmd := s.command(t, "rescan", "--data", s.data(), "--reason", "新策略", "--rate", "40")
		cmd.Stdout, cmd.Stderr = &s.output, &s.output
		before := s.documentBytes(t)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() { _ = cmd.Wait(); close(ended) }() // killed, or done already
		s.awaitWrite(t, before, ended)
		time.Sleep(time.Duration(try*150) * time.Millisecond)
		if cmd.Process.Kill() == nil {
			kills++
		}
		<-ended
	}
	left := s.clearDocuments(t, all)
	t.Logf("%d kills; %d of 300 documents were left", kills, left)
	if left == 0 || left == 300 {
		t.Error("no kill came in the middle: the test shows nothing")
	}
	s.run(t, "rescan", "--data", s.data(), "--reason", "新策略", "--rate", "0")
	if n := s.clearDocuments(t, all); n != 0 {
		t.Errorf("%d documents hold a number still", n)
	}
	scanForCanaries(t, s, "after the rescan", all)
	st, err := openStreams(t.Context(), s.dataFlags())
	if err != nil {
		t.Fatal(err)
	}
	latest := latestDocuments(t, st)
	st.close()
	if len(latest) != 150 {
		t.Errorf("%d records, want 150", len(latest))
	}
	for record, d := range latest {
		if len(d.Parts) != 1 || !strings.HasPrefix(d.Text, "第1版") {
			t.Errorf("record %s: %d additions", record, len(d.Parts))
		}
	}
	for record := range latest {
		out := s.run(t, "reveal", record, "-i", s.identity, "--reason", "核实", "--purpose", custody.Purposes[0].Code, "--data", s.data())
		if !strings.Contains(out, "第1版，宽带断网，电话139") {
			t.Error("reveal does not restore the text")
		}
		break
	}
	s.run(t, "doctor", "--data", s.data())
}
