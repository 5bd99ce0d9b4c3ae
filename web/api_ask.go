package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"qingting/internal/access"
)

// API answers the reading endpoints of the HTTP API without HTTP: for services that
// carry the same questions another way. It is safe for concurrent use.
type API struct{ s *server }

// NewAPI returns the API over an index and statistics. Of cfg, what signs people in
// counts for nothing: the caller has made sure who asks.
func NewAPI(cfg Config) (*API, error) {
	s, _, err := newServer(cfg)
	if err != nil {
		return nil, err
	}
	return &API{s}, nil
}

// find is the endpoint that answers GET /api/v1/<name>.
func (a *API) find(name string) (endpoint, bool) {
	for _, e := range a.s.endpoints() {
		if e.method == http.MethodGet && e.path == "/api/v1/"+name && e.handle != nil {
			return e, true
		}
	}
	return endpoint{}, false
}

// Ask answers as GET /api/v1/<name> does: body is a JSON object of its parameters,
// empty for none. answer is JSON: what was asked for under status 200, else a problem
// (RFC 9457) with its status.
func (a *API) Ask(ctx context.Context, actor access.Actor, name string, body []byte) (status int, answer []byte) {
	r := (&http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/api/v1/" + name}, Header: http.Header{}}).WithContext(access.WithActor(ctx, actor))
	out, err := a.ask(r, name, body)
	status = http.StatusOK
	if err != nil {
		p := a.s.problemOf(r, err)
		status, out = p.Status, p
	}
	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(out); err != nil {
		p := a.s.problemOf(r, broken())
		status = p.Status
		buf.Reset()
		_ = json.NewEncoder(&buf).Encode(p) // strings and a number
	}
	return status, bytes.TrimSpace(buf.Bytes())
}

func (a *API) ask(r *http.Request, name string, body []byte) (any, error) {
	e, ok := a.find(name)
	if !ok {
		return nil, &httpError{http.StatusNotFound, say{"没有这个接口。", "There is no such endpoint."}}
	}
	q := url.Values{}
	if len(body) > mostBody {
		return nil, &httpError{http.StatusRequestEntityTooLarge, say{"请求太大。", "The request is too large."}}
	}
	if len(bytes.TrimSpace(body)) > 0 {
		var err error
		if q, err = searchValues(body, languageOf(r, english)); err != nil {
			return nil, err
		}
	}
	if l := language(q.Get("lang")); l == chinese || l == english {
		r.URL.RawQuery = url.Values{"lang": {string(l)}}.Encode()
	}
	if err := checkParams(e.takes, q, "body", languageOf(r, english)); err != nil {
		return nil, err
	}
	r.URL.RawQuery = q.Encode()
	return e.handle(r)
}

// Problem is an error as the API tells of it (RFC 9457), of the kind that a status has.
func Problem(status int, detail string) []byte {
	body, _ := json.Marshal(problem{Type: problemType(kindOf(nil, status)), Title: http.StatusText(status), Status: status, Detail: detail}) // strings and a number
	return body
}

// Schema is the JSON schemas of what Ask takes and answers, and what it is for.
func (a *API) Schema(name string) (request, answer, about string, err error) {
	e, ok := a.find(name)
	if !ok {
		return "", "", "", fmt.Errorf("web: there is no endpoint %q", name)
	}
	properties := object{}
	for _, p := range e.takes {
		properties[p.name] = p.described(english)["schema"]
	}
	named := schemas{}
	out := named.of(reflect.TypeOf(e.gives))
	out["$defs"] = named
	takes, err := json.Marshal(object{"type": "object", "properties": properties, "additionalProperties": false})
	if err != nil {
		return "", "", "", fmt.Errorf("web: %w", err)
	}
	gives, err := json.Marshal(out)
	if err != nil {
		return "", "", "", fmt.Errorf("web: %w", err)
	}
	return string(takes), strings.ReplaceAll(string(gives), "#/components/schemas/", "#/$defs/"), e.about.EN, nil
}
