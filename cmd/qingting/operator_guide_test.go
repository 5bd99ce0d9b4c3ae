package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
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
	t.Parallel()
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

// TestPublisherOfTheGuide may publish feedback, and nothing else; an officer may
// ask for what is sealed, and for alerts.
func TestPublisherOfTheGuide(t *testing.T) {
	t.Parallel()
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
