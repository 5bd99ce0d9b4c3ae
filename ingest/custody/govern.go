package custody

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"qingting/ingest/govern"
	"qingting/ingest/settings"
)

// The subjects by which the register of sources, retention and what leaves are
// kept. Who may ask there is an officer; register and retention an auditor may
// read as well.
const (
	dataPrefix      = "qingting.govern.data."
	subjectGoverned = auditPrefix + "governed"
	subjectGovern   = dataPrefix + "change"
	subjectExpire   = dataPrefix + "expire"
	subjectExpired  = dataPrefix + "expired"
)

// governed are the settings that may be read and changed here.
var governed = []settings.Key{settings.Sources, settings.Retention}

// Governed is a version of the register of sources or of the retention.
type Governed struct {
	Data     []byte    `json:"data,omitempty"` // nil when it was never made
	Revision uint64    `json:"revision"`
	Changed  time.Time `json:"changed,omitzero"`
	Hash     string    `json:"hash,omitempty"` // as the ledger has it
}

type governedRequest struct {
	Key settings.Key `json:"key"`
}

// governed gives a setting as it is.
func (s *Service) governed(ctx context.Context, r governedRequest) (Governed, error) {
	if !slices.Contains(governed, r.Key) {
		return Governed{}, errMalformed
	}
	return s.version(ctx, r.Key)
}

// governRequest sets a version when the present one is that of Revision.
type governRequest struct {
	Request
	Key      settings.Key `json:"key"`
	Data     []byte       `json:"data"`
	Revision uint64       `json:"revision"`
	Object   string       `json:"object"` // "source:app"
}

// govern changes register or retention, after the ledger has it.
func (s *Service) govern(ctx context.Context, r governRequest) (Governed, error) {
	if err := r.Request.check(); err != nil {
		return Governed{}, err
	}
	if err := s.checkGoverned(r.Key, r.Data); err != nil {
		return Governed{}, err
	}
	return s.setVersion(ctx, r.Key, r.Data, r.Revision, s.changeOf(r.Request, s.cfg.Clean(r.Object)))
}

// checkGoverned refuses what nobody could read afterwards, and personal data.
func (s *Service) checkGoverned(key settings.Key, data []byte) error {
	switch key {
	case settings.Sources:
		r, err := govern.ParseRegister(data)
		if err != nil {
			return err
		}
		for _, src := range r.Sources {
			if s.cfg.Clean(src.Name) != src.Name {
				return errors.New("the name of a source reads as personal data, which the ledger does not keep: have it publish under another")
			}
		}
		return nil
	case settings.Retention:
		_, err := govern.ParseRetention(data)
		return err
	}
	return errMalformed
}

// expireRequest has a retention run made.
type expireRequest struct {
	Request
	DryRun bool `json:"dry_run"`
}

type expireAnswer struct {
	ID     string         `json:"id"`
	Ended  bool           `json:"ended,omitempty"`
	Report *govern.Report `json:"report,omitempty"`
}

// keeper makes retention runs for officers.
func (s *Service) keeper() (*govern.Keeper, error) {
	st, err := s.settings()
	if err != nil {
		return nil, err
	}
	return govern.NewKeeper(s.js, st, govern.KeeperConfig{Log: s.cfg.Log}), nil
}

// expire begins a run, which may take longer than a request: expired tells when
// it has ended.
func (s *Service) expire(ctx context.Context, r expireRequest) (expireAnswer, error) {
	if !r.DryRun {
		if err := r.Request.check(); err != nil {
			return expireAnswer{}, err
		}
	}
	k, err := s.keeper()
	if err != nil {
		return expireAnswer{}, err
	}
	who := govern.Who{Actor: r.Actor, Role: r.Role, Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket)}
	work, done, err := s.jobs.begin()
	if err != nil {
		return expireAnswer{}, err
	}
	id, err := k.Begin(work, who, r.DryRun, done)
	if err != nil {
		done()
		return expireAnswer{}, err
	}
	return expireAnswer{ID: id}, nil
}

// expired tells whether a run has ended, and what it did.
func (s *Service) expired(ctx context.Context, r expireAnswer) (expireAnswer, error) {
	k, err := s.keeper()
	if err != nil {
		return expireAnswer{}, err
	}
	report, ended, err := k.Result(ctx, r.ID)
	return expireAnswer{ID: r.ID, Ended: ended, Report: report}, err
}

// Governed reads the register of sources or the retention.
func (c *Client) Governed(ctx context.Context, key settings.Key) (Governed, error) {
	var g Governed
	return g, c.ask(ctx, subjectGoverned, governedRequest{key}, &g)
}

// Govern sets the register of sources or the retention when it is still the
// version of revision; object says what is meant by it: "source:app".
func (c *Client) Govern(ctx context.Context, r Request, key settings.Key, data []byte, revision uint64, object string) (Governed, error) {
	var g Governed
	return g, c.ask(ctx, subjectGovern, governRequest{r, key, bytes.Clone(data), revision, object}, &g)
}

const (
	expirePoll     = 100 * time.Millisecond // the pause between two looks at a run
	expirePatience = 3 * time.Minute        // longer than a lease
)

// Expire has a retention run made and waits for its end, and before it for the
// end of one that is under way: of the daily run, or, until its lease ends two
// minutes later, of a process that was killed. A dry run only counts.
func (c *Client) Expire(ctx context.Context, r Request, dryRun bool) (*govern.Report, error) {
	var a expireAnswer
	for began := time.Now(); ; {
		err := c.ask(ctx, subjectExpire, expireRequest{r, dryRun}, &a)
		if err == nil {
			break
		}
		if CodeOf(err) != CodeBusy || time.Since(began) > expirePatience {
			return nil, err
		}
		select {
		case <-time.After(expirePoll):
		case <-ctx.Done():
			return nil, err
		}
	}
	for {
		if err := c.ask(ctx, subjectExpired, a, &a); err != nil {
			return nil, err
		}
		if a.Ended {
			return a.Report, nil
		}
		select {
		case <-time.After(expirePoll):
		case <-ctx.Done():
			return nil, fmt.Errorf("the run goes on at the server: %w", ctx.Err())
		}
	}
}
