package custody

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"qingting/ingest/settings"
	"qingting/internal/access"
)

// Rules say what needs a second person, and for how long what that person
// allowed may be used. The zero value needs none.
type Rules struct {
	// Approval says which reveals: "never", "always" or "listed": for the
	// purposes of Purposes.
	Approval string   `json:"approval"`
	Purposes []string `json:"purposes,omitempty"`
	Minutes  int      `json:"minutes"` // default 60
	// ExportAbove is how many documents an export may have without a second
	// person, EraseAbove how many records may be erased in one go; nil sets no
	// bound, 0 asks for a second person each time.
	ExportAbove *int `json:"export_above,omitempty"`
	EraseAbove  *int `json:"erase_above,omitempty"`
	// SubjectExport asks for a second person for each package of a person's
	// data, and for each reveal with the purpose of one.
	SubjectExport bool `json:"subject_export,omitempty"`
}

// settingReveal holds the Rules.
const settingReveal settings.Key = "reveal"

const (
	defaultMinutes = 60
	maxMinutes     = 24 * 60
)

// purposeSubject is the purpose of the reveals that a person's package is made of.
const purposeSubject = "subject"

// check refuses rules that say nothing.
func (r Rules) check() error {
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
	for _, bound := range []*int{r.ExportAbove, r.EraseAbove} {
		if bound != nil && *bound < 0 {
			return errors.New("a number of documents or records is 0 at least")
		}
	}
	if r.Minutes < 1 || r.Minutes > maxMinutes {
		return fmt.Errorf("minutes: from 1 to %d", maxMinutes)
	}
	return nil
}

// reveals says that a reveal for a purpose needs a second person.
func (r Rules) reveals(purpose string) bool {
	return r.Approval == "always" || r.Approval == "listed" && slices.Contains(r.Purposes, purpose) || r.SubjectExport && purpose == purposeSubject
}

// above says that n is more than a bound lets pass.
func above(n int, bound *int) bool { return bound != nil && n > *bound }

// rules reads the Rules. They cannot be skipped: what cannot be read is an error.
func (s *Service) rules(ctx context.Context) (Rules, error) {
	rules := Rules{Approval: "never", Minutes: defaultMinutes}
	if s.cfg.Settings == nil {
		return rules, nil
	}
	v, err := s.cfg.Settings.Get(ctx, settingReveal)
	if err != nil || v.Data == nil {
		return rules, err
	}
	if err := json.Unmarshal(v.Data, &rules); err != nil {
		return Rules{}, errors.New("the setting reveal cannot be read: set it again with \"qingting approve set-rules\"")
	}
	return rules, rules.check()
}

func (s *Service) showRules(ctx context.Context, _ struct{}) (Rules, error) {
	return s.rules(ctx)
}

// rulesChange sets the Rules.
type rulesChange struct {
	Request
	Rules Rules `json:"rules"`
}

func (s *Service) setRules(ctx context.Context, r rulesChange) (Rules, error) {
	if s.cfg.Settings == nil {
		return Rules{}, errNoSettings
	}
	if r.Rules.Minutes == 0 {
		r.Rules.Minutes = defaultMinutes
	}
	if err := r.Rules.check(); err != nil {
		return Rules{}, err
	}
	if strings.TrimSpace(r.Reason) == "" {
		return Rules{}, errNoReason
	}
	data, err := json.Marshal(r.Rules)
	if err != nil {
		return Rules{}, fmt.Errorf("encoding the rules: %w", err)
	}
	now, err := s.cfg.Settings.Get(ctx, settingReveal)
	if err != nil {
		return Rules{}, err
	}
	actor := access.ActorOf(ctx)
	_, err = s.cfg.Settings.Put(ctx, settingReveal, data, now.Revision, settings.Change{
		Actor: actor.Name, Role: string(actor.Role), Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket),
	})
	return r.Rules, err
}
