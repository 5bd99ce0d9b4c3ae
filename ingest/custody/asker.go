package custody

import (
	"context"
	"log/slog"

	"github.com/nats-io/nats.go/micro"

	"qingting/internal/access"
)

// Asker proves who asks other services of this process, by the rules of this one. It is
// safe for concurrent use.
type Asker struct{ s *Service }

// NewAsker takes what Config has of the same names.
func NewAsker(trust Trust, users func(context.Context) (access.Users, error)) *Asker {
	return &Asker{&Service{cfg: Config{Trust: trust, Users: users, Log: slog.New(slog.DiscardHandler)}}}
}

// Who is the user that sent a request and may ask on its subject; else the error says
// why not, in words for who asked.
func (a *Asker) Who(ctx context.Context, req micro.Request) (access.Actor, error) {
	return a.s.who(ctx, req)
}
