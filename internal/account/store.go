package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// The buckets: what stays, and what goes by itself. See docs/formats/account.md.
const (
	BucketAccounts = "FEEDBACK_ACCOUNTS"
	BucketSessions = "FEEDBACK_SESSIONS"
)

// MaxSession is the longest that a session, or a memory of failed attempts, lives.
const MaxSession = 7 * 24 * time.Hour

const maxRecord = 64 << 10

// Store is the two buckets.
type Store struct {
	accounts, sessions jetstream.KeyValue
}

// Open opens the buckets, and makes those that are missing.
func Open(ctx context.Context, js jetstream.JetStream, replicas int) (*Store, error) {
	s := &Store{}
	for _, b := range []struct {
		into *jetstream.KeyValue
		cfg  jetstream.KeyValueConfig
	}{
		{&s.accounts, jetstream.KeyValueConfig{Bucket: BucketAccounts, Description: "how users sign in to the pages"}},
		{&s.sessions, jetstream.KeyValueConfig{Bucket: BucketSessions, Description: "who is signed in to the pages", TTL: MaxSession}},
	} {
		b.cfg.History, b.cfg.MaxValueSize, b.cfg.Storage, b.cfg.Replicas = 1, maxRecord, jetstream.FileStorage, max(1, replicas)
		kv, err := js.KeyValue(ctx, b.cfg.Bucket)
		if errors.Is(err, jetstream.ErrBucketNotFound) {
			kv, err = js.CreateKeyValue(ctx, b.cfg)
		}
		if err != nil {
			return nil, fmt.Errorf("account: bucket %s: %w", b.cfg.Bucket, err)
		}
		*b.into = kv
	}
	return s, nil
}

// record is the account of one user, as stored.
type record struct {
	Schema     string    `json:"schema"`
	User       string    `json:"user"`
	Added      time.Time `json:"added"`              // of the register: another user of the same name is another
	Generation int       `json:"generation"`         // sessions of another one have ended
	Password   string    `json:"password,omitempty"` // PHC string of argon2id
	Changed    time.Time `json:"changed,omitzero"`   // of the password
	Secret     string    `json:"totp,omitempty"`     // of one-time codes, base32
	Step       int64     `json:"totp_step,omitempty"`
	Enrolling  string    `json:"enrolling,omitempty"` // a secret that was not confirmed yet
	Recovery   []string  `json:"recovery,omitempty"`  // SHA-256 of the codes that are left
	Identity   string    `json:"identity,omitempty"`  // SHA-256 of issuer and subject
	Language   string    `json:"language,omitempty"`
}

const schema = "qingting.account/1"

// errChanged says that somebody else wrote a key meanwhile.
var errChanged = errors.New("account: changed meanwhile")

// get reads a key into v; rev is 0 when there is none.
func get(ctx context.Context, kv jetstream.KeyValue, key string, v any) (rev uint64, err error) {
	e, err := kv.Get(ctx, key)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("account: reading: %w", err)
	}
	if err := json.Unmarshal(e.Value(), v); err != nil {
		return 0, errors.New("account: a stored record is malformed")
	}
	return e.Revision(), nil
}

// put writes v where the revision still is rev, 0 for none; it returns the new
// revision, or errChanged.
func put(ctx context.Context, kv jetstream.KeyValue, key string, v any, rev uint64) (uint64, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return 0, fmt.Errorf("account: %w", err)
	}
	if rev == 0 {
		rev, err = kv.Create(ctx, key, data)
	} else {
		rev, err = kv.Update(ctx, key, data, rev)
	}
	var api *jetstream.APIError
	if errors.Is(err, jetstream.ErrKeyExists) || errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence {
		return 0, errChanged
	}
	if err != nil {
		return 0, fmt.Errorf("account: writing: %w", err)
	}
	return rev, nil
}

// take deletes a key that still has a revision: of two who try, one succeeds.
func take(ctx context.Context, kv jetstream.KeyValue, key string, rev uint64) error {
	err := kv.Delete(ctx, key, jetstream.LastRevision(rev))
	var api *jetstream.APIError
	if errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence {
		return errChanged
	}
	if err != nil {
		return fmt.Errorf("account: deleting: %w", err)
	}
	return nil
}

// accountKey is where a user's account is. A name may have points where a key
// may not.
func accountKey(name string) string { return "user." + strings.ReplaceAll(name, ".", "=") }

// hashed is what is stored of a secret of many random bits, and of what is not to
// be read where it is counted.
func hashed(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
