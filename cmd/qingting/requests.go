package main

import (
	"context"
	"fmt"
	"time"

	"qingting/ingest/custody"
	"qingting/privacy/subject"
)

type requestsCmd struct {
	Open    requestsOpenCmd    `cmd:"" help:"Open a request: its clock starts when it came in."`
	List    requestsListCmd    `cmd:"" help:"List requests, what is due first at the front."`
	Show    requestsShowCmd    `cmd:"" help:"Show a request, or the letter that answers it."`
	Note    requestsNoteCmd    `cmd:"" help:"Record what was done, or how the person's identity was checked."`
	Extend  requestsExtendCmd  `cmd:"" help:"Move the due date, once, with a reason that the person is told."`
	Close   requestsCloseCmd   `cmd:"" help:"Close a request: done, partly, refused or abandoned."`
	Reasons requestsReasonsCmd `cmd:"" help:"List the reasons for which a request may be refused."`
}

// deskFlags say who moves a request, and where the server is.
type deskFlags struct {
	custodyFlags
	Ticket string `help:"The case it belongs to elsewhere."`
	Actor  string `help:"What you call yourself, beside the user you connect as, which is the one that counts (default: the user of this machine)."`
	JSON   bool   `name:"json" help:"Print JSON."`
}

// move changes a request and says where it stands.
func (f deskFlags) move(ctx context.Context, con *console, c custody.CaseChange) error {
	client, closeClient, err := f.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	c.Request = officerFlags{Ticket: f.Ticket, Actor: f.Actor}.request()
	moved, err := client.ChangeCase(ctx, c)
	if err != nil {
		return err
	}
	if f.JSON {
		return printJSON(con.Out, moved)
	}
	fmt.Fprintln(con.Out, moved.ID)
	zh, en := moved.Kind.Words()
	fmt.Fprintf(con.Err, "%s（%s）: %s, due %s.\n", zh, en, moved.Urgency(time.Now()), moved.Due.Local().Format(time.DateOnly))
	return nil
}

type requestsOpenCmd struct {
	deskFlags
	Kind    string    `arg:"" enum:"access,copy,correct,restrict,withdraw,erase,complain" help:"access, copy, correct, restrict, withdraw, erase or complain."`
	From    string    `placeholder:"FILE" help:"Read the person's identifiers from FILE, one a line; - is standard input. Only tokens of them are kept. Without, the request names nobody."`
	Type    string    `placeholder:"TYPE" help:"What the identifiers are, such as MOBILE; else it is detected."`
	Channel string    `placeholder:"NAME" help:"By which way it came: hotline, letter, app."`
	Came    time.Time `format:"2006-01-02" placeholder:"DATE" help:"The day it came in (default: now)."`
	Note    string    `help:"What it is about. Personal data are taken out."`
}

// Run opens a request.
func (c *requestsOpenCmd) Run(ctx context.Context, con *console) error {
	change := custody.CaseChange{Verb: custody.CaseOpen, Kind: subject.Kind(c.Kind), Channel: c.Channel, Came: c.Came, Words: c.Note}
	if c.From != "" {
		var err error
		if change.Identifiers, err = (personFlags{From: c.From, Type: c.Type}).identifiers(con); err != nil {
			return err
		}
	}
	return c.move(ctx, con, change)
}

type requestsListCmd struct {
	custodyFlags
	All  bool `help:"Closed ones as well."`
	JSON bool `name:"json" help:"Print JSON lines."`
}

// listedCase is a case with where it stands.
type listedCase struct {
	Urgency subject.Urgency `json:"urgency"`
	*subject.Case
}

// Run lists requests; it fails when one is overdue, so that a job can watch.
func (c *requestsListCmd) Run(ctx context.Context, con *console) error {
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	cases, err := client.Cases(ctx, "")
	if err != nil {
		return err
	}
	now := time.Now()
	var listed []listedCase
	overdue := 0
	for _, one := range cases {
		u := one.Urgency(now)
		if u == subject.Overdue {
			overdue++
		}
		if c.All || one.Closing == nil {
			listed = append(listed, listedCase{u, one})
		}
	}
	if c.JSON {
		for _, l := range listed {
			if err := printJSON(con.Out, l); err != nil {
				return err
			}
		}
	} else if len(listed) == 0 {
		fmt.Fprintln(con.Err, "No requests.")
	} else if err := tabulate(con, listed, now); err != nil {
		return err
	}
	if overdue > 0 {
		return fmt.Errorf("%d requests are overdue", overdue)
	}
	return nil
}

func tabulate(con *console, listed []listedCase, now time.Time) error {
	w := newGrid(con.Out)
	fmt.Fprintln(w, "REQUEST\tKIND\tCAME\tDUE\tLEFT\tSTATE\tIDENTITY")
	for _, l := range listed {
		left, identity := "", "not checked"
		if l.Closing == nil {
			left = fmt.Sprintf("%d days", int(l.Due.Sub(now)/(24*time.Hour)))
		}
		if l.Identity != nil {
			identity = "checked"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l.ID, l.Kind, l.Opened.Local().Format(time.DateOnly),
			l.Due.Local().Format(time.DateOnly), left, l.Urgency, identity)
	}
	return w.Flush()
}

type requestsShowCmd struct {
	custodyFlags
	ID     string `arg:"" help:"R-…"`
	Letter bool   `help:"Print the letter to the person, in Chinese and English."`
	JSON   bool   `name:"json" help:"Print JSON."`
}

// Run shows a request.
func (c *requestsShowCmd) Run(ctx context.Context, con *console) error {
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	cases, err := client.Cases(ctx, c.ID)
	if err != nil {
		return err
	}
	one := listedCase{cases[0].Urgency(time.Now()), cases[0]}
	switch {
	case c.Letter:
		fmt.Fprint(con.Out, one.Answer())
		return nil
	case c.JSON:
		return printJSON(con.Out, one)
	}
	if err := tabulate(con, []listedCase{one}, time.Now()); err != nil {
		return err
	}
	for _, s := range one.Steps {
		fmt.Fprintf(con.Out, "%s  %s  %s\n", s.At.Local().Format(time.DateTime), s.By, s.What)
	}
	if x := one.Extension; x != nil {
		fmt.Fprintf(con.Out, "extended until %s: %s\n", x.Until.Local().Format(time.DateOnly), x.Why)
	}
	if x := one.Closing; x != nil {
		fmt.Fprintf(con.Out, "closed: %s %s %s\n", x.Outcome, x.Refusal, x.Note)
	}
	return nil
}

type requestsNoteCmd struct {
	deskFlags
	ID       string `arg:"" help:"R-…"`
	Text     string `arg:"" help:"What was done, or how the identity was checked. Personal data are taken out."`
	Identity bool   `help:"It is how the person's identity was checked."`
}

// Run records a step.
func (c *requestsNoteCmd) Run(ctx context.Context, con *console) error {
	change := custody.CaseChange{Verb: custody.CaseNote, Words: c.Text}
	if c.Identity {
		change.Verb = custody.CaseIdentify
	}
	change.Case = c.ID
	return c.move(ctx, con, change)
}

type requestsExtendCmd struct {
	deskFlags
	ID   string `arg:"" help:"R-…"`
	Days int    `required:"" placeholder:"N" help:"By how many days: at most 15 for complaints, 30 for the rest."`
	Why  string `required:"" help:"Why; the person is told."`
}

// Run moves the due date.
func (c *requestsExtendCmd) Run(ctx context.Context, con *console) error {
	change := custody.CaseChange{Verb: custody.CaseExtend, Words: c.Why, Days: c.Days}
	change.Case = c.ID
	return c.move(ctx, con, change)
}

type requestsCloseCmd struct {
	deskFlags
	ID      string `arg:"" help:"R-…"`
	Outcome string `required:"" enum:"done,partly,refused,abandoned" help:"done, partly, refused or abandoned."`
	Refusal string `placeholder:"CODE" help:"Why it was refused, in whole or part: see \"requests reasons\"."`
	Note    string `help:"What there is to say. Personal data are taken out."`
}

// Run closes a request.
func (c *requestsCloseCmd) Run(ctx context.Context, con *console) error {
	change := custody.CaseChange{Verb: custody.CaseClose, Outcome: c.Outcome, Refusal: c.Refusal, Words: c.Note}
	change.Case = c.ID
	return c.move(ctx, con, change)
}

type requestsReasonsCmd struct {
	JSON bool `name:"json" help:"Print JSON lines."`
}

// Run lists the reasons to refuse.
func (c *requestsReasonsCmd) Run(con *console) error {
	for _, r := range subject.Refusals() {
		if c.JSON {
			if err := printJSON(con.Out, map[string]string{"code": r.Code, "basis": r.Basis, "zh": r.ZH, "en": r.EN}); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(con.Out, "%-16s %s\n%17s%s\n%17s%s\n", r.Code, r.Basis, "", r.ZH, "", r.EN)
	}
	return nil
}
