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

// RevealRules say when a reveal needs a second person, and for how long what
// that person allowed may be used. The zero value needs none.
type RevealRules struct {
	// Approval is "never", "always" or "listed": for the purposes of Purposes.
	Approval string   `json:"approval"`
	Purposes []string `json:"purposes,omitempty"`
	Minutes  int      `json:"minutes"` // default 60
}

// settingReveal holds the RevealRules.
const settingReveal settings.Key = "reveal"

// approvalsPrefix begins the settings that hold what was asked.
const approvalsPrefix = "approvals"

const (
	defaultMinutes = 60
	maxMinutes     = 24 * 60
)

// check refuses rules that say nothing.
func (r RevealRules) check() error {
	switch r.Approval {
	case "never", "always":
		if len(r.Purposes) > 0 {
			return errors.New("purposes go with listed only")
		}
	case "listed":
		if len(r.Purposes) == 0 {
			return errors.New("listed wants the purposes that need a second person")
		}
	default:
		return errors.New("approval is one of never, always, listed")
	}
	for _, p := range r.Purposes {
		if err := knownPurpose(p); err != nil {
			return err
		}
	}
	if r.Minutes < 1 || r.Minutes > maxMinutes {
		return fmt.Errorf("minutes: from 1 to %d", maxMinutes)
	}
	return nil
}

func (r RevealRules) needs(purpose string) bool {
	return r.Approval == "always" || r.Approval == "listed" && slices.Contains(r.Purposes, purpose)
}

// Approval is one thing that somebody asked another's consent for.
type Approval struct {
	ID       string    `json:"id"`
	Record   string    `json:"record"`
	Field    string    `json:"field,omitempty"` // which value, empty for the record
	Purpose  string    `json:"purpose"`
	Reason   string    `json:"reason"` // redacted
	Ticket   string    `json:"ticket,omitempty"`
	Asked    time.Time `json:"asked"`
	By       string    `json:"by"`
	State    string    `json:"state"` // asked, granted, refused
	Decided  time.Time `json:"decided,omitzero"`
	Approver string    `json:"approver,omitempty"`
	Words    string    `json:"words,omitempty"` // why it was refused
	Until    time.Time `json:"until,omitzero"`  // of one that was granted
}

// The states of an Approval.
const (
	ApprovalAsked   = "asked"
	ApprovalGranted = "granted"
	ApprovalRefused = "refused"
)

// askedKept is how long an undecided request stays open.
const askedKept = 7 * 24 * time.Hour

func approvalKey(id string) (settings.Key, error) {
	if len(id) != 10 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz234567-") != "" {
		return "", errors.New("not the id of an approval: \"qingting approve list\" shows them")
	}
	return settings.Key(approvalsPrefix + "." + id), nil
}

// rules reads the RevealRules. They cannot be skipped: what cannot be read is an error.
func (s *Service) rules(ctx context.Context) (RevealRules, error) {
	rules := RevealRules{Approval: "never", Minutes: defaultMinutes}
	if s.cfg.Settings == nil {
		return rules, nil
	}
	v, err := s.cfg.Settings.Get(ctx, settingReveal)
	if err != nil || v.Data == nil {
		return rules, err
	}
	if err := json.Unmarshal(v.Data, &rules); err != nil {
		return RevealRules{}, errors.New("the setting reveal cannot be read: set it again with \"qingting approve rules\"")
	}
	return rules, rules.check()
}

func (s *Service) showRules(ctx context.Context, _ struct{}) (RevealRules, error) {
	return s.rules(ctx)
}

// rulesChange sets the RevealRules.
type rulesChange struct {
	Request
	Rules RevealRules `json:"rules"`
}

func (s *Service) setRules(ctx context.Context, r rulesChange) (RevealRules, error) {
	if s.cfg.Settings == nil {
		return RevealRules{}, errNoSettings
	}
	if r.Rules.Minutes == 0 {
		r.Rules.Minutes = defaultMinutes
	}
	if err := r.Rules.check(); err != nil {
		return RevealRules{}, err
	}
	if strings.TrimSpace(r.Reason) == "" {
		return RevealRules{}, errors.New("a reason is missing: give --reason")
	}
	data, err := json.Marshal(r.Rules)
	if err != nil {
		return RevealRules{}, fmt.Errorf("encoding the rules: %w", err)
	}
	now, err := s.cfg.Settings.Get(ctx, settingReveal)
	if err != nil {
		return RevealRules{}, err
	}
	actor := access.ActorOf(ctx)
	_, err = s.cfg.Settings.Put(ctx, settingReveal, data, now.Revision, settings.Change{
		Actor: actor.Name, Role: string(actor.Role), Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket),
	})
	return r.Rules, err
}

// ask opens a request for approval.
func (s *Service) ask(ctx context.Context, r Request) (Approval, error) {
	if s.cfg.Settings == nil {
		return Approval{}, errNoSettings
	}
	if !validRecord(r.Record) {
		return Approval{}, errNotRecord
	}
	if err := knownPurpose(r.Purpose); err != nil {
		return Approval{}, err
	}
	if strings.TrimSpace(r.Reason) == "" {
		return Approval{}, errors.New("a reason is missing: give --reason")
	}
	var random [5]byte
	if _, err := rand.Read(random[:]); err != nil {
		return Approval{}, fmt.Errorf("drawing an id: %w", err)
	}
	a := Approval{
		ID:     "a-" + strings.ToLower(base32.StdEncoding.EncodeToString(random[:])),
		Record: r.Record, Field: s.cfg.Clean(r.Field), Purpose: r.Purpose, Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket),
		Asked: s.now(), By: proven(ctx, r), State: ApprovalAsked,
	}
	return a, s.putApproval(ctx, a, 0, settings.Change{Actor: r.Actor, Role: r.Role, Reason: a.Reason, Ticket: a.Ticket, Action: audit.ActionRequest})
}

func (s *Service) putApproval(ctx context.Context, a Approval, revision uint64, c settings.Change) error {
	key, err := approvalKey(a.ID)
	if err != nil {
		return err
	}
	data, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("encoding the approval: %w", err)
	}
	c.Object = "approval:" + a.ID
	_, err = s.cfg.Settings.Put(ctx, key, data, revision, c)
	return err
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
		return Approval{}, 0, fmt.Errorf("there is no approval %s", id)
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

// decide grants or refuses. Who asked may not decide.
func (s *Service) decide(ctx context.Context, r decision) (Approval, error) {
	a, revision, err := s.approval(ctx, r.ID)
	if err != nil {
		return Approval{}, err
	}
	rules, err := s.rules(ctx)
	if err != nil {
		return Approval{}, err
	}
	switch {
	case a.State != ApprovalAsked:
		return Approval{}, fmt.Errorf("approval %s was %s already", a.ID, a.State)
	case a.By == proven(ctx, r.Request):
		return Approval{}, errors.New("who asks does not approve: another person must decide")
	case s.now().Sub(a.Asked) >= askedKept:
		return Approval{}, fmt.Errorf("approval %s was asked for too long ago: ask anew", a.ID)
	case !r.Grant && strings.TrimSpace(r.Reason) == "":
		return Approval{}, errors.New("a refusal wants a reason: give --reason")
	}
	a.State, a.Decided, a.Approver, a.Words = ApprovalRefused, s.now(), proven(ctx, r.Request), s.cfg.Clean(r.Reason)
	if r.Grant {
		a.State, a.Until = ApprovalGranted, a.Decided.Add(time.Duration(rules.Minutes)*time.Minute)
	}
	return a, s.putApproval(ctx, a, revision, settings.Change{Actor: r.Actor, Role: r.Role, Reason: a.State, Action: audit.ActionApprove})
}

// allowed says whether a reveal may go on, and who else agreed to it.
func (s *Service) allowed(ctx context.Context, r Request) (approver string, err error) {
	if err := knownPurpose(r.Purpose); err != nil {
		return "", err
	}
	rules, err := s.rules(ctx)
	if err != nil {
		return "", err
	}
	if r.Approval == "" {
		if rules.needs(r.Purpose) {
			return "", errors.New("this purpose needs a second person: \"qingting approve ask\", and when it is granted give --approval")
		}
		return "", nil
	}
	a, _, err := s.approval(ctx, r.Approval)
	if err != nil {
		return "", err
	}
	switch {
	case a.State != ApprovalGranted:
		return "", fmt.Errorf("approval %s is not granted: it is %s", a.ID, a.State)
	case a.By != proven(ctx, r):
		return "", fmt.Errorf("approval %s was given to another", a.ID)
	case a.Record != r.Record || a.Purpose != r.Purpose || a.Field != "" && a.Field != r.Field:
		return "", fmt.Errorf("approval %s is for something else", a.ID)
	case !s.now().Before(a.Until):
		return "", fmt.Errorf("approval %s ended at %s: ask anew", a.ID, a.Until.Format(time.RFC3339))
	}
	return a.Approver, nil
}

// proven is who asks, without what they say of themselves beside it.
func proven(ctx context.Context, r Request) string {
	if name := access.ActorOf(ctx).Name; name != "" {
		return name
	}
	return r.Actor
}
