package custody

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingting/ingest/settings"
	"qingting/internal/access"
	"qingting/privacy/audit"
)

// The subjects of the second pair of eyes.
const (
	approvePrefix   = "qingting.approve."
	subjectAsk      = approvePrefix + "ask"
	subjectAsked    = approvePrefix + "asked"
	subjectDecide   = approvePrefix + "decide"
	subjectReveals  = approvePrefix + "rules"
	subjectSetRules = "qingting.govern.reveal"
)

// Kind is what an approval is for.
type Kind string

// The kinds.
const (
	KindReveal        Kind = "reveal"         // sealed values of Record
	KindExport        Kind = "export"         // documents that Query finds
	KindSubjectExport Kind = "subject-export" // a package of a person's data
	KindErase         Kind = "erase"          // a person's records, or Records
)

// Approval is one thing that somebody asked another's consent for. It serves
// once, one who asks, one object, for a time. It holds no personal data.
type Approval struct {
	ID      string `json:"id"`
	Kind    Kind   `json:"kind,omitempty"` // of those that were asked before there were kinds: empty, a reveal
	Record  string `json:"record,omitempty"`
	Field   string `json:"field,omitempty"` // which value, empty for the record
	Purpose string `json:"purpose,omitempty"`

	Query     string   `json:"query,omitempty"`     // redacted, for the reader
	Selection string   `json:"selection,omitempty"` // keyed hash of the query as it is
	Tokens    []string `json:"tokens,omitempty"`    // of the person
	Records   []string `json:"records,omitempty"`   // to which it is narrowed
	Shared    bool     `json:"shared,omitempty"`    // records too that only a name or the like points to
	Case      string   `json:"case,omitempty"`
	Count     int      `json:"count,omitempty"` // documents or records, when it was asked

	Reason   string    `json:"reason"` // redacted
	Ticket   string    `json:"ticket,omitempty"`
	Asked    time.Time `json:"asked"`
	By       string    `json:"by"`
	Person   string    `json:"person,omitempty"` // who that is, in the register of users
	State    string    `json:"state"`            // asked, granted, refused, begun, used
	Decided  time.Time `json:"decided,omitzero"`
	Approver string    `json:"approver,omitempty"`
	Words    string    `json:"words,omitempty"` // why it was refused
	Until    time.Time `json:"until,omitzero"`  // of one that was granted
	Begun    time.Time `json:"begun,omitzero"`  // what was allowed, when it has not ended
	Used     time.Time `json:"used,omitzero"`
}

// The states of an Approval. One that was begun is used when what it allows has
// been done, and granted again when that failed.
const (
	ApprovalAsked   = "asked"
	ApprovalGranted = "granted"
	ApprovalRefused = "refused"
	ApprovalBegun   = "begun"
	ApprovalUsed    = "used"
)

// approvalReturned is what the ledger has of one that is granted again.
const approvalReturned = "returned"

// askedKept is how long an undecided request stays open.
const askedKept = 7 * 24 * time.Hour

// approvalsPrefix begins the settings that hold what was asked.
const approvalsPrefix = "approvals"

func approvalKey(id string) (settings.Key, error) {
	if len(id) != 10 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz234567-") != "" {
		return "", refusal(CodeNoApproval, "not the id of an approval: \"qingting approve list\" shows them")
	}
	return settings.Key(approvalsPrefix + "." + id), nil
}

// AskRequest asks for consent: to a reveal (Record, Purpose, Field), an export
// (Query), a package of a person's data or an erasure (the person, Records,
// Shared). Its JSON may be personal data.
type AskRequest struct {
	PersonRequest
	Kind  Kind   `json:"kind,omitempty"`
	Query string `json:"query,omitempty"`
}

// ask opens a request for approval.
func (s *Service) ask(ctx context.Context, r AskRequest) (Approval, error) {
	if s.cfg.Settings == nil {
		return Approval{}, errNoSettings
	}
	if strings.TrimSpace(r.Reason) == "" {
		return Approval{}, errNoReason
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), countTimeout)
	defer cancel()
	a := Approval{
		Kind: r.Kind, Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket), Asked: s.now(), By: proven(ctx, r.Request), State: ApprovalAsked,
	}
	var err error
	switch r.Kind {
	case KindReveal, "":
		a.Kind = KindReveal
		err = s.askReveal(r.Request, &a)
	case KindExport:
		a.Query, a.Selection = s.cfg.Clean(r.Query), s.selection(r.Query)
		a.Count, err = s.count(ctx, r.Query, -1)
	case KindSubjectExport, KindErase:
		err = s.askPerson(ctx, r, &a)
	default:
		err = errMalformed
	}
	if err != nil {
		return Approval{}, err
	}
	if a.Person, err = s.personOf(ctx, a.By); err != nil {
		return Approval{}, err
	}
	var random [5]byte
	if _, err := rand.Read(random[:]); err != nil {
		return Approval{}, fmt.Errorf("drawing an id: %w", err)
	}
	a.ID = "a-" + strings.ToLower(base32.StdEncoding.EncodeToString(random[:]))
	_, err = s.putApproval(ctx, a, 0, settings.Change{
		Actor: r.Actor, Role: r.Role, Reason: a.Reason, Ticket: a.Ticket, Action: audit.ActionRequest, Outcome: a.State,
	})
	return a, err
}

func (s *Service) askReveal(r Request, a *Approval) error {
	if !validRecord(r.Record) {
		return errNotRecord
	}
	a.Record, a.Purpose, a.Field = r.Record, r.Purpose, s.cfg.Clean(r.Field)
	return knownPurpose(r.Purpose)
}

// askPerson has tokens take the place of identifiers. It tells how many records a
// person has, and so is for who may search for persons.
func (s *Service) askPerson(ctx context.Context, r AskRequest, a *Approval) error {
	if access.ActorOf(ctx).Role == access.Approver { // who looks for a person is an officer
		return refusal(CodeForbidden, "an approver may not ask about persons: it takes the role %s", access.Officer)
	}
	p, err := s.checkPerson(&r.PersonRequest)
	if err != nil {
		return err
	}
	who, err := p.who(&r.PersonRequest)
	if err != nil {
		return err
	}
	a.Tokens, a.Records, a.Shared, a.Case, a.Count = who.tokens, r.Records, r.Shared, r.Case, len(r.Records)
	if len(who.tokens) == 0 {
		if len(r.Records) == 0 || r.Kind == KindSubjectExport {
			return errors.New("neither a person nor a record was named")
		}
		return nil
	}
	if len(r.Records) > 0 {
		return nil
	}
	list, err := p.Eraser.Find(ctx, who.tokens)
	if err != nil {
		return err
	}
	for _, f := range who.found(list) {
		if r.Shared || !f.Shared {
			a.Count++
		}
	}
	return nil
}

// putApproval stores an approval after the ledger has what became of it, and
// returns its revision.
func (s *Service) putApproval(ctx context.Context, a Approval, revision uint64, c settings.Change) (uint64, error) {
	key, err := approvalKey(a.ID)
	if err != nil {
		return 0, err
	}
	data, err := json.Marshal(a)
	if err != nil {
		return 0, fmt.Errorf("encoding the approval: %w", err)
	}
	c.Object = "approval:" + a.ID
	if len(a.Tokens) > 0 {
		c.Subject = a.Tokens[0]
	}
	if a.Count > 0 {
		c.Counts = map[string]int{string(a.Kind): a.Count}
	}
	v, err := s.cfg.Settings.Put(ctx, key, data, revision, c)
	return v.Revision, err
}

// approval reads one, and its revision.
func (s *Service) approval(ctx context.Context, id string) (Approval, uint64, error) {
	key, err := approvalKey(id)
	if err != nil {
		return Approval{}, 0, err
	}
	if s.cfg.Settings == nil {
		return Approval{}, 0, errNoSettings
	}
	v, err := s.cfg.Settings.Get(ctx, key)
	if err != nil {
		return Approval{}, 0, err
	}
	var a Approval
	if v.Data == nil || json.Unmarshal(v.Data, &a) != nil {
		return Approval{}, 0, refusal(CodeNoApproval, "there is no approval %s", id)
	}
	if a.Kind == "" {
		a.Kind = KindReveal
	}
	return a, v.Revision, nil
}

// approvals lists what was asked and is open or was decided within a week.
func (s *Service) approvals(ctx context.Context, _ struct{}) ([]Approval, error) {
	if s.cfg.Settings == nil {
		return nil, errNoSettings
	}
	list := []Approval{}
	for v, err := range s.cfg.Settings.Below(ctx, approvalsPrefix) {
		if err != nil {
			return nil, err
		}
		var a Approval
		if err := json.Unmarshal(v.Data, &a); err != nil {
			return nil, fmt.Errorf("setting %s cannot be read", v.Key)
		}
		if s.now().Sub(a.Asked) < askedKept {
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b Approval) int { return a.Asked.Compare(b.Asked) })
	return list, nil
}

// decision is an approver's word.
type decision struct {
	Request
	ID    string `json:"id"`
	Grant bool   `json:"grant"`
}

// decide grants or refuses. Who asked may not decide, by whatever user: two users
// are two persons only when the register says of both who they are.
func (s *Service) decide(ctx context.Context, r decision) (Approval, error) {
	a, revision, err := s.approval(ctx, r.ID)
	if err != nil {
		return Approval{}, err
	}
	rules, err := s.rules(ctx)
	if err != nil {
		return Approval{}, err
	}
	approver := proven(ctx, r.Request)
	person, err := s.personOf(ctx, approver)
	if err != nil {
		return Approval{}, err
	}
	if a.Person == "" { // nobody had said it when it was asked
		if a.Person, err = s.personOf(ctx, a.By); err != nil {
			return Approval{}, err
		}
	}
	switch {
	case a.State != ApprovalAsked:
		return Approval{}, refusal(CodeDecided, "approval %s was %s already", a.ID, a.State)
	case a.By == approver:
		return Approval{}, refusal(CodeSelf, "who asks does not approve: another person must decide")
	case person == "":
		return Approval{}, unknownPerson(approver)
	case a.Person == "":
		return Approval{}, unknownPerson(a.By)
	case person == a.Person:
		return Approval{}, refusal(CodeSelf, "who asks does not approve: the register of users has both users as one person")
	case s.now().Sub(a.Asked) >= askedKept:
		return Approval{}, refusal(CodeExpired, "approval %s was asked for too long ago: ask anew", a.ID)
	case !r.Grant && strings.TrimSpace(r.Reason) == "":
		return Approval{}, refusal(CodeReason, "a refusal wants a reason: give --reason")
	}
	a.State, a.Decided, a.Approver, a.Words = ApprovalRefused, s.now(), approver, s.cfg.Clean(r.Reason)
	if r.Grant {
		a.State, a.Until = ApprovalGranted, a.Decided.Add(time.Duration(rules.Minutes)*time.Minute)
	}
	_, err = s.putApproval(ctx, a, revision, settings.Change{Actor: r.Actor, Role: r.Role, Reason: a.State, Action: audit.ActionApprove, Outcome: a.State})
	return a, err
}

// unknownPerson refuses what takes two persons, when a user may be either.
func unknownPerson(user string) error {
	return refusal(CodePerson, "the register of users does not say who user %q is, so that both may be one person: an operator enters it with \"qingting users person %s STAFF-ID\", and users who are not in the register with \"qingting users add\"", user, user)
}

// personOf is the person of a user as the register says, "" when it does not.
func (s *Service) personOf(ctx context.Context, user string) (string, error) {
	users, err := s.users(ctx)
	if err != nil {
		return "", err
	}
	if u, known := users.ByName(user); known {
		return u.PersonID(), nil
	}
	return "", nil
}

// proven is who asks, without what they say of themselves beside it.
func proven(ctx context.Context, r Request) string {
	if name := access.ActorOf(ctx).Name; name != "" {
		return name
	}
	return r.Actor
}
