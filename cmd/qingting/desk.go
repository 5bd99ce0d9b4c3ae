package main

import (
	"errors"

	"qingting/ingest/custody"
	"qingting/internal/access"
	"qingting/web"
)

// deskFor is a client of the custody service that acts for who has signed in at the
// pages: within this process where the service is in it, else over NATS, as whose
// user in role access.Pages this process is connected.
func (s *node) deskFor(actor access.Actor) *custody.Client {
	if s.custody != nil {
		return s.custody.ClientFor(actor)
	}
	return custody.NewClientFor(s.streams.nc, actor.Name)
}

// kindOfRefusal is what the pages tell programs of a refusal.
func kindOfRefusal(code custody.Code) web.RefusalKind {
	switch code {
	case custody.CodeMissing:
		return web.RefusedMissing
	case custody.CodeForbidden, custody.CodeUnproven:
		return web.RefusedForbidden
	}
	return web.RefusedConflict
}

// refusedAtDesk makes of a refusal words for who asked at the pages.
func refusedAtDesk(err error) error {
	var refusal *custody.Refusal
	if errors.As(err, &refusal) {
		return &web.RefusedError{Text: refusal.Error(), Kind: kindOfRefusal(refusal.Code)}
	}
	return err
}
