package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"qingting/ingest"
	"qingting/ingest/settings"
	"qingting/internal/access"
)

// userOfGuide is the name in the guide's configuration of the user with a role.
func userOfGuide(r access.Role) string { return strings.ToUpper(string(r)) }

// TestEveryCellOfTheGuide asks for every power as every role, under the guide's
// accounts: what the table says is allowed, and nothing else; and where it is a
// service of ours that answers, the server says who it was, by a key that cannot
// be forged.
func TestEveryCellOfTheGuide(t *testing.T) {
	t.Parallel()
	config, seeds := guideConfig(t)
	srv := natsServer(t, config)
	js := administrator(t, srv.ClientURL(), asUser(t, seeds["ADMIN"]))
	if err := ingest.Streams(t.Context(), js, ingest.StreamLimits{}); err != nil {
		t.Fatal(err)
	}
	who := func(m *nats.Msg) { _ = m.Respond([]byte(m.Header.Get("Nats-Request-Info"))) }
	if _, err := js.Conn().Subscribe("qingting.>", who); err != nil {
		t.Fatal(err)
	}
	for _, role := range access.Roles {
		seed := seeds[userOfGuide(role)]
		denied := make(chan error, 1)
		inbox := inboxOf(t, seed)
		nc, err := nats.Connect(srv.ClientURL(), asUser(t, seed), nats.CustomInboxPrefix(inbox),
			nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { denied <- err }))
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		key := strings.TrimPrefix(inbox, "_USER.")
		for _, row := range access.Table {
			for _, pattern := range row.Subjects {
				msg := nats.NewMsg(strings.Replace(pattern, ">", "x", 1))
				msg.Header.Set("Nats-Request-Info", `{"user":"forged"}`)
				if !slices.Contains(row.Roles, role) && !(role == access.Pages && row.Pages) {
					if err := nc.PublishMsg(msg); err != nil {
						t.Fatal(err)
					}
					select {
					case err := <-denied:
						if !errors.Is(err, nats.ErrPermissionViolation) {
							t.Errorf("%s on %s: %v", role, msg.Subject, err)
						}
					case <-time.After(10 * time.Second):
						t.Errorf("%s may publish to %s", role, msg.Subject)
					}
					continue
				}
				answer, err := nc.RequestMsg(msg, 10*time.Second)
				if err != nil {
					t.Errorf("%s may not publish to %s: %v", role, msg.Subject, err)
				} else if strings.HasPrefix(pattern, "qingting.") && !strings.Contains(string(answer.Data), fmt.Sprintf(`"user":%q`, key)) {
					t.Errorf("%s on %s: the server does not say who asks", role, msg.Subject)
				}
			}
		}
	}
}

// TestUsersElsewhere registers the keys of a server that is not ours: they have
// names in the ledger from then on, and who is disabled is refused although that
// server lets them in.
func TestUsersElsewhere(t *testing.T) {
	t.Parallel()
	config, seeds := guideConfig(t)
	srv := natsServer(t, config)
	js := administrator(t, srv.ClientURL(), asUser(t, seeds["ADMIN"]))
	s := outside(t, srv.ClientURL())
	ingesting, indexing := s.startRoles(t, js, seeds)
	waitFor(t, s, "settings", func() bool { return held(t, js, "KV_"+settings.Bucket) > 0 })
	as := func(role string) []string { return []string{"--nats", srv.ClientURL(), "--nkey", seeds[role]} }
	key := func(role string) string { return strings.TrimPrefix(inboxOf(t, seeds[role]), "_USER.") }
	operator := as("OPERATOR")
	waitFor(t, s, "custody", func() bool {
		return s.command(t, append([]string{"users", "list"}, operator...)...).Run() == nil
	})
	s.run(t, slices.Concat([]string{"users", "add", "zhao", "--role", "operator", "--public", key("OPERATOR")}, operator)...)
	s.run(t, slices.Concat([]string{"users", "add", "lin", "--role", "officer", "--public", key("OFFICER"), "--reason", "新同事"}, operator)...)
	s.run(t, append([]string{"dead", "list"}, as("OFFICER")...)...)
	out := s.prints(t, append([]string{"audit", "list", "--action", "user", "--json"}, as("AUDITOR")...)...)
	first := fmt.Sprintf(`"actor":"%s (says: %s)","role":"operator"`, key("OPERATOR"), systemUser())
	second := fmt.Sprintf(`"actor":"zhao (says: %s)","role":"operator"`, systemUser())
	if !strings.Contains(out, first) || !strings.Contains(out, second) {
		t.Errorf("the ledger says:\n%s", out)
	}
	s.run(t, slices.Concat([]string{"users", "disable", "lin"}, operator)...)
	s.fails(t, 1, "not known any more, or disabled", append([]string{"dead", "list"}, as("OFFICER")...)...)
	s.fails(t, 1, "does not let this user", append([]string{"users", "list"}, as("OFFICER")...)...)
	s.fails(t, 1, "does not let this user", append([]string{"dead", "list"}, as("ANALYST")...)...)
	s.stop(t, indexing)

	// Pages elsewhere than the ingest role know users by token too.
	token := strings.TrimSpace(s.prints(t, slices.Concat([]string{"users", "add", "wu", "--role", "analyst"}, operator)...))
	pages := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	nats := s.nats
	s.nats = append(slices.Clone(nats), "--nkey", seeds["INDEX"], "--inbox-prefix", "_INDEX")
	s.flags = append(s.outsideFlags("index", "index,web"), "--http", pages)
	indexing = s.start(t)
	waitFor(t, s, "pages", func() bool {
		_, err := status(t.Context(), "http://"+pages+"/healthz", "")
		return err == nil
	})
	for bearer, want := range map[string]int{token: 200, "wrong": 401} {
		if got, err := status(t.Context(), "http://"+pages+"/api/v1/report", bearer); got != want {
			t.Errorf("status %d (%v), want %d", got, err, want)
		}
	}
	s.stop(t, indexing)
	s.stop(t, ingesting)
}
