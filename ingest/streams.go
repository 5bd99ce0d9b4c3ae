package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// The streams. Everything durable lives in them; the rest is derived.
const (
	StreamIn    = "FEEDBACK_IN"    // feedback as published; a work queue
	StreamVault = "FEEDBACK_VAULT" // sealed values, one message a record
	StreamKeys  = "FEEDBACK_KEYS"  // epoch keys, sealed to the officers
	StreamDocs  = "FEEDBACK_DOCS"  // redacted, annotated documents
	StreamDead  = "FEEDBACK_DEAD"  // what could not be processed, sealed
	StreamAudit = "FEEDBACK_AUDIT" // append-only ledger

	StreamAlerts  = "FEEDBACK_ALERTS"  // bursts and drifts, as they begin, grow and end
	StreamMatches = "FEEDBACK_MATCHES" // new feedback that saved searches find

	StreamCheckpoints = "FEEDBACK_CHECKPOINTS" // what was signed of the ledger
)

// Subjects of the ledger.
const (
	SubjectAudit       = "feedback.audit"
	SubjectCheckpoints = "feedback.checkpoints"
)

// SubjectAlerts is the subjects of alerts: feedback.alerts.<theme>.
const SubjectAlerts = "feedback.alerts.>"

// SubjectMatches is the subjects of new matches: feedback.matches.<id of the
// saved search>.
const (
	SubjectMatches = MatchesPrefix + ">"
	MatchesPrefix  = "feedback.matches."
)

// matchesPerSearch is how many messages of a search are kept; the oldest go.
const matchesPerSearch = 10_000

// alertsPerTheme is more alerts than a theme has while they are kept: an error
// that publishes without end fills no disk.
const alertsPerTheme = 10_000

// MaxMessage is the largest feedback message the stream takes, in bytes: the
// largest body, sealed, with its headers. A broker whose maximum payload is
// small lowers it: see Streams.
const MaxMessage = 1<<20 + 256<<10

// StreamLimits bounds what the streams keep. The zero value means the defaults.
type StreamLimits struct {
	InBytes  int64         // FEEDBACK_IN refuses new messages past this; default 8 GiB
	InMsgs   int64         // likewise, in messages; default 20 million
	VaultAge time.Duration // how long sealed values are kept; default 180 days
	DeadAge  time.Duration // how long dead letters are kept; default 90 days
	AlertAge time.Duration // how long alerts, and matches of saved searches, are kept; default 180 days
	Replicas int           // 1, 3 or 5 on a cluster; default 1
}

func (l StreamLimits) orDefaults() StreamLimits {
	if l.InBytes == 0 {
		l.InBytes = 8 << 30
	}
	if l.InMsgs == 0 {
		l.InMsgs = 20_000_000
	}
	if l.VaultAge == 0 {
		l.VaultAge = 180 * 24 * time.Hour
	}
	if l.DeadAge == 0 {
		l.DeadAge = 90 * 24 * time.Hour
	}
	if l.AlertAge == 0 {
		l.AlertAge = 180 * 24 * time.Hour
	}
	if l.Replicas == 0 {
		l.Replicas = 1
	}
	return l
}

// Streams creates the streams that are missing and checks those that exist:
// those that are named, or all. A stream with settings that would break a guarantee is an error that names it;
// limits and retention may differ, for an operator may have tuned them.
func Streams(ctx context.Context, js jetstream.JetStream, limits StreamLimits, names ...string) error {
	for _, want := range streamConfigs(limits.orDefaults(), js.Conn().MaxPayload()) {
		if len(names) > 0 && !slices.Contains(names, want.Name) {
			continue
		}
		s, err := js.Stream(ctx, want.Name)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			if _, err = js.CreateStream(ctx, want); err != nil {
				return fmt.Errorf("creating stream %s: %w", want.Name, err)
			}
			continue
		}
		if err != nil {
			return fmt.Errorf("looking up stream %s: %w", want.Name, err)
		}
		if err := checkStream(s.CachedInfo().Config, want); err != nil {
			return err
		}
	}
	return nil
}

func streamConfigs(l StreamLimits, maxPayload int64) []jetstream.StreamConfig {
	// A dead letter holds the whole message, sealed and padded to at most
	// twice its size: leave room for it within one payload.
	in := int32(min(MaxMessage, maxPayload/3))
	base := jetstream.StreamConfig{Storage: jetstream.FileStorage, Replicas: l.Replicas, AllowDirect: true}
	with := func(name, subject string, set func(*jetstream.StreamConfig)) jetstream.StreamConfig {
		c := base
		c.Name, c.Subjects = name, []string{subject}
		set(&c)
		return c
	}
	return []jetstream.StreamConfig{
		with(StreamIn, "feedback.in.>", func(c *jetstream.StreamConfig) {
			c.Description = "feedback as published, until a worker has taken it"
			c.Retention, c.Discard = jetstream.WorkQueuePolicy, jetstream.DiscardNew
			c.MaxBytes, c.MaxMsgs, c.MaxMsgSize = l.InBytes, l.InMsgs, in
			c.Duplicates = 2 * time.Minute
		}),
		with(StreamVault, "feedback.vault.*.*", func(c *jetstream.StreamConfig) {
			c.Description = "personal data, sealed to the officers, one message a record"
			c.MaxMsgsPerSubject, c.MaxAge = 1, l.VaultAge
		}),
		with(StreamKeys, "feedback.keys.*", func(c *jetstream.StreamConfig) {
			c.Description = "epoch keys, sealed to the officers"
			c.MaxMsgsPerSubject = 1
		}),
		with(StreamDocs, "feedback.docs.*", func(c *jetstream.StreamConfig) {
			c.Description = "redacted, annotated documents"
		}),
		with(StreamDead, "feedback.dead.*", func(c *jetstream.StreamConfig) {
			c.Description = "what could not be processed, sealed to the officers"
			c.MaxAge = l.DeadAge
		}),
		with(StreamAlerts, SubjectAlerts, func(c *jetstream.StreamConfig) {
			c.Description = "bursts and drifts of themes, as they begin, grow and end"
			c.MaxAge, c.MaxMsgsPerSubject = l.AlertAge, alertsPerTheme
			c.Duplicates = min(l.AlertAge, 24*time.Hour)
		}),
		with(StreamMatches, SubjectMatches, func(c *jetstream.StreamConfig) {
			c.Description = "new feedback that saved searches find, by record id"
			c.MaxAge, c.MaxMsgsPerSubject = l.AlertAge, matchesPerSearch
			c.Duplicates = min(l.AlertAge, 2*time.Minute)
			c.AllowRollup = true
		}),
		with(StreamAudit, SubjectAudit, func(c *jetstream.StreamConfig) {
			c.Description = "append-only ledger of who did what, when and why"
			c.DenyDelete, c.DenyPurge = true, true
		}),
		with(StreamCheckpoints, SubjectCheckpoints, func(c *jetstream.StreamConfig) {
			c.Description = "signed checkpoints of the ledger"
			c.DenyDelete, c.DenyPurge = true, true
		}),
	}
}

// checkStream compares what the guarantees rest on.
func checkStream(have, want jetstream.StreamConfig) error {
	bad := func(field string, h, w any) error {
		return fmt.Errorf("stream %s has %s %v, want %v; it was not made by qingting or was changed since: "+
			"restore the setting (nats stream edit) or point qingting at another account", want.Name, field, h, w)
	}
	switch {
	case !slices.Equal(have.Subjects, want.Subjects):
		return bad("subjects", have.Subjects, want.Subjects)
	case have.Retention != want.Retention:
		return bad("retention", have.Retention, want.Retention)
	case have.Discard != want.Discard:
		return bad("discard policy", have.Discard, want.Discard)
	case have.MaxMsgsPerSubject != want.MaxMsgsPerSubject && want.MaxMsgsPerSubject > 0:
		return bad("max messages per subject", have.MaxMsgsPerSubject, want.MaxMsgsPerSubject)
	case have.Storage != want.Storage:
		return bad("storage", have.Storage, want.Storage)
	case have.DenyDelete != want.DenyDelete:
		return bad("deny-delete", have.DenyDelete, want.DenyDelete)
	case have.DenyPurge != want.DenyPurge:
		return bad("deny-purge", have.DenyPurge, want.DenyPurge)
	case have.Replicas < want.Replicas:
		return bad("replicas", have.Replicas, want.Replicas)
	case have.NoAck:
		return bad("no-ack", have.NoAck, false)
	}
	return nil
}
