package main

import (
	"context"
	"fmt"
	"time"

	"qingting/ingest/custody"
	"qingting/internal/access"
	"qingting/internal/account"
)

// linkFlags say where a one-time link leads to.
type linkFlags struct {
	PagesURL string `name:"pages-url" env:"QINGTING_PAGES_URL" default:"http://127.0.0.1:8080" placeholder:"URL" help:"Where people reach the pages (default ${default})."`
}

// newLink makes a link, and its secret.
func newLink(resets bool) (token string, l *access.Link) {
	token = access.NewLinkToken()
	return token, &access.Link{Hash: access.HashToken(token), Expires: time.Now().UTC().Add(account.LinkLife).Truncate(time.Second), Resets: resets}
}

// show prints the link: whoever called hands it over.
func (f linkFlags) show(con *console, name, token string) error {
	u, err := pagesFlags{PagesURL: f.PagesURL}.url(true)
	if err != nil {
		return err
	}
	fmt.Fprintln(con.Out, link(u, token))
	fmt.Fprintf(con.Err, "Whoever opens this link within %d hours chooses the password of %s, once. Hand it over as you would a password.\n", int(account.LinkLife.Hours()), name)
	return nil
}

type usersLinkCmd struct {
	userFlags
	linkFlags
	ResetCodes bool `name:"reset-codes" help:"The second factor goes too: the phone was lost."`
}

// Run makes a one-time link for a password. An earlier one opens no more.
func (c *usersLinkCmd) Run(ctx context.Context, con *console) error {
	if _, err := (pagesFlags{PagesURL: c.PagesURL}).url(true); err != nil {
		return err
	}
	token, l := newLink(c.ResetCodes)
	if err := c.change(ctx, con, custody.UserLink, access.User{Link: l}); err != nil {
		return err
	}
	return c.show(con, c.Name, token)
}
