package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"qingting/ingest/custody"
)

type approveCmd struct {
	Ask    approveAskCmd    `cmd:"" help:"Ask for a second person's consent: to a reveal, an export, a person's package or an erasure."`
	List   approveListCmd   `cmd:"" help:"List what was asked within a week."`
	Grant  approveGrantCmd  `cmd:"" help:"Grant what another asked; once, and for as long as the rules say."`
	Refuse approveRefuseCmd `cmd:"" help:"Refuse what another asked, with a reason."`
	Rules  approveRulesCmd  `cmd:"" help:"Show what needs a second person."`

	SetRules approveSetRulesCmd `cmd:"" help:"Say what needs a second person; takes the operator's role."`
}

type approveAskCmd struct {
	reasonFlags
	custodyFlags
	What    []string `arg:"" optional:"" help:"Of a reveal, the record id; of an export, the query. Identifiers of persons are not taken here: see --from."`
	For     string   `enum:"reveal,export,subject-export,erase" default:"reveal" help:"What it is for: reveal, export, subject-export or erase (default ${default})."`
	Purpose string   `help:"Of a reveal: complaint, repair, verify, subject, regulator, court, incident or review."`
	Only    string   `placeholder:"TYPE" help:"Of a reveal: only the values of this type."`
	From    string   `placeholder:"FILE" help:"Of subject-export and erase: read the person's identifiers from FILE, one a line; - is standard input. Else they are asked for."`
	Type    string   `placeholder:"TYPE" help:"What the identifiers are, as for subject find."`
	Record  []string `placeholder:"ID" help:"Of erase: only these of the person's records, or without identifiers these; may be repeated."`
	Shared  bool     `help:"Of erase: also records that nothing but a name, an address or the like points to."`
	Case    string   `placeholder:"R-…" help:"The request it belongs to, of \"qingting requests\"."`
	Lexicon string   `placeholder:"FILE" help:"Of an export from a data directory: the lexicon that the server was started with."`
}

func (c *approveAskCmd) Help() string {
	return `An approval is for once: one who asks, one object, for as long as the rules say. It is bound to the record, to the query of
an export as it was written, or to the person by keyed tokens: an identifier is neither stored nor shown to who decides.`
}

// Run asks, and prints the id of the approval.
func (c *approveAskCmd) Run(ctx context.Context, con *console) error {
	req, err := c.ask(con)
	if err != nil {
		return err
	}
	client, closeClient, err := c.clientAnd(ctx, con, withLexicon(c.Lexicon))
	if err != nil {
		return err
	}
	defer closeClient()
	a, err := client.Ask(ctx, req)
	if err != nil {
		return err
	}
	fmt.Fprintln(con.Out, a.ID)
	fmt.Fprintf(con.Err, "Asked: %s. When another person has granted it, give --approval %s to %s.\n", askedFor(a), a.ID, map[custody.Kind]string{
		custody.KindReveal: "qingting reveal", custody.KindExport: "qingting export", custody.KindSubjectExport: "qingting subject export", custody.KindErase: "qingting subject erase",
	}[a.Kind])
	return nil
}

// ask is the request that the flags mean.
func (c *approveAskCmd) ask(con *console) (r custody.AskRequest, err error) {
	r.Kind, r.Request = custody.Kind(c.For), c.request()
	switch r.Kind {
	case custody.KindReveal:
		if len(c.What) != 1 || c.Purpose == "" {
			return r, usagef("a reveal wants one record id and --purpose")
		}
		r.Record, r.Purpose, r.Field = c.What[0], c.Purpose, c.Only
	case custody.KindExport:
		r.Query = strings.Join(c.What, " ")
		return r, checkQuery(r.Query)
	default:
		if len(c.What) > 0 {
			return r, usagef("an identifier on the command line stays in the shell's history: leave it out to be asked, or give --from FILE")
		}
		named := len(c.Record) > 0 && c.From == ""
		if !named {
			if r.Identifiers, err = (personFlags{From: c.From, Type: c.Type}).identifiers(con); err != nil {
				return r, err
			}
		}
		r.Records, r.Shared, r.Case = c.Record, c.Shared, c.Case
	}
	return r, nil
}

// askedFor says in a few words what an approval is for.
func askedFor(a custody.Approval) string {
	switch a.Kind {
	case custody.KindExport:
		return fmt.Sprintf("an export of %d documents, query %q", a.Count, a.Query)
	case custody.KindSubjectExport:
		return joined(fmt.Sprintf("a person's package of %d records", a.Count), a.Case)
	case custody.KindErase:
		return joined(fmt.Sprintf("an erasure of %d records", a.Count), a.Case)
	}
	return joined("record "+a.Record, a.Purpose, a.Field)
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
	w := newGrid(con.Out)
	fmt.Fprintln(w, "ID\tASKED\tBY\tSTATE\tFOR\tWHY")
	for _, a := range list {
		state := a.State
		if a.State == custody.ApprovalGranted {
			state = "granted until " + a.Until.Local().Format("15:04")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", a.ID, a.Asked.Local().Format(time.DateTime), a.By, state, askedFor(a), joined(a.Reason, a.Ticket, a.Words))
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
	fmt.Fprintf(con.Err, "Granted %s to %s: %s; once, until %s.\n", a.ID, a.By, askedFor(a), a.Until.Local().Format(time.DateTime))
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
	rules, err := client.Rules(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(con.Out).Encode(rules)
	}
	printRules(con, rules)
	return nil
}

func printRules(con *console, rules custody.Rules) {
	switch rules.Approval {
	case "never":
		fmt.Fprintln(con.Out, "No reveal needs a second person.")
	case "always":
		fmt.Fprintln(con.Out, "Every reveal needs a second person.")
	default:
		fmt.Fprintf(con.Out, "Reveals for these purposes need a second person: %s.\n", strings.Join(rules.Purposes, ", "))
	}
	bound := func(what, unit string, n *int) {
		if n != nil {
			fmt.Fprintf(con.Out, "%s of more than %d %s needs a second person.\n", what, *n, unit)
		}
	}
	bound("An export", "documents", rules.ExportAbove)
	bound("An erasure", "records", rules.EraseAbove)
	if rules.SubjectExport {
		fmt.Fprintln(con.Out, "A person's package needs a second person.")
	}
	fmt.Fprintf(con.Out, "A grant serves once, within %d minutes.\n", rules.Minutes)
}

type approveSetRulesCmd struct {
	reasonFlags
	custodyFlags
	Rule          string `arg:"" help:"Which reveals: never, always, or the purposes that need a second person, with commas."`
	Minutes       int    `default:"60" help:"For how long a grant may be used (default ${default})."`
	ExportAbove   *int   `placeholder:"N" help:"An export of more than N documents needs a second person (default: none does)."`
	EraseAbove    *int   `placeholder:"N" help:"An erasure of more than N records in one go needs a second person (default: none does)."`
	SubjectExport bool   `help:"A person's package needs a second person, and so does each reveal with the purpose subject."`
}

// Help says that the rules are one.
func (c *approveSetRulesCmd) Help() string {
	return "The rules are set all together: what is not said here is not asked for any more."
}

// Run sets the rules.
func (c *approveSetRulesCmd) Run(ctx context.Context, con *console) error {
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	rules := custody.Rules{Approval: c.Rule, Minutes: c.Minutes, ExportAbove: c.ExportAbove, EraseAbove: c.EraseAbove, SubjectExport: c.SubjectExport}
	if c.Rule != "never" && c.Rule != "always" {
		rules.Approval, rules.Purposes = "listed", strings.Split(c.Rule, ",")
	}
	if err := client.SetRules(ctx, c.request(), rules); err != nil {
		return err
	}
	printRules(con, rules)
	return nil
}
