package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"text/tabwriter"
	"time"

	"qingting/internal/secrets"
	"qingting/privacy"
	"qingting/privacy/rule"
)

// policyCmd looks at redaction policies before they are put to use.
type policyCmd struct {
	Lint policyLintCmd `cmd:"" help:"Check a policy, the examples of its recognisers included."`
	Diff policyDiffCmd `cmd:"" help:"Show what a policy would redact, let through or change compared with another."`
}

type policyLintCmd struct {
	File string `arg:"" help:"Policy file."`
	JSON bool   `name:"json" help:"Write the result as JSON."`
}

func (c *policyLintCmd) Help() string {
	return `A mistake is told with its line, and the exit code is 1. Otherwise the version of the policy is written, and
what it lets through on purpose.`
}

// policySummary is what a policy comes to.
type policySummary struct {
	File    string                       `json:"file"`
	Version string                       `json:"version"`
	Actions map[rule.Type]privacy.Action `json:"actions"`
	Own     int                          `json:"recognisers"`
	Notes   []string                     `json:"notes"`
}

func (c *policyLintCmd) Run(con *console) error {
	p, err := loadPolicy(c.File)
	if err != nil {
		return err
	}
	if _, err := privacy.NewDetector(p); err != nil {
		return err
	}
	s := policySummary{File: c.File, Version: p.Version(), Actions: make(map[rule.Type]privacy.Action), Own: len(p.Recognisers()), Notes: p.Notes()}
	for _, t := range append(rule.Types(), p.CustomTypes()...) {
		s.Actions[t] = p.Action(t)
	}
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetIndent("", "  ")
		return enc.Encode(s)
	}
	fmt.Fprintf(con.Out, "policy %s: good\n", s.Version)
	by := make(map[privacy.Action]int)
	for _, a := range s.Actions {
		by[a]++
	}
	for _, a := range slices.Sorted(maps.Keys(by)) {
		fmt.Fprintf(con.Out, "%10s  %d types\n", a, by[a])
	}
	if s.Own > 0 {
		fmt.Fprintf(con.Out, "%10d  recognisers of its own, their examples hold\n", s.Own)
	}
	for _, n := range s.Notes {
		fmt.Fprintf(con.Out, "note: %s\n", n)
	}
	return nil
}

type policyDiffCmd struct {
	A       string `arg:"" help:"Policy file in use; default is the default policy."`
	B       string `arg:"" help:"Policy file to compare with it; default is the default policy."`
	Data    string `required:"" placeholder:"FILE" help:"JSONL with \"id\" and \"text\" a line; - is standard input."`
	Samples int    `default:"3" help:"Places to name for each kind of change."`
	JSON    bool   `name:"json" help:"Write the report as JSON."`
}

func (c *policyDiffCmd) Help() string {
	return `Every text is redacted by both policies. Places are named by the id of the text, or its line, and by start and
end in code points; values are never written. The exit code is 0 whether the policies differ or not.`
}

// policyChange is one kind of change.
type policyChange struct {
	Difference privacy.Difference `json:"difference"`
	TypeA      rule.Type          `json:"type_a,omitempty"`
	ActionA    privacy.Action     `json:"action_a"`
	TypeB      rule.Type          `json:"type_b,omitempty"`
	ActionB    privacy.Action     `json:"action_b"`
}

type policyChangeCount struct {
	policyChange
	Places    int           `json:"places"`
	Documents int           `json:"documents"`
	Samples   []policyPlace `json:"samples"`
}

type policyPlace struct {
	Line  int             `json:"line"`
	ID    json.RawMessage `json:"id"`
	Start int             `json:"start"`
	End   int             `json:"end"`
}

type policyDiffReport struct {
	A         string              `json:"policy_a"`
	B         string              `json:"policy_b"`
	Documents int                 `json:"documents"`
	Touched   int                 `json:"documents_touched"`
	Changes   []policyChangeCount `json:"changes"`
}

func (c *policyDiffCmd) Run(ctx context.Context, con *console) error {
	key := secrets.NewSecret().Bytes() // the same for both, so that pseudonyms agree
	var redactors [2]*privacy.Redactor
	var report policyDiffReport
	for i, file := range [2]string{c.A, c.B} {
		if file == "default" {
			file = ""
		}
		p, err := loadPolicy(file)
		if err != nil {
			return err
		}
		*[2]*string{&report.A, &report.B}[i] = p.Version()
		if redactors[i], err = newRedactor(file, key); err != nil {
			return err
		}
	}
	in, err := openInput(c.Data, con)
	if err != nil {
		return err
	}
	defer in.Close()
	var mu sync.Mutex // guards report and found
	found := make(map[policyChange]*policyChangeCount)
	at := time.Now()
	err = eachLine(ctx, in, con, func(n int, line []byte, _ *bytes.Buffer) error {
		if len(bytes.TrimSpace(line)) == 0 {
			return nil
		}
		var row redactIn
		if err := row.parse(line); err != nil {
			return err
		}
		changes := privacy.Compare(redactors[0].Redact(row.text, at), redactors[1].Redact(row.text, at))
		mu.Lock()
		defer mu.Unlock()
		report.Documents++
		if len(changes) > 0 {
			report.Touched++
		}
		seen := make(map[policyChange]bool)
		for _, ch := range changes {
			kind := policyChange{ch.Difference, ch.TypeA, ch.ActionA, ch.TypeB, ch.ActionB}
			if found[kind] == nil {
				found[kind] = &policyChangeCount{policyChange: kind}
			}
			count := found[kind]
			count.Places++
			if !seen[kind] {
				seen[kind] = true
				count.Documents++
			}
			count.sample(policyPlace{n, slices.Clone(row.id), ch.Start, ch.End}, c.Samples)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%w; nothing is compared", err)
	}
	report.Changes = []policyChangeCount{}
	for _, count := range found {
		report.Changes = append(report.Changes, *count)
	}
	slices.SortFunc(report.Changes, func(a, b policyChangeCount) int {
		return cmp.Or(cmp.Compare(b.Difference, a.Difference), cmp.Compare(b.Places, a.Places),
			cmp.Compare(a.TypeA, b.TypeA), cmp.Compare(a.TypeB, b.TypeB), cmp.Compare(a.ActionA, b.ActionA), cmp.Compare(a.ActionB, b.ActionB))
	})
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetIndent("", "  ")
		return enc.Encode(report)
	}
	return report.table(con)
}

// sample keeps the first places of the file, in whatever order they come.
func (c *policyChangeCount) sample(p policyPlace, most int) {
	c.Samples = append(c.Samples, p)
	slices.SortFunc(c.Samples, func(a, b policyPlace) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Start, b.Start))
	})
	c.Samples = c.Samples[:min(len(c.Samples), max(most, 0))]
}

func (r *policyDiffReport) table(con *console) error {
	fmt.Fprintf(con.Out, "%s → %s: %d of %d texts differ\n", r.A, r.B, r.Touched, r.Documents)
	if len(r.Changes) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nchange\tin A\tin B\tplaces\ttexts\tsuch as (id start-end)")
	side := func(t rule.Type, a privacy.Action) string {
		if t == "" {
			return "–"
		}
		return fmt.Sprintf("%s %s", t, a)
	}
	for _, c := range r.Changes {
		var such bytes.Buffer
		for i, p := range c.Samples {
			if i > 0 {
				such.WriteString(", ")
			}
			id := string(p.ID)
			if id == "null" {
				id = fmt.Sprintf("line %d", p.Line)
			}
			fmt.Fprintf(&such, "%s %d-%d", id, p.Start, p.End)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%s\n", c.Difference, side(c.TypeA, c.ActionA), side(c.TypeB, c.ActionB), c.Places, c.Documents, such.String())
	}
	return w.Flush()
}
