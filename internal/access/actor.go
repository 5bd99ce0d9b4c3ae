package access

import (
	"context"
	"strings"
)

// Actor is who does something, as the ledger names it.
type Actor struct {
	Name string // proven: a user of the register, else a public nkey; of a data directory, the user of the machine
	Role Role   // the role under which it was permitted
	Says string // the name that who asked gave themselves, when it is another
}

// String is the actor in an entry: "officer-3 (says: lin)".
func (a Actor) String() string {
	if a.Says == "" || a.Says == a.Name {
		return a.Name
	}
	return a.Name + " (says: " + a.Says + ")"
}

// Same says that two entries' actors are one user, whatever they call themselves.
func Same(a, b string) bool { return proven(a) == proven(b) }

func proven(actor string) string {
	name, _, _ := strings.Cut(actor, " (says: ")
	return name
}

// LocalName makes a user name of an operating system's.
func LocalName(system string) string {
	name := strings.Map(func(c rune) rune {
		switch {
		case c >= 'A' && c <= 'Z':
			return c + 'a' - 'A'
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '.', c == '_', c == '-':
			return c
		}
		return '-'
	}, system)
	name = strings.TrimLeft(name, "-._0123456789")
	if name = name[:min(len(name), maxName)]; CheckName(name) != nil {
		return string(Local)
	}
	return name
}

type actorKey struct{}

// WithActor hands the actor of a request on.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf is the actor of the request that ctx belongs to; the zero Actor when
// there is none.
func ActorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
