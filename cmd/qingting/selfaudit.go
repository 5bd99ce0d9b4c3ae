package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"qingting/ingest/custody"
	"qingting/ingest/govern"
	"qingting/internal/document"
	"qingting/privacy/audit"
	"qingting/privacy/subject"
	"qingting/privacy/vault"
)

type selfAuditCmd struct {
	reasonFlags
	custodyFlags
	Output string `short:"o" required:"" placeholder:"DIR" help:"Directory to create."`
	Since  string `placeholder:"2026-01-01" help:"Count what was done from then on, UTC; the register, coverage and the ledger's verification are of all time."`
	Key    string `placeholder:"FILE" help:"Verifier key of the ledger (default: ledger.pub among the server's secrets)."`
}

func (c *selfAuditCmd) Help() string {
	return `Gathers what a self-audit of personal data needs (PIPL 54 to 56, GB/T 46903-2025, GDPR 30): records of processing, data for an
impact assessment, redaction coverage, reveals, erasures, requests with their clocks, proof of retention, the ledger itself
with its verification, the officers' keys and the results of reviews. Pages in Chinese and English, and audit.json.`
}

// selfAudit is what audit.json holds.
type selfAudit struct {
	Entry     int64            `json:"ledger_entry"`
	By        string           `json:"by"`
	Time      time.Time        `json:"time"`
	Since     time.Time        `json:"since,omitzero"`
	Sources   []govern.Source  `json:"records_of_processing"`
	Problems  []govern.Problem `json:"register_problems,omitempty"`
	Retention *shownRetention  `json:"retention,omitempty"` // missing when none was set
	Coverage  coverage         `json:"redaction_coverage"`
	Officers  []vault.Officer  `json:"officers,omitempty"`
	Requests  requestFigures   `json:"requests"`
	Activity  activity         `json:"activity"`
	Ledger    ledgerFigures    `json:"ledger"`
	Missing   []string         `json:"not_to_be_had,omitempty"` // what could not be read, and why
}

// coverage is what redaction did to the documents that are stored.
type coverage struct {
	Documents  int            `json:"documents"`
	Redacted   int            `json:"with_personal_data"`
	Sealed     int            `json:"with_sealed_values"`
	Restricted int            `json:"restricted"`
	Values     map[string]int `json:"values_by_type"`
	Records    map[string]int `json:"records_by_type"`
	Actions    map[string]int `json:"values_by_action"`
	Kept       map[string]int `json:"values_kept_by_type"` // found, and left as the policy says
	Policies   map[string]int `json:"records_by_policy"`
	Engines    map[string]int `json:"records_by_engine"`
	Grades     map[string]int `json:"records_by_sensitivity"`
	Sources    map[string]int `json:"records_by_source"`
	Unknown    map[string]int `json:"records_of_unregistered_sources,omitempty"`
}

// requestFigures are the requests of data subjects with their clocks.
type requestFigures struct {
	Opened  int            `json:"opened"`
	ByKind  map[string]int `json:"by_kind"`
	Open    int            `json:"open"`
	Overdue int            `json:"overdue"`
	Late    int            `json:"closed_late"`
	Days    float64        `json:"mean_days_to_close"`
	Closed  int            `json:"closed"`
	Outcome map[string]int `json:"by_outcome"`
}

// activity is what the ledger says was done.
type activity struct {
	ByAction  map[string]int `json:"entries_by_action"`
	Documents int            `json:"documents_taken_in"`
	Reveals   []listed       `json:"reveals"`
	Approvals []listed       `json:"approvals"`
	Erasures  []listed       `json:"erasures"`
	Exports   []listed       `json:"exports"`
	Expiry    []listed       `json:"retention"`
	Keys      []listed       `json:"keys"`
	Reviews   []listed       `json:"reviews"`
	Settings  []listed       `json:"settings"`
	Failures  []listed       `json:"failures"`
}

// ledgerFigures are the ledger's own state.
type ledgerFigures struct {
	Entries  int64         `json:"entries"`
	First    time.Time     `json:"first,omitzero"`
	Verified *audit.Report `json:"verification,omitempty"`
}

// Run writes the pack.
func (c *selfAuditCmd) Run(ctx context.Context, con *console) error {
	since, err := parseDay("--since", c.Since)
	if err != nil {
		return err
	}
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	if err := newDir(c.Output); err != nil {
		return err
	}
	x, err := beginExtraction(ctx, client, custody.Extract{Request: c.request(), Action: audit.ActionReport, Object: "self-audit"})
	if err != nil {
		return err
	}
	a := &selfAudit{Entry: x.Entry, By: x.Actor, Time: x.Time, Since: since}
	if err := a.gather(ctx, c, client, x); err != nil {
		return x.failed(ctx, err)
	}
	data, err := writeJSONFile(filepath.Join(c.Output, "audit.json"), a)
	if err != nil {
		return x.failed(ctx, err)
	}
	for _, t := range tongues {
		if err := writeSheet(filepath.Join(c.Output, "index."+string(t)+".html"), a.sheet(t)); err != nil {
			return x.failed(ctx, err)
		}
	}
	sum := sha256.Sum256(data)
	if err := x.end(ctx, "done", hex.EncodeToString(sum[:]), map[string]int{"documents": a.Coverage.Documents, "sources": len(a.Sources)}); err != nil {
		return err
	}
	for _, m := range a.Missing {
		fmt.Fprintln(con.Err, "Not in the pack: "+m)
	}
	fmt.Fprintf(con.Err, "Wrote %s. Ledger entry %d.\n", filepath.Join(c.Output, "index.zh.html"), a.Entry)
	if v := a.Ledger.Verified; v != nil && !v.OK() {
		return fmt.Errorf("the ledger does not hold: %d faults, see %s", len(v.Faults), c.Output)
	}
	return nil
}

func (a *selfAudit) gather(ctx context.Context, c *selfAuditCmd, client *custody.Client, x *extraction) error {
	register, _, err := readRegister(ctx, client)
	if err != nil {
		return err
	}
	a.Sources, a.Problems = register.Sources, register.Lint()
	retention, now, err := readRetention(ctx, client)
	if err != nil {
		return err
	}
	if retention != nil {
		a.Retention = &shownRetention{Retention: retention, Hash: now.Hash}
		rules := govern.Rules{Retention: *retention, Register: register}
		for _, s := range register.Sources {
			a.Retention.Sources = append(a.Retention.Sources, shownSourceDays{s.Name, rules.Vault(s.Name, nil), rules.Docs(s.Name, nil)})
		}
	}
	if officers, err := client.Officers(ctx); err != nil {
		a.lacks("officers", err)
	} else {
		a.Officers = officers.Register.Officers
	}
	if cases, err := client.Cases(ctx, ""); err != nil {
		a.lacks("requests", err)
	} else {
		a.Requests = figuresOf(cases, a.Since, a.Time)
	}
	a.Coverage.init()
	err = x.each(ctx, func(d *document.Document, restricted bool) error {
		a.Coverage.add(d, restricted, register)
		return nil
	})
	if err != nil {
		return err
	}
	if err := a.readLedger(ctx, client); err != nil {
		return err
	}
	return a.verify(ctx, c, client)
}

func (a *selfAudit) lacks(what string, err error) {
	a.Missing = append(a.Missing, what+": "+err.Error())
}

func (v *coverage) init() {
	for _, m := range []*map[string]int{&v.Values, &v.Records, &v.Actions, &v.Kept, &v.Policies, &v.Engines, &v.Grades, &v.Sources, &v.Unknown} {
		*m = make(map[string]int)
	}
}

func (v *coverage) add(d *document.Document, restricted bool, register *govern.Register) {
	v.Documents++
	if len(d.Redactions) > 0 {
		v.Redacted++
	}
	if d.Epoch != "" || len(d.Parts) > 0 {
		v.Sealed++
	}
	if restricted {
		v.Restricted++
	}
	for _, r := range d.Redactions {
		v.Values[r.Type]++
		v.Actions[r.Action]++
		if r.Action == "keep" {
			v.Kept[r.Type]++
		}
	}
	for _, t := range typesFound(d) {
		v.Records[t]++
	}
	v.Policies[d.Policy]++
	v.Engines[d.Engine]++
	v.Grades[strconv.Itoa(d.Grade)]++
	v.Sources[sourceOf(d)]++
	if _, ok := register.Find(d.Source); !ok {
		v.Unknown[sourceOf(d)]++
	}
}

func figuresOf(cases []*subject.Case, since, now time.Time) requestFigures {
	f := requestFigures{ByKind: map[string]int{}, Outcome: map[string]int{}}
	var days float64
	for _, k := range cases {
		if k.Opened.Before(since) {
			continue
		}
		f.Opened++
		f.ByKind[string(k.Kind)]++
		if k.Closing == nil {
			f.Open++
			if now.After(k.Due) {
				f.Overdue++
			}
			continue
		}
		f.Closed++
		f.Outcome[string(k.Closing.Outcome)]++
		days += k.Closing.At.Sub(k.Opened).Hours() / 24
		if k.Closing.At.After(k.Due) {
			f.Late++
		}
	}
	if f.Closed > 0 {
		f.Days = days / float64(f.Closed)
	}
	return f
}

// readLedger sorts the entries by what they are of.
func (a *selfAudit) readLedger(ctx context.Context, client *custody.Client) error {
	v := &a.Activity
	v.ByAction = make(map[string]int)
	lists := map[audit.Action]*[]listed{
		audit.ActionReveal: &v.Reveals, audit.ActionLetter: &v.Reveals, audit.ActionApprove: &v.Approvals, audit.ActionErase: &v.Erasures,
		audit.ActionExport: &v.Exports, audit.ActionReport: &v.Exports, audit.ActionRetention: &v.Expiry, audit.ActionKey: &v.Keys,
		audit.ActionReview: &v.Reviews, audit.ActionSample: &v.Reviews, audit.ActionFailure: &v.Failures,
		audit.ActionPolicy: &v.Settings, audit.ActionTaxonomy: &v.Settings, audit.ActionSource: &v.Settings, audit.ActionSetting: &v.Settings, audit.ActionUser: &v.Settings,
	}
	for _, list := range lists {
		*list = []listed{}
	}
	for leaf, err := range client.Entries(ctx, 0) {
		if err != nil {
			return err
		}
		e, err := audit.ParseEntry(leaf)
		if err != nil {
			return fmt.Errorf("entry %d: %w", a.Ledger.Entries, err)
		}
		index := a.Ledger.Entries
		a.Ledger.Entries++
		if a.Ledger.First.IsZero() {
			a.Ledger.First = e.Time
		}
		if e.Time.Before(a.Since) {
			continue
		}
		v.ByAction[string(e.Action)]++
		if e.Action == audit.ActionIntake {
			v.Documents += len(e.Documents)
		}
		if list := lists[e.Action]; list != nil {
			*list = append(*list, listed{index, e})
		}
	}
	return nil
}

// verify exports the ledger into the pack and verifies what was exported, as
// anybody can again. What no checkpoint covers yet is left out.
func (a *selfAudit) verify(ctx context.Context, c *selfAuditCmd, client *custody.Client) error {
	keys, err := c.keys(c.Key)
	if err != nil {
		a.lacks("ledger", err)
		return nil
	}
	signed, err := client.Checkpoints(ctx, keys)
	if err != nil {
		return err
	}
	if len(signed) == 0 {
		a.lacks("ledger", fmt.Errorf("no checkpoint was signed yet"))
		return nil
	}
	dir := filepath.Join(c.Output, "ledger")
	if err := audit.Export(dir, client.Entries(ctx, 0), signed); err != nil {
		return err
	}
	report, err := audit.Verify(os.DirFS(dir), audit.VerifyOptions{Keys: keys})
	if err != nil {
		return err
	}
	a.Ledger.Verified = &report
	return nil
}
