package govern

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest/settings"
)

// leaseKey is where the processes agree on who runs, in the bucket of settings.
// It is no setting: it changes without an entry in the ledger, and holds
// nothing but times and the last report.
const leaseKey = "lease.retention"

// leaseTime is after what time without a sign a run is taken to be dead.
const leaseTime = 2 * time.Minute

// ErrUnderWay says that another run has not ended.
var ErrUnderWay = errors.New("a retention run is under way: wait until it has ended")

// lease is what the processes agree on.
type lease struct {
	Holder string    `json:"holder,omitempty"` // of the run under way
	Until  time.Time `json:"until,omitzero"`
	Last   time.Time `json:"last,omitzero"` // when the last daily run ended
	Run    string    `json:"run,omitempty"` // id of the last run that ended
	Report *Report   `json:"report,omitempty"`
	Error  string    `json:"error,omitempty"`

	revision uint64
}

type leases struct{ kv jetstream.KeyValue }

func openLeases(ctx context.Context, js jetstream.JetStream) (leases, error) {
	kv, err := js.KeyValue(ctx, settings.Bucket)
	if err != nil {
		return leases{}, fmt.Errorf("bucket %s: %w", settings.Bucket, err)
	}
	return leases{kv}, nil
}

func (l leases) get(ctx context.Context) (lease, error) {
	e, err := l.kv.Get(ctx, leaseKey)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return lease{}, nil
	}
	if err != nil {
		return lease{}, fmt.Errorf("lease of retention: %w", err)
	}
	var v lease
	if err := json.Unmarshal(e.Value(), &v); err != nil {
		return lease{revision: e.Revision()}, nil // of another version: taken over
	}
	v.revision = e.Revision()
	return v, nil
}

// put writes the lease when nobody did meanwhile.
func (l leases) put(ctx context.Context, v *lease) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	rev, err := l.kv.Update(ctx, leaseKey, data, v.revision)
	var api *jetstream.APIError
	if errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence {
		return ErrUnderWay
	}
	if err != nil {
		return fmt.Errorf("lease of retention: %w", err)
	}
	v.revision = rev
	return nil
}

// take makes this process the one that runs.
func (l leases) take(ctx context.Context, v lease, now time.Time) (lease, error) {
	if v.Holder != "" && now.Before(v.Until) {
		return lease{}, ErrUnderWay
	}
	v.Holder, v.Until = rand.Text(), now.Add(leaseTime)
	return v, l.put(ctx, &v)
}
