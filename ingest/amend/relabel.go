package amend

import (
	"maps"
	"slices"

	"qingting/internal/document"
	"qingting/privacy/audit"
)

// ThemeChange is what a run makes of a theme, in documents.
type ThemeChange struct {
	ID     string `json:"id"`
	Gained int    `json:"gained"`
	Lost   int    `json:"lost"`
}

// themeChanges counts by theme.
type themeChanges map[string]*ThemeChange

func (t themeChanges) list() []ThemeChange {
	var out []ThemeChange
	for _, id := range slices.Sorted(maps.Keys(t)) {
		out = append(out, *t[id])
	}
	return out
}

func (t themeChanges) of(id string) *ThemeChange {
	c := t[id]
	if c == nil {
		c = &ThemeChange{ID: id}
		t[id] = c
	}
	return c
}

// retag counts a document that is read otherwise than before.
func (r *Run) retag(before, after *document.Document) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Retagged++
	has := func(tags []document.Tag, id string) bool {
		return slices.ContainsFunc(tags, func(t document.Tag) bool { return t.ID == id })
	}
	for _, t := range before.Themes {
		if !has(after.Themes, t.ID) {
			r.themes.of(t.ID).Lost++
		}
	}
	for _, t := range after.Themes {
		if !has(before.Themes, t.ID) {
			r.themes.of(t.ID).Gained++
		}
	}
}

// action and object are what the ledger calls the run.
func (r *Run) action() audit.Action {
	if r.cfg.Relabel {
		return audit.ActionTaxonomy
	}
	return audit.ActionRescan
}

func (r *Run) object() string {
	if r.cfg.Relabel {
		return "relabel:" + r.progress.ID
	}
	return "rescan:" + r.progress.ID
}
