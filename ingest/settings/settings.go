// Package settings keeps what changes while the system runs: policy, taxonomy,
// source register, retention, users. One JetStream key-value bucket holds the
// versions; the ledger says who changed what, before it changes:
//
//	s, err := settings.Open(ctx, js)
//	now, err := s.Get(ctx, settings.Sources)
//	next, err := s.Put(ctx, settings.Sources, value, now.Revision, settings.Change{Actor: "lin", Reason: "…"})
//
// A change that was made by another meanwhile is ErrChanged, and nothing is
// written. Values are small documents, a megabyte at most, and hold no personal
// data of customers. The package does not know what they mean.
package settings

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest/ledger"
	"qingting/privacy/audit"
)

// Bucket is the name of the key-value bucket; its stream is KV_FEEDBACK_SETTINGS.
const Bucket = "FEEDBACK_SETTINGS"

// Key names a setting.
type Key string

// The settings.
const (
	Policy    Key = "policy"    // redaction policy, YAML
	Taxonomy  Key = "taxonomy"  // themes, YAML
	Lexicon   Key = "lexicon"   // words of the segmenter
	Sources   Key = "sources"   // register of sources, JSON
	Retention Key = "retention" // by type and source, JSON
	Officers  Key = "officers"  // whom epoch keys are sealed to, JSON: vault.Register
	Users     Key = "users"     // names, roles, hashes of tokens, JSON

	ThemesModel Key = "model.themes"    // what was learnt of themes, as package learn writes it
	ToneModel   Key = "model.sentiment" // what was learnt of tone, as package sentiment writes it

	Synonyms Key = "words.synonyms" // of searches, a text as package search/synonym reads it
	Searches Key = "searches"       // that were saved, JSON: saved.List

	Discoveries   Key = "discover.state" // themes that discovery follows and what was decided of them, without texts
	Interventions Key = "interventions"  // actions noted down, JSON: mark.List
)

// Labels is the prefix of the corrections of single documents, LabelsOf that of
// one record. They hold ids of themes, and go with the record.
const Labels = "labels"

// LabelsOf is the setting of a record's correction.
func LabelsOf(record string) Key { return Key(Labels + "." + record) }

// actions are what the ledger calls a change.
var actions = map[Key]audit.Action{
	Policy: audit.ActionPolicy, Taxonomy: audit.ActionTaxonomy, Lexicon: audit.ActionTaxonomy,
	ThemesModel: audit.ActionTaxonomy, ToneModel: audit.ActionTaxonomy, Discoveries: audit.ActionTaxonomy,
	Sources: audit.ActionSource, Users: audit.ActionUser, Officers: audit.ActionKey,
}

const (
	history  = 64 // versions kept
	maxValue = 1 << 20
)

// validKey is what a key may be: a name, or several with points between.
var validKey = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)*$`)

// ErrChanged says that a setting is not what the caller last saw.
var ErrChanged = errors.New("the setting was changed meanwhile: look at it again, and then change it")

// Value is one version of a setting.
type Value struct {
	Key      Key
	Data     []byte // nil when it was never set, or was removed
	Revision uint64 // 0 when it was never set
	Changed  time.Time
}

// Hash is the short hash of a version, as the ledger shows it; empty for none.
func (v Value) Hash() string {
	if v.Data == nil {
		return ""
	}
	sum := sha256.Sum256(v.Data)
	return hex.EncodeToString(sum[:6])
}

// Change says who changes a setting, and why. Neither may hold personal data of
// customers: the caller has redacted the reason.
type Change struct {
	Actor, Role, Reason, Ticket string
	// Object says in the ledger which part is meant: "source:app". Empty is the key.
	Object string
	// Subject is the keyed token of the person whom it concerns.
	Subject string
	// Action overrides what the ledger calls the change.
	Action audit.Action
	// Outcome and Counts say in the ledger what the setting is, in figures.
	Outcome string
	Counts  map[string]int
}

// Settings is the bucket. It is safe for concurrent use.
type Settings struct {
	js jetstream.JetStream
	kv jetstream.KeyValue
}

// Create makes the bucket when it is missing, and opens it.
func Create(ctx context.Context, js jetstream.JetStream, replicas int) (*Settings, error) {
	kv, err := js.KeyValue(ctx, Bucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		kv, err = js.CreateKeyValue(ctx, jetstream.KeyValueConfig{
			Bucket: Bucket, Description: "settings that change at run time, with their versions",
			History: history, MaxValueSize: maxValue, Storage: jetstream.FileStorage, Replicas: max(1, replicas),
		})
	}
	if err != nil {
		return nil, fmt.Errorf("settings: bucket %s: %w", Bucket, err)
	}
	return &Settings{js, kv}, nil
}

// Open opens the bucket that Create made.
func Open(ctx context.Context, js jetstream.JetStream) (*Settings, error) {
	kv, err := js.KeyValue(ctx, Bucket)
	if err != nil {
		return nil, fmt.Errorf("settings: bucket %s: %w", Bucket, err)
	}
	return &Settings{js, kv}, nil
}

// Get returns the present version; one that was never set has Revision 0 and no
// error.
func (s *Settings) Get(ctx context.Context, key Key) (Value, error) {
	if !validKey.MatchString(string(key)) {
		return Value{}, fmt.Errorf("settings: %q is not a key", key)
	}
	e, err := s.kv.Get(ctx, string(key))
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return Value{Key: key}, nil
	}
	if err != nil {
		return Value{}, fmt.Errorf("settings: reading %s: %w", key, err)
	}
	return valueOf(e), nil
}

// Keys lists the settings that are set below a prefix: of "requests", those
// named "requests.…".
func (s *Settings) Keys(ctx context.Context, prefix string) ([]Key, error) {
	if !validKey.MatchString(prefix) {
		return nil, fmt.Errorf("settings: %q is not a key", prefix)
	}
	lister, err := s.kv.ListKeysFiltered(ctx, prefix+".>")
	if err != nil {
		return nil, fmt.Errorf("settings: listing %s: %w", prefix, err)
	}
	var keys []Key
	for k := range lister.Keys() {
		keys = append(keys, Key(k))
	}
	slices.Sort(keys)
	return keys, nil
}

// Put sets a new version when the present one is revision; 0 for a setting that
// was never set. The ledger has the change before it happens; when the change
// then fails, another entry says so.
func (s *Settings) Put(ctx context.Context, key Key, data []byte, revision uint64, c Change) (Value, error) {
	before, err := s.Get(ctx, key)
	if err != nil {
		return Value{}, err
	}
	if before.Revision != revision {
		return Value{}, fmt.Errorf("%s: %w", key, ErrChanged)
	}
	if len(data) > maxValue {
		return Value{}, fmt.Errorf("settings: %s has %d bytes, at most %d", key, len(data), maxValue)
	}
	if data == nil {
		data = []byte{}
	}
	if before.Data != nil && bytes.Equal(before.Data, data) {
		return before, nil // as it is
	}
	after := Value{Key: key, Data: data}
	entry := c.entry(key)
	entry.Before, entry.After = before.Hash(), after.Hash()
	if _, err := ledger.Append(ctx, s.js, entry); err != nil {
		return Value{}, fmt.Errorf("%s was not changed: %w", key, err)
	}
	if after.Revision, err = s.kv.Update(ctx, string(key), data, revision); err != nil {
		return Value{}, s.failed(ctx, entry, fmt.Errorf("%s was not changed: %w", key, asChanged(err)))
	}
	return after, nil
}

// Delete removes a setting: built-in defaults hold again. Its versions stay.
func (s *Settings) Delete(ctx context.Context, key Key, revision uint64, c Change) error {
	before, err := s.Get(ctx, key)
	if err != nil {
		return err
	}
	if before.Revision != revision {
		return fmt.Errorf("%s: %w", key, ErrChanged)
	}
	entry := c.entry(key)
	entry.Before = before.Hash()
	if _, err := ledger.Append(ctx, s.js, entry); err != nil {
		return fmt.Errorf("%s was not removed: %w", key, err)
	}
	if err := s.kv.Delete(ctx, string(key), jetstream.LastRevision(revision)); err != nil {
		return s.failed(ctx, entry, fmt.Errorf("%s was not removed: %w", key, asChanged(err)))
	}
	return nil
}

// Forget removes a setting with all of its versions, beyond what Delete does. It
// leaves the ledger alone: it is for what follows from an order that is in there,
// the erasure of a record.
func (s *Settings) Forget(ctx context.Context, key Key) error {
	if !validKey.MatchString(string(key)) {
		return fmt.Errorf("settings: %q is not a key", key)
	}
	v, err := s.Get(ctx, key)
	if err != nil || v.Revision == 0 {
		return err
	}
	if err := s.kv.Purge(ctx, string(key)); err != nil {
		return fmt.Errorf("settings: forgetting %s: %w", key, err)
	}
	return nil
}

// failed tells the ledger that an announced change did not happen.
func (s *Settings) failed(ctx context.Context, entry audit.Entry, err error) error {
	entry.Action, entry.Outcome, entry.Time = audit.ActionFailure, "not changed", time.Time{}
	if _, also := ledger.Append(ctx, s.js, entry); also != nil {
		return errors.Join(err, also)
	}
	return err
}

func (c Change) entry(key Key) audit.Entry {
	action := c.Action
	if action == "" {
		action = actions[key]
	}
	if action == "" {
		action = audit.ActionSetting
	}
	object := c.Object
	if object == "" {
		object = string(key)
	}
	return audit.Entry{Actor: c.Actor, Role: c.Role, Action: action, Subject: c.Subject, Object: object, Reason: c.Reason, Ticket: c.Ticket, Outcome: c.Outcome, Counts: c.Counts}
}

// asChanged makes of a lost race ErrChanged.
func asChanged(err error) error {
	var api *jetstream.APIError
	if errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence {
		return ErrChanged
	}
	return err
}

// History returns the versions that are kept, oldest first.
func (s *Settings) History(ctx context.Context, key Key) ([]Value, error) {
	list, err := s.kv.History(ctx, string(key))
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("settings: reading %s: %w", key, err)
	}
	values := make([]Value, len(list))
	for i, e := range list {
		values[i] = valueOf(e)
	}
	return values, nil
}

// Below yields the present versions of the settings below a prefix, such as
// "requests" for "requests.r-1", in no order. Removed ones are left out.
func (s *Settings) Below(ctx context.Context, prefix string) iter.Seq2[Value, error] {
	return func(yield func(Value, error) bool) {
		w, err := s.kv.Watch(ctx, prefix+".>", jetstream.IgnoreDeletes())
		if err != nil {
			yield(Value{}, fmt.Errorf("settings: reading %s: %w", prefix, err))
			return
		}
		defer func() { _ = w.Stop() }() // the connection may be gone
		for {
			select {
			case e, ok := <-w.Updates():
				if !ok || e == nil { // all that there is has been given
					return
				}
				if !yield(valueOf(e), nil) {
					return
				}
			case <-ctx.Done():
				yield(Value{}, fmt.Errorf("settings: reading %s: %w", prefix, ctx.Err()))
				return
			}
		}
	}
}

// Watch yields a setting as it is, and then each new version, until ctx ends.
func (s *Settings) Watch(ctx context.Context, key Key) iter.Seq2[Value, error] {
	return func(yield func(Value, error) bool) {
		w, err := s.kv.Watch(ctx, string(key))
		if err != nil {
			yield(Value{}, fmt.Errorf("settings: watching %s: %w", key, err))
			return
		}
		defer func() { _ = w.Stop() }() // the connection may be gone
		first := true
		for {
			select {
			case e, ok := <-w.Updates():
				if !ok {
					return
				}
				if e == nil { // all that there was has been given
					if first && !yield(Value{Key: key}, nil) {
						return
					}
					first = false
					continue
				}
				first = false
				if !yield(valueOf(e), nil) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}

func valueOf(e jetstream.KeyValueEntry) Value {
	v := Value{Key: Key(e.Key()), Revision: e.Revision(), Changed: e.Created()}
	if e.Operation() == jetstream.KeyValuePut {
		if v.Data = e.Value(); v.Data == nil {
			v.Data = []byte{}
		}
	}
	return v
}
