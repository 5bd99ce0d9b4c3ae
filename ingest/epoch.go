package ingest

import (
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// Headers of an epoch's envelope in FEEDBACK_KEYS.
const (
	// HeaderOfficers is whom it is sealed to: a vault.Set.
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
