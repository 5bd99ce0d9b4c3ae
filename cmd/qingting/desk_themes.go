package main

import (
	"context"
	"errors"
	"regexp"

	"qingting/ingest/custody"
	"qingting/ingest/settings"
	"qingting/internal/access"
	"qingting/internal/mark"
	"qingting/textmining"
	"qingting/web"
)

// deskThemes is what analysts change at the pages: notes of actions, what documents
// are about, and the taxonomy.
type deskThemes struct{ node *node }

var (
	_ web.Actions     = deskThemes{}
	_ web.Corrections = deskThemes{}
	_ web.Taxonomies  = deskThemes{}
)

// Note notes an action down.
func (d deskThemes) Note(ctx context.Context, who access.Actor, m mark.Mark, reason string) (mark.Mark, error) {
	made, err := d.node.deskFor(who).Mark(ctx, custody.Request{Reason: reason}, m)
	return made, refusedAtDesk(err)
}

// Unnote takes a note back.
func (d deskThemes) Unnote(ctx context.Context, who access.Actor, id, reason string) error {
	return refusedAtDesk(d.node.deskFor(who).Unmark(ctx, custody.Request{Reason: reason}, id))
}

// Corrected is what was said of a document last.
func (d deskThemes) Corrected(ctx context.Context, who access.Actor, record string) ([]string, bool, error) {
	all, err := d.node.deskFor(who).Labels(ctx)
	if err != nil {
		return nil, false, refusedAtDesk(err)
	}
	for _, l := range all {
		if l.Record == record {
			return l.Themes, true, nil
		}
	}
	return nil, false, nil
}

// Correct keeps what an analyst says a document is about.
func (d deskThemes) Correct(ctx context.Context, who access.Actor, record string, themes []string, reason string) error {
	_, err := d.node.deskFor(who).Label(ctx, custody.Request{Record: record, Reason: reason}, themes)
	return refusedAtDesk(err)
}

// Taxonomy is the file in place: that of the settings, else that which the server
// was started with.
func (d deskThemes) Taxonomy(ctx context.Context) (web.TaxonomyFile, error) {
	st := d.node.streams.settings
	if st == nil {
		var err error
		if st, err = settings.Open(ctx, d.node.streams.js); err != nil {
			return web.TaxonomyFile{}, err
		}
	}
	now, err := st.Get(ctx, settings.Taxonomy)
	if err != nil {
		return web.TaxonomyFile{}, err
	}
	file := web.TaxonomyFile{YAML: now.Data, Revision: now.Revision}
	if len(file.YAML) == 0 {
		file.YAML, err = taxonomyData(d.node.cfg.engine.Taxonomy)
	}
	return file, err
}

// Readers read by the vocabulary in place, and by it with another taxonomy.
func (d deskThemes) Readers(_ context.Context, yaml []byte) (now, next textmining.Reader, err error) {
	next, err = d.node.vocabulary.with(yaml)
	return d.node.vocabulary.live, next, err
}

// Apply puts a taxonomy in place.
func (d deskThemes) Apply(ctx context.Context, who access.Actor, file web.TaxonomyFile, reason string) error {
	_, err := d.node.deskFor(who).ChangeModel(ctx, custody.Request{Reason: reason}, settings.Taxonomy, file.YAML, file.Revision)
	return refusedAtDesk(err)
}

// relabelRate is how many documents a second a run from the pages reads at most:
// intake and who looks at the pages go first.
const relabelRate = 500

// Relabel begins to read anew what is stored.
func (d deskThemes) Relabel(ctx context.Context, who access.Actor, reason string) (string, error) {
	run, err := d.node.deskFor(who).Relabel(ctx, custody.Request{Reason: reason}, custody.RescanOptions{Rate: relabelRate})
	return run.ID, refusedAtDesk(err)
}

// Relabelling says how far a run has come.
func (d deskThemes) Relabelling(ctx context.Context, who access.Actor, run string) (web.Relabelling, error) {
	if !runID.MatchString(run) { // it becomes a part of a subject
		return web.Relabelling{}, &web.RefusedError{Text: "there is no such run", Kind: web.RefusedMissing}
	}
	now, err := d.node.deskFor(who).RelabelRun(ctx, run, 0, false)
	if err != nil {
		return web.Relabelling{}, refusedAtDesk(err)
	}
	out := web.Relabelling{Read: now.Read, Changed: now.Amended + now.Stamped, Failed: now.Failed, Ended: now.Ended, Problem: now.Error, Share: 1}
	if now.Retagged > 0 {
		out.Changed = now.Retagged
	}
	if now.Last > 0 && !now.Done {
		out.Share = float64(now.Seq) / float64(now.Last)
	}
	for _, t := range now.Themes {
		out.Themes = append(out.Themes, web.ThemeMoved{ID: t.ID, Gained: t.Gained, Lost: t.Lost})
	}
	if out.Ended && !now.Done && out.Problem == "" {
		out.Problem = errStopped.Error()
	}
	return out, nil
}

// runID is the id of a run.
var runID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

var errStopped = errors.New("it was stopped")
