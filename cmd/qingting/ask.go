package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// serverFlags say whom to ask: a running server, or a data directory.
type serverFlags struct {
	Server string `default:"http://127.0.0.1:8080" placeholder:"URL" help:"Running server to ask (default ${default})."`
	Data   string `placeholder:"DIR" help:"Read this data directory instead, when no server uses it."`
}

func (f serverFlags) local() bool { return f.Data != "" }

// maxAnswer bounds what is read of a server's answer, in bytes.
const maxAnswer = 64 << 20

// get asks the server's HTTP API.
func (f serverFlags) get(ctx context.Context, path string, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(f.Server, "/")+path, nil)
	if err != nil {
		return usagef("--server %q: %v", f.Server, err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("asking %s: %w; start it with \"qingting serve\", or read a data directory with --data DIR", f.Server, err)
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
			return fmt.Errorf("%s: %s", f.Server, p.Detail)
		}
		return fmt.Errorf("asking %s: it answered %s; is it a qingting server?", f.Server, resp.Status)
	}
	if err := json.Unmarshal(body, answer); err != nil {
		return fmt.Errorf("asking %s: the answer cannot be read: %w; is it a qingting server?", f.Server, err)
	}
	return nil
}
