package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"

	"qingting/ingest"
	"qingting/ingest/settings"
)

// The operator's guide holds the configuration that these tests run with, so
// that the guide cannot say what does not work.
const guide = "../../docs/operator.md"

// rolesOfGuide are the users in the guide's configuration.
var rolesOfGuide = []string{"ADMIN", "INGEST", "INDEX", "PUBLISHER", "ANALYST", "OFFICER", "APPROVER", "AUDITOR", "OPERATOR", "PAGES"}

// guideConfig is the first block of NATS configuration in the guide, with a new
// nkey for each user; seeds are the files of their seeds.
func guideConfig(t testing.TB) (config string, seeds map[string]string) {
	t.Helper()
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)```conf\n(.*?)```").FindSubmatch(text)
	if m == nil {
		t.Fatal("the guide has no block of NATS configuration")
	}
	config, seeds = string(m[1]), make(map[string]string)
	for _, role := range rolesOfGuide {
		public, seed := newUser(t)
		if !strings.Contains(config, "U…"+role) {
			t.Fatalf("the guide has no user %s", role)
		}
		config = strings.ReplaceAll(config, "U…"+role, public)
		seeds[role] = seed
	}
	return "listen: \"127.0.0.1:-1\"\n" + withJetStream + config, seeds
}

func asUser(t testing.TB, seed string) nats.Option {
	t.Helper()
	opt, err := nats.NkeyOptionFromSeed(seed)
	if err != nil {
		t.Fatal(err)
	}
	return opt
}

// inboxOf is where answers to the user with a seed come in.
func inboxOf(t testing.TB, seed string) string {
	t.Helper()
	inbox, err := natsFlags{NKey: seed}.userInbox()
	if err != nil {
		t.Fatal(err)
	}
	return inbox
}

// TestPermissionsOfTheGuide runs every role with what the guide grants it.
func TestPermissionsOfTheGuide(t *testing.T) {
	config, seeds := guideConfig(t)
	srv := natsServer(t, config)
	js := administrator(t, srv.ClientURL(), asUser(t, seeds["ADMIN"]))
	s := outside(t, srv.ClientURL())
	ingesting, indexing := s.startRoles(t, js, seeds)
	playAllParts(t, s, srv.ClientURL(), js, seeds)
	s.awaitIndexedAtLast(t, js)
	s.warns(t, srv.ClientURL(), seeds)
	s.stop(t, indexing)
	signed := held(t, js, ingest.StreamCheckpoints)
	if signed == 0 {
		t.Error("the ledger was not signed")
	}
	s.stop(t, ingesting)
	s.nats = append(slices.Clone(s.nats), "--nkey", seeds["INGEST"], "--inbox-prefix", "_INGEST")
	s.flags = s.outsideFlags("ingest", "ingest")
	ingesting = s.start(t) // reads what is signed
	s.publish(t, 100, 1, "--nats", srv.ClientURL(), "--nkey", seeds["PUBLISHER"])
	waitFor(t, s, "next checkpoint", func() bool { return held(t, js, ingest.StreamCheckpoints) > signed })
	s.stop(t, ingesting)
}

// startRoles starts ingest and index, each as the guide's user for it.
func (s *site) startRoles(t testing.TB, js jetstream.JetStream, seeds map[string]string) (ingesting, indexing *exec.Cmd) {
	t.Helper()
	url := s.nats
	s.nats = append(slices.Clone(url), "--nkey", seeds["INGEST"], "--inbox-prefix", "_INGEST")
	s.flags = s.outsideFlags("ingest", "ingest")
	ingesting = s.start(t)
	s.awaitStreams(t, js)
	s.nats = append(slices.Clone(url), "--nkey", seeds["INDEX"], "--inbox-prefix", "_INDEX")
	s.flags = append(s.outsideFlags("index", "index"), "--alert-every", "1s")
	indexing = s.start(t)
	s.nats = url
	return ingesting, indexing
}

// playAllParts publishes as publisher, corrects a record, sends what cannot be
// read, and then reveals, lists and retries as officer.
func playAllParts(t testing.TB, s *site, url string, js jetstream.JetStream, seeds map[string]string) {
	t.Helper()
	publisher := []string{"--nats", url, "--nkey", seeds["PUBLISHER"]}
	s.publish(t, 0, 30, publisher...)
	latest := s.expectOnce(t, js, 30)
	s.publish(t, 0, 1, publisher...) // the worker looks the vault entry up and replaces it
	nc, err := nats.Connect(url, asUser(t, seeds["PUBLISHER"]))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if err := nc.Publish("feedback.in.app", []byte(`{"text":`)); err != nil {
		t.Fatal(err)
	}
	waitFor(t, s, "dead letter", func() bool { return held(t, js, ingest.StreamDead) == 1 })

	officer := []string{"--nats", url, "--nkey", seeds["OFFICER"]}
	person := []string{"--identity", s.identity, "--actor", "officer", "--reason", "a test"}
	auditor := []string{"--nats", url, "--nkey", seeds["AUDITOR"]}
	key := []string{"--key", filepath.Join(s.dir, "secrets", ledgerPubFile)}
	waitFor(t, s, "checkpoint", func() bool { return held(t, js, ingest.StreamCheckpoints) > 0 })
	_, recipient := s.newKey(t, "lin")
	var record string
	for record = range latest {
		break
	}
	whom := filepath.Join(s.dir, "whom")
	if err := os.WriteFile(whom, []byte(mobile(3)), 0o600); err != nil {
		t.Fatal(err)
	}
	asks := []string{"--from", whom, "--reason", "a test"}
	for _, args := range [][]string{
		slices.Concat([]string{"sources", "add", "app", "--purpose", "service", "--basis", "contract", "--reason", "a test"}, officer),
		slices.Concat([]string{"sources", "list"}, auditor),
		slices.Concat([]string{"retention", "set", "--vault", "200", "--reason", "a test"}, officer),
		slices.Concat([]string{"retention", "run", "--reason", "a test"}, officer),
		slices.Concat([]string{"export", "-o", filepath.Join(s.dir, "export.csv"), "--reason", "a test"}, officer),
		slices.Concat([]string{"reveal", record, "--purpose", "verify"}, person, officer),
		slices.Concat([]string{"dead", "list"}, officer),
		slices.Concat([]string{"dead", "retry", "1"}, person, officer),
		slices.Concat([]string{"audit", "list"}, officer),
		slices.Concat([]string{"audit", "sample", "--size", "5"}, officer),
		slices.Concat([]string{"audit", "sample", "--list"}, officer),
		slices.Concat([]string{"audit", "gaps"}, officer),
		slices.Concat([]string{"keys", "add", "lin", "--recipient", recipient, "--reason", "a test"}, officer),
		slices.Concat([]string{"keys", "rotate"}, person, officer),
		slices.Concat([]string{"keys", "check"}, person, officer),
		slices.Concat([]string{"keys", "list"}, auditor),
		slices.Concat([]string{"subject", "find"}, asks, officer),
		slices.Concat([]string{"subject", "export", "-i", s.identity, "-o", filepath.Join(s.dir, "package")}, asks, officer),
		slices.Concat([]string{"subject", "restrict", "--yes"}, asks, officer),
		slices.Concat([]string{"subject", "free", "--yes"}, asks, officer),
		slices.Concat([]string{"subject", "erase", "--yes"}, asks, officer),
		slices.Concat([]string{"requests", "open", "access", "--from", whom}, officer),
		slices.Concat([]string{"requests", "list"}, officer),
		slices.Concat([]string{"audit", "export", filepath.Join(s.dir, "export")}, key, auditor),
		slices.Concat([]string{"audit", "witness", "--witness-key", s.witnessKey(t), "--state", filepath.Join(s.dir, "state")}, key, auditor),
	} {
		if out, err := s.command(t, args...).CombinedOutput(); err != nil {
			t.Errorf("qingting %s: %v\n%s\nthe server said:\n%s", strings.Join(args[:2], " "), err, out, lastLines(s.output.String(), 10))
		}
	}
	s.fails(t, 1, "does not let this user", slices.Concat([]string{"reveal", record, "--purpose", "verify"}, person, auditor)...)
}

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
	if !srv.ReadyForConnections(20 * time.Second) {
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
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	go exercise(ctx, s, t, srv.ClientURL(), seeds)
	go visit(ctx, s, "http://"+pages)
	select {
	case <-ended:
	case <-ctx.Done():
		t.Errorf("without %s, all goes on: the permission is not needed, or nothing is said", gone)
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

// exercise does what playAllParts does, as far as it comes, until ctx ends.
func exercise(ctx context.Context, s *site, t testing.TB, url string, seeds map[string]string) {
	nc, err := nats.Connect(url, asUser(t, seeds["PUBLISHER"]))
	if err != nil {
		return
	}
	defer nc.Close()
	officer, err := nats.Connect(url, asUser(t, seeds["OFFICER"]), nats.CustomInboxPrefix(inboxOf(t, seeds["OFFICER"])))
	if err != nil {
		return
	}
	defer officer.Close()
	for i := 0; ctx.Err() == nil; i++ {
		for _, body := range []string{
			fmt.Sprintf(`{"id":"x%d","source":"t","text":"我的电话是%s，断网"}`, i, mobile(1)),
			fmt.Sprintf(`{"id":"x%d","source":"t","text":"断网"}`, i),
			fmt.Sprintf(`{"id":"y%d","source":"t","text":"我的电话是%s，断网"}`, i, mobile(2)),
			`{"text":`,
		} {
			_ = nc.Publish("feedback.in.app", []byte(body)) // the process under test may be gone
		}
		for subject, body := range map[string]string{
			"custody.record":         `{"actor":"a","purpose":"verify","reason":"r","record":"aaaaaaaaaaaaaaaaaaaaaaaaaa"}`,
			"custody.epoch":          `{"record":"x"}`,
			"custody.letters":        `{}`,
			"custody.letter":         `{"actor":"a","reason":"r","letter":1}`,
			"audit.entries":          `{}`,
			"audit.checkpoints":      `{}`,
			"audit.epochs":           `{}`,
			"subject.erase":          `{"actor":"a","reason":"r","identifiers":[{"type":"MOBILE","value":"` + mobile(2) + `"}]}`,
			"govern.officers.rewrap": `{"actor":"a","reason":"r"}`,
			"custody.retry":          fmt.Sprintf(`{"actor":"a","reason":"r","letter":%d,"opened":{"subject":"feedback.in.app","data":"e30="}}`, i+1),
		} {
			ask, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
			_, _ = officer.RequestWithContext(ask, "qingting."+subject, []byte(body)) // likewise
			cancel()
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

// visit makes the first account by the link on the terminal, signs in, looks at the
// account and out again, until ctx ends, as far as it comes.
func visit(ctx context.Context, s *site, pages string) {
	const name, password = "lin", "three cats crossed seven bridges"
	jar, err := cookiejar.New(nil)
	if err != nil {
		return
	}
	client := &http.Client{Jar: jar}
	for ctx.Err() == nil {
		_, _ = status(ctx, pages+"/api/v1/report", "nobodys-token") // the process under test may be gone
		both := url.Values{"name": {name}, "password": {password}, "again": {password}}
		if link := firstLink.FindString(s.output.String()); link != "" {
			submit(ctx, client, link, both)
		}
		submit(ctx, client, pages+"/sign-in", both)
		submit(ctx, client, pages+"/account", nil)
		submit(ctx, client, pages+"/sign-out", url.Values{})
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

var firstLink = regexp.MustCompile(`http://\S+/link\?token=[A-Z2-7]+`)

// submit sends a form, or without one asks for a page.
func submit(ctx context.Context, client *http.Client, target string, form url.Values) {
	method := http.MethodPost
	if form == nil {
		method = http.MethodGet
	}
	r, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(form.Encode()))
	if err != nil {
		return
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if res, err := client.Do(r); err == nil {
		_ = res.Body.Close()
	}
}

// TestPublisherOfTheGuide may publish feedback, and nothing else; an officer may
// ask for what is sealed, and for alerts.
func TestPublisherOfTheGuide(t *testing.T) {
	config, seeds := guideConfig(t)
	srv := natsServer(t, config)
	js := administrator(t, srv.ClientURL(), asUser(t, seeds["ADMIN"]))
	if err := ingest.Streams(t.Context(), js, ingest.StreamLimits{}); err != nil {
		t.Fatal(err)
	}
	for role, allowed := range map[string]int{"PUBLISHER": 1, "OFFICER": 3} {
		denied := make(chan error, 64)
		nc, err := nats.Connect(srv.ClientURL(), asUser(t, seeds[role]),
			nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { denied <- err }))
		if err != nil {
			t.Fatal(err)
		}
		publish := []string{
			"feedback.in.app", "qingting.custody.record", "feedback.docs.00", "feedback.vault.202601.x", "feedback.keys.x", "feedback.dead.x",
			"feedback.audit", "$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.INFO.FEEDBACK_IN", "$JS.API.STREAM.PURGE.FEEDBACK_VAULT",
			"$JS.API.STREAM.DELETE.FEEDBACK_IN", "$JS.API.STREAM.MSG.GET.FEEDBACK_IN", "$JS.API.DIRECT.GET.FEEDBACK_VAULT",
			"$JS.API.CONSUMER.CREATE.FEEDBACK_IN.x", "$JS.API.CONSUMER.MSG.NEXT.FEEDBACK_IN.ingest", "$JS.ACK.FEEDBACK_IN.ingest.1.1.1.1.1",
			"_INGEST.x", "$SRV.PING", "feedback.alerts.x", "$JS.API.DIRECT.GET.FEEDBACK_ALERTS",
		}
		subscribe := []string{">", "feedback.>", "feedback.in.>", "_INGEST.>", "_INDEX.>", "$JS.>", "qingting.>", "feedback.alerts.>"}
		for _, subject := range publish {
			if err := nc.Publish(subject, nil); err != nil {
				t.Fatal(err)
			}
		}
		for _, subject := range subscribe {
			if _, err := nc.SubscribeSync(subject); err != nil {
				t.Fatal(err)
			}
		}
		if err := nc.Flush(); err != nil {
			t.Fatal(err)
		}
		want := len(publish) - allowed + len(subscribe)
		waitUntil(t, fmt.Sprintf("%d refusals", want), func() bool { return len(denied) >= want })
		nc.Close()
	}
}
