package custody

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/micro"

	"qingting/ingest"
	"qingting/privacy/audit"
)

// lettersPage is how many letters one answer lists: few enough for a NATS
// server that takes no more than the usual megabyte.
const lettersPage = 500

// letters lists the dead letters after Request.Letter: why and when, never what.
func (s *Service) letters(ctx context.Context, r Request) ([]ingest.ParkedLetter, error) {
	list := []ingest.ParkedLetter{}
	for l, err := range ingest.Letters(ctx, s.js, r.Letter) {
		if err != nil {
			return nil, err
		}
		if list = append(list, l); len(list) == lettersPage {
			break
		}
	}
	return list, nil
}

// letter releases one sealed dead letter, after the ledger has the entry.
func (s *Service) letter(ctx context.Context, r Request) ([]byte, error) {
	sealed, err := ingest.SealedLetter(ctx, s.js, r.Letter)
	if err != nil {
		return nil, fmt.Errorf("dead letter %d: %w", r.Letter, err)
	}
	if _, err := s.append(ctx, audit.ActionLetter, r); err != nil {
		return nil, err
	}
	return sealed, nil
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
	s.answer(req, struct{}{})
}

func (s *Service) retryLetter(ctx context.Context, r retryRequest) error {
	if !ingest.IsInSubject(r.Opened.Subject) {
		return errors.New("the letter's subject is not one of feedback")
	}
	if _, err := ingest.SealedLetter(ctx, s.js, r.Letter); err != nil {
		return fmt.Errorf("dead letter %d: %w", r.Letter, err)
	}
	if _, err := s.append(ctx, audit.ActionRetry, r.Request); err != nil {
		return err
	}
	return ingest.Retry(ctx, s.js, r.Letter, r.Opened)
}
