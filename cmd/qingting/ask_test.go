package main

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAsk: what a server, or something else, answers.
func TestAsk(t *testing.T) {
	t.Setenv(tokenEnv, "")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/search" {
			w.WriteHeader(http.StatusBadRequest)
			io.WriteString(w, `{"title":"Bad Request","detail":"query, character 1: NOT needs something after it"}`)
			return
		}
		if r.Header.Get("Authorization") != "Bearer secret" {
			w.WriteHeader(http.StatusUnauthorized)
			io.WriteString(w, `{"title":"Unauthorized","detail":"There is no token, or it is not valid."}`)
			return
		}
		io.WriteString(w, `{"size":3}`)
	}))
	defer server.Close()
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	go func() {
		for {
			c, err := other.Accept()
			if err != nil {
				return
			}
			io.WriteString(c, "INFO {\"server_id\":\"canary\"}\r\n")
			c.Close()
		}
	}()
	for _, c := range []struct {
		flags serverFlags
		says  string
		usage bool
		path  string
	}{
		{serverFlags{Server: server.URL, TokenFile: token}, "", false, ""},
		{serverFlags{Server: server.URL}, "query, character 1", true, "/api/v1/search"},
		{serverFlags{Server: server.URL}, "Give one with --token-file.", false, ""},
		{serverFlags{Server: "http://" + other.Addr().String()}, "--server wants the address of its pages", false, ""},
		{serverFlags{Server: "http://127.0.0.1:1"}, "start it with", false, ""},
		{serverFlags{Server: "nonsense"}, "write http://HOST:PORT", true, ""},
		{serverFlags{Server: "127.0.0.1:8080"}, "write http://HOST:PORT", true, ""},
		{serverFlags{Server: "http://192.0.2.1", TokenFile: token}, "in the clear; write https://", true, ""},
		{serverFlags{Server: server.URL, TokenFile: token + "x"}, "--token-file", false, ""},
	} {
		var answer struct{ Size int }
		path := "/api/v1/report"
		if c.path != "" {
			path = c.path
		}
		err := c.flags.get(t.Context(), path, &answer)
		var usage usageError
		switch {
		case c.says == "" && (err != nil || answer.Size != 3):
			t.Errorf("%+v: %+v, %v", c.flags, answer, err)
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says) || errors.As(err, &usage) != c.usage):
			t.Errorf("%+v: %v; want %q, a mistake in the call: %v", c.flags, err, c.says, c.usage)
		case err != nil && (strings.Contains(err.Error(), "canary") || strings.Contains(err.Error(), "secret")):
			t.Errorf("%v tells what it should not", err)
		}
	}
}
