package main

import (
	"context"
	"fmt"

	"qingting/ingest/settings"
	"qingting/ingest/worker"
	"qingting/privacy"
	"qingting/privacy/audit"
)

// tellVersions has the ledger say what this process redacts and tags by, when it
// is not what the process before it did: policy and engine, taxonomy and
// lexicon. The versions are hashes; they are kept as settings, so that a
// start with the same says nothing.
func tellVersions(ctx context.Context, s *settings.Settings, p *worker.Pipeline) error {
	tagged := p.Annotator.Annotate("")
	for _, v := range []struct {
		key     settings.Key
		action  audit.Action
		version string
	}{
		{"running.policy", audit.ActionPolicy, p.Policy.Version() + " engine " + privacy.EngineVersion},
		{"running.taxonomy", audit.ActionTaxonomy, tagged.Taxonomy + " lexicon " + tagged.Lexicon},
	} {
		now, err := s.Get(ctx, v.key)
		if err != nil {
			return err
		}
		_, err = s.Put(ctx, v.key, []byte(v.version), now.Revision, settings.Change{
			Actor: "server", Action: v.action, Object: "running: " + v.version, Reason: "a process started with it",
		})
		if err != nil {
			return fmt.Errorf("telling the ledger what runs: %w", err)
		}
	}
	return nil
}
