package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"qingting/ingest/custody"
)

type approveCmd struct {
	Ask    approveAskCmd    `cmd:"" help:"Ask for a second person's consent to reveal a record."`
	List   approveListCmd   `cmd:"" help:"List what was asked within a week."`
	Grant  approveGrantCmd  `cmd:"" help:"Grant what another asked; for as long as the rules say."`
	Refuse approveRefuseCmd `cmd:"" help:"Refuse what another asked, with a reason."`
	Rules  approveRulesCmd  `cmd:"" help:"Show when a reveal needs a second person."`

	SetRules approveSetRulesCmd `cmd:"" help:"Say when a reveal needs a second person; takes the operator's role."`
}

type approveAskCmd struct {
	reasonFlags
	custodyFlags
	Record  string `arg:"" help:"Record id."`
	Purpose string `required:"" help:"What for: complaint, repair, verify, subject, regulator, court, incident or review."`
	Only    string `placeholder:"TYPE" help:"Only the values of this type."`
}

// Run asks, and prints the id of the approval.
func (c *approveAskCmd) Run(ctx context.Context, con *console) error {
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	req := c.request()
	req.Record, req.Purpose, req.Field = c.Record, c.Purpose, c.Only
	a, err := client.Ask(ctx, req)
	if err != nil {
		return err
	}
	fmt.Fprintln(con.Out, a.ID)
	fmt.Fprintf(con.Err, "Asked. When another person has granted it: qingting reveal %s --purpose %s --approval %s …\n", a.Record, a.Purpose, a.ID)
	return nil
}

type approveListCmd struct {
	custodyFlags
	JSON bool `name:"json" help:"Print JSON."`
}

// Run prints one line a request.
func (c *approveListCmd) Run(ctx context.Context, con *console) error {
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	list, err := client.Approvals(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		return enc.Encode(list)
	}
	if len(list) == 0 {
		fmt.Fprintln(con.Err, "Nothing was asked within a week.")
		return nil
	}
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tASKED\tBY\tSTATE\tRECORD\tPURPOSE\tWHY")
	for _, a := range list {
		state := a.State
		if a.State == custody.ApprovalGranted {
			state = "granted until " + a.Until.Local().Format("15:04")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", a.ID, a.Asked.Local().Format(time.DateTime), a.By, state, a.Record, a.Purpose, joined(a.Reason, a.Ticket, a.Words))
	}
	return w.Flush()
}

// joined joins what is not empty.
func joined(parts ...string) string {
	var said []string
	for _, p := range parts {
		if p != "" {
			said = append(said, p)
		}
	}
	return strings.Join(said, " · ")
}

type approveGrantCmd struct {
	reasonFlags
	custodyFlags
	ID string `arg:"" help:"Id of what was asked."`
}

// Run grants.
func (c *approveGrantCmd) Run(ctx context.Context, con *console) error {
	return decide(ctx, con, c.custodyFlags, c.request(), c.ID, true)
}

type approveRefuseCmd struct {
	reasonFlags
	custodyFlags
	ID string `arg:"" help:"Id of what was asked."`
}

// Run refuses.
func (c *approveRefuseCmd) Run(ctx context.Context, con *console) error {
	return decide(ctx, con, c.custodyFlags, c.request(), c.ID, false)
}

func decide(ctx context.Context, con *console, f custodyFlags, r custody.Request, id string, grant bool) error {
	client, closeClient, err := f.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	a, err := client.Decide(ctx, r, id, grant)
	if err != nil {
		return err
	}
	if !grant {
		fmt.Fprintf(con.Err, "Refused %s.\n", a.ID)
		return nil
	}
	fmt.Fprintf(con.Err, "Granted %s to %s for record %s until %s.\n", a.ID, a.By, a.Record, a.Until.Local().Format(time.DateTime))
	return nil
}

type approveRulesCmd struct {
	custodyFlags
	JSON bool `name:"json" help:"Print JSON."`
}

// Run shows the rules.
func (c *approveRulesCmd) Run(ctx context.Context, con *console) error {
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	rules, err := client.RevealRules(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(con.Out).Encode(rules)
	}
	printRules(con, rules)
	return nil
}

func printRules(con *console, rules custody.RevealRules) {
	switch rules.Approval {
	case "never":
		fmt.Fprintln(con.Out, "No reveal needs a second person.")
	case "always":
		fmt.Fprintf(con.Out, "Every reveal needs a second person; a grant lasts %d minutes.\n", rules.Minutes)
	default:
		fmt.Fprintf(con.Out, "These purposes need a second person: %s; a grant lasts %d minutes.\n", strings.Join(rules.Purposes, ", "), rules.Minutes)
	}
}

type approveSetRulesCmd struct {
	reasonFlags
	custodyFlags
	Rule    string `arg:"" help:"never, always, or the purposes that need a second person, with commas."`
	Minutes int    `default:"60" help:"For how long a grant may be used (default ${default})."`
}

// Run sets the rules.
func (c *approveSetRulesCmd) Run(ctx context.Context, con *console) error {
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	rules := custody.RevealRules{Approval: c.Rule, Minutes: c.Minutes}
	if c.Rule != "never" && c.Rule != "always" {
		rules.Approval, rules.Purposes = "listed", strings.Split(c.Rule, ",")
	}
	if err := client.SetRevealRules(ctx, c.request(), rules); err != nil {
		return err
	}
	printRules(con, rules)
	return nil
}
