package access

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"slices"
	"time"
)

// Token lets a program do some of what its user may, over the HTTP API and the
// pages. It opens no connection to NATS.
type Token struct {
	Name string `json:"name"` // what it is for, in the shape of a user name
	Hash string `json:"sha256"`
	// Powers are what the program may do, as far as the user still may.
	Powers  []Power   `json:"powers"`
	Added   time.Time `json:"added"`
	Expires time.Time `json:"expires"`
}

// Link lets who has it choose a user's password for the pages, once.
type Link struct {
	Hash    string    `json:"sha256"`
	Expires time.Time `json:"expires"`
	// Resets says that the second factor goes too: it was lost.
	Resets bool `json:"resets,omitempty"`
}

// Limits of what a user may have.
const (
	MaxTokens    = 10
	MaxTokenLife = 366 * 24 * time.Hour
)

// check says what is wrong with a token.
func (t Token) check() error {
	if err := CheckName(t.Name); err != nil {
		return fmt.Errorf("the name of a token: %w", err)
	}
	if !hashShape.MatchString(t.Hash) {
		return fmt.Errorf("token %q: its hash is malformed", t.Name)
	}
	if len(t.Powers) == 0 {
		return fmt.Errorf("token %q may do nothing", t.Name)
	}
	for i, p := range t.Powers {
		if _, known := row(p); !known || slices.Contains(t.Powers[:i], p) {
			return fmt.Errorf("token %q: %q is no power, or there twice: one of %s", t.Name, p, PowerNames())
		}
	}
	if t.Expires.IsZero() || t.Expires.Sub(t.Added) > MaxTokenLife {
		return fmt.Errorf("token %q: it must expire, within %d days", t.Name, int(MaxTokenLife.Hours()/24))
	}
	return nil
}

// checkPages says what is wrong with what a user has for the pages.
func (u User) checkPages() error {
	if len(u.Tokens) > MaxTokens {
		return fmt.Errorf("user %q has %d tokens for the API, at most %d: revoke one", u.Name, len(u.Tokens), MaxTokens)
	}
	for i, t := range u.Tokens {
		if err := t.check(); err != nil {
			return fmt.Errorf("user %q: %w", u.Name, err)
		}
		if slices.ContainsFunc(u.Tokens[:i], func(o Token) bool { return o.Name == t.Name }) {
			return fmt.Errorf("user %q has a token %q already", u.Name, t.Name)
		}
	}
	if u.Link != nil && (!hashShape.MatchString(u.Link.Hash) || u.Link.Expires.IsZero()) {
		return fmt.Errorf("user %q: the link is malformed", u.Name)
	}
	return nil
}

// Powers are what a user may do now, in the order of the table.
func (u User) Powers() (list []Power) {
	for _, r := range Table {
		if u.May(r.Power) {
			list = append(list, r.Power)
		}
	}
	return list
}

// PowerNames lists every power for a reader.
func PowerNames() string {
	names := make([]Role, len(Table))
	for i, r := range Table {
		names[i] = Role(r.Power)
	}
	return Names(names)
}

// ByAPIToken finds the user with a token for the API that has not expired,
// disabled ones too. Every token is compared, in constant time.
func (us Users) ByAPIToken(token string, now time.Time) (user User, found Token, ok bool) {
	if token == "" {
		return User{}, Token{}, false
	}
	hash := []byte(HashToken(token))
	for _, u := range us {
		for _, t := range u.Tokens {
			if subtle.ConstantTimeCompare(hash, []byte(t.Hash)) == 1 {
				user, found, ok = u, t, now.Before(t.Expires)
			}
		}
	}
	if !ok {
		return User{}, Token{}, false
	}
	return user, found, true
}

// ByLink finds the user whose link has a token and has not expired, disabled
// ones too.
func (us Users) ByLink(token string, now time.Time) (user User, ok bool) {
	if token == "" {
		return User{}, false
	}
	hash := []byte(HashToken(token))
	for _, u := range us {
		if u.Link != nil && subtle.ConstantTimeCompare(hash, []byte(u.Link.Hash)) == 1 && now.Before(u.Link.Expires) {
			user, ok = u, true
		}
	}
	return user, ok
}

// Change replaces the user of that name by what change makes of a copy.
func (us Users) Change(name string, change func(*User) error) (Users, error) {
	i := slices.IndexFunc(us, func(u User) bool { return u.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("there is no user %q", name)
	}
	us = slices.Clone(us)
	us[i].Tokens = slices.Clone(us[i].Tokens)
	return us, change(&us[i])
}

// NewLinkToken makes the secret of a link: 256 random bits for a URL.
func NewLinkToken() string { return rand.Text() + rand.Text() }
