package main

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
)

// natsCluster runs three servers that replicate streams.
func natsCluster(t testing.TB) []*server.Server {
	t.Helper()
	var routes [3]string
	var ports [3]int
	for i := range ports {
		ports[i] = freePort(t)
		routes[i] = fmt.Sprintf("nats://127.0.0.1:%d", ports[i])
	}
	servers := make([]*server.Server, len(ports))
	for i := range servers {
		servers[i] = natsServer(t, withJetStream+fmt.Sprintf(
			"server_name: node%d\ncluster { name: test, listen: \"127.0.0.1:%d\", routes: [%s] }\n", i, ports[i], strings.Join(routes[:], ", ")))
	}
	waitUntil(t, "leader of the cluster", func() bool {
		for _, s := range servers {
			if s.JetStreamIsLeader() && len(s.JetStreamClusterPeers()) == len(servers) {
				return true
			}
		}
		return false
	})
	return servers
}

// waitUntil is waitFor where no site is.
func waitUntil(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no %s after %s", what, patience)
		}
	}
}

func urls(servers []*server.Server) string {
	var list []string
	for _, s := range servers {
		list = append(list, s.ClientURL())
	}
	return strings.Join(list, ",")
}

// TestClusterLosesANode stops the server that the process is connected to
// while feedback is published and processed.
func TestClusterLosesANode(t *testing.T) {
	t.Parallel()
	const records = 2000
	servers := natsCluster(t)
	js := administrator(t, urls(servers))
	s := outside(t, urls(servers))
	proc := s.start(t, "--replicas", "3")
	s.awaitStreams(t, js)
	in, err := js.Stream(t.Context(), ingest.StreamIn)
	if err != nil {
		t.Fatal(err)
	}
	if got := in.CachedInfo().Config.Replicas; got != 3 {
		t.Fatalf("%s has %d replicas, want 3", ingest.StreamIn, got)
	}

	published := make(chan struct{})
	go func() {
		defer close(published)
		for first := 0; first < records; first += 200 {
			if err := s.tryPublish(t, first, 200); err != nil {
				t.Error(err)
			}
		}
	}()
	waitFor(t, s, "first document", func() bool { return held(t, js, ingest.StreamDocs) > 0 })
	lost := connectedTo(t, servers)
	lost.Shutdown()
	lost.WaitForShutdown()
	<-published
	s.expectOnce(t, js, records)
	waitFor(t, s, "message that the server is back", func() bool { return strings.Contains(s.output.String(), "the NATS server is back") })
	if n := strings.Count(s.output.String(), "lost the NATS server"); n != 1 {
		t.Errorf("the log says %d times that the server was lost, want once", n)
	}
	s.awaitIndexedAtLast(t, js)
	s.stop(t, proc)
	if n := s.indexedIn(t, "data"); n != records {
		t.Errorf("the index holds %d records, want %d", n, records)
	}
}

// connectedTo is the server that the process under test uses.
func connectedTo(t testing.TB, servers []*server.Server) *server.Server {
	t.Helper()
	for _, s := range servers {
		conns, err := s.Connz(&server.ConnzOptions{Subscriptions: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range conns.Conns {
			for _, subject := range c.Subs {
				if strings.HasPrefix(subject, serverInbox+".") {
					return s
				}
			}
		}
	}
	t.Fatal("no server knows the process")
	return nil
}

// TestServerComesBack takes the only server away for a while.
func TestServerComesBack(t *testing.T) {
	t.Parallel()
	port, store := freePort(t), t.TempDir()
	config := fmt.Sprintf("listen: \"127.0.0.1:%d\"\njetstream { store_dir: %q }\n", port, store)
	srv := natsServer(t, config)
	url := srv.ClientURL()
	js := administrator(t, url)
	s := outside(t, url)
	proc := s.start(t)
	s.awaitStreams(t, js)
	s.publish(t, 0, 300)
	waitFor(t, s, "first document", func() bool { return held(t, js, ingest.StreamDocs) > 0 })
	srv.Shutdown()
	srv.WaitForShutdown()
	waitFor(t, s, "message that the server is lost", func() bool { return strings.Contains(s.output.String(), "lost the NATS server") })
	natsServer(t, config)
	s.publish(t, 300, 200)
	s.expectOnce(t, js, 500)
	if n := strings.Count(s.output.String(), "lost the NATS server"); n != 1 {
		t.Errorf("the log says %d times that the server was lost, want once", n)
	}
	s.awaitIndexedAtLast(t, js)
	s.stop(t, proc)
	if n := s.indexedIn(t, "data"); n != 500 {
		t.Errorf("the index holds %d records, want 500", n)
	}
}

// awaitIndexedAtLast waits until the indexer said that it is at the end of the
// documents.
func (s *site) awaitIndexedAtLast(t testing.TB, js jetstream.JetStream) {
	t.Helper()
	waitFor(t, s, "index of all documents", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		docs, err := js.Stream(ctx, ingest.StreamDocs)
		return err == nil && strings.Contains(s.output.String(), fmt.Sprintf(" sequence=%d ", docs.CachedInfo().State.LastSeq))
	})
}

// TestStoppedWithoutServer tells a process to stop while its server is away.
func TestStoppedWithoutServer(t *testing.T) {
	t.Parallel()
	srv := natsServer(t, withJetStream)
	js := administrator(t, srv.ClientURL())
	s := outside(t, srv.ClientURL())
	proc := s.start(t)
	s.awaitStreams(t, js)
	s.publish(t, 0, 20)
	s.expectOnce(t, js, 20)
	srv.Shutdown()
	srv.WaitForShutdown()
	waitFor(t, s, "message that the server is lost", func() bool { return strings.Contains(s.output.String(), "lost the NATS server") })
	began := time.Now()
	if err := proc.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = proc.Wait() // the output says it
	s.inTime(t, "stopping", began, 15*time.Second)
	if code := proc.ProcessState.ExitCode(); code != 0 && !strings.Contains(s.output.String(), "the next start takes it again") {
		t.Errorf("exit code %d, and no word of why:\n%s", code, lastLines(s.output.String(), 5))
	}
}
