package custody

import (
	"context"
	"encoding/json"
	"time"

	"github.com/nats-io/nats.go/micro"

	"qingting/ingest/settings"
	"qingting/privacy/subject"
)

// What an auditor may see of the requests of persons, and of the policies that ran
// here: clocks without a person, rules without a text.
const (
	subjectClocks   = auditPrefix + "clocks"
	subjectPolicies = auditPrefix + "policies"
)

func (s *Service) clockHandlers() map[string]micro.Handler {
	return map[string]micro.Handler{
		subjectClocks:   answering(s, s.clocks),
		subjectPolicies: answering(s, s.policies),
	}
}

// Clock is a request of a person without anything of the person: no token, no word
// of what was said, nor by which way it came.
type Clock struct {
	ID       string       `json:"id"`
	Kind     subject.Kind `json:"kind"`
	Opened   time.Time    `json:"opened"`
	Due      time.Time    `json:"due"`
	Extended bool         `json:"extended,omitempty"`
	Checked  bool         `json:"checked,omitempty"` // who asks is who they say
	Closed   time.Time    `json:"closed,omitzero"`
	Outcome  string       `json:"outcome,omitempty"`
}

// Urgency says where the request stands at a time.
func (c Clock) Urgency(now time.Time) subject.Urgency {
	k := subject.Case{Opened: c.Opened, Due: c.Due}
	if !c.Closed.IsZero() {
		k.Closing = &subject.Closing{At: c.Closed}
	}
	return k.Urgency(now)
}

type clocksRequest struct {
	After string `json:"after,omitempty"`
}

// clocks gives a page of requests, in the order of their ids.
func (s *Service) clocks(ctx context.Context, r clocksRequest) ([]Clock, error) {
	cases, err := s.listCases(ctx, CasesRequest{After: r.After})
	if err != nil {
		return nil, err
	}
	page := make([]Clock, len(cases))
	for i, c := range cases {
		page[i] = Clock{ID: c.ID, Kind: c.Kind, Opened: c.Opened, Due: c.Due, Extended: c.Extension != nil, Checked: c.Identity != nil}
		if c.Closing != nil {
			page[i].Closed, page[i].Outcome = c.Closing.At, c.Closing.Outcome
		}
	}
	return page, nil
}

// Clocks lists the requests of persons by their clocks alone, in no order.
func (c *Client) Clocks(ctx context.Context) (all []Clock, err error) {
	for r := (clocksRequest{}); ; {
		var page []Clock
		if err := c.ask(ctx, subjectClocks, r, &page); err != nil {
			return nil, err
		}
		if len(page) == 0 {
			return all, nil
		}
		all, r.After = append(all, page...), page[len(page)-1].ID
	}
}

// RunningPolicy is the setting in which a process says by which policy it redacts.
const RunningPolicy settings.Key = "running.policy"

// PolicyRules are what a policy does, as far as figures and types go.
type PolicyRules struct {
	Version     string             `json:"version"`
	Engine      string             `json:"engine"`
	Default     string             `json:"default"` // what becomes of types that Actions does not name
	Actions     map[string]string  `json:"actions"`
	Thresholds  map[string]float64 `json:"thresholds,omitempty"` // least confidence, by type
	Recognisers int                `json:"recognisers"`          // of its own
}

// RanPolicy is a policy, and since when processes run on it.
type RanPolicy struct {
	PolicyRules
	Since time.Time `json:"since"`
}

// policies gives what ran here, the oldest first: as many versions as settings keep.
func (s *Service) policies(ctx context.Context, _ struct{}) ([]RanPolicy, error) {
	if s.cfg.Settings == nil {
		return nil, errNoSettings
	}
	values, err := s.cfg.Settings.History(ctx, RunningPolicy)
	if err != nil {
		return nil, err
	}
	list := []RanPolicy{}
	for _, v := range values {
		ran := RanPolicy{Since: v.Changed}
		if json.Unmarshal(v.Data, &ran.PolicyRules) != nil { // of an older server: its version alone
			ran.PolicyRules = PolicyRules{Version: string(v.Data)}
		}
		list = append(list, ran)
	}
	return list, nil
}

// Policies lists the policies that ran here, the oldest first.
func (c *Client) Policies(ctx context.Context) ([]RanPolicy, error) {
	var list []RanPolicy
	return list, c.ask(ctx, subjectPolicies, struct{}{}, &list)
}
