package main

import (
	"context"
	"errors"

	"qingting/ingest/custody"
	"qingting/internal/access"
	"qingting/internal/saved"
	"qingting/web"
)

// searches are what the pages keep saved searches with.
func (s *node) searches() web.Searches {
	if s.searching == nil {
		return nil
	}
	return pageSearches{s}
}

// pageSearches changes saved searches as the user of the pages who asks.
type pageSearches struct{ node *node }

// Saved lists them.
func (p pageSearches) Saved(ctx context.Context) (saved.List, error) {
	return p.node.savedSearches(ctx)
}

// Save saves one.
func (p pageSearches) Save(ctx context.Context, who access.Actor, s saved.Search) (made saved.Search, err error) {
	err = p.change(func(c *custody.Client) (err error) {
		made, err = c.Save(ctx, custody.Request{}, s)
		return err
	}, who)
	return made, err
}

// Remove removes one.
func (p pageSearches) Remove(ctx context.Context, who access.Actor, id string) error {
	return p.change(func(c *custody.Client) error { return c.Unsave(ctx, custody.Request{}, id) }, who)
}

func (p pageSearches) change(how func(*custody.Client) error, who access.Actor) error {
	if p.node.custody == nil {
		return &web.RefusedError{Text: "this process takes no feedback in, and changes no settings: use \"qingting saved\" with --nats"}
	}
	err := how(p.node.custody.ClientFor(who))
	var refusal *custody.Refusal
	if errors.As(err, &refusal) {
		return &web.RefusedError{Text: refusal.Error()}
	}
	return err
}
