package main

import (
	"context"
	"fmt"

	"qingting/ingest/settings"
	"qingting/ingest/worker"
	"qingting/privacy"
	"qingting/privacy/audit"
	"qingting/textmining"
)

// tellVersions has the ledger say what this process redacts and tags by, when it
// is not what the process before it did: policy and engine, taxonomy and
// lexicon. The versions are hashes; they are kept as settings, so that a
// start with the same says nothing.
func tellVersions(ctx context.Context, s *settings.Settings, p *worker.Pipeline) error {
	const started = "a process started with it"
	if err := tellVersion(ctx, s, "running.policy", audit.ActionPolicy, p.Policy.Version()+" engine "+privacy.EngineVersion, started); err != nil {
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
	return tellVersion(ctx, s, "running.taxonomy", audit.ActionTaxonomy, version, why)
}

func tellVersion(ctx context.Context, s *settings.Settings, key settings.Key, action audit.Action, version, why string) error {
	now, err := s.Get(ctx, key)
	if err != nil {
		return err
	}
	_, err = s.Put(ctx, key, []byte(version), now.Revision, settings.Change{
		Actor: "server", Action: action, Object: "running: " + version, Reason: why,
	})
	if err != nil {
		return fmt.Errorf("telling the ledger what runs: %w", err)
	}
	return nil
}
