package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"qingting/internal/access"
	"qingting/privacy/rule"
	"qingting/web"
)

// servePages serves the pages until ctx ends.
func (n *node) servePages(ctx context.Context, cfg pagesConfig) error {
	pages := web.Config{
		Index: n.index, Statistics: n.stats, TypeName: typeName, Log: n.cfg.log,
		Users: n.users, Marks: n.marks, Discovery: n.discovery(),
		Suggest: n.suggestions, Searches: n.searches(), Desk: n.officerDesk(), Exports: n.exports(), AlertLog: n.alertLog(),
		PublicURL: cfg.url, TrustedProxies: cfg.proxies, Limits: cfg.limits, Issuer: cfg.issuer,
	}
	if cfg.signIn != signInRequired {
		pages.Visitor = &access.User{Name: string(access.Local), Roles: []access.Role{access.Analyst}}
		pages.VisitorUntilAccounts = cfg.signIn == signInAuto
	}
	themes := deskThemes{n}
	pages.Actions, pages.Corrections, pages.Taxonomies = themes, themes, themes
	cert, err := cfg.checkTLS()
	if err != nil {
		return err
	}
	if !n.cfg.demo {
		if pages.Accounts, err = n.accounts(ctx, cfg.accounts); err != nil {
			return fmt.Errorf("signing in: %w", err)
		}
	}
	watching := newOperator(n)
	pages.Operator, pages.Took = watching, watching.request.Add
	in, closeIntake, err := n.intake(&watching.intake)
	if err != nil {
		return err
	}
	defer closeIntake()
	pages.Intake = in
	go watching.run(ctx)
	handler, err := web.New(pages)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", cfg.addr)
	if err != nil {
		return fmt.Errorf("serving pages: %w; choose another address with --http", err)
	}
	defer l.Close() // closed already where it was served
	if cert != nil {
		cert.log = n.cfg.log
		l = tls.NewListener(l, cert.config())
	}
	if local, err := loopbackOnly(cfg.addr); err == nil && !local && cert == nil && cfg.url.Scheme != "https" {
		n.cfg.log.Warn("the pages are served without TLS: passwords cross the network in the clear; give --http-cert and --http-key, or --pages-url https://… of a proxy that does it")
	}
	if pages.Accounts != nil {
		if err := n.invite(ctx, pages.Accounts, cfg); err != nil {
			return err
		}
	}
	srv := httpServer(handler)
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

// link is a one-time link.
func link(pages *url.URL, token string) string { return web.LinkURL(pages, token) }

// typeName is the Chinese name of a type of personal data, as placeholders have it.
func typeName(typ string) string {
	zh, _ := rule.Labels(rule.Type(typ))
	return zh
}
