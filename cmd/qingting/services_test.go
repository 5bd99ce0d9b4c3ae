package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"qingting/internal/access"
)

// TestServices asks the services as a user of each role, with feedback that came over HTTP.
func TestServices(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	pages := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	s.flags = append(s.flags, "--http", pages, "--roles", "ingest,index,web", "--unregistered", "accept")
	proc := s.start(t)
	s.awaitCustody(t, 1)
	operator := []string{"--nats", "nats://" + s.addr, "--token-file", filepath.Join(s.data()+"-secrets", operatorTokenFile)}
	tokens := map[access.Role]string{}
	for _, role := range access.Roles {
		if role != access.Pages {
			tokens[role] = strings.TrimSpace(s.prints(t, slices.Concat([]string{"users", "add", "u-" + string(role), "--role", string(role)}, operator)...))
		}
	}
	answer, err := postFeedback(t.Context(), "http://"+pages, tokens[access.Publisher], "{\"id\":\"1\",\"source\":\"t\",\"text\":\"宽带断网，请回电"+badPhone+"\"}\n{\"text\":\"\"}\n")
	if err != nil || !strings.Contains(answer, `"accepted":1,"refused":1`) || strings.Contains(answer, badPhone) {
		t.Fatalf("intake over HTTP: %v: %s", err, strings.ReplaceAll(answer, badPhone, "…"))
	}
	ask := func(role access.Role, subject, body string) (code, text string) {
		t.Helper()
		answered, denied := context.WithTimeout(t.Context(), 10*time.Second)
		defer denied()
		var refusal atomic.Value
		nc, err := nats.Connect("nats://"+s.addr, nats.Token(tokens[role]), nats.CustomInboxPrefix(access.Inbox(tokens[role])),
			nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refusal.Store(err); denied() }))
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		msg, err := nc.RequestWithContext(answered, subject, []byte(body))
		if err == nil {
			return msg.Header.Get(micro.ErrorCodeHeader), string(msg.Data)
		}
		if said, ok := refusal.Load().(error); !ok || !errors.Is(said, nats.ErrPermissionViolation) {
			t.Errorf("%s as %s: neither answered nor refused: %v", subject, role, err)
		}
		return "none", ""
	}
	waitFor(t, s, "the feedback in the index", func() bool {
		_, text := ask(access.Analyst, subjectSearch, `{"q":"断网"}`)
		return strings.Contains(text, `"total":1`)
	})
	// What is redacted here says nothing of who is in the feedback.
	_, found := ask(access.Analyst, subjectSearch, `{"q":"断网"}`)
	_, redacted := ask(access.Analyst, subjectRedact, `{"text":"请回电`+badPhone+`，再说一次`+badPhone+`"}`)
	pseudonym := regexp.MustCompile(`⟦手机号·([a-z]{8})⟧`)
	stored, mine := pseudonym.FindStringSubmatch(found), pseudonym.FindAllStringSubmatch(redacted, -1)
	if stored == nil || len(mine) != 2 || mine[0][1] != mine[1][1] || mine[0][1] == stored[1] {
		t.Fatalf("a number that one knows is found by its pseudonym: %v, %v", stored, mine)
	}
	noted, err := postJSON(t.Context(), "http://"+pages+"/api/v1/interventions", tokens[access.Analyst], `{"title":"回访`+badPhone+`之后","date":"2026-05-03","themes":["hotline-wait"],"reason":"`+badPhone+`"}`)
	if err != nil || !strings.Contains(noted, "⟦手机号") || strings.Contains(noted, stored[1]) || strings.Contains(noted, badPhone) {
		t.Errorf("a number that one knows is found by the title of an action: %s (%v)", strings.ReplaceAll(noted, badPhone, "…"), err)
	}
	for _, role := range access.Roles {
		if role == access.Pages {
			continue
		}
		for subject, power := range map[string]access.Power{subjectSearch: access.Search, subjectReport: access.Search, subjectTrends: access.Search, subjectRedact: access.Redact} {
			may := slices.Contains(access.RolesOf(power), role)
			body := `{}`
			if subject == subjectRedact {
				body = `{"text":"请回电` + badPhone + `"}`
			}
			code, text := ask(role, subject, body)
			if (code == "") != may || may && !json.Valid([]byte(text)) || strings.Contains(text, badPhone) {
				t.Errorf("%s as %s: code %q", subject, role, code)
			}
			if subject == subjectRedact && may && (!strings.Contains(text, "⟦手机号") || !strings.Contains(text, `"type":"MOBILE"`)) {
				t.Errorf("redaction as %s does not say what was taken out", role)
			}
		}
	}
	for _, c := range []struct{ subject, body, code string }{
		{subjectSearch, `{"querry":"x"}`, "400"},
		{subjectSearch, `not json`, "400"},
		{subjectTrends, `{"label":"nothing"}`, "404"},
		{subjectRedact, `{}`, "400"},
		{subjectRedact, "{\"text\":\"\xff\"}", "400"},
		{subjectRedact, `{"text":"` + strings.Repeat("x", mostRedact+1) + `"}`, "413"},
	} {
		code, body := ask(access.Analyst, c.subject, c.body)
		var p struct {
			Type, Title, Detail string
			Status              int
		}
		if err := json.Unmarshal([]byte(body), &p); err != nil || code != c.code || fmt.Sprint(p.Status) != c.code || !strings.HasPrefix(p.Type, "/api#problem-") || p.Title == "" || p.Detail == "" {
			t.Errorf("%s %.30s: code %q, want %s; %+v, %v", c.subject, c.body, code, c.code, p, err)
		}
	}
	// Many at once have their turns, each an answer.
	nc, err := nats.Connect("nats://"+s.addr, nats.Token(tokens[access.Analyst]), nats.CustomInboxPrefix(access.Inbox(tokens[access.Analyst])))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	var answered atomic.Int64
	var all sync.WaitGroup
	for range 6 * mostAtOnce {
		all.Go(func() {
			if msg, err := nc.Request(subjectRedact, []byte(`{"text":"请回电`+badPhone+`"}`), time.Minute); err == nil && msg.Header.Get(micro.ErrorCodeHeader) == "" {
				answered.Add(1)
			}
		})
	}
	if all.Wait(); answered.Load() != 6*mostAtOnce {
		t.Errorf("%d of %d answered", answered.Load(), 6*mostAtOnce)
	}
	s.stop(t, proc)
	if strings.Contains(s.output.String(), badPhone) {
		t.Error("the log has what was sent")
	}
}
