package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"qingting/ingest"
)

// TestBackup is the drill of the operator's guide: a person is erased after a
// back-up was made, the back-up is restored, and she stays erased.
func TestBackup(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	token := s.officerToken(t)
	at := []string{"--nats", "nats://" + s.addr, "--token-file", token}
	d := bureau{s, at}
	server := s.start(t, "--officer-token-file", token)
	s.publishOf(t,
		ingest.Feedback{ID: "1", Source: "crm", Text: "断网，电话" + herNumber},
		ingest.Feedback{ID: "2", Source: "crm", Text: "掉线，电话" + herNumber},
		ingest.Feedback{ID: "3", Source: "crm", Text: "信号差，电话" + hisNumber})
	s.processed(t, 3, 0)
	s.awaitCustody(t, 1)
	hers := d.find(t, herNumber).Records
	if len(hers) != 2 {
		t.Fatalf("%d records", len(hers))
	}
	s.stop(t, server)

	copyTo := func(from, to string) {
		t.Helper()
		if err := os.RemoveAll(to); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("cp", "-a", from, to).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	backup, export := filepath.Join(s.dir, "backup"), filepath.Join(s.dir, "export")
	copyTo(s.data(), backup)
	if err := os.RemoveAll(filepath.Join(backup, "index")); err != nil {
		t.Fatal(err)
	}

	// It goes on: one of her records is erased, the other restricted.
	server = s.start(t, "--officer-token-file", token)
	s.awaitCustody(t, 2)
	d.must(t, "", "subject", "erase", "--record", hers[0].Record, "--reason", "要求删除", "--yes")
	d.must(t, "", "subject", "restrict", "--record", hers[1].Record, "--reason", "要求限制", "--yes")
	keys := []string{"--secrets", s.data() + "-secrets"}
	size := len(s.entries(t, append(keys, at...)))
	waitFor(t, s, "checkpoint", func() bool {
		_ = os.RemoveAll(export)
		out, _ := s.command(t, append([]string{"audit", "export", export}, append(keys, at...)...)...).CombinedOutput()
		return strings.Contains(string(out), fmt.Sprintf("Wrote %d entries", size))
	})
	s.stop(t, server)
	checkpoint := []string{"--checkpoint", filepath.Join(export, "checkpoint"), "--data", s.data()}
	s.run(t, append([]string{"doctor"}, checkpoint...)...)

	// The back-up comes back: that is found out, before a server writes to it.
	copyTo(backup, s.data())
	s.fails(t, 1, "older than the checkpoint", append([]string{"doctor"}, checkpoint...)...)
	s.fails(t, 1, "qingting audit restore", append(append([]string{}, s.flags...), checkpoint[:2]...)...)
	out := s.run(t, "audit", "restore", export, "--reason", "磁盘损坏", "--data", s.data())
	if !strings.Contains(out, "were given back") {
		t.Errorf("audit restore says:\n%s", out)
	}
	server = s.start(t, append([]string{"--officer-token-file", token}, checkpoint[:2]...)...)
	s.awaitCustody(t, 3)
	waitFor(t, s, "erasure", func() bool {
		left := d.find(t, herNumber).Records
		return len(left) == 1 && left[0].Record == hers[1].Record && left[0].Restricted
	})
	if his := d.find(t, hisNumber).Records; len(his) != 1 || his[0].Restricted {
		t.Errorf("of another, %d records are left", len(his))
	}
	s.publishOf(t, ingest.Feedback{ID: "1", Source: "crm", Text: "断网，电话" + herNumber})
	waitFor(t, s, "refusal", func() bool {
		letters := s.listDead(t, at...)
		return len(letters) == 1 && letters[0].Reason == "erased"
	})
	s.stop(t, server)
	s.run(t, append([]string{"doctor"}, checkpoint...)...)

	// Without it a server starts, and what comes of it cannot be made whole.
	copyTo(backup, s.data())
	server = s.start(t)
	s.awaitCustody(t, 4)
	s.publishOf(t, ingest.Feedback{ID: "4", Source: "crm", Text: "断网"})
	s.processed(t, 4, 0)
	s.stop(t, server)
	s.fails(t, 1, "Restore the back-up once more", "audit", "restore", export, "--reason", "磁盘损坏", "--data", s.data())
	s.fails(t, 1, "problems", append([]string{"doctor"}, checkpoint...)...)
}
