package main

import (
	"context"
	"errors"
	"fmt"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/internal/access"
	"qingting/internal/saved"
	"qingting/search/watch"
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
func (p pageSearches) Save(ctx context.Context, who access.Actor, s saved.Search) (saved.Search, error) {
	made, err := p.node.deskFor(who).Save(ctx, custody.Request{}, s)
	return made, refusedAtDesk(err)
}

// Remove removes one.
func (p pageSearches) Remove(ctx context.Context, who access.Actor, id string) error {
	return refusedAtDesk(p.node.deskFor(who).Unsave(ctx, custody.Request{}, id))
}

// Alert turns telling of new matches on or off.
func (p pageSearches) Alert(ctx context.Context, who access.Actor, id string, on bool) error {
	return refusedAtDesk(p.node.deskFor(who).AlertSearch(ctx, custody.Request{}, id, on))
}

// Edit gives one another name and query.
func (p pageSearches) Edit(ctx context.Context, who access.Actor, s saved.Search) error {
	return refusedAtDesk(p.node.deskFor(who).EditSearch(ctx, custody.Request{}, s))
}

// Matches are what one newly found.
func (p pageSearches) Matches(ctx context.Context, id string, after uint64, most int) (list []web.Match, err error) {
	for m, err := range watch.Read(ctx, p.node.streams.nc, ingest.StreamMatches, ingest.MatchesPrefix, id, after) {
		switch {
		case errors.Is(err, watch.ErrNoMatches):
			return nil, nil
		case err != nil:
			return nil, err
		}
		customers := fmt.Sprint(m.Customers.N)
		if m.Customers.Below > 0 {
			customers = fmt.Sprint("<", m.Customers.Below)
		}
		list = append(list, web.Match{Sequence: m.Sequence, At: m.At, Documents: m.Documents, Customers: customers, Records: m.Records, More: m.More})
		if len(list) == most {
			break
		}
	}
	return list, nil
}
