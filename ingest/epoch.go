package ingest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/privacy/vault"
)

// Headers of an epoch's envelope in FEEDBACK_KEYS.
const (
	// HeaderOfficers is whom it is sealed to: a vault.Set. Dead letters have it
	// too.
	HeaderOfficers = "Qingting-Officers"
	// HeaderBorn is when the epoch's first envelope was stored, RFC 3339; missing
	// in that one.
	HeaderBorn = "Qingting-Born"
)

// EpochOf is the epoch whose envelope lies under a subject; ok is false for what
// is no epoch's.
func EpochOf(subject string) (epoch string, ok bool) {
	epoch, ok = strings.CutPrefix(subject, KeySubject(""))
	return epoch, ok && epoch != "" && !strings.Contains(epoch, ".") && !strings.HasPrefix(epoch, stagedPrefix)
}

// stagedPrefix begins what stands in the place of an epoch while its envelope
// is replaced. No epoch has such an id: it holds a hyphen.
const stagedPrefix = "next-"

// StagedSubject is where new envelopes lie while the old ones are deleted.
func StagedSubject(id string) string { return KeySubject(stagedPrefix + id) }

// IsStaged tells such a subject.
func IsStaged(subject string) bool { return strings.HasPrefix(subject, KeySubject(stagedPrefix)) }

// EpochBorn is when an epoch began: what the header says, else when its envelope
// was stored.
func EpochBorn(h nats.Header, stored time.Time) time.Time {
	if t, err := time.Parse(time.RFC3339Nano, h.Get(HeaderBorn)); err == nil {
		return t
	}
	return stored
}

// StoredEpoch is an epoch's envelope as FEEDBACK_KEYS has it.
type StoredEpoch struct {
	Epoch    string    `json:"epoch"`
	Sequence uint64    `json:"sequence"`
	Set      vault.Set `json:"set,omitempty"` // whom it is sealed to, when that is known
	Born     time.Time `json:"born"`
	Data     []byte    `json:"data,omitempty"`
}

// Epochs yields the envelopes after a sequence, in the order they were stored;
// 0 yields all.
func Epochs(ctx context.Context, js jetstream.JetStream, after uint64) iter.Seq2[StoredEpoch, error] {
	return func(yield func(StoredEpoch, error) bool) {
		stream, err := js.Stream(ctx, StreamKeys)
		if err != nil {
			yield(StoredEpoch{}, fmt.Errorf("stream %s: %w", StreamKeys, err))
			return
		}
		last := stream.CachedInfo().State.LastSeq
		for seq := after + 1; seq <= last; {
			msg, err := stream.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(KeySubject("*")))
			if errors.Is(err, jetstream.ErrMsgNotFound) {
				return
			}
			if err != nil {
				yield(StoredEpoch{}, fmt.Errorf("reading %s: %w", StreamKeys, err))
				return
			}
			seq = msg.Sequence + 1
			epoch, ok := EpochOf(msg.Subject)
			if !ok || msg.Sequence > last {
				continue
			}
			e := StoredEpoch{
				Epoch: epoch, Sequence: msg.Sequence, Set: vault.Set(msg.Header.Get(HeaderOfficers)),
				Born: EpochBorn(msg.Header, msg.Time), Data: msg.Data,
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}
