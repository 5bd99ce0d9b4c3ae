package main

import (
	"context"
	"fmt"
	"regexp"

	"qingting/ingest/custody"
	"qingting/privacy/review"
)

type auditSampleCmd struct {
	custodyFlags
	reviewReason
	List       bool    `help:"List the samples there are, and how far each is."`
	Size       int     `placeholder:"N" help:"How many documents; by default as many as the target needs when nothing is missed in them."`
	Target     float64 `default:"0.01" placeholder:"SHARE" help:"Share of documents with something missed that the sample shall be able to rule out."`
	Confidence float64 `default:"0.95" placeholder:"SHARE" help:"How sure the bounds shall be."`
	Second     float64 `default:"0.2" placeholder:"SHARE" help:"Share that a second reviewer shall see; 0 is none."`
	Seed       string  `help:"What the draw depends on; by default random. It is recorded either way."`
	From       string  `placeholder:"YYYYMM" help:"Only feedback from this month on."`
	To         string  `placeholder:"YYYYMM" help:"Only feedback up to this month."`
	Channel    string  `help:"Only feedback of this channel."`
	JSON       bool    `name:"json" help:"Print JSON."`
}

// reviewReason says who reviews; why is plain, and may be said.
type reviewReason struct {
	Reason string `default:"review" help:"Why; written to the ledger."`
	Ticket string `help:"The case it belongs to."`
	Actor  string `help:"What you call yourself, beside the user you connect as, which is the one that counts (default: the user of this machine)."`
}

func (f reviewReason) request() custody.Request {
	return reasonFlags(f).request()
}

var month = regexp.MustCompile(`^([0-9]{4}(0[1-9]|1[0-2])|000000)?$`)

// Run draws a sample.
func (c *auditSampleCmd) Run(ctx context.Context, con *console) error {
	switch {
	case !month.MatchString(c.From) || !month.MatchString(c.To):
		return usagef("--from and --to want a month as yyyymm")
	case c.Target <= 0 || c.Target >= 1:
		return usagef("--target wants a share between 0 and 1, such as 0.01")
	case c.Confidence < 0.5 || c.Confidence >= 1:
		return usagef("--confidence wants a share from 0.5 to below 1, such as 0.95")
	case c.Second < 0 || c.Second > 1:
		return usagef("--second wants a share from 0 to 1")
	case c.Size < 0 || c.Size > review.MaxSize:
		return usagef("--size wants 1 to %d", review.MaxSize)
	}
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	if c.List {
		return c.list(ctx, con, client)
	}
	second := c.Second
	if second == 0 {
		second = -1 // none, and not the default
	}
	id, err := client.Draw(ctx, custody.Draw{
		Request: c.request(), Seed: c.Seed, Size: c.Size, Target: c.Target, Confidence: c.Confidence, Second: second,
		Scope: review.Scope{From: c.From, To: c.To, Channel: c.Channel},
	})
	if err != nil {
		return err
	}
	st, err := client.Review(ctx, id)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(con.Out, st.Sample)
	}
	s := st.Sample
	fmt.Fprintf(con.Out, "%s\n", s.ID)
	fmt.Fprintf(con.Err, "Sample %s: %d of %d documents, seed %s, ledger entry %d.\n", s.ID, len(s.Items), s.Population, s.Seed, st.Entry)
	w := newRightGrid(con.Err)
	for _, stratum := range s.Strata {
		if stratum.Dimension == "band" {
			fmt.Fprintf(w, "%s\t%d of\t%d\t\n", stratum.Value, stratum.Size, stratum.Population)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if bound := s.Reach(); bound > s.Target {
		fmt.Fprintf(con.Err, "It can rule out a share of %s at best, not the target of %s: draw more.\n", review.Percent(bound), review.Percent(s.Target))
	}
	fmt.Fprintf(con.Err, "Review it with:\n  qingting audit review %s\n", s.ID)
	return nil
}

// list prints every sample with its progress.
func (c *auditSampleCmd) list(ctx context.Context, con *console, client *custody.Client) error {
	ids, err := client.Samples(ctx)
	if err != nil {
		return err
	}
	type line struct {
		ID       string          `json:"id"`
		Progress review.Progress `json:"progress"`
		Result   review.Result   `json:"result"`
	}
	var lines []line
	for _, id := range ids {
		st, err := client.Review(ctx, id)
		if err != nil {
			return fmt.Errorf("sample %s: %w", id, err)
		}
		lines = append(lines, line{id, st.Progress(), st.Result()})
	}
	if c.JSON {
		for _, l := range lines {
			if err := printJSON(con.Out, l); err != nil {
				return err
			}
		}
		return nil
	}
	if len(lines) == 0 {
		fmt.Fprintln(con.Err, "No samples yet.")
		return nil
	}
	w := newGrid(con.Out)
	fmt.Fprintln(w, "SAMPLE\tDOCUMENTS\tJUDGED\tTWICE\tUNDECIDED\tMISSED\tAT MOST\tTARGET")
	for _, l := range lines {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%s\t%s\n", l.ID, l.Progress.Items, l.Progress.Judged, l.Progress.Twice, l.Progress.Undecided,
			l.Result.Missed.Documents, review.Percent(l.Result.Missed.Upper), review.Percent(l.Result.Target))
	}
	return w.Flush()
}
