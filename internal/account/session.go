package account

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/internal/access"
)

// session is one that is stored under the hash of its id.
type session struct {
	User       string    `json:"user"`
	Added      time.Time `json:"added"`
	Turn       int       `json:"turn"`
	Generation int       `json:"generation"`
	Created    time.Time `json:"created"`
	Seen       time.Time `json:"seen"`
	Expires    time.Time `json:"expires"`
	How        string    `json:"how"`             // "password", "password and code", "issuer"
	Agent      string    `json:"agent,omitempty"` // family of browser and system
	// Failed attempts before this session, for its owner to see.
	Failed   int       `json:"failed,omitempty"`
	FailedAt time.Time `json:"failed_at,omitzero"`
}

// Session is what its owner sees of one.
type Session struct {
	Handle                 string // names it, and opens nothing
	How, Agent             string
	Created, Seen, Expires time.Time
	Failed                 int // attempts that failed before it
	FailedAt               time.Time
}

// Fresh is a new secret for a cookie: of a session, or of a sign-in that is not
// complete.
type Fresh struct {
	ID      string
	Expires time.Time
}

// Visit is a session that was found good, and whose it is now.
type Visit struct {
	User     access.User
	Session  Session
	Language string // that the user chose; "" for none
	Password bool   // there is one
	Codes    bool   // one-time codes are asked for
	Recovery int    // codes that are left

	id         string
	generation int
}

// newID is 256 random bits.
func newID() (string, error) {
	var raw [32]byte
	if _, err := rand.Read(raw[:]); err != nil {
		return "", fmt.Errorf("account: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw[:]), nil
}

func sessionKey(id string) string { return "session." + hashed(id) }

func (s session) shown(key string) Session {
	return Session{
		Handle: strings.TrimPrefix(key, "session.")[:16], How: s.How, Agent: s.Agent,
		Created: s.Created, Seen: s.Seen, Expires: s.Expires, Failed: s.Failed, FailedAt: s.FailedAt,
	}
}

// open begins a session of a user whose account has a generation.
func (s *Service) open(ctx context.Context, u access.User, generation int, how, agent string, failed attempts) (Fresh, error) {
	id, err := newID()
	if err != nil {
		return Fresh{}, err
	}
	now := s.now()
	rec := session{
		User: u.Name, Added: u.Added, Turn: u.Turn, Generation: generation, Created: now, Seen: now, Expires: now.Add(s.cfg.Absolute),
		How: how, Agent: agent, Failed: max(0, failed.N-1), FailedAt: failed.Last,
	}
	if _, err := put(ctx, s.store.sessions, sessionKey(id), rec, 0); err != nil {
		return Fresh{}, err
	}
	return Fresh{ID: id, Expires: rec.Expires}, nil
}

// seenEvery is how exactly the last request of a session is known.
func (s *Service) seenEvery() time.Duration { return min(s.cfg.Idle/10, 5*time.Minute) }

// Resume finds the session of an id, and its user as the register has them now. It
// is ErrSignedOut when it ended: by time, by its owner, with a password, a second
// factor, a role or the user's state.
func (s *Service) Resume(ctx context.Context, id string) (Visit, error) {
	if len(id) != 43 {
		return Visit{}, ErrSignedOut
	}
	var rec session
	rev, err := get(ctx, s.store.sessions, sessionKey(id), &rec)
	if err != nil {
		return Visit{}, err
	}
	now := s.now()
	if rev == 0 || !now.Before(rec.Expires) || now.Sub(rec.Seen) > s.cfg.Idle {
		return Visit{}, ErrSignedOut
	}
	u, err := s.user(ctx, rec.User)
	if err != nil {
		return Visit{}, err
	}
	if u.Disabled || !u.Added.Equal(rec.Added) || u.Turn != rec.Turn {
		return Visit{}, ErrSignedOut
	}
	r, _, err := s.account(ctx, u)
	if err != nil {
		return Visit{}, err
	}
	if r.Generation != rec.Generation {
		return Visit{}, ErrSignedOut
	}
	if now.Sub(rec.Seen) >= s.seenEvery() {
		rec.Seen = now
		// Not written is not revived: a session that was ended meanwhile stays so.
		if _, err := put(ctx, s.store.sessions, sessionKey(id), rec, rev); err != nil && !errors.Is(err, errChanged) {
			return Visit{}, err
		}
	}
	return Visit{
		User: u, Session: rec.shown(sessionKey(id)), Language: r.Language, Password: r.Password != "", Codes: r.Secret != "", Recovery: len(r.Recovery),
		id: id, generation: r.Generation,
	}, nil
}

// user finds a user of the register; one who is not there is ErrSignedOut.
func (s *Service) user(ctx context.Context, name string) (access.User, error) {
	users, err := s.cfg.Register.Users(ctx)
	if err != nil {
		return access.User{}, fmt.Errorf("the register of users cannot be read: %w", err)
	}
	u, ok := users.ByName(name)
	if !ok || u.Added.IsZero() { // users of the command line have no account
		return access.User{}, ErrSignedOut
	}
	return u, nil
}

// SignOut ends a session.
func (s *Service) SignOut(ctx context.Context, v Visit) error {
	return s.drop(ctx, sessionKey(v.id))
}

func (s *Service) drop(ctx context.Context, key string) error {
	if err := s.store.sessions.Delete(ctx, key); err != nil && !errors.Is(err, jetstream.ErrKeyNotFound) {
		return fmt.Errorf("account: ending a session: %w", err)
	}
	return nil
}

// rotate ends the session of a visit, and begins another in its place after what
// it may do has changed.
func (s *Service) rotate(ctx context.Context, v Visit, how string) (Fresh, error) {
	r, _, err := s.account(ctx, v.User)
	if err != nil {
		return Fresh{}, err
	}
	fresh, err := s.open(ctx, v.User, r.Generation, how, v.Session.Agent, attempts{})
	if err != nil {
		return Fresh{}, err
	}
	return fresh, s.drop(ctx, sessionKey(v.id))
}

// Sessions lists those of a user that stand, newest first.
func (s *Service) Sessions(ctx context.Context, v Visit) (list []Session, err error) {
	err = s.each(ctx, func(key string, rec session) error {
		if rec.stands(v, s.now(), s.cfg.Idle) {
			list = append(list, rec.shown(key))
		}
		return nil
	})
	slices.SortFunc(list, func(a, b Session) int { return b.Created.Compare(a.Created) })
	return list, err
}

func (s session) stands(v Visit, now time.Time, idle time.Duration) bool {
	return s.User == v.User.Name && s.Added.Equal(v.User.Added) && s.Turn == v.User.Turn && s.Generation == v.generation &&
		now.Before(s.Expires) && now.Sub(s.Seen) <= idle
}

// each reads all sessions.
func (s *Service) each(ctx context.Context, take func(key string, rec session) error) error {
	w, err := s.store.sessions.Watch(ctx, "session.*", jetstream.IgnoreDeletes())
	if err != nil {
		return fmt.Errorf("account: listing sessions: %w", err)
	}
	defer func() { _ = w.Stop() }() // the connection may be gone
	for {
		select {
		case e, ok := <-w.Updates():
			if !ok || e == nil {
				return nil
			}
			var rec session
			if unmarshal(e.Value(), &rec) != nil {
				continue // of another version
			}
			if err := take(e.Key(), rec); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Revoke ends one of the user's own sessions, by its handle.
func (s *Service) Revoke(ctx context.Context, v Visit, handle string) error {
	found := ""
	err := s.each(ctx, func(key string, rec session) error {
		if rec.User == v.User.Name && rec.shown(key).Handle == handle {
			found = key
		}
		return nil
	})
	if err != nil {
		return err
	}
	if found == "" {
		return ErrRefused
	}
	if err := s.audit(ctx, Event{User: v.User, What: "session revoked"}); err != nil {
		return err
	}
	return s.drop(ctx, found)
}

// SignOutEverywhere ends all of the user's sessions, this one too.
func (s *Service) SignOutEverywhere(ctx context.Context, v Visit) error {
	return s.updateAfter(ctx, v.User, "all sessions revoked", func(r *record) error {
		r.Generation++
		return nil
	})
}

// SetLanguage keeps the user's choice: "zh", "en", or "" for none.
func (s *Service) SetLanguage(ctx context.Context, v Visit, language string) error {
	switch language {
	case "", "zh", "en":
	default:
		return ErrRefused
	}
	return s.update(ctx, v.User, func(r *record) error {
		r.Language = language
		return nil
	})
}
