package account

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"qingting/internal/access"
)

// Register is where users are.
type Register interface {
	// Users is the register as it is now.
	Users(context.Context) (access.Users, error)
	// Change replaces the register by what change makes of it, once the ledger
	// has the change. It calls change again when somebody else was faster.
	Change(ctx context.Context, c Change, change func(access.Users) (access.Users, error)) error
}

// Change is what the ledger says of a change of the register.
type Change struct {
	Actor, Role string
	User        string // whom it concerns
	What        string // "token made"
}

// Event is something that the ledger has before it happens.
type Event struct {
	User  access.User
	What  string
	Count int // of failed attempts; 0 for none
}

// Config is what a Service needs.
type Config struct {
	Store    *Store   // required
	Register Register // required
	// Audit writes an event into the ledger; nil writes none. When it fails, the
	// event does not happen.
	Audit func(context.Context, Event) error
	// Idle and Absolute end a session: without a request, and at any rate. 0 is
	// two hours and twelve. MaxSession is the most.
	Idle, Absolute time.Duration
	Cost           Cost             // of passwords; zero is DefaultCost
	Now            func() time.Time // nil is time.Now
	Log            *slog.Logger     // nil discards
}

// Service signs people in. Make one with New.
type Service struct {
	cfg     Config
	store   *Store
	hasher  *hasher
	first   first
	started marker
}

// Refusals. Their texts say no more than who asks may know.
var (
	// ErrRefused is of a wrong name, password, code or link, without saying which.
	ErrRefused = errors.New("that is not right, or counts no more")
	// ErrSignedOut is of a session that has ended, or never was.
	ErrSignedOut = errors.New("not signed in, or not any more")
)

// WeakError is of a password that is not taken.
type WeakError struct{ Weakness Weakness }

func (e *WeakError) Error() string { return "the password is too weak: " + string(e.Weakness) }

// New returns the service. It keeps nothing that has to be closed.
func New(cfg Config) (*Service, error) {
	if cfg.Store == nil || cfg.Register == nil {
		return nil, errors.New("account: store and register are required")
	}
	if cfg.Idle == 0 {
		cfg.Idle = 2 * time.Hour
	}
	if cfg.Absolute == 0 {
		cfg.Absolute = 12 * time.Hour
	}
	if cfg.Idle < time.Minute || cfg.Idle > cfg.Absolute || cfg.Absolute > MaxSession {
		return nil, fmt.Errorf("account: sessions end without a request after a minute at least, and at any rate after %s at most", MaxSession)
	}
	if cfg.Cost == (Cost{}) {
		cfg.Cost = DefaultCost
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	h, err := newHasher(cfg.Cost)
	if err != nil {
		return nil, err
	}
	return &Service{cfg: cfg, store: cfg.Store, hasher: h}, nil
}

func (s *Service) now() time.Time { return s.cfg.Now().UTC() }

func (s *Service) audit(ctx context.Context, e Event) error {
	args := []any{"user", e.User.Name, "what", e.What}
	if e.Count > 0 {
		args = append(args, "failures", e.Count)
	}
	s.cfg.Log.InfoContext(ctx, "sign-in", args...)
	if s.cfg.Audit == nil {
		return nil
	}
	if err := s.cfg.Audit(ctx, e); err != nil {
		return fmt.Errorf("account: the ledger did not take it: %w", err)
	}
	return nil
}

// account is the record of a user, an empty one when there is none: that of an
// earlier user of the same name is not theirs.
func (s *Service) account(ctx context.Context, u access.User) (r record, rev uint64, err error) {
	if rev, err = get(ctx, s.store.accounts, accountKey(u.Name), &r); err != nil {
		return record{}, 0, err
	}
	if rev == 0 || !r.Added.Equal(u.Added) || r.User != u.Name {
		generation := 0
		if rev > 0 {
			generation = r.Generation + 1
		}
		r = record{Schema: schema, User: u.Name, Added: u.Added, Generation: generation}
	}
	return r, rev, nil
}

const tries = 5 // at a record that others write too

// update changes the record of a user.
func (s *Service) update(ctx context.Context, u access.User, change func(*record) error) error {
	return s.updateAfter(ctx, u, "", change)
}

// updateAfter is update, after the ledger has what.
func (s *Service) updateAfter(ctx context.Context, u access.User, what string, change func(*record) error) error {
	for try := 1; ; try++ {
		r, rev, err := s.account(ctx, u)
		if err != nil {
			return err
		}
		if err := change(&r); err != nil {
			return err
		}
		if what != "" {
			if err := s.audit(ctx, Event{User: u, What: what}); err != nil {
				return err
			}
			what = ""
		}
		if _, err = put(ctx, s.store.accounts, accountKey(u.Name), r, rev); !errors.Is(err, errChanged) || try == tries {
			return err
		}
	}
}

// marker remembers that something is so for ever, and asks no more.
type marker struct {
	set     atomic.Bool
	checked atomic.Int64 // unix nanoseconds
}

const (
	startedKey   = "started" // in the bucket of accounts
	startedAgain = time.Second
)

// Started says that somebody can sign in: an account was made, here or by
// another process. It is never taken back.
func (s *Service) Started(ctx context.Context) (bool, error) {
	if s.started.set.Load() {
		return true, nil
	}
	now := time.Now().UnixNano()
	if last := s.started.checked.Load(); last != 0 && now-last < int64(startedAgain) {
		return false, nil
	}
	var at time.Time
	rev, err := get(ctx, s.store.accounts, startedKey, &at)
	if err != nil {
		return false, err
	}
	s.started.checked.Store(now)
	s.started.set.Store(rev > 0)
	return rev > 0, nil
}

// start notes that somebody can sign in; errChanged says that somebody could.
func (s *Service) start(ctx context.Context) error {
	if s.started.set.Load() {
		return errChanged
	}
	_, err := put(ctx, s.store.accounts, startedKey, s.now(), 0)
	if err == nil || errors.Is(err, errChanged) {
		s.started.set.Store(true)
	}
	return err
}

// began is start, for whom it does not matter who was first.
func (s *Service) began(ctx context.Context) error {
	if err := s.start(ctx); err != nil && !errors.Is(err, errChanged) {
		return err
	}
	return nil
}
