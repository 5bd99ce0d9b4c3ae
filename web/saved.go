package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"qingting/internal/access"
	"qingting/internal/saved"
	"qingting/search"
)

// Searches keeps the searches that people save.
type Searches interface {
	Saved(ctx context.Context) (saved.List, error)
	// Save and Remove act for who has been permitted to. What they refuse is a
	// *RefusedError, whose text is for who asked.
	Save(ctx context.Context, who access.Actor, s saved.Search) (saved.Search, error)
	Remove(ctx context.Context, who access.Actor, id string) error
	// Alert turns telling of new matches on or off.
	Alert(ctx context.Context, who access.Actor, id string, on bool) error
	// Edit gives the search of s.ID the name, query and filters of s.
	Edit(ctx context.Context, who access.Actor, s saved.Search) error
	// Matches are what a search newly found after a sequence, most of them at most,
	// in their order.
	Matches(ctx context.Context, id string, after uint64, most int) ([]Match, error)
}

// Match is what a saved search newly found in some seconds.
type Match struct {
	Sequence  uint64    `json:"sequence"`
	At        time.Time `json:"at"`
	Documents int       `json:"documents"`
	Customers string    `json:"customers"` // "12", or "<5"
	Records   []string  `json:"records"`   // the first of them
	More      int       `json:"more"`      // that are not named
}

// mostSaved bounds the body of a request that saves a search, in bytes.
const mostSaved = 16 << 10

var errNoSearches = &httpError{http.StatusNotImplemented, say{"此服务器不保存检索。", "This server saves no searches."}}

// savedAnswer lists saved searches.
type savedAnswer struct {
	Searches saved.List `json:"searches"`
}

// apiSaved lists the saved searches.
func (s *server) apiSaved(r *http.Request) (any, error) {
	if s.cfg.Searches == nil {
		return savedAnswer{saved.List{}}, nil
	}
	list, err := s.cfg.Searches.Saved(r.Context())
	if list == nil {
		list = saved.List{}
	}
	return savedAnswer{list}, err
}

// apiSave saves the search in the body: name, query, filters, alert.
func (s *server) apiSave(r *http.Request) (any, error) {
	if s.cfg.Searches == nil {
		return nil, errNoSearches
	}
	var asked savedBody
	if err := decodeBody(r, mostSaved, &asked); err != nil {
		return nil, err
	}
	wish := saved.Search{Name: asked.Name, Query: asked.Query, Filters: asked.Filters, Alert: asked.Alert}
	if err := wish.Check(); err != nil {
		return nil, &httpError{http.StatusBadRequest, say{"无法保存：" + inChinese(err.Error()), "It cannot be saved: " + err.Error() + "."}}
	}
	if err := search.CheckQuery(wish.Query); err != nil {
		return nil, err
	}
	made, err := s.cfg.Searches.Save(r.Context(), access.ActorOf(r.Context()), wish)
	return made, refused(err)
}

// apiUnsave removes a saved search.
func (s *server) apiUnsave(r *http.Request) (any, error) {
	if s.cfg.Searches == nil {
		return nil, errNoSearches
	}
	one, err := s.ownSearch(r)
	if err != nil {
		return nil, err
	}
	return struct{}{}, refused(s.cfg.Searches.Remove(r.Context(), access.ActorOf(r.Context()), one.ID))
}

// ownSearch is the saved search that a request names, when it is of who asks.
func (s *server) ownSearch(r *http.Request) (saved.Search, error) {
	one, _, err := s.savedNamed(r)
	if err == nil && one.Owner != access.ActorOf(r.Context()).Name {
		err = &httpError{http.StatusForbidden, say{"这个检索是 " + one.Owner + " 保存的，只有本人可以更改。", "This search was saved by " + one.Owner + ", who alone may change it."}}
	}
	return one, err
}

// refused makes of what was not done an answer that says why.
func refused(err error) error {
	var why *RefusedError
	if errors.As(err, &why) {
		return &httpError{why.Kind.status(), refusedText(why)}
	}
	return err
}
