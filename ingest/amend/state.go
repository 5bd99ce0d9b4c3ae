package amend

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// stateKey is where the processes agree on who runs, in the bucket of settings.
// It is no setting: it changes without an entry in the ledger, and holds
// nothing but versions, times and sequences.
const stateKey = "rescan.state"

// leaseTime is after what time without a sign a run is taken to be dead.
const leaseTime = 30 * time.Second

// ErrUnderWay says that another run has not ended.
var ErrUnderWay = errors.New("a rescan is under way in another process: wait until it has ended; one that was killed counts as ended after half a minute")

// state is what is kept of a run.
type state struct {
	Run        string     `json:"run,omitempty"` // under way
	Until      time.Time  `json:"until,omitzero"`
	Checkpoint checkpoint `json:"checkpoint"`
}

// checkpoint is how far a run came that was not dry.
type checkpoint struct {
	Stream time.Time `json:"stream"`
	Policy string    `json:"policy"`
	Engine string    `json:"engine"`
	Stamp  bool      `json:"stamp,omitempty"`
	All    bool      `json:"all,omitempty"`
	Seq    uint64    `json:"sequence"`

	Reading string `json:"reading,omitempty"` // of a run that relabels
}

// readState reads the state and its revision; 0 when there is none.
func (r *Run) readState(ctx context.Context) (s state, revision uint64, err error) {
	e, err := r.cfg.State.Get(ctx, stateKey)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return s, 0, nil
	}
	if err != nil {
		return s, 0, fmt.Errorf("state of the rescan: %w", err)
	}
	if json.Unmarshal(e.Value(), &s) != nil {
		s = state{} // of another version: taken over
	}
	return s, e.Revision(), nil
}

// take makes this the run under way, and returns the sequence after which it
// goes on: where a run like it was interrupted.
func (r *Run) take(ctx context.Context, mark checkpoint) (after uint64, err error) {
	if r.cfg.Dry || r.cfg.State == nil {
		return 0, nil
	}
	s, revision, err := r.readState(ctx)
	if err != nil {
		return 0, err
	}
	if s.Run != "" && !r.cfg.Alone && time.Now().Before(s.Until) {
		return 0, ErrUnderWay
	}
	if mark.Seq = s.Checkpoint.Seq; s.Checkpoint == mark && !r.cfg.Again {
		after = mark.Seq
	}
	mark.Seq = after
	return after, r.put(ctx, state{r.progress.ID, time.Now().Add(leaseTime).UTC(), mark}, revision)
}

// save writes how far the run has come. Where a document failed, another run
// begins anew.
func (r *Run) save(ctx context.Context, mark checkpoint, underWay bool) error {
	if r.cfg.Dry || r.cfg.State == nil {
		return nil
	}
	now, revision, err := r.readState(ctx)
	if err != nil {
		return err
	}
	if now.Run != r.progress.ID {
		return ErrUnderWay // it was taken to be dead
	}
	p := r.Progress()
	if mark.Policy != "" && p.Failed == 0 {
		mark.Seq = p.Seq
	}
	s := state{Checkpoint: mark}
	if underWay {
		s.Run, s.Until = p.ID, time.Now().Add(leaseTime).UTC()
	}
	return r.put(ctx, s, revision)
}

// keepSaved writes how far the run has come, again and again, until stop. When
// that fails, the context it returns ends, and stop says why.
func (r *Run) keepSaved(ctx context.Context, mark checkpoint) (working context.Context, stop func() error) {
	working, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() {
		tick := time.NewTicker(r.cfg.Every)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if err := r.save(working, mark, true); err != nil && working.Err() == nil {
					cancel()
					done <- err
					return
				}
			case <-working.Done():
				done <- nil
				return
			}
		}
	}()
	return working, func() error { cancel(); return <-done }
}

func (r *Run) put(ctx context.Context, s state, revision uint64) error {
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	_, err = r.cfg.State.Update(ctx, stateKey, data, revision)
	if wrongLast(err) {
		return ErrUnderWay
	}
	if err != nil {
		return fmt.Errorf("state of the rescan: %w", err)
	}
	return nil
}
