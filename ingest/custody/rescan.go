package custody

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/nats-io/nats.go/micro"

	"qingting/ingest/amend"
	"qingting/ingest/settings"
)

// The subjects by which what is stored is redacted anew. A run is asked about on
// a subject of its own, which the process listens to that does it.
const (
	subjectRescan = dataPrefix + "rescan.begin"
	rescanPrefix  = dataPrefix + "rescan.run."
)

// RescanOptions says what a rescan does.
type RescanOptions struct {
	Dry   bool    `json:"dry_run,omitempty"` // only count
	All   bool    `json:"all,omitempty"`     // also documents of the present policy and engine
	Stamp bool    `json:"stamp,omitempty"`   // give every document the present versions
	Again bool    `json:"again,omitempty"`   // do not go on with an interrupted one
	Rate  float64 `json:"rate,omitempty"`    // documents a second; 0 is no limit

	// Relabel reads every document anew for its themes, too.
	Relabel bool `json:"-"`
}

type rescanRequest struct {
	Request
	RescanOptions
}

type rescanLook struct {
	From int  `json:"from"`           // of the differences
	Stop bool `json:"stop,omitempty"` // and end the run
}

// Rescan is how far a run has come, with a page of what it found.
type Rescan struct {
	amend.Progress
	Ended       bool               `json:"ended"`
	Differences []amend.Difference `json:"differences,omitempty"`
}

// differencesPage is how many differences one answer holds at most, and
// spansPage how many places they tell of, about: an answer must stay below what
// a NATS server carries.
const (
	differencesPage = 500
	spansPage       = 2000
)

// rescans is the run of this process, if there is one.
type rescans struct {
	mu      sync.Mutex
	running bool
	asked   sync.Map // micro.Handler of each run by its subject, for ClientFor
}

// begin takes the one place there is; end frees it.
func (r *rescans) begin() (end func(), err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running {
		return nil, refusal(CodeBusy, "a rescan is under way: wait until it has ended, or stop it where it was started")
	}
	r.running = true
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.running = false
	}, nil
}

func (s *Service) rescan(ctx context.Context, r rescanRequest) (Rescan, error) {
	return s.beginRun(ctx, r, rescanPrefix)
}

// beginRun begins a run and answers at once; prefix is where it is asked about.
func (s *Service) beginRun(ctx context.Context, r rescanRequest, prefix string) (Rescan, error) {
	if s.cfg.Amend == nil {
		return Rescan{}, errors.New("this server does not take feedback in, so it cannot redact it anew")
	}
	if !r.Dry {
		if err := r.Request.check(); err != nil {
			return Rescan{}, err
		}
	}
	kv, err := s.js.KeyValue(ctx, settings.Bucket)
	if err != nil {
		return Rescan{}, fmt.Errorf("bucket %s: %w", settings.Bucket, err)
	}
	run := amend.NewRun(s.cfg.Amend, amend.RunConfig{
		Actor: r.Actor, Role: r.Role, Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket),
		Dry: r.Dry, All: r.All, Stamp: r.Stamp, Again: r.Again, Relabel: r.Relabel, Rate: r.Rate, State: kv, Alone: s.cfg.Alone,
	})
	end, err := s.rescans.begin()
	if err != nil {
		return Rescan{}, err
	}
	work, done, err := s.jobs.begin()
	if err != nil {
		end()
		return Rescan{}, err
	}
	work, stop := context.WithCancel(work)
	ended := make(chan struct{})
	if err := s.followRun(run, prefix, stop, ended); err != nil {
		stop()
		done()
		end()
		return Rescan{}, err
	}
	go func() {
		defer done()
		defer stop()
		defer end()
		if err := run.Do(work); err != nil {
			s.cfg.Log.Warn("rescan", "error", err)
		}
		close(ended)
	}()
	return Rescan{Progress: run.Progress()}, nil
}

// followRun answers for a run.
func (s *Service) followRun(run *amend.Run, prefix string, stop context.CancelFunc, ended <-chan struct{}) error {
	id := run.Progress().ID
	handler := answering(s, func(_ context.Context, r rescanLook) (Rescan, error) {
		if r.Stop {
			stop()
		}
		var out Rescan
		select { // before Progress: what ended has its last one
		case <-ended:
			out.Ended = true
		default:
		}
		out.Progress = run.Progress()
		spans := 0
		for _, d := range run.Differences(r.From, differencesPage) {
			if spans += len(d.Spans); spans > spansPage && len(out.Differences) > 0 {
				break
			}
			out.Differences = append(out.Differences, d)
		}
		return out, nil
	})
	s.rescans.asked.Store(prefix+id, handler)
	name := strings.NewReplacer("qingting.", "", ".", "-").Replace(prefix) + id
	if err := s.svc.AddEndpoint(name, handler, micro.WithEndpointSubject(prefix+id)); err != nil {
		return fmt.Errorf("custody: %w", err)
	}
	return nil
}

// Rescan begins a rescan; its ID is what RescanRun asks for.
func (c *Client) Rescan(ctx context.Context, r Request, o RescanOptions) (Rescan, error) {
	var out Rescan
	return out, c.ask(ctx, subjectRescan, rescanRequest{r, o}, &out)
}

// RescanRun says how far a rescan has come, with differences from the from-th
// on, and stops it if told so.
func (c *Client) RescanRun(ctx context.Context, id string, from int, stop bool) (Rescan, error) {
	var out Rescan
	return out, c.ask(ctx, rescanPrefix+id, rescanLook{From: from, Stop: stop}, &out)
}
