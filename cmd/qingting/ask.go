package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// serverFlags say whom to ask: a running server, or a data directory.
type serverFlags struct {
	Server    string `default:"http://127.0.0.1:8080" placeholder:"URL" help:"Running server to ask (default ${default})."`
	TokenFile string `placeholder:"FILE" help:"File with a token, of \"qingting users add\" or \"users token --api\", for a server at which people sign in; else $$QINGTING_NATS_TOKEN."`
	Data      string `placeholder:"DIR" help:"Read this data directory instead, when no server uses it."`
}

func (f serverFlags) local() bool { return f.Data != "" }

// maxAnswer bounds what is read of a server's answer, in bytes.
const maxAnswer = 64 << 20

// get asks the server's HTTP API.
func (f serverFlags) get(ctx context.Context, path string, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(f.Server, "/")+path, nil)
	if err != nil || req.URL.Host == "" || req.URL.Scheme != "http" && req.URL.Scheme != "https" {
		return usagef("--server %q: write http://HOST:PORT or https://HOST", f.Server)
	}
	if err := f.identify(req); err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) { // names the whole address again
			err = failed.Err
		}
		if strings.Contains(err.Error(), "malformed HTTP") { // and what came instead
			err = errors.New("what answers there speaks no HTTP")
		}
		return fmt.Errorf("asking %s: %w; %s", f.Server, err, askAdvice(err))
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("asking %s: %w", f.Server, err)
	}
	if resp.StatusCode != http.StatusOK {
		var p struct {
			Detail string `json:"detail"`
			Title  string `json:"title"`
		}
		if json.Unmarshal(body, &p) == nil && p.Detail != "" {
			if resp.StatusCode == http.StatusUnauthorized {
				p.Detail += " Give one with --token-file."
			}
			err := fmt.Errorf("%s: %s", f.Server, p.Detail)
			if resp.StatusCode == http.StatusBadRequest { // what was asked is wrong, as a query can be
				return usageError{err}
			}
			return err
		}
		return fmt.Errorf("asking %s: it answered %s; is it a qingting server?", f.Server, resp.Status)
	}
	if err := json.Unmarshal(body, answer); err != nil {
		return fmt.Errorf("asking %s: the answer cannot be read: %w; is it a qingting server?", f.Server, err)
	}
	return nil
}

// identify says who asks, where there is a token. It crosses no network in the
// clear.
func (f serverFlags) identify(req *http.Request) error {
	token, err := tokenOf("--token-file", f.TokenFile, tokenEnv)
	if err != nil || token == "" {
		return err
	}
	host := req.URL.Hostname()
	if ip := net.ParseIP(host); req.URL.Scheme != "https" && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return usagef("--server %s: the token would cross the network in the clear; write https://", f.Server)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	return nil
}

// askAdvice says what to do when no answer came.
func askAdvice(err error) string {
	var dial *net.OpError
	if errors.As(err, &dial) || errors.Is(err, context.DeadlineExceeded) {
		return "start it with \"qingting serve\", or read a data directory with --data DIR"
	}
	return "is it a qingting server? --server wants the address of its pages"
}
