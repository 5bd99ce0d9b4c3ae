package amend_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/ingest"
	"qingting/ingest/amend"
	"qingting/ingest/ingesttest"
	"qingting/internal/document"
	"qingting/privacy/audit"
)

// reader is an annotator of another taxonomy.
type reader struct{ version string }

func (r reader) Annotate(text string) document.Annotation {
	return document.Annotation{Taxonomy: r.version, Themes: []document.Tag{{ID: "new-" + r.version, Score: 1, Evidence: []document.Span{{Start: 0, End: 1}}}}}
}

// TestRelabel: documents are read anew, and nothing else of them changes; a run
// by the same versions finds nothing to do.
func TestRelabel(t *testing.T) {
	p := newPlant(t)
	pipe := p.pipeline(t, "")
	var records []string
	for i := range 20 {
		records = append(records, p.intake(t, pipe, ingest.Feedback{ID: fmt.Sprint("r", i), Source: "crm", Time: march, Text: "宽带断网，电话" + mobile(i)}))
	}
	before, _ := p.latest(t, records[3])
	a, kv := p.amender(t, ""), p.bucket(t)
	a.Annotator = reader{"2"}
	dry := amend.NewRun(a, amend.RunConfig{Dry: true, Relabel: true})
	if err := dry.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := dry.Progress()
	if got.Retagged != 20 || got.Read != 20 || got.Found != 0 || len(ingesttest.Messages(t, p.js, ingest.StreamDocs)) != 20 {
		t.Errorf("dry run: %+v", got)
	}
	gained := map[string]int{}
	for _, c := range got.Themes {
		gained[c.ID] = c.Gained
	}
	if gained["new-2"] != 20 {
		t.Errorf("themes: %+v", got.Themes)
	}
	// Without Relabel, a run of the same policy has nothing to do.
	plain := amend.NewRun(a, amend.RunConfig{Actor: "ma", Reason: "r", State: kv, All: true})
	if err := plain.Do(t.Context()); err != nil || plain.Progress().Amended+plain.Progress().Retagged != 0 {
		t.Errorf("a rescan: %+v, %v", plain.Progress(), err)
	}
	run := amend.NewRun(a, amend.RunConfig{Actor: "ma", Role: "analyst", Reason: "新模型", Relabel: true, State: kv})
	if err := run.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := run.Progress(); got.Retagged != 20 || got.Deleted != 20 || got.Amended != 0 || got.Stamped != 0 || got.Failed != 0 {
		t.Errorf("run: %+v", got)
	}
	after, _ := p.latest(t, records[3])
	if len(after.Themes) != 1 || after.Themes[0].ID != "new-2" || after.Taxonomy != "2" {
		t.Errorf("the document is read as %+v", after.Annotation)
	}
	after.Annotation = before.Annotation
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("more than the reading changed: %s", diff)
	}
	if docs, _ := p.versions(t, records[3]); len(docs) != 1 {
		t.Errorf("%d versions are left", len(docs))
	}
	again := amend.NewRun(a, amend.RunConfig{Actor: "ma", Reason: "r", Relabel: true, State: kv})
	if err := again.Do(t.Context()); err != nil || again.Progress().Retagged != 0 || again.Progress().Deleted != 0 {
		t.Errorf("a second run: %+v, %v", again.Progress(), err)
	}
	outcomes := map[string]int{}
	for _, e := range p.entries(t, audit.ActionTaxonomy) {
		outcomes[e.Outcome]++
		if e.Outcome == "relabelled" && (e.Record == "" || len(e.Documents) != 1 || e.Before == e.After) {
			t.Errorf("an entry of a document: %+v", e)
		}
	}
	if outcomes["relabelled"] != 20 || outcomes["begun"] != 2 || outcomes["done"] != 2 {
		t.Errorf("the ledger has %v", outcomes)
	}
}
