package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"qingting/internal/access"
	"qingting/privacy/rule"
	"qingting/web"
)

// servePages serves the pages on addr until ctx ends.
func (n *node) servePages(ctx context.Context, addr string) error {
	handler, err := web.New(web.Config{
		Index: n.index, Statistics: n.stats, TypeName: typeName, Log: n.cfg.log,
		Users: n.users, Visitor: &access.User{Name: string(access.Local), Roles: []access.Role{access.Analyst}},
		Marks: n.marks,
	})
	if err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return usagef("--http %q: write host:port, such as 127.0.0.1:8080", addr)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return usagef("--http %s: the pages have no sign-in yet, so they are served on loopback only, such as 127.0.0.1:8080; put a proxy that signs people in before them", addr)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("serving pages: %w; choose another address with --http", err)
	}
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	stop := context.AfterFunc(ctx, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = srv.Shutdown(ctx) // what is still open after that is cut off
	})
	defer stop()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving pages: %w", err)
	}
	return nil
}

// typeName is the Chinese name of a type of personal data, as placeholders have it.
func typeName(typ string) string {
	zh, _ := rule.Labels(rule.Type(typ))
	return zh
}
