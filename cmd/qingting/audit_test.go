package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/privacy/audit"
)

// ledgerIsVerified reads, exports, proves, witnesses and verifies the ledger of a
// running server, and then of a stopped one.
func ledgerIsVerified(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	token := s.officerToken(t)
	server := s.start(t, "--officer-token-file", token)
	s.awaitCustody(t, 1)
	js, err := jetstream.New(s.connect(t))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		body := fmt.Sprintf(`{"id":"a%d","source":"t","text":"我的电话是%s，断网第%d天"}`, i, mobile(i), i)
		if _, err := js.Publish(t.Context(), "feedback.in.app", []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	running := []string{"--nats", "nats://" + s.addr, "--token-file", token, "--secrets", s.data() + "-secrets"}
	var record string
	waitFor(t, s, "intake", func() bool {
		n := 0
		for _, e := range s.entries(t, running) {
			for _, d := range e.Documents {
				record = d.Record
				n++
			}
		}
		return n == 10
	})
	s.run(t, "reveal", record, "--purpose", "verify", "-i", s.identity, "--actor", "officer1", "--reason", "核实", "--nats", "nats://"+s.addr, "--token-file", token)
	list := s.run(t, append([]string{"audit", "list", "--record", record}, running...)...)
	if strings.Count(list, "\n") != 3 || !strings.Contains(list, "reveal") || !strings.Contains(list, "核实") {
		t.Errorf("audit list --record says:\n%s", list)
	}

	key := filepath.Join(s.dir, "key.pub")
	witness := filepath.Join(s.dir, "witness.key")
	public := s.prints(t, "audit", "key", "--data", s.data())
	public += s.prints(t, "audit", "witness-key", "witness.example", "-o", witness)
	if err := os.WriteFile(key, []byte(public), 0o600); err != nil {
		t.Fatal(err)
	}
	cosign := append([]string{"audit", "witness", "--witness-key", witness, "--state", filepath.Join(s.dir, "witness.state")}, running...)
	waitFor(t, s, "checkpoint", func() bool {
		out, err := s.command(t, cosign...).CombinedOutput()
		return err == nil && strings.Contains(string(out), "witness.example cosigned")
	})

	proof := s.prints(t, append([]string{"audit", "prove", "--record", record}, running...)...)
	s.checkProof(t, proof, key)

	first := filepath.Join(s.dir, "first")
	s.run(t, append([]string{"audit", "export", first}, running...)...)
	kept := filepath.Join(s.dir, "kept")
	s.run(t, "audit", "verify", first, "--key", key, "--keep", kept, "--witnesses", "1")
	s.stop(t, server)

	// The officer asks the stopped server's data, which grows the ledger; the
	// next start signs it.
	s.run(t, "reveal", record, "--purpose", "verify", "-i", s.identity, "--actor", "officer1", "--reason", "再次核实", "--data", s.data())
	server = s.start(t, "--officer-token-file", token)
	s.awaitCustody(t, 2)
	size := len(s.entries(t, running))
	second := filepath.Join(s.dir, "second")
	waitFor(t, s, "next checkpoint", func() bool {
		_ = os.RemoveAll(second)
		out := s.run(t, append([]string{"audit", "export", second}, running...)...)
		return strings.Contains(out, fmt.Sprintf("Wrote %d entries", size))
	})
	s.stop(t, server)
	s.run(t, "audit", "verify", second, "--key", key, "--keep", kept)
	s.fails(t, 1, "are missing", "audit", "verify", first, "--key", key, "--keep", kept) // an old state
	s.fails(t, 1, "entry 0 is not what was signed", "audit", "verify", s.tampered(t, second), "--key", key)
	s.fails(t, 1, "no trusted key", "audit", "verify", second, "--key", s.otherKey(t))
	s.fails(t, 2, "--key", "audit", "verify", second)
}

// entries reads the whole ledger by the command.
func (s *site) entries(t testing.TB, where []string) []audit.Entry {
	t.Helper()
	var all []audit.Entry
	for line := range strings.Lines(s.prints(t, append([]string{"audit", "list", "--json"}, where...)...)) {
		var e listed
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		all = append(all, e.Entry)
	}
	return all
}

// prints is what a command prints as data.
func (s *site) prints(t testing.TB, args ...string) string {
	t.Helper()
	cmd := s.command(t, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("qingting %s: %v\n%s", strings.Join(args[:2], " "), err, lastLines(said.String(), 5))
	}
	return string(out)
}

// checkProof checks a receipt, and one whose document was changed.
func (s *site) checkProof(t testing.TB, proof, key string) {
	t.Helper()
	path := filepath.Join(s.dir, "proof.json")
	if err := os.WriteFile(path, []byte(proof), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := s.run(t, "audit", "check", path, "--key", key); !strings.Contains(out, "seals exactly this document") {
		t.Errorf("audit check says %q", out)
	}
	changed := strings.Replace(proof, "断网", "断线", 1)
	if changed == proof {
		t.Fatal("the receipt does not hold the document")
	}
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	s.fails(t, 1, "does not hold this document", "audit", "check", path, "--key", key)
}

// tampered copies an export and changes its first entry.
func (s *site) tampered(t testing.TB, export string) string {
	t.Helper()
	dir := filepath.Join(s.dir, "tampered")
	if err := os.CopyFS(dir, os.DirFS(export)); err != nil {
		t.Fatal(err)
	}
	tiles, err := filepath.Glob(filepath.Join(dir, "tile", "entries", "000.p", "*"))
	if err != nil || len(tiles) != 1 {
		t.Fatalf("%v, %v", tiles, err)
	}
	data, err := os.ReadFile(tiles[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(tiles[0], bytes.Replace(data, []byte("server"), []byte("nobody"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// otherKey is the verifier key of another ledger.
func (s *site) otherKey(t testing.TB) string {
	t.Helper()
	path := filepath.Join(s.dir, "other")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := loadLedgerKey(path); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(path, ledgerPubFile)
}

// witnessKey makes the key of a witness.
func (s *site) witnessKey(t testing.TB) (path string) {
	t.Helper()
	path = filepath.Join(s.dir, "witness.key")
	s.prints(t, "audit", "witness-key", "witness.example", "-o", path)
	return path
}
