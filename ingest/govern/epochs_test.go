package govern_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/govern"
	"qingting/ingest/ingesttest"
	"qingting/ingest/settings"
	"qingting/ingest/worker"
	"qingting/internal/document"
	"qingting/privacy/audit"
	"qingting/privacy/rule"
	"qingting/privacy/vault"
	"qingting/privacy/vault/unseal"
)

// sealing seals records, each call of epoch under another.
type sealing struct {
	*place
	officer *age.X25519Identity
	now     time.Time // of runs: a month from now, when every epoch has its rest
}

func newSealing(t *testing.T, p *place) *sealing {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	p.retain(t, govern.Retention{Vault: govern.Periods{Days: 10}})
	return &sealing{p, id, time.Now().AddDate(0, 1, 0)}
}

// epoch seals records under one new epoch.
func (s *sealing) epoch(t *testing.T, records ...string) (id string, sealed [][]byte) {
	t.Helper()
	sealer, err := vault.NewSealer([]age.Recipient{s.officer.Recipient()}, worker.Epochs{JS: s.js})
	if err != nil {
		t.Fatal(err)
	}
	defer sealer.Close()
	for _, r := range records {
		out, err := sealer.Seal(t.Context(), vault.Record{ID: r, Values: []vault.Value{{Type: string(rule.Mobile), Plain: "13812345678"}}})
		if err != nil {
			t.Fatal(err)
		}
		id, sealed = out.Epoch, append(sealed, out.Data)
	}
	return id, sealed
}

// document stores one, days old at the run.
func (s *sealing) document(t *testing.T, record string, days int) {
	t.Helper()
	data, err := json.Marshal(document.Document{
		Schema: document.Schema, Record: record, Month: "202601", Source: "app", Intake: s.now.AddDate(0, 0, -days), Text: "断网了",
	})
	if err != nil {
		t.Fatal(err)
	}
	s.publish(t, ingest.DocsSubject(record), data)
}

func (s *sealing) run(t *testing.T, dry bool) *govern.Report {
	t.Helper()
	k := govern.NewKeeper(s.js, s.settings, govern.KeeperConfig{Now: func() time.Time { return s.now }})
	ended := make(chan struct{})
	id, err := k.Begin(t.Context(), govern.Who{Actor: "lin", Reason: "test"}, dry, func() { close(ended) })
	if err != nil {
		t.Fatal(err)
	}
	<-ended
	r, _, err := k.Result(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestKeysOfEpochsThatAreEmpty: the key goes with the last that was sealed under
// it, and not before.
func TestKeysOfEpochsThatAreEmpty(t *testing.T) {
	s := newSealing(t, newPlace(t))
	old, alive, added := recordID(1), recordID(2), recordID(3)
	s.document(t, old, 20)
	s.document(t, alive, 1)
	s.document(t, added, 1)
	names := map[string]string{}
	name := func(what string, records ...string) (sealed [][]byte) {
		id, sealed := s.epoch(t, records...)
		names[id] = what
		return sealed
	}
	s.publish(t, ingest.VaultSubject("202601", old), name("expired", old)[0])
	mixed := name("one living record", old, alive)
	s.publish(t, ingest.VaultPartSubject("202601", old, ingest.PartID(1, "x")), mixed[0])
	s.publish(t, ingest.VaultSubject("202601", alive), mixed[1])
	s.publish(t, ingest.VaultPartSubject("202602", added, ingest.PartID(1, "y")), name("an addition", added)[0])
	s.publish(t, ingest.DeadSubject("poison"), name("a dead letter", recordID(4))[0])
	name("nothing", recordID(5))
	name("staged", recordID(6))
	for id, what := range names {
		if what == "staged" {
			data, err := json.Marshal(map[string]any{"envelopes": []map[string]any{{"epoch": id, "sequence": 1, "data": "AA=="}}})
			if err != nil {
				t.Fatal(err)
			}
			s.publish(t, ingest.StagedSubject("abcdefgh"), data)
		}
	}
	young := nats.NewMsg(ingest.KeySubject("abcdefghijklmnop"))
	young.Header.Set(ingest.HeaderBorn, s.now.Add(-time.Hour).Format(time.RFC3339Nano))
	if _, err := s.js.PublishMsg(t.Context(), young); err != nil {
		t.Fatal(err)
	}
	names["abcdefghijklmnop"] = "young"
	there := func() (list []string) {
		for e, err := range ingest.Epochs(t.Context(), s.js, 0) {
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, names[e.Epoch])
		}
		slices.Sort(list)
		return list
	}
	if r := s.run(t, true); r.Keys != 2 || r.Vault.Records != 1 || len(there()) != len(names) {
		t.Errorf("a dry run counts %d keys, and %d are left", r.Keys, len(there()))
	}
	r := s.run(t, false)
	if diff := cmp.Diff([]string{"a dead letter", "an addition", "one living record", "staged", "young"}, there()); diff != "" || r.Keys != 2 {
		t.Errorf("%d keys went: %s", r.Keys, diff)
	}
	var outcomes []string
	for _, e := range s.entries(t, audit.ActionRetention) {
		if e.Object != "stream:"+ingest.StreamKeys {
			continue
		}
		outcomes = append(outcomes, e.Outcome)
		for _, d := range e.Documents {
			id, ok := strings.CutPrefix(d.Record, "epoch:")
			if !ok || !slices.Contains([]string{"expired", "nothing"}, names[id]) || len(d.Hash) != 32 {
				t.Errorf("the ledger names %q", d.Record)
			}
		}
		if e.Counts["epochs"] != 2 || len(e.Documents) != 2 {
			t.Errorf("entry %+v", e)
		}
	}
	if diff := cmp.Diff([]string{govern.OutcomeAnnounced, govern.OutcomeDone}, outcomes); diff != "" {
		t.Error(diff)
	}
	if r := s.run(t, false); r.Keys != 0 {
		t.Errorf("once more, %d keys went", r.Keys)
	}
}

// TestNoKeyGoesWithoutTheLedger: not even one under which nothing is sealed.
func TestNoKeyGoesWithoutTheLedger(t *testing.T) {
	s := newSealing(t, newPlace(t))
	id, _ := s.epoch(t, recordID(1))
	if err := s.js.DeleteStream(t.Context(), ingest.StreamAudit); err != nil {
		t.Fatal(err)
	}
	k := govern.NewKeeper(s.js, s.settings, govern.KeeperConfig{Now: func() time.Time { return s.now }})
	ended := make(chan struct{})
	run, err := k.Begin(t.Context(), govern.Who{Actor: "lin", Reason: "test"}, false, func() { close(ended) })
	if err != nil {
		t.Fatal(err)
	}
	<-ended
	if _, _, err := k.Result(t.Context(), run); err == nil {
		t.Error("the run reports no error")
	}
	if _, err := (ingesttest.Epochs{JS: s.js}).GetEpoch(t.Context(), id); err != nil {
		t.Errorf("the key is gone: %v", err)
	}
}

// TestRestoredVaultStaysShut: a copy of the vault's files from before the key
// went gives records that do not open; nor have the keys' files anything of it.
func TestRestoredVaultStaysShut(t *testing.T) {
	dir := t.TempDir()
	s := &sealing{}
	open := func() (stop func()) { // unencrypted, so that the files can be searched
		srv, err := server.NewServer(&server.Options{DontListen: true, NoSigs: true, JetStream: true, StoreDir: dir})
		if err != nil {
			t.Fatal(err)
		}
		srv.Start()
		if !srv.ReadyForConnections(20 * time.Second) {
			t.Fatal("the server is not ready")
		}
		nc, err := nats.Connect("", nats.InProcessServer(srv))
		if err != nil {
			t.Fatal(err)
		}
		js, err := ingest.JetStream(nc)
		if err != nil {
			t.Fatal(err)
		}
		if err := ingest.Streams(t.Context(), js, ingest.StreamLimits{}); err != nil {
			t.Fatal(err)
		}
		kept, err := settings.Create(t.Context(), js, 1)
		if err != nil {
			t.Fatal(err)
		}
		if s.place == nil {
			s = newSealing(t, &place{js, kept})
		}
		s.place = &place{js, kept}
		return func() { nc.Close(); srv.Shutdown(); srv.WaitForShutdown() }
	}
	stop := open()
	record := recordID(1)
	id, sealed := s.epoch(t, record)
	s.publish(t, ingest.VaultSubject("202601", record), sealed[0])
	s.document(t, record, 20)
	envelope, err := ingesttest.Epochs{JS: s.js}.GetEpoch(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	opener := unseal.NewOpener(ingesttest.Epochs{JS: s.js}, s.officer)
	if _, err := opener.Open(t.Context(), record, sealed[0]); err != nil {
		t.Fatal(err)
	}
	opener.Close()
	stop()
	streams := filepath.Join(dir, "jetstream", "$G", "streams")
	before := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(before, os.DirFS(filepath.Join(streams, ingest.StreamVault))); err != nil {
		t.Fatal(err)
	}
	if n := filesWith(t, dir, envelope[len(envelope)-32:]); n == 0 {
		t.Fatal("the search finds nothing")
	}

	stop = open()
	if r := s.run(t, false); r.Keys != 1 || r.Vault.Records != 1 {
		t.Fatalf("%+v", r)
	}
	stop()
	if n := filesWith(t, dir, envelope[len(envelope)-32:]); n > 0 {
		t.Errorf("%d files still hold the envelope", n)
	}
	if err := os.RemoveAll(filepath.Join(streams, ingest.StreamVault)); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(streams, ingest.StreamVault), os.DirFS(before)); err != nil {
		t.Fatal(err)
	}

	stop = open()
	defer stop()
	stream, err := s.js.Stream(t.Context(), ingest.StreamVault)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := stream.GetLastMsgForSubject(t.Context(), ingest.VaultSubject("*", record))
	if err != nil || !bytes.Equal(msg.Data, sealed[0]) {
		t.Fatalf("the copy was not restored: %v", err)
	}
	opener = unseal.NewOpener(ingesttest.Epochs{JS: s.js}, s.officer)
	defer opener.Close()
	if _, err := opener.Open(t.Context(), record, msg.Data); !errors.Is(err, jetstream.ErrMsgNotFound) {
		t.Errorf("the restored record opens: %v", err)
	}
}

// filesWith counts the files below dir that hold some bytes.
func filesWith(t *testing.T, dir string, what []byte) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, what) {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
