package custody

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go/micro"

	"qingting/ingest"
)

// letters lists the dead letters: why and when, never what.
func (s *Service) letters(ctx context.Context) ([]ingest.ParkedLetter, error) {
	list := []ingest.ParkedLetter{}
	for l, err := range ingest.Letters(ctx, s.js) {
		if err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, nil
}

// letter releases one sealed dead letter, after the ledger has the entry.
func (s *Service) letter(ctx context.Context, r Request) ([]byte, error) {
	list, err := s.letters(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(l ingest.ParkedLetter) bool { return l.ID == r.Letter })
	if i < 0 {
		return nil, fmt.Errorf("there is no dead letter %d: see \"qingting dead list\"", r.Letter)
	}
	if _, err := s.append(ctx, "letter", r); err != nil {
		return nil, err
	}
	return list[i].Sealed(), nil
}

// retryRequest carries an opened letter back into the queue.
type retryRequest struct {
	Request
	Opened ingest.Letter `json:"opened"`
}

// retry publishes an opened letter again and deletes the sealed one. What it
// carries is personal: no error repeats it.
func (s *Service) retry(req micro.Request) {
	ctx, cancel := context.WithTimeout(context.Background(), requestTimeout)
	defer cancel()
	var r retryRequest
	if err := json.Unmarshal(req.Data(), &r); err != nil {
		s.refuse(req, "400", "malformed request")
		return
	}
	err := s.retryLetter(ctx, r)
	if err != nil {
		s.refuse(req, "422", err.Error())
		return
	}
	if err := req.RespondJSON(struct{}{}); err != nil {
		s.cfg.Log.Error("custody: answering", "error", err)
	}
}

func (s *Service) retryLetter(ctx context.Context, r retryRequest) error {
	if !ingest.IsInSubject(r.Opened.Subject) {
		return errors.New("the letter's subject is not one of feedback")
	}
	if _, err := s.append(ctx, "retry", r.Request); err != nil {
		return err
	}
	return ingest.Retry(ctx, s.js, r.Letter, r.Opened)
}
