package custody

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"qingting/internal/access"
)

// ClientFor returns a client of the service in this process, without NATS
// between: the caller has made sure who the actor is and that the role is
// theirs. What it asks is bounded by that role, and by what the pages may do;
// the process itself, in role access.Local, by the latter alone.
func (s *Service) ClientFor(actor access.Actor) *Client {
	return &Client{send: func(ctx context.Context, subject string, data []byte) ([]byte, nats.Header, error) {
		handler, ok := s.handlers[subject]
		if run, began := s.rescans.asked.Load(subject); !ok && began {
			handler, ok = run.(micro.Handler)
		}
		power := access.PowerOf(subject)
		theirs := actor.Role == access.Local || access.RoleFor([]access.Role{actor.Role}, power) != ""
		if !access.ForPages(power) || !theirs {
			return nil, nil, refusal(CodeForbidden, "the pages may not do this in role %q", actor.Role)
		}
		if !ok { // what is begun has a subject of its own
			return nil, nil, refusal(CodeMissing, "there is no such run")
		}
		req := &ownRequest{subject: subject, data: data, actor: actor, done: make(chan struct{})}
		go func() {
			defer close(req.done)
			handler.Handle(req)
		}()
		select {
		case <-req.done:
			return req.body, req.header, nil
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}}
}

// ownRequest is a request of this process. Its fields body and header are the
// handler's until done is closed.
type ownRequest struct {
	subject string
	data    []byte
	actor   access.Actor
	done    chan struct{}
	body    []byte
	header  nats.Header
}

func (r *ownRequest) Subject() string        { return r.subject }
func (r *ownRequest) Reply() string          { return "" }
func (r *ownRequest) Data() []byte           { return r.data }
func (r *ownRequest) Headers() micro.Headers { return nil }

func (r *ownRequest) Respond(data []byte, _ ...micro.RespondOpt) error {
	r.body = data
	return nil
}

func (r *ownRequest) RespondJSON(answer any, _ ...micro.RespondOpt) error {
	data, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("encoding the answer: %w", err)
	}
	r.body = data
	return nil
}

// Error keeps a refusal as NATS would carry it: with its code in the options'
// headers.
func (r *ownRequest) Error(status, text string, data []byte, options ...micro.RespondOpt) error {
	msg := &nats.Msg{Header: nats.Header{}, Data: data}
	for _, set := range options {
		set(msg)
	}
	msg.Header.Set(micro.ErrorHeader, text)
	msg.Header.Set(micro.ErrorCodeHeader, status)
	r.body, r.header = msg.Data, msg.Header
	return nil
}
