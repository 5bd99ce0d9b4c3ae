package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingting/ingest/custody"
	"qingting/internal/document"
	"qingting/privacy/audit"
)

type breachCmd struct {
	reasonFlags
	custodyFlags
	Output string   `short:"o" required:"" placeholder:"DIR" help:"Directory to create."`
	Since  string   `placeholder:"2026-01-31" help:"Only what was received from then on, UTC."`
	Until  string   `placeholder:"2026-02-28" help:"Only what was received before then."`
	Source []string `help:"Only of this source; may be repeated."`
	Epoch  []string `help:"Only what is sealed in this epoch; may be repeated."`
}

func (c *breachCmd) Help() string {
	return `After a leak, or when one is feared: which records, which types of personal data, which persons, how sensitive, from where;
as tables, JSON and pages, with drafts of the notices to the authority and to the persons (PIPL 57), in Chinese and English.
Persons appear as tokens: "qingting subject" and "qingting reveal" lead on, each with its entry in the ledger. The kit names
nobody, and yet tells much: keep it as you keep personal data.`
}

// breachSummary is what a breach touches.
type breachSummary struct {
	Entry    int64          `json:"ledger_entry"`
	By       string         `json:"by"`
	Time     time.Time      `json:"time"`
	Since    time.Time      `json:"since,omitzero"`
	Until    time.Time      `json:"until,omitzero"`
	Sources  []string       `json:"only_sources,omitempty"`
	Epochs   []string       `json:"only_epochs,omitempty"`
	Records  int            `json:"records"`
	Sealed   int            `json:"records_with_sealed_values"`
	First    time.Time      `json:"first_received,omitzero"`
	Last     time.Time      `json:"last_received,omitzero"`
	Persons  int            `json:"customers"`         // distinct pseudonyms of customers
	Tokens   int            `json:"identifiers"`       // distinct tokens of identifiers
	Unknown  int            `json:"records_of_nobody"` // without either
	Types    map[string]int `json:"records_by_type"`
	Grades   map[string]int `json:"records_by_sensitivity"`
	BySource map[string]int `json:"records_by_source"`
	ByRegion map[string]int `json:"records_by_region"`
	ByEpoch  map[string]int `json:"records_by_epoch"`
}

// affected is one person, by token.
type affected struct {
	kind    string
	records int
	grade   int
	types   map[string]bool
}

// breach gathers a kit.
type breach struct {
	breachSummary
	records *table
	because map[string]bool // reasons of sensitivity
	persons map[string]*affected
}

// Run writes the kit.
func (c *breachCmd) Run(ctx context.Context, con *console) error {
	b := &breach{persons: make(map[string]*affected), because: make(map[string]bool)}
	b.Sources, b.Epochs = c.Source, c.Epoch
	var err error
	if b.Since, err = parseDay("--since", c.Since); err != nil {
		return err
	}
	if b.Until, err = parseDay("--until", c.Until); err != nil {
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
	x, err := beginExtraction(ctx, client, custody.Extract{
		Request: c.request(), Action: audit.ActionReport, Object: "breach", Query: strings.TrimSpace(fmt.Sprintf("since %s until %s source %s epoch %s", c.Since, c.Until, strings.Join(c.Source, ","), strings.Join(c.Epoch, ","))),
	})
	if err != nil {
		return err
	}
	b.Entry, b.By, b.Time = x.Entry, x.Actor, x.Time
	b.Types, b.Grades, b.BySource, b.ByRegion, b.ByEpoch = map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	b.records, err = newTable(filepath.Join(c.Output, "records.csv"),
		"record", "received", "source", "channel", "region", "sensitivity", "because", "types", "epochs", "customer", "identifiers", "restricted")
	if err == nil {
		err = errors.Join(x.each(ctx, b.add), b.records.close())
	}
	if err == nil {
		err = b.write(ctx, x, c.Output)
	}
	if err != nil {
		return x.failed(ctx, err)
	}
	fmt.Fprintf(con.Err, "%d records, %d customers and %d identifiers; see %s. Ledger entry %d.\n",
		b.Records, b.Persons, b.Tokens, filepath.Join(c.Output, "index.zh.html"), b.Entry)
	return nil
}

// add takes a document in when it is of what was asked for.
func (b *breach) add(d *document.Document, restricted bool) error {
	epochs := []string{}
	if d.Epoch != "" {
		epochs = append(epochs, d.Epoch)
	}
	for _, p := range d.Parts {
		epochs = append(epochs, p.Epoch)
	}
	switch {
	case !b.Since.IsZero() && d.Intake.Before(b.Since), !b.Until.IsZero() && !d.Intake.Before(b.Until),
		len(b.Sources) > 0 && !slices.Contains(b.Sources, sourceOf(d)),
		len(b.Epochs) > 0 && !slices.ContainsFunc(epochs, func(e string) bool { return slices.Contains(b.Epochs, e) }):
		return nil
	}
	types := typesFound(d)
	b.Records++
	if len(epochs) > 0 {
		b.Sealed++
	}
	if b.First.IsZero() || d.Intake.Before(b.First) {
		b.First = d.Intake
	}
	if d.Intake.After(b.Last) {
		b.Last = d.Intake
	}
	for _, t := range types {
		b.Types[t]++
	}
	for _, reason := range d.GradeReasons {
		b.because[reason] = true
	}
	b.Grades[strconv.Itoa(d.Grade)]++
	b.BySource[sourceOf(d)]++
	b.ByRegion[d.Region]++
	for _, e := range epochs {
		b.ByEpoch[e]++
	}
	tokens := append([]string{}, d.Subjects...)
	if d.Customer == "" && len(tokens) == 0 {
		b.Unknown++
	}
	b.touch("customer", d.Customer, d, types)
	for _, t := range tokens {
		b.touch("identifier", t, d, types)
	}
	return b.records.row(
		d.Record, d.Intake.UTC().Format(time.RFC3339), sourceOf(d), d.Channel, d.Region, strconv.Itoa(d.Grade), strings.Join(d.GradeReasons, " "),
		strings.Join(types, " "), strings.Join(epochs, " "), d.Customer, strings.Join(tokens, " "), strconv.FormatBool(restricted),
	)
}

// sourceOf is the source as the register knows it.
func sourceOf(d *document.Document) string {
	if d.Source == "" {
		return "default"
	}
	return d.Source
}

func (b *breach) touch(kind, token string, d *document.Document, types []string) {
	if token == "" {
		return
	}
	p := b.persons[kind+" "+token]
	if p == nil {
		p = &affected{kind: kind, types: make(map[string]bool)}
		b.persons[kind+" "+token] = p
		if kind == "customer" {
			b.Persons++
		} else {
			b.Tokens++
		}
	}
	p.records++
	p.grade = max(p.grade, d.Grade)
	for _, t := range types {
		p.types[t] = true
	}
}

// write writes the files, and closes the entry with the hash of the summary.
func (b *breach) write(ctx context.Context, x *extraction, dir string) error {
	summary, err := writeJSONFile(filepath.Join(dir, "summary.json"), b.breachSummary)
	if err != nil {
		return err
	}
	persons, err := newTable(filepath.Join(dir, "subjects.csv"), "token", "kind", "records", "highest_sensitivity", "types")
	if err != nil {
		return err
	}
	for _, key := range sortedBy(b.persons) {
		p := b.persons[key]
		if err := persons.row(strings.TrimPrefix(key, p.kind+" "), p.kind, strconv.Itoa(p.records), strconv.Itoa(p.grade), strings.Join(sortedKeys(p.types), " ")); err != nil {
			return errors.Join(err, persons.close())
		}
	}
	if err := persons.close(); err != nil {
		return err
	}
	for _, t := range tongues {
		for name, s := range map[string]sheet{"index": b.sheet(t), "notice-authority": b.toAuthority(t), "notice-subjects": b.toPersons(t)} {
			if err := writeSheet(filepath.Join(dir, name+"."+string(t)+".html"), s); err != nil {
				return err
			}
		}
	}
	counts := map[string]int{"records": b.Records, "customers": b.Persons, "identifiers": b.Tokens}
	for t, n := range b.Types {
		counts["type:"+t] = n
	}
	sum := sha256.Sum256(summary)
	return x.end(ctx, "done", hex.EncodeToString(sum[:]), counts)
}

func sortedBy[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
