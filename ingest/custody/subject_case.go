package custody

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingting/ingest/settings"
	"qingting/privacy/audit"
	"qingting/privacy/subject"
)

// CaseVerb is what a CaseChange does.
type CaseVerb string

// The verbs.
const (
	CaseOpen     CaseVerb = "open"     // Kind, Channel, identifiers
	CaseNote     CaseVerb = "note"     // Words
	CaseIdentify CaseVerb = "identify" // Words: how the identity was checked
	CaseExtend   CaseVerb = "extend"   // Days, Words: why
	CaseClose    CaseVerb = "close"    // Outcome, Refusal, Words
)

// CaseChange opens or moves a case. Its JSON may be personal data: identifiers
// are tokenised and words are redacted before anything is stored.
type CaseChange struct {
	PersonRequest
	Verb    CaseVerb     `json:"verb"`
	Kind    subject.Kind `json:"kind,omitempty"`
	Channel string       `json:"channel,omitempty"`
	Came    time.Time    `json:"came,omitzero"` // when the request came in; now when zero
	Words   string       `json:"words,omitempty"`
	Days    int          `json:"days,omitempty"`
	Outcome string       `json:"outcome,omitempty"`
	Refusal string       `json:"refusal,omitempty"`
}

// casesPrefix begins the settings that hold cases.
const casesPrefix = "requests"

func caseKey(id string) settings.Key { return settings.Key(casesPrefix + "." + strings.ToLower(id)) }

// changeCase moves a case; the ledger has each move first.
func (s *Service) changeCase(ctx context.Context, r CaseChange) (*subject.Case, error) {
	if r.Reason == "" { // the move is the reason
		r.Reason = string(r.Verb)
	}
	p, err := s.checkPerson(&r.PersonRequest)
	if err != nil {
		return nil, err
	}
	if s.cfg.Settings == nil {
		return nil, errNoSettings
	}
	now := time.Now()
	words := s.cfg.Clean(r.Words)
	var c *subject.Case
	var revision uint64
	if r.Verb == CaseOpen {
		if c, err = s.openCase(p, &r, now); err != nil {
			return nil, err
		}
	} else {
		v, err := s.cfg.Settings.Get(ctx, caseKey(r.Case))
		if err != nil {
			return nil, err
		}
		if v.Data == nil {
			return nil, fmt.Errorf("there is no request %q", r.Case)
		}
		if c, err = subject.ParseCase(v.Data); err != nil {
			return nil, err
		}
		revision = v.Revision
	}
	switch r.Verb {
	case CaseOpen:
		if words != "" {
			err = c.Note(now, r.Actor, words)
		}
	case CaseNote:
		err = c.Note(now, r.Actor, words)
	case CaseIdentify:
		err = c.Identify(now, r.Actor, words)
	case CaseExtend:
		err = c.Extend(now, r.Actor, r.Days, words)
	case CaseClose:
		err = c.Close(now, r.Actor, r.Outcome, r.Refusal, words)
	default:
		err = errMalformed
	}
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encoding the request: %w", err)
	}
	_, err = s.cfg.Settings.Put(ctx, caseKey(c.ID), data, revision, settings.Change{
		Actor: r.Actor, Role: r.Role, Reason: string(r.Verb) + moved(c, r), Ticket: s.cfg.Clean(r.Ticket),
		Object: "request:" + c.ID, Action: audit.ActionRequest,
	})
	return c, err
}

// moved says in the ledger what became of a case.
func moved(c *subject.Case, r CaseChange) string {
	switch r.Verb {
	case CaseOpen:
		return ": " + string(c.Kind) + ", due " + c.Due.Format(time.DateOnly)
	case CaseExtend:
		return ": due " + c.Due.Format(time.DateOnly)
	case CaseClose:
		return ": " + strings.TrimSpace(r.Outcome+" "+r.Refusal)
	}
	return ""
}

func (s *Service) openCase(p *Subjects, r *CaseChange, now time.Time) (*subject.Case, error) {
	who, err := p.who(&r.PersonRequest)
	if err != nil {
		return nil, err
	}
	came := r.Came
	if came.IsZero() {
		came = now
	}
	if came.After(now.Add(time.Minute)) {
		return nil, errors.New("the request cannot have come in the future")
	}
	id, err := subject.NewCaseID(rand.Reader)
	if err != nil {
		return nil, err
	}
	return subject.Open(id, r.Kind, came, r.Actor, s.cfg.Clean(r.Channel), who.tokens)
}

// CasesRequest asks for one case, or all.
type CasesRequest struct {
	Case string `json:"case,omitempty"`
	// After is the id of the last case of the page before.
	After string `json:"after,omitempty"`
}

// listCases gives cases, in the order of their ids: as many as one answer bears.
func (s *Service) listCases(ctx context.Context, r CasesRequest) ([]*subject.Case, error) {
	if s.cfg.Settings == nil {
		return nil, errNoSettings
	}
	keys := []settings.Key{caseKey(r.Case)}
	if r.Case == "" {
		var err error
		if keys, err = s.cfg.Settings.Keys(ctx, casesPrefix); err != nil {
			return nil, err
		}
		slices.Sort(keys)
		if r.After != "" {
			keys = slices.DeleteFunc(keys, func(k settings.Key) bool { return k <= caseKey(r.After) })
		}
	} else if !subject.ValidCase(r.Case) {
		return nil, fmt.Errorf("there is no request %q", r.Case)
	}
	cases, size := []*subject.Case{}, 0
	for _, key := range keys {
		v, err := s.cfg.Settings.Get(ctx, key)
		if err != nil {
			return nil, err
		}
		if v.Data == nil {
			continue
		}
		c, err := subject.ParseCase(v.Data)
		if err != nil {
			return nil, err
		}
		if cases, size = append(cases, c), size+len(v.Data); size > readingPage {
			break
		}
	}
	if r.Case != "" && len(cases) == 0 {
		return nil, fmt.Errorf("there is no request %q", r.Case)
	}
	return cases, nil
}

// ChangeCase opens or moves a case.
func (c *Client) ChangeCase(ctx context.Context, r CaseChange) (*subject.Case, error) {
	var out subject.Case
	return &out, c.ask(ctx, subjectCase, r, &out)
}

// Cases lists the cases, what is due first at the front; with an id, that one.
func (c *Client) Cases(ctx context.Context, id string) (list []*subject.Case, err error) {
	r := CasesRequest{Case: id}
	for {
		var page []*subject.Case
		if err := c.ask(ctx, subjectCases, r, &page); err != nil {
			return nil, err
		}
		if list = append(list, page...); id != "" || len(page) == 0 {
			subject.Sort(list)
			return list, nil
		}
		r.After = page[len(page)-1].ID
	}
}
