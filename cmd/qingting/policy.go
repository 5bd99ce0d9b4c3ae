package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"qingting/privacy"
	"qingting/privacy/rule"
)

// policyCmd looks at redaction policies before they are put to use.
type policyCmd struct {
	Lint policyLintCmd `cmd:"" help:"Check a policy, the examples of its recognisers included."`
	Diff policyDiffCmd `cmd:"" help:"Show what a policy would redact, let through or change compared with another."`
}

type policyLintCmd struct {
	File string `arg:"" help:"Policy file; default is the default policy."`
	JSON bool   `name:"json" help:"Write the result as JSON."`
}

func (c *policyLintCmd) Help() string {
	return `A mistake is told with its line, and the exit code is 1. Otherwise the version of the policy is written, and
what becomes of each type: PERSON_NAME 姓名 from 0.9 is taken out where it is found with a confidence of 0.9 or
more. Notes say what it lets through on purpose.`
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
	if err := alignRows(con.Out, s.rows(p)); err != nil {
		return err
	}
	if s.Own > 0 {
		fmt.Fprintf(con.Out, "%d of its recognisers are its own, and their examples hold\n", s.Own)
	}
	for _, n := range s.Notes {
		fmt.Fprintf(con.Out, "note: %s\n", n)
	}
	return nil
}

// rows lists the types by action; those that go by the default and have no
// threshold come last, as a number.
func (s policySummary) rows(p *privacy.Policy) [][]string {
	by := make(map[privacy.Action][]string)
	others := 0
	for _, t := range append(rule.Types(), p.CustomTypes()...) {
		a, from := p.Action(t), p.Threshold(t)
		if a == p.Default() && from == 0 {
			others++
			continue
		}
		text := typeWords(t)
		if from > 0 {
			text += fmt.Sprintf(" from %v", from)
		}
		by[a] = append(by[a], text)
	}
	var rows [][]string
	for _, a := range slices.Sorted(maps.Keys(by)) {
		line := ""
		lines := []string{}
		for i, text := range by[a] {
			if i < len(by[a])-1 {
				text += ","
			}
			if line != "" && displayWidth(line+" "+text) > 100 {
				lines, line = append(lines, line), ""
			}
			line = strings.TrimLeft(line+" "+text, " ")
		}
		for i, line := range append(lines, line) {
			name := ""
			if i == 0 {
				name = string(a)
			}
			rows = append(rows, []string{"  " + name, line})
		}
	}
	return append(rows, []string{"  " + string(p.Default()), fmt.Sprintf("everything else (%d)", others)})
}

// typeWords is a type in both languages.
func typeWords(t rule.Type) string {
	if zh, en := rule.Labels(t); zh != en {
		return en + " " + zh
	}
	return string(t)
}
