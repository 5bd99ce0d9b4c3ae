package custody

import (
	"context"
	"fmt"

	"qingting/ingest"
	"qingting/ingest/ledger"
	"qingting/privacy/audit"
)

// record releases one record's sealed values, after the ledger has the entry.
func (s *Service) record(ctx context.Context, r Request) (Release, error) {
	if !validRecord(r.Record) {
		return Release{}, errNotRecord
	}
	vault, err := s.js.Stream(ctx, ingest.StreamVault)
	if err != nil {
		return Release{}, fmt.Errorf("stream %s: %w", ingest.StreamVault, err)
	}
	if err := r.check(); err != nil {
		return Release{}, err
	}
	var rel Release
	err = s.allowed(ctx, r, func(approver string) error {
		entry, err := ledger.Append(ctx, s.js, audit.Entry{
			Actor: r.Actor, Role: r.Role, Action: audit.ActionReveal, Record: r.Record, Field: s.cfg.Clean(r.Field),
			Purpose: r.Purpose, Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket), Approver: approver, Object: approvalObject(r.Approval),
		})
		if err != nil {
			return fmt.Errorf("nothing was released: %w", err)
		}
		rel, err = s.release(ctx, vault, r.Record)
		rel.Entry, rel.Actor = entry, r.Actor
		return err
	})
	if err != nil {
		return Release{}, err
	}
	return rel, nil
}

func approvalObject(id string) string {
	if id == "" {
		return ""
	}
	return "approval:" + id
}
