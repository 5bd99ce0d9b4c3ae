package custody

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/micro"

	"qingting/ingest"
	"qingting/ingest/settings"
	"qingting/internal/access"
	"qingting/internal/saved"
)

// The subjects by which searches are saved. Who may ask there reads feedback.
const (
	savedPrefix       = "qingting.saved."
	subjectSaved      = savedPrefix + "list"
	subjectSave       = savedPrefix + "add"
	subjectSavedAlert = savedPrefix + "alert"
	subjectSavedEdit  = savedPrefix + "edit"
	subjectUnsave     = savedPrefix + "remove"
)

func (s *Service) savedHandlers() map[string]micro.Handler {
	return map[string]micro.Handler{
		subjectSaved: answering(s, s.searches), subjectSave: answering(s, s.saveSearch),
		subjectSavedAlert: answering(s, s.alertSearch), subjectSavedEdit: answering(s, s.editSearch), subjectUnsave: answering(s, s.unsaveSearch),
		subjectTake: answering(s, s.take), subjectTaken: answering(s, s.taken),
	}
}

// savedRequest saves a search, or changes the one of Search.ID.
type savedRequest struct {
	Request
	Search saved.Search `json:"search"`
}

type savedAnswer struct {
	Searches saved.List   `json:"searches,omitempty"`
	Search   saved.Search `json:"search"`
}

// searches lists them.
func (s *Service) searches(ctx context.Context, _ struct{}) (savedAnswer, error) {
	list, err := readList(ctx, s, settings.Searches, saved.Parse)
	return savedAnswer{Searches: list}, err
}

// saveSearch saves one, after the ledger has that it was.
func (s *Service) saveSearch(ctx context.Context, r savedRequest) (savedAnswer, error) {
	if err := s.fitToSave(r.Search); err != nil {
		return savedAnswer{}, err
	}
	var err error
	if r.Search.After, err = s.lastDocument(ctx); err != nil {
		return savedAnswer{}, err
	}
	r.Search.Owner, r.Search.Created = r.Actor, s.cfg.Now().UTC()
	var made saved.Search
	err = s.changeList(ctx, r.Request, settings.Searches, "search", func(data []byte) (out []byte, id string, err error) {
		out, made, err = saved.Add(data, r.Search)
		return out, made.ID, err
	})
	return savedAnswer{Search: made}, err
}

// fitToSave refuses what cannot be searched, and what would keep personal data
// where no erasure looks for it.
func (s *Service) fitToSave(search saved.Search) error {
	if err := search.Check(); err != nil {
		return err
	}
	texts := []string{search.Name, search.Query}
	for _, f := range search.Filters {
		texts = append(texts, f.Values...)
	}
	for _, text := range texts {
		if s.cfg.Clean(text) != text {
			return errors.New("the name or the query reads as personal data, which a saved search must not hold: search for it without saving, or leave it out")
		}
	}
	if s.cfg.CheckSearch == nil {
		return nil
	}
	return s.cfg.CheckSearch(search)
}

// alertSearch turns telling of new matches on or off.
func (s *Service) alertSearch(ctx context.Context, r savedRequest) (savedAnswer, error) {
	last, err := s.lastDocument(ctx)
	if err != nil {
		return savedAnswer{}, err
	}
	return savedAnswer{}, s.changeSearch(ctx, r, func(search saved.Search) *saved.Search {
		if r.Search.Alert && !search.Alert {
			search.After = last
		}
		search.Alert = r.Search.Alert
		return &search
	})
}

// editSearch gives a search another name and query. What its query finds anew, feedback
// to come says.
func (s *Service) editSearch(ctx context.Context, r savedRequest) (savedAnswer, error) {
	if err := s.fitToSave(r.Search); err != nil {
		return savedAnswer{}, err
	}
	last, err := s.lastDocument(ctx)
	if err != nil {
		return savedAnswer{}, err
	}
	return savedAnswer{}, s.changeSearch(ctx, r, func(search saved.Search) *saved.Search {
		if search.Query != r.Search.Query || len(search.Filters) > 0 {
			search.After = last
		}
		search.Name, search.Query, search.Filters = r.Search.Name, r.Search.Query, r.Search.Filters
		return &search
	})
}

func (s *Service) unsaveSearch(ctx context.Context, r savedRequest) (savedAnswer, error) {
	return savedAnswer{}, s.changeSearch(ctx, r, func(saved.Search) *saved.Search { return nil })
}

// changeSearch changes a search for its owner; who has the data directory may
// change them all.
func (s *Service) changeSearch(ctx context.Context, r savedRequest, how func(saved.Search) *saved.Search) error {
	owner := r.Actor
	if r.Role == string(access.Local) {
		owner = ""
	}
	return s.changeList(ctx, r.Request, settings.Searches, "search", func(data []byte) ([]byte, string, error) {
		out, err := saved.Change(data, r.Search.ID, owner, how)
		return out, r.Search.ID, err
	})
}

// lastDocument is the last sequence of the documents stream.
func (s *Service) lastDocument(ctx context.Context) (uint64, error) {
	docs, err := s.js.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return 0, fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	return docs.CachedInfo().State.LastSeq, nil
}

// Searches lists the saved searches.
func (c *Client) Searches(ctx context.Context) (saved.List, error) {
	var a savedAnswer
	return a.Searches, c.ask(ctx, subjectSaved, struct{}{}, &a)
}

// Save saves a search for who asks; it returns it with its id.
func (c *Client) Save(ctx context.Context, r Request, search saved.Search) (saved.Search, error) {
	var a savedAnswer
	return a.Search, c.ask(ctx, subjectSave, savedRequest{r, search}, &a)
}

// AlertSearch turns telling of a search's new matches on or off.
func (c *Client) AlertSearch(ctx context.Context, r Request, id string, on bool) error {
	return c.ask(ctx, subjectSavedAlert, savedRequest{r, saved.Search{ID: id, Alert: on}}, &savedAnswer{})
}

// EditSearch gives a search the name, query and filters of another.
func (c *Client) EditSearch(ctx context.Context, r Request, search saved.Search) error {
	return c.ask(ctx, subjectSavedEdit, savedRequest{r, search}, &savedAnswer{})
}

// Unsave removes a saved search.
func (c *Client) Unsave(ctx context.Context, r Request, id string) error {
	return c.ask(ctx, subjectUnsave, savedRequest{r, saved.Search{ID: id}}, &savedAnswer{})
}
