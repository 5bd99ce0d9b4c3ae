package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"

	"qingting/ingest"
	"qingting/ingest/settings"
)

// seldom are the permissions that a process uses on occasions which
// TestEveryPermissionIsNeeded does not bring about.
var seldom = []string{
	"$JS.ACK.FEEDBACK_IN.ingest.>",                   // past the minute of allow_responses
	"$JS.API.CONSUMER.INFO.FEEDBACK_IN.ingest",       // a later start with other settings
	"$JS.API.CONSUMER.DELETE.FEEDBACK_DOCS.>",        // after a pause of the server
	"$JS.API.CONSUMER.DELETE.FEEDBACK_AUDIT.>",       // likewise
	"$JS.API.CONSUMER.DELETE.FEEDBACK_CHECKPOINTS.>", // likewise
	"$JS.API.DIRECT.GET.FEEDBACK_CHECKPOINTS",        // a later start, in TestPermissionsOfTheGuide
	"$JS.API.CONSUMER.DELETE.KV_FEEDBACK_MARKS.>",    // when the process stops
	"$JS.API.CONSUMER.DELETE.KV_FEEDBACK_SETTINGS.>", // likewise
	"feedback.alerts.>",                              // a burst, in TestPermissionsOfTheGuide
	"feedback.matches.>",                             // a saved search that finds something new
	"feedback.in.>",                                  // dead retry, likewise
	"$JS.API.STREAM.MSG.DELETE.FEEDBACK_DEAD",        // likewise
	"INGEST $JS.API.DIRECT.GET.FEEDBACK_DOCS",        // reveal, in TestPermissionsOfTheGuide
	"$JS.API.CONSUMER.CREATE.FEEDBACK_VAULT.>",       // retention, likewise
	"$JS.API.CONSUMER.MSG.NEXT.FEEDBACK_VAULT.>",     // likewise
	"$JS.API.CONSUMER.DELETE.FEEDBACK_VAULT.>",       // likewise
	"$JS.API.STREAM.UPDATE.FEEDBACK_VAULT",           // likewise
	"$JS.API.STREAM.MSG.DELETE.FEEDBACK_KEYS",        // keys rotate, likewise
}

// TestEveryPermissionIsNeeded takes each permission of the ingest and index
// roles away: the process must end, and say which one is missing.
func TestEveryPermissionIsNeeded(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts a process for each permission")
	}
	config, seeds := guideConfig(t)
	for _, role := range []string{"INGEST", "INDEX"} {
		for i := range grants(t, config, seeds, role) {
			t.Run(fmt.Sprintf("%s-%d", role, i), func(t *testing.T) {
				t.Parallel()
				withoutGrant(t, config, seeds, role, i)
			})
		}
	}
}

// grants counts what a user of the configuration may do.
func grants(t testing.TB, config string, seeds map[string]string, role string) int {
	t.Helper()
	n := 0
	_, lists := parseGrants(t, config, seeds, role)
	for _, list := range lists {
		n += len(*list)
	}
	return n
}

func parseGrants(t testing.TB, config string, seeds map[string]string, role string) (*server.Options, []*[]string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "nats.conf")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(config, "$STORE", t.TempDir())), 0o600); err != nil {
		t.Fatal(err)
	}
	opts, err := server.ProcessConfigFile(file)
	if err != nil {
		t.Fatal(err)
	}
	seed, err := os.ReadFile(seeds[role])
	if err != nil {
		t.Fatal(err)
	}
	kp, err := nkeys.FromSeed(bytes.TrimSpace(seed))
	if err != nil {
		t.Fatal(err)
	}
	public, err := kp.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range opts.Nkeys {
		if account.Nkey == public {
			return opts, []*[]string{&account.Permissions.Publish.Allow, &account.Permissions.Subscribe.Allow}
		}
	}
	t.Fatalf("no user %s", role)
	return nil, nil
}

// withoutGrant runs all parts without the n-th permission of a role.
func withoutGrant(t *testing.T, config string, seeds map[string]string, role string, n int) {
	opts, lists := parseGrants(t, config, seeds, role)
	var gone string
	for _, list := range lists {
		if n < len(*list) {
			gone = (*list)[n]
			*list = slices.Delete(slices.Clone(*list), n, n+1)
			break
		}
		n -= len(*list)
	}
	if slices.Contains(seldom, gone) || slices.Contains(seldom, role+" "+gone) {
		return
	}
	for _, list := range lists {
		if len(*list) == 0 {
			*list = []string{"nothing"} // an empty list would allow all
		}
	}
	opts.Port, opts.NoSigs, opts.NoLog = server.RANDOM_PORT, true, true
	srv, err := server.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	srv.Start()
	t.Cleanup(func() { srv.Shutdown(); srv.WaitForShutdown() })
	if !srv.ReadyForConnections(patience) {
		t.Fatal("the NATS server is not ready")
	}
	js := administrator(t, srv.ClientURL(), asUser(t, seeds["ADMIN"]))
	s := outside(t, srv.ClientURL())
	name := map[string]string{"INGEST": "_INGEST", "INDEX": "_INDEX"}[role]
	s.nats = append(s.nats, "--nkey", seeds[role], "--inbox-prefix", name)
	s.flags = s.outsideFlags("data", map[string]string{"INGEST": "ingest", "INDEX": "index,web"}[role])
	pages := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	s.flags = append(s.flags, "--http", pages)
	if role == "INDEX" && !strings.Contains(gone, "STREAM.CREATE") {
		if err := ingest.Streams(t.Context(), js, ingest.StreamLimits{}); err != nil {
			t.Fatal(err)
		}
		if _, err := settings.Create(t.Context(), js, 1); err != nil {
			t.Fatal(err)
		}
		eraseLast(t, js)
	}
	proc := s.start(t)
	ended := make(chan struct{})
	go func() { _ = proc.Wait(); close(ended) }()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	go exercise(ctx, s, t, srv.ClientURL(), seeds)
	go visit(ctx, s, "http://"+pages)
	asked := make(chan struct{}) // in vain, by a page: that is said, and the process goes on
	go func() {
		for ctx.Err() == nil && !strings.Contains(s.output.String(), "does not let this user publish to qingting.") {
			time.Sleep(20 * time.Millisecond)
		}
		close(asked)
	}()
	select {
	case <-ended:
	case <-asked:
		if ctx.Err() != nil {
			t.Errorf("without %s, all goes on: the permission is not needed, or nothing is said", gone)
		}
		_ = proc.Process.Kill()
		<-ended
		return
	}
	if !strings.Contains(s.output.String(), "does not let this user") {
		t.Errorf("without %s it says:\n%s", gone, lastLines(s.output.String(), 5))
	}
}

// eraseLast leaves FEEDBACK_DOCS with an end that is no longer there.
func eraseLast(t testing.TB, js jetstream.JetStream) {
	t.Helper()
	ack, err := js.Publish(t.Context(), ingest.DocsSubject("aaaaaaaaaaaaaaaaaaaaaaaaaa"), []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	docs, err := js.Stream(t.Context(), ingest.StreamDocs)
	if err != nil {
		t.Fatal(err)
	}
	if err := docs.SecureDeleteMsg(t.Context(), ack.Sequence); err != nil {
		t.Fatal(err)
	}
}
