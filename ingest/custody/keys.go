package custody

import (
	"context"
	"errors"
	"strings"
	"time"

	"qingting/ingest"
	"qingting/ingest/settings"
	"qingting/privacy/vault"
)

// The subjects of the officers' keys. Who the officers are, an auditor may read;
// who changes that is an officer: to be one is to open what is sealed.
const (
	officersPrefix    = "qingting.govern.officers."
	subjectOfficers   = auditPrefix + "officers"
	subjectEpochs     = auditPrefix + "epochs"
	subjectLetterSets = auditPrefix + "letters"
	subjectChange     = officersPrefix + "change"
	subjectEnvelopes  = officersPrefix + "envelopes"
	subjectBegin      = officersPrefix + "begin"
	subjectRewrap     = officersPrefix + "rewrap"
	subjectEnd        = officersPrefix + "end"
	subjectSample     = subjectPrefix + "sample"
)

// Officers is the register of officers as it is.
type Officers struct {
	Register vault.Register `json:"register"`
	Revision uint64         `json:"revision"`
}

// officers reads the register.
func (s *Service) officers(ctx context.Context, _ struct{}) (Officers, error) {
	if s.cfg.Settings == nil {
		return Officers{}, errNoSettings
	}
	v, err := s.cfg.Settings.Get(ctx, settings.Officers)
	if err != nil {
		return Officers{}, err
	}
	if v.Data == nil {
		return Officers{}, errors.New("there is no register of officers yet: the first start of \"qingting serve --recipients FILE\" makes it")
	}
	r, err := vault.ParseRegister(v.Data)
	return Officers{Register: r, Revision: v.Revision}, err
}

// changeRequest changes the register that the officer has seen.
type changeRequest struct {
	Request
	Change   vault.Change `json:"change"`
	Revision uint64       `json:"revision"`
}

// change writes another register, after the ledger has the entry. The servers
// hear of it and seal to the new officers.
func (s *Service) change(ctx context.Context, r changeRequest) (Officers, error) {
	if err := r.Request.check(); err != nil {
		return Officers{}, err
	}
	var names []string
	for _, o := range r.Change.Add {
		names = append(names, "+"+o.Name)
	}
	for _, name := range r.Change.Retire {
		names = append(names, "-"+name)
	}
	now, err := s.officers(ctx, struct{}{})
	if err != nil {
		return Officers{}, err
	}
	if now.Revision != r.Revision {
		return Officers{}, settings.ErrChanged
	}
	next, err := now.Register.Apply(r.Change, time.Now())
	if err != nil {
		return Officers{}, err
	}
	data, err := next.Encode()
	if err != nil {
		return Officers{}, err
	}
	v, err := s.cfg.Settings.Put(ctx, settings.Officers, data, r.Revision, s.changeOf(r.Request, "officers:"+strings.Join(names, ",")))
	if err != nil {
		return Officers{}, err
	}
	return Officers{Register: next, Revision: v.Revision}, nil
}

// epochRequest asks for the epochs after a sequence.
type epochRequest struct {
	After  uint64    `json:"after"`
	Except vault.Set `json:"except,omitempty"` // leaves out what is sealed to these
}

// epochs lists epochs: to whom their keys are sealed, never the keys.
func (s *Service) epochs(ctx context.Context, r epochRequest) ([]ingest.StoredEpoch, error) {
	page, size := []ingest.StoredEpoch{}, 0
	for e, err := range ingest.Epochs(ctx, s.js, r.After) {
		if err != nil {
			return nil, err
		}
		e.Data = nil
		page = append(page, e)
		if size += 256 + len(e.Set); size > readingPage {
			break
		}
	}
	return page, nil
}

// envelopes gives a page of sealed epoch keys. Each is useless without a record.
func (s *Service) envelopes(ctx context.Context, r epochRequest) ([]ingest.StoredEpoch, error) {
	page, size := []ingest.StoredEpoch{}, 0
	for e, err := range ingest.Epochs(ctx, s.js, r.After) {
		if err != nil {
			return nil, err
		}
		if r.Except != "" && e.Set == r.Except {
			continue
		}
		page = append(page, e)
		if size += len(e.Data); size >= readingPage {
			break
		}
	}
	return page, nil
}

// Officers reads the register of officers.
func (c *Client) Officers(ctx context.Context) (Officers, error) {
	var o Officers
	return o, c.ask(ctx, subjectOfficers, struct{}{}, &o)
}

// ChangeOfficers changes the register that was read as now.
func (c *Client) ChangeOfficers(ctx context.Context, r Request, change vault.Change, now Officers) (Officers, error) {
	var o Officers
	return o, c.ask(ctx, subjectChange, changeRequest{Request: r, Change: change, Revision: now.Revision}, &o)
}

// Epochs lists all epochs, without their envelopes.
func (c *Client) Epochs(ctx context.Context) ([]ingest.StoredEpoch, error) {
	var all []ingest.StoredEpoch
	for after := uint64(0); ; {
		var page []ingest.StoredEpoch
		if err := c.ask(ctx, subjectEpochs, epochRequest{After: after}, &page); err != nil {
			return nil, err
		}
		if len(page) == 0 {
			return all, nil
		}
		all, after = append(all, page...), page[len(page)-1].Sequence
	}
}

// Envelopes gives the envelopes after a sequence that are not sealed to except,
// as many as one answer bears; none when there are no more.
func (c *Client) Envelopes(ctx context.Context, after uint64, except vault.Set) ([]ingest.StoredEpoch, error) {
	var page []ingest.StoredEpoch
	return page, c.ask(ctx, subjectEnvelopes, epochRequest{after, except}, &page)
}
