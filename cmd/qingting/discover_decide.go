package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"qingting/ingest/custody"
	"qingting/textmining/discover/follow"
)

// keptTheme is a theme as discover list tells it.
type keptTheme struct {
	ID       string        `json:"id"`
	Name     string        `json:"name,omitempty"`
	Named    bool          `json:"named,omitempty"` // by an analyst
	Status   follow.Status `json:"status"`
	Promoted string        `json:"promoted,omitempty"`
	Size     *int          `json:"size,omitempty"` // documents in the last run that held it; left out when they were too few to show
	Since    string        `json:"since,omitempty"`
	Into     string        `json:"into,omitempty"`
	Of       string        `json:"of,omitempty"`
	Last     int           `json:"last_run"`
}

// keptThemes is all of them, and what was decided.
type keptThemes struct {
	Runs      int               `json:"runs"`
	Themes    []keptTheme       `json:"themes"`
	Decisions []follow.Decision `json:"decisions"`
}

// themesKept tells what a state knows, of enough customers.
func themesKept(s *follow.State) keptThemes {
	out := keptThemes{Runs: s.Fits, Themes: []keptTheme{}, Decisions: append([]follow.Decision{}, s.Decisions...)}
	for _, t := range s.Themes {
		k := keptTheme{ID: t.ID, Name: t.Name, Named: t.Named, Status: t.Status, Promoted: t.Promoted, Since: t.Since, Into: t.Into, Of: t.Of, Last: t.Last}
		if !t.Few {
			k.Size = &t.Size
		} else if !t.Named {
			continue
		}
		out.Themes = append(out.Themes, k)
	}
	slices.SortStableFunc(out.Themes, func(a, b keptTheme) int { return b.Last - a.Last })
	return out
}

func (k keptThemes) write(con *console) error {
	if len(k.Themes) == 0 {
		fmt.Fprintln(con.Err, "No themes were found yet: run \"qingting discover\" first.")
		return nil
	}
	rows := [][]string{{"ID", "STATUS", "TEXTS", "SINCE", "LAST RUN", "NAME"}}
	for _, t := range k.Themes {
		status, size := string(t.Status), "-"
		switch {
		case t.Into != "":
			status = "part of " + t.Into
		case t.Promoted != "":
			status += ": " + t.Promoted
		case t.Of != "":
			status += ", split from " + t.Of
		}
		if t.Size != nil {
			size = strconv.Itoa(*t.Size)
		}
		rows = append(rows, []string{t.ID, status, size, orDash(t.Since), fmt.Sprintf("%d of %d", t.Last, k.Runs), t.Name})
	}
	return alignRows(con.Out, rows)
}

// decideTheme changes a state as an order says.
func decideTheme(s *follow.State, r custody.DiscoverOrder) error {
	switch r.Action {
	case custody.DiscoverRename:
		return s.Rename(r.ID, r.Name)
	case custody.DiscoverMerge:
		return s.Merge(r.ID, r.With...)
	case custody.DiscoverSeparate:
		return s.Separate(r.ID)
	case custody.DiscoverSplit:
		parts := make([]follow.Part, len(r.Parts))
		for i, p := range r.Parts {
			parts[i] = follow.Part{Name: p.Name, Terms: p.Terms}
		}
		_, err := s.Split(r.ID, parts...)
		return err
	case custody.DiscoverDismiss:
		return s.Dismiss(r.ID)
	case custody.DiscoverRestore:
		return s.Restore(r.ID)
	}
	return errors.New("malformed request")
}

// decisionFlags say where the themes are kept, and why they are changed.
type decisionFlags struct {
	storedPlace
	State  string `placeholder:"FILE" help:"Change the themes kept in this file, and none of a server or data directory."`
	Reason string `help:"Why; written to the ledger first. Required, but for --state."`
	Ticket string `help:"The case it belongs to."`
	Actor  string `help:"What you call yourself, beside the user you connect as."`
	JSON   bool   `name:"json" help:"Print the themes as JSON."`
}

// carry has an order carried out, in the file or by the service.
func (f decisionFlags) carry(ctx context.Context, con *console, r custody.DiscoverOrder) error {
	if f.State != "" && f.given() {
		return usagef("give --state, or --data or --nats, not both")
	}
	var kept keptThemes
	if f.State != "" {
		state, err := readState(f.State)
		if err != nil {
			return err
		}
		if r.Action != custody.DiscoverList {
			if err := decideTheme(state, r); err != nil {
				return err
			}
			if err := writeState(f.State, state); err != nil {
				return err
			}
		}
		kept = themesKept(state)
	} else {
		if r.Action != custody.DiscoverList && strings.TrimSpace(f.Reason) == "" {
			return usagef("say why with --reason, for the ledger")
		}
		r.Request = officerFlags{Reason: f.Reason, Ticket: f.Ticket, Actor: f.Actor}.request()
		if err := f.order(ctx, con, r, &kept); err != nil {
			return err
		}
	}
	if f.JSON {
		return printJSON(con.Out, kept)
	}
	if r.Action == custody.DiscoverList {
		return kept.write(con)
	}
	made := kept.Decisions[len(kept.Decisions)-1]
	fmt.Fprintf(con.Out, "%s %s %s\n", made.Action, made.ID, strings.Join(append(made.With, made.Name), " "))
	return nil
}

type discoverListCmd struct {
	decisionFlags
}

// Run lists the themes.
func (c *discoverListCmd) Run(ctx context.Context, con *console) error {
	return c.carry(ctx, con, custody.DiscoverOrder{Action: custody.DiscoverList})
}

type discoverRenameCmd struct {
	decisionFlags
	ID   string `arg:"" help:"Theme, such as d-3."`
	Name string `arg:"" help:"What it is called from now on."`
}

// Run names a theme.
func (c *discoverRenameCmd) Run(ctx context.Context, con *console) error {
	return c.carry(ctx, con, custody.DiscoverOrder{Action: custody.DiscoverRename, ID: c.ID, Name: c.Name})
}

type discoverMergeCmd struct {
	decisionFlags
	ID   string   `arg:"" help:"Theme that the others belong to from now on."`
	With []string `arg:"" help:"The others."`
}

// Run merges themes.
func (c *discoverMergeCmd) Run(ctx context.Context, con *console) error {
	return c.carry(ctx, con, custody.DiscoverOrder{Action: custody.DiscoverMerge, ID: c.ID, With: c.With})
}

type discoverSeparateCmd struct {
	decisionFlags
	ID string `arg:"" help:"Theme that was merged into another."`
}

// Run undoes a merger.
func (c *discoverSeparateCmd) Run(ctx context.Context, con *console) error {
	return c.carry(ctx, con, custody.DiscoverOrder{Action: custody.DiscoverSeparate, ID: c.ID})
}

type discoverSplitCmd struct {
	decisionFlags
	ID   string   `arg:"" help:"Theme."`
	Part []string `required:"" sep:"none" placeholder:"NAME=WORD,WORD" help:"A part, and words that its texts hold; give two or more. What has none of them stays with the theme."`
}

// Run divides a theme. Its documents are dealt out by the next run.
func (c *discoverSplitCmd) Run(ctx context.Context, con *console) error {
	r := custody.DiscoverOrder{Action: custody.DiscoverSplit, ID: c.ID}
	for _, text := range c.Part {
		name, words, ok := strings.Cut(text, "=")
		p := custody.DiscoverPart{Name: strings.TrimSpace(name)}
		for _, w := range strings.FieldsFunc(words, func(r rune) bool { return r == ',' || r == '，' || r == '、' }) {
			if w = strings.TrimSpace(w); w != "" {
				p.Terms = append(p.Terms, w)
			}
		}
		if !ok || p.Name == "" || len(p.Terms) == 0 {
			return usagef("--part must be NAME=WORD,WORD, such as 光猫=光猫,红灯")
		}
		r.Parts = append(r.Parts, p)
	}
	return c.carry(ctx, con, r)
}

type discoverDismissCmd struct {
	decisionFlags
	ID string `arg:"" help:"Theme."`
}

// Run puts a theme out of sight.
func (c *discoverDismissCmd) Run(ctx context.Context, con *console) error {
	return c.carry(ctx, con, custody.DiscoverOrder{Action: custody.DiscoverDismiss, ID: c.ID})
}

type discoverRestoreCmd struct {
	decisionFlags
	ID string `arg:"" help:"Theme that was dismissed or promoted."`
}

// Run opens a theme again.
func (c *discoverRestoreCmd) Run(ctx context.Context, con *console) error {
	return c.carry(ctx, con, custody.DiscoverOrder{Action: custody.DiscoverRestore, ID: c.ID})
}
