package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest/govern"
)

// unregisteredSourcesAreRefused: feedback of a source that is not registered is
// parked, and goes on once it is registered and retried.
func unregisteredSourcesAreRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	token := s.officerToken(t)
	server := s.start(t, "--officer-token-file", token, "--unregistered", "refuse")
	s.awaitCustody(t, 1)
	js, err := jetstream.New(s.connect(t))
	if err != nil {
		t.Fatal(err)
	}
	send := func(body string) {
		t.Helper()
		if _, err := js.Publish(t.Context(), "feedback.in.app", []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	at := []string{"--nats", "nats://" + s.addr, "--token-file", token}
	why := []string{"--reason", "备案，" + badPhone, "--actor", "officer1"}
	run := func(args ...string) string { t.Helper(); return s.run(t, append(args, at...)...) }
	if out := run("sources", "list"); !strings.Contains(out, "No sources") {
		t.Errorf("an empty register is listed as %q", out)
	}
	send(`{"id":"u1","source":"app","text":"宽带断网，电话` + badPhone + `"}`)
	send(`{"id":"u2","text":"没有来源"}`)
	waitFor(t, s, "dead letters", func() bool { return strings.Count(run("dead", "list"), "unregistered") == 2 })
	if out := run("dead", "list"); !strings.Contains(out, `source "app" is not registered`) || strings.Contains(out, badPhone) {
		t.Errorf("dead list says\n%s", out)
	}

	out := run(append([]string{"sources", "add", "app", "--purpose", "改进服务", "--basis", "contract", "--vault-days", "90"}, why...)...)
	if !strings.Contains(out, "no notice") {
		t.Errorf("sources add does not lint: %s", out)
	}
	s.fails(t, 1, "registered already", append(append([]string{"sources", "add", "app", "--purpose", "x", "--basis", "law"}, why...), at...)...)
	s.fails(t, 2, "no legal basis", append(append([]string{"sources", "add", "b", "--purpose", "x", "--basis", "whim"}, why...), at...)...)
	s.fails(t, 1, "personal data", append(append([]string{"sources", "add", badPhone, "--purpose", "x", "--basis", "law"}, why...), at...)...)
	run(append([]string{"sources", "add", "default", "--purpose", "改进服务", "--basis", "contract"}, why...)...)
	run(append([]string{"sources", "change", "app", "--notice", "https://example.com/privacy", "--notice-date", "2026-01-31", "--sensitive"}, why...)...)
	var app govern.Source
	if err := json.Unmarshal([]byte(s.prints(t, append([]string{"sources", "show", "app"}, at...)...)), &app); err != nil {
		t.Fatal(err)
	}
	if app.Retention.Vault != 90 || !app.Sensitive || app.Notice.URL == "" || app.Purposes[0] != "改进服务" {
		t.Errorf("the register has %+v", app)
	}
	run("dead", "retry", "1", "2", "-i", s.identity, "--actor", "officer1", "--reason", "已备案")
	waitFor(t, s, "intake", func() bool {
		return strings.Count(run("audit", "list", "--action", "intake", "--json"), `"record"`) == 2
	})

	run(append([]string{"sources", "remove", "app"}, why...)...)
	waitFor(t, s, "refusal", func() bool {
		send(`{"source":"app","text":"断网"}`)
		return strings.Contains(run("dead", "list"), "unregistered")
	})
	s.stop(t, server)
	s.governStopped(t)
}

// governStopped does on the data directory of a stopped server what an officer
// does on a running one.
func (s *site) governStopped(t *testing.T) {
	t.Helper()
	file := filepath.Join(s.dir, "sources.json")
	at := []string{"--data", s.data()}
	if err := os.WriteFile(file, []byte(s.prints(t, append([]string{"sources", "list", "--json"}, at...)...)), 0o600); err != nil {
		t.Fatal(err)
	}
	s.run(t, append([]string{"sources", "import", file, "--reason", "again"}, at...)...)
	s.fails(t, 1, "points to settle", append([]string{"sources", "lint"}, at...)...)
	s.run(t, append([]string{"retention", "set", "--vault", "90", "--docs", "365", "--vault-type", "ID_CARD=30", "--reason", "制度"}, at...)...)
	s.fails(t, 2, "no type", append([]string{"retention", "set", "--vault-type", "IDCARD=30", "--reason", "x"}, at...)...)
	if out := s.run(t, append([]string{"retention", "show"}, at...)...); !strings.Contains(out, "90 days") || !strings.Contains(out, "at most 30 days") {
		t.Errorf("retention show says\n%s", out)
	}
	if out := s.run(t, append([]string{"retention", "run", "--dry-run"}, at...)...); !strings.Contains(out, "Would delete the sealed values of 0 records") {
		t.Errorf("a dry run says %s", out)
	}
	s.run(t, append([]string{"retention", "run", "--reason", "test"}, at...)...)
	if out := s.run(t, append([]string{"retention", "proof"}, at...)...); !strings.Contains(out, govern.OutcomeNothing) {
		t.Errorf("retention proof says\n%s", out)
	}
	sources := s.prints(t, append([]string{"audit", "list", "--action", "source", "--object", "source:app"}, at...)...)
	if strings.Count(sources, "source:app") != 3 || strings.Contains(sources, badPhone) {
		t.Errorf("the ledger has\n%s", sources)
	}
}
