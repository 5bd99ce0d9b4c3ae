package custody

import (
	"context"
	"fmt"
	"slices"
	"time"

	"qingting/ingest/settings"
	"qingting/internal/access"
)

// The subjects by which users are managed. Who may ask there is an operator.
const (
	governPrefix      = "qingting.govern."
	subjectUsers      = governPrefix + "users"
	subjectUserChange = governPrefix + "users.change"
)

// Verb is what a UserChange does.
type Verb string

// The verbs.
const (
	UserAdd     Verb = "add"     // User, whole but for Added
	UserRoles   Verb = "roles"   // User.Roles take the place of the roles
	UserToken   Verb = "token"   // User.TokenHash or User.NKey takes the place of either
	UserPerson  Verb = "person"  // User.Person takes the place of the person; "" is nobody
	UserDisable Verb = "disable" // connections are closed, nothing is permitted
	UserEnable  Verb = "enable"
	UserRemove  Verb = "remove"
	UserLink    Verb = "link"   // User.Link takes the place of the link: a password for the pages may be chosen by it, once
	UserIssue   Verb = "issue"  // User.Tokens are added to those for the API
	UserRevoke  Verb = "revoke" // those of User.Tokens are taken away, by their names
)

// UserChange is a change of the register. A token never crosses the network:
// who makes it sends the hash.
type UserChange struct {
	Request
	Verb Verb        `json:"verb"`
	User access.User `json:"user"`
}

// usersAnswer is the register and its revision.
type usersAnswer struct {
	Users    access.Users `json:"users"`
	Revision uint64       `json:"revision"`
}

// listUsers gives the register, without hashes: nobody needs them.
func (s *Service) listUsers(ctx context.Context, _ struct{}) (usersAnswer, error) {
	users, value, err := s.userRegister(ctx)
	if err != nil {
		return usersAnswer{}, err
	}
	for i := range users {
		if users[i].TokenHash != "" {
			users[i].TokenHash = "kept"
		}
		for n := range users[i].Tokens {
			users[i].Tokens[n].Hash = "kept"
		}
		if users[i].Link != nil {
			users[i].Link.Hash = "kept"
		}
	}
	return usersAnswer{Users: users, Revision: value.Revision}, nil
}

// changeUsers changes the register, after the ledger has it.
func (s *Service) changeUsers(ctx context.Context, c UserChange) (usersAnswer, error) {
	if c.Actor == "" {
		return usersAnswer{}, errNoActor
	}
	users, value, err := s.userRegister(ctx)
	if err != nil {
		return usersAnswer{}, err
	}
	if users, err = c.apply(users, time.Now().UTC().Truncate(time.Second)); err != nil {
		return usersAnswer{}, err
	}
	data, err := users.Encode()
	if err != nil {
		return usersAnswer{}, err
	}
	value, err = s.cfg.Settings.Put(ctx, settings.Users, data, value.Revision, s.changeOf(c.Request, "user:"+c.User.Name))
	if err != nil {
		return usersAnswer{}, err
	}
	return usersAnswer{Revision: value.Revision}, nil
}

// apply makes the change.
func (c UserChange) apply(users access.Users, now time.Time) (access.Users, error) {
	if err := access.CheckName(c.User.Name); err != nil {
		return nil, err
	}
	if c.Verb == UserAdd {
		c.User.Added, c.User.Turn = now, 0
		return append(slices.Clone(users), c.User), nil
	}
	i := slices.IndexFunc(users, func(u access.User) bool { return u.Name == c.User.Name })
	if i < 0 {
		return nil, fmt.Errorf("there is no user %q", c.User.Name)
	}
	users = slices.Clone(users)
	switch c.Verb {
	case UserRoles:
		users[i].Roles = c.User.Roles
		users[i].Turn++
	case UserToken:
		users[i].TokenHash, users[i].NKey = c.User.TokenHash, c.User.NKey
	case UserPerson:
		users[i].Person = c.User.Person
	case UserDisable:
		users[i].Disabled = true
		users[i].Turn++
	case UserEnable:
		users[i].Disabled = false
	case UserRemove:
		users = slices.Delete(users, i, i+1)
	case UserLink:
		users[i].Link, users[i].Pages = c.User.Link, true
	case UserIssue:
		users[i].Tokens = append(slices.Clone(users[i].Tokens), c.User.Tokens...)
		for _, t := range c.User.Tokens {
			for _, p := range t.Powers {
				if access.RoleFor(users[i].Roles, p) == "" {
					return nil, fmt.Errorf("user %q may not %s, so a token of theirs cannot", c.User.Name, p)
				}
			}
		}
	case UserRevoke:
		before := len(users[i].Tokens)
		users[i].Tokens = slices.DeleteFunc(slices.Clone(users[i].Tokens), func(t access.Token) bool {
			return slices.ContainsFunc(c.User.Tokens, func(gone access.Token) bool { return gone.Name == t.Name })
		})
		if len(users[i].Tokens) == before {
			return nil, fmt.Errorf("user %q has no such token", c.User.Name)
		}
	default:
		return nil, errMalformed
	}
	return users, nil
}

func (s *Service) userRegister(ctx context.Context) (access.Users, settings.Value, error) {
	if s.cfg.Settings == nil {
		return nil, settings.Value{}, errNoSettings
	}
	value, err := s.cfg.Settings.Get(ctx, settings.Users)
	if err != nil {
		return nil, value, err
	}
	users, err := access.Parse(value.Data)
	return users, value, err
}

// Users reads the register of users. In place of a token's hash it says "kept".
func (c *Client) Users(ctx context.Context) (access.Users, error) {
	var answer usersAnswer
	err := c.ask(ctx, subjectUsers, struct{}{}, &answer)
	return answer.Users, err
}

// ChangeUser changes the register of users.
func (c *Client) ChangeUser(ctx context.Context, change UserChange) error {
	return c.ask(ctx, subjectUserChange, change, &usersAnswer{})
}
