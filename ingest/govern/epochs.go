package govern

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/ledger"
	"qingting/privacy/audit"
	"qingting/privacy/vault"
)

// An epoch whose records have all gone is shredded: its key is deleted, so that
// what a copy of the vault's files still has of them opens no more.

// epochRest is how old an epoch is at least before its key is looked at. Nothing
// is sealed under it after vault.MaxAge, and what was sealed is stored within
// minutes.
const epochRest = 24 * time.Hour

// epochObject begins the name of an epoch in the ledger.
const epochObject = "epoch:"

// idle finds the epochs under which nothing is sealed any more: no record, no
// addition, no dead letter, and no envelope that a rotation has staged. What
// gone reports does not count as being there.
func idle(ctx context.Context, js jetstream.JetStream, now time.Time, gone func(ingest.Message, string) bool) (list []ingest.StoredEpoch, err error) {
	for e, err := range ingest.Epochs(ctx, js, 0) {
		if err != nil {
			return nil, err
		}
		if now.Sub(e.Born) >= epochRest {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	// After the keys, and before what is sealed: a rotation that is at work has
	// staged what it replaces.
	living := make(map[string]bool)
	if err := staged(ctx, js, living); err != nil {
		return nil, err
	}
	err = browse(ctx, js, ingest.StreamDead, ingest.DeadSubject("*"), func(msg *jetstream.RawStreamMsg) error {
		if epoch, _, ok := vault.EpochOf(msg.Data); ok {
			living[epoch] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for m, err := range ingest.Messages(ctx, js, ingest.StreamVault, ingest.Part{}) {
		if err != nil {
			return nil, err
		}
		epoch, _, ok := vault.EpochOf(m.Data)
		if !ok || living[epoch] {
			continue
		}
		if _, record, _, ok := ingest.ParseVaultSubject(m.Subject); !ok || !gone(m, record) {
			living[epoch] = true
		}
	}
	return slices.DeleteFunc(list, func(e ingest.StoredEpoch) bool { return living[e.Epoch] }), nil
}

// staged notes the epochs whose envelopes a rotation is replacing.
func staged(ctx context.Context, js jetstream.JetStream, living map[string]bool) error {
	return browse(ctx, js, ingest.StreamKeys, ingest.KeySubject("*"), func(m *jetstream.RawStreamMsg) error {
		if !ingest.IsStaged(m.Subject) {
			return nil
		}
		var s struct {
			Envelopes []struct {
				Epoch string `json:"epoch"`
			} `json:"envelopes"`
		}
		if err := json.Unmarshal(m.Data, &s); err != nil {
			return errors.New("new envelopes of a broken rotation cannot be read")
		}
		for _, e := range s.Envelopes {
			living[e.Epoch] = true
		}
		return nil
	})
}

// browse calls visit for each message of a stream that has few, one request
// each.
func browse(ctx context.Context, js jetstream.JetStream, name, subject string, visit func(*jetstream.RawStreamMsg) error) error {
	stream, err := js.Stream(ctx, name)
	if err != nil {
		return fmt.Errorf("stream %s: %w", name, err)
	}
	for seq := uint64(1); ; {
		msg, err := stream.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(subject))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		if err := visit(msg); err != nil {
			return err
		}
		seq = msg.Sequence + 1
	}
}

// keysEntry is how many keys one ledger entry names: what fits into
// audit.MaxEntry, with room.
const keysEntry = 400

// dropKeys deletes the keys of epochs beyond recovery, the ledger first: it
// names each epoch with the hash of the envelope that goes. It returns how many
// went.
func (r *Report) dropKeys(ctx context.Context, js jetstream.JetStream, list []ingest.StoredEpoch, who Who) (n int, err error) {
	stream, err := js.Stream(ctx, ingest.StreamKeys)
	if err != nil {
		return 0, fmt.Errorf("stream %s: %w", ingest.StreamKeys, err)
	}
	for part := range slices.Chunk(list, keysEntry) {
		if err := r.enterKeys(ctx, js, who, part, OutcomeAnnounced); err != nil {
			return n, err
		}
		var went []ingest.StoredEpoch
		for _, e := range part {
			did, err := ingest.SecureDelete(ctx, stream, e.Sequence)
			if err != nil {
				err = fmt.Errorf("epoch %s: %w", e.Epoch, err)
				return n + len(went), errors.Join(err, r.enterKeys(context.WithoutCancel(ctx), js, who, went, outcomeBroken))
			}
			if did { // else a rotation was faster: the next run sees what it left
				went = append(went, e)
			}
		}
		n += len(went)
		if err := r.enterKeys(ctx, js, who, went, OutcomeDone); err != nil {
			return n, err
		}
	}
	return n, nil
}

// enterKeys writes an entry about keys to the ledger.
func (r *Report) enterKeys(ctx context.Context, js jetstream.JetStream, who Who, list []ingest.StoredEpoch, outcome string) error {
	e := audit.Entry{
		Actor: who.Actor, Role: who.Role, Reason: who.Reason, Ticket: who.Ticket,
		Action: audit.ActionRetention, Object: "stream:" + ingest.StreamKeys, Outcome: outcome,
		Counts: map[string]int{"epochs": len(list)},
	}
	for _, epoch := range list {
		sum := sha256.Sum256(epoch.Data)
		e.Documents = append(e.Documents, audit.Sealed{Record: epochObject + epoch.Epoch, Hash: sum[:]})
	}
	index, err := ledger.Append(ctx, js, e)
	if err != nil {
		return fmt.Errorf("nothing more is deleted: %w", err)
	}
	r.Entries = append(r.Entries, index)
	return nil
}
