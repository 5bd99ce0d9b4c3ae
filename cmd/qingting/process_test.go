package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"qingting/internal/secrets"
)

// site is one installation on disk: a data directory, secrets, an officer.
type site struct {
	dir      string
	addr     string // where publishers connect
	identity string
	flags    []string
	nats     []string     // flags of somebody else's NATS server, when it uses one
	output   lockedBuffer // everything any of its processes said
	running  []*exec.Cmd
}

func newSite(t testing.TB) *site {
	t.Helper()
	dir := t.TempDir()
	s := &site{dir: dir, identity: filepath.Join(dir, "officer", "officer.key")}
	if err := os.MkdirAll(filepath.Dir(s.identity), 0o700); err != nil {
		t.Fatal(err)
	}
	recipient, err := secrets.NewUnprotectedIdentity(s.identity)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.recipients(), []byte(recipient+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.addr = fmt.Sprintf("127.0.0.1:%d", freePort(t))
	s.flags = []string{"serve", "--data", s.data(), "--recipients", s.recipients(), "--listen", s.addr, "--ack-wait", "1s", "--roles", "ingest,index", "--unregistered", "accept", "--log-level", "debug"}
	return s
}

func (s *site) data() string { return filepath.Join(s.dir, "data") }

func (s *site) recipients() string { return filepath.Join(s.dir, "recipients.txt") }

func (s *site) dataFlags() dataFlags { return dataFlags{Data: s.data()} }

// start runs a server process.
func (s *site) start(t testing.TB, flags ...string) *exec.Cmd {
	t.Helper()
	cmd := s.command(t, append(s.flags, flags...)...)
	cmd.Stdout, cmd.Stderr = &s.output, &s.output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // already gone in most tests
	s.running = append(s.running, cmd)
	return cmd
}

// command is a qingting command in a process of its own: the test binary,
// which TestMain makes answer to that name.
func (s *site) command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(s.dir, "qingting")
	if err := os.Symlink(self, link); err != nil && !os.IsExist(err) {
		t.Fatal(err)
	}
	cmd := exec.Command(link, args...)
	cmd.Dir = s.dir
	return cmd
}

// connect waits for the server's listener.
func (s *site) connect(t testing.TB, opts ...nats.Option) *nats.Conn {
	t.Helper()
	opts = append([]nats.Option{nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.ReconnectWait(20 * time.Millisecond)}, opts...)
	nc, err := nats.Connect("nats://"+s.addr, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	for deadline := time.Now().Add(patience); !nc.IsConnected(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no server after %s; it said:\n%s", patience, s.output.String())
		}
	}
	return nc
}

// stop ends a server as an operator does, and waits.
func (s *site) stop(t testing.TB, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("the server stopped with %v; it said:\n%s", err, s.output.String())
	}
}

// kill ends a server at once, and waits.
func (s *site) kill(t testing.TB, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // "signal: killed"
}

// inTime fails the test when something took longer than a limit. The limit is that
// of an idle machine: on a busy one, where a command that does nothing takes long
// too, it is later by forty of those.
func (s *site) inTime(t testing.TB, what string, began time.Time, limit time.Duration) {
	t.Helper()
	took := time.Since(began)
	if took <= limit {
		return
	}
	idle := time.Now()
	if err := s.command(t, "version").Run(); err != nil {
		t.Fatal(err)
	}
	if nothing := time.Since(idle); took > limit+40*nothing {
		t.Errorf("%s took %s, where a command that does nothing takes %s", what, took, nothing)
	}
}

// lockedBuffer is a buffer that a process's output pumps may share.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func (b *lockedBuffer) Bytes() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Clone(b.buf.Bytes())
}

// alive fails the test when a process ended that nobody stopped: no use to wait.
func (s *site) alive(t testing.TB) {
	t.Helper()
	for _, cmd := range s.running {
		if cmd.ProcessState != nil {
			continue // it was waited for
		}
		state, err := os.ReadFile("/proc/" + strconv.Itoa(cmd.Process.Pid) + "/stat")
		if err == nil && bytes.Contains(state, []byte(") Z ")) {
			t.Fatalf("the server ended; it said:\n%s", lastLines(s.output.String(), 40))
		}
	}
}

// patience is how long a test waits for what must come: long enough for a machine
// with ten other things to do.
const patience = 2 * time.Minute

// waitFor polls until ok, and fails the test when patience is at an end.
func waitFor(t testing.TB, s *site, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(20 * time.Millisecond) {
		s.alive(t)
		if time.Now().After(deadline) {
			t.Fatalf("no %s after %s; the server said:\n%s", what, patience, lastLines(s.output.String(), 40))
		}
	}
}

func lastLines(s string, n int) string {
	lines := strings.Split(s, "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
