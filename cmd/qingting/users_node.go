package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"qingting/ingest/custody"
	"qingting/ingest/settings"
	"qingting/internal/access"
	"qingting/internal/secrets"
)

// trust says how this server learns who asks: from its own NATS server, or from
// one elsewhere. Only one that is reached on loopback may know no users.
func (n *node) trust() custody.Trust {
	switch {
	case n.streams.broker != nil:
		return custody.TrustGate
	case onLoopback(n.cfg.nats.NATS):
		return custody.TrustWord
	}
	return custody.TrustKeys
}

// onLoopback says that every address of the URL is one.
func onLoopback(urls string) bool {
	for one := range strings.SplitSeq(urls, ",") {
		one = strings.TrimSpace(one)
		if !strings.Contains(one, "://") {
			one = "nats://" + one
		}
		u, err := url.Parse(one)
		if err != nil {
			return false
		}
		ip := net.ParseIP(u.Hostname())
		if u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return false
		}
	}
	return true
}

// users are those who may ask this server.
func (n *node) users(ctx context.Context) (access.Users, error) {
	if n.streams.broker != nil {
		return n.streams.broker.Users(), nil
	}
	s := n.streams.settings
	if s == nil { // a role that uses some streams only
		var err error
		if s, err = settings.Open(ctx, n.streams.js); err != nil {
			return nil, err
		}
	}
	return registeredUsers(ctx, s)
}

// registeredUsers reads the register.
func registeredUsers(ctx context.Context, s *settings.Settings) (access.Users, error) {
	v, err := s.Get(ctx, settings.Users)
	if err != nil {
		return nil, err
	}
	return access.Parse(v.Data)
}

// operatorTokenFile lets whoever may read the secrets directory connect as the
// operator of an embedded server: the one who adds the other users.
const operatorTokenFile = "operator.token"

// operatorToken reads the operator's token, and makes it at the first start.
func (f dataFlags) operatorToken() (string, error) {
	if err := os.MkdirAll(f.secretsDir(), 0o700); err != nil {
		return "", fmt.Errorf("secrets directory: %w", err)
	}
	path := filepath.Join(f.secretsDir(), operatorTokenFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		token, err := access.NewToken()
		if err != nil {
			return "", err
		}
		if err := secrets.WriteNew(path, []byte(token+"\n")); err != nil && !errors.Is(err, fs.ErrExist) {
			return "", err
		}
	}
	return longToken("operator token", path, "")
}

// followUsers gives the register to the embedded server, and each change of it,
// until ctx ends. A register that cannot be read ends the process: it might
// hold somebody who must not come in any more.
func (n *node) followUsers(ctx context.Context) error {
	for v, err := range n.streams.settings.Watch(ctx, settings.Users) {
		if err != nil {
			return err
		}
		users, err := access.Parse(v.Data)
		if err != nil {
			return err
		}
		if err := n.streams.broker.SetUsers(users); err != nil {
			return err
		}
		n.cfg.log.Info("users", "registered", len(users), "revision", v.Revision)
	}
	if ctx.Err() == nil {
		return fmt.Errorf("users: %w", errors.New("the register is not followed any more"))
	}
	return nil
}
