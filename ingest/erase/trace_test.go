package erase_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"qingting/ingest/erase"
	"qingting/ingest/ledger"
	"qingting/privacy/audit"
)

// TestNoTraceInFiles erases on a server that does not encrypt, so that what is
// left in its files can be read, and then reads all of them.
func TestNoTraceInFiles(t *testing.T) {
	dir := t.TempDir()
	srv, err := server.NewServer(&server.Options{DontListen: true, NoSigs: true, JetStream: true, StoreDir: dir})
	must(t, err)
	srv.Start()
	t.Cleanup(func() { srv.Shutdown(); srv.WaitForShutdown() })
	if !srv.ReadyForConnections(20 * time.Second) {
		t.Fatal("the server is not ready")
	}
	nc, err := nats.Connect("", nats.InProcessServer(srv))
	must(t, err)
	t.Cleanup(nc.Close)
	a := archiveOn(t, nc)
	var records []string
	for i := range 50 {
		records = append(records, a.store(t, fmt.Sprintf("CANARY-%d 断网", i), hers))
		a.store(t, "留着", his)
	}
	before := filesWith(t, dir, "CANARY-")
	token := a.tokens(hers)[0]
	if before < 2 || filesWith(t, dir, token) < 1 || filesWith(t, dir, "留着") < 2 {
		t.Fatalf("%d files hold the text before: the search finds nothing", before)
	}
	p, err := a.eraser.Erase(t.Context(), order, records)
	must(t, err)
	if p.Documents != 50 || p.Sealed != 50 || p.Left != 0 {
		t.Errorf("%+v", p)
	}
	srv.Shutdown()
	srv.WaitForShutdown()
	for _, trace := range []string{"CANARY-", token} {
		if n := filesWith(t, dir, trace); n > 0 {
			t.Errorf("%d files still hold %q", n, trace)
		}
	}
	if filesWith(t, dir, "留着") < 2 {
		t.Error("another's is gone")
	}
}

// filesWith counts the files below dir that hold some bytes.
func filesWith(t *testing.T, dir, what string) (n int) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(what)) {
			n++
		}
		return err
	}))
	return n
}

// TestMarksFollow: what one process marks, another knows.
func TestMarksFollow(t *testing.T) {
	a := newArchive(t)
	other, err := erase.OpenMarks(t.Context(), a.js, 1)
	must(t, err)
	defer other.Close()
	one := a.store(t, "甲", hers)
	_, err = a.eraser.Erase(t.Context(), order, []string{one})
	must(t, err)
	for deadline := time.Now().Add(10 * time.Second); !other.Erased(one); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("another process never learns of it")
		}
	}
}

// TestManyRecords: an order of more records than one entry names.
func TestManyRecords(t *testing.T) {
	a := newArchive(t)
	var records []string
	for i := range 1700 {
		records = append(records, a.ids.OfSource("none", fmt.Sprint(i)))
	}
	_, err := a.eraser.Erase(t.Context(), order, records)
	must(t, err)
	named := 0
	for leaf, err := range ledger.Entries(t.Context(), a.js, 0) {
		must(t, err)
		e, err := audit.ParseEntry(leaf)
		must(t, err)
		named += len(e.Documents)
	}
	if named != len(records) {
		t.Errorf("the ledger names %d records, want %d", named, len(records))
	}
}

// BenchmarkErase erases a person with 500 records among 10,000 documents, at
// rest encrypted, without an index.
func BenchmarkErase(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		a := newArchive(b)
		var records []string
		for i := range 10_000 {
			if i%20 == 0 {
				records = append(records, a.store(b, "断网三天了没人管", hers))
			} else {
				a.store(b, "断网三天了没人管", his)
			}
		}
		b.StartTimer()
		if p, err := a.eraser.Erase(b.Context(), order, records); err != nil || p.Documents != 500 {
			b.Fatalf("%+v, %v", p, err)
		}
	}
}

// BenchmarkFindThoroughly reads every document, for a person with 10 records.
func BenchmarkFindThoroughly(b *testing.B) {
	a := newArchive(b)
	const documents = 20_000
	for i := range documents {
		number := his
		if i%2000 == 0 {
			number = hers
		}
		a.store(b, "断网三天了没人管，报修也没有回音，希望尽快处理", number)
	}
	tokens := a.tokens(hers)
	b.ResetTimer()
	for b.Loop() {
		if found, err := a.eraser.FindThoroughly(b.Context(), tokens); err != nil || len(found) != 10 {
			b.Fatalf("%d, %v", len(found), err)
		}
	}
	b.ReportMetric(float64(documents)*float64(b.N)/b.Elapsed().Seconds(), "documents/s")
}
