package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"qingting/ingest/custody"
	"qingting/ingest/settings"
	"qingting/ingest/worker"
	"qingting/privacy"
	"qingting/privacy/audit"
	"qingting/privacy/rule"
	"qingting/textmining"
)

// tellVersions has the ledger say what this process redacts and tags by, when it
// is not what the process before it did: policy and engine, taxonomy and
// lexicon. The versions are hashes; they are kept as settings, so that a
// start with the same says nothing.
func tellVersions(ctx context.Context, s *settings.Settings, p *worker.Pipeline) error {
	const started = "a process started with it"
	rules := rulesOf(p.Policy)
	data, err := json.Marshal(rules)
	if err != nil {
		return fmt.Errorf("encoding the policy's rules: %w", err)
	}
	if err := tellVersion(ctx, s, custody.RunningPolicy, audit.ActionPolicy, rules.Version+" engine "+rules.Engine, data, started); err != nil {
		return err
	}
	return tellVocabulary(ctx, s, p.Annotator, started)
}

// tellVocabulary is tellVersions of taxonomy and lexicon alone.
func tellVocabulary(ctx context.Context, s *settings.Settings, a textmining.Reader, why string) error {
	tagged := a.Annotate("")
	version := tagged.Taxonomy + " lexicon " + tagged.Lexicon
	if tagged.Model != "" {
		version += " model " + tagged.Model
	}
	return tellVersion(ctx, s, "running.taxonomy", audit.ActionTaxonomy, version, []byte(version), why)
}

// rulesOf is what a policy does with each type.
func rulesOf(p *privacy.Policy) custody.PolicyRules {
	r := custody.PolicyRules{
		Version: p.Version(), Engine: privacy.EngineVersion, Default: string(p.Default()), Actions: map[string]string{}, Thresholds: map[string]float64{}, Recognisers: len(p.Recognisers()),
	}
	for _, t := range append(rule.Types(), p.CustomTypes()...) {
		if a := p.Action(t); a != p.Default() {
			r.Actions[string(t)] = string(a)
		}
		if from := p.Threshold(t); from > 0 {
			r.Thresholds[string(t)] = from
		}
	}
	return r
}

// versionTries is how often a version is told anew when other processes, which
// start at the same time, tell theirs.
const versionTries = 20

func tellVersion(ctx context.Context, s *settings.Settings, key settings.Key, action audit.Action, version string, data []byte, why string) error {
	for try := 1; ; try++ {
		now, err := s.Get(ctx, key)
		if err != nil {
			return err
		}
		_, err = s.Put(ctx, key, data, now.Revision, settings.Change{
			Actor: "server", Action: action, Object: "running: " + version, Reason: why,
		})
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, settings.ErrChanged) || try == versionTries:
			return fmt.Errorf("telling the ledger what runs: %w", err)
		}
	}
}
