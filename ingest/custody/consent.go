package custody

import (
	"context"
	"slices"
	"time"

	"qingting/ingest/settings"
	"qingting/privacy/audit"
)

// usable reads an approval that who asks may use now for what fits says.
func (s *Service) usable(ctx context.Context, r Request, kind Kind, fits func(Approval) bool) (Approval, uint64, error) {
	a, revision, err := s.approval(ctx, r.Approval)
	if err != nil {
		return Approval{}, 0, err
	}
	switch {
	case a.By != proven(ctx, r):
		err = refusal(CodeOthers, "approval %s was given to another", a.ID)
	case a.Kind != kind || !fits(a):
		err = refusal(CodeElse, "approval %s is for something else", a.ID)
	case a.State == ApprovalAsked:
		err = refusal(CodeUndecided, "approval %s is not granted: it is asked", a.ID)
	case a.State == ApprovalRefused:
		err = refusal(CodeRefused, "approval %s is not granted: it is refused", a.ID)
	case !s.now().Before(a.Until):
		err = refusal(CodeExpired, "approval %s ended at %s: ask anew", a.ID, a.Until.Format(time.RFC3339))
	}
	return a, revision, err
}

// consume uses an approval up, and returns who gave it. Of two who come at
// once, one is refused: the setting has the revision that it was read at, or it
// is not changed.
func (s *Service) consume(ctx context.Context, r Request, kind Kind, fits func(Approval) bool) (approver string, err error) {
	a, revision, err := s.usable(ctx, r, kind, fits)
	if err != nil {
		return "", err
	}
	if a.State != ApprovalGranted {
		return "", refusal(CodeUsed, "approval %s was used already: it is for once, ask anew", a.ID)
	}
	a.State, a.Used = ApprovalUsed, s.now()
	return a.Approver, s.putApproval(ctx, a, revision, settings.Change{
		Actor: r.Actor, Role: r.Role, Reason: a.Reason, Ticket: a.Ticket, Action: audit.ActionApprove, Outcome: a.State,
	})
}

// needed is the refusal of what a second person must agree to.
func needed(what, ask string) error {
	return refusal(CodeNeeded, "%s needs a second person: \"qingting approve ask %s\", and when it is granted give --approval", what, ask)
}

// allowed says whether a reveal may go on, and who else agreed to it. A record
// of a person's package is opened under the package's approval, which is used.
func (s *Service) allowed(ctx context.Context, r Request) (approver string, err error) {
	if err := knownPurpose(r.Purpose); err != nil {
		return "", err
	}
	if r.Approval == "" {
		rules, err := s.rules(ctx)
		if err == nil && rules.reveals(r.Purpose) {
			err = needed("this purpose", "RECORD")
		}
		return "", err
	}
	if r.Purpose == purposeSubject {
		approver, err := s.ofPackage(ctx, r)
		if err == nil || CodeOf(err) != CodeElse {
			return approver, err
		}
	}
	return s.consume(ctx, r, KindReveal, func(a Approval) bool {
		return a.Record == r.Record && a.Purpose == r.Purpose && (a.Field == "" || a.Field == r.Field)
	})
}

// ofPackage says who agreed to a person's package that a record is of: its
// document has one of the tokens that were agreed to.
func (s *Service) ofPackage(ctx context.Context, r Request) (approver string, err error) {
	a, _, err := s.usable(ctx, r, KindSubjectExport, func(Approval) bool { return true })
	if err != nil {
		return "", err
	}
	if a.State != ApprovalUsed {
		return "", refusal(CodeElse, "approval %s is for a package, which was not begun", a.ID)
	}
	d, _, err := latest(ctx, s.js, r.Record)
	if err != nil {
		return "", err
	}
	if d == nil || !slices.ContainsFunc(d.Subjects, func(t string) bool { return slices.Contains(a.Tokens, t) }) {
		return "", refusal(CodeElse, "approval %s is for the records of another person", a.ID)
	}
	return a.Approver, nil
}

// mayExport says whether documents may leave, and who else agreed to it.
func (s *Service) mayExport(ctx context.Context, r Extract) (approver string, err error) {
	if r.Approval != "" {
		return s.consume(ctx, r.Request, KindExport, func(a Approval) bool { return s.isSelection(a.Selection, r.Query) })
	}
	rules, err := s.rules(ctx)
	if err != nil || rules.ExportAbove == nil {
		return "", err
	}
	n, err := s.count(ctx, r.Query, *rules.ExportAbove)
	if err == nil && above(n, rules.ExportAbove) {
		err = needed("an export of so many documents", "--for export QUERY")
	}
	return "", err
}

// mayErase says whether n records may be erased in one go.
func (s *Service) mayErase(ctx context.Context, r PersonRequest, who person, n int) (approver string, err error) {
	if r.Approval != "" {
		return s.consume(ctx, r.Request, KindErase, func(a Approval) bool {
			return same(a.Tokens, who.tokens) && same(a.Records, r.Records) && a.Shared == r.Shared
		})
	}
	rules, err := s.rules(ctx)
	if err == nil && above(n, rules.EraseAbove) {
		err = needed("an erasure of so many records", "--for erase")
	}
	return "", err
}

// mayHandOver says whether a person's package may be made. Its approval opens
// the records of that person, and no others, until it ends.
func (s *Service) mayHandOver(ctx context.Context, r PersonRequest, who person) (approver string, err error) {
	if r.Approval != "" {
		return s.consume(ctx, r.Request, KindSubjectExport, func(a Approval) bool { return same(a.Tokens, who.tokens) })
	}
	rules, err := s.rules(ctx)
	if err == nil && rules.reveals(purposeSubject) {
		err = needed("a package of a person's data", "--for subject-export")
	}
	return "", err
}

// same says that two lists have the same members.
func same(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}
