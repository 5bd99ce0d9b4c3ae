package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/nats-io/nats.go/micro"

	"qingting/ingest/custody"
	"qingting/privacy"
	"qingting/web"
)

// The subjects of the services beside custody. qingting.search.> and qingting.redact.>
// are rows of access.Table.
const (
	subjectSearch = "qingting.search.query"
	subjectReport = "qingting.search.report"
	subjectTrends = "qingting.search.trends"
	subjectRedact = "qingting.redact.text"
)

const (
	serviceTime = 30 * time.Second
	mostRedact  = 256 << 10 // bytes of a text: the limit of feedback
	mostAtOnce  = 16        // questions of one endpoint; others wait for their turn
)

// services answer over NATS what the HTTP API answers, and take personal data out of
// texts.
type services struct {
	asker *custody.Asker
	all   []micro.Service
	node  *node
}

// serviceEndpoint is one subject.
type serviceEndpoint struct {
	name, subject, request, answer string
	handle                         func(ctx context.Context, req micro.Request)
}

// addServices starts the services that this process can play: search and themes with the
// index role, redaction with the ingest role. Stop them.
func (n *node) addServices() (s *services, err error) {
	s = &services{asker: custody.NewAsker(n.trust(), n.users), node: n}
	defer func() {
		if err != nil {
			s.stop()
		}
	}()
	if n.index != nil {
		api, err := web.NewAPI(web.Config{Index: n.index, Statistics: n.stats, TypeName: typeName, Log: n.cfg.log})
		if err != nil {
			return s, err
		}
		for _, e := range []struct{ service, name, endpoint, subject string }{
			{"qingting-search", "search", "search", subjectSearch},
			{"qingting-themes", "report", "report", subjectReport},
			{"qingting-themes", "trends", "trends", subjectTrends},
		} {
			request, answer, about, err := api.Schema(e.endpoint)
			if err != nil {
				return s, err
			}
			one := serviceEndpoint{e.name, e.subject, request, answer, s.asking(api, e.endpoint)}
			if err := s.add(e.service, about, one); err != nil {
				return s, err
			}
		}
	}
	if n.redactor != nil {
		one := serviceEndpoint{"text", subjectRedact, redactRequestSchema, redactAnswerSchema, s.redact(n.redactor)}
		if err := s.add("qingting-redact", "Takes personal data out of a text. Nothing of it is kept.", one); err != nil {
			return s, err
		}
	}
	return s, nil
}

// add puts an endpoint into the service of a name, which is made with its first.
func (s *services) add(name, about string, e serviceEndpoint) error {
	var svc micro.Service
	for _, one := range s.all {
		if one.Info().Name == name {
			svc = one
		}
	}
	if svc == nil {
		var err error
		if svc, err = micro.AddService(s.node.streams.nc, micro.Config{Name: name, Version: "1.0.0", Description: about}); err != nil {
			return fmt.Errorf("service %s: %w", name, err)
		}
		s.all = append(s.all, svc)
	}
	turns := make(chan struct{}, mostAtOnce)
	handler := micro.HandlerFunc(func(req micro.Request) {
		turns <- struct{}{}
		go func() { // one slow question does not hold the others up
			defer func() { <-turns }()
			ctx, cancel := context.WithTimeout(context.Background(), serviceTime)
			defer cancel()
			e.handle(ctx, req)
		}()
	})
	err := svc.AddEndpoint(e.name, handler, micro.WithEndpointSubject(e.subject),
		micro.WithEndpointMetadata(map[string]string{"request_schema": e.request, "response_schema": e.answer}))
	if err != nil {
		return fmt.Errorf("service %s: %w", name, err)
	}
	return nil
}

func (s *services) stop() {
	for _, one := range s.all {
		_ = one.Stop() // the connection is closed next
	}
}

// refuse answers with an error, and a problem (RFC 9457) for a body: one of the status when
// there is none. It never repeats what was asked.
func (s *services) refuse(req micro.Request, status int, text string, body []byte) {
	if body == nil {
		body = web.Problem(status, text)
	}
	if err := req.Error(strconv.Itoa(status), text, body); err != nil && !errors.Is(err, micro.ErrRespond) {
		s.node.cfg.log.Error("a service could not answer", "subject", req.Subject(), "error", err)
	}
}

// asking answers as the HTTP API does. An error has the problem (RFC 9457) for a body.
func (s *services) asking(api *web.API, endpoint string) func(context.Context, micro.Request) {
	return func(ctx context.Context, req micro.Request) {
		actor, err := s.asker.Who(ctx, req)
		if err != nil {
			s.refuse(req, 403, err.Error(), nil)
			return
		}
		status, answer := api.Ask(ctx, actor, endpoint, req.Data())
		if status != 200 {
			var p struct {
				Detail string `json:"detail"`
			}
			_ = json.Unmarshal(answer, &p) // the text is empty then
			s.refuse(req, status, p.Detail, answer)
			return
		}
		if int64(len(answer)) > s.node.streams.nc.MaxPayload() {
			s.refuse(req, 413, "the answer is larger than a message may be: ask for fewer, with size", nil)
			return
		}
		if err := req.Respond(answer); err != nil {
			s.node.cfg.log.Error("a service could not answer", "subject", req.Subject(), "error", err)
		}
	}
}

// redactAnswer is a text without personal data, and where it was.
type redactAnswer struct {
	Text  string         `json:"text"`
	Spans []redactedSpan `json:"spans"`
}

type redactedSpan struct {
	Start      int     `json:"start"` // code points of text
	End        int     `json:"end"`
	Type       string  `json:"type"`
	Action     string  `json:"action"`
	Rule       string  `json:"rule"`
	Confidence float64 `json:"confidence"`
}

const (
	redactRequestSchema = `{"type":"object","required":["text"],"additionalProperties":false,"properties":{"text":{"type":"string","description":"At most 256 KiB of UTF-8."}}}`
	redactAnswerSchema  = `{"type":"object","required":["text","spans"],"properties":{"text":{"type":"string"},"spans":{"type":"array","items":{"type":"object","required":["start","end","type","action","rule","confidence"],"properties":{"start":{"type":"integer"},"end":{"type":"integer"},"type":{"type":"string"},"action":{"type":"string"},"rule":{"type":"string"},"confidence":{"type":"number"}}}}}}`
)

// redact takes personal data out of {"text": …}, with pseudonyms of each answer alone.
func (s *services) redact(redactor *privacy.Redactor) func(context.Context, micro.Request) {
	return func(ctx context.Context, req micro.Request) {
		if _, err := s.asker.Who(ctx, req); err != nil {
			s.refuse(req, 403, err.Error(), nil)
			return
		}
		var asked struct {
			Text *string `json:"text"`
		}
		if json.Unmarshal(req.Data(), &asked) != nil || asked.Text == nil || !utf8.Valid(req.Data()) {
			s.refuse(req, 400, `send {"text": "…"} in UTF-8`, nil)
			return
		}
		if len(*asked.Text) > mostRedact {
			s.refuse(req, 413, fmt.Sprintf("the text has more than %d bytes", mostRedact), nil)
			return
		}
		redactor, err := unlinked(redactor)
		if err != nil {
			s.node.cfg.log.Error("a text could not be redacted", "error", err)
			s.refuse(req, 500, "the text could not be redacted", nil)
			return
		}
		done := redactor.Redact(*asked.Text, time.Now())
		answer := redactAnswer{Text: done.Text, Spans: []redactedSpan{}}
		for _, sp := range done.Spans {
			answer.Spans = append(answer.Spans, redactedSpan{sp.Start, sp.End, string(sp.Type), string(sp.Action), sp.Rule, sp.Confidence})
		}
		if err := req.RespondJSON(answer); err != nil {
			s.node.cfg.log.Error("a service could not answer", "subject", req.Subject(), "error", err)
		}
	}
}
