package custody

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"qingting/ingest"
)

// Client asks the service, from the officer's process.
type Client struct {
	nc   *nats.Conn
	tell func(Progress)
}

// NewClient returns a client on nc.
func NewClient(nc *nats.Conn) *Client { return &Client{nc: nc} }

// Record has one record's sealed values released.
func (c *Client) Record(ctx context.Context, r Request) (Release, error) {
	var rel Release
	return rel, c.ask(ctx, subjectRecord, r, &rel)
}

// Ask asks for a second person's approval of Request.Record.
func (c *Client) Ask(ctx context.Context, r Request) (Approval, error) {
	var a Approval
	return a, c.ask(ctx, subjectAsk, r, &a)
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

// RevealRules reads when a reveal needs a second person.
func (c *Client) RevealRules(ctx context.Context) (RevealRules, error) {
	var rules RevealRules
	return rules, c.ask(ctx, subjectReveals, struct{}{}, &rules)
}

// SetRevealRules sets them.
func (c *Client) SetRevealRules(ctx context.Context, r Request, rules RevealRules) error {
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
	msg, err := c.nc.RequestWithContext(ctx, subject, data)
	if errors.Is(err, nats.ErrNoResponders) {
		return errors.New("no qingting server answers there: is one running on this NATS server, and may this user ask it?")
	}
	if err != nil {
		return fmt.Errorf("asking the server: %w", err)
	}
	if text := msg.Header.Get(micro.ErrorHeader); text != "" {
		return errors.New(text)
	}
	if sealed, ok := answer.(*[]byte); ok {
		*sealed = msg.Data
		return nil
	}
	if err := json.Unmarshal(msg.Data, answer); err != nil {
		return fmt.Errorf("the server's answer cannot be read: %w", err)
	}
	return nil
}
