package account

import (
	"context"
	"fmt"
	"slices"
	"time"

	"qingting/internal/access"
)

// TokenUse is a token of a user, and when it was last used, to the hour.
type TokenUse struct {
	access.Token
	Used time.Time // zero for never
}

func usedKey(hash string) string { return "used." + hash[:32] }

const usedEvery = time.Hour

// MakeToken makes a token for the API, for some of the user's powers, and
// returns it, once.
func (s *Service) MakeToken(ctx context.Context, v Visit, name string, powers []access.Power, life time.Duration) (string, error) {
	token, err := access.NewToken()
	if err != nil {
		return "", err
	}
	if err := access.CheckName(name); err != nil {
		return "", &NameError{err}
	}
	if len(powers) == 0 || life <= 0 || life > access.MaxTokenLife {
		return "", ErrRefused
	}
	now := s.now().Truncate(time.Second)
	t := access.Token{Name: name, Hash: access.HashToken(token), Powers: powers, Added: now, Expires: now.Add(life)}
	err = s.cfg.Register.Change(ctx, s.own(v, "token made"), func(users access.Users) (access.Users, error) {
		users, err := users.Change(v.User.Name, func(u *access.User) error {
			for _, p := range powers {
				if !u.May(p) {
					return ErrRefused
				}
			}
			u.Tokens = slices.DeleteFunc(u.Tokens, func(t access.Token) bool { return !now.Before(t.Expires) })
			u.Tokens = append(u.Tokens, t)
			return nil
		})
		if err != nil {
			return nil, err
		}
		if err := users.Check(); err != nil {
			return nil, &NameError{err}
		}
		return users, nil
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// RevokeToken takes a token away.
func (s *Service) RevokeToken(ctx context.Context, v Visit, name string) error {
	return s.cfg.Register.Change(ctx, s.own(v, "token revoked"), func(users access.Users) (access.Users, error) {
		return users.Change(v.User.Name, func(u *access.User) error {
			n := len(u.Tokens)
			if u.Tokens = slices.DeleteFunc(u.Tokens, func(t access.Token) bool { return t.Name == name }); len(u.Tokens) == n {
				return ErrRefused
			}
			return nil
		})
	})
}

func (s *Service) own(v Visit, what string) Change {
	return Change{Actor: v.User.Name, Role: string(v.User.Roles[0]), User: v.User.Name, What: what}
}

// Tokens lists the user's tokens.
func (s *Service) Tokens(ctx context.Context, v Visit) (list []TokenUse, err error) {
	for _, t := range v.User.Tokens {
		use := TokenUse{Token: t}
		if _, err := get(ctx, s.store.accounts, usedKey(t.Hash), &use.Used); err != nil {
			return nil, err
		}
		list = append(list, use)
	}
	return list, nil
}

// ByToken finds who asks by a token for the API, and the token; ErrRefused when
// it is none, expired, or its user disabled.
func (s *Service) ByToken(ctx context.Context, token string) (access.User, access.Token, error) {
	users, err := s.cfg.Register.Users(ctx)
	if err != nil {
		return access.User{}, access.Token{}, fmt.Errorf("the register of users cannot be read: %w", err)
	}
	u, t, ok := users.ByAPIToken(token, s.now())
	if !ok || u.Disabled {
		return access.User{}, access.Token{}, ErrRefused
	}
	var used time.Time
	rev, err := get(ctx, s.store.accounts, usedKey(t.Hash), &used)
	if now := s.now(); err == nil && now.Sub(used) >= usedEvery {
		_, _ = put(ctx, s.store.accounts, usedKey(t.Hash), now.Truncate(usedEvery), rev) // another request may have been faster
	}
	return u, t, nil
}
