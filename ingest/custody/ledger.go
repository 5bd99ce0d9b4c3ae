package custody

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
)

// Entry is one line of the ledger: who did what to which record, when and why.
// It holds no personal data of customers.
type Entry struct {
	Version int       `json:"version"` // 1
	Time    time.Time `json:"time"`
	Actor   string    `json:"actor"`
	Action  string    `json:"action"` // reveal, letter, retry
	Record  string    `json:"record,omitempty"`
	Letter  uint64    `json:"letter,omitempty"`
	Reason  string    `json:"reason"`
	Ticket  string    `json:"ticket,omitempty"`
}

// append writes the entry of a request and returns its sequence once the
// ledger has it. Without it, nothing may be released.
func (s *Service) append(ctx context.Context, action string, r Request) (uint64, error) {
	if strings.TrimSpace(r.Actor) == "" {
		return 0, errors.New("who asks is missing: give --actor")
	}
	if strings.TrimSpace(r.Reason) == "" {
		return 0, errors.New("a reason is missing: give --reason")
	}
	// Cleaned, the entry would no longer say who it was.
	if s.cfg.Clean(r.Actor) != r.Actor {
		return 0, errors.New("the name of who asks reads as personal data, which the ledger does not keep: give --actor a user name or a role")
	}
	data, err := json.Marshal(Entry{
		Version: 1, Time: time.Now().UTC(), Actor: r.Actor, Action: action,
		Record: r.Record, Letter: r.Letter, Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket),
	})
	if err != nil {
		return 0, fmt.Errorf("encoding the audit entry: %w", err)
	}
	ack, err := s.js.Publish(ctx, "feedback.audit", data, jetstream.WithExpectStream(ingest.StreamAudit))
	if err != nil {
		return 0, fmt.Errorf("the ledger did not take the entry, so nothing was released: %w", err)
	}
	return ack.Sequence, nil
}
