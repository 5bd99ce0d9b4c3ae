package main

import (
	"context"
	"io"
	"net/http"
	"strings"
)

// postFeedback sends lines of feedback over HTTP, and returns the answer.
func postFeedback(ctx context.Context, site, token, lines string) (string, error) {
	return postAs(ctx, site+"/api/v1/feedback", "application/x-ndjson", token, lines)
}

// postJSON sends an object to the API, and returns the answer.
func postJSON(ctx context.Context, address, token, object string) (string, error) {
	return postAs(ctx, address, "application/json", token, object)
}

func postAs(ctx context.Context, address, kind, token, body string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", kind)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	return string(answer), err
}
