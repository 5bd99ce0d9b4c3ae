package browser

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// roles are those who walk; nobody is who has not signed in.
var roles = []string{"analyst", "officer", "auditor", "approver", "operator", "publisher", nobody}

const (
	nobody   = ""
	password = "three cats crossed seven bridges"
)

// userOf is the name of the one user of a role.
func userOf(role string) string { return "u-" + role }

// server is a process of the built binary, with what it has taken in.
type server struct {
	binary, dir string
	url         string // of the pages
	nats        string
	cmd         *exec.Cmd
	said        *output
}

// output is what a process says, safe for concurrent use.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// build makes the binary that the tests run.
func build(ctx context.Context, dir string) (string, error) {
	binary := filepath.Join(dir, "qingting")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "qingting/cmd/qingting").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return binary, nil
}

// run runs a command of the binary and returns its standard output.
func (s *server) run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, s.binary, args...)
	cmd.Dir = s.dir
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("qingting %s: %w\n%s", strings.Join(args[:min(2, len(args))], " "), err, said.String())
	}
	return string(out), nil
}

// asOperator are the flags by which the operator is let in.
func (s *server) asOperator() []string {
	return []string{"--nats", s.nats, "--token-file", filepath.Join(s.dir, "data-secrets", "operator.token")}
}

// newServer publishes feedback over NATS to a fresh installation in dir, and then
// serves it: the built-in corpus, or a file.
func newServer(ctx context.Context, binary, dir string, input ...string) (*server, error) {
	s := &server{binary: binary, dir: dir, said: &output{}}
	if _, err := s.run(ctx, append([]string{"demo", "--once", "--data", dir}, input...)...); err != nil {
		return nil, err
	}
	pages, err := freePort()
	if err != nil {
		return nil, err
	}
	listen, err := freePort()
	if err != nil {
		return nil, err
	}
	s.url, s.nats = "http://"+pages, "nats://"+listen
	s.cmd = exec.Command(binary, "serve", "--data", filepath.Join(dir, "data"), "--recipients", filepath.Join(dir, "officer", "officer.pub"),
		"--listen", listen, "--http", pages, "--sign-in", "required", "--unregistered", "accept", "--trusted-proxy", "127.0.0.1")
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = dir, s.said, s.said
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	return s, s.ready(ctx)
}

// freePort is an address of this machine that nobody listens on.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// ready waits until the pages are served and the operator is let in.
func (s *server) ready(ctx context.Context) error {
	var last error
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		var res *http.Response
		if res, last = http.Get(s.url + "/healthz"); last != nil {
			continue
		}
		_ = res.Body.Close()
		if _, last = s.run(ctx, append([]string{"users", "list"}, s.asOperator()...)...); last == nil {
			return nil
		}
	}
	return fmt.Errorf("the server is not ready after a minute: %w; it said:\n%s", last, s.said)
}

// addUser makes a user and returns the link by which they choose a password.
func (s *server) addUser(ctx context.Context, name, role string) (string, error) {
	link, err := s.run(ctx, append([]string{"users", "add", name, "--role", role, "--link", "--pages-url", s.url}, s.asOperator()...)...)
	return strings.TrimSpace(link), err
}

// stop ends the process as an operator does.
func (s *server) stop() error {
	if s.cmd == nil || s.cmd.Process == nil {
		return nil
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}

// stage is what all tests share: a browser, a binary, a server with the built-in
// corpus, and the people in it. It is made by the test that needs it first.
type stage struct {
	browser context.Context
	binary  string
	dir     string
	main    *server
	people  map[string]*tab // by role, signed in
}

var (
	theStage  *stage
	errStage  error
	onceStage sync.Once
)

// onStage is the stage, or the end of the test.
func onStage(t *testing.T) *stage {
	t.Helper()
	onceStage.Do(func() { theStage, errStage = newStage(context.Background()) })
	if errStage != nil {
		t.Fatal(errStage)
	}
	return theStage
}

func newStage(ctx context.Context) (*stage, error) {
	dir, err := os.MkdirTemp("", "qingting-browser-")
	if err != nil {
		return nil, err
	}
	st := &stage{dir: dir, people: make(map[string]*tab)}
	theStage = st // so that what was begun is cleared away
	if st.browser, err = launch(ctx); err != nil {
		return nil, err
	}
	if st.binary, err = build(ctx, dir); err != nil {
		return nil, err
	}
	site := filepath.Join(dir, "site")
	if err := os.Mkdir(site, 0o700); err != nil {
		return nil, err
	}
	if st.main, err = newServer(ctx, st.binary, site, "--items", "1600"); err != nil {
		return nil, err
	}
	day := time.Now().AddDate(0, 0, -12).Format(time.DateOnly)
	if _, err := st.main.run(ctx, append([]string{"interventions", "add", "新账单版式", "--date", day, "--theme", "billing-opaque"}, st.main.asOperator()...)...); err != nil {
		return nil, err
	}
	for _, role := range roles {
		if st.people[role], err = st.enter(ctx, st.main, role); err != nil {
			return nil, fmt.Errorf("as %q: %w", role, err)
		}
	}
	officer := st.people["officer"]
	if _, _, err := officer.open("/desk/review"); err != nil {
		return nil, err
	}
	if err := officer.send("#draw form", "input[name=reason]", "每月抽查", "input[name=size]", "5"); err != nil {
		return nil, fmt.Errorf("drawing a sample: %w", err)
	}
	return st, nil
}

// enter opens a tab with cookies of its own; who has a role becomes a user and signs
// in as people do.
func (st *stage) enter(ctx context.Context, s *server, role string) (*tab, error) {
	b, err := newTab(st.browser, s.url, fmt.Sprintf("192.0.2.%d", 1+slices.Index(roles, role)))
	if err != nil || role == nobody {
		return b, err
	}
	link, err := s.addUser(ctx, userOf(role), role)
	if err != nil {
		return nil, err
	}
	return b, b.signIn(link, userOf(role))
}

func TestMain(m *testing.M) {
	code := m.Run()
	if st := theStage; st != nil {
		if st.main != nil {
			if err := st.main.stop(); err != nil {
				fmt.Fprintf(os.Stderr, "the server stopped with %v; it said:\n%s", err, st.main.said)
				code = max(code, 1)
			}
		}
		if st.browser != nil {
			if err := closeBrowser(st.browser); err != nil && !errors.Is(err, context.Canceled) {
				fmt.Fprintln(os.Stderr, "the browser:", err)
			}
		}
		if err := os.RemoveAll(st.dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	os.Exit(code)
}
