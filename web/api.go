package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"qingting/search"
)

// problem is an error of the API (RFC 9457).
type problem struct {
	Type    string       `json:"type"` // a URI reference, to the page that explains it
	Title   string       `json:"title"`
	Status  int          `json:"status"`
	Detail  string       `json:"detail"`
	Request string       `json:"request"` // names the request in the log, and to whom one tells of it; empty over NATS
	Errors  []fieldError `json:"errors,omitempty"`
}

// fieldError is what is wrong with one parameter, member of a body, or header.
type fieldError struct {
	Name       string `json:"name"`
	In         string `json:"in"` // query, path, body or header
	Detail     string `json:"detail"`
	Suggestion string `json:"suggestion,omitempty"` // what was probably meant
}

// fault is a failure of the API with a kind of its own.
type fault struct {
	*httpError
	kind   string
	fields []fieldError
}

func (f *fault) Unwrap() error { return f.httpError }

// problemKind is a kind of problem: what its type refers to.
type problemKind struct {
	ID     string
	Status int
	About  say
}

// problemKinds are stable: programs decide by them.
var problemKinds = []problemKind{
	{"unknown-parameter", 400, say{"请求带有不认识的参数；errors 列出它们，并给出可能想写的名字。", "The request has parameters that are not known here; errors names them and what was probably meant."}},
	{"invalid-parameter", 400, say{"参数的值不对；errors 逐项说明。", "The value of a parameter is wrong; errors says which and why."}},
	{"query-syntax", 400, say{"检索式写错了。", "The search has a mistake in it."}},
	{"too-broad", 400, say{"检索范围太大。", "The search is too broad."}},
	{"cursor", 400, say{"after 不是这次检索给出的位置。", "after is no place in the results of this search."}},
	{"bad-request", 400, say{"请求无法理解。", "The request cannot be understood."}},
	{"unauthenticated", 401, say{"没有令牌，或令牌无效。", "There is no token, or it is not valid."}},
	{"forbidden", 403, say{"账号或令牌没有此项权限。", "The account or token may not do this."}},
	{"not-found", 404, say{"没有这一项。", "There is no such thing."}},
	{"method-not-allowed", 405, say{"这个地址不接受这种方法；见 Allow。", "This address does not take the method; see Allow."}},
	{"timeout", 408, say{"请求体来得太慢。", "The body came too slowly."}},
	{"conflict", 409, say{"与现状冲突，未执行。", "It conflicts with how things stand, and was not done."}},
	{"too-large", 413, say{"请求体太大。", "The body is too large."}},
	{"unsupported-media-type", 415, say{"不接受这种 Content-Type。", "This Content-Type is not taken."}},
	{"unprocessable", 422, say{"请求无误，但数据无法给出答案，或内容被拒绝。", "The request is sound, but the data has no answer to it, or its content is refused."}},
	{"too-many-requests", 429, say{"请求太频繁；Retry-After 说明等多久。", "Too many requests; Retry-After says how long to wait."}},
	{"internal", 500, say{"服务器出错；日志中以 request 标明。", "The server failed; its log has it under request."}},
	{"not-available", 501, say{"这个进程没有此项功能。", "This process does not do this."}},
	{"unavailable", 503, say{"暂时无法回答。", "It cannot be answered for now."}},
	{"search-timeout", 503, say{"检索超时，已停止。", "The search took too long and was stopped."}},
}

// Ref is the type of a problem: the part of the page of the API about it.
func (k problemKind) Ref() string { return problemType(k.ID) }

func problemType(kind string) string { return "/api#problem-" + kind }

// kindOf is the kind of a failure, by what it is or else by its status.
func kindOf(err error, status int) string {
	var f *fault
	var mistake *search.SyntaxError
	switch {
	case errors.As(err, &f):
		return f.kind
	case errors.As(err, &mistake):
		return "query-syntax"
	case errors.Is(err, search.ErrTooBroad):
		return "too-broad"
	case errors.Is(err, search.ErrCursor):
		return "cursor"
	case status == http.StatusServiceUnavailable && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, search.ErrBudget)):
		return "search-timeout"
	case status == http.StatusBadRequest:
		return "bad-request"
	}
	for _, k := range problemKinds {
		if k.Status == status {
			return k.ID
		}
	}
	return "internal"
}

// problemOf is a failure as the API tells of it.
func (s *server) problemOf(r *http.Request, err error) problem {
	known := s.known(r, err)
	p := problem{
		Title: http.StatusText(known.status), Status: known.status, Detail: known.text.in(languageOf(r, english)),
		Request: requestOf(r.Context()).id,
	}
	kind := kindOf(err, known.status)
	p.Type = problemType(kind)
	var f *fault
	if errors.As(err, &f) {
		p.Errors = f.fields
	}
	in := "query"
	if r.Method == http.MethodPost && r.URL.Path == "/api/v1/search" {
		in = "body"
	}
	switch kind {
	case "cursor":
		p.Errors = []fieldError{{Name: "after", In: in, Detail: p.Detail}}
	case "query-syntax":
		p.Errors = []fieldError{{Name: "q", In: in, Detail: p.Detail}}
	}
	return p
}

// api writes what a handler returns as JSON.
func (s *server) api(handle func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := handle(r)
		s.answerJSON(w, r, body, err)
	}
}

// answerJSON writes an answer, or what went wrong. A GET has a tag to ask by whether
// anything has changed.
func (s *server) answerJSON(w http.ResponseWriter, r *http.Request, body any, err error) {
	kind, code := "application/json", http.StatusOK
	if made, ok := body.(created); ok {
		body, code = made.answer, http.StatusCreated
	}
	if err != nil {
		p := s.problemOf(r, err)
		kind, code, body = "application/problem+json", p.Status, p
		w.Header().Set("Content-Language", languageOf(r, english).Tag())
	}
	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(body); err != nil {
		s.cfg.Log.Error("encoding failed", "path", r.URL.Path, "error", err)
		p := s.problemOf(r, broken())
		kind, code = "application/problem+json", p.Status
		buf.Reset()
		w.Header().Del("ETag")
		w.Header().Set("Cache-Control", "no-store")
		_ = json.NewEncoder(&buf).Encode(p) // strings and a number
	}
	h := w.Header()
	h.Add("Vary", "Accept-Language, Authorization, Cookie")
	h.Set("Content-Type", kind)
	if code == http.StatusOK && reads(r) {
		if h.Get("ETag") == "" {
			sum := sha256.Sum256(buf.Bytes())
			setTag(w, hex.EncodeToString(sum[:12]))
		}
		if matches(r, h.Get("ETag")) {
			h.Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	w.WriteHeader(code)
	_, _ = buf.WriteTo(w) // the reader is gone
}

// created is an answer of what was made.
type created struct{ answer any }

func reads(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead
}

// setTag names the state of an answer. It is weak: two answers of one state say the
// same, not in the same bytes. Who asked may keep it, and asks again each time.
func setTag(w http.ResponseWriter, state string) {
	w.Header().Set("ETag", `W/"`+state+`"`)
	w.Header().Set("Cache-Control", "private, max-age=0, must-revalidate")
}

// matches says that who asks has the answer of that tag already (RFC 9110, section
// 13.1.2, weak comparison).
func matches(r *http.Request, tag string) bool {
	for _, list := range r.Header.Values("If-None-Match") {
		for one := range strings.SplitSeq(list, ",") {
			one = strings.TrimSpace(one)
			if one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(tag, "W/") {
				return true
			}
		}
	}
	return false
}

// state names what an answer is made of, when that is the index, the statistics and the
// address alone. It is another after each start: what the program says may have changed.
func (s *server) state(r *http.Request) string {
	synonyms := ""
	if set := s.cfg.Index.Synonyms(); set != nil {
		synonyms = set.Hash()
	}
	version := ""
	if st, err := s.cfg.Index.Status(); err == nil {
		version = fmt.Sprint(st.Version, st.Documents, st.Answering)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%s\x00%s\x00%d\x00%d\x00%s\x00%s", s.boot, s.cfg.Index.Checkpoint(), version, synonyms,
		s.cfg.Statistics.Len(), s.cfg.Statistics.End().UnixNano(), r.URL.Path, r.URL.Query().Encode()))
	return hex.EncodeToString(sum[:12])
}

// call answers a request to an endpoint: what it asks is checked by the table first.
func (s *server) call(e endpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := e.check(r); err != nil {
			s.answerJSON(w, r, nil, err)
			return
		}
		if e.serve != nil {
			e.serve(w, r)
			return
		}
		if e.steady && reads(r) {
			state := s.state(r)
			if matches(r, `"`+state+`"`) {
				setTag(w, state)
				w.Header().Add("Vary", "Accept-Language, Authorization, Cookie")
				w.WriteHeader(http.StatusNotModified)
				return
			}
			body, err := e.handle(r)
			if err == nil {
				setTag(w, state) // of before: what came meanwhile is asked for again
			}
			s.answerJSON(w, r, body, err)
			return
		}
		s.api(e.handle)(w, r)
	}
}

// apiRoutes are the routes of the table, and answers for whatever is not in it.
func (s *server) apiRoutes() (list []route) {
	table := s.endpoints()
	for _, e := range table {
		list = append(list, route{e.method + " " + e.path, e.power, s.call(e)})
	}
	nothing := func(w http.ResponseWriter, r *http.Request) {
		s.answerJSON(w, r, nil, missingEndpoint(w, r, table))
	}
	for _, method := range apiMethods {
		list = append(list, route{method + " /api/", anyone, nothing})
	}
	return list
}

// apiMethods are the methods that the router is told of below /api/, beside HEAD, which
// comes with GET.
var apiMethods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}

// anyMethod answers for the other methods below /api/, of which the router would say in its
// own words that they are not taken.
func (s *server) anyMethod(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") && r.Method != http.MethodHead && !slices.Contains(apiMethods, r.Method) {
			s.answerJSON(w, r, nil, missingEndpoint(w, r, s.endpoints()))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// missingEndpoint says that there is nothing at an address, or nothing for the method.
func missingEndpoint(w http.ResponseWriter, r *http.Request, table []endpoint) error {
	var allow []string
	mux := http.NewServeMux()
	for _, e := range table {
		mux.HandleFunc(e.method+" "+e.path, func(http.ResponseWriter, *http.Request) {})
	}
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		try := &http.Request{Method: method, URL: r.URL, Host: r.Host}
		if _, pattern := mux.Handler(try); pattern != "" && !slices.Contains(allow, method) {
			allow = append(allow, method)
		}
	}
	if len(allow) == 0 {
		return &httpError{http.StatusNotFound, say{"没有这个接口；全部接口见 /api。", "There is no such endpoint; /api lists them all."}}
	}
	w.Header().Set("Allow", strings.Join(allow, ", "))
	methods := strings.Join(allow, ", ")
	return &httpError{http.StatusMethodNotAllowed, say{"这个地址只接受 " + methods + "。", "This address takes " + methods + " only."}}
}
