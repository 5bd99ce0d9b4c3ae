package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"qingting/ingest/ledger"
	"qingting/ingest/settings"
	"qingting/internal/access"
	"qingting/internal/account"
	"qingting/privacy/audit"
)

// register is the register of users as the pages change it: a setting, and an
// entry of the ledger before each change.
type register struct {
	settings *settings.Settings

	mu       sync.Mutex // of what was parsed last
	revision uint64
	users    access.Users
}

// Users implements account.Register. It reads the setting, so that who was shut
// out is out with the next request, and parses it when it has changed.
func (r *register) Users(ctx context.Context) (access.Users, error) {
	v, err := r.settings.Get(ctx, settings.Users)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if v.Revision == r.revision {
		return r.users, nil
	}
	users, err := access.Parse(v.Data)
	if err != nil {
		return nil, err
	}
	r.revision, r.users = v.Revision, users
	return users, nil
}

// registerTries is how often a change is made again when another was faster.
const registerTries = 5

// Change implements account.Register.
func (r *register) Change(ctx context.Context, c account.Change, change func(access.Users) (access.Users, error)) error {
	for try := 1; ; try++ {
		v, err := r.settings.Get(ctx, settings.Users)
		if err != nil {
			return err
		}
		users, err := access.Parse(v.Data)
		if err != nil {
			return err
		}
		if users, err = change(users); err != nil {
			return err
		}
		data, err := users.Encode()
		if err != nil {
			return err
		}
		_, err = r.settings.Put(ctx, settings.Users, data, v.Revision, settings.Change{
			Actor: c.Actor, Role: c.Role, Object: "user:" + c.User, Reason: "pages: " + c.What,
		})
		if !errors.Is(err, settings.ErrChanged) || try == registerTries {
			return err
		}
	}
}

// accounts opens what signs people in.
func (n *node) accounts(ctx context.Context, cfg account.Config) (*account.Service, error) {
	s := n.streams.settings
	if s == nil { // a role that uses some streams only
		var err error
		if s, err = settings.Create(ctx, n.streams.js, n.cfg.limits.Replicas); err != nil {
			return nil, err
		}
	}
	store, err := account.Open(ctx, n.streams.js, n.cfg.limits.Replicas)
	if err != nil {
		return nil, err
	}
	cfg.Store, cfg.Register, cfg.Log = store, &register{settings: s}, n.cfg.log
	cfg.Audit = func(ctx context.Context, e account.Event) error {
		entry := audit.Entry{Actor: e.User.Name, Action: audit.ActionUser, Object: "user:" + e.User.Name, Outcome: e.What}
		if len(e.User.Roles) > 0 {
			entry.Role = string(e.User.Roles[0])
		}
		if e.Count > 0 {
			entry.Counts = map[string]int{"failures": e.Count}
		}
		_, err := ledger.Append(ctx, n.streams.js, entry)
		return err
	}
	return account.New(cfg)
}

// invite prints the link of the first account when nobody can sign in yet.
func (n *node) invite(ctx context.Context, svc *account.Service, cfg pagesConfig) error {
	started, err := svc.Started(ctx)
	if err != nil || started || n.cfg.invite == nil {
		return err
	}
	n.cfg.log.Info("nobody can sign in to the pages yet; a link for the first account is on the terminal", slog.Duration("expires", account.FirstLife))
	n.cfg.invite(fmt.Sprintf("Nobody can sign in to the pages yet. Whoever opens this link within the hour makes the first account, once:\n\n  %s\n", link(cfg.url, svc.FirstToken())))
	return nil
}
