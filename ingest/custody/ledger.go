package custody

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"qingting/ingest/ledger"
	"qingting/privacy/audit"
)

// append writes the entry of a request and returns its index once the
// ledger has it. Without it, nothing may be released.
func (s *Service) append(ctx context.Context, action audit.Action, r Request) (int64, error) {
	if r.Actor == "" {
		return 0, errors.New("who asks is missing: give --actor")
	}
	if strings.TrimSpace(r.Reason) == "" {
		return 0, errors.New("a reason is missing: give --reason")
	}
	index, err := ledger.Append(ctx, s.js, audit.Entry{
		Actor: r.Actor, Role: r.Role, Action: action,
		Record: r.Record, Letter: r.Letter, Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket),
	})
	if err != nil {
		return 0, fmt.Errorf("nothing was released: %w", err)
	}
	return index, nil
}
