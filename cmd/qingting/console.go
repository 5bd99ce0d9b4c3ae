package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"filippo.io/age"

	"qingting/cmd/qingting/internal/revealpage"
	"qingting/ingest/custody"
	"qingting/internal/secrets"
	"qingting/privacy/rule"
	"qingting/privacy/vault/unseal"
)

type consoleCmd struct {
	custodyFlags
	Identity       string        `short:"i" required:"" placeholder:"FILE" help:"The officer's identity file; it is used here and never sent."`
	PassphraseFile string        `placeholder:"FILE" help:"Read the passphrase from the first line of FILE; else from $$QINGTING_PASSPHRASE; else it is asked for."`
	Actor          string        `help:"What you call yourself, beside the user you connect as, which is the one that counts (default: the user of this machine)."`
	Listen         string        `default:"127.0.0.1:0" placeholder:"HOST:PORT" help:"Where the page is; a loopback address (default ${default}: any free port)."`
	Shown          time.Duration `default:"2m" help:"How long values stay on the screen (default ${default})."`
	Idle           time.Duration `default:"15m" help:"After how long without use the console ends (default ${default})."`
}

// Run serves the officer's page until it is idle or interrupted.
func (c *consoleCmd) Run(ctx context.Context, con *console) error {
	listener, err := loopbackListener(c.Listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	ids, err := secrets.LoadIdentities(c.Identity, func() ([]byte, error) {
		return passphrase(con, c.PassphraseFile, "Passphrase of "+c.Identity)
	})
	if err != nil {
		return err
	}
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	page, err := revealpage.New(revealpage.Config{
		Reveal: func(ctx context.Context, r revealpage.Request) (revealpage.Revealed, error) {
			return revealTo(ctx, client, ids, c.request(r))
		},
		Ask: func(ctx context.Context, r revealpage.Request) (string, error) {
			a, err := client.AskReveal(ctx, c.request(r))
			return a.ID, err
		},
		Code:     func(err error) string { return string(custody.CodeOf(err)) },
		Purposes: purposes(), Types: types(), Shown: c.Shown,
	})
	if err != nil {
		return err
	}
	server := &http.Server{Handler: page.Handler(listener.Addr()), ReadHeaderTimeout: 10 * time.Second}
	fmt.Fprintf(con.Out, "%s\n", page.URL(listener.Addr()))
	fmt.Fprintf(con.Err, "Open the address in a browser of this machine; who has it can ask in your name. The console ends after %s without use, or by Ctrl-C.\n", c.Idle)
	return servePage(ctx, con, server, listener, page, c.Idle)
}

// servePage serves until ctx ends or nobody has used the desk for a while.
func servePage(ctx context.Context, con *console, server *http.Server, listener net.Listener, page *revealpage.Page, idle time.Duration) error {
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	tick := time.NewTicker(max(time.Second, idle/100))
	defer tick.Stop()
	for {
		select {
		case err := <-served:
			return fmt.Errorf("serving the console: %w", err)
		case <-tick.C:
			if page.Idle() < idle {
				continue
			}
			fmt.Fprintln(con.Err, "Nobody used the console: it has ended.")
		case <-ctx.Done():
		}
		_ = server.Close() // nothing is under way that must not be cut off
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serving the console: %w", err)
		}
		return nil
	}
}

func (c *consoleCmd) request(r revealpage.Request) custody.Request {
	req := officerFlags{Reason: r.Reason, Ticket: r.Ticket, Actor: c.Actor}.request()
	req.Record, req.Purpose, req.Approval, req.Field = r.Record, r.Purpose, r.Approval, r.Only
	return req
}

// revealTo has a record released and opens it in this process.
func revealTo(ctx context.Context, client *custody.Client, ids []age.Identity, req custody.Request) (revealpage.Revealed, error) {
	rel, err := client.Record(ctx, req)
	if err != nil {
		return revealpage.Revealed{}, err
	}
	opener := unseal.NewOpener(epochSource{client}, ids...)
	defer opener.Close()
	rec, err := openRelease(ctx, opener, rel)
	if err != nil {
		return revealpage.Revealed{}, &custody.Refusal{Code: custody.CodeNotOpened, Text: err.Error(), Cause: err}
	}
	out := revealpage.Revealed{Record: rel.Record, Entry: rel.Entry, Actor: rel.Actor}
	for _, v := range rec.values() {
		if req.Field == "" || v.Type == req.Field {
			out.Values = append(out.Values, revealpage.Value{Type: v.Type, Field: v.Field, Value: v.Value})
		}
	}
	if req.Field == "" {
		out.Text, err = rec.text()
	}
	return out, err
}

// types are those that a reveal can be held to.
func types() (list []revealpage.Type) {
	for _, t := range rule.Types() {
		zh, en := rule.Labels(t)
		list = append(list, revealpage.Type{Code: string(t), ZH: zh, EN: en})
	}
	return list
}

func purposes() []revealpage.Purpose {
	list := make([]revealpage.Purpose, len(custody.Purposes))
	for i, p := range custody.Purposes {
		list[i] = revealpage.Purpose{Code: p.Code, ZH: p.ZH, EN: p.EN}
	}
	return list
}

// loopbackListener listens where only this machine comes.
func loopbackListener(address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, usagef("--listen %q: write host:port, such as 127.0.0.1:8090", address)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, usagef("--listen %q: the console shows personal data, and so it listens on a loopback address only: 127.0.0.1 or [::1]", address)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	return l, nil
}
