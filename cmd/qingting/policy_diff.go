package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"qingting/internal/secrets"
	"qingting/privacy"
	"qingting/privacy/rule"
)

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

	policies [2]*privacy.Policy
}

func (c *policyDiffCmd) Run(ctx context.Context, con *console) error {
	key := secrets.NewSecret().Bytes() // the same for both, so that pseudonyms agree
	var redactors [2]*privacy.Redactor
	var report policyDiffReport
	for i, file := range [2]string{c.A, c.B} {
		p, err := loadPolicy(file)
		if err != nil {
			return err
		}
		report.policies[i] = p
		if redactors[i], err = policyRedactor(p, key); err != nil {
			return err
		}
	}
	report.A, report.B = report.policies[0].Version(), report.policies[1].Version()
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
	var places [3]int
	kinds := [3]privacy.Difference{privacy.LetsThrough, privacy.Redacts, privacy.Changes}
	for _, c := range r.Changes {
		places[slices.Index(kinds[:], c.Difference)] += c.Places
	}
	fmt.Fprintf(con.Out, "A %s → B %s: %d of %d texts differ\n", r.A, r.B, r.Touched, r.Documents)
	if len(r.Changes) == 0 {
		return nil
	}
	fmt.Fprintf(con.Out, "places: B lets through %d that A takes out, takes out %d more, changes %d\n\n", places[0], places[1], places[2])
	rows := [][]string{{"B", "type", "in A", "in B", "places", "texts", "such as (id start-end)"}}
	for _, c := range r.Changes {
		typ, inA, inB := c.TypeA, string(c.ActionA), string(c.ActionB)
		switch {
		case typ == "":
			typ, inA = c.TypeB, r.missed(0, c.TypeB)
		case c.TypeB == "":
			inB = r.missed(1, c.TypeA)
		case c.TypeA != c.TypeB:
			inB = fmt.Sprintf("%s as %s", c.ActionB, typeWords(c.TypeB))
		}
		rows = append(rows, []string{string(c.Difference), typeWords(typ), inA, inB, strconv.Itoa(c.Places), strconv.Itoa(c.Documents), c.such()})
	}
	return alignRows(con.Out, rows)
}

// missed says why a policy does nothing where the other finds a type.
func (r *policyDiffReport) missed(i int, t rule.Type) string {
	if p := r.policies[i]; p.Threshold(t) > r.policies[1-i].Threshold(t) && p.Action(t) != privacy.Keep {
		return fmt.Sprintf("under its threshold of %v", p.Threshold(t))
	}
	return "not found"
}

// such names the samples: by id, or by line where a text has none.
func (c *policyChangeCount) such() string {
	var names []string
	for _, p := range c.Samples {
		name := fmt.Sprintf("line %d", p.Line)
		var text string
		if json.Unmarshal(p.ID, &text) == nil && text != "" {
			name = text
		} else if id := string(p.ID); id != "null" && id != `""` {
			name = id
		}
		names = append(names, fmt.Sprintf("%s %d-%d", name, p.Start, p.End))
	}
	return strings.Join(names, ", ")
}
