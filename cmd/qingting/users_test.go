package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qingting/internal/access"
)

// TestUsers goes from the first operator, whom the server makes, to a user who
// works and is shut out; and then to the data directory of the stopped server.
func TestUsers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	pages := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	s.flags = append(s.flags, "--http", pages, "--roles", "ingest,index,web")
	server := s.start(t)
	s.awaitCustody(t, 1)
	as := func(file string) []string { return []string{"--nats", "nats://" + s.addr, "--token-file", file} }
	operator := as(filepath.Join(s.data()+"-secrets", operatorTokenFile))

	file := filepath.Join(s.dir, "lin.token")
	s.run(t, slices.Concat([]string{"users", "add", "lin", "--role", "officer", "--reason", "新同事，电话" + badPhone, "-o", file}, operator)...)
	token := s.prints(t, slices.Concat([]string{"users", "add", "wu", "--role", "analyst"}, operator)...)
	if !strings.HasPrefix(token, "qingting_") || strings.Count(token, "\n") != 1 {
		t.Error("users add does not print the token, or not only that")
	}
	s.run(t, append([]string{"audit", "list"}, as(file)...)...)
	s.fails(t, 1, "is there already", slices.Concat([]string{"users", "add", "lin", "--role", "officer", "-o", filepath.Join(s.dir, "x")}, operator)...)
	if _, err := os.Stat(filepath.Join(s.dir, "x")); !os.IsNotExist(err) {
		t.Error("a refused addition leaves a token behind")
	}
	s.fails(t, 2, "--role", slices.Concat([]string{"users", "add", "ma", "--role", "root"}, operator)...)
	s.fails(t, 2, "reads as personal data", slices.Concat([]string{"users", "add", "u" + badPhone, "--role", "analyst"}, operator)...)
	s.fails(t, 1, "does not let this user", append([]string{"users", "list"}, as(file)...)...)
	s.fails(t, 1, "does not let this user", append([]string{"dead", "list"}, operator...)...)

	for bearer, want := range map[string]int{strings.TrimSpace(token): 200, "qingting_wrong": 401, "": 200} {
		if got, err := status(t.Context(), "http://"+pages+"/api/v1/report", bearer); got != want {
			t.Errorf("the API with a token of %d characters: status %d (%v), want %d", len(bearer), got, err, want)
		}
	}
	content, err := os.ReadFile(filepath.Join(s.data()+"-secrets", operatorTokenFile))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := status(t.Context(), "http://"+pages+"/api/v1/report", strings.TrimSpace(string(content))); got != http.StatusForbidden {
		t.Errorf("the API as operator: status %d (%v)", got, err)
	}

	s.run(t, slices.Concat([]string{"users", "disable", "lin"}, operator)...)
	waitFor(t, s, "end of lin's rights", func() bool {
		return s.command(t, append([]string{"audit", "list"}, as(file)...)...).Run() != nil
	})
	s.fails(t, 1, "does not know these credentials", append([]string{"audit", "list"}, as(file)...)...)
	s.stop(t, server)

	stopped := []string{"--data", s.data()}
	s.run(t, slices.Concat([]string{"users", "enable", "lin"}, stopped)...)
	list := s.prints(t, slices.Concat([]string{"users", "list", "--json"}, stopped)...)
	if strings.Count(list, "\n") != 2 || !strings.Contains(list, `"name":"lin","roles":["officer"]`) || strings.Contains(list, access.HashToken(strings.TrimSpace(token))) {
		t.Errorf("users list says:\n%s", list)
	}
	ledger := s.prints(t, slices.Concat([]string{"audit", "list", "--action", "user", "--json"}, stopped)...)
	if strings.Count(ledger, "\n") != 4 || strings.Count(ledger, `"role":"operator"`) != 3 || strings.Count(ledger, `"role":"local"`) != 1 ||
		!strings.Contains(ledger, `"object":"user:lin"`) || strings.Contains(ledger, badPhone) {
		t.Error("the ledger does not have the four changes, or more than it may")
	}
	for _, secret := range []string{strings.TrimSpace(token), strings.TrimSpace(string(content))} {
		if strings.Contains(s.output.String(), secret) || strings.Contains(ledger, secret) {
			t.Error("a token is shown where it must not be")
		}
	}
}

// status asks by HTTP, with a token or without.
func status(ctx context.Context, url, bearer string) (int, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

func TestOnLoopback(t *testing.T) {
	for urls, want := range map[string]bool{
		"nats://127.0.0.1:4222": true, "localhost": true, "tls://[::1]:4222": true, "nats://127.0.0.1:1,nats://127.0.0.2:2": true,
		"nats://127.0.0.1:1,nats://10.0.0.1:2": false, "nats://nats.example:4222": false, "10.0.0.1": false, "localhost.example": false, "": false, "nats://127.0.0.1@evil.example": false,
	} {
		if got := onLoopback(urls); got != want {
			t.Errorf("%q: %v", urls, got)
		}
	}
}
