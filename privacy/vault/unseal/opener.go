package unseal

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"filippo.io/age"

	"qingting/privacy/vault"
)

// EpochSource fetches epoch envelopes.
type EpochSource interface {
	// GetEpoch returns the envelope stored under id, or an error wrapping
	// ErrEpochMissing when there is none.
	GetEpoch(ctx context.Context, id string) ([]byte, error)
}

// Opener opens records of any epoch; it keeps the epoch keys it has opened, for
// an envelope costs a public key operation. It is safe for concurrent use.
type Opener struct {
	source EpochSource
	ids    []age.Identity

	mu     sync.Mutex
	epochs map[string]*Epoch
}

// keptEpochs bounds the keys an Opener holds: enough for a day of records in
// order of time.
const keptEpochs = 256

// NewOpener returns an Opener with the officer's identities.
func NewOpener(source EpochSource, ids ...age.Identity) *Opener {
	return &Opener{source: source, ids: slices.Clone(ids), epochs: make(map[string]*Epoch)}
}

// Open opens the sealed record and checks that it is the one asked for.
func (o *Opener) Open(ctx context.Context, record string, data []byte) (vault.Record, error) {
	id, named, err := Header(data)
	if err != nil {
		return vault.Record{}, fmt.Errorf("open record: %w", err)
	}
	if named != record {
		return vault.Record{}, fmt.Errorf("open record: %w", damagedf("stored for record %q, sealed as %q", record, named))
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	e, err := o.epoch(ctx, id)
	if err != nil {
		return vault.Record{}, err
	}
	return e.Open(data)
}

// epoch returns the key of an epoch, opening its envelope at first use. o.mu is held.
func (o *Opener) epoch(ctx context.Context, id string) (*Epoch, error) {
	if e := o.epochs[id]; e != nil {
		return e, nil
	}
	envelope, err := o.source.GetEpoch(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("epoch %s: %w", id, err)
	}
	e, err := OpenEpoch(envelope, o.ids...)
	if err != nil {
		return nil, fmt.Errorf("epoch %s: %w", id, err)
	}
	if e.id != id {
		e.Wipe()
		return nil, fmt.Errorf("epoch %s: %w", id, damagedf("the envelope stored for it is that of epoch %s", e.id))
	}
	if len(o.epochs) >= keptEpochs {
		o.wipe()
	}
	o.epochs[id] = e
	return e, nil
}

// Close overwrites the epoch keys it holds.
func (o *Opener) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.wipe()
	return nil
}

func (o *Opener) wipe() {
	for _, e := range o.epochs {
		e.Wipe()
	}
	clear(o.epochs)
}
