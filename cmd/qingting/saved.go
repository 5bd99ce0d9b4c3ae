package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"qingting/ingest"
	"qingting/internal/saved"
	"qingting/search/watch"
)

// savedCmd keeps searches, and tells of what they newly find.
type savedCmd struct {
	Add     savedAddCmd     `cmd:"" help:"Save a search."`
	List    savedListCmd    `cmd:"" help:"List the saved searches."`
	Show    savedShowCmd    `cmd:"" help:"Show one."`
	Alert   savedAlertCmd   `cmd:"" help:"Turn telling of new matches on or off."`
	Remove  savedRemoveCmd  `cmd:"" help:"Remove one."`
	Matches savedMatchesCmd `cmd:"" help:"List what was newly found, and follow it."`
}

func (c *savedCmd) Help() string {
	return `New feedback that a saved search finds is told on the NATS subjects feedback.matches.<id of the search>, by record ids and
counts, without texts: see docs/formats/match.md. Names and queries are kept with the settings and must hold no personal data.`
}

// savedWho says who changes saved searches.
type savedWho struct {
	Reason string `help:"Why, for the ledger."`
	Actor  string `help:"What you call yourself, beside the user you connect as, which is the one that counts (default: the user of this machine)."`
}

func (w savedWho) officer() officerFlags { return officerFlags{Reason: w.Reason, Actor: w.Actor} }

type savedAddCmd struct {
	custodyFlags
	savedWho
	Name    string   `arg:"" help:"Its name."`
	Query   []string `arg:"" help:"Query as for search."`
	NoAlert bool     `help:"Do not tell of new matches."`
	JSON    bool     `name:"json" help:"Print it as JSON."`
}

// Run saves a search.
func (c *savedAddCmd) Run(ctx context.Context, con *console) error {
	s := saved.Search{Name: c.Name, Query: strings.Join(c.Query, " "), Alert: !c.NoAlert}
	if err := s.Check(); err != nil {
		return usageError{err}
	}
	if err := checkQuery(s.Query); err != nil {
		return err
	}
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	if s, err = client.Save(ctx, c.officer().request(), s); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(con.Out, s)
	}
	fmt.Fprintln(con.Out, s.ID)
	if s.Alert {
		fmt.Fprintf(con.Err, "Saved. \"qingting saved matches %s --follow\" hears of new matches.\n", s.ID)
	}
	return nil
}

// searches lists those that are saved.
func (f custodyFlags) searches(ctx context.Context, con *console) (saved.List, error) {
	client, closeClient, err := f.client(ctx, con)
	if err != nil {
		return nil, err
	}
	defer closeClient()
	return client.Searches(ctx)
}

type savedListCmd struct {
	custodyFlags
	JSON bool `name:"json" help:"Print JSON."`
}

// Run lists saved searches.
func (c *savedListCmd) Run(ctx context.Context, con *console) error {
	list, err := c.searches(ctx, con)
	if err != nil {
		return err
	}
	if c.JSON {
		if list == nil {
			list = saved.List{}
		}
		return printJSON(con.Out, list)
	}
	if len(list) == 0 {
		fmt.Fprintln(con.Err, "No searches are saved: \"qingting saved add NAME QUERY\" saves one.")
		return nil
	}
	rows := [][]string{{"ID", "NAME", "OWNER", "ALERT", "QUERY"}}
	for _, s := range list {
		alert := "–"
		if s.Alert {
			alert = "on"
		}
		rows = append(rows, []string{s.ID, s.Name, s.Owner, alert, s.Query})
	}
	return alignRows(con.Out, rows)
}

type savedShowCmd struct {
	custodyFlags
	ID string `arg:"" help:"Id, or a name that only one has."`
}

// Run prints one search as JSON.
func (c *savedShowCmd) Run(ctx context.Context, con *console) error {
	list, err := c.searches(ctx, con)
	if err != nil {
		return err
	}
	s, ok := list.Find(c.ID)
	if !ok {
		return fmt.Errorf("no saved search has this id, and not one this name: see \"qingting saved list\"")
	}
	return printJSON(con.Out, s)
}

type savedAlertCmd struct {
	custodyFlags
	savedWho
	ID    string `arg:"" help:"Id, as list shows it."`
	State string `arg:"" enum:"on,off" help:"on: tell of what comes from now on; off: tell of nothing."`
}

// Run turns an alert on or off.
func (c *savedAlertCmd) Run(ctx context.Context, con *console) error {
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	return client.AlertSearch(ctx, c.officer().request(), c.ID, c.State == "on")
}

type savedRemoveCmd struct {
	custodyFlags
	savedWho
	ID string `arg:"" help:"Id, as list shows it."`
}

// Run removes a search.
func (c *savedRemoveCmd) Run(ctx context.Context, con *console) error {
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	return client.Unsave(ctx, c.officer().request(), c.ID)
}

type savedMatchesCmd struct {
	custodyFlags
	ID   string `arg:"" optional:"" help:"Id of the search; all, when not given."`
	Days int    `default:"7" help:"Only what was told in so many days; 0 is all that is kept (default ${default})."`
	followFlags
	JSON bool `name:"json" help:"Print JSON lines, as docs/formats/match.md has them."`
}

// Run lists matches, and follows them.
func (c *savedMatchesCmd) Run(ctx context.Context, con *console) error {
	if strings.ContainsAny(c.ID, ".*> \t") {
		return usagef("%q is no id of a saved search", c.ID)
	}
	since := time.Time{}
	if c.Days > 0 {
		since = time.Now().AddDate(0, 0, -c.Days)
	}
	last := uint64(0)
	return c.told(ctx, con, c.custodyFlags, c.Days, ingest.SubjectMatches, watch.ErrNoMatches, func(nc *nats.Conn) error {
		at, n, err := c.print(ctx, con, nc, last, since)
		last = max(last, at)
		if err == nil && n == 0 && !c.Follow && !c.JSON {
			fmt.Fprintln(con.Err, "No new matches.")
		}
		return err
	})
}

// print prints what was told after a sequence; it returns the last one, and how
// many messages there were.
func (c *savedMatchesCmd) print(ctx context.Context, con *console, nc *nats.Conn, after uint64, since time.Time) (last uint64, n int, err error) {
	last = after
	for m, err := range watch.Read(ctx, nc, ingest.StreamMatches, ingest.MatchesPrefix, c.ID, after) {
		if err != nil {
			return last, n, err
		}
		last = m.Sequence
		if m.At.Before(since) {
			continue
		}
		n++
		if c.JSON {
			enc := json.NewEncoder(con.Out)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(m.Match); err != nil {
				return last, n, err
			}
			continue
		}
		customers := fmt.Sprint(m.Customers.N)
		if m.Customers.Below > 0 {
			customers = fmt.Sprint("<", m.Customers.Below)
		}
		more := ""
		if m.More > 0 {
			more = fmt.Sprintf(" and %d more", m.More)
		}
		fmt.Fprintf(con.Out, "%s  %s  %s: %d new, of %s customers: %s%s\n",
			m.At.Local().Format(time.DateTime), m.Search, m.Name, m.Documents, customers, strings.Join(m.Records, " "), more)
	}
	return last, n, nil
}
