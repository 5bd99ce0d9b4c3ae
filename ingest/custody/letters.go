package custody

import (
	"context"
	"errors"
	"fmt"

	"qingting/ingest"
	"qingting/privacy/audit"
	"qingting/privacy/vault"
)

// letters lists the dead letters after Request.Letter: why and when, never what.
func (s *Service) letters(ctx context.Context, r Request) ([]ingest.ParkedLetter, error) {
	list, size := []ingest.ParkedLetter{}, 0
	for l, err := range ingest.Letters(ctx, s.js, r.Letter) {
		if err != nil {
			return nil, err
		}
		list = append(list, l)
		if size += 512 + 2*len(l.Detail) + len(l.Officers); size > readingPage {
			break
		}
	}
	return list, nil
}

// letterSets counts the dead letters by whom they are sealed to.
func (s *Service) letterSets(ctx context.Context, _ struct{}) (map[vault.Set]int, error) {
	sets := make(map[vault.Set]int)
	for l, err := range ingest.Letters(ctx, s.js, 0) {
		if err != nil {
			return nil, err
		}
		sets[l.Officers]++
	}
	return sets, nil
}

// LetterSets counts the dead letters by whom they are sealed to; those of which
// that is not known stand under the empty set.
func (c *Client) LetterSets(ctx context.Context) (map[vault.Set]int, error) {
	var sets map[vault.Set]int
	return sets, c.ask(ctx, subjectLetterSets, struct{}{}, &sets)
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

// retry publishes an opened letter again and deletes the sealed one.
func (s *Service) retry(ctx context.Context, r retryRequest) (struct{}, error) {
	if !ingest.IsInSubject(r.Opened.Subject) {
		return struct{}{}, errors.New("the letter's subject is not one of feedback")
	}
	if _, err := ingest.SealedLetter(ctx, s.js, r.Letter); err != nil {
		return struct{}{}, fmt.Errorf("dead letter %d: %w", r.Letter, err)
	}
	if _, err := s.append(ctx, audit.ActionRetry, r.Request); err != nil {
		return struct{}{}, err
	}
	return struct{}{}, ingest.Retry(ctx, s.js, r.Letter, r.Opened)
}
