package custody

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"qingting/ingest"
)

// Client asks the service, from the officer's process.
type Client struct {
	send send
	tell func(Progress)
}

// send has a request answered.
type send func(ctx context.Context, subject string, data []byte) (body []byte, header nats.Header, err error)

// NewClient returns a client on nc.
func NewClient(nc *nats.Conn) *Client { return clientFor(nc, "") }

// NewClientFor returns a client that acts for a user of the register: nc is that
// of a user in role access.Pages, which has made sure who it is.
func NewClientFor(nc *nats.Conn, user string) *Client { return clientFor(nc, user) }

func clientFor(nc *nats.Conn, user string) *Client {
	return &Client{send: func(ctx context.Context, subject string, data []byte) ([]byte, nats.Header, error) {
		msg := &nats.Msg{Subject: subject, Data: data}
		if user != "" {
			msg.Header = nats.Header{forHeader: {user}}
		}
		answer, err := nc.RequestMsgWithContext(ctx, msg)
		if err != nil {
			return nil, nil, err
		}
		return answer.Data, answer.Header, nil
	}}
}

// Record has one record's sealed values released.
func (c *Client) Record(ctx context.Context, r Request) (Release, error) {
	var rel Release
	return rel, c.ask(ctx, subjectRecord, r, &rel)
}

// Ask asks for a second person's approval.
func (c *Client) Ask(ctx context.Context, r AskRequest) (Approval, error) {
	var a Approval
	return a, c.askWithin(ctx, countTimeout, subjectAsk, r, &a)
}

// AskReveal asks for approval of a reveal of Request.Record.
func (c *Client) AskReveal(ctx context.Context, r Request) (Approval, error) {
	return c.Ask(ctx, AskRequest{PersonRequest: PersonRequest{Request: r}, Kind: KindReveal})
}

// Approvals lists what was asked within a week.
func (c *Client) Approvals(ctx context.Context) ([]Approval, error) {
	var list []Approval
	return list, c.ask(ctx, subjectAsked, struct{}{}, &list)
}

// Decide grants or refuses what another asked.
func (c *Client) Decide(ctx context.Context, r Request, id string, grant bool) (Approval, error) {
	var a Approval
	return a, c.ask(ctx, subjectDecide, decision{r, id, grant}, &a)
}

// Rules reads what needs a second person.
func (c *Client) Rules(ctx context.Context) (Rules, error) {
	var rules Rules
	return rules, c.ask(ctx, subjectReveals, struct{}{}, &rules)
}

// SetRules sets them, all together.
func (c *Client) SetRules(ctx context.Context, r Request, rules Rules) error {
	return c.ask(ctx, subjectSetRules, rulesChange{r, rules}, &rules)
}

// ErrNoEpoch says that the key of an epoch is not there.
var ErrNoEpoch = errors.New("no such epoch")

// Epoch fetches the sealed key of an epoch, or ErrNoEpoch.
func (c *Client) Epoch(ctx context.Context, id string) ([]byte, error) {
	var envelope []byte
	if err := c.ask(ctx, subjectEpoch, Request{Record: id}, &envelope); err != nil {
		return nil, err
	}
	if len(envelope) == 0 {
		return nil, ErrNoEpoch
	}
	return envelope, nil
}

// Letters lists the dead letters.
func (c *Client) Letters(ctx context.Context) ([]ingest.ParkedLetter, error) {
	var all []ingest.ParkedLetter
	for after := uint64(0); ; {
		var page []ingest.ParkedLetter
		if err := c.ask(ctx, subjectLetters, Request{Letter: after}, &page); err != nil {
			return nil, err
		}
		if len(page) == 0 {
			return all, nil
		}
		all, after = append(all, page...), page[len(page)-1].ID
	}
}

// Letter has one dead letter released, sealed.
func (c *Client) Letter(ctx context.Context, r Request) ([]byte, error) {
	var sealed []byte
	return sealed, c.ask(ctx, subjectLetter, r, &sealed)
}

// Retry gives an opened letter back to the queue; the dead one is deleted.
func (c *Client) Retry(ctx context.Context, r Request, opened ingest.Letter) error {
	return c.ask(ctx, subjectRetry, retryRequest{Request: r, Opened: opened}, &struct{}{})
}

func (c *Client) ask(ctx context.Context, subject string, request, answer any) error {
	return c.askWithin(ctx, requestTimeout, subject, request, answer)
}

// askWithin is ask for what takes longer, or must not.
func (c *Client) askWithin(ctx context.Context, limit time.Duration, subject string, request, answer any) error {
	data, err := json.Marshal(request)
	if err != nil {
		return fmt.Errorf("encoding the request: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	body, header, err := c.send(ctx, subject, data)
	if errors.Is(err, nats.ErrNoResponders) {
		return refusal(CodeUnreachable, "no qingting server answers there: is one running on this NATS server, and may this user ask it?")
	}
	var own *Refusal
	if errors.As(err, &own) { // of the service in this process
		return own
	}
	if err != nil {
		return &Refusal{CodeUnreachable, fmt.Sprintf("asking the server: %v", err), err}
	}
	if text := header.Get(micro.ErrorHeader); text != "" {
		code := Code(header.Get(codeHeader))
		if !slices.Contains(Codes, code) { // of a newer server
			code = CodeFailed
		}
		return &Refusal{Code: code, Text: text}
	}
	if sealed, ok := answer.(*[]byte); ok {
		*sealed = body
		return nil
	}
	if err := json.Unmarshal(body, answer); err != nil {
		return fmt.Errorf("the server's answer cannot be read: %w", err)
	}
	return nil
}
