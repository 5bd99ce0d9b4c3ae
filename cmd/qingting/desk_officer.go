package main

import (
	"cmp"
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"qingting/ingest/custody"
	"qingting/ingest/govern"
	"qingting/internal/access"
	"qingting/privacy"
	"qingting/privacy/audit"
	"qingting/privacy/review"
	"qingting/privacy/rule"
	"qingting/privacy/subject"
	"qingting/web"
)

// officerDesk is the officer's desk over the custody service.
func (s *node) officerDesk() *web.Desk {
	view := &deskLedger{node: s, keys: filepath.Join(s.cfg.data.secretsDir(), ledgerPubFile)}
	reviews := deskReviews{s, view}
	return &web.Desk{Ledger: view, Register: deskRegister{s, view}, Samples: reviews, Reviews: reviews, Report: deskReport{s, view}}
}

// deskRegister reads what is governed.
type deskRegister struct {
	node   *node
	ledger *deskLedger
}

// Sources reads the register of sources and the retention.
func (d deskRegister) Sources(ctx context.Context) (out web.SourceRegister, err error) {
	client := d.node.deskClient(ctx)
	register, _, err := readRegister(ctx, client)
	if err != nil {
		return out, deskRefusal(err)
	}
	retention, _, err := readRetention(ctx, client)
	if err != nil {
		return out, deskRefusal(err)
	}
	rules := govern.Rules{Register: register}
	if out.Set = retention != nil; out.Set {
		rules.Retention = *retention
		out.Vault, out.Docs = retention.Vault.Days, retention.Docs.Days
		types := maps.Clone(retention.Vault.Types)
		if types == nil {
			types = map[string]int{}
		}
		maps.Copy(types, retention.Docs.Types)
		for _, t := range slices.Sorted(maps.Keys(types)) {
			out.Types = append(out.Types, web.TypeDays{Type: t, Vault: retention.Vault.Types[t], Docs: retention.Docs.Types[t]})
		}
	} else {
		rules.Retention = govern.Retention{Vault: govern.Periods{Days: firstVaultDays}}
	}
	for _, s := range register.Sources {
		entry := web.SourceEntry{
			Name: s.Name, Contact: s.Contact, Processor: s.Processor, Stored: s.Stored, Consent: s.Consent,
			Notice: strings.TrimSpace(strings.Join([]string{s.Notice.Text, s.Notice.URL, s.Notice.Date}, " ")), Purposes: s.Purposes, Categories: s.Categories,
			Sensitive: s.Sensitive, Vault: rules.Vault(s.Name, nil), Docs: rules.Docs(s.Name, nil),
		}
		if s.Abroad != nil {
			entry.Abroad = strings.TrimSpace(s.Abroad.To + " " + s.Abroad.Way)
		}
		for _, b := range govern.Bases() {
			if slices.Contains(s.Bases, b.Code) {
				entry.Bases = append(entry.Bases, web.Bilingual{ZH: b.ZH, EN: b.EN})
			}
		}
		out.Sources = append(out.Sources, entry)
	}
	for _, p := range register.Lint() {
		out.Problems = append(out.Problems, web.SourceProblem{Source: p.Source, Text: p.Text, Error: p.Error})
	}
	return out, nil
}

// Keys reads the register of officers, and to whom keys and letters are sealed.
func (d deskRegister) Keys(ctx context.Context) (out web.KeyRegister, err error) {
	client := d.node.deskClient(ctx)
	now, err := client.Officers(ctx)
	if err != nil {
		return out, deskRefusal(err)
	}
	epochs, err := client.Epochs(ctx)
	if err != nil {
		return out, deskRefusal(err)
	}
	parked, err := client.LetterSets(ctx)
	if err != nil {
		return out, deskRefusal(err)
	}
	letters := keysOfLetters(parked, now.Register)
	out.LettersClosed, out.LettersUnknown, out.Epochs = letters.closed, letters.unknown, len(epochs)
	for _, n := range parked {
		out.Letters += n
	}
	opens, set := map[string]int{}, now.Register.Set()
	for _, e := range epochs {
		if out.Oldest.IsZero() || e.Born.Before(out.Oldest) {
			out.Oldest = e.Born
		}
		if e.Born.After(out.Newest) {
			out.Newest = e.Born
		}
		if e.Set != set {
			out.Outdated++
		}
		if e.Set == "" {
			out.Unknown++
			continue
		}
		for print := range strings.SplitSeq(string(e.Set), ",") {
			opens[print]++
		}
	}
	for _, o := range now.Register.Officers {
		print := o.Fingerprint()
		key := web.OfficerKey{Name: o.Name, Fingerprint: print, Recovery: string(o.Kind) == "recovery", Added: o.Added, Epochs: opens[print], Letters: letters.opens[print]}
		if o.Retired != nil {
			key.Retired = *o.Retired
		}
		out.Officers = append(out.Officers, key)
	}
	return out, nil
}

// Requests lists the clocks of persons' requests.
func (d deskRegister) Requests(ctx context.Context) (list []web.RequestClock, err error) {
	clocks, err := d.node.deskClient(ctx).Clocks(ctx)
	if err != nil {
		return nil, deskRefusal(err)
	}
	slices.SortFunc(clocks, func(a, b custody.Clock) int {
		switch {
		case a.Closed.IsZero() && b.Closed.IsZero():
			return a.Due.Compare(b.Due)
		case a.Closed.IsZero():
			return -1
		case b.Closed.IsZero():
			return 1
		}
		return b.Closed.Compare(a.Closed)
	})
	now := time.Now()
	for _, c := range clocks {
		zh, en := c.Kind.Words()
		list = append(list, web.RequestClock{
			ID: c.ID, Kind: web.Bilingual{ZH: cmp.Or(zh, string(c.Kind)), EN: cmp.Or(en, string(c.Kind))}, Opened: c.Opened, Due: c.Due, Closed: c.Closed,
			Extended: c.Extended, Checked: c.Checked || c.Kind == subject.Complain, Urgency: string(c.Urgency(now)), Outcome: c.Outcome,
		})
	}
	return list, nil
}

// Approvals lists what was asked, the newest first.
func (d deskRegister) Approvals(ctx context.Context) (list []web.ApprovalAsked, err error) {
	actor := access.ActorOf(ctx)
	asked, err := d.node.deskFor(actor).Approvals(ctx)
	if err != nil {
		return nil, deskRefusal(err)
	}
	for _, a := range asked {
		list = append(list, web.ApprovalAsked{
			ID: a.ID, Kind: string(a.Kind), Reason: a.Reason, Ticket: a.Ticket, By: a.By, Approver: a.Approver, Case: a.Case, State: a.State,
			Asked: a.Asked, Decided: a.Decided, Until: a.Until, Count: a.Count,
		})
	}
	slices.SortStableFunc(list, func(a, b web.ApprovalAsked) int { return b.Asked.Compare(a.Asked) })
	return list, nil
}

// Policies lists the policies that ran here, and the built-in one.
func (d deskRegister) Policies(ctx context.Context) (out web.PolicyHistory, err error) {
	ran, err := d.node.deskClient(ctx).Policies(ctx)
	if err != nil {
		return out, deskRefusal(err)
	}
	told, err := d.ledger.policies(ctx)
	if err != nil {
		return out, err
	}
	for _, p := range slices.Backward(ran) {
		v := policyVersion(p.PolicyRules)
		v.Since, v.Entry = p.Since, -1
		for _, e := range told { // the last entry before the setting has it
			if strings.HasPrefix(e.Object, "running: "+p.Version) && !e.Time.After(p.Since.Add(time.Second)) {
				v.Entry, v.By, v.Why = e.Index, e.Actor, e.Reason
			}
		}
		out.Policies = append(out.Policies, v)
	}
	built := policyVersion(rulesOf(privacy.DefaultPolicy()))
	built.BuiltIn, built.Entry = true, -1
	out.Policies = append(out.Policies, built)
	d.versions(ctx, &out)
	return out, nil
}

// versions counts documents by what made them, as the last sample has it. Who may
// not review sees none.
func (d deskRegister) versions(ctx context.Context, out *web.PolicyHistory) {
	client := d.node.deskClient(ctx)
	ids, err := client.Samples(ctx)
	if err != nil || len(ids) == 0 {
		return
	}
	var last *review.Sample
	for _, id := range ids {
		st, err := client.Standing(ctx, id)
		if err == nil && (last == nil || st.Sample.Time.After(last.Time)) {
			last = st.Sample
		}
	}
	if last == nil {
		return
	}
	out.Sample, out.At = last.ID, last.Time
	for _, v := range last.Versions {
		i := slices.IndexFunc(out.Documents, func(o web.VersionCount) bool { return o.Policy == v.Policy && o.Engine == v.Engine })
		if i < 0 {
			out.Documents, i = append(out.Documents, web.VersionCount{Policy: v.Policy, Engine: v.Engine}), len(out.Documents)
		}
		out.Documents[i].Documents += v.Documents
	}
}

func policyVersion(r custody.PolicyRules) web.PolicyVersion {
	v := web.PolicyVersion{Version: r.Version, Engine: r.Engine, Known: r.Default != "", Default: r.Default, Recognisers: r.Recognisers}
	types := map[string]bool{}
	for t := range r.Actions {
		types[t] = true
	}
	for t := range r.Thresholds {
		types[t] = true
	}
	for _, t := range slices.Sorted(maps.Keys(types)) {
		v.Rules = append(v.Rules, web.PolicyRule{Type: t, Action: cmp.Or(r.Actions[t], r.Default), From: r.Thresholds[t]})
	}
	return v
}

// deskTypes are the types that a miss can be of.
func deskTypes() (list []string) {
	for _, t := range rule.Types() {
		list = append(list, string(t))
	}
	return list
}

// policies are the entries that say which policy began to run.
func (d *deskLedger) policies(ctx context.Context) ([]web.LedgerEntry, error) {
	page, err := d.Entries(ctx, web.LedgerQuery{Action: string(audit.ActionPolicy), Size: 500})
	return page.Entries, err
}
