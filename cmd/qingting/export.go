package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingting/ingest/custody"
	"qingting/internal/document"
	"qingting/internal/secrets"
	"qingting/privacy/anonymity"
	"qingting/privacy/audit"
	"qingting/search"
)

type exportCmd struct {
	reasonFlags
	custodyFlags
	Query    []string `arg:"" optional:"" help:"Query as for search; empty exports everything."`
	Where    string   `name:"query" placeholder:"QUERY" help:"The query, as a flag."`
	Output   string   `short:"o" required:"" placeholder:"FILE" help:"File to write: .csv, .jsonl or .xlsx. It is not overwritten."`
	Format   string   `enum:",csv,jsonl,xlsx" default:"" help:"Format: csv, jsonl or xlsx (default: by the name)."`
	Columns  []string `default:"month,region,channel,product,rating,sentiment,themes,painpoints,risks,text" help:"Columns (default ${default}); also dimensions, keywords, language, pii, sensitivity, customer, record."`
	K        int      `default:"5" help:"Customers that share their region, channel, product, month and rating at least; rows of fewer are made coarser or withheld (default ${default})."`
	Purpose  string   `help:"What it is for, from your list of purposes; written to the ledger and the file."`
	Approval string   `placeholder:"ID" help:"What a second person granted, where the rules ask for one: approve ask --for export QUERY."`
	Lexicon  string   `placeholder:"FILE" help:"From a data directory: the lexicon that the server was started with."`
}

func (c *exportCmd) Help() string {
	return `The file holds redacted documents and says so: de-identification grade (GB/T 42460-2023), k (GB/T 37964-2019), policy and
engine versions, who, when, why, and the entry of the ledger, which is written before the first row leaves; another entry
has the counts and the file's hash. FILE.stamp.json says the same beside it. Redacted data are de-identified, not anonymous.
Rows leave at grade 3 only without text, customer and record; with them the file is of grade 2.`
}

// exportK is the least k that an export may have.
const exportK = 2

// stamp is what a file says of itself.
type stamp struct {
	Notice   string           `json:"notice"`
	Entry    int64            `json:"ledger_entry"`
	By       string           `json:"by"`
	Time     time.Time        `json:"time"`
	Reason   string           `json:"reason"`
	Ticket   string           `json:"ticket,omitempty"`
	Purpose  string           `json:"purpose,omitempty"`
	Query    string           `json:"query"`
	Columns  []string         `json:"columns"`
	Grade    anonymity.Grade  `json:"deidentification_grade"`
	Why      string           `json:"grade_because"`
	K        int              `json:"k"`
	KWanted  int              `json:"k_wanted"`
	Counts   anonymity.Counts `json:"counts"`
	Policies []string         `json:"policies"`
	Engines  []string         `json:"engines"`
	Hash     string           `json:"sha256,omitempty"` // in FILE.stamp.json only
}

const exportNotice = "去标识化数据，并非匿名化数据：请按个人信息管理。 De-identified, not anonymous: handle as personal information."

// Run exports.
func (c *exportCmd) Run(ctx context.Context, con *console) error {
	if err := c.check(); err != nil {
		return err
	}
	query := strings.Join(c.Query, " ")
	if c.Where != "" {
		if query != "" {
			return usagef("give the query once: by itself, or with --query")
		}
		query = c.Where
	}
	if err := checkQuery(query); err != nil {
		return err
	}
	client, closeClient, err := c.clientAnd(ctx, con, withLexicon(c.Lexicon))
	if err != nil {
		return err
	}
	defer closeClient()
	req := c.request()
	req.Approval = c.Approval
	x, err := beginExtraction(ctx, client, custody.Extract{
		Request: req, Action: audit.ActionExport, Object: "export:" + c.Format, Query: query, Purpose: c.Purpose,
	})
	if err != nil {
		return err
	}
	s, err := c.write(ctx, x)
	if err != nil {
		return x.failed(ctx, err)
	}
	fmt.Fprintf(con.Err, "Wrote %d rows to %s: de-identification grade %d, k %d; %d made coarser, %d withheld; ledger entry %d.\n",
		s.Counts.Rows, c.Output, s.Grade, s.K, s.Counts.Generalised, s.Counts.Withheld, s.Entry)
	return nil
}

// checkQuery refuses a query that cannot be read, before anybody is asked.
func checkQuery(query string) error {
	var mistake *search.SyntaxError
	if err := search.CheckQuery(query); errors.As(err, &mistake) {
		return usagef("%v\n%s", mistake, mistake.Caret())
	}
	return nil
}

func (c *exportCmd) check() error {
	if c.Format == "" {
		c.Format = strings.TrimPrefix(strings.ToLower(filepath.Ext(c.Output)), ".")
	}
	if !slices.Contains([]string{"csv", "jsonl", "xlsx"}, c.Format) {
		return usagef("-o %s: name it .csv, .jsonl or .xlsx, or give --format", c.Output)
	}
	for _, name := range c.Columns {
		if _, ok := exportColumns[name]; !ok {
			return usagef("--columns: %q is no column", name)
		}
	}
	if c.K < exportK {
		return usagef("--k is %d at least", exportK)
	}
	for _, path := range []string{c.Output, c.stampPath()} {
		if _, err := os.Lstat(path); err == nil {
			return fmt.Errorf("%s exists and will not be overwritten: choose another file with -o", path)
		}
	}
	return nil
}

func (c *exportCmd) stampPath() string { return c.Output + ".stamp.json" }

// write gathers, decides and writes. The file has its name only when the ledger
// has its hash.
func (c *exportCmd) write(ctx context.Context, x *extraction) (stamp, error) {
	rows, err := newSpool(filepath.Dir(c.Output))
	if err != nil {
		return stamp{}, err
	}
	defer rows.close()
	count := anonymity.NewCount(c.K)
	policies, engines := map[string]bool{}, map[string]bool{}
	err = x.each(ctx, func(d *document.Document, restricted bool) error {
		if restricted { // since it was counted
			return nil
		}
		policies[d.Policy], engines[d.Engine] = true, true
		r := exportRow{Quasi: c.quasi(d)}
		for _, name := range c.Columns {
			r.Cells = append(r.Cells, exportColumns[name](d))
		}
		count.Add(r.Quasi, d.Customer)
		return rows.put(r)
	})
	if err != nil {
		return stamp{}, err
	}
	plan := count.Plan()
	s := c.stamp(x, plan)
	s.Policies, s.Engines = sortedKeys(policies), sortedKeys(engines)
	return s, c.deliver(ctx, x, rows, plan, &s)
}

// deliver writes the file beside its place, has the ledger know it, and puts it there.
func (c *exportCmd) deliver(ctx context.Context, x *extraction, rows *spool, plan *anonymity.Plan, s *stamp) error {
	temp, hash, err := writeExport(c.Format, c.Output, *s, func(yield func([]string) error) error {
		return rows.each(func(r exportRow) error {
			coarse, ok := plan.Apply(r.Quasi)
			if !ok {
				return nil
			}
			c.coarsen(r.Cells, coarse)
			return yield(r.Cells)
		})
	})
	if err != nil {
		return err
	}
	defer os.Remove(temp) // not there any more when all went well
	s.Hash = hash
	sheet, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	counts := map[string]int{
		"rows": s.Counts.Rows, "generalised": s.Counts.Generalised, "withheld": s.Counts.Withheld, "k": s.K, "grade": int(s.Grade),
	}
	if err := x.end(ctx, "done", hash, counts); err != nil {
		return err
	}
	if err := secrets.WriteNew(c.stampPath(), append(sheet, '\n')); err != nil {
		return err
	}
	return os.Rename(temp, c.Output)
}

func (c *exportCmd) stamp(x *extraction, plan *anonymity.Plan) stamp {
	linked := slices.Contains(c.Columns, "customer") || slices.Contains(c.Columns, "record")
	g, zh, en := anonymity.GradeOf(anonymity.Facts{K: plan.K(), Want: c.K, Text: slices.Contains(c.Columns, "text"), Linked: linked})
	return stamp{
		Notice: exportNotice, Entry: x.Entry, By: x.Actor, Time: x.Time, Reason: x.Reason, Ticket: x.Ticket, Purpose: x.Purpose, Query: x.Query,
		Columns: c.Columns, Grade: g, Why: zh + " " + en, K: plan.K(), KWanted: c.K, Counts: plan.Counts(),
	}
}

// quasi are the quasi-identifiers of a document that are exported.
func (c *exportCmd) quasi(d *document.Document) (r anonymity.Row) {
	for _, name := range c.Columns {
		switch name {
		case "region":
			r.Region = d.Region
		case "channel":
			r.Channel = d.Channel
		case "product":
			r.Product = d.Product
		case "month":
			r.Month = exportColumns[name](d)
		case "rating":
			r.Rating = exportColumns[name](d)
		}
	}
	return r
}

// coarsen puts what quasi-identifiers became into their cells.
func (c *exportCmd) coarsen(cells []string, r anonymity.Row) {
	for i, name := range c.Columns {
		switch name {
		case "region":
			cells[i] = r.Region
		case "channel":
			cells[i] = r.Channel
		case "product":
			cells[i] = r.Product
		case "month":
			cells[i] = r.Month
		case "rating":
			cells[i] = r.Rating
		}
	}
}

// exportColumns are what may be exported.
var exportColumns = map[string]func(*document.Document) string{
	"month":       func(d *document.Document) string { return d.Time.UTC().Format("2006-01") },
	"region":      func(d *document.Document) string { return d.Region },
	"channel":     func(d *document.Document) string { return d.Channel },
	"product":     func(d *document.Document) string { return d.Product },
	"rating":      rating,
	"sentiment":   func(d *document.Document) string { return d.Sentiment.Label },
	"themes":      func(d *document.Document) string { return tagList(d.Themes) },
	"dimensions":  func(d *document.Document) string { return tagList(d.Dimensions) },
	"painpoints":  func(d *document.Document) string { return tagList(d.PainPoints) },
	"risks":       func(d *document.Document) string { return tagList(d.Risks) },
	"keywords":    func(d *document.Document) string { return strings.Join(d.Keywords, " ") },
	"language":    func(d *document.Document) string { return d.Language },
	"pii":         func(d *document.Document) string { return strings.Join(typesFound(d), " ") },
	"sensitivity": func(d *document.Document) string { return strconv.Itoa(d.Grade) },
	"text":        func(d *document.Document) string { return d.Text },
	"customer":    func(d *document.Document) string { return d.Customer },
	"record":      func(d *document.Document) string { return d.Record },
}

func rating(d *document.Document) string {
	if d.Rating == nil {
		return ""
	}
	return strconv.FormatFloat(*d.Rating, 'g', -1, 64)
}

func tagList(tags []document.Tag) string {
	ids := make([]string, len(tags))
	for i, t := range tags {
		ids[i] = t.ID
	}
	return strings.Join(ids, " ")
}

// typesFound are the types of what was taken out of a document, each once.
func typesFound(d *document.Document) (types []string) {
	for _, r := range d.Redactions {
		types = append(types, r.Type)
	}
	slices.Sort(types)
	return slices.Compact(types)
}

func sortedKeys(set map[string]bool) []string {
	keys := make([]string, 0, len(set))
	for k := range set {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
