package main

import (
	"context"
	"io"
	"net/http"
	"strings"
)

// postFeedback sends lines of feedback over HTTP, and returns the answer.
func postFeedback(ctx context.Context, site, token, lines string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, site+"/api/v1/feedback", strings.NewReader(lines))
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/x-ndjson")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return string(body), err
}
