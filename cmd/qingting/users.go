package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"qingting/ingest/custody"
	"qingting/internal/access"
	"qingting/internal/secrets"
)

type usersCmd struct {
	Add     usersAddCmd     `cmd:"" help:"Add a user, and print the token that is theirs."`
	List    usersListCmd    `cmd:"" help:"List users and their roles."`
	Roles   usersRolesCmd   `cmd:"" help:"Give a user other roles."`
	Person  usersPersonCmd  `cmd:"" help:"Say which person a user is: users of one person do not approve for one another."`
	Link    usersLinkCmd    `cmd:"" help:"Make a one-time link by which a user chooses a password for the pages."`
	Token   usersTokenCmd   `cmd:"" help:"Replace a user's token or nkey; make and revoke tokens for the HTTP API."`
	Disable usersDisableCmd `cmd:"" help:"Shut a user out, at once."`
	Enable  usersEnableCmd  `cmd:"" help:"Let a disabled user in again."`
	Remove  usersRemoveCmd  `cmd:"" help:"Remove a user."`
	Table   usersTableCmd   `cmd:"" help:"Print what each role may do."`
}

func (c *usersCmd) Help() string {
	return `Roles: publisher, analyst, officer, approver, auditor, operator; "qingting users table" says what each may do.

A running server is asked as an operator: --nats nats://127.0.0.1:4222 --token-file DATA-secrets/operator.token. That file
is made at the first start of "qingting serve --listen". Without --nats the data directory of a stopped server is changed.
Who comes by the pages is added with --link, and gets a password by "qingting users link".`
}

// userFlags are those of every change.
type userFlags struct {
	custodyFlags
	Name   string `arg:"" help:"Name of the user: a letter, then letters, digits, point, hyphen, underscore."`
	Reason string `help:"Why; written to the ledger."`
	Ticket string `help:"The case it belongs to."`
}

// change makes a change of the register.
func (f userFlags) change(ctx context.Context, con *console, verb custody.Verb, user access.User) error {
	if err := access.CheckName(f.Name); err != nil {
		return usageError{err}
	}
	client, closeClient, err := f.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	user.Name = f.Name
	return client.ChangeUser(ctx, custody.UserChange{
		Request: custody.Request{Actor: systemUser(), Reason: f.Reason, Ticket: f.Ticket}, Verb: verb, User: user,
	})
}

// credentialFlags say how a user proves who they are.
type credentialFlags struct {
	Public string `name:"public" placeholder:"KEY" help:"Public nkey (U…) that the user signs with; without it, a token is made."`
	Out    string `short:"o" placeholder:"FILE" help:"Write the token to a new FILE, mode 0600, and not to standard output."`
}

// credential fills the user's key in, and returns the token when it made one.
func (f credentialFlags) credential(user *access.User) (token string, err error) {
	if f.Public != "" {
		if f.Out != "" {
			return "", usagef("--public and --out do not go together: there is no token to write")
		}
		user.NKey = f.Public
		return "", nil
	}
	if token, err = access.NewToken(); err != nil {
		return "", err
	}
	user.TokenHash = access.HashToken(token)
	if f.Out == "" {
		return token, nil
	}
	// Before the change, so that no token is lost that lets somebody in.
	return token, secrets.WriteNew(f.Out, []byte(token+"\n"))
}

// hand gives the token to whoever called, and takes the file away when the
// change was refused.
func (f credentialFlags) hand(con *console, token string, refused error) error {
	switch {
	case refused != nil && token != "" && f.Out != "":
		_ = os.Remove(f.Out) // it opens nothing
	case refused == nil && token != "" && f.Out == "":
		fmt.Fprintln(con.Out, token)
		fmt.Fprintln(con.Err, "This token is shown once. Who has it is this user: hand it over as a file of mode 0600.")
	}
	return refused
}

// parseRoles reads roles with commas between, or flags repeated.
func parseRoles(list []string) ([]access.Role, error) {
	var roles []access.Role
	for _, name := range list {
		r := access.Role(name)
		if !r.Valid() {
			return nil, usagef("--role %q is none of %s", name, access.RoleNames())
		}
		roles = append(roles, r)
	}
	return roles, nil
}

// warnConflicts says which roles one person should not have together.
func warnConflicts(con *console, roles []access.Role) {
	for _, pair := range access.Conflicts(roles) {
		why := "the one is there to see what the other does"
		if pair[0] == access.Publisher {
			why = "who publishes a number that they know can find its feedback by the pseudonym"
		}
		fmt.Fprintf(con.Err, "Warning: %s and %s in one hand: %s.\n", pair[0], pair[1], why)
	}
}

type usersAddCmd struct {
	userFlags
	credentialFlags
	linkFlags
	Role   []string `required:"" help:"Role of the user; may be repeated."`
	Link   bool     `help:"The user comes by the pages: print a one-time link for the password, and make no token."`
	Person string   `placeholder:"ID" help:"Staff id of the person whose user it is. Two users of one person count as one where a second person must agree."`
}

// Run adds a user and prints the token.
func (c *usersAddCmd) Run(ctx context.Context, con *console) error {
	roles, err := parseRoles(c.Role)
	if err != nil {
		return err
	}
	if err := access.CheckPerson(c.Person); err != nil {
		return usagef("--person: %v", err)
	}
	user := access.User{Roles: roles, Person: c.Person}
	if c.Link {
		return c.invite(ctx, con, user)
	}
	token, err := c.credential(&user)
	if err != nil {
		return err
	}
	err = c.hand(con, token, c.change(ctx, con, custody.UserAdd, user))
	if err == nil {
		warnConflicts(con, roles)
		fmt.Fprintf(con.Err, "Added %s as %s.\n", c.Name, strings.Join(c.Role, ", "))
	}
	return err
}

// invite adds a user of the pages, and prints the link for the password.
func (c *usersAddCmd) invite(ctx context.Context, con *console, user access.User) error {
	if c.Out != "" {
		return usagef("--link and --out do not go together: there is no token to write")
	}
	if _, err := (pagesFlags{PagesURL: c.PagesURL}).url(true); err != nil {
		return err
	}
	var token string
	user.NKey, user.Pages = c.Public, true
	token, user.Link = newLink(false)
	if err := c.change(ctx, con, custody.UserAdd, user); err != nil {
		return err
	}
	warnConflicts(con, user.Roles)
	return c.show(con, c.Name, token)
}

type usersRolesCmd struct {
	userFlags
	Role []string `required:"" help:"Role of the user, instead of those before; may be repeated."`
}

// Run replaces the roles.
func (c *usersRolesCmd) Run(ctx context.Context, con *console) error {
	roles, err := parseRoles(c.Role)
	if err != nil {
		return err
	}
	if err := c.change(ctx, con, custody.UserRoles, access.User{Roles: roles}); err != nil {
		return err
	}
	warnConflicts(con, roles)
	fmt.Fprintf(con.Err, "%s is %s now.\n", c.Name, strings.Join(c.Role, ", "))
	return nil
}

type usersPersonCmd struct {
	userFlags
	Person string `arg:"" optional:"" help:"Staff id of the person; none says that nobody knows."`
}

// Run says which person a user is.
func (c *usersPersonCmd) Run(ctx context.Context, con *console) error {
	if err := access.CheckPerson(c.Person); err != nil {
		return usageError{err}
	}
	return c.change(ctx, con, custody.UserPerson, access.User{Person: c.Person})
}

type usersDisableCmd struct{ userFlags }

// Run disables a user.
func (c *usersDisableCmd) Run(ctx context.Context, con *console) error {
	return c.change(ctx, con, custody.UserDisable, access.User{})
}

type usersEnableCmd struct{ userFlags }

// Run enables a user.
func (c *usersEnableCmd) Run(ctx context.Context, con *console) error {
	return c.change(ctx, con, custody.UserEnable, access.User{})
}

type usersRemoveCmd struct{ userFlags }

// Run removes a user.
func (c *usersRemoveCmd) Run(ctx context.Context, con *console) error {
	return c.change(ctx, con, custody.UserRemove, access.User{})
}

type usersListCmd struct {
	custodyFlags
	JSON bool `name:"json" help:"Print JSON lines."`
}

// listedUser is a user as list prints it.
type listedUser struct {
	Name     string        `json:"name"`
	Roles    []access.Role `json:"roles"`
	Person   string        `json:"person,omitempty"`
	Token    bool          `json:"token"`
	NKey     string        `json:"nkey,omitempty"`
	Pages    bool          `json:"pages,omitempty"`
	API      []string      `json:"api_tokens,omitempty"`
	Disabled bool          `json:"disabled,omitempty"`
	Added    time.Time     `json:"added"`
}

func userListed(u access.User) listedUser {
	l := listedUser{Name: u.Name, Roles: u.Roles, Person: u.Person, Token: u.TokenHash != "", NKey: u.NKey, Pages: u.Pages, Disabled: u.Disabled, Added: u.Added}
	for _, t := range u.Tokens {
		l.API = append(l.API, t.Name)
	}
	return l
}

// Run prints one line a user.
func (c *usersListCmd) Run(ctx context.Context, con *console) error {
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	users, err := client.Users(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		for _, u := range users {
			if err := enc.Encode(userListed(u)); err != nil {
				return err
			}
		}
		return nil
	}
	if len(users) == 0 {
		fmt.Fprintln(con.Err, "No users are registered.")
		return nil
	}
	w := newGrid(con.Out)
	fmt.Fprintln(w, "NAME\tROLES\tPERSON\tKEY\tADDED\tSTATE")
	for _, u := range users {
		key, state := "token", "active"
		switch {
		case u.NKey != "":
			key = u.NKey[:8] + "…"
		case u.TokenHash == "":
			key = "pages"
		}
		if u.Disabled {
			state = "disabled"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", u.Name, access.Names(u.Roles), cmp.Or(u.Person, "-"), key, u.Added.Local().Format(time.DateTime), state)
	}
	return w.Flush()
}

type usersTableCmd struct{}

// Run prints the table that the documentation has too.
func (c *usersTableCmd) Run(con *console) error {
	_, err := fmt.Fprint(con.Out, access.Markdown())
	return err
}
