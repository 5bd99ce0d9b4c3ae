package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
)

// TestConnectionErrors expects each mistake to be named, with what to do.
func TestConnectionErrors(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.issue(t, "server", a.cert)
	plain := natsServer(t, "").ClientURL()
	streams := natsServer(t, withJetStream).ClientURL()
	token := natsServer(t, withJetStream+`authorization { token: "a-token-of-the-test" }`).ClientURL()
	encrypted := natsServer(t, withJetStream+a.tlsBlock(false)).ClientURL()
	mutual := natsServer(t, withJetStream+a.tlsBlock(true)).ClientURL()
	tlsURL := func(url string) string { return strings.Replace(url, "nats://", "tls://", 1) }
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { silent.Close() })
	mismatch := natsServer(t, withJetStream).ClientURL()
	if _, err := administrator(t, mismatch).CreateStream(t.Context(), jetstream.StreamConfig{Name: "FEEDBACK_IN", Subjects: []string{"feedback.in.>"}}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		says string
		code int
		args []string
	}{
		"nobody there":     {"whether the server runs", 1, []string{"--nats", fmt.Sprintf("nats://127.0.0.1:%d", freePort(t))}},
		"no such host":     {"no such host", 1, []string{"--nats", "nats://qingting.invalid:4222"}},
		"silence":          {"nothing answers there", 1, []string{"--nats", "nats://" + silent.Addr().String()}},
		"malformed URL":    {"the URL is malformed", 2, []string{"--nats", "nats://user:secret@host:port"}},
		"no token":         {"--token-file", 1, []string{"--nats", token}},
		"wrong token":      {"does not know these credentials", 1, []string{"--nats", token, "--token-file", secretFile(t, "another-token-of-the-test")}},
		"open token file":  {"chmod 600", 1, []string{"--nats", token, "--token-file", publicFile(t, "a-token-of-the-test")}},
		"empty token file": {"is empty", 1, []string{"--nats", token, "--token-file", secretFile(t, "\n")}},
		"no nkey":          {"holds no nkey seed", 1, []string{"--nats", token, "--nkey", secretFile(t, "SUANOTANKEY")}},
		"no credentials":   {"--creds", 1, []string{"--nats", token, "--creds", "absent.creds"}},
		"unknown CA":       {"--ca", 1, []string{"--nats", encrypted}},
		"no CA file":       {"--ca", 1, []string{"--nats", encrypted, "--ca", "absent.pem"}},
		"no certificate":   {"--cert-key", 1, []string{"--nats", mutual, "--ca", a.file("ca")}},
		"half certificate": {"go together", 2, []string{"--nats", mutual, "--ca", a.file("ca"), "--cert", a.file("server")}},
		"TLS to plain":     {"speaks no TLS", 1, []string{"--nats", tlsURL(streams), "--ca", a.file("ca")}},
		"no JetStream":     {"nats-server -js", 1, []string{"--nats", plain}},
		"no cluster":       {"leave out --replicas", 1, []string{"--nats", streams, "--replicas", "3"}},
		"other stream":     {"not made by qingting", 1, []string{"--nats", mismatch}},
		"wildcard inbox":   {"--inbox-prefix", 2, []string{"--nats", streams, "--inbox-prefix", "_X.>"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := outside(t, streams)
			args := append([]string{"serve", "--data", s.data(), "--recipients", s.recipients(), "--roles", "ingest,index"}, c.args...)
			s.fails(t, c.code, c.says, args...)
		})
	}
	t.Run("publisher", func(t *testing.T) {
		s := outside(t, plain)
		s.fails(t, 1, "no stream takes feedback", "publish", oneLine(t), "--nats", plain)
	})
}

func TestURLWithoutPassword(t *testing.T) {
	got := hideUserInfo("nats://user:secret@a:1,b:2,tok@c:3")
	if want := "nats://…@a:1,b:2,…@c:3"; got != want {
		t.Errorf("hideUserInfo: %s, want %s", got, want)
	}
}

func TestTooFewServers(t *testing.T) {
	t.Parallel()
	servers := natsCluster(t)
	s := outside(t, urls(servers))
	s.fails(t, 1, "too few servers", append(s.flags, "--replicas", "5")...)
}

// TestPublisherWithoutPermission does not wait for an answer that never comes.
func TestPublisherWithoutPermission(t *testing.T) {
	t.Parallel()
	config, seeds := guideConfig(t)
	url := natsServer(t, config).ClientURL()
	s := outside(t, url)
	s.fails(t, 1, "does not let this user publish to feedback.in.>", "publish", oneLine(t), "--nats", url, "--nkey", seeds["INDEX"], "--inbox-prefix", "_INDEX")
	s.fails(t, 1, "does not let this user publish to qingting.custody", "dead", "list", "--nats", url, "--nkey", seeds["INDEX"], "--inbox-prefix", "_INDEX")
	s.fails(t, 1, "does not let this user publish to $JS.API.STREAM.INFO", append(s.flags, "--nkey", seeds["PUBLISHER"], "--inbox-prefix", "_INBOX")...)
}

// publicFile is a file that everyone may read.
func publicFile(t testing.TB, content string) string {
	t.Helper()
	path := secretFile(t, content)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func oneLine(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "feedback.jsonl")
	if err := os.WriteFile(path, []byte(`{"id":"1","source":"test","text":"断网"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
