package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"qingting/privacy/audit"
)

type auditCmd struct {
	Key        auditKeyCmd        `cmd:"" help:"Print the verifier key of the ledger: give it to whoever audits."`
	List       auditListCmd       `cmd:"" help:"List entries of the ledger."`
	Export     auditExportCmd     `cmd:"" help:"Write the whole ledger to a directory, to be verified anywhere."`
	Restore    auditRestoreCmd    `cmd:"" help:"Give the ledger of a restored back-up the entries back that it lacks, so that what was erased stays erased."`
	Verify     auditVerifyCmd     `cmd:"" help:"Check an export, offline, with nothing but the verifier key."`
	Prove      auditProveCmd      `cmd:"" help:"Prove that an entry, or the document of a record, is in the ledger."`
	Check      auditCheckCmd      `cmd:"" help:"Check such a proof, offline."`
	Sample     auditSampleCmd     `cmd:"" help:"Draw documents at random for a review, those with nothing found among them; --list shows the samples."`
	Review     auditReviewCmd     `cmd:"" help:"Judge the redacted documents of a sample: what is wrong, what was missed."`
	Gaps       auditGapsCmd       `cmd:"" help:"List what reviewers saw missed, by what it looks like."`
	Report     auditReportCmd     `cmd:"" help:"Write a signed report of what a review says of all documents; --verify checks one."`
	Witness    auditWitnessCmd    `cmd:"" help:"Cosign the newest checkpoint, after seeing that the ledger only grew."`
	WitnessKey auditWitnessKeyCmd `cmd:"" help:"Make a witness's key."`
}

type auditKeyCmd struct{ dataFlags }

// Run prints the verifier key.
func (c *auditKeyCmd) Run(con *console) error {
	key, err := os.ReadFile(filepath.Join(c.secretsDir(), ledgerPubFile))
	if err != nil {
		return fmt.Errorf("verifier key: %w; the first start of \"qingting serve\" makes it: give --data DIR or --secrets DIR of that server", err)
	}
	_, err = con.Out.Write(key)
	return err
}

type auditListCmd struct {
	custodyFlags
	From   int64  `placeholder:"N" help:"Begin at entry N, from 0."`
	Last   int    `placeholder:"N" help:"Only the last N that match."`
	Record string `help:"Only entries about this record; its documents' intake among them."`
	Actor  string `help:"Only what this one did."`
	Action string `help:"Only entries of this action: reveal, intake, erase …"`
	Object string `help:"Only entries about this: source:app, epoch:… and the like."`
	JSON   bool   `name:"json" help:"Print JSON lines, each with its index."`
}

// listed is an entry with its place.
type listed struct {
	Index int64 `json:"index"`
	audit.Entry
}

// Run prints one line an entry.
func (c *auditListCmd) Run(ctx context.Context, con *console) error {
	if c.From < 0 || c.Last < 0 {
		return usagef("--from and --last want numbers from 0 on")
	}
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	var found []listed
	index := c.From
	for leaf, err := range client.Entries(ctx, c.From) {
		if err != nil {
			return err
		}
		e, err := audit.ParseEntry(leaf)
		if err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
		if c.matches(e) {
			found = append(found, listed{index, e})
		}
		if c.Last > 0 && len(found) > c.Last {
			found = found[1:]
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
		fmt.Fprintln(con.Err, "No such entries.")
		return nil
	}
	w := newGrid(con.Out)
	fmt.Fprintln(w, "ENTRY\tTIME\tACTOR\tACTION\tABOUT\tWHY")
	for _, l := range found {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\n", l.Index, l.Time.Local().Format(time.DateTime), l.Actor, l.Action, about(l.Entry), why(l.Entry))
	}
	return w.Flush()
}

func (c *auditListCmd) matches(e audit.Entry) bool {
	if c.Record != "" && e.Record != c.Record {
		in := false
		for _, d := range e.Documents {
			in = in || d.Record == c.Record
		}
		if !in {
			return false
		}
	}
	return (c.Actor == "" || e.Actor == c.Actor) && (c.Action == "" || string(e.Action) == c.Action) && (c.Object == "" || e.Object == c.Object)
}

// about says in a few words what an entry concerns.
func about(e audit.Entry) string {
	var parts []string
	add := func(label, value string) {
		if value != "" {
			parts = append(parts, strings.TrimSpace(label+" "+value))
		}
	}
	add("record", e.Record)
	if e.Letter != 0 {
		add("letter", fmt.Sprint(e.Letter))
	}
	add("subject", e.Subject)
	add("", e.Object)
	if n := len(e.Documents); n > 0 {
		add("", fmt.Sprintf("%d documents", n))
	}
	if e.After != "" {
		add("→", e.After)
	}
	return strings.Join(parts, ", ")
}

// why joins purpose, reason, ticket and outcome.
func why(e audit.Entry) string {
	var parts []string
	for _, p := range []string{e.Purpose, e.Reason, e.Ticket, e.Outcome} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, " · ")
}
