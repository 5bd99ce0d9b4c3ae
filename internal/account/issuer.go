package account

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"qingting/internal/access"
)

// IssuerConfig names an OpenID Connect issuer, and says who its people are here.
type IssuerConfig struct {
	URL              string // of the issuer, as its tokens name it
	ClientID, Secret string // of this client; Secret may be empty, for a public one
	Redirect         string // https://…/sign-in/issuer/done, as the issuer knows it
	// NameClaim is the claim that has the user's name here; empty is
	// preferred_username. It must be one that people cannot choose for themselves.
	// When Domain is set, the claim must end in "@" and it, which is cut off.
	NameClaim, Domain string
	// GroupsClaim and Roles give roles by groups, in the place of those in the
	// register, at each sign-in. Without Roles, the register's count.
	GroupsClaim string
	Roles       map[string][]access.Role
	// Register has whoever the issuer knows become a user: in the roles of their
	// groups, or without Roles as an analyst.
	Register bool
	Scopes   []string     // beside openid; nil is profile
	Client   *http.Client // nil is one with a timeout
}

// Issuer asks an OpenID Connect issuer who somebody is, by authorization code with
// PKCE. It is safe for concurrent use.
type Issuer struct {
	cfg IssuerConfig

	mu       sync.Mutex
	provider *oidc.Provider
}

// ErrIssuer says that the issuer could not be asked, or that its answer is not
// one to believe; the log says why.
var ErrIssuer = errors.New("the sign-in service did not answer as it should: try again")

// NewIssuer checks the configuration. The issuer is first asked when somebody
// signs in: it may be away when this process starts.
func NewIssuer(cfg IssuerConfig) (*Issuer, error) {
	if cfg.URL == "" || cfg.ClientID == "" || cfg.Redirect == "" {
		return nil, errors.New("account: an issuer takes a URL, a client id and a redirect URL")
	}
	if cfg.NameClaim == "" {
		cfg.NameClaim = "preferred_username"
	}
	if cfg.GroupsClaim == "" {
		cfg.GroupsClaim = "groups"
	}
	if cfg.Scopes == nil {
		cfg.Scopes = []string{"profile"}
	}
	if cfg.Client == nil {
		cfg.Client = &http.Client{Timeout: 10 * time.Second}
	}
	for group, roles := range cfg.Roles {
		for _, r := range roles {
			if !r.Valid() {
				return nil, fmt.Errorf("account: group %q: %q is no role: one of %s", group, r, access.RoleNames())
			}
		}
	}
	return &Issuer{cfg: cfg}, nil
}

// client is the OAuth 2 client, once the issuer was discovered.
func (i *Issuer) client(ctx context.Context) (*oidc.Provider, oauth2.Config, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.provider == nil {
		p, err := oidc.NewProvider(ctx, i.cfg.URL)
		if err != nil {
			return nil, oauth2.Config{}, fmt.Errorf("issuer: discovery: %w", err)
		}
		i.provider = p
	}
	return i.provider, oauth2.Config{
		ClientID: i.cfg.ClientID, ClientSecret: i.cfg.Secret, Endpoint: i.provider.Endpoint(),
		RedirectURL: i.cfg.Redirect, Scopes: append([]string{oidc.ScopeOpenID}, i.cfg.Scopes...),
	}, nil
}

// flow is a sign-in that is at the issuer, of one browser.
type flow struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"`
	Next     string    `json:"next,omitempty"`
	Expires  time.Time `json:"expires"`
}

const flowLife = 10 * time.Minute

func flowKey(id string) string { return "flow." + hashed(id) }

// BeginAt begins a sign-in at an issuer: the browser keeps the id in a cookie, and goes
// to the URL. next comes back from FinishAt.
func (s *Service) BeginAt(ctx context.Context, i *Issuer, next string) (url string, kept Fresh, err error) {
	_, client, err := i.client(oidc.ClientContext(ctx, i.cfg.Client))
	if err != nil {
		s.cfg.Log.ErrorContext(ctx, "sign-in by the issuer", "error", err)
		return "", Fresh{}, ErrIssuer
	}
	var secrets [3]string
	for n := range secrets {
		if secrets[n], err = newID(); err != nil {
			return "", Fresh{}, err
		}
	}
	f := flow{State: secrets[1], Nonce: secrets[2], Verifier: oauth2.GenerateVerifier(), Next: next, Expires: s.now().Add(flowLife)}
	if _, err := put(ctx, s.store.sessions, flowKey(secrets[0]), f, 0); err != nil {
		return "", Fresh{}, err
	}
	return client.AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), Fresh{ID: secrets[0], Expires: f.Expires}, nil
}

// Answer is what an issuer sends a browser back with.
type Answer struct{ State, Code, Issuer, Error string }

// FinishAt ends a sign-in: id is the browser's cookie. Whatever is wrong, it
// cannot be tried again with the same cookie.
func (s *Service) FinishAt(ctx context.Context, i *Issuer, id string, a Answer, at Attempt) (fresh Fresh, next string, err error) {
	if err := s.attempt(ctx, kindAddress, at.From); err != nil {
		return Fresh{}, "", err
	}
	var f flow
	rev, err := get(ctx, s.store.sessions, flowKey(id), &f)
	if err != nil {
		return Fresh{}, "", err
	}
	if len(id) != 43 || rev == 0 || !s.now().Before(f.Expires) {
		return Fresh{}, "", ErrSignedOut
	}
	if err := take(ctx, s.store.sessions, flowKey(id), rev); err != nil {
		return Fresh{}, "", ErrSignedOut
	}
	who, err := i.identity(oidc.ClientContext(ctx, i.cfg.Client), f, a, s.now)
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "sign-in by the issuer failed", "error", err, "from", at.From)
		return Fresh{}, "", ErrIssuer
	}
	fresh, err = s.external(ctx, i, who, at)
	return fresh, f.Next, err
}

// identity is somebody as the issuer knows them.
type identity struct {
	key    string // hash of issuer and subject
	name   string // as the register would have it
	groups []string
}

// identity trades the code, and believes the token when everything about it is
// right. Errors quote no claim.
func (i *Issuer) identity(ctx context.Context, f flow, a Answer, now func() time.Time) (identity, error) {
	switch {
	case subtle.ConstantTimeCompare([]byte(a.State), []byte(f.State)) != 1:
		return identity{}, errors.New("the state is another browser's")
	case a.Error != "":
		return identity{}, errors.New("the issuer refused")
	case a.Issuer != "" && a.Issuer != i.cfg.URL: // RFC 9207
		return identity{}, errors.New("the answer is of another issuer")
	case a.Code == "":
		return identity{}, errors.New("the answer has no code")
	}
	provider, client, err := i.client(ctx)
	if err != nil {
		return identity{}, err
	}
	token, err := client.Exchange(ctx, a.Code, oauth2.VerifierOption(f.Verifier))
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		return identity{}, fmt.Errorf("the code was refused with status %d", refused.Response.StatusCode)
	}
	if err != nil {
		return identity{}, errors.New("the code could not be traded")
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return identity{}, errors.New("there is no ID token")
	}
	id, err := provider.Verifier(&oidc.Config{ClientID: i.cfg.ClientID, Now: now}).Verify(ctx, raw)
	if err != nil {
		return identity{}, fmt.Errorf("the ID token: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(f.Nonce)) != 1 {
		return identity{}, errors.New("the nonce is another sign-in's")
	}
	var claims map[string]any
	if err := id.Claims(&claims); err != nil {
		return identity{}, errors.New("the claims are malformed")
	}
	return i.read(id, claims)
}

func (i *Issuer) read(id *oidc.IDToken, claims map[string]any) (identity, error) {
	who := identity{key: hashed(id.Issuer + "\n" + id.Subject)}
	name, _ := claims[i.cfg.NameClaim].(string)
	if verified, there := claims["email_verified"].(bool); i.cfg.NameClaim == "email" && (!there || !verified) {
		return identity{}, errors.New("the address of the e-mail is not verified")
	}
	name = strings.ToLower(name)
	if i.cfg.Domain != "" {
		var ok bool
		if name, ok = strings.CutSuffix(name, "@"+strings.ToLower(i.cfg.Domain)); !ok {
			return identity{}, errors.New("the name is of another domain")
		}
	}
	if err := access.CheckName(name); err != nil {
		return identity{}, fmt.Errorf("the claim %s is no name of a user here: %w", i.cfg.NameClaim, err)
	}
	who.name = name
	switch groups := claims[i.cfg.GroupsClaim].(type) {
	case string:
		who.groups = []string{groups}
	case []any:
		for _, g := range groups {
			if g, ok := g.(string); ok {
				who.groups = append(who.groups, g)
			}
		}
	}
	return who, nil
}

// roles are those of groups, in the order of access.Roles.
func (i *Issuer) roles(groups []string) (roles []access.Role) {
	for _, r := range access.Roles {
		if slices.ContainsFunc(groups, func(g string) bool { return slices.Contains(i.cfg.Roles[g], r) }) {
			roles = append(roles, r)
		}
	}
	return roles
}

// external admits who an issuer knows, when the register does.
func (s *Service) external(ctx context.Context, i *Issuer, who identity, at Attempt) (Fresh, error) {
	refused := func(why string) (Fresh, error) {
		s.cfg.Log.WarnContext(ctx, "sign-in by the issuer refused", "why", why, "from", at.From)
		return Fresh{}, ErrRefused
	}
	roles := i.roles(who.groups)
	if len(i.cfg.Roles) > 0 && len(roles) == 0 {
		return refused("no group has a role")
	}
	u, err := s.user(ctx, who.name)
	switch {
	case errors.Is(err, ErrSignedOut) && i.cfg.Register:
		if len(roles) == 0 {
			roles = []access.Role{access.Analyst}
		}
		u = access.User{Name: who.name, Roles: roles, Pages: true, Added: s.now().Truncate(time.Second)}
		err = s.cfg.Register.Change(ctx, Change{Actor: "server", User: u.Name, What: "registered by the issuer"}, func(users access.Users) (access.Users, error) {
			users = slices.Concat(users, access.Users{u})
			return users, users.Check()
		})
	case errors.Is(err, ErrSignedOut):
		return refused("the register has no such user")
	case err == nil && u.Disabled:
		return refused("the user is disabled")
	}
	if err != nil {
		return Fresh{}, err
	}
	if r, _, err := s.account(ctx, u); err != nil {
		return Fresh{}, err
	} else if r.Identity != "" && r.Identity != who.key {
		return refused("the user is bound to another subject of the issuer")
	}
	if len(roles) > 0 && !slices.Equal(roles, u.Roles) {
		err := s.cfg.Register.Change(ctx, Change{Actor: "server", User: u.Name, What: "roles by groups of the issuer"}, func(users access.Users) (access.Users, error) {
			return users.Change(u.Name, func(now *access.User) error {
				if !slices.Equal(now.Roles, roles) {
					now.Roles = roles
					now.Turn++
				}
				u = *now
				return nil
			})
		})
		if err != nil {
			return Fresh{}, err
		}
	}
	generation := 0
	err = s.update(ctx, u, func(r *record) error {
		if r.Identity != "" && r.Identity != who.key {
			return ErrRefused
		}
		r.Identity, generation = who.key, r.Generation
		return nil
	})
	if err != nil {
		return Fresh{}, err
	}
	if err := s.began(ctx); err != nil {
		return Fresh{}, err
	}
	return s.admit(ctx, u, generation, "issuer", at, attempts{})
}
