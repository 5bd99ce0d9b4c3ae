package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/internal/document"
	"qingting/search"
	"qingting/textmining/segment"
)

// natsServer runs a NATS server of its own inside the test, with a configuration
// file as an operator writes it, and returns it when it takes connections.
func natsServer(t testing.TB, config string) *server.Server {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "nats.conf")
	config = strings.ReplaceAll(config, "$STORE", filepath.Join(dir, "store"))
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	opts, err := server.ProcessConfigFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if opts.Host == "" {
		opts.Host = "127.0.0.1"
	}
	if opts.Port == 0 {
		opts.Port = server.RANDOM_PORT
	}
	opts.NoSigs, opts.NoLog = true, true
	s, err := server.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(patience) {
		t.Fatal("the NATS server is not ready")
	}
	return s
}

const withJetStream = `jetstream { store_dir: "$STORE" }
`

// outside is an installation that uses a NATS server of somebody's.
func outside(t testing.TB, url string, access ...string) *site {
	t.Helper()
	s := newSite(t)
	s.nats = append([]string{"--nats", url}, access...)
	s.flags = s.outsideFlags("data", "ingest,index")
	return s
}

// outsideFlags are those of a process with a data directory and roles of its own.
func (s *site) outsideFlags(data, roles string) []string {
	return append([]string{
		"serve", "--data", filepath.Join(s.dir, data), "--secrets", filepath.Join(s.dir, "secrets"), "--recipients", s.recipients(),
		"--ack-wait", "2s", "--roles", roles, "--unregistered", "accept", "--log-level", "debug",
	}, s.nats...)
}

// publish runs qingting publish on records numbered from first.
func (s *site) publish(t testing.TB, first, n int, access ...string) {
	t.Helper()
	if err := s.tryPublish(t, first, n, access...); err != nil {
		t.Fatal(err)
	}
}

// tryPublish is publish for a goroutine that is not the test's.
func (s *site) tryPublish(t testing.TB, first, n int, access ...string) error {
	if access == nil {
		access = s.nats
	}
	var lines strings.Builder
	for i := first; i < first+n; i++ {
		fmt.Fprintf(&lines, `{"id":"r%05d","source":"cluster-test","channel":"app","time":"2026-03-%02dT08:00:00Z","text":"第%d次反映了，宽带还是断网，我的电话是%s，请回电"}`+"\n",
			i, 1+i%28, i, mobile(i))
	}
	cmd := s.command(t, append([]string{"publish", "-"}, access...)...)
	cmd.Stdin = strings.NewReader(lines.String())
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("publishing: %w\n%s\nthe server said:\n%s", err, out, lastLines(s.output.String(), 40))
	}
	return nil
}

// administrator is a connection with all rights, to look with.
func administrator(t testing.TB, url string, opts ...nats.Option) jetstream.JetStream {
	t.Helper()
	opts = append([]nats.Option{nats.MaxReconnects(-1), nats.ReconnectWait(50 * time.Millisecond)}, opts...)
	nc, err := nats.Connect(url, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// held is how many messages a stream holds, 0 when it is not there yet.
func held(t testing.TB, js jetstream.JetStream, stream string) uint64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	s, err := js.Stream(ctx, stream)
	if err != nil {
		return 0
	}
	return s.CachedInfo().State.Msgs
}

// awaitStreams waits until a server has made the last of the streams.
func (s *site) awaitStreams(t testing.TB, js jetstream.JetStream) {
	t.Helper()
	waitFor(t, s, "streams", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		_, err := js.Stream(ctx, ingest.StreamAudit)
		return err == nil
	})
}

// expectOnce waits until the records are processed, and expects each once: one
// latest document, one vault entry, no dead letter.
func (s *site) expectOnce(t testing.TB, js jetstream.JetStream, records int) map[string]*document.Document {
	t.Helper()
	waitFor(t, s, "empty queue", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		in, err := js.Stream(ctx, ingest.StreamIn)
		return err == nil && in.CachedInfo().State.Msgs == 0
	})
	if n := held(t, js, ingest.StreamVault); n != uint64(records) {
		t.Errorf("the vault holds %d entries, want %d", n, records)
	}
	if n := held(t, js, ingest.StreamDead); n != 0 {
		t.Errorf("%d dead letters, want none", n)
	}
	latest := latestDocuments(t, &streams{js: js})
	if len(latest) != records {
		t.Errorf("%d records in %s, want %d", len(latest), ingest.StreamDocs, records)
	}
	return latest
}

// indexedIn is how many records the index of a stopped process holds.
func (s *site) indexedIn(t testing.TB, data string) uint64 {
	t.Helper()
	seg, err := segment.New()
	if err != nil {
		t.Fatal(err)
	}
	ix, err := search.Open(dataFlags{Data: filepath.Join(s.dir, data)}.indexDir(), search.Config{Segmenter: words{seg}})
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	n, err := ix.Count()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// runThrough starts a server, publishes, and expects everything once, in the
// index as well.
func (s *site) runThrough(t testing.TB, js jetstream.JetStream, records int) {
	t.Helper()
	server := s.start(t)
	s.awaitStreams(t, js)
	s.publish(t, 0, records)
	s.expectOnce(t, js, records)
	s.awaitIndexed(t, records)
	s.stop(t, server)
	if n := s.indexedIn(t, "data"); n != uint64(records) {
		t.Errorf("the index holds %d records, want %d", n, records)
	}
}

// awaitIndexed waits until the indexers said that they put that many
// documents: the debug log counts them for each process.
func (s *site) awaitIndexed(t testing.TB, records int) {
	t.Helper()
	want := fmt.Sprintf("documents=%d ", records)
	waitFor(t, s, "index", func() bool { return strings.Contains(s.output.String(), want) })
}

func TestServeByToken(t *testing.T) {
	t.Parallel()
	srv := natsServer(t, withJetStream+`authorization { token: "a-token-of-the-test" }`)
	js := administrator(t, srv.ClientURL(), nats.Token("a-token-of-the-test"))
	s := outside(t, srv.ClientURL(), "--token-file", secretFile(t, "a-token-of-the-test\n"))
	s.runThrough(t, js, 50)
}

// TestRolesApart keeps ingest and index in processes of their own.
func TestRolesApart(t *testing.T) {
	t.Parallel()
	srv := natsServer(t, withJetStream)
	js := administrator(t, srv.ClientURL())
	s := outside(t, srv.ClientURL())
	s.flags = s.outsideFlags("ingest", "ingest")
	ingesting := s.start(t)
	s.awaitStreams(t, js)
	s.publish(t, 0, 100)
	s.flags = s.outsideFlags("index", "index")
	indexing := s.start(t)
	s.expectOnce(t, js, 100)
	s.awaitIndexed(t, 100)
	s.stop(t, indexing)
	s.stop(t, ingesting)
	if n := s.indexedIn(t, "index"); n != 100 {
		t.Errorf("the index holds %d records, want 100", n)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "ingest", "index")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the process that only takes feedback in has an index (%v)", err)
	}
}

// TestTwoWorkers has two processes share the work of one queue.
func TestTwoWorkers(t *testing.T) {
	t.Parallel()
	const records = 3000
	srv := natsServer(t, withJetStream)
	js := administrator(t, srv.ClientURL())
	s := outside(t, srv.ClientURL())
	s.flags = s.outsideFlags("one", "ingest")
	one := s.start(t)
	s.awaitStreams(t, js)
	s.flags = s.outsideFlags("two", "ingest")
	two := s.start(t)
	waitFor(t, s, "second worker", func() bool {
		c, err := js.Consumer(t.Context(), ingest.StreamIn, "ingest")
		return err == nil && c.CachedInfo().NumWaiting >= 2
	})
	s.publish(t, 0, records)
	s.expectOnce(t, js, records)
	if n := held(t, js, ingest.StreamDocs); n != records {
		t.Errorf("%d documents of %d records: some were processed twice", n, records)
	}
	if n := held(t, js, ingest.StreamKeys); n < 2 {
		t.Errorf("%d epoch keys, want one of each worker at least: one of them did nothing", n)
	}
	s.stop(t, one)
	s.stop(t, two)
}

// TestWorkersOfDifferentSecrets would make two records of one.
func TestWorkersOfDifferentSecrets(t *testing.T) {
	t.Parallel()
	srv := natsServer(t, withJetStream)
	js := administrator(t, srv.ClientURL())
	s := outside(t, srv.ClientURL())
	one := s.start(t)
	waitFor(t, s, "worker", func() bool {
		_, err := js.Consumer(t.Context(), ingest.StreamIn, "ingest")
		return err == nil
	})
	other := append(s.outsideFlags("other", "ingest"), "--secrets", filepath.Join(s.dir, "other-secrets"))
	s.fails(t, 1, "same secrets directory", other...)
	s.stop(t, one)
	secret, err := os.ReadFile(filepath.Join(s.dir, "secrets", ledgerKeyFile)) // the ledger goes on
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "other-secrets", ledgerKeyFile), secret, 0o600); err != nil {
		t.Fatal(err)
	}
	accepted := s.command(t, append(other, "--new-record-key")...)
	accepted.Stderr = &s.output
	if err := accepted.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = accepted.Process.Kill() })
	s.publish(t, 0, 10)
	s.expectOnce(t, js, 10)
	s.stop(t, accepted)
}

// fails runs a command that must fail with the exit code and say something,
// within 15 seconds of an idle machine.
func (s *site) fails(t testing.TB, code int, says string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := s.command(t, args...)
	var out lockedBuffer
	cmd.Stdout, cmd.Stderr = &out, &out
	began := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	defer stop()
	_ = cmd.Wait() // the exit code says it
	s.inTime(t, "failing", began, 15*time.Second)
	if got := cmd.ProcessState.ExitCode(); got != code {
		t.Errorf("exit code %d, want %d", got, code)
	}
	if !strings.Contains(out.String(), says) {
		t.Errorf("it does not say %q, but:\n%s", says, out.String())
	}
	if strings.Contains(says, "does not let this user") && strings.Contains(out.String(), "connection closed") {
		t.Errorf("it says what followed, too:\n%s", out.String())
	}
}

// secretFile is a file that only its owner may read.
func secretFile(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// ports are those that freePort gave out.
var ports struct {
	sync.Mutex
	given map[int]bool
}

// freePort is a port that nobody listens on, and that the system does not give
// to outgoing connections meanwhile: it is below their range.
func freePort(t testing.TB) int {
	t.Helper()
	ports.Lock()
	defer ports.Unlock()
	if ports.given == nil {
		ports.given = map[int]bool{}
	}
	for range 1000 {
		port := 20000 + rand.IntN(12000)
		if ports.given[port] {
			continue
		}
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue // somebody listens there
		}
		l.Close()
		ports.given[port] = true
		return port
	}
	t.Fatal("no free port among a thousand")
	return 0
}
