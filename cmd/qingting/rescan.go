package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"qingting/ingest/amend"
	"qingting/ingest/custody"
)

type rescanCmd struct {
	custodyFlags
	engineFlags `group:"How feedback is read, of a stopped server: as it was started"`

	Reason string  `help:"Why; written to the ledger. Required without --dry-run."`
	Ticket string  `help:"The case it belongs to."`
	DryRun bool    `help:"Only say what would be taken out: places and types, never what stands there."`
	Stamp  bool    `help:"Give documents in which nothing is found the present versions of policy and engine as well."`
	All    bool    `help:"Look also at documents that are of the present policy and engine."`
	Again  bool    `help:"Begin anew, where an interrupted run could be gone on with."`
	Rate   float64 `default:"500" placeholder:"N" help:"Documents a second, at most; 0 is no limit (default ${default})."`
	JSON   bool    `name:"json" help:"Print JSON."`
}

func (c *rescanCmd) Help() string {
	return `Looks for personal data in every stored document, by the policy and engine that the server runs with now, and takes out what
it finds: sealed beside what was sealed of the record before, and replaced as at intake. Do so after a change of policy or engine,
with --dry-run first. Interrupted, by Ctrl-C or a kill, it goes on where it was when it is run again. Intake goes first: while
messages wait there, it pauses. It is done by the server at --nats, or, of one that is stopped, in the data directory.`
}

// Run has the server do it, and looks on.
func (c *rescanCmd) Run(ctx context.Context, con *console) error {
	if !c.DryRun && strings.TrimSpace(c.Reason) == "" {
		return usagef("a reason is missing: give --reason, or look first with --dry-run")
	}
	if c.Rate < 0 {
		return usagef("--rate %g: want 0 or more", c.Rate)
	}
	local := &localRescan{data: c.dataFlags, engine: c.engineFlags}
	client, closeClient, err := c.clientAnd(ctx, con, func(st *streams, cfg *custody.Config) (func(), error) { return local.add(ctx, st, cfg) })
	if err != nil {
		return err
	}
	defer closeClient()
	run, err := client.Rescan(ctx, custody.Request{Actor: systemUser(), Reason: c.Reason, Ticket: c.Ticket},
		custody.RescanOptions{Dry: c.DryRun, All: c.All, Stamp: c.Stamp, Again: c.Again, Rate: c.Rate})
	if err != nil {
		return err
	}
	done, found, err := followRun(ctx, con, "rescan", func(ctx context.Context, from int, stop bool) (custody.Rescan, error) {
		return client.RescanRun(ctx, run.ID, from, stop)
	})
	if err != nil {
		return err
	}
	if done.Done && !c.DryRun {
		if err := local.index(ctx, con); err != nil {
			return err
		}
	}
	if err := c.print(con, done, found); err != nil {
		return err
	}
	return ended(done, "rescan")
}

// ended says what went wrong with a run.
func ended(run custody.Rescan, what string) error {
	switch {
	case !run.Done:
		return errors.New("the " + what + " was interrupted: " + run.Error + "; run it again and it goes on where it was")
	case run.Failed > 0:
		return fmt.Errorf("%d documents could not be changed: see the server's log, and run it again", run.Failed)
	}
	return nil
}

// lookEvery is how often a run is asked how far it is.
const lookEvery = 250 * time.Millisecond

// followRun shows how far a run has come, until it ends, and gathers what it
// found. look asks the run, for differences from the from-th on, and tells it to
// stop, which it does when ctx ends.
func followRun(ctx context.Context, con *console, what string, look func(ctx context.Context, from int, stop bool) (custody.Rescan, error)) (custody.Rescan, []amend.Difference, error) {
	var found []amend.Difference
	bar := progressOf(con.Err, 1, what)
	defer func() { _ = bar.Finish() }() // it is only to be looked at
	rest := context.WithoutCancel(ctx)
	for wait := lookEvery; ; {
		now, err := look(rest, len(found), ctx.Err() != nil)
		if err != nil {
			return now, nil, err
		}
		found = append(found, now.Differences...)
		if now.Last > 0 {
			bar.ChangeMax64(int64(now.Last))
			_ = bar.Set64(int64(now.Seq))
		}
		if now.Ended && len(now.Differences) == 0 {
			return now, found, nil
		}
		if wait = lookEvery; len(now.Differences) > 0 {
			wait = 0
		}
		select {
		case <-time.After(wait):
		case <-stopOnce(ctx):
		}
	}
}

// stopOnce is ctx's end, or, when that was told already, a moment.
func stopOnce(ctx context.Context) <-chan struct{} {
	if ctx.Err() == nil {
		return ctx.Done()
	}
	return nil
}

// rescanned is what rescan prints as JSON.
type rescanned struct {
	amend.Progress
	Differences []amend.Difference `json:"differences"`
}

func (c *rescanCmd) print(con *console, run custody.Rescan, found []amend.Difference) error {
	if c.JSON {
		if found == nil {
			found = []amend.Difference{}
		}
		return json.NewEncoder(con.Out).Encode(rescanned{run.Progress, found})
	}
	if run.Resumed > 0 {
		fmt.Fprintf(con.Err, "Went on after document message %d, where a run was interrupted.\n", run.Resumed)
	}
	fmt.Fprintf(con.Err, "%s.\n", run.Describe())
	w := newGrid(con.Out)
	for _, t := range slices.Sorted(maps.Keys(run.Types)) {
		fmt.Fprintf(w, "type\t%s\t%d\n", t, run.Types[t])
	}
	for _, r := range slices.Sorted(maps.Keys(run.Rules)) {
		fmt.Fprintf(w, "rule\t%s\t%d\n", r, run.Rules[r])
	}
	if c.DryRun {
		for _, d := range found {
			for _, s := range d.Spans {
				field := s.Field
				if field == "" {
					field = "text"
				}
				fmt.Fprintf(w, "%s\t%s\t%d-%d\t%s\t%s\n", d.Record, field, s.Start, s.End, s.Type, s.Rule)
			}
		}
	}
	return w.Flush()
}
