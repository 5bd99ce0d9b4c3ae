package custody

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats.go/micro"
	"github.com/nats-io/nkeys"

	"qingting/internal/access"
)

// Trust says how the service learns who asks.
type Trust int

const (
	// TrustGate believes the embedded server, whose gate registers users by
	// name. What it does not know is refused.
	TrustGate Trust = iota
	// TrustKeys believes another NATS server, which proves who asks by nkey. A
	// key that the register does not know is an actor by itself: that server's
	// permissions let it ask.
	TrustKeys
	// TrustWord is TrustKeys, and who asks without proof is taken at their word,
	// in role access.Unproven: for a server without users, on loopback only.
	TrustWord
	// TrustLocal takes every request for one of Config.Local: of who opened the
	// data directory of a stopped server.
	TrustLocal
)

// infoHeader is where a NATS server says who sent what crosses from account to
// account, when the import shares it. It replaces what the sender wrote there.
const infoHeader = "Nats-Request-Info"

// forHeader names the user for whom the pages ask. It counts for nothing but
// with a user in role access.Pages.
const forHeader = "Qingting-For"

// requestInfo is the part of the header that counts.
type requestInfo struct {
	User string `json:"user"` // name, or public nkey
	JWT  string `json:"jwt"`
}

var errUnproven = refusal(CodeUnproven, "the NATS server does not say who asks: connect as a user of an account of its own, which imports these subjects with share: true (operator's guide)")

// who proves who sent a request, and that they may ask on its subject.
func (s *Service) who(ctx context.Context, req micro.Request) (access.Actor, error) {
	power := access.PowerOf(req.Subject())
	if own, ok := req.(*ownRequest); ok {
		return own.actor, nil
	}
	if s.cfg.Trust == TrustLocal {
		return access.Actor{Name: s.cfg.Local, Role: access.Local}, nil
	}
	var info requestInfo
	switch said := req.Headers().Values(infoHeader); len(said) {
	case 0:
	case 1:
		if err := json.Unmarshal([]byte(said[0]), &info); err != nil {
			return access.Actor{}, errUnproven
		}
	default: // the server leaves one: somebody made it miss another
		return access.Actor{}, errUnproven
	}
	if s.cfg.Trust != TrustGate {
		key, ok := info.key()
		switch {
		case !ok && s.cfg.Trust == TrustWord:
			return access.Actor{Role: access.Unproven}, nil
		case !ok:
			return access.Actor{}, errUnproven
		}
		info.User = key
	}
	if info.User == "" {
		return access.Actor{}, errUnproven
	}
	users, err := s.users(ctx)
	if err != nil {
		return access.Actor{}, err
	}
	user, known := users.ByName(info.User)
	if s.cfg.Trust != TrustGate {
		if user, known = users.ByNKey(info.User); !known {
			return access.Actor{Name: info.User, Role: onlyRole(power)}, nil
		}
	}
	if known && !user.Disabled && slices.Contains(user.Roles, access.Pages) {
		if user, known = users.ByName(req.Headers().Get(forHeader)); !access.ForPages(power) {
			return access.Actor{}, refusal(CodeForbidden, "this is not done from the pages: use the command line as yourself")
		}
	}
	switch {
	case !known || user.Disabled:
		return access.Actor{}, refusal(CodeForbidden, "this user is not known any more, or disabled")
	case !user.May(power):
		return access.Actor{}, refusal(CodeForbidden, "user %q may not do this: it takes the role %s", user.Name, rolesOf(power))
	}
	return access.Actor{Name: user.Name, Role: access.RoleFor(user.Roles, power)}, nil
}

// users is the register as it is now.
func (s *Service) users(ctx context.Context) (access.Users, error) {
	if s.cfg.Users == nil {
		return nil, nil
	}
	users, err := s.cfg.Users(ctx)
	if err != nil {
		return nil, fmt.Errorf("the register of users cannot be read: %w", err)
	}
	return users, nil
}

// key is the public nkey that the server has verified. A client may write any
// nkey beside its JWT, and any JWT beside its nkey, and the server checks only
// one of them: when both are there, they must agree.
func (i requestInfo) key() (string, bool) {
	if !nkeys.IsValidPublicUserKey(i.User) {
		return "", false
	}
	if i.JWT == "" {
		return i.User, true
	}
	parts := strings.Split(i.JWT, ".")
	if len(parts) != 3 {
		return "", false
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", false
	}
	var claims struct {
		Subject string `json:"sub"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil || claims.Subject != i.User {
		return "", false
	}
	return i.User, true
}

// onlyRole is the role that a power implies, "" when several have it.
func onlyRole(p access.Power) access.Role {
	if roles := access.RolesOf(p); len(roles) == 1 {
		return roles[0]
	}
	return ""
}

func rolesOf(p access.Power) string {
	var names []string
	for _, r := range access.RolesOf(p) {
		names = append(names, string(r))
	}
	return strings.Join(names, " or ")
}

// present puts the proven actor in the place of the one that the request names,
// which is kept as what they say of themselves. It returns the actor with that.
func (r *Request) present(a access.Actor) (access.Actor, error) {
	says := strings.TrimSpace(r.Actor)
	if says != "" && says != a.Name {
		if err := access.CheckName(says); err != nil {
			return a, refusal(CodeActor, "--actor: %v", err)
		}
		if a.Role == access.Unproven {
			a.Name = says
		} else {
			a.Says = says
		}
	}
	r.Actor, r.Role = a.String(), string(a.Role)
	return a, nil
}

// presenter is a request that says who asks: Request, and what embeds it.
type presenter interface {
	present(access.Actor) (access.Actor, error)
}
