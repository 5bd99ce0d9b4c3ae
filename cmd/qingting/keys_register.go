package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"filippo.io/age"

	"qingting/ingest/ledger"
	"qingting/ingest/settings"
	"qingting/internal/secrets"
	"qingting/privacy/audit"
	"qingting/privacy/vault"
)

// officers follows the register of officers for a server: whom it seals to.
type officers struct {
	streams *streams
	log     *slog.Logger

	mu       sync.Mutex
	revision uint64
	keys     []age.Recipient

	warnings []string // of the register as it was opened
}

// errNoOfficers is a server without anybody to seal to.
var errNoOfficers = usagef("--recipients is missing: personal data is sealed to the compliance officers.\n" +
	"On an officer's machine run \"qingting keys new\", put the recipient it prints into a file, and give that file")

// openOfficers reads the register; where there is none yet, the recipients file
// makes it. From then on the register counts, and a file that says another
// thing is told of.
func openOfficers(ctx context.Context, st *streams, file []secrets.Recipient, log *slog.Logger) (*officers, error) {
	o := &officers{streams: st, log: log}
	now, err := st.settings.Get(ctx, settings.Officers)
	if err != nil {
		return nil, err
	}
	if now.Data == nil {
		if now, err = o.seed(ctx, file, now.Revision); err != nil {
			return nil, err
		}
	}
	r, err := vault.ParseRegister(now.Data)
	if err != nil {
		return nil, err
	}
	o.warnings = r.Warnings()
	if differs(r, file) {
		log.Warn("the recipients file differs from the register of officers, and does not count: what is sealed goes to the register's. " +
			"See \"qingting keys list\"; change it with \"qingting keys add\" and \"qingting keys retire\", or start without --recipients")
	}
	_, err = o.take(r, now.Revision)
	return o, err
}

// seed writes the first register.
func (o *officers) seed(ctx context.Context, file []secrets.Recipient, revision uint64) (settings.Value, error) {
	if len(file) == 0 {
		return settings.Value{}, errNoOfficers
	}
	r, err := vault.SeedRegister(file, time.Now())
	if err != nil {
		return settings.Value{}, fmt.Errorf("--recipients: %w", err)
	}
	data, err := r.Encode()
	if err != nil {
		return settings.Value{}, err
	}
	v, err := o.streams.settings.Put(ctx, settings.Officers, data, revision, settings.Change{
		Actor: "server", Reason: "the first register of officers, from the recipients file",
	})
	if errors.Is(err, settings.ErrChanged) { // another process was faster
		v, err = o.streams.settings.Get(ctx, settings.Officers)
	}
	return v, err
}

// differs says that a recipients file names others than the register.
func differs(r vault.Register, file []secrets.Recipient) bool {
	if len(file) == 0 {
		return false
	}
	keys := make([]age.Recipient, len(file))
	for i, f := range file {
		keys[i] = f.Key
	}
	return vault.SetOf(keys) != r.Set()
}

// take makes a version of the register the present one.
func (o *officers) take(r vault.Register, revision uint64) ([]age.Recipient, error) {
	keys, err := r.Recipients()
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if revision < o.revision { // an older version that came late
		return o.keys, nil
	}
	o.revision, o.keys = revision, keys
	return keys, nil
}

// recipients are those of the register as it is now; it asks the register.
func (o *officers) recipients(ctx context.Context) ([]age.Recipient, error) {
	now, err := o.streams.settings.Get(ctx, settings.Officers)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	keys, same := o.keys, now.Revision <= o.revision
	o.mu.Unlock()
	if same {
		return keys, nil
	}
	r, err := vault.ParseRegister(now.Data)
	if err != nil {
		return nil, err
	}
	return o.take(r, now.Revision)
}

// watchPause is how long a watch that ended waits before the next.
const watchPause = time.Second

// watch has the sealer follow the register until ctx ends. A retired officer is
// out from the moment that the register says so.
func (o *officers) watch(ctx context.Context, sealer *vault.Sealer) error {
	for ctx.Err() == nil {
		for v, err := range o.streams.settings.Watch(ctx, settings.Officers) {
			if ctx.Err() != nil {
				return nil
			}
			if err != nil {
				o.log.Warn("the register of officers cannot be watched; will try again", "error", err)
				break
			}
			o.apply(ctx, v, sealer)
		}
		select {
		case <-time.After(watchPause):
		case <-ctx.Done():
		}
	}
	return nil
}

// apply seals to the officers of a version from now on, and says so in the
// ledger: from that entry on, nothing more is sealed to who is gone.
func (o *officers) apply(ctx context.Context, v settings.Value, sealer *vault.Sealer) {
	before := vault.SetOf(sealer.Recipients())
	r, err := vault.ParseRegister(v.Data)
	if err == nil {
		var keys []age.Recipient
		if keys, err = o.take(r, v.Revision); err == nil {
			err = sealer.SetRecipients(keys)
		}
	}
	if err != nil {
		// Nothing is sealed until it is put right: see vault.Sealer.
		_ = sealer.SetRecipients(nil)
		o.log.Error("nothing can be sealed to the officers of the register; feedback waits", "error", err)
		return
	}
	after := vault.SetOf(sealer.Recipients())
	if after == before {
		return
	}
	o.log.Info("sealing to other officers from now on", "officers", len(r.Active()))
	_, err = ledger.Append(ctx, o.streams.js, audit.Entry{
		Actor: "server", Action: audit.ActionKey, Object: "officers",
		Before: before.Hash(), After: after.Hash(), Outcome: "in effect",
	})
	if err != nil {
		o.log.Error("the ledger did not take that the officers changed", "error", err)
	}
	for _, w := range r.Warnings() {
		o.log.Warn("officers: " + w)
	}
}
