package custody

import (
	"context"
	"errors"
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

// approvalBusy is how long an approval that was begun is left to who began it.
// After that, work that never ended, for the process was killed, is begun again.
const approvalBusy = time.Minute

// under does what an approval allows. It is noted as begun before work is told who
// gave it, and as used after: what work made must leave only when under returns
// without an error. When work fails, the approval is given back. Each move is an
// entry of the ledger, and is made of the state that was seen: of two who come at
// once, one is refused, and of two who begin again after a kill, one ends.
func (s *Service) under(ctx context.Context, r Request, kind Kind, fits func(Approval) bool, work func(approver string) error) error {
	a, revision, err := s.usable(ctx, r, kind, fits)
	if err != nil {
		return err
	}
	switch {
	case a.State == ApprovalUsed:
		return refusal(CodeUsed, "approval %s was used already: it is for once, ask anew", a.ID)
	case a.State == ApprovalBegun && s.now().Sub(a.Begun) < approvalBusy:
		return refusal(CodeBegun, "approval %s is being used just now: look again in a minute", a.ID)
	}
	move := func(ctx context.Context, outcome string) (err error) {
		revision, err = s.putApproval(ctx, a, revision, settings.Change{
			Actor: r.Actor, Role: r.Role, Reason: a.Reason, Ticket: a.Ticket, Action: audit.ActionApprove, Outcome: outcome,
		})
		if errors.Is(err, settings.ErrChanged) {
			return refusal(CodeBegun, "another request uses approval %s: look again in a minute", a.ID)
		}
		return err
	}
	a.State, a.Begun = ApprovalBegun, s.now()
	if err := move(ctx, a.State); err != nil {
		return err
	}
	if err := work(a.Approver); err != nil {
		a.State, a.Begun = ApprovalGranted, time.Time{}
		back, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTimeout)
		defer cancel()
		return errors.Join(err, move(back, approvalReturned))
	}
	a.State, a.Used = ApprovalUsed, s.now()
	return move(ctx, a.State)
}

// needed is the refusal of what a second person must agree to.
func needed(what, ask string) error {
	return refusal(CodeNeeded, "%s needs a second person: \"qingting approve ask %s\", and when it is granted give --approval", what, ask)
}

// allowed has a reveal made if it may be: work is told who else agreed to it. A
// record of a person's package is opened under the package's approval, which is used.
func (s *Service) allowed(ctx context.Context, r Request, work func(approver string) error) error {
	if err := knownPurpose(r.Purpose); err != nil {
		return err
	}
	if r.Approval == "" {
		rules, err := s.rules(ctx)
		if err != nil {
			return err
		}
		if rules.reveals(r.Purpose) {
			return needed("this purpose", "RECORD")
		}
		return work("")
	}
	if r.Purpose == purposeSubject {
		approver, err := s.ofPackage(ctx, r)
		if err == nil {
			return work(approver)
		}
		if CodeOf(err) != CodeElse {
			return err
		}
	}
	return s.under(ctx, r, KindReveal, func(a Approval) bool {
		return a.Record == r.Record && a.Purpose == r.Purpose && (a.Field == "" || a.Field == r.Field)
	}, work)
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

// mayExport has documents leave if they may, and tells work who else agreed to it.
func (s *Service) mayExport(ctx context.Context, r Extract, work func(approver string) error) error {
	if r.Approval != "" {
		return s.under(ctx, r.Request, KindExport, func(a Approval) bool { return s.isSelection(a.Selection, r.Query) }, work)
	}
	rules, err := s.rules(ctx)
	if err != nil {
		return err
	}
	if rules.ExportAbove != nil {
		n, err := s.count(ctx, r.Query, *rules.ExportAbove)
		if err != nil {
			return err
		}
		if above(n, rules.ExportAbove) {
			return needed("an export of so many documents", "--for export QUERY")
		}
	}
	return work("")
}

// mayErase has n records erased in one go if they may be. The approval of an
// erasure that failed on its way is given back, too: the same records may be
// erased to the end by it, and no others.
func (s *Service) mayErase(ctx context.Context, r PersonRequest, who person, n int, work func(approver string) error) error {
	if r.Approval != "" {
		return s.under(ctx, r.Request, KindErase, func(a Approval) bool {
			return same(a.Tokens, who.tokens) && same(a.Records, r.Records) && a.Shared == r.Shared
		}, work)
	}
	rules, err := s.rules(ctx)
	if err != nil {
		return err
	}
	if above(n, rules.EraseAbove) {
		return needed("an erasure of so many records", "--for erase")
	}
	return work("")
}

// mayHandOver has a person's package made if it may be. Its approval opens the
// records of that person, and no others, until it ends.
func (s *Service) mayHandOver(ctx context.Context, r PersonRequest, who person, work func(approver string) error) error {
	if r.Approval != "" {
		return s.under(ctx, r.Request, KindSubjectExport, func(a Approval) bool { return same(a.Tokens, who.tokens) }, work)
	}
	rules, err := s.rules(ctx)
	if err != nil {
		return err
	}
	if rules.reveals(purposeSubject) {
		return needed("a package of a person's data", "--for subject-export")
	}
	return work("")
}

// same says that two lists have the same members.
func same(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}
