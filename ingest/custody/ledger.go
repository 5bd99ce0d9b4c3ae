package custody

import (
	"context"
	"fmt"
	"strings"
	"time"

	"qingting/ingest/ledger"
	"qingting/privacy/audit"
)

// append writes the entry of a request and returns its index once the
// ledger has it. Without it, nothing may be released.
func (s *Service) append(ctx context.Context, action audit.Action, r Request) (int64, error) {
	if err := r.check(); err != nil {
		return 0, err
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

var (
	errNoActor   = refusal(CodeActor, "who asks is missing: give --actor")
	errNoReason  = refusal(CodeReason, "a reason is missing: give --reason")
	errMalformed = refusal(CodeMalformed, "malformed request")
)

// check refuses who does not say who and why.
func (r Request) check() error {
	if r.Actor == "" {
		return errNoActor
	}
	if strings.TrimSpace(r.Reason) == "" {
		return errNoReason
	}
	return nil
}

// now is the time in UTC.
func (s *Service) now() time.Time { return s.cfg.Now().UTC() }
