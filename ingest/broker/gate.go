package broker

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"log/slog"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"

	"qingting/internal/access"
)

const internalUser = "qingting"

// gate decides who may connect: this process with all rights, users of the
// command line and of the register with what their roles may do.
type gate struct {
	internal string
	fixed    access.Users // of the command line
	open     bool         // loopback listener: who shows nothing may publish
	register bool         // a register will be handed in

	// outside is the account of all but this process, once ready is closed.
	outside *server.Account
	ready   chan struct{}

	mu     sync.Mutex
	users  access.Users  // of the register
	loaded chan struct{} // closed once users was handed in
}

// gateTimeout bounds the wait of those who come while the server starts: a
// refusal would make their clients give up for good. It is less than AuthTimeout.
const gateTimeout = 3 * time.Second

// Check implements server.Authentication.
func (g *gate) Check(c server.ClientAuthentication) bool {
	o := c.GetOpts()
	if o.Username == internalUser {
		if !same(o.Password, g.internal) {
			return false
		}
		c.RegisterUser(&server.User{Username: internalUser})
		return true
	}
	late := time.After(gateTimeout)
	select {
	case <-g.ready:
	case <-late:
		return false
	}
	user, ok := g.known(c, o, late)
	if !ok || user.Disabled {
		return false
	}
	// The server tells services who asks by what stands here, and an nkey or
	// token that nobody verified must not stand before the name.
	o.Nkey, o.JWT, o.Token = "", "", ""
	c.RegisterUser(&server.User{Username: user.Name, Account: g.outside, Permissions: rights(user)})
	// The register may have changed meanwhile, and whoever closed this user's
	// connections not have seen this one.
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.stands(user)
}

// known finds the user that a client proves to be. Without credentials it is a
// publisher where the listener is open; wrong ones are never ignored.
func (g *gate) known(c server.ClientAuthentication, o *server.ClientOpts, late <-chan time.Time) (access.User, bool) {
	token := o.Token
	if token == "" {
		token = o.Password
	}
	if o.Nkey == "" && token == "" {
		return access.User{Name: string(access.Publisher), Roles: []access.Role{access.Publisher}}, g.open
	}
	if o.Nkey != "" && !signed(o.Sig, o.Nkey, c.GetNonce()) {
		return access.User{}, false
	}
	find := func(users access.Users) (access.User, bool) {
		if o.Nkey != "" {
			return users.ByNKey(o.Nkey)
		}
		return users.ByToken(token)
	}
	if user, ok := find(g.fixed); ok || !g.register {
		return user, ok
	}
	select {
	case <-g.loaded:
	case <-late:
		return access.User{}, false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return find(g.users)
}

// stands says that a user still is what they were when they connected.
func (g *gate) stands(user access.User) bool {
	if len(user.Roles) == 1 && user.TokenHash == "" && user.NKey == "" {
		return g.open
	}
	same := func(u access.User) bool { return reflect.DeepEqual(atNATS(u), atNATS(user)) }
	return slices.ContainsFunc(g.fixed, same) || slices.ContainsFunc(g.users, same)
}

// atNATS is a user without what is for the pages alone: a change of it ends no
// connection.
func atNATS(u access.User) access.User {
	u.Pages, u.Tokens, u.Link, u.Turn = false, nil, nil, 0
	return u
}

// replace takes a new register, and returns the names of users who are not in
// it any more as they were.
func (g *gate) replace(users access.Users) (changed []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	before := g.users
	g.users = users
	select {
	case <-g.loaded:
	default:
		close(g.loaded)
	}
	for _, u := range before {
		if !g.stands(u) {
			changed = append(changed, u.Name)
		}
	}
	return changed
}

// everybody is who may connect now, by any credentials.
func (g *gate) everybody() access.Users {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := slices.Concat(g.fixed, g.users)
	if g.open {
		all = append(all, access.User{Name: string(access.Publisher), Roles: []access.Role{access.Publisher}})
	}
	return all
}

// internalInbox is where replies to this process go. It lies outside _INBOX,
// which publishers may listen to: feedback is delivered to the worker's inbox.
const internalInbox = "_QINGTING"

// rights are what a user may do, by their roles. No role may read a stream but
// that of alerts, message by message, nor ask JetStream anything else: of a
// publisher, an acknowledgement is all it gets.
func rights(user access.User) *server.Permissions {
	allow, deny := access.Subjects(user.Roles)
	return &server.Permissions{
		Publish:   &server.SubjectPermission{Allow: allow, Deny: deny},
		Subscribe: &server.SubjectPermission{Allow: append(user.Inboxes(), access.Hears(user.Roles)...)},
	}
}

func same(got, want string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}

// signed verifies a client's nonce signature (NATS nkey authentication, Ed25519).
func signed(sig, key string, nonce []byte) bool {
	raw, err := base64.RawURLEncoding.DecodeString(sig)
	if err != nil {
		if raw, err = base64.StdEncoding.DecodeString(sig); err != nil {
			return false
		}
	}
	pub, err := nkeys.FromPublicKey(key)
	return err == nil && pub.Verify(nonce, raw) == nil
}

// quiet passes the server's warnings and errors on, and drops its chatter. The
// server logs no payloads, but it quotes what a client sent it, a subject say,
// and a client may put anything there: quoted text and long digit runs are cut.
type quiet struct{ log *slog.Logger }

func (q quiet) Noticef(string, ...any)         {}
func (q quiet) Debugf(string, ...any)          {}
func (q quiet) Tracef(string, ...any)          {}
func (q quiet) Warnf(format string, v ...any)  { q.log.Warn(line(format, v)) }
func (q quiet) Errorf(format string, v ...any) { q.log.Error(line(format, v)) }
func (q quiet) Fatalf(format string, v ...any) { q.log.Error(line(format, v)) }

var quoted = regexp.MustCompile(`"[^"]*"|[0-9]{7,}`)

func line(format string, v []any) string {
	return "nats: " + quoted.ReplaceAllString(strings.TrimSpace(fmt.Sprintf(format, v...)), `"…"`)
}
