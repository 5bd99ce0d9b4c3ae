package account

import (
	"context"
	"crypto/subtle"
	"errors"
	"slices"
	"sync"
	"time"

	"qingting/internal/access"
)

// LinkLife is how long a link for a password opens, FirstLife that of the first
// account.
const (
	LinkLife  = 24 * time.Hour
	FirstLife = time.Hour
)

// first is the link by which the first account is made; only its hash is kept.
type first struct {
	mu      sync.Mutex
	hash    string
	expires time.Time
}

// FirstToken makes the secret of a link by which somebody becomes the first
// operator, once, within FirstLife. An earlier one of this process opens no more.
func (s *Service) FirstToken() string {
	token := access.NewLinkToken()
	s.first.mu.Lock()
	defer s.first.mu.Unlock()
	s.first.hash, s.first.expires = hashed(token), s.now().Add(FirstLife)
	return token
}

// IsFirst says whether a token makes the first account now.
func (s *Service) IsFirst(ctx context.Context, token string) (bool, error) {
	s.first.mu.Lock()
	ok := s.first.hash != "" && s.now().Before(s.first.expires) && subtle.ConstantTimeCompare([]byte(hashed(token)), []byte(s.first.hash)) == 1
	s.first.mu.Unlock()
	if !ok {
		return false, nil
	}
	started, err := s.Started(ctx)
	return !started, err
}

// FirstRoles are those of the first account: it runs the server and sees the
// pages. An officer is somebody else.
var FirstRoles = []access.Role{access.Analyst, access.Operator}

// First makes the first account.
func (s *Service) First(ctx context.Context, token, name, password string) error {
	ok, err := s.IsFirst(ctx, token)
	if err != nil {
		return err
	}
	if !ok {
		return ErrRefused
	}
	if err := access.CheckName(name); err != nil {
		return &NameError{err}
	}
	if w := WeaknessOf(password, name); w != "" {
		return &WeakError{w}
	}
	u := access.User{Name: name, Roles: FirstRoles, Pages: true, Added: s.now().Truncate(time.Second)}
	users, err := s.cfg.Register.Users(ctx)
	if err != nil {
		return err
	}
	if err := slices.Concat(users, access.Users{u}).Check(); err != nil {
		return &NameError{err}
	}
	if err := s.start(ctx); err != nil { // of two who have the link, one is first
		if errors.Is(err, errChanged) {
			return ErrRefused
		}
		return err
	}
	s.first.mu.Lock()
	s.first.hash = ""
	s.first.mu.Unlock()
	err = s.cfg.Register.Change(ctx, Change{Actor: "server", User: name, What: "first account, by the link on the terminal"}, func(users access.Users) (access.Users, error) {
		return slices.Concat(users, access.Users{u}), nil
	})
	if err == nil {
		err = s.setPassword(ctx, u, password, true, "first password")
	}
	if err != nil { // the next link may try again
		s.started.set.Store(false)
		return errors.Join(err, s.store.accounts.Delete(ctx, startedKey))
	}
	return nil
}

// NameError is of a name that is not taken.
type NameError struct{ Reason error }

func (e *NameError) Error() string { return e.Reason.Error() }

// Linked is whose link a token is of.
func (s *Service) Linked(ctx context.Context, token string) (access.User, error) {
	users, err := s.cfg.Register.Users(ctx)
	if err != nil {
		return access.User{}, err
	}
	u, ok := users.ByLink(token, s.now())
	if !ok || u.Disabled {
		return access.User{}, ErrRefused
	}
	return u, nil
}

// UseLink sets the password of whom a link is of, and takes the link away.
// Sessions of before end.
func (s *Service) UseLink(ctx context.Context, token, password string) error {
	u, err := s.Linked(ctx, token)
	if err != nil {
		return err
	}
	if w := WeaknessOf(password, u.Name); w != "" {
		return &WeakError{w}
	}
	resets := false
	role := access.Role("")
	if len(u.Roles) > 0 {
		role = u.Roles[0]
	}
	// First the link: of two who have it, one goes on.
	err = s.cfg.Register.Change(ctx, Change{Actor: u.Name, Role: string(role), User: u.Name, What: "link used"}, func(users access.Users) (access.Users, error) {
		now, ok := users.ByLink(token, s.now())
		if !ok || now.Disabled || now.Name != u.Name {
			return nil, ErrRefused
		}
		resets = now.Link.Resets
		return users.Change(u.Name, func(u *access.User) error {
			u.Link, u.Pages = nil, true
			return nil
		})
	})
	if err != nil {
		return err
	}
	if err := s.setPassword(ctx, u, password, resets, "password chosen by link"); err != nil {
		return err
	}
	s.forget(ctx, u.Name)
	return s.began(ctx)
}
