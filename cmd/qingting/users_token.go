package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"qingting/ingest/custody"
	"qingting/internal/access"
)

type usersTokenCmd struct {
	userFlags
	credentialFlags
	API    string   `name:"api" placeholder:"NAME" help:"Make a token for the HTTP API by that name, beside what the user has; it needs --scope."`
	Scope  []string `placeholder:"POWER" help:"What that token may do, of what its user may; may be repeated: \"qingting users table\" has the words."`
	Days   int      `default:"90" help:"How long that token counts, 366 days at most (default ${default})."`
	Revoke string   `placeholder:"NAME" help:"Take the token for the API by that name away."`
}

// Run replaces the credential, and connections by the old one are closed; or
// makes or revokes a token for the API.
func (c *usersTokenCmd) Run(ctx context.Context, con *console) error {
	if (c.API != "" || c.Revoke != "") && c.Public != "" || c.API != "" && c.Revoke != "" || c.API == "" && len(c.Scope) > 0 || c.Revoke != "" && c.Out != "" {
		return usagef("give one of --public, --api with --scope, and --revoke")
	}
	switch {
	case c.API != "":
		return c.issue(ctx, con)
	case c.Revoke != "":
		return c.change(ctx, con, custody.UserRevoke, access.User{Tokens: []access.Token{{Name: c.Revoke}}})
	}
	var user access.User
	token, err := c.credential(&user)
	if err != nil {
		return err
	}
	return c.hand(con, token, c.change(ctx, con, custody.UserToken, user))
}

// issue makes a token for the API.
func (c *usersTokenCmd) issue(ctx context.Context, con *console) error {
	if len(c.Scope) == 0 {
		return usagef("--api takes --scope: one of %s", access.PowerNames())
	}
	if err := access.CheckName(c.API); err != nil {
		return usagef("--api: %v", err)
	}
	var powers []access.Power
	for _, s := range c.Scope {
		if len(access.RolesOf(access.Power(s))) == 0 {
			return usagef("--scope %q is none of %s", s, access.PowerNames())
		}
		powers = append(powers, access.Power(s))
	}
	if c.Days < 1 || time.Duration(c.Days)*24*time.Hour > access.MaxTokenLife {
		return usagef("--days: from 1 to %d", int(access.MaxTokenLife.Hours()/24))
	}
	var user access.User
	token, err := c.credential(&user)
	if err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Second)
	issued := access.User{Tokens: []access.Token{{Name: c.API, Hash: user.TokenHash, Powers: powers, Added: now, Expires: now.Add(time.Duration(c.Days) * 24 * time.Hour)}}}
	if err := c.hand(con, token, c.change(ctx, con, custody.UserIssue, issued)); err != nil {
		return err
	}
	fmt.Fprintf(con.Err, "It may %s, until %s.\n", strings.Join(c.Scope, ", "), issued.Tokens[0].Expires.Local().Format(time.DateOnly))
	return nil
}
