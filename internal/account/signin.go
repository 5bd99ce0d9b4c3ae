package account

import (
	"context"
	"encoding/json"
	"errors"
	"time"
	"unicode/utf8"

	"qingting/internal/access"
)

func unmarshal(data []byte, v any) error { return json.Unmarshal(data, v) }

// Attempt is somebody who says who they are.
type Attempt struct {
	Name, Password string
	From           string // AddressOf
	Agent          string // family of browser and system
}

// Step is what an attempt came to: a session, or the question for a code.
type Step struct {
	Session Fresh
	Pending Fresh // when Session has no ID
}

const (
	pendingLife  = 5 * time.Minute
	pendingTries = 5
)

// pending is a sign-in whose password was right.
type pending struct {
	User       string    `json:"user"`
	Added      time.Time `json:"added"`
	Generation int       `json:"generation"`
	Expires    time.Time `json:"expires"`
	Tries      int       `json:"tries"`
	Before     attempts  `json:"before"`
}

func pendingKey(id string) string { return "pending." + hashed(id) }

// SignIn checks a password. A name that nobody has, a disabled user, one without a
// password and a wrong password take the same way and are the same ErrRefused;
// an attempt that comes too early is a *LockedError.
func (s *Service) SignIn(ctx context.Context, at Attempt) (Step, error) {
	if len(at.Name) > 64 || utf8.RuneCountInString(at.Password) > 2*MaxPassword {
		at.Name, at.Password = "?", "" // nobody's
	}
	if err := s.attempt(ctx, kindAddress, at.From); err != nil {
		return Step{}, err
	}
	if err := s.attempt(ctx, kindUser, at.Name); err != nil {
		return Step{}, err
	}
	u, err := s.user(ctx, at.Name)
	known := err == nil
	if err != nil && !errors.Is(err, ErrSignedOut) {
		return Step{}, err
	}
	r, _, err := s.account(ctx, access.User{Name: lookup(known, at.Name), Added: u.Added})
	if err != nil {
		return Step{}, err
	}
	right, weak, err := s.hasher.verify(ctx, r.Password, at.Password)
	if err != nil {
		return Step{}, err
	}
	if !right || !known || u.Disabled {
		s.tell(ctx, at, known)
		return Step{}, ErrRefused
	}
	before := s.failed(ctx, kindUser, at.Name)
	if weak {
		s.strengthen(ctx, u, r.Password, at.Password)
	}
	if r.Secret != "" {
		id, err := newID()
		if err != nil {
			return Step{}, err
		}
		p := pending{User: u.Name, Added: u.Added, Generation: r.Generation, Expires: s.now().Add(pendingLife), Before: before}
		if _, err := put(ctx, s.store.sessions, pendingKey(id), p, 0); err != nil {
			return Step{}, err
		}
		s.giveBack(ctx, kindUser, u.Name)
		s.giveBack(ctx, kindAddress, at.From)
		return Step{Pending: Fresh{ID: id, Expires: p.Expires}}, nil
	}
	fresh, err := s.admit(ctx, u, r.Generation, "password", at, before)
	return Step{Session: fresh}, err
}

// lookup is the name whose account is read: of an unknown one, one that nobody
// can have, so that it costs the same and a key is well-formed.
func lookup(known bool, name string) string {
	if known {
		return name
	}
	return "="
}

// strengthen hashes a password anew at today's cost. It is no harm when it fails.
func (s *Service) strengthen(ctx context.Context, u access.User, before, password string) {
	phc, err := s.hasher.hash(ctx, password)
	if err == nil {
		err = s.update(ctx, u, func(r *record) error {
			if r.Password != before {
				return ErrRefused // it was changed meanwhile
			}
			r.Password = phc
			return nil
		})
	}
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "a password was not hashed anew", "user", u.Name, "error", err)
	}
}

// admit begins a session after the ledger has it.
func (s *Service) admit(ctx context.Context, u access.User, generation int, how string, at Attempt, before attempts) (Fresh, error) {
	if err := s.audit(ctx, Event{User: u, What: "signed in by " + how, Count: max(0, before.N-1)}); err != nil {
		return Fresh{}, err
	}
	fresh, err := s.open(ctx, u, generation, how, at.Agent, before)
	if err != nil {
		return Fresh{}, err
	}
	s.forget(ctx, u.Name)
	s.giveBack(ctx, kindAddress, at.From)
	return fresh, nil
}

// Complete ends a sign-in that waits for a code: of the app, or of those for
// recovery. ErrSignedOut says that it has to begin again.
func (s *Service) Complete(ctx context.Context, id, code string, at Attempt) (Fresh, error) {
	if len(id) != 43 || len(code) > 64 {
		return Fresh{}, ErrSignedOut
	}
	key := pendingKey(id)
	var p pending
	rev, err := get(ctx, s.store.sessions, key, &p)
	if err != nil {
		return Fresh{}, err
	}
	if rev == 0 || !s.now().Before(p.Expires) || p.Tries >= pendingTries {
		return Fresh{}, ErrSignedOut
	}
	at.Name = p.User
	for k, who := range map[kind]string{kindAddress: at.From, kindUser: p.User} {
		if err := s.attempt(ctx, k, who); err != nil {
			return Fresh{}, err
		}
	}
	p.Tries++
	if rev, err = put(ctx, s.store.sessions, key, p, rev); err != nil {
		if errors.Is(err, errChanged) {
			err = ErrBusy // two codes at once
		}
		return Fresh{}, err
	}
	u, err := s.user(ctx, p.User)
	if err != nil {
		return Fresh{}, err
	}
	if u.Disabled || !u.Added.Equal(p.Added) {
		return Fresh{}, ErrSignedOut
	}
	recovered := false
	err = s.update(ctx, u, func(r *record) error {
		if r.Generation != p.Generation || r.Secret == "" {
			return ErrSignedOut
		}
		var err error
		recovered, err = r.useCode(code, s.now())
		return err
	})
	if errors.Is(err, ErrRefused) {
		s.tell(ctx, at, true)
	}
	if err != nil {
		return Fresh{}, err
	}
	if err := take(ctx, s.store.sessions, key, rev); err != nil {
		return Fresh{}, ErrSignedOut
	}
	how := "password and code"
	if recovered {
		how = "password and recovery code"
	}
	return s.admit(ctx, u, p.Generation, how, at, p.Before)
}

// ChangePassword replaces the user's password by another. Other sessions end.
func (s *Service) ChangePassword(ctx context.Context, v Visit, old, password string) (Fresh, error) {
	if w := WeaknessOf(password, v.User.Name); w != "" {
		return Fresh{}, &WeakError{w}
	}
	if err := s.checkPassword(ctx, v.User, old); err != nil {
		return Fresh{}, err
	}
	if err := s.setPassword(ctx, v.User, password, false, "password changed"); err != nil {
		return Fresh{}, err
	}
	s.forget(ctx, v.User.Name)
	return s.rotate(ctx, v, v.Session.How)
}

func (s *Service) setPassword(ctx context.Context, u access.User, password string, resets bool, what string) error {
	phc, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.updateAfter(ctx, u, what, func(r *record) error {
		r.Password, r.Changed = phc, s.now()
		r.Generation++
		r.Enrolling = ""
		if resets {
			r.Secret, r.Step, r.Recovery = "", 0, nil
		}
		return nil
	})
}
