package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"qingting/ingest/custody"
	"qingting/ingest/settings"
	"qingting/textmining"
	"qingting/textmining/taxonomy"
)

// hasThemes refuses ids that the present taxonomy does not have as themes.
func (v *vocabulary) hasThemes(ids []string) error {
	tax := v.live.Annotator().Taxonomy()
	for i, id := range ids {
		found := false
		for j := range tax.Themes {
			found = found || tax.Themes[j].ID == id
		}
		if !found {
			return fmt.Errorf("theme %d of %d is not in the taxonomy %s: name themes by their ids", i+1, len(ids), tax.Version())
		}
	}
	return nil
}

// tryModel builds an Annotator with a model, beside the one that works.
func (v *vocabulary) tryModel(key settings.Key, data []byte) error {
	v.mu.Lock()
	next := v.sources
	v.mu.Unlock()
	*place(&next, key) = data
	_, err := textmining.Load(next)
	return err
}

// themesFlags say where the keeper of themes is: at a NATS server, or in the
// data directory of a stopped one.
type themesFlags struct {
	custodyFlags
	engineFlags `group:"How feedback is read, of a stopped server: as it was started"`
}

// client is custodyFlags.client with what the service needs for themes.
func (f themesFlags) client(ctx context.Context, con *console) (*custody.Client, func(), error) {
	return f.clientAnd(ctx, con, func(st *streams, cfg *custody.Config) (func(), error) {
		v, err := newVocabulary(f.engineFlags, slog.New(slog.DiscardHandler))
		if err != nil {
			return nil, err
		}
		if err := v.settle(ctx, st.settings); err != nil {
			return nil, err
		}
		cfg.Themes, cfg.Model, cfg.Taxonomy = v.hasThemes, v.tryModel, taxonomy.DefaultYAML()
		return func() {}, nil
	})
}

// modelKey is the setting of a kind of model.
func modelKey(kind string) (settings.Key, error) {
	switch kind {
	case "themes":
		return settings.ThemesModel, nil
	case "sentiment":
		return settings.ToneModel, nil
	case "taxonomy":
		return settings.Taxonomy, nil
	}
	return "", errors.New("a model is of themes or of sentiment")
}
