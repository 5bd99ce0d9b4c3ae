package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingting/ingest/custody"
	"qingting/ingest/govern"
	"qingting/ingest/settings"
	"qingting/privacy/audit"
)

type retentionCmd struct {
	Show  retentionShowCmd  `cmd:"" help:"Show how long sealed values and documents are kept."`
	Set   retentionSetCmd   `cmd:"" help:"Change it: only what is given changes."`
	Run   retentionRunCmd   `cmd:"" help:"Delete now what is past its time; the server does so once a day."`
	Proof retentionProofCmd `cmd:"" help:"List what was deleted, from the ledger."`
}

func (c *retentionCmd) Help() string {
	return `Sealed values and documents are kept for days from intake: in general, or those of their source instead, and no longer
than the register of sources says of the source, nor than any type of personal data in the record allows.`
}

// shownRetention is what retention show prints as JSON.
type shownRetention struct {
	*govern.Retention
	Hash    string            `json:"hash,omitempty"`
	Sources []shownSourceDays `json:"sources,omitempty"`
}

type shownSourceDays struct {
	Source string `json:"source"`
	Vault  int    `json:"vault"`
	Docs   int    `json:"docs"`
}

type retentionShowCmd struct {
	custodyFlags
	JSON bool `name:"json" help:"Print JSON."`
}

// Run prints the rules, and what they come to for each source.
func (c *retentionShowCmd) Run(ctx context.Context, con *console) error {
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	r, now, err := readRetention(ctx, client)
	if err != nil {
		return err
	}
	register, _, err := readRegister(ctx, client)
	if err != nil {
		return err
	}
	if r == nil {
		fmt.Fprintln(con.Err, "None was set: sealed values are dropped by the age of their stream, 180 days unless \"serve --vault-retention\" said\n"+
			"otherwise, and the ledger has no proof of it; documents are kept. \"qingting retention set\" sets one.")
		return nil
	}
	out := shownRetention{Retention: r, Hash: now.Hash}
	rules := govern.Rules{Retention: *r, Register: register}
	for _, s := range register.Sources {
		out.Sources = append(out.Sources, shownSourceDays{s.Name, rules.Vault(s.Name, nil), rules.Docs(s.Name, nil)})
	}
	if c.JSON {
		return writeIndented(con.Out, out)
	}
	w := newGrid(con.Out)
	fmt.Fprintln(w, "\tVAULT\tDOCS")
	fmt.Fprintf(w, "in general\t%s\t%s\n", orForEver(r.Vault.Days), orForEver(r.Docs.Days))
	for _, s := range out.Sources {
		fmt.Fprintf(w, "source %s\t%s\t%s\n", s.Source, orForEver(s.Vault), orForEver(s.Docs))
	}
	types := maps.Clone(r.Vault.Types)
	if types == nil {
		types = map[string]int{}
	}
	maps.Copy(types, r.Docs.Types)
	for _, t := range slices.Sorted(maps.Keys(types)) {
		fmt.Fprintf(w, "with %s\t%s\t%s\n", t, atMost(r.Vault.Types[t]), atMost(r.Docs.Types[t]))
	}
	return w.Flush()
}

func orForEver(days int) string {
	if days == 0 {
		return "for ever"
	}
	return fmt.Sprintf("%d days", days)
}

func atMost(days int) string {
	if days == 0 {
		return "-"
	}
	return fmt.Sprintf("at most %d days", days)
}

func writeIndented(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

type retentionSetCmd struct {
	reasonFlags
	custodyFlags
	Vault       *int     `placeholder:"N" help:"Sealed values are kept N days (at first 180)."`
	Docs        *int     `placeholder:"N" help:"Documents are kept N days; 0: for ever (at first)."`
	VaultSource []string `placeholder:"SOURCE=N" sep:"none" help:"Sealed values of a source, instead; N 0 takes it back. May be repeated."`
	DocsSource  []string `placeholder:"SOURCE=N" sep:"none" help:"Documents of a source, instead."`
	VaultType   []string `placeholder:"TYPE=N" help:"Sealed values of records with this type of personal data, at most: ID_CARD=30."`
	DocsType    []string `placeholder:"TYPE=N" help:"Documents of such records, at most."`
}

// firstVaultDays is what the vault's retention is until it is set.
const firstVaultDays = 180

// Run changes the retention.
func (c *retentionSetCmd) Run(ctx context.Context, con *console) error {
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	r, now, err := readRetention(ctx, client)
	if err != nil {
		return err
	}
	if r == nil {
		r = &govern.Retention{Vault: govern.Periods{Days: firstVaultDays}}
	}
	if c.Vault != nil {
		r.Vault.Days = *c.Vault
	}
	if c.Docs != nil {
		r.Docs.Days = *c.Docs
	}
	for _, set := range []struct {
		flag string
		of   *map[string]int
		list []string
	}{
		{"--vault-source", &r.Vault.Sources, c.VaultSource},
		{"--docs-source", &r.Docs.Sources, c.DocsSource},
		{"--vault-type", &r.Vault.Types, c.VaultType},
		{"--docs-type", &r.Docs.Types, c.DocsType},
	} {
		if err := setDays(set.flag, set.of, set.list); err != nil {
			return err
		}
	}
	data, err := r.Encode()
	if err != nil {
		return err
	}
	if _, err := govern.ParseRetention(data); err != nil {
		return usageError{err}
	}
	_, err = client.Govern(ctx, c.request(), settings.Retention, data, now.Revision, string(settings.Retention))
	if err == nil {
		fmt.Fprintln(con.Err, "Set. It takes effect with the next run: \"qingting retention run\" makes one now, --dry-run says what would go.")
	}
	return err
}

func setDays(flag string, to *map[string]int, list []string) error {
	for _, item := range list {
		i := strings.LastIndex(item, "=")
		days, err := strconv.Atoi(item[i+1:])
		if i < 1 || err != nil {
			return usagef("%s wants NAME=DAYS", flag)
		}
		if *to == nil {
			*to = make(map[string]int)
		}
		(*to)[item[:i]] = days
		if days == 0 {
			delete(*to, item[:i])
		}
	}
	return nil
}

type retentionRunCmd struct {
	custodyFlags
	Reason string `help:"Why; written to the ledger. Required without --dry-run."`
	Ticket string `help:"The case it belongs to."`
	DryRun bool   `help:"Only say what would be deleted."`
	JSON   bool   `name:"json" help:"Print JSON."`
}

// Run has a run made and prints its report.
func (c *retentionRunCmd) Run(ctx context.Context, con *console) error {
	if !c.DryRun && strings.TrimSpace(c.Reason) == "" {
		return usagef("a reason is missing: give --reason, or look first with --dry-run")
	}
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	r, err := client.Expire(ctx, custody.Request{Actor: systemUser(), Reason: c.Reason, Ticket: c.Ticket}, c.DryRun)
	if err != nil {
		return err
	}
	if r == nil {
		return errors.New("the server gave no report")
	}
	if c.JSON {
		return writeIndented(con.Out, r)
	}
	verb := "Deleted"
	if c.DryRun {
		verb = "Would delete"
	}
	fmt.Fprintf(con.Err, "%s the sealed values of %d records, %d documents, and the keys of %d epochs under which nothing is sealed any more; %d restricted records stay.\n",
		verb, r.Vault.Records, r.Docs.Records, r.Keys, r.Held)
	w := newGrid(con.Out)
	for _, t := range []struct {
		name string
		govern.Tally
	}{{"vault", r.Vault}, {"docs", r.Docs}} {
		if t.Records == 0 {
			continue
		}
		fmt.Fprintf(w, "%s\t%d\treceived %s to %s\n", t.name, t.Records, t.From.UTC().Format(time.DateTime), t.To.UTC().Format(time.DateTime))
		for _, s := range slices.Sorted(maps.Keys(t.Sources)) {
			fmt.Fprintf(w, "%s\t%d\tsource %s\n", t.name, t.Sources[s], s)
		}
		for _, typ := range slices.Sorted(maps.Keys(t.Types)) {
			fmt.Fprintf(w, "%s\t%d\twith %s\n", t.name, t.Types[typ], typ)
		}
	}
	return w.Flush()
}

type retentionProofCmd struct {
	custodyFlags
	Since string `placeholder:"2026-01-31" help:"Only what was deleted from this day on, UTC."`
	JSON  bool   `name:"json" help:"Print JSON lines, each with its index."`
}

// Run prints the retention entries of the ledger.
func (c *retentionProofCmd) Run(ctx context.Context, con *console) error {
	since, err := parseDay("--since", c.Since)
	if err != nil {
		return err
	}
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	var found []listed
	var index int64
	for leaf, err := range client.Entries(ctx, 0) {
		if err != nil {
			return err
		}
		e, err := audit.ParseEntry(leaf)
		if err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
		if e.Action == audit.ActionRetention && !e.Time.Before(since) {
			found = append(found, listed{index, e})
		}
		index++
	}
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		for _, l := range found {
			if err := enc.Encode(l); err != nil {
				return err
			}
		}
		return nil
	}
	if len(found) == 0 {
		fmt.Fprintln(con.Err, "No run is in the ledger yet.")
		return nil
	}
	w := newGrid(con.Out)
	fmt.Fprintln(w, "ENTRY\tTIME\tACTOR\tABOUT\tRECORDS\tKEYS\tRECEIVED\tOUTCOME")
	for _, l := range found {
		received := ""
		if l.Before != "" {
			received = l.Before + " to " + l.After
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%d\t%d\t%s\t%s\n", l.Index, l.Time.UTC().Format(time.DateTime), l.Actor, l.Object,
			l.Counts["records"], l.Counts["epochs"], received, l.Outcome)
	}
	return w.Flush()
}

// parseDay reads a day or a time; empty is no bound.
func parseDay(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339, "2006-01-02T15:04"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usagef("%s wants a day such as 2026-01-31, or a time such as 2026-01-31T08:00:00Z", flag)
}
